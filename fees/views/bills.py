"""Bills: who owes what, how it came about, what is charged once, disputed, or to be corrected (R-FEE-06…10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees import services
from fees.filters.billing import BillFilter, CorrectionFilter
from fees.forms import billing as forms
from fees.models import Bill, Correction
from fees.querysets import total
from fees.tables.billing import CHARGE, BillTable, CorrectionTable
from fees.workflow import CORRECTION_TONES
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset, move_pages

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

ALL_BILLS = Action(_("Bills"), "fees:bill_list", "fees.view_bill", "receipt")
RUNS = Action(_("Month's runs"), "fees:billrun_list", "fees.view_bill", "calendar-check")
CORRECTIONS = Action(_("Corrections"), "fees:correction_list", "fees.view_bill", "pencil-square")


class BillList(ListPage):
    """What households owe and owed."""

    table = BillTable
    filterset = BillFilter
    title = _("Bills")
    permission = "fees.view_bill"
    export_permission = "fees.export_bill"
    actions = (CHARGE, RUNS, CORRECTIONS)
    presets = (
        Preset(pgettext_lazy("bills", "Unpaid"), "state=open"),
        Preset(_("Past due"), "state=overdue"),
        Preset(_("Disputed"), "state=disputed"),
        Preset(_("Paid up"), "state=paid"),
        Preset(_("All"), ""),
    )


class BillDetail(DetailPage):
    """A bill is its explanation: formula, figures, days, rate, rounding, corrections, and what paid it (R-FEE-06)."""

    model = Bill
    permission = "fees.view_bill"
    related = ("office", "unit", "vehicle", "tariff", "run", "disputed_by")
    card = "fees/_bill.html"

    def get_context(self) -> dict[str, Any]:
        """Add its explanation, its payments, what was asked for, and what can be done."""
        bill = self.object
        steps = services.explain(bill)
        amount = sum((step.amount for step in steps), start=bill.amount - bill.amount)
        allocations = list(bill.allocations.select_related("payment", "entry"))
        return {
            "badge": _badge(bill),
            "steps": steps,
            "amount": amount,
            "rounding": services.rounding(bill),
            "allocations": allocations,
            "paid": amount - bill.outstanding,
            "corrections": list(bill.corrections.select_related("requested_by")),
            "sees_unit": self.user.has_perm("estate.view_unit", bill),
            "moves": self._acts(),
            "minor": [],
        }

    def _acts(self) -> list[Link]:
        """Return what this person can do with the bill, as buttons."""
        bill, may = self.object, self.user.has_perm
        acts = []
        if may("fees.request_correction", bill) and not bill.corrections.waiting().exists():
            acts.append(self._act(_("Ask for a correction"), "correct", "pencil-square"))
        if may("fees.chase_arrears", bill):
            if bill.is_disputed:
                acts.append(self._act(_("Settle the dispute"), "settle", "check2-circle"))
            elif bill.is_open:
                acts.append(self._act(_("The household disputes it"), "dispute", "chat-left-quote"))
        return acts

    def _act(self, label: Any, name: str, icon: str) -> Link:
        return Link(label, reverse(f"fees:bill_{name}", args=[self.object.pk]), icon)


def _badge(bill: Bill) -> tuple[Any, str]:
    """Say in a word how a bill stands."""
    if not bill.is_open:
        return _("Paid up"), "ok"
    if bill.is_disputed:
        return _("Disputed"), "warn"
    return (_("Past due"), "danger") if bill.days_overdue else (pgettext_lazy("bills", "Unpaid"), "info")


class BillAct(MovePage):
    """An act on one bill."""

    model = Bill
    related = ("office", "unit", "vehicle", "tariff")


class BillCorrect(BillAct):
    """R-FEE-09: ask that a bill be less or more; a late fee is waived the same way."""

    permission = "fees.request_correction"
    title = _("Ask for a correction")
    button = _("Ask the manager")
    form_class = forms.CorrectForm
    service = services.request_correction
    success = _("The managers are told.")
    text = _("The bill itself stays as it is; once the manager agrees, a line beside it makes it less or more.")


class BillDispute(BillAct):
    """R-FEE-10: a contested bill is not dunned."""

    permission = "fees.chase_arrears"
    title = _("The household disputes it")
    button = _("Write down")
    form_class = forms.DisputeForm
    service = services.dispute_bill
    success = _("Written down: the bill is not dunned until this is settled.")

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is paid, or disputed already."""
        return not self.object.is_open or self.object.is_disputed

    def _too_late(self) -> Conflict:
        return Conflict(_("It is paid, or disputed already."))


