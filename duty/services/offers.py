"""With whom a shift can be swapped, and for what: only what breaks no rule that must be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duty import roster as optimiser
from duty.models import Assignment
from duty.services.cells import Change
from duty.services.checking import Check, worse_for
from duty.services.problems import MonthProblem
from duty.services.wording import Words
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.periods import month_of, next_month

if TYPE_CHECKING:
    import datetime as dt

    from duty.models import ShiftType
    from duty.roster import Cell, Difference, Key
    from frontdesk.staff.models import User


@dataclass(frozen=True)
class Offer:
    """One way to swap: `other` takes the shift and gives `shift_type` of `date`, or takes it on a day off."""

    other: User
    date: dt.date
    shift_type: ShiftType | None
    breaks: list[str]
    cost: int

    @property
    def key(self) -> str:
        """What a form sends."""
        return f"{self.other.pk}:{self.date}"


def offers_for(mine: Assignment, *, other: User | None = None) -> list[Offer]:
    """Return how a published shift can be swapped, what costs least first.

    Without `other` the best way with each colleague within the month; with it every way with that one, also for their
    shifts of the published months before and after.
    """
    month = MonthProblem.of(mine.roster)
    today = local_date()
    over: dict[tuple[int, dt.date], int | None] = {
        (key, date): cell.shift_type if (cell := month.cells.get((key, date))) else None
        for date in month.dates
        if date < today
        for key in month.keys
    }
    problem = month.make_problem(frozen=over)
    cells: dict[Cell, str] = {**month.assignments}
    day = month.day(mine.date)
    check = Check(month, reader=mine.person_id)
    border = check.border(month)
    found = _ways(month, problem, cells, mine, other) if other else _best(month, problem, cells, mine, day)
    found = [offer for offer in found if not border.refused(_days(mine, offer))]
    found += _across(check, mine, other) if other else []
    lawful = [offer for offer in found if offer.shift_type is None or offer.shift_type.begins_on(offer.date) > now()]
    return sorted(lawful, key=lambda offer: (offer.cost, offer.date, str(offer.other)))


def _best(
    month: MonthProblem, problem: optimiser.Problem, cells: dict[Cell, str], mine: Assignment, day: int
) -> list[Offer]:
    words = Words(month, mine.person_id)
    answers = optimiser.alternatives(problem, cells, mine.person_id, day)
    return [
        _offer(words, one.person, day if one.day is None else one.day, one.shift, one.difference)
        for one in answers
        if not one.hard
    ]


def _ways(
    month: MonthProblem, problem: optimiser.Problem, cells: dict[Cell, str], mine: Assignment, other: User
) -> list[Offer]:
    """Return every lawful exchange with one colleague: the same day's, and their shifts on days off of mine."""
    me, day = mine.person_id, month.day(mine.date)
    if other.pk not in month.by_person:
        return []
    free = (other.pk, day) not in cells
    days = [day, *(d for d in range(len(month.dates)) if free and (other.pk, d) in cells and (me, d) not in cells)]
    words, found = Words(month, me), []
    for d in days:
        difference = optimiser.swap(problem, cells, (me, day), (other.pk, d))
        if difference.allowed:
            found.append(_offer(words, other.pk, d, cells.get((other.pk, d)), difference))
    return found


def _days(mine: Assignment, offer: Offer) -> dict[tuple[int, dt.date], int | None]:
    """Return the cells of a swap as they would be."""
    me, them, theirs = mine.person_id, offer.other.pk, offer.shift_type.pk if offer.shift_type else None
    given: dict[tuple[int, dt.date], int | None] = {(me, mine.date): None, (them, mine.date): mine.shift_type_id}
    if offer.date == mine.date:
        return given | {(me, offer.date): theirs}
    return given | {(them, offer.date): None, (me, offer.date): theirs}


def _across(check: Check, mine: Assignment, other: User) -> list[Offer]:
    """Return the lawful exchanges with a colleague's shifts of the published months before and after."""
    month, me = mine.roster.month, mine.person
    first, last = (month - ONE_DAY).replace(day=1), month_of(next_month(month)).last
    rows = Assignment.objects.working().filter(roster__office=mine.roster.office_id, person__in=(me, other))
    cells = rows.published().between(first, last).select_related("roster__office", "shift_type")
    busy = {(cell.person_id, cell.date) for cell in cells}
    if (other.pk, mine.date) in busy:
        return []
    give = [Change(me, mine.date, None, mine.shift_type), Change(other, mine.date, mine.shift_type, None)]
    found = []
    for cell in cells:
        if cell.person_id == me.pk or cell.roster_id == mine.roster_id or (me.pk, cell.date) in busy:
            continue
        if cell.begins <= now():
            continue
        take = [Change(other, cell.date, None, cell.shift_type), Change(me, cell.date, cell.shift_type, None)]
        try:
            broken = check.broken_by({mine.roster: give, cell.roster: take})
        except DeskError:  # one of the two is not on that month's roster
            continue
        if not broken.hard:
            found.append(Offer(other, cell.date, cell.shift_type, broken.soft, broken.cost))
    return found


def _offer(words: Words, person: Key, day: int, shift: str | None, difference: Difference) -> Offer:
    month = words.month
    return Offer(
        other=month.by_person[int(person)].user,
        date=month.dates[day],
        shift_type=month.type_by_pk[int(shift)] if shift else None,
        breaks=worse_for(words, difference, name=True),
        cost=difference.cost,
    )
