"""Tariffs, months' runs, bills, corrections and reductions as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _, pgettext, pgettext_lazy

from fees.models import Adjustment, Bill, BillRun, Correction, Reduction, Tariff, TariffRate
from fees.workflow import CORRECTION_TONES, REDUCTION_TONES, CorrectionState, ReductionState
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    Table,
)
from frontdesk.kit.models import Job
from frontdesk.kit.money import format_price

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from frontdesk.kit.listing.columns import Row

ADD_TARIFF = Action(_("Add a tariff"), "fees:tariff_add", "fees.change_tariff", "plus-lg", "primary")
RUN = Action(_("Bill a month"), "fees:billrun_add", "fees.run_bills", "play", "primary")
CHARGE = Action(_("Charge once"), "fees:bill_charge", "fees.charge_unit", "plus-lg", "primary")
OVERDUE = pgettext_lazy("bill", "overdue")
KINDS, SPACES = dict(Unit.Kind.choices), dict(Unit.SpaceKind.choices)
WHOLE = 100


def month_text(month: dt.date, _row: Row) -> str:
    """Write a month: 2026-11."""
    return f"{month:%Y-%m}"


def rates_of(tariffs: list[Any]) -> Mapping[Any, str]:
    """Return what each tariff costs today."""
    rows = TariffRate.objects.filter(tariff__in=tariffs, starts__lte=local_date()).order_by("starts")
    return {tariff: format_price(rate) for tariff, rate in rows.values_list("tariff", "rate")}


def whom(kinds: list[str], row: Row) -> str:
    """Name the units or spaces a tariff applies to."""
    is_parked = row["basis"] == Tariff.Basis.VEHICLE_MONTH
    names = (
        [SPACES.get(kind, kind) for kind in row["space_kinds"]]
        if is_parked
        else [KINDS.get(kind, kind) for kind in kinds]
    )
    return pgettext("between names", ", ").join(map(str, names))


def adjustments_of(bills: list[Any]) -> Mapping[Any, Any]:
    """Return what the lines beside each bill come to; nothing where there are none."""
    rows = Adjustment.objects.filter(bill__in=bills).order_by().values_list("bill").annotate(sum=Sum("amount"))
    return dict.fromkeys(bills) | dict(rows)


def adjusted_in(bills: Any, _figures: Mapping[str, Any]) -> Any:
    """Add up the lines beside all bills of a list."""
    return Adjustment.objects.filter(bill__in=bills.values("pk")).aggregate(sum=Sum("amount"))["sum"]


def what_was_paid(outstanding: Any, row: Row) -> Any:
    """Return how much of a bill is paid: what was billed, more or less by its corrections, less what is open."""
    return row["amount"] + (row["adjusted"] or 0) - outstanding


def paid_in(_bills: Any, figures: Mapping[str, Any]) -> Any:
    """Add up what is paid of all bills of a list, so that billed + corrections - paid = still open."""
    return (figures["amount"] or 0) + (figures["adjusted"] or 0) - (figures["outstanding"] or 0)


def is_overdue(due_on: dt.date, row: Row) -> bool:
    """Answer whether something should have been paid by now."""
    return row["outstanding"] > 0 and due_on < local_date()


def what_for(subject: str, row: Row) -> str:
    """Say for what a bill is besides its tariff: the plate, or what it was charged for."""
    return subject or row["vehicle__plate"] or ""


def share_paid(_open: Any, row: Row) -> str:
    """Say how much of a month's bills is paid, in percent."""
    amount = (row["amount"] or 0) + (row["adjusted"] or 0)
    return f"{(amount - (row['open'] or 0)) * WHOLE / amount:.1f} %" if amount else ""


class TariffTable(Table):
    """What the office charges for."""

    name = Column(_("Tariff"), sort=True, link="fees:tariff")
    kind = ChoiceColumn(_("Kind"), choices=Tariff.Kind.choices, sort=True)
    rate = Column(_("Rate today (yuan)"), load=rates_of, css="num")
    basis = ChoiceColumn(_("Basis"), choices=Tariff.Basis.choices, sort=True)
    unit_kinds = Column(_("Paid by"), render=whom, needs=("basis", "space_kinds"), css="text")
    reduced = BooleanColumn(_("Less while vacant"), "reduced_when_vacant", optional=True)
    is_active = BooleanColumn(_("In use"))
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Tariff
        default_sort = ("position", "pk")
        empty = _("No tariffs yet")
        empty_text = _("Without a tariff nothing is billed.")
        empty_icon = "tags"
        first = ADD_TARIFF