class BillSettle(BillAct):
    """The dispute has ended."""

    permission = "fees.chase_arrears"
    title = _("Settle the dispute")
    button = _("Settled")
    form_class = forms.SettleForm
    service = services.settle_dispute
    success = _("Settled: the bill is dunned like any other again.")

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is not disputed any more."""
        return not self.object.is_disputed

    def _too_late(self) -> Conflict:
        return Conflict(_("It is not disputed any more."))


class BillCharge(FormPage):
    """R-FEE-04: charge a unit once; the amount is shown before it is charged."""

    model = Bill
    form_class = forms.ChargeForm
    permission = "fees.charge_unit"
    title = _("Charge once")
    button = _("Show the amount")
    success = _("Charged: %(object)s")
    template_name = "fees/bill_charge.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show what it comes to, until the second button is pressed beside exactly this amount."""
        form = self.make_form(data=request.POST)
        to_be = None if self.lacks_office else self._to_be(form)
        if to_be is not None and request.POST.get("agreed") == str(to_be.amount):
            return super().post(request, **kwargs)
        return self.respond({**self.form_context(form), "to_be": to_be, **_explained(to_be)})

    def perform(self, form: Any) -> Bill:
        values = form.values()
        return services.charge_unit(values.pop("tariff"), by=self.user, **values)

    def _to_be(self, form: Any) -> Bill | None:
        if not form.is_valid():
            return None
        values = form.values()
        try:
            return services.charge_to_be(values.pop("tariff"), **values)
        except DeskError as error:
            form.refuse(error)
            return None


def _explained(bill: Bill | None) -> dict[str, Any]:
    """Return the formula of a bill that is not there yet."""
    return {"formula": "" if bill is None else services.formula_of(bill)}


class CorrectionList(ListPage):
    """R-FEE-09: what was asked for, who decided."""

    table = CorrectionTable
    filterset = CorrectionFilter
    title = _("Corrections")
    permission = "fees.view_bill"
    export_permission = "fees.export_bill"
    actions = (ALL_BILLS,)
    presets = (
        Preset(_("For the manager"), "state=requested"),
        Preset(_("Approved"), "state=approved"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits."""
        rows: Any = self.get_queryset()
        return {"state=requested": rows.aggregate(n=Count("pk", filter=Q(state="requested")))["n"]}


OF_CORRECTION = ("bill__office", "bill__unit", "bill__vehicle", "bill__tariff", "requested_by", "decided_by")


class CorrectionDetail(DetailPage):
    """What is asked for, beside what the bill is."""

    model = Correction
    permission = "fees.view_bill"
    related = OF_CORRECTION
    card = "fees/_correction.html"
    state_tones = CORRECTION_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add what the bill is, and what it would be."""
        bill = self.object.bill
        amount: Decimal = bill.amount + total(bill.adjustments.all())
        is_waiting = self.object.state == Correction.State.REQUESTED
        return {"amount": amount, "after": amount + self.object.amount if is_waiting else None}


class CorrectionMove(MovePage):
    """A decision about one request."""

    model = Correction
    related = OF_CORRECTION


class ApproveCorrection(CorrectionMove):
    """The manager agrees: the line stands beside the bill."""

    move = "approve_correction"
    needs_password = True
    form_class = forms.DecisionForm
    service = services.approve_correction
    success = _("Approved: the bill is corrected.")


class RefuseCorrection(CorrectionMove):
    """The manager does not."""

    move = "refuse_correction"
    form_class = forms.RefuseForm
    service = services.refuse_correction
    success = _("Refused.")


class WithdrawCorrection(CorrectionMove):
    """It is not needed any more."""

    move = "withdraw_correction"
    service = services.withdraw_correction
    success = _("Withdrawn.")


correction_move = move_pages(ApproveCorrection, RefuseCorrection, WithdrawCorrection)
