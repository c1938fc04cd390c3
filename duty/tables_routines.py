"""Routine work as lists (R-RTN-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy

from duty.models import Routine, RoutineTask
from duty.models.routines import OWNERS, Evidence
from duty.workflow import ROUTINE_TONES, RoutineState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import Action, ChoiceColumn, Column, DateColumn, DateTimeColumn, StateColumn, Table

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row

CHANGE = "duty.change_routine"
VIEW = "duty.view_routinetask"
CALENDAR = Action(_("Calendar"), "duty:routine_calendar", VIEW, "calendar3")
SHARES = Action(_("Share done"), "duty:routine_share", VIEW, "bar-chart")
ROUTINES = Action(_("Routines"), "duty:routine_list", CHANGE, "sliders")
ADD = Action(_("New routine"), "duty:routine_add", CHANGE, "plus-lg", "primary")
OWNED = ("role", "person__name")
WHEN = ("cycle", "times", "weekday", "day", "month", "on_day_off")
HOW_OFTEN = ("period", "cycle", "turn", "due_on")


def _is_late(due_on: dt.date, row: Row) -> bool:
    return row["state"] == RoutineState.OPEN and due_on < local_date()


def _owner(_value: Any, row: Row) -> Any:
    """Say whom it falls to: the colleague, otherwise the role."""
    return row["person__name"] or dict(OWNERS).get(row["role"], "")


class RoutineTaskTable(Table):
    """Occurrences, what is due first on top."""

    routine = Column(_("Routine"), "routine__name", link="duty:routinetask", sort=True)
    due_on = DateColumn(pgettext_lazy("routine", "Due on"), sort=True, late=_is_late, needs=("state",))
    time = Column(
        pgettext_lazy("routine", "For"),
        "period",
        css="date",
        render=lambda _value, row: RoutineTask(**{name: row[name] for name in HOW_OFTEN}).label,
        needs=HOW_OFTEN,
    )
    owner = Column(_("Falls to"), "role", render=_owner, needs=OWNED)
    state = StateColumn(_("State"), choices=RoutineState.choices, styles=ROUTINE_TONES, sort=True)
    done_by = Column(_("Done by"), "done_by__name", sort=True)
    done_at = DateTimeColumn(_("Done at"), sort=True, optional=True)
    result = Column(pgettext_lazy("routine", "What was done"), css="text", width=50, optional=True)
    reason = Column(_("Passed over because"), css="text", width=40, optional=True, default_shown=False)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = RoutineTask
        default_sort = ("is_over", "due_on", "routine__name", "turn")
        empty = _("No routine work here")
        empty_text = _("What recurs is listed ahead by itself, for each routine of the office.")
        empty_icon = "arrow-repeat"


class RoutineTable(Table):
    """What recurs in the office."""

    name = Column(_("Routine"), link="duty:routine", sort=True)
    rhythm = Column(
        _("How often"),
        "cycle",
        render=lambda _value, row: str(Routine(**{name: row[name] for name in WHEN}).rhythm),
        needs=WHEN,
    )
    owner = Column(_("Falls to"), "role", render=_owner, needs=OWNED)
    evidence = ChoiceColumn(_("Evidence"), choices=Evidence.choices)
    lead = Column(pgettext_lazy("routine", "Reminded"), "lead_days", render=lambda value, _row: str(_days(value)))
    retired = DateTimeColumn(pgettext_lazy("routine", "Given up at"), "retired_at")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Routine
        default_sort = ("retired_at", "name")
        empty = _("No routines yet")
        empty_text = _("The routines of the office's rules appear here by themselves within a minute.")
        empty_icon = "arrow-repeat"
        first = ADD


def _days(number: int) -> Any:
    if not number:
        return _("on the day")
    return ngettext("%(days)s day before", "%(days)s days before", number) % {"days": number}