class BillRunTable(Table):
    """Months and what became of their bills."""

    month = Column(_("Month"), sort=True, link="fees:billrun", render=month_text)
    state = StateColumn(_("State"), "job__status", choices=Job.Status.choices, styles=Job.TONES)
    bill_count = NumberColumn(_("Bills"))
    amount = MoneyColumn(_("Billed (yuan)"))
    adjusted = MoneyColumn(_("Corrections (yuan)"))
    open = MoneyColumn(_("Still open (yuan)"))
    paid = Column(_("Share paid"), "open", render=share_paid, needs=("amount", "adjusted"), css="num")
    started_by = Column(_("Started by"), "started_by__name", optional=True)
    finished_at = DateTimeColumn(_("Finished at"), sort=True)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = BillRun
        default_sort = ("-month",)
        per_page = 12
        empty = _("No month was billed yet")
        empty_text = _("Look at the preview first: nothing is written until you start the run.")
        empty_icon = "calendar-check"
        first = RUN


class BillTable(Table):
    """What households owe."""

    tariff = Column(_("Tariff"), "tariff__name", sort="tariff__position", link="fees:bill")
    month = Column(_("Month"), sort=True, render=month_text, css="date")
    unit = Column(_("Unit"), "unit__code", sort=True, link="estate:unit", link_pk="unit")
    subject = Column(pgettext_lazy("bill", "For"), render=what_for, needs=("vehicle__plate",), css="text")
    amount = MoneyColumn(_("Billed (yuan)"), total=True, sort=True)
    adjusted = MoneyColumn(_("Corrections (yuan)"), load=adjustments_of, total=adjusted_in)
    paid = MoneyColumn(_("Paid (yuan)"), "outstanding", reckon=what_was_paid, needs=("amount",), total=paid_in)
    outstanding = MoneyColumn(_("Still open (yuan)"), total=True, sort=True)
    due_on = DateColumn(_("Due on"), sort=True, late=is_overdue, late_word=OVERDUE, needs=("outstanding",))
    dispute = Column(_("Dispute"), css="text", optional=True)
    source = ChoiceColumn(_("How it came about"), choices=Bill.Source.choices, optional=True, default_shown=False)
    billed_at = DateTimeColumn(_("Billed at"), optional=True, default_shown=False)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Bill
        default_sort = ("due_on",)
        empty = _("No bills yet")
        empty_text = _("Bills come from the month's run, or are charged one by one.")
        empty_icon = "receipt"
        first = RUN


class CorrectionTable(Table):
    """What was asked to be corrected."""

    bill = Column(_("Bill"), "bill__tariff__name", link="fees:correction")
    month = Column(_("Month"), "bill__month", render=month_text, css="date")
    unit = Column(_("Unit"), "bill__unit__code", sort=True, link="estate:unit", link_pk="bill__unit")
    state = StateColumn(_("State"), choices=CorrectionState.choices, styles=CORRECTION_TONES, sort=True)
    amount = MoneyColumn(_("More or less by (yuan)"), total=True, sort=True)
    reason = Column(_("Reason"), css="text")
    requested_by = Column(_("Asked for by"), "requested_by__name", sort=True)
    requested_at = DateTimeColumn(_("Asked for at"), sort=True)
    decided_by = Column(_("Decided by"), "decided_by__name", optional=True)
    decided_at = DateTimeColumn(_("Decided at"), optional=True, default_shown=False)

    class Meta:
        model = Correction
        default_sort = ("-requested_at",)
        empty = _("No bill was to be corrected yet")
        empty_text = _("A correction is asked for on the bill's own page.")
        empty_icon = "pencil-square"


class ReductionTable(Table):
    """Who pays less for a vacant unit, and until when."""

    unit = Column(_("Unit"), "unit__code", sort=True, link="fees:reduction")
    state = StateColumn(_("State"), choices=ReductionState.choices, styles=REDUCTION_TONES, sort=True)
    applicant = Column(_("Applied for by"), "applicant__name", sort=True)
    vacant_since = DateColumn(_("Vacant since"), sort=True)
    starts = DateColumn(_("From"), sort=True)
    ends = DateColumn(_("To"), sort=True)
    percent = NumberColumn(_("Pays (%)"))
    requested_at = DateTimeColumn(_("Applied for at"), sort=True, optional=True)
    decided_by = Column(_("Decided by"), "decided_by__name", optional=True)
    decision = Column(_("Word of the decision"), css="text", optional=True, default_shown=False)

    class Meta:
        model = Reduction
        default_sort = ("-requested_at",)
        empty = _("Nobody applied for a vacancy reduction yet")
        empty_text = _("An owner's application is taken in on the unit's page.")
        empty_icon = "house-dash"
