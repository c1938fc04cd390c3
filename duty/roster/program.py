"""What every program over columns shares: its rows, and the segments of what they cost.

Every count that a cost hangs on (headcount of a shift, people with a skill, a person's count left outside the dynamic
program) is a row; a convex cost of the count is a chain of segments with rising slopes. All rows but one per person
("one month each") have 0 on the right-hand side, so a bound for any prices is a sum of small minima.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import highspy
import numpy as np

from duty.roster.cover import having
from duty.roster.problem import HARD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from duty.roster.axes import Axis
    from duty.roster.model import Model
    from duty.roster.pricing import Pricer


class Column(NamedTuple):
    """One month of one person: what it costs in all, and but for the counts that are rows."""

    p: int
    row: tuple[int, ...]
    price: int
    inner: int


def segments(price: Callable[[int], float], points: Sequence[int]) -> list[tuple[float, int]]:
    """Slopes and lengths of a convex cost between points, the first of which is 0."""
    found: list[tuple[float, int]] = []
    for low, high in pairwise(points):
        slope = (price(high) - price(low)) / (high - low)
        if found and found[-1][0] == slope:
            found[-1] = slope, found[-1][1] + high - low
        else:
            found.append((slope, high - low))
    return found


@dataclass
class Program:
    """Rows and segments for the people of these pricers."""

    model: Model
    pricers: list[Pricer]
    constant: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.people = len(self.model.people)
        self.segment: list[tuple[int, float, float, float]] = []
        """Row, coefficient, slope, length of each segment."""
        self.rows = 0
        self.cell_rows()
        self.extras: list[dict[tuple[int, int], list[tuple[int, float]]]] = [{} for _ in range(self.people)]
        self.skill_rows()
        self.company_rows()
        self.outside = [[(self.count_row(axis), axis) for axis in pricer.outside] for pricer in self.pricers]
        self.links = [self.linked(extra) for extra in self.extras]

    # -- rows

    def row(self, chain: Sequence[tuple[float, float]]) -> int:
        """A new row with the segments of its cost."""
        number = self.rows
        self.rows += 1
        self.segment += [(number, -1.0, slope, length) for slope, length in chain]
        return number

    def cell_rows(self) -> None:
        """The headcounts."""
        self.cover = np.full((self.model.days, len(self.model.codes)), -1)
        for want in self.model.problem.demands:

            def price(count: int, want: Any = want) -> float:
                return float(
                    want.under * max(want.wanted - count, 0)
                    + want.over * max(count - want.wanted, 0)
                    + want.short * max(want.at_least - count, 0)
                )

            most = max(self.people, 1)
            points = sorted({0, min(want.wanted, most), min(want.at_least, most), most})
            self.constant += price(0)
            self.cover[want.day, self.model.index[want.shift]] = self.row(segments(price, points))

    def skill_rows(self) -> None:
        """The people with a skill on a shift."""
        for want in self.model.problem.skill_demands:
            able = having(self.model, want.skill)
            lengths = [(-float(want.weight), float(want.at_least)), (0.0, float(self.people))]
            self.constant += want.weight * want.at_least
            number = self.row(lengths)
            for p in able:
                self.extras[p].setdefault((want.day, self.model.index[want.shift]), []).append((number, 1.0))

    def company_rows(self) -> None:
        """Those who need company, less the most there can be for each who keeps it."""
        for pair in self.model.problem.company:
            alone, beside = having(self.model, pair.skill), having(self.model, pair.needs)
            most = float(len(alone))
            for d in range(self.model.days):
                for s in range(len(self.model.codes)):
                    weight = float(HARD if pair.weight is None else pair.weight)
                    number = self.row([(weight, most)])
                    self.segment.append((number, 1.0, 0.0, most * max(len(beside), 1)))
                    for members, part in ((alone, 1.0), (beside, -most)):
                        for p in members:
                            self.extras[p].setdefault((d, s), []).append((number, part))

    def count_row(self, axis: Axis) -> int:
        """A count of a person that is left outside their dynamic program."""
        bands = [count.band for count in axis.counts]
        step = max((gain for row in axis.counts[0].gains for gain in row), default=1)
        unit = step // max(max((gain for row in axis.gains for gain in row), default=1), 1) or 1
        most = sum(max(row, default=0) for row in axis.gains) * unit

        def price(value: int) -> float:
            return float(sum(band.price(value) for band in bands))

        points = {0, most}
        for band in bands:
            near = (
                range(-self.model.days, self.model.days)
                if band.squared
                else (-self.model.days, -1, 0, 1, self.model.days)
            )
            points |= {end + band.unit * k for end in (band.low, band.high) for k in near}
        chain = segments(price, sorted(point for point in points if 0 <= point <= most))
        self.constant += price(0)
        return self.row(convex(chain))

    def linked(
        self, extra: dict[tuple[int, int], list[tuple[int, float]]]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cells, rows and coefficients of a person's extra rows, as arrays."""
        width = len(self.model.codes) + 1
        flat = [(d * width + s, row, part) for (d, s), pairs in extra.items() for row, part in pairs]
        cells, rows, parts = zip(*flat, strict=True) if flat else ((), (), ())
        return np.array(cells, int), np.array(rows, int), np.array(parts, float)

    # -- programs

    def empty(self) -> highspy.Highs:
        """A program with its rows, the persons' last, and the segments; without columns."""
        lp = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1)):
            lp.setOptionValue(name, value)
        for number in range(self.rows + self.people):
            side = float(number >= self.rows)
            lp.addRow(side, side, 0, np.array([], np.int32), np.array([], float))
        for row, part, slope, length in self.segment:
            lp.addCol(slope, 0.0, length, 1, np.array([row], np.int32), np.array([part]))
        return lp

    def put(self, lp: highspy.Highs, columns: Sequence[Column]) -> None:
        """Add columns to a program."""
        starts: list[int] = []
        index: list[int] = []
        value: list[float] = []
        for column in columns:
            starts.append(len(index))
            entries = self.entries(column)
            index += list(entries)
            value += list(entries.values())
        count = len(columns)
        lp.addCols(
            count, np.array([float(column.inner) for column in columns]), np.zeros(count), np.ones(count),
            len(index), np.array(starts, np.int32), np.array(index, np.int32), np.array(value),
        )  # fmt: skip

    def entries(self, column: Column) -> dict[int, float]:
        """The coefficients of a column."""
        found: dict[int, float] = {}
        extra = self.extras[column.p]
        for d, s in enumerate(column.row):
            if s >= 0:
                if (row := int(self.cover[d, s])) >= 0:
                    found[row] = found.get(row, 0.0) + 1.0
                for number, part in extra.get((d, s), ()):
                    found[number] = found.get(number, 0.0) + part
        for number, axis in self.outside[column.p]:
            found[number] = float(axis.counts[0].total(column.row))
        found[self.rows + column.p] = 1.0
        return {row: value for row, value in found.items() if value}


def convex(chain: Sequence[tuple[float, int]]) -> list[tuple[float, float]]:
    """The greatest convex cost that is nowhere above a chain of slopes."""
    found: list[tuple[float, float]] = []
    for slope, length in chain:
        found.append((slope, float(length)))
        while len(found) > 1 and found[-2][0] >= found[-1][0]:
            (one, before), (other, after) = found[-2:]
            found[-2:] = [((one * before + other * after) / (before + after), before + after)]
    return found
