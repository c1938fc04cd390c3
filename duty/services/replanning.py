"""The rest of a month planned again after leave or a leaver, with the fewest changes to what is published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy as _

from duty import roster as optimiser
from duty.models import Assignment, Roster
from duty.services.borders import Border
from duty.services.cells import locked, put
from duty.services.drafting import change_of, check_plannable, order, planned
from duty.services.editing import EDIT, Refused
from duty.services.problems import MonthProblem
from duty.services.repairing import repair
from duty.services.wording import Words
from frontdesk.kit import activity
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.services.months import Month
    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job
    from frontdesk.staff.models import User


def order_replan(roster: Roster, *, by: User, since: dt.date) -> Job:
    """Have the rest of a month planned again from a date on; nothing changes until the result is taken over.

    Raises:
        Conflict: the month is being planned already.
        DeskError: the date is over or lies in another month.

    """
    require(by, EDIT, roster)
    with locked(roster) as (fresh,):
        month = MonthProblem.of(fresh)
        if since not in month.dates:
            raise DeskError(_("%(date)s is not in this month.") % {"date": since}, field="since")
        if since < month.open_from:
            raise DeskError(_("What is over or has begun stays as it was: choose a later day."), field="since")
        return order(fresh, "duty.replan_roster", by=by, since=since.isoformat())


def replan(roster: Roster, since: dt.date, progress: Progress) -> str:
    """Plan the rest of a month and keep the difference, to be looked at.

    Raises:
        DeskError: there is nothing to plan with by now.

    """
    month = MonthProblem.of(roster)
    check_plannable(month)
    since = max(since, month.open_from)  # it may have waited over midnight
    now = {key: cell.shift_type for key, cell in month.cells.items()}
    found = repair(roster, month, since, progress)
    wanted = planned(month, found.result.assignments)
    keys = [(pk, date) for pk in month.keys for date in month.dates if date >= since]
    cells = [[pk, f"{date}", now.get((pk, date)), wanted.get((pk, date))] for pk, date in keys]
    changed = [cell for cell in cells if cell[2] != cell[3]]
    proposal = {
        "since": since.isoformat(),
        "cells": changed,
        "figures": {"gaps": len(found.result.gaps), "is_fewest": found.is_fewest},
    }
    Roster.objects.filter(pk=roster.pk).update(proposal=proposal, stop_asked=False)
    return gettext("%(cells)s cells would change. Nothing is changed yet.") % {"cells": len(changed)}


def proposed(month: Month) -> list[tuple[Any, dt.date, Any, Any]]:
    """Return what would change: person, date, shift now, shift then; by date."""
    roster = month.roster
    types, people = month.type_by_pk, month.by_person
    rows = [
        (people[pk].user, dt.date.fromisoformat(date), types.get(before), types.get(after))
        for pk, date, before, after in (roster.proposal.get("cells", ()) if roster else ())
        if pk in people
    ]
    return sorted(rows, key=lambda row: (row[1], str(row[0])))


def take_replan(roster: Roster, *, by: User, reason: str) -> Roster:
    """Change the cells as was proposed; all or none.

    Raises:
        Conflict: a cell is no longer as it was when the proposal was made, or its shift has begun.
        Refused: a hard rule would be broken by now.
        DeskError: nothing is proposed, or no reason is given.

    """
    require(by, EDIT, roster)
    reason = must_be_said(reason, _("Say why the rest of the month changes."), field="reason")
    with locked(roster) as (fresh,):
        month = MonthProblem.of(fresh)
        rows = proposed(month)
        if not rows:
            raise Conflict(_("Nothing is proposed any more."))
        if rows[0][1] < month.open_from:
            raise Conflict(_("Some of these days have begun meanwhile: plan the rest again."))
        _check(month, rows)
        changes = [change_of(month, (one.pk, date), _key(before), _key(after)) for one, date, before, after in rows]
        made = put(
            fresh,
            [change for change in changes if change],
            by=by,
            source=Assignment.Source.REPLAN,
            reason=reason,
            verb="take_replan",
        )
        Roster.objects.filter(pk=fresh.pk).update(proposal={})
    return made


def discard_replan(roster: Roster, *, by: User) -> None:
    """Leave the month as it is; asked a second time, nothing happens."""
    require(by, EDIT, roster)
    with locked(roster) as (fresh,):
        if fresh.proposal:
            Roster.objects.filter(pk=fresh.pk).update(proposal={})
            activity.record(fresh, "discard_replan", by=by)


def first_day(month: dt.date) -> dt.date:
    """Return the first day that can still be planned again: tomorrow, or the month's first."""
    return max(local_date() + ONE_DAY, month)


def _check(month: MonthProblem, rows: Sequence[tuple[Any, dt.date, Any, Any]]) -> None:
    cells = {(one.pk, month.day(date)): str(after.pk) if after else None for one, date, _before, after in rows}
    difference = optimiser.change(month.problem, month.assignments, cells)
    refused = Words(month).say_all(difference.hard, name=True)
    refused += Border(month).refused({(one.pk, date): _key(after) for one, date, _before, after in rows})
    if refused:
        raise Refused(refused)


def _key(shift: Any) -> int | None:
    return None if shift is None else shift.pk
