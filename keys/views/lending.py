"""The counter: keys go out and come back (R-KEY-02…05, R-KEY-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontdesk.estate.services import SECONDS_SHOWN
from frontdesk.kit.codes import qr
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import Action, DetailPage, ListPage, MovePage, Page, Preset, show_number
from frontdesk.kit.pages.move import go_to
from frontdesk.kit.roles import require
from keys import services
from keys.filters import LoanFilter
from keys.forms.lending import CallForm, ExcuseForm, ExtendForm, LendForm, ReturnForm, SignForm
from keys.models import Key, LentKey, Loan
from keys.services.taken import all_back, key_back
from keys.tables import COUNTER, LoanTable
from keys.views.counter import loan_of, return_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules

PEOPLE = ("office", "person", "colleague", "contractor", "confirmed_with", "ticket", "lent_by", "excused_by")


class LendKey(MovePage):
    """Everything on one screen: who, what they showed, until when."""

    model = Key
    move = "lend_key"
    related = ("office", "unit", "ring")
    form_class = LendForm
    service = services.lend_key
    apart = True
    success = _("Lent: %(object)s")
    for_good = False
    template_name = "keys/lend.html"

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know what goes out."""
        return super().make_form(key=self.object, for_good=self.for_good, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """Say what goes along because it hangs on the same ring."""
        ring = self.object.ring
        on_ring = ring.keys.kept().exclude(pk=self.object.pk).select_related("unit") if ring else []
        return {"key": self.object, "on_ring": list(on_ring), "needs_reload": True}

    def get_success_url(self, obj: Loan) -> str:
        """Lead to the slip, to be printed and signed."""
        return obj.get_absolute_url()


class CollectKey(LendKey):
    """The same, for good."""

    move = "collect_key"
    service = services.collect_key
    success = _("Given back: %(object)s")
    for_good = True


class ReturnKey(MovePage):
    """On a key's page: lead to its slip, on which it is taken back with all that went out together."""

    model = Key
    move = "return_key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        self.require_move()
        loan = loan_of(self.object)
        if loan is None or self.object.state != Key.State.OUT:
            return super().dispatch(request, *args, **kwargs)
        url = return_of(loan, self.object)
        return go_to(url) if self.in_place else redirect(url)

    def require_move(self) -> None:
        """Stop who may not take keys back here."""
        require(self.user, "keys.lend_key", self.object)

    def _too_late(self) -> Conflict:
        last = self.object.lendings.filter(taken_by__isnull=False).select_related("key", "taken_by").first()
        return super()._too_late() if last is None or self.object.state == Key.State.LOST else key_back(last)


class LoanList(ListPage):
    """R-KEY-09: who has or had what."""

    table = LoanTable
    filterset = LoanFilter
    title = _("Key loans")
    permission = "keys.view_loan"
    export_permission = "keys.export_key"
    actions = (COUNTER, Action(_("All keys"), "keys:key_list", "keys.view_key", "list-ul"))
    presets = (
        Preset(_("Out now"), "state=open"),
        Preset(_("Not back in time"), "state=overdue"),
        Preset(_("All back"), "state=back"),
        Preset(_("Given back for good"), "state=for_good"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what is out and what should be back."""
        rows: Any = self.get_queryset()
        return {"state=open": rows.open().count(), "state=overdue": rows.overdue().count()}


class LoanDetail(DetailPage):
    """One slip: what went out, to whom, what came back, who was reminded."""

    model = Loan
    permission = "keys.view_loan"
    related = PEOPLE
    card = "keys/_loan.html"
    attachments = True
    actions = (Action(_("Print the slip"), "keys:loan_slip", "keys.view_loan", "printer"),)

    def get_context(self) -> dict[str, Any]:
        """Add its keys and reminders, and what can be done while something is out."""
        loan = self.object
        tone = "ok" if not loan.is_open else "danger" if loan.is_overdue else "info"
        word = _("All back") if not loan.is_open else _("Not back in time") if loan.is_overdue else _("Lent out")
        lent_keys = list(loan.lent_keys.select_related("key__unit", "taken_by").order_by("key__tag"))
        out = [lent for lent in lent_keys if lent.is_out]
        return {
            "badge": (_("Given back for good") if loan.for_good else word, tone),
            "lent_keys": lent_keys,
            "still_out": out if len(out) < len(lent_keys) else [],
            "reminders": list(loan.reminders.select_related("by")[:20]),
            "may_reveal": services.may_reveal_holder(loan, self.user),
            "sees_person": self.user.has_perm("estate.view_person", loan),
            "moves": self._acts(),
            "minor": [],
        }

    def _acts(self) -> list[Link]:
        """Return what can be done with an open slip, as buttons."""
        loan, may = self.object, self.user.has_perm
        if not may("keys.lend_key", loan):
            return []
        sign = [Link(_("Sign"), reverse("keys:loan_sign", args=[loan.pk]), "pen")] if loan.signed_at is None else []
        if not loan.is_open:
            return sign
        out = set(loan.lent_keys.out().filter(key__state=Key.State.OUT).order_by().values_list("key__kind", flat=True))
        comes_back = bool(out - {Key.Kind.SEALED})
        acts = [Link(_("Take back"), self._act("return"), "box-arrow-in-down-left", "primary")] if comes_back else []
        acts.append(Link(_("Called the holder"), self._act("call"), "telephone-outbound"))
        if out and (not loan.is_overdue or may("keys.excuse_loan", loan)):
            acts.append(Link(_("Extend the loan"), self._act("extend"), "calendar-plus"))
        if loan.is_overdue and may("keys.excuse_loan", loan):
            acts.append(Link(_("May borrow all the same"), self._act("excuse"), "unlock"))
        return acts + sign

    def _act(self, name: str) -> str:
        return reverse(f"keys:loan_{name}", args=[self.object.pk])


class LoanAct(MovePage):
    """An act on an open slip."""

    model = Loan
    permission = "keys.lend_key"
    related = PEOPLE

    @property
    def is_too_late(self) -> bool:
        """Answer whether everything is back by now."""
        return not self.object.is_open

    def _too_late(self) -> Conflict:
        return all_back(self.object)


class LoanReturn(LoanAct):
    """Which are back and how; what the unit looks like; whether the work is done."""

    title = _("Take keys back")
    button = _("Take back")
    form_class = ReturnForm
    service = services.take_back_keys
    success = _("Taken back: %(object)s")
    apart = True
    template_name = "keys/return.html"

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know which slip it is about."""
        return super().make_form(loan=self.object, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Begin with everything ticked; where somebody came from one key (`?key=`), with that and its ring alone."""
        out = LentKey.objects.out().filter(loan=self.object, key__state=Key.State.OUT)
        asked = self.request.GET.get("key", "")
        named = Q(key__tag__iexact=asked) | Q(key=asked if asked.isdecimal() and len(asked) < 19 else None)  # noqa: PLR2004 - beyond 64 bits
        one = out.filter(named).select_related("key").first() if asked else None
        if one is not None:
            out = out.filter(Q(key=one.key) | Q(key__ring__isnull=False, key__ring=one.key.ring_id))
        return {"back": list(out.values_list("key", flat=True))}

    def get_context(self) -> dict[str, Any]:
        """Say who had them since when."""
        loan = self.object
        return {"text": f"{loan.name} · {loan.get_borrower_display()} · {loan.purpose}".strip(" ·")}


class LoanExtend(LoanAct):
    """Another time."""

    title = _("Extend the loan")
    form_class = ExtendForm
    service = services.extend_loan
    success = _("Another time is set.")

    def require(self, target: Loan) -> None:
        """Stop clerks once it is overdue: then a supervisor decides."""
        require(self.user, "keys.excuse_loan" if target.is_overdue else self.permission, target)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the time as it is."""
        return {"due_at": self.object.due_at}


class LoanCall(LoanAct):
    """Somebody called."""

    title = _("Called the holder")
    button = _("Write down")
    form_class = CallForm
    service = services.call_holder
    success = _("Written down.")

    def get_success_url(self, _obj: Any) -> str:
        return self.object.get_absolute_url()


class LoanExcuse(LoanAct):
    """R-KEY-08: a supervisor lets them."""

    title = _("May borrow all the same")
    permission = "keys.excuse_loan"
    form_class = ExcuseForm
    service = services.excuse_loan
    text = _("Until the end of the day, although what is on this slip is overdue.")
    success = _("They may borrow until the end of the day.")


class LoanSign(MovePage):
    """The holder signs on the tablet."""

    model = Loan
    permission = "keys.lend_key"
    title = _("Sign")
    button = _("Keep the signature")
    form_class = SignForm
    service = services.sign_loan
    success = _("Signed.")


class LoanSlip(Page):
    """借用单 · what somebody took, until when, to be signed; its code brings the slip back on the screen."""

    model = Loan
    permission = "keys.view_loan"
    related = PEOPLE
    title = _("Key slip")
    template_name = "keys/slip.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        loan = self.object = self.get_object()
        self.require(loan)
        context = {
            "loan": loan,
            "lent_keys": list(loan.lent_keys.select_related("key__unit").order_by("key__tag")),
            "code": qr(request.build_absolute_uri(reverse("keys:scan", args=[loan.token]))),
            "crumbs": [*self.frame()["crumbs"], (str(loan), loan.get_absolute_url())],
        }
        return self.respond(context)


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the holder's number in full for half a minute, on record (R-EST-04)."""
    loan = get_object_or_404(Loan.objects.visible_to(request.user).select_related("office", "person"), pk=pk)
    return show_number(
        request,
        loan,
        reveal=services.reveal_holder,
        behind_password=loan.is_of_register and services.may_reveal_holder(loan, request.user),
        templates=("parts/_number.html", "keys/number.html"),
        seconds=SECONDS_SHOWN,
        loan=loan,
        url=request.path,
        title=_("Call the holder"),
    )
