"""The search: columns for the linear program, diving to a roster, and neighbourhoods that make it better."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.agree import agree
from duty.roster.budget import whole
from duty.roster.dive import dive
from duty.roster.master import EASED, Master
from duty.roster.model import HOUR, OFF, Model
from duty.roster.post import Post
from duty.roster.pricing import Found, Pricer
from duty.roster.problem import Code
from duty.roster.program import Column
from duty.roster.rows import row_price
from duty.roster.walk import Walk
from duty.roster.weeks import descend

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duty.roster.branching import Node
    from duty.roster.budget import Budget

SMOOTH = 0.5
"""How far prices are drawn back to those of the best bound."""
ENDS = 3
"""Columns per person and round."""
ROUNDS = 60
DRAFTED, RENEWED = 1.5, 4.0
"""Months of days filled anew: in the first draft, and where months agree."""
EXACT = 50_000


@dataclass
class Mixture:
    """The linear program solved for some people: its cost, the bound, each column's part."""

    cost: float
    bound: float
    parts: np.ndarray


@dataclass
class Search:
    """The best roster so far, and the columns it was found with."""

    model: Model
    pricers: list[Pricer]
    budget: Budget
    seed: int = 0
    rows: list[list[int]] = field(init=False)
    price: float = field(init=False, default=math.inf)
    bound: float = field(init=False, default=-math.inf)

    def __post_init__(self) -> None:
        self.everybody = list(range(len(self.pricers)))
        self.master = Master(self.model, self.pricers)
        self.dice = np.random.default_rng(self.seed)
        self.rows = [[OFF] * self.model.days for _ in self.everybody]
        self.root: np.ndarray | None = None
        self.far: np.ndarray | None = None
        self.long: dict[int, Pricer] = {}

    @cached_property
    def walk(self) -> Walk:
        """What many months cost at once."""
        return Walk(self.pricers)

    @property
    def proven(self) -> bool:
        """Whether no roster can cost less: costs are whole numbers."""
        return self.price <= whole(self.bound)

    def column(self, p: int, row: Iterable[int]) -> Column:
        """A row with what it costs."""
        row = tuple(row)
        price = row_price(self.model, p, row)
        outside = sum(count.band.price(count.total(row)) for _, axis in self.master.outside[p] for count in axis.counts)
        return Column(p, row, price, price - outside)

    def total(self, rows: list[list[int]]) -> int:
        """What a roster costs, broken hard rules included."""
        post = Post(self.model)
        for p, row in enumerate(rows):
            post.put(p, row)
        return post.price() + sum(row_price(self.model, p, row) for p, row in enumerate(rows))

    def keep(self, rows: list[list[int]]) -> bool:
        """Take a roster if it is better than the best; whether it was."""
        price = self.total(rows)
        if price > self.price:
            return False
        better = price < self.price
        self.price, self.rows, self.far = price, [list(row) for row in rows], None
        return better

    @property
    def counted(self) -> bool:
        """Whether everybody's months have soft sums (hours, late shifts) that their dynamic program knows exactly.

        Then whole months seldom fit together: weeks are filled anew, and months are made to agree. Not so when what
        is published is repaired: there hardly anything may move.
        """
        exact = all(pricer.kinds is not None and not pricer.outside for pricer in self.pricers)
        return exact and self.model.published is None

    @property
    def full(self) -> bool:
        """Whether the best roster leaves nobody missing at the post."""
        staff = Counter((d, s) for row in self.rows for d, s in enumerate(row))
        return all(staff[cell] >= wanted for cell, wanted in self.model.wanted.items())

    # -- one by one

    def draft(self) -> None:
        """A first roster: each in turn takes the month that is best beside those who have one."""
        post = Post(self.model)
        rows = [[OFF] * self.model.days for _ in self.everybody]
        worth = self.shift_worth()
        for p in self.everybody:
            rows[p] = self.priced(p, np.maximum(post.marginal(p), -worth), 1).rows[0][1]
            post.put(p, rows[p])
        self.keep(rows)
        self.polish(rows, passes=1)
        if self.counted and not self.budget.over():
            self.keep(descend(self, self.rows, DRAFTED, fewer=2))
            if not self.full:
                self.polish([list(row) for row in self.rows])

    def shift_worth(self) -> float:
        """What a shift of the post may be worth to who is drafted: no more than one beyond the month's hours costs."""
        rule = self.model.rules.get(Code.TARGET)
        if rule is None or rule.weight is None:
            return math.inf
        return rule.weight * min(shift.minutes for shift in self.model.shifts) / HOUR - 1

    def polish(self, rows: list[list[int]], people: Iterable[int] | None = None, passes: int = 9) -> bool:
        """Give each in turn the month that is best while the others keep theirs; whether that beats the best roster."""
        post = Post(self.model)
        for p, row in enumerate(rows):
            post.put(p, row)
        waiting = list(self.everybody if people is None else people)
        since, left = 0, passes * len(waiting)
        while since < len(waiting) and left and not self.budget.over():
            left -= 1
            p = waiting[0]
            waiting = [*waiting[1:], p]
            post.put(p, rows[p], -1)
            row = self.improved(p, rows[p], post.marginal(p))
            since = 1 if row != rows[p] else since + 1
            rows[p] = row
            post.put(p, row)
        self.master.add([self.column(p, row) for p, row in enumerate(rows)])
        return self.keep(rows)

    def improved(self, p: int, row: list[int], cost: np.ndarray) -> list[int]:
        """A person's cheapest month at these prices of cells, their own if nothing is cheaper.

        Counts that even the long dynamic program leaves outside are tried without a price, and with one either way.
        """
        pricer = self.fine(p)
        best, value = row, self.worth(p, row, cost)
        for sign in (0.0, 1.0, -1.0) if pricer.outside else (0.0,):
            tried = cost.copy()
            for axis in pricer.outside:
                steep = max((count.band.rule.weight or 0) / count.band.unit for count in axis.counts)
                tried[:, :-1] += sign * steep * np.array(axis.counts[0].gains, float)
            self.budget.spend(pricer.work)
            for _, other in pricer.best(tried, ENDS).rows:
                if (found := self.worth(p, other, cost)) < value:
                    best, value = other, found
        return best

    def fine(self, p: int) -> Pricer:
        """The long dynamic program of a person, where theirs leaves counts outside."""
        if not self.master.outside[p] or self.root is None:
            return self.pricers[p]
        if p not in self.long:
            self.long[p] = Pricer(self.model, p, elastic=self.pricers[p].elastic, most=EXACT, loose=True)
        return self.long[p]

    def worth(self, p: int, row: list[int], cost: np.ndarray) -> float:
        """What a row costs with these prices of cells."""
        return row_price(self.model, p, row) + float(sum(cost[d, s] for d, s in enumerate(row)))

    def priced(self, p: int, cost: np.ndarray, most: int) -> Found:
        """The cheapest rows of a person."""
        self.budget.spend(self.pricers[p].work)
        return self.pricers[p].best(cost, most)

    def first(self) -> None:
        """The bound, and the first roster that comes from it."""
        mixture = self.mix({})
        self.bound = max(self.bound, mixture.bound)
        self.plunge()

    def plunge(self) -> None:
        """A roster from the prices of the bound while somebody is missing: months that agree, else a dive."""
        if self.proven or (self.counted and self.full):
            return
        if self.counted and self.root is not None:
            self.polish(descend(self, agree(self, self.root, noise=0.0), RENEWED))
            if self.full:
                return
        rows = dive(self, {}, rounds=6, below=self.price)
        if rows is not None:
            self.keep(rows)
            self.polish(rows)

    # -- the linear program

    def mix(
        self,
        fixed: dict[int, int],
        barred: dict[int, np.ndarray] | None = None,
        *,
        rounds: int = ROUNDS,
        near: float = 1e-3,
        below: float = math.inf,
    ) -> Mixture:
        """Make columns for everybody who is not fixed until the mixture is near its bound, or the bound not `below`."""
        self.master.restrict(fixed, barred)
        return self.converge(fixed, barred or {}, rounds=rounds, near=near, below=below)

    def mix_node(self, node: Node) -> Mixture:
        """The mixture under the limits of a node of the proof."""
        barred: dict[int, np.ndarray] = {}
        for p, d, s, must in node.cells:
            mask = barred.setdefault(p, np.zeros((self.model.days, len(self.model.codes) + 1)))
            mask[d, [other for other in range(mask.shape[1]) if (other == s % mask.shape[1]) != must]] = np.inf
        self.master.limit(node.heads)
        self.master.restrict({}, barred)
        mixture = self.converge({}, barred, rounds=ROUNDS, near=1e-5, below=self.price)
        self.master.limit(())
        return mixture

    def converge(
        self, fixed: dict[int, int], barred: dict[int, np.ndarray], *, rounds: int, near: float, below: float
    ) -> Mixture:
        """Columns until the mixture is near its bound; `barred` cells of people cost without end."""
        best, center, pull = -math.inf, np.zeros(0), 0.0
        for _ in range(rounds):
            cost, duals, parts = self.master.solve()
            self.budget.spend(self.master.work)
            at = pull * center + (1 - pull) * duals.each if pull else duals.each
            found, bound = self.columns(fixed, barred, at)
            if bound > best:
                best, center = bound, at
                pull = SMOOTH
                self.root = at if not fixed and not barred else self.root
            fresh = self.master.add(found)
            if whole(best) >= below or self.budget.over():
                break
            if cost - best <= near * max(abs(cost), 1) or not (fresh or pull):
                if not self.master.hard:
                    break
                self.master.ease(self.master.most * EASED)
            if not fresh:
                pull = 0.0
        return Mixture(cost, best, parts)

    def columns(
        self, fixed: dict[int, int], barred: dict[int, np.ndarray], at: np.ndarray
    ) -> tuple[list[Column], float]:
        """New columns at these prices, and the bound they prove."""
        bound = self.master.slack_bound(at)
        found = []
        for p in self.everybody:
            cost = self.master.costs(p, at)
            if p in fixed:
                column = self.master.columns[fixed[p]]
                bound += column.inner + float(sum(cost[d, s] for d, s in enumerate(column.row)))
                continue
            priced = self.priced(p, cost + barred[p] if p in barred else cost, ENDS)
            bound += priced.least
            found += [self.column(p, row) for _, row in priced.rows]
        return found, bound

    def rows_of(self, mixture: Mixture) -> list[list[int]]:
        """For each the month with the greatest part in a mixture."""
        rows = [list(row) for row in self.rows]
        for number in np.argsort(mixture.parts, kind="stable"):
            if mixture.parts[number] > 0:
                rows[self.master.owner[number]] = list(self.master.columns[number].row)
        return rows
