"""The shifts somebody is missing from when they go on leave, and who could stand in for each (R-DUTY-05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from duty import roster as optimiser
from duty.models import Assignment, StandIn
from duty.services.borders import Border, broken_across
from duty.services.checking import worse_for
from duty.services.problems import MonthProblem
from duty.services.wording import Words, hours
from frontdesk.kit.calendar import ONE_DAY, local_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from duty.models import Leave
    from duty.roster import Cell, Key
    from frontdesk.staff.models import User


@dataclass(frozen=True)
class Candidate:
    """Somebody who may take a shift, with what speaks for and against it.

    `week`, `month` and `target` are hours without this shift; `called` is how often they stood in this year.
    """

    user: User
    week: str
    month: str
    target: str
    called: int
    last_called: dt.date | None
    weekends: int
    lates: int
    breaks: list[str]
    cost: int


@dataclass(frozen=True)
class Excluded:
    """Somebody who may not, and the rules in the way."""

    user: User
    why: list[str]


@dataclass(frozen=True)
class Hole:
    """One shift to be filled; without `ranked` nobody may."""

    cell: Assignment
    is_whole: bool
    ranked: list[Candidate]
    excluded: list[Excluded]


def holes_of(leave: Leave) -> list[Assignment]:
    """Return the shifts of a leave's person, drafted or published, of which some part lies in it."""
    first, last = local_date(leave.starts_at) - ONE_DAY, local_date(leave.ends_at)
    rows = Assignment.objects.filter(roster__office=leave.office_id).working().of([leave.person_id])
    cells = rows.between(first, last).select_related("roster__office", "shift_type", "person").order_by("date")
    return [cell for cell in cells if cell.begins < leave.ends_at and cell.ends > leave.starts_at]


def covers(leave: Leave, cell: Assignment) -> bool:
    """Answer whether somebody is away for the whole shift."""
    return leave.starts_at <= cell.begins and cell.ends <= leave.ends_at


def who_could(leave: Leave) -> list[Hole]:
    """Return each hole with who could stand in, the best first.

    One after the other: for the second shift it counts that the best for the first one has taken that.
    """
    cells = holes_of(leave)
    called = _last_called(leave)
    found: list[Hole] = []
    taken: dict[tuple[int, dt.date], int | None] = {}
    for roster in dict.fromkeys(cell.roster for cell in cells):
        month = MonthProblem.of(roster)
        mine = [cell for cell in cells if cell.roster == roster]
        standing: dict[Cell, str] = {**month.assignments}
        for cell in mine:
            del standing[leave.person_id, month.day(cell.date)]
        border = Border(month)
        for cell in mine:
            hole = _ask(border, standing, leave, cell, called, taken)
            if hole.ranked:
                best = hole.ranked[0].user.pk
                standing[best, month.day(cell.date)] = str(cell.shift_type_id)
                taken[best, cell.date] = cell.shift_type_id
            found.append(hole)
    return found


def _ask(
    border: Border,
    standing: dict[Cell, str],
    leave: Leave,
    cell: Assignment,
    called: dict[Any, dt.date],
    taken: Mapping[tuple[int, dt.date], int | None],
) -> Hole:
    month = border.month
    day, shift = month.day(cell.date), str(cell.shift_type_id)
    answer = optimiser.stand_ins(month.problem, standing, day, shift, without=leave.person_id)
    shares = {share.person: share for share in optimiser.fairness(month.problem, standing).shares}
    words = Words(month)
    late = {one.person: _across(border, int(one.person), cell, taken) for one in answer.ranked}
    users: dict[Key, User] = {one.user.pk: one.user for one in month.people}
    ranked = [
        Candidate(
            user=users[one.person],
            week=hours(one.week_minutes),
            month=hours(one.minutes),
            target=hours(shares[one.person].target or 0),
            called=one.called,
            last_called=called.get(one.person),
            weekends=shares[one.person].weekend.count,
            lates=shares[one.person].late.count,
            breaks=worse_for(words, one.difference),
            cost=one.cost,
        )
        for one in answer.ranked
        if not late[one.person]
    ]
    excluded = [Excluded(users[key], words.say_all(rules)) for key, rules in answer.excluded.items()]
    excluded += [Excluded(users[key], why) for key, why in late.items() if why]
    return Hole(cell, covers(leave, cell), ranked, excluded)


def _across(
    border: Border, person: int, cell: Assignment, taken: Mapping[tuple[int, dt.date], int | None]
) -> list[str]:
    """Say what a shift would break beyond its month: in the next one, or after shifts taken in the one before."""
    month, shift = border.month, cell.shift_type_id
    before = {key: kind for key, kind in taken.items() if key[0] == person and key[1] < month.first}
    broken = broken_across(month, before, {(person, month.day(cell.date)): str(shift)})
    return [
        *Words(month).say_all(one for one in broken if one.hard),
        *border.refused({(person, cell.date): shift}, name=False),
    ]


def _last_called(leave: Leave) -> dict[Any, dt.date]:
    rows = StandIn.objects.filter(leave__office=leave.office_id, person__isnull=False).order_by()
    return dict(rows.values_list("person").annotate(Max("date")))
