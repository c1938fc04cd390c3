"""Findings and rounds as lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Finding, PatrolRound, PatrolRoute
from duty.workflow import FINDING_TONES, FindingState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import Action, Column, DateColumn, DateTimeColumn, NumberColumn, StateColumn, Table

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row

REPORT = Action(_("Write down a finding"), "duty:finding_add", "duty.report_finding", "plus-lg", "primary")
ROUTES = Action(_("Start a round"), "duty:patrolroute_list", "duty.walk_patrol", "play-circle", "primary")
ADD_ROUTE = Action(_("Add a route"), "duty:patrolroute_add", "duty.change_route", "plus-lg", "primary")


def where(place: str, row: Row) -> str:
    """Return the unit or building, and the place in words."""
    return " · ".join(filter(None, (row["unit__code"] or row["building__name"], place)))


def plan_is_late(day: dt.date | None, row: Row) -> bool:
    """Answer whether it should have been planned by now."""
    return day is not None and row["state"] == FindingState.OPEN and day < local_date()


def solution_is_late(day: dt.date | None, row: Row) -> bool:
    """Answer whether it should have been solved by now, by its plan."""
    planned = row["state"] == FindingState.PLANNED and row["ticket"] is None
    return day is not None and planned and day < local_date()


class FindingTable(Table):
    """What was found."""

    number = Column(_("No."), link="duty:finding", sort=True)
    state = StateColumn(_("State"), choices=FindingState.choices, styles=FINDING_TONES, sort=True)
    text = Column(_("What was found"), css="text", width=50)
    where = Column(_("Where"), "place", render=where, needs=("unit__code", "building__name"), css="text")
    plan_by = DateColumn(_("Plan by"), sort=True, late=plan_is_late, needs=("state",))
    solve_by = DateColumn(_("Solve by"), sort=True, late=solution_is_late, needs=("state", "ticket"))
    by = Column(_("Found by"), "found_by__name", sort=True)
    found_at = DateTimeColumn(_("Found at"), sort=True)
    planned = Column(_("Planned by"), "planned_by__name", optional=True, default_shown=False)
    solved_at = DateTimeColumn(_("Solved at"), sort=True, optional=True, default_shown=False)
    ticket = Column(_("Ticket"), "ticket__number", optional=True, default_shown=False)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Finding
        default_sort = ("-found_at",)
        empty = _("Nothing was found")
        empty_text = _("What patrols and routines find is written down here until it is solved.")
        empty_icon = "binoculars"
        first = REPORT


class RouteTable(Table):
    """The office's routes."""

    name = Column(_("Route"), link="duty:patrolroute", sort=True)
    retired = DateTimeColumn(_("Given up"), "retired_at")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = PatrolRoute
        default_sort = ("retired_at", "name")
        empty = _("No routes yet")
        empty_text = _("A supervisor writes down the points of a route; then it is walked with the phone.")
        empty_icon = "signpost-split"
        first = ADD_ROUTE


class RoundTable(Table):
    """Rounds that were walked."""

    begun_at = DateTimeColumn(pgettext_lazy("patrol", "Began"), link="duty:patrolround", sort=True)
    route = Column(_("Route"), "route__name", sort=True)
    walker = Column(_("Walked by"), "walker__name", sort=True)
    ended_at = DateTimeColumn(_("Ended"), sort=True)
    points = NumberColumn(_("Points"))
    seen = NumberColumn(pgettext_lazy("patrol", "Seen"))
    left_out = NumberColumn(pgettext_lazy("patrol", "Left out"), late=lambda value, _row: bool(value))
    found = NumberColumn(_("Findings"))
    note = Column(_("Remark"), optional=True, css="text")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = PatrolRound
        default_sort = ("-begun_at",)
        empty = _("No rounds yet")
        empty_text = _("Choose a route and start: each point is ticked where one stands.")
        empty_icon = "signpost-split"
        first = ROUTES
