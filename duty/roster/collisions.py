"""Which rules and people contradict the demand: the smallest set to relax, found by asking for a roster without gaps.

The same problem is solved with every hard rule and every day of leave at a price, and gaps at a price that outweighs
them all: what the best such roster breaks is the least that has to give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from duty.roster.exchange import stand_ins
from duty.roster.problem import Code, Key, Person, Problem, Wish
from duty.roster.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from duty.roster.model import Violation

GAP, BROKEN, LEAVE = 100_000, 10, 31
"""What a gap, a broken rule and a recalled day of leave cost while the smallest set is looked for."""


@dataclass(frozen=True)
class Gap:
    """What no roster that keeps every hard rule can cover, and for each person what excludes them."""

    violation: Violation
    excluded: dict[Key, tuple[Violation, ...]]


@dataclass(frozen=True)
class Collisions:
    """What cannot be kept together; empty (false) when nothing collides.

    `gaps`: what the hard rules leave uncovered. `broken`: hard rules that contradict each other for a person.
    `relax`: the smallest set of rules and days of leave that has to give. `left`: what is short even then.
    """

    gaps: tuple[Gap, ...] = ()
    broken: tuple[Violation, ...] = ()
    relax: tuple[Violation, ...] = ()
    left: tuple[Violation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gaps or self.broken)


def collisions(
    problem: Problem,
    *,
    full: bool = False,
    effort: float = 10.0,
    seconds: float = 30.0,
    going: Callable[[], bool] = lambda: True,
) -> Collisions:
    """What collides in a problem: hard rules and the least each shift needs (`full`: all that is wanted)."""
    strict = solve(hard_only(problem, full=full), effort=effort, seconds=seconds, progress=lambda _: going())
    gaps = tuple(violation for violation in strict.gaps if violation.cost)
    if not gaps and not strict.hard:
        return Collisions()
    found = []
    for gap in gaps:
        cover = stand_ins(hard_only(problem, full=full), strict.assignments, gap.days[0], gap.shift or "")
        found.append(Gap(gap, {person: why for person, why in cover.excluded.items() if why[0].rule != Code.ON_DUTY}))
    eased = solve(elastic(problem, full=full), effort=effort, seconds=seconds, progress=lambda _: going())
    relax = tuple(violation for violation in eased.violations if violation not in eased.gaps and violation.cost)
    return Collisions(tuple(found), strict.hard, tuple(map(recalled, relax)), tuple(v for v in eased.gaps if v.cost))


def recalled(violation: Violation) -> Violation:
    """A wish of the eased problem is a day of leave of the real one."""
    return replace(violation, rule=Code.UNAVAILABLE) if violation.rule == Code.WISH else violation


def hard_only(problem: Problem, *, full: bool) -> Problem:
    """The problem with its hard rules and its needs alone."""
    return replace(
        problem,
        people=tuple(replace(person, wishes=()) for person in problem.people),
        rules=tuple(rule for rule in problem.rules if rule.weight is None),
        demands=tuple(
            replace(
                demand,
                wanted=demand.wanted if full else min(demand.at_least, demand.wanted),
                under=GAP if full else 0,
                over=0,
                short=0 if full else GAP,
            )
            for demand in problem.demands
        ),
        skill_demands=tuple(replace(demand, weight=GAP) for demand in problem.skill_demands),
        published=None,
    )


def elastic(problem: Problem, *, full: bool) -> Problem:
    """The same with every hard rule and every day of leave at a price."""
    hard = hard_only(problem, full=full)
    return replace(
        hard,
        people=tuple(map(recallable, hard.people)),
        rules=tuple(replace(rule, weight=BROKEN) for rule in hard.rules),
        company=tuple(replace(pair, weight=GAP) for pair in hard.company),
    )


def recallable(person: Person) -> Person:
    """A person whose leave can be called off at a price."""
    days = [Wish(day, LEAVE) for day in person.blocked]
    shifts = [Wish(day, LEAVE, shift) for day, shift in person.blocked_shifts]
    return replace(person, blocked={}, blocked_shifts=frozenset(), wishes=(*days, *shifts))
