"""The master problem: of everybody's months found so far, the mixture that covers the post at least cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.problem import HARD
from duty.roster.program import Column, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

EASED = 15
"""How many times the greatest weight of a rule a unit of the post costs at first; so many times more when needed."""
TINY = 1e-6


class Duals(NamedTuple):
    """Prices of the rows: `each` of the rows that count, `own` of the persons."""

    each: np.ndarray
    own: np.ndarray


@dataclass
class Master(Program):
    """The linear program, kept warm while columns come and people are fixed or freed."""

    columns: list[Column] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.known: dict[tuple[int, tuple[int, ...]], int] = {}
        self.work = 0.0
        self.load()

    # -- the linear program

    def load(self) -> None:
        """Put rows and segments into the solver; the persons' rows come last."""
        self.lp = self.empty()
        for name, value in (("presolve", "off"), ("solver", "simplex"), ("simplex_strategy", 4)):
            self.lp.setOptionValue(name, value)
        table = np.array(self.segment or [(0, 0, 0, 0)], float)
        self.seg_row, self.seg_part, self.seg_cost, self.seg_len = table[:, 0].astype(int), *table[:, 1:].T
        self.seg_low, self.seg_high = np.zeros(len(table)), self.seg_len.copy()
        self.first = len(self.segment)
        for p in range(self.people):  # a month that costs too much for anybody, so that there is always a solution
            self.lp.addCol(HARD * 100.0, 0.0, 1.0, 1, np.array([self.rows + p], np.int32), np.array([1.0]))
        self.first += self.people
        self.owner = np.zeros(0, int)
        self.true_cost, self.true_constant = self.seg_cost.copy(), self.constant
        greatest = max((rule.weight or 0 for rule in self.model.rules.values()), default=0)
        changed = self.model.problem.change if self.model.published is not None else 0
        self.ease(EASED * max(float(greatest), EASED, float(changed)))

    def ease(self, most: float) -> None:
        """Let nothing of the post cost more than `most` a unit: prices settle sooner, and the bound still holds."""
        self.most = most
        self.seg_cost = np.clip(self.true_cost, -most, most)
        self.eased = self.seg_cost != self.true_cost
        lost = np.minimum(self.true_cost - self.seg_cost, 0.0)
        self.constant = self.true_constant + float((lost * self.seg_len).sum())
        count = len(self.segment)
        self.lp.changeColsCost(count, np.arange(count, dtype=np.int32), self.seg_cost[:count])

    def strained(self, values: np.ndarray) -> bool:
        """Whether a solution leaves something at the post undone that costs more than it was told."""
        count = len(self.segment)
        used = np.where(self.seg_cost < 0, self.seg_len - values[: len(self.seg_len)], values[: len(self.seg_len)])
        return bool((used[:count] > TINY)[self.eased[:count]].any())

    def add(self, columns: Sequence[Column]) -> int:
        """Take in columns that are new; how many were."""
        fresh = []
        for column in columns:
            if (column.p, column.row) not in self.known:
                self.known[column.p, column.row] = len(self.columns)
                self.columns.append(column)
                fresh.append(column)
        if fresh:
            self.put(self.lp, fresh)
            self.owner = np.append(self.owner, [column.p for column in fresh])
        return len(fresh)

    def solve(self) -> tuple[float, Duals, np.ndarray]:
        """The cost of the best mixture, the prices, and the part each column has in it."""
        self.lp.run()
        self.work = 0.002 + 2e-8 * self.lp.getInfo().simplex_iteration_count * len(self.columns)
        solution = self.lp.getSolution()
        duals, values = np.array(solution.row_dual), np.array(solution.col_value)
        cost = self.lp.getInfo().objective_function_value + self.constant
        self.hard = self.strained(values)
        return cost, Duals(duals[: self.rows], duals[self.rows :]), values[self.first :]

    def costs(self, p: int, each: np.ndarray) -> np.ndarray:
        """What each cell costs a person at these prices, days × (shifts, day off)."""
        cost = np.zeros((self.model.days, len(self.model.codes) + 1))
        padded = np.append(each, 0.0)
        cost[:, :-1] = -padded[self.cover]
        cells, rows, parts = self.links[p]
        if len(cells):
            np.subtract.at(cost.reshape(-1), cells, parts * each[rows])
        for number, axis in self.outside[p]:
            cost[:, :-1] -= each[number] * np.array(axis.counts[0].gains, float)
        return cost

    def slack_bound(self, each: np.ndarray) -> float:
        """The least that constant and segments can cost at these prices."""
        reduced = self.seg_cost - self.seg_part * each[self.seg_row] if self.segment else np.zeros(1)
        return self.constant + float((np.where(reduced < 0, self.seg_high, self.seg_low) * reduced).sum())

    def limit(self, heads: Sequence[tuple[int, int, int]]) -> None:
        """Let headcount rows (row, lowest, highest) be only so low and high; the others are free again."""
        low, high = np.zeros(len(self.seg_len)), self.seg_len.copy()
        for row, least, most in heads:
            at = 0.0
            for number in np.flatnonzero(self.seg_row == row):
                length = self.seg_len[number]
                low[number], high[number] = np.clip(least - at, 0, length), np.clip(most - at, 0, length)
                at += length
        self.seg_low, self.seg_high = low, high
        count = len(self.segment)
        self.lp.changeColsBounds(count, np.arange(count, dtype=np.int32), low[:count], high[:count])

    # -- fixing

    def restrict(self, fixed: dict[int, int], barred: dict[int, np.ndarray] | None = None) -> None:
        """Fix people to one column each, and shut out columns with barred cells; everything else is free."""
        count = len(self.columns)
        upper = np.ones(count)
        lower = np.zeros(count)
        if fixed:
            upper[np.isin(self.owner, list(fixed))] = 0.0
            chosen = list(fixed.values())
            upper[chosen] = lower[chosen] = 1.0
        for p, mask in (barred or {}).items():
            own = np.flatnonzero(self.owner == p)
            rows = np.array([self.columns[number].row for number in own]).reshape(len(own), -1)
            upper[own[np.isinf(mask[np.arange(self.model.days), rows]).any(axis=1)]] = 0.0
        index = np.arange(self.first, self.first + count, dtype=np.int32)
        self.lp.changeColsBounds(count, index, lower, upper)

    def forget(self, keep: np.ndarray) -> None:
        """Drop the columns that are not to be kept."""
        gone = np.flatnonzero(~keep)
        self.lp.deleteCols(len(gone), (gone + self.first).astype(np.int32))
        self.columns = [column for column, stays in zip(self.columns, keep, strict=True) if stays]
        self.owner = self.owner[keep]
        self.known = {(column.p, column.row): number for number, column in enumerate(self.columns)}
