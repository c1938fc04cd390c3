"""Receipts: the list, the page of one, the paper; asking to take one back, and deciding (R-FEE-08, R-FEE-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees import services
from fees.filters.payments import PaymentFilter, ReversalFilter
from fees.forms.payments import RefuseForm, ReversalForm
from fees.models import AccountEntry, Payment, Reversal, Till
from fees.tables.payments import COUNTER, MY_TILL, BlindPaymentTable, PaymentTable, ReversalTable
from fees.workflow import REVERSAL_TONES
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Page, Preset, move_pages

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules
    from frontdesk.kit.listing.filters import DeskFilterSet
    from frontdesk.kit.listing.screen import Screen

VIEW = "fees.view_payment"
PEOPLE = ("office", "unit", "taken_by", "till", "reverses", "approved_by")
PAPERS = {"a5": _("A5"), "80mm": _("80 mm roll")}


class PaymentList(ListPage):
    """R-FEE-08: what came in and went out; whoever still has to count a till sees no sum."""

    table = PaymentTable
    filterset = PaymentFilter
    permission = VIEW
    export_permission = "fees.export_bill"
    words = ("with_void",)
    actions = (COUNTER, MY_TILL)
    presets = (
        Preset(_("All"), ""),
        Preset(_("Voided payments"), "kind=voided"),
        Preset(_("Refunds"), "kind=refund"),
    )

    def screen(self, *, printed: bool = False) -> tuple[Screen, DeskFilterSet | None]:
        """Leave the sum out for whoever still has to count."""
        if Till.objects.open().of_cashier(self.user).exists():
            self.table = BlindPaymentTable  # type: ignore[misc]
        return super().screen(printed=printed)


class PaymentDetail(DetailPage):
    """One receipt: what was paid, how, for what; what became of it."""

    model = Payment
    permission = VIEW
    related = PEOPLE
    card = "fees/_payment.html"

    def get_context(self) -> dict[str, Any]:
        """Add its lines, its means, what took it back, and what can be done about it."""
        payment = self.object
        reversals = list(payment.reversals.select_related("requested_by", "decided_by"))
        written = written_on(payment)
        is_void = written["voided_by"] is not None
        label, tone = (_("Void"), "danger") if is_void else (payment.get_kind_display(), "ok")
        return {
            **written,
            "badge": (label, tone if payment.kind == Payment.Kind.PAYMENT else "warn"),
            "reversals": reversals,
            "sees_units": self.user.has_perm("estate.view_unit", payment),
            "actions": self._acts(is_void=is_void, waits=any(row.state == "requested" for row in reversals)),
        }

    def _acts(self, *, is_void: bool, waits: bool) -> list[Link]:
        """Return the receipt as a paper, and the way to take the payment back."""
        pk, may = self.object.pk, self.user.has_perm
        acts = [Link(_("Receipt"), reverse("fees:payment_receipt", args=[pk]), "printer", "primary")]
        can_go = self.object.kind == Payment.Kind.PAYMENT and not is_void and not waits
        if can_go and may("fees.request_reversal", self.object):
            href = reverse("fees:reversal_add", args=[pk])
            acts.append(Link(_("Void or refund"), href, "arrow-counterclockwise", "danger"))
        return acts


class Receipt(Page):
    """收据 · the paper, as A5 or on an 80 mm roll; each print is counted, from the second on it says so (补打)."""

    model = Payment
    permission = VIEW
    related = PEOPLE
    title = _("Receipt")
    template_name = "fees/receipt.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show what will be printed; printed from here, without being counted, it is a draft."""
        self.object = self.get_object()
        self.require(self.object)
        return self._paper(request)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Count the print, and answer with what the browser prints at once."""
        self.object = self.get_object()
        services.print_receipt(self.object, by=self.user)
        return self._paper(request, counted=True)

    def _paper(self, request: HttpRequest, *, counted: bool = False) -> HttpResponse:
        payment = self.object
        asked = request.GET.get("paper", "")
        paper = asked if asked in PAPERS else "a5"
        context = {
            "payment": payment,
            **written_on(payment),
            "paper": paper,
            "papers": [(name, label, name == paper) for name, label in PAPERS.items()],
            "counted": counted,
            "may_print": self.user.has_perm("fees.take_payment", payment),
            "crumbs": [*self.frame()["crumbs"], (str(payment), payment.get_absolute_url())],
        }
        return self.respond(context)


def written_on(payment: Payment) -> dict[str, Any]:
    """Return what stands on a receipt: bills with their parts, what went into an advance, means, what took it back."""
    kept = payment.entries.filter(account=AccountEntry.Account.ADVANCE).select_related("unit")
    mirrors = list(payment.reversed_by.order_by("pk"))
    return {
        "lines": services.bills_of(payment),
        "kept": list(kept),
        "tenders": list(payment.tenders.all()),
        "mirrors": mirrors,
        "voided_by": next((row for row in mirrors if row.kind == Payment.Kind.VOID), None),
    }


class ReversalList(ListPage):
    """R-FEE-09: what somebody wants to take back."""

    table = ReversalTable
    filterset = ReversalFilter
    permission = VIEW
    export_permission = "fees.export_bill"
    title = _("Voids and refunds")
    presets = (
        Preset(_("For me to decide"), "state=mine"),
        Preset(_("To be decided"), "state=requested"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits."""
        rows: Any = self.get_queryset()
        waiting = rows.waiting()
        mine = waiting.exclude(requested_by=self.user).count() if self._decides() else 0
        return {"state=requested": waiting.count(), "state=mine": mine}

    def _decides(self) -> bool:
        return bool(self.user.has_perm("fees.approve_reversal", self.office))


class ReversalAdd(FormPage):
    """Ask for it; somebody else decides."""

    model = Reversal
    parent = Payment
    permission = "fees.request_reversal"
    title = _("Void or refund")
    form_class = ReversalForm
    save = services.request_reversal
    button = _("Ask for it")
    success = _("Asked for: %(object)s")
    text = _("A second person decides. The receipt stays as it is; what is taken back becomes an entry of its own.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know what can be paid back."""
        return super().make_form(payment=self.parent, **kwargs)


class ReversalDetail(DetailPage):
    """One request: which receipt, why, who decided, the entry it made."""

    model = Reversal
    permission = VIEW
    related = ("payment__office", "payment__unit", "payment__taken_by", "requested_by", "decided_by", "mirror")
    card = "fees/_reversal.html"
    state_tones = REVERSAL_TONES

    def get_context(self) -> dict[str, Any]:
        """Show what would be open again, or leave the advance."""
        return written_on(self.object.payment)


class ReversalMove(MovePage):
    """An act on a request."""

    model = Reversal
    related = ("payment__office", "requested_by")


class ApproveReversal(ReversalMove):
    """Money goes back: the password is asked for again."""

    move = "approve_reversal"
    service = services.approve_reversal
    needs_password = True
    success = _("Approved: %(object)s")


class RefuseReversal(ReversalMove):
    """Not this one, and why."""

    move = "refuse_reversal"
    form_class = RefuseForm
    service = services.refuse_reversal


class WithdrawReversal(ReversalMove):
    """It was a mistake to ask."""

    move = "withdraw_reversal"
    service = services.withdraw_reversal


reversal_move = move_pages(ApproveReversal, RefuseReversal, WithdrawReversal)
