"""Cars in the car park as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import ParkingVisit
from frontdesk.kit.calendar import now
from frontdesk.kit.durations import said
from frontdesk.kit.listing import Action, BooleanColumn, Column, DateTimeColumn, MoneyColumn, NumberColumn, Table

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row

GATE = Action(_("Gate: in and out"), "fees:gate", "fees.log_visit", "sign-intersection-y", "primary")
MINUTE, ALL_DAY = 60, 24 * 60


def stayed(left_at: dt.datetime | None, row: Row) -> str:
    """Say how long a car was there, or is there by now."""
    return length(row["entered_at"], left_at or now())


def length(since: dt.datetime, until: dt.datetime) -> str:
    """Say how long it is from one moment to another."""
    return said(max(0, int((until - since).total_seconds()) // MINUTE), day=ALL_DAY)


class ParkingVisitTable(Table):
    """Who came, who is inside, what it came to."""

    plate = Column(_("Plate"), sort=True, link="fees:parkingvisit")
    entered_at = DateTimeColumn(pgettext_lazy("parking", "In"), sort=True)
    left_at = DateTimeColumn(pgettext_lazy("parking", "Out"), sort=True)
    stayed = Column(_("Stayed"), "left_at", render=stayed, needs=("entered_at",))
    visits = NumberColumn(_("Visits"), total=True)
    amount = MoneyColumn(_("Fee (yuan)"), "bill__amount", total=True, sort=True)
    outstanding = MoneyColumn(_("Still open (yuan)"), "bill__outstanding", total=True)
    card = Column(_("Monthly card"), "vehicle__person__name", optional=True)
    lost_ticket = BooleanColumn(_("Ticket lost"))
    entered_by = Column(_("Let in by"), "entered_by__name", optional=True)
    left_by = Column(_("Let out by"), "left_by__name", optional=True)

    class Meta:
        model = ParkingVisit
        default_sort = ("-entered_at",)
        empty = _("No car came yet")
        empty_text = _("The gate writes down each car in and out.")
        empty_icon = "car-front"
        first = GATE
