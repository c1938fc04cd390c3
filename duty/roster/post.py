"""The post while a roster is made: how many are on each shift, and what one more person there is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.cover import having
from duty.roster.problem import HARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.roster.model import Model


@dataclass
class Post:
    """Headcounts and skills by day and shift, kept up to date while rows come and go.

    `most`: what a person too few or too many costs at most.
    """

    model: Model
    most: float = math.inf
    count: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        model, problem = self.model, self.model.problem
        shape = (model.days, len(model.codes))
        self.count = np.zeros(shape, int)
        self.wanted, self.least = np.zeros(shape, int), np.zeros(shape, int)
        self.under, self.over, self.short = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for want in problem.demands:
            cell = want.day, model.index[want.shift]
            self.wanted[cell], self.least[cell] = want.wanted, want.at_least
            for prices, price in ((self.under, want.under), (self.over, want.over), (self.short, want.short)):
                prices[cell] = min(price, self.most)
        self.skills = [
            (want.day, model.index[want.shift], having(model, want.skill), want.at_least, min(want.weight, self.most))
            for want in problem.skill_demands
        ]
        self.company = [
            (
                having(model, pair.skill),
                having(model, pair.needs),
                min(HARD if pair.weight is None else pair.weight, self.most),
            )
            for pair in problem.company
        ]
        self.skilled = [0] * len(self.skills)
        self.lonely = [np.zeros(shape, int) for _ in self.company]
        self.beside = [np.zeros(shape, int) for _ in self.company]

    def put(self, p: int, row: Sequence[int], sign: int = 1) -> None:
        """Add a person's row, or with sign -1 take it away."""
        cells = [(d, s) for d, s in enumerate(row) if s >= 0]
        for cell in cells:
            self.count[cell] += sign
        for number, (day, s, able, _, _) in enumerate(self.skills):
            if p in able and row[day] == s:
                self.skilled[number] += sign
        for number, (alone, needed, _) in enumerate(self.company):
            for members, counts in ((alone, self.lonely[number]), (needed, self.beside[number])):
                if p in members:
                    for cell in cells:
                        counts[cell] += sign

    def headcount_price(self, count: np.ndarray) -> np.ndarray:
        """What headcounts cost, by day and shift."""
        return (
            self.under * np.maximum(self.wanted - count, 0)
            + self.over * np.maximum(count - self.wanted, 0)
            + self.short * np.maximum(self.least - count, 0)
        )

    def price(self) -> int:
        """What the post as it stands costs."""
        total = int(self.headcount_price(self.count).sum())
        pairs = zip(self.skills, self.skilled, strict=True)
        total += sum(int(max(least - found, 0) * weight) for (_, _, _, least, weight), found in pairs)
        for (_, _, weight), lonely, beside in zip(self.company, self.lonely, self.beside, strict=True):
            total += int(weight * lonely[beside == 0].sum())
        return total

    def marginal(self, p: int) -> np.ndarray:
        """What one more person p on each shift would cost; the last column, the day off, nothing."""
        cost = np.zeros((self.model.days, len(self.model.codes) + 1))
        cost[:, :-1] = self.headcount_price(self.count + 1) - self.headcount_price(self.count)
        for (day, s, able, least, weight), found in zip(self.skills, self.skilled, strict=True):
            if p in able and found < least:
                cost[day, s] -= weight
        for (alone, needed, weight), lonely, beside in zip(self.company, self.lonely, self.beside, strict=True):
            now = weight * np.where(beside == 0, lonely, 0)
            then = weight * np.where(beside + (p in needed) == 0, lonely + (p in alone), 0)
            cost[:, :-1] += then - now
        return cost
