"""Pages of what is paid for a damage: proposed, decided on, paid (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from complaints import services
from complaints.filters_money import CompensationFilter
from complaints.forms.compensation import (
    CompensationForm,
    DecideForm,
    PayForm,
    SendBackForm,
    WithdrawForm,
)
from complaints.models import Compensation, Ticket
from complaints.tables_money import CompensationTable
from complaints.views.sections import shares_of
from complaints.workflow import COMPENSATION_TONES
from frontdesk.kit.errors import Conflict
from frontdesk.kit.money import format_yuan
from frontdesk.kit.pages import Action, DetailPage, Figure, FormPage, ListPage, MovePage, Preset, move_pages
from frontdesk.kit.pages.conflict import differences, last_change, retry_initial

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

S = Compensation.State
PROPOSE = "complaints.propose_compensation"
ANALYSE_FIRST = _("Analyse the responsibility first: who has to answer for it, by what share.")
APPROVE = tuple(f"complaints.approve_level_{level}" for level in Compensation.Level.values)
RELATED = ("ticket__office", "ticket__unit", "proposed_by", "decided_by")


class CompensationList(ListPage):
    """R-TKT-09: what waits for whom, what was paid, with the sums of the filters."""

    table = CompensationTable
    filterset = CompensationFilter
    title = _("Compensation")
    permission = "complaints.view_compensation"
    export_permission = "complaints.export_ticket"
    presets = (
        Preset(_("To be approved by me"), "state=mine"),
        Preset(_("Running"), "state=running"),
        Preset(_("To be paid"), "state=approved"),
        Preset(_("Sent back"), "state=sent_back"),
        Preset(_("Paid"), "state=paid"),
        Preset(_("All"), ""),
    )
    actions = (
        Action(_("Technical assessments"), "complaints:assessment_list", "complaints.view_ticket", "clipboard-check"),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what calls for work."""
        rows: Any = self.get_queryset()
        states = rows.aggregate(
            running=Count("pk", filter=Q(state__in=(S.PROPOSED, S.APPROVED))),
            approved=Count("pk", filter=Q(state=S.APPROVED)),
            sent_back=Count("pk", filter=Q(state=S.SENT_BACK)),
        )
        counts = {f"state={state}": number for state, number in states.items()}
        return {"state=mine": rows.to_decide_by(self.user).count(), **counts}

    def get_figures(self, filters: Any) -> list[Figure]:
        """Add up what the filters keep, whatever state is asked for."""
        rows = filters.without("state").order_by().values_list("state")
        found = {state: sums for state, *sums in rows.annotate(Sum("amount"), Count("pk"))}
        labels = (
            (S.PROPOSED, _("To be approved")),
            (S.SENT_BACK, _("Sent back")),
            (S.APPROVED, _("To be paid")),
            (S.PAID, _("Paid")),
        )
        sums = [(label, *found.get(state, (Decimal(0), 0))) for state, label in labels]
        return [Figure(label, format_yuan(amount), "", _counted(number)) for label, amount, number in sums]


class CompensationDetail(DetailPage):
    """What is proposed, on what analysis, who decides or decided, by which voucher it was paid."""

    model = Compensation
    permission = "complaints.view_compensation"
    related = RELATED
    card = "complaints/_compensation.html"
    state_tones = COMPENSATION_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add who may decide on it, and the analysis it stands on."""
        return card_of(self.object)


class CompensationAdd(FormPage):
    """R-TKT-10: a proposal for a ticket whose responsibility is analysed."""

    model = Compensation
    parent = Ticket
    form_class = CompensationForm
    permission = PROPOSE
    title = _("Propose a compensation")
    button = _("Propose")
    success = _("Proposed: %(object)s. Whoever approves it was told.")
    save = services.propose_compensation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead to the analysis where there is none yet: without it nothing can be proposed."""
        if self.parent.responsibilities.exists():
            return super().get(request, **kwargs)
        messages.info(request, ANALYSE_FIRST)
        return redirect("complaints:responsibility_edit", ticket_pk=self.parent.pk)

    def get_initial(self) -> dict[str, Any]:
        """Offer whoever called as the one who is paid."""
        return {"payee": self.parent.caller_name or str(self.parent.person or "")}

    def get_context(self) -> dict[str, Any]:
        """Say on what it stands."""
        return {"text": " · ".join(f"{share['label']} {share['share']} %" for share in shares_of(self.parent))}


