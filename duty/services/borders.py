"""Where two months meet: what other last days of one month do to the first days of the next (R-DUTY-05).

The optimiser looks at one month and what was before it. What a change breaks in the month after is asked of that
month, with the days before it as they would be.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from duty import roster as optimiser
from duty.models import Roster
from duty.roster import Code
from duty.services.history import TAIL
from duty.services.problems import MonthProblem
from duty.services.wording import Words
from frontdesk.kit.calendar import ONE_DAY
from frontdesk.kit.periods import next_month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from duty.roster import Cell, Violation

    Days = Mapping[tuple[int, dt.date], int | None]
    """Cells as they would be, by person and date: the kind of shift, None for the day off."""

REACHING = frozenset({
    Code.REST, Code.EARLY_AFTER_LATE, Code.STEADY, Code.RUN_MAX, Code.OFF_MIN, Code.WEEK_OFF, Code.WEEK_MINUTES,
    Code.ROTATION,
})  # fmt: skip
"""The rules that reach from one month into the next."""


class Border:
    """The end of a month, and the month after it if colleagues rely on that already; a draft is still made to fit."""

    def __init__(self, month: MonthProblem) -> None:
        self.month = month

    @cached_property
    def after(self) -> MonthProblem | None:
        """The published month after."""
        rows = Roster.objects.filter(office=self.month.office).published().for_month(next_month(self.month.first))
        roster = rows.select_related("office").first()
        return None if roster is None else MonthProblem.of(roster)

    def is_near(self, days: Days) -> bool:
        """Answer whether some of these cells lie so late in the month that the next one feels them."""
        last = self.month.last
        return any(last - ONE_DAY * TAIL < date <= last for _person, date in days)

    def refused(self, days: Days, *, name: bool = True) -> list[str]:
        """Say which rules that must be kept changes would break in the first days of the month after."""
        if not self.is_near(days) or self.after is None:
            return []
        broken = broken_across(self.after, days, {})
        return Words(self.after).say_all((one for one in broken if one.hard), name=name)


def broken_across(month: MonthProblem, before: Days, own: Mapping[Cell, str | None]) -> list[Violation]:
    """Return what a month breaks anew if cells `before` it, and some of its `own`, were others."""
    people = {pk for pk, date in before if date < month.first} & month.by_person.keys()
    if not people:
        return []
    mine = tuple(person for person in month.problem.people if person.id in people)
    there = {cell: shift for cell, shift in month.assignments.items() if cell[0] in people}
    then = {cell: shift for cell, shift in ({**there, **own}).items() if shift is not None and cell[0] in people}
    old = _alone(month, mine)
    new = _alone(month, tuple(replace(one, history=_history(month, int(one.id), before)) for one in mine))
    known = optimiser.evaluate(old, there).violations
    return [one for one in optimiser.evaluate(new, then).violations if one.rule in REACHING and one not in known]


def _alone(month: MonthProblem, people: tuple[optimiser.Person, ...]) -> optimiser.Problem:
    """Return the month of some people with the rules that reach over its beginning."""
    rules = tuple(rule for rule in month.problem.rules if rule.code in REACHING)
    return replace(month.problem, people=people, rules=rules, demands=(), skill_demands=(), company=())


def _history(month: MonthProblem, person: int, before: Days) -> tuple[str | None, ...]:
    """Return what somebody would have worked in the days before the month, the latest last."""
    tail = list(month.tails.get(person, ()))
    for (pk, date), shift in before.items():
        place = len(tail) - (month.first - date).days
        if pk == person and 0 <= place < len(tail):
            tail[place] = None if shift is None else str(shift)
    return tuple(tail)
