"""From a problem to a roster: draft, linear program, dive, then neighbourhoods and proof in turn."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.agree import agree
from duty.roster.branching import Proof
from duty.roster.budget import Budget
from duty.roster.model import OFF, Model, Violation, model_of
from duty.roster.neighbours import neighbourhood, prune
from duty.roster.pricing import Pricer
from duty.roster.problem import Unfit
from duty.roster.search import RENEWED, Search
from duty.roster.trades import AGAIN, WARM, Trades
from duty.roster.verdict import verdict_on
from duty.roster.weeks import descend

if TYPE_CHECKING:
    from collections.abc import Callable

    from duty.roster.problem import Cell, Code, Problem

PROOF, NEAR = 0.25, 0.15
"""The part of the work after the first dive that goes into the bound, once it is no further below than a part."""
SHAKEN = (0.25, 0.05, 0.5)
"""How far prices are shaken before months agree once more, in units of the least weight."""
EARLY = 0.25
"""The part of the usual work that people trade for before there is a bound."""
FREED = 0.25
"""The part of the people or of the days that is freed at first; more after neighbourhoods in vain."""


@dataclass(frozen=True)
class Progress:
    """How far the optimiser is: what the best roster costs (broken hard rules included), what none can go below."""

    best: int
    bound: float
    elapsed: float
    phase: str


@dataclass(frozen=True)
class Roster:
    """A roster with what it breaks. `proven`: no roster costs less. `gaps`: what the post lacks."""

    assignments: dict[Cell, str]
    cost: int
    cost_by_rule: dict[Code, int]
    violations: tuple[Violation, ...]
    gaps: tuple[Violation, ...]
    bound: float
    proven: bool
    seconds: float

    @property
    def hard(self) -> tuple[Violation, ...]:
        """Hard rules that nothing could keep."""
        return tuple(violation for violation in self.violations if violation.hard)

    @property
    def gap(self) -> float:
        """How far the cost may be above the least, as a part of it."""
        price = sum(violation.price for violation in self.violations)
        return 0.0 if self.proven else (price - max(self.bound, 0.0)) / max(price, 1)


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    seconds: float = 60.0,
    effort: float = 60.0,
    progress: Callable[[Progress], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Roster:
    """Make a roster. Same problem, seed and effort, same roster, unless `seconds` or `progress` ends it sooner.

    `effort` counts work in units of about a second on a quiet machine; `seconds` (by `clock`) only caps it. `progress`
    is told how far it is and answers whether to go on; the best so far is kept. A roster always comes: what cannot be
    covered is in `gaps`, hard rules that contradict each other in `hard`. Raises Unfit: "frozen" with a person whose
    frozen cells cannot stand together in any month.
    """
    model = model_of(problem)
    budget = Budget(effort, seconds, clock)
    if not (model.people and model.codes and model.days):
        return empty(model)
    search = Search(model, [pricer_for(model, p) for p in range(len(model.people))], budget, seed)
    phase = "draft"

    def stop() -> bool:
        if progress is None or math.isinf(search.price):
            return False
        return not progress(Progress(int(search.price), max(search.bound, 0.0), budget.elapsed, phase))

    budget.stop = stop
    search.draft()
    if search.counted and search.full and not budget.over():
        phase = "improve"
        traded(search, WARM, EARLY)
    if not budget.over():
        phase = "bound"
        search.first()
    if not budget.over():
        phase = "improve"
        improve(search)
    return finished(search, budget.elapsed)


def empty(model: Model) -> Roster:
    """The only roster there is without people, shifts or days."""
    verdict = verdict_on(model, [[OFF] * model.days for _ in model.people])
    every, price = verdict.violations, float(verdict.price)
    return Roster({}, verdict.cost, verdict.cost_by_rule, every, verdict.gaps, price, proven=True, seconds=0.0)


def improve(search: Search) -> None:
    """Neighbourhoods and proof in turn, until nothing can be better or the work is done."""
    budget = search.budget
    proof = Proof(search)
    began, proving, vain, turns = budget.spent, 0.0, 0, 0
    while not (search.proven or budget.over()):
        near = search.price - search.bound <= NEAR * search.price
        if near and proof.nodes and proving <= PROOF * (budget.spent - began):
            before = budget.spent
            proof.step()
            proving += budget.spent - before
            continue
        turns += 1
        if search.counted and search.full:
            traded(search, AGAIN)
            continue
        if search.counted and search.root is not None and turns % 2:
            rows = agree(search, search.root, noise=SHAKEN[turns % len(SHAKEN)])
            search.polish(descend(search, rows, RENEWED))
            continue
        share = min(1.0, FREED * (1 + vain / 40))
        if share >= 1.0 and not proof.nodes:
            break
        vain = 0 if neighbourhood(search, share) else vain + 1
        prune(search)


def traded(search: Search, warm: float, share: float = 1.0) -> None:
    """Trade until it is cold, then mend what no trade can."""
    search.keep(Trades(search).run(warm, share))
    search.polish(descend(search, search.rows, RENEWED))


def finished(search: Search, seconds: float) -> Roster:
    """The best rows as a roster."""
    verdict = verdict_on(search.model, search.rows)
    return Roster(
        search.model.assignments(search.rows),
        verdict.cost,
        verdict.cost_by_rule,
        verdict.violations,
        verdict.gaps,
        min(max(search.bound, 0.0), verdict.price),
        search.proven,
        seconds,
    )


def pricer_for(model: Model, p: int) -> Pricer:
    """A person's dynamic program, elastic if no month keeps every hard rule."""
    for elastic in (False, True):
        pricer = Pricer(model, p, elastic=elastic)
        if pricer.best(np.zeros_like(pricer.base)).rows:
            return pricer
    raise Unfit("frozen", model.people[p].id)