class CompensationMove(MovePage):
    """An act on one compensation."""

    model = Compensation
    related = RELATED

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show it as it is now beside the form, too: nobody decides between two amounts on one screen."""
        response = super().conflict(form, error)
        if self.in_place:
            facts = {"compensation": self.object, "stale": True, **card_of(self.object)}
            response.content += render_to_string("complaints/_compensation.html", facts).encode()
        return response

    def get_context(self) -> dict[str, Any]:
        """Say what it is about: on a page of its own nothing else does."""
        one = self.object
        words = {
            "amount": one.money,
            "payee": one.payee,
            "level": one.get_level_display(),
            "proposal": one.proposal,
        }
        return {"text": gettext("%(amount)s to %(payee)s, %(level)s: %(proposal)s") % words}


class Decide(CompensationMove):
    """To decide on what is on the screen; whoever comes after a change looks at it again."""

    form_class = DecideForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Tell who was shown a lower level that it has risen above theirs, instead of turning them away."""
        self.object = self.get_object()
        if request.method != "POST" or not self._rose_above():
            return super().dispatch(request, *args, **kwargs)
        return self.conflict(self.make_form(data=request.POST), Conflict(gettext("Meanwhile it is of another level.")))

    def get_initial(self) -> dict[str, Any]:
        """Remember what is shown."""
        return {"as_seen": self.object.version}

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show it as it is now, with the remarks kept; what is decided then is what stands there."""
        if form.is_bound and not self.is_too_late:
            form.data = form.data.copy()
            form.data["as_seen"] = str(self.get_object().version)
        return super().conflict(form, error)

    @property
    def is_too_late(self) -> bool:
        """Answer whether it was decided, or is of a level this person does not approve."""
        return super().is_too_late or not self.step.open_to(self.object, self.user)

    def _rose_above(self) -> bool:
        """Answer whether the form shows an older proposal, which this person might have decided on."""
        seen = self.request.POST.get("as_seen", "")
        return (
            self.object.state in self.step.sources
            and seen.isdecimal()
            and seen != str(self.object.version)
            and not self.step.open_to(self.object, self.user)
            and self.object.proposed_by_id != self.user.pk
            and any(self.user.has_perm(permission, self.object) for permission in APPROVE)
        )


class Approve(Decide):
    """R-TKT-09."""

    move = "approve_compensation"
    service = services.approve_compensation
    success = _("Approved: %(object)s")


class SendBack(Decide):
    """To be changed."""

    move = "send_back_compensation"
    form_class = SendBackForm
    service = services.send_back_compensation
    success = _("Sent back: %(object)s")


class ProposeAgain(CompensationMove):
    """Another amount, other words; the level is found anew and it waits for its approver."""

    move = "propose_again_compensation"
    form_class = CompensationForm
    button = _("Propose")
    success = _("Proposed: %(object)s. Whoever approves it was told.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Fill in the proposal as it stands."""
        stored = Compensation.objects.select_related("ticket__office").get(pk=self.object.pk)
        form = CompensationForm(user=self.user, instance=stored, **kwargs)
        form.target = self.object
        return form

    def get_context(self) -> dict[str, Any]:
        """Say what it was sent back for."""
        one = self.object
        if one.state != S.SENT_BACK:
            return {}
        words = {"person": one.decided_by, "remarks": one.remarks}
        return {"text": gettext("Sent back by %(person)s: %(remarks)s") % words}

    def form_context(self, form: Any) -> dict[str, Any]:
        """Draw the button as what one came for."""
        return {**super().form_context(form), "style": "primary", "icon": "send"}

    def perform(self, form: Any) -> Compensation:
        seen = form.seen.version if form.seen else None
        return services.propose_again_compensation(self.object, as_seen=seen, by=self.user, **form.values())

    def conflict(self, form: Any, error: Conflict) -> HttpResponse:
        """Show both texts, and the form with one's own changes on top of what is there now."""
        if not form.is_bound:
            return super().conflict(form, error)
        self.object = self.get_object()
        again = self.make_form(initial=retry_initial(form))
        if self.is_too_late or self.in_place:
            return super().conflict(form if self.is_too_late else again, error)
        found = {"error": error, "differences": differences(form, again), "change": last_change(self.object)}
        return self.respond({**self.form_context(again), **found}, template="pages/conflict.html", status=409)


class Pay(CompensationMove):
    """By which voucher, on which day."""

    move = "pay_compensation"
    form_class = PayForm
    service = services.pay_compensation
    success = _("Entered as paid: %(object)s")


class Withdraw(CompensationMove):
    """Taken back."""

    move = "withdraw_compensation"
    form_class = WithdrawForm
    service = services.withdraw_compensation
    success = _("Withdrawn: %(object)s")


compensation_move = move_pages(Approve, SendBack, ProposeAgain, Pay, Withdraw)


def card_of(compensation: Compensation) -> dict[str, Any]:
    """Return what the card shows besides the compensation: who may decide on it, and the analysis it stands on."""
    waits = compensation.state == S.PROPOSED
    return {
        "approvers": services.approvers_of(compensation) if waits else [],
        "shares": shares_of(compensation.ticket),
    }


def _counted(number: int) -> str:
    return ngettext("%(count)s proposal", "%(count)s proposals", number) % {"count": number} if number else ""
