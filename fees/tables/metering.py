"""Meters, readings and shared costs as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from fees.models import Meter, MeterReading, SharedCost
from fees.workflow import SHARING_TONES, SharingState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from frontdesk.kit.listing.columns import Row

ADD_METER = Action(_("Register a meter"), "fees:meter_add", "fees.change_meter", "plus-lg", "primary")
METERS = Action(_("Meters"), "fees:meter_list", "fees.view_meter", "speedometer2")
READINGS = Action(_("Readings"), "fees:meterreading_list", "fees.view_meter", "list-ul")
BILL = Action(_("Bill a month"), "fees:meterreading_bill", "fees.run_bills", "receipt", "primary")
ADD_COST = Action(_("Enter a shared cost"), "fees:sharedcost_add", "fees.settle_cost", "plus-lg", "primary")
PREPAY = Action(_("Bill the prepayment"), "fees:sharedcost_prepay", "fees.settle_cost", "piggy-bank")


def plain(value: Decimal | None, _row: Row) -> str:
    """Write a reading without zeros at its end."""
    return "" if value is None else f"{value.normalize():f}"


def whose(code: str | None, row: Row) -> str:
    """Say whose meter it is."""
    return code or row["building__name"] or gettext("whole office")


def whose_read(code: str | None, row: Row) -> str:
    """Say whose meter was read."""
    return code or row["meter__building__name"] or gettext("whole office")


def what_became(bill: int | None, row: Row) -> str:
    """Say what became of a reading."""
    if bill is not None:
        return gettext("billed")
    if row["cost__name"]:
        return str(row["cost__name"])
    return gettext("to be looked at") if row["is_abnormal"] and row["confirmed_by"] is None else ""


class MeterTable(Table):
    """The register of meters."""

    number = Column(_("Meter no."), sort=True, link="fees:meter")
    kind = ChoiceColumn(_("Kind"), choices=Meter.Kind.choices, sort=True)
    unit = Column(_("Whose"), "unit__code", sort=True, render=whose, needs=("building__name",))
    place = Column(_("Place of the meter"), css="text", optional=True)
    last_on = DateColumn(_("Last read"), sort=True)
    last_value = Column(_("Reading"), render=plain, css="num")
    multiplier = Column(_("Multiplier"), render=plain, optional=True, default_shown=False)
    digits = NumberColumn(_("Digits"), optional=True, default_shown=False)
    installed_on = DateColumn(_("Installed on"), optional=True, default_shown=False)
    removed_on = DateColumn(_("Taken out on"), optional=True)

    class Meta:
        model = Meter
        default_sort = ("unit__code", "kind")
        empty = _("No meters yet")
        empty_text = _("Register the meters of units, and those whose cost is shared.")
        empty_icon = "speedometer2"
        first = ADD_METER


class MeterReadingTable(Table):
    """What was read."""

    meter = Column(_("Meter no."), "meter__number", link="fees:meter", link_pk="meter", sort=True)
    kind = ChoiceColumn(_("Kind"), "meter__kind", choices=Meter.Kind.choices, sort=True)
    unit = Column(_("Whose"), "meter__unit__code", sort=True, render=whose_read, needs=("meter__building__name",))
    read_on = DateColumn(_("Read on"), sort=True)
    before = Column(_("Reading before"), render=plain, css="num")
    value = Column(_("Reading"), render=plain, css="num")
    used = NumberColumn(_("Used"), digits=3, sort=True, total=True)
    usual = Column(_("Usual"), render=plain, css="num", optional=True)
    rolled_over = BooleanColumn(_("Began at 0 again"), optional=True, default_shown=False)
    is_abnormal = BooleanColumn(_("Unusually high"))
    outcome = Column(
        pgettext_lazy("meter reading", "Outcome"), "bill", render=what_became, needs=("cost__name", "confirmed_by")
    )
    amount = MoneyColumn(_("Billed (yuan)"), "bill__amount", total=True)
    reason = Column(_("Reason"), css="text", optional=True)
    by = Column(_("Read by"), "by__name", optional=True)

    class Meta:
        model = MeterReading
        default_sort = ("-read_on",)
        empty = _("Nothing was read yet")
        empty_text = _("Read a meter on its own page, or bring the reading book as Excel under “Imports”.")
        empty_icon = "speedometer2"
        first = METERS


class SharedCostTable(Table):
    """What was shared."""

    name = Column(_("What for"), sort=True, link="fees:sharedcost")
    building = Column(_("Among"), "building__name", render=lambda name, _row: name or gettext("whole office"))
    starts = DateColumn(_("From"), sort=True)
    ends = DateColumn(_("To"), sort=True)
    amount = MoneyColumn(_("Cost (yuan)"), total=True, sort=True)
    state = StateColumn(_("State"), choices=SharingState.choices, styles=SHARING_TONES, sort=True)
    total_area = NumberColumn(_("Floor area (m²)"), digits=2)
    settled_by = Column(_("Settled by"), "settled_by__name", optional=True)
    billed_at = DateColumn(
        _("Bills out on"), render=lambda at, _row: "" if at is None else f"{local_date(at):%Y-%m-%d}"
    )

    class Meta:
        model = SharedCost
        default_sort = ("-ends",)
        empty = _("No cost was shared yet")
        empty_text = _("Enter what the period's shared water and electricity cost; look at the shares; then bill them.")
        empty_icon = "pie-chart"
        first = ADD_COST
