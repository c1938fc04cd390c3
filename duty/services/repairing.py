"""The rest of a published month in two stages: first the fewest changes, then the least cost among those.

A shift that can be filled is worth changes; beyond that nothing is: neither a wish nor a rule that only should be kept
moves a colleague who relies on what was published.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext

from duty import roster as optimiser
from duty.services.drafting import PATIENCE, lawful, teller

if TYPE_CHECKING:
    import datetime as dt

    from duty.models import Roster
    from duty.services.problems import MonthProblem
    from frontdesk.kit.jobs import Progress

    Plan = dict[tuple[int, dt.date], int | None]

CHANGE, GAP = 1_000, 100_000
"""What a change and a gap cost while the fewest changes are looked for: nobody moves a hundred cells for one shift."""
HELD, OPEN = 20_000, 200_000
"""What a change and a gap cost on top of the office's own points while the best of the fewest is looked for."""
FIRST = 0.4
"""The part of the office's time for the first stage."""


class Repair(NamedTuple):
    """A roster for the rest of the month; `is_fewest`: it is proven that none takes fewer changes."""

    result: optimiser.Roster
    changes: int
    is_fewest: bool


def repair(roster: Roster, month: MonthProblem, since: dt.date, progress: Progress) -> Repair:
    """Return the rest of a month from a date on, changed as little as it can be; what is over and fixed stays."""
    now = {key: cell.shift_type for key, cell in month.cells.items()}
    problem = month.make_problem(frozen=month.kept(since), published=now)
    few = _solve(roster, month, bare(problem), progress, text=gettext("Looking for the fewest changes"), end=FIRST)
    fewest = changes_in(problem, few)
    text = gettext("Fewest changes found: %(n)s. Looking for the best roster among those") % {"n": fewest}
    best = _solve(roster, month, held(problem), progress, text=text, begin=FIRST)
    chosen = min((best, few), key=lambda result: _rank(problem, result))
    return Repair(chosen, changes_in(problem, chosen), is_fewest=few.proven)


def bare(problem: optimiser.Problem) -> optimiser.Problem:
    """Return what the fewest changes are looked for in: what must be kept, gaps, and changes."""
    return replace(
        _priced(problem, GAP, over=0),
        people=tuple(replace(person, wishes=()) for person in problem.people),
        rules=tuple(rule for rule in problem.rules if rule.weight is None),
        change=CHANGE,
    )


def held(problem: optimiser.Problem) -> optimiser.Problem:
    """Return the whole problem, changes so dear that no wish and no rule that should be kept is worth one."""
    return replace(_priced(problem, OPEN), change=HELD)


def changes_in(problem: optimiser.Problem, result: optimiser.Roster) -> int:
    """Count the cells that are other than what was published."""
    before = {cell: shift for cell, shift in (problem.published or {}).items() if shift is not None}
    cells = before.keys() | result.assignments.keys()
    return sum(before.get(cell) != result.assignments.get(cell) for cell in cells)


def _priced(problem: optimiser.Problem, gap: int, **more: Any) -> optimiser.Problem:
    demands = (replace(demand, under=gap, short=gap, **more) for demand in problem.demands)
    skills = (replace(demand, weight=gap) for demand in problem.skill_demands)
    return replace(problem, demands=tuple(demands), skill_demands=tuple(skills))


def _rank(problem: optimiser.Problem, result: optimiser.Roster) -> tuple[int, int, int, int]:
    """Return what counts, in its order: broken hard rules, gaps, changes, the office's points."""
    verdict = optimiser.evaluate(replace(problem, published=None), result.assignments)
    gaps = sum(gap.amount for gap in verdict.gaps)
    return len(verdict.hard), gaps, changes_in(problem, result), verdict.cost


def _solve(
    roster: Roster,
    month: MonthProblem,
    problem: optimiser.Problem,
    progress: Progress,
    *,
    text: str,
    begin: float = 0.0,
    end: float = 1.0,
) -> optimiser.Roster:
    """Have the optimiser work for a part of the office's time."""
    effort = month.settings.draft_seconds * (end - begin)
    tell = teller(roster, month, progress, say=lambda _state: text, begin=begin)
    return lawful(problem, optimiser.solve(problem, effort=effort, seconds=effort + PATIENCE, progress=tell))
