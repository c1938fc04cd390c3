"""Trades: two people exchange some days in a row, or twice some, by the thousand. What the post has stays as it is.

A worse roster is taken at first, and less and less of it as the work goes on (annealing): so it leaves rosters that no
single trade betters. Everybody trades with one other at a time; what all their trades cost is one walk (`walk`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.cover import having
from duty.roster.problem import HARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duty.roster.model import Model
    from duty.roster.search import Search

SPAN = 14
"""Days in a row that are exchanged at most."""
WARM, AGAIN, COLD = 1.5, 0.75, 0.33
"""How much worse is taken in the beginning (the first time, later) and in the end, in units of the least weight."""
TURN = 0.027
"""The work for each person and day until it is cold."""
ROUND, ENTRY = 4e-4, 1.5e-8
"""The work of a round, and of each day of each row it looks at, in units of about a second."""


class Staff:
    """What a skill is needed for, kept up to date: who has it and who must not be without, by day and shift."""

    def __init__(self, model: Model, rows: np.ndarray) -> None:
        problem, shape = model.problem, (model.days, len(model.codes) + 1)
        self.each = np.arange(model.days)
        people = range(len(model.people))
        self.members: list[np.ndarray] = []
        self.counts: list[np.ndarray] = []
        skills = {want.skill for want in problem.skill_demands}
        skills |= {skill for pair in problem.company for skill in (pair.skill, pair.needs)}
        self.number = {skill: number for number, skill in enumerate(sorted(skills))}
        for skill in self.number:
            able = having(model, skill)
            self.members.append(np.array([int(p in able) for p in people]))
            self.counts.append(np.zeros(shape, int))
        self.least = [np.zeros(shape, int) for _ in self.number]
        self.weight = [np.zeros(shape) for _ in self.number]
        for want in problem.skill_demands:
            cell = want.day, model.index[want.shift]
            self.least[self.number[want.skill]][cell] = want.at_least
            self.weight[self.number[want.skill]][cell] = want.weight
        self.company = [
            (self.number[pair.skill], self.number[pair.needs], HARD if pair.weight is None else pair.weight)
            for pair in problem.company
        ]
        for p, row in enumerate(rows):
            self.put(p, row, 1)

    def put(self, p: int, row: np.ndarray, sign: int) -> None:
        """Add a person's row, or take it away."""
        for members, counts in zip(self.members, self.counts, strict=True):
            if members[p]:
                counts[self.each, row] += sign

    def alike(self, p: int, q: int) -> bool:
        """Whether two people have the same skills as far as the post looks at them."""
        return all(members[p] == members[q] for members in self.members)

    def traded(self, p: int, q: int, mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        """What it costs more, day by day, if two people exchange what they work that day."""
        return np.where(mine == theirs, 0.0, self.at(mine, p, q) + self.at(theirs, q, p))

    def at(self, shift: np.ndarray, gone: int, come: int) -> np.ndarray:
        """What it costs more, day by day, if somebody comes to a shift for somebody else."""
        before = [counts[self.each, shift] for counts in self.counts]
        after = [count + (members[come] - members[gone]) for count, members in zip(before, self.members, strict=True)]
        price = self.price(shift, after) - self.price(shift, before)
        return np.where(shift >= 0, price, 0.0)

    def price(self, shift: np.ndarray, counts: Sequence[np.ndarray]) -> np.ndarray:
        """What the skills on these shifts cost, day by day."""
        price = np.zeros(len(shift))
        for count, least, weight in zip(counts, self.least, self.weight, strict=True):
            price += weight[self.each, shift] * np.maximum(least[self.each, shift] - count, 0)
        for alone, needed, each in self.company:
            price += each * np.where(counts[needed] == 0, counts[alone], 0)
        return price


class Trade(NamedTuple):
    """Two people, their new rows, what these cost each, and what the roster costs more."""

    pair: np.ndarray
    rows: tuple[np.ndarray, np.ndarray]
    prices: tuple[float, float]
    more: float


class Trades:
    """A roster that is traded on, and the best of it so far."""

    def __init__(self, search: Search) -> None:
        self.search, self.dice = search, search.dice
        self.rows = np.array(search.rows, np.int8)
        self.people, self.days = self.rows.shape
        self.price = search.walk.prices(np.arange(self.people), self.rows)
        self.staff = Staff(search.model, self.rows)
        spans = [(i, j) for i in range(self.days) for j in range(i, min(i + SPAN, self.days))]
        self.first, self.last = np.array(spans).T
        each = np.arange(self.days)
        self.within = (each >= self.first[:, None]) & (each <= self.last[:, None])
        self.above, self.least, self.best = 0.0, 0.0, self.rows.copy()

    def run(self, warm: float, share: float = 1.0) -> list[list[int]]:
        """Trade until it is cold, after a `share` of the usual work; the best roster on the way."""
        budget = self.search.budget
        work = min(share * TURN * self.rows.size, budget.left)
        unit = min((rule.weight for rule in self.search.model.rules.values() if rule.weight), default=1)
        began = budget.spent
        while not budget.over() and (part := (budget.spent - began) / work) < 1:
            heat = unit * warm * (COLD / warm) ** part
            for trade in self.offers(heat):
                if trade.more <= 0 or self.dice.random() < math.exp(-trade.more / heat):
                    self.take(trade)
            if self.above < self.least - 1e-6:
                self.least, self.best = self.above, self.rows.copy()
        return self.best.tolist()

    def take(self, trade: Trade) -> None:
        """Make a trade."""
        for p, row in zip(trade.pair, trade.rows, strict=True):
            self.staff.put(p, self.rows[p], -1)
            self.rows[p] = row
            self.staff.put(p, row, 1)
        self.price[trade.pair] = trade.prices
        self.above += trade.more

    def offers(self, heat: float) -> Iterator[Trade]:
        """For each pair one trade by chance, likely one that costs little."""
        pairs = self.dice.permutation(self.people)[: self.people // 2 * 2].reshape(-1, 2)
        mine, theirs = self.rows[pairs[:, 0]], self.rows[pairs[:, 1]]
        pair, within = self.spans(mine != theirs)
        one = np.where(within, theirs[pair], mine[pair])
        other = np.where(within, mine[pair], theirs[pair])
        self.search.budget.spend(ROUND + ENTRY * 2 * one.size)
        costs = self.search.walk.prices(np.concatenate(pairs[pair].T), np.concatenate((one, other))).reshape(2, -1)
        more = costs.sum(axis=0) - self.price[pairs].sum(axis=1)[pair]
        chance = heat * self.dice.gumbel(size=len(more))
        edges = np.searchsorted(pair, np.arange(len(pairs) + 1))
        for (p, q), low, high in zip(pairs, edges[:-1], edges[1:], strict=True):
            found = more[low:high]
            if not self.staff.alike(p, q):
                found = found + within[low:high] @ self.staff.traded(p, q, self.rows[p], self.rows[q])
            if np.isfinite(found).any():
                pick = int((found - chance[low:high]).argmin())
                at = low + pick
                yield Trade(np.array([p, q]), (one[at], other[at]), (costs[0, at], costs[1, at]), float(found[pick]))

    def spans(self, differ: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Days that pairs could exchange: the pair of each trade, in order, and the days within it.

        Every span that begins and ends with days on which the two differ, and as many twos of spans by chance.
        """
        pair, span = np.nonzero(differ[:, self.first] & differ[:, self.last])
        edges = np.searchsorted(pair, np.arange(len(differ) + 1))
        second = edges[pair] + (self.dice.random(len(pair)) * np.diff(edges)[pair]).astype(int)
        apart = self.last[span] < self.first[span[second]]
        both = self.within[span[apart]] | self.within[span[second[apart]]]
        every = np.concatenate((pair, pair[apart]))
        order = np.argsort(every, kind="stable")
        return every[order], np.concatenate((self.within[span], both))[order]
