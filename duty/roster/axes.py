"""What is counted along one person's month while it is made: an axis of possible counts each.

Counts with the same gains share an axis. Where a hard rule ends a count, its axis ends; a common divisor of all gains
shortens it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.counts import Count, counts_of, gains_of, week_start, weekends_of, weeks_of
from duty.roster.model import WEEK, Band, Model
from duty.roster.problem import HARD, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass
class Axis:
    """One count: `gains[day][shift]` in steps of the axis; `price[day]` is paid after a day, and the count starts anew.

    `again` are days on which only those gain who had the day before off (the second day of a weekend). An axis with
    `slopes` tells apart what lies between `low` and its end; what is beyond stays there and pays them by the unit.
    """

    name: str
    size: int
    gains: list[list[int]]
    price: dict[int, np.ndarray]
    start: int = 0
    again: frozenset[int] = frozenset()
    counts: tuple[Count, ...] = ()
    low: int = 0
    slopes: tuple[float, float] | None = None


def priced(values: Sequence[int], bands: Sequence[Band], elastic: bool) -> np.ndarray:  # noqa: FBT001 - told through
    """What each value of a count costs; without end where a hard rule is broken."""
    prices = np.array([float(sum(band.price(value) for band in bands)) for value in values])
    if not elastic:
        prices[prices >= HARD] = np.inf
    return prices


def axes_of(model: Model, p: int, can: Callable[[int, int], bool], *, elastic: bool) -> list[Axis]:
    """The axes of a person."""
    groups: dict[tuple[tuple[int, ...], ...], list[Count]] = {}
    for count in counts_of(model, p):
        useful = [[gain if can(d, s) else 0 for s, gain in enumerate(row)] for d, row in enumerate(count.gains)]
        groups.setdefault(tuple(map(tuple, useful)), []).append(count)
    found = [axis_of(model, gains, counts, elastic=elastic) for gains, counts in groups.items()]
    found += weekend_axis(model, p, can, elastic=elastic)
    found += week_axes(model, p, can, elastic=elastic)
    return found


def axis_of(model: Model, gains: Sequence[Sequence[int]], counts: list[Count], *, elastic: bool) -> Axis:
    """The axis of counts that gain alike."""
    step = math.gcd(*(gain for row in gains for gain in row)) or 1
    most = sum(max(row, default=0) for row in gains) // step
    prices = priced([value * step for value in range(most + 1)], [count.band for count in counts], elastic)
    size = cut(prices)
    steps = [[gain // step for gain in row] for row in gains]
    name = "+".join(f"{count.code}{count.shift or ''}" for count in counts)
    end = max((d for d, row in enumerate(steps) if any(row)), default=model.days - 1)
    return Axis(name, size, steps, {end: prices[:size]}, counts=tuple(counts))


def cut(prices: np.ndarray) -> int:
    """The length of an axis: up to the last count that is allowed; one place when none is."""
    allowed = np.flatnonzero(np.isfinite(prices))
    return int(allowed[-1]) + 1 if len(allowed) else 1


def weekend_axis(model: Model, p: int, can: Callable[[int, int], bool], *, elastic: bool) -> list[Axis]:
    """Weekends with work."""
    most, weekends = model.limit(p, Code.WEEKENDS_MAX), weekends_of(model)
    shifts = range(len(model.codes))
    weekends = [days for days in weekends if any(can(d, s) for d in days for s in shifts)]
    if most is None or most >= len(weekends):
        return []
    prices = priced(range(len(weekends) + 1), [Band(model.rules[Code.WEEKENDS_MAX], 0, most)], elastic)
    days = {d for weekend in weekends for d in weekend}
    again = frozenset(d for d in days if d - 1 in days)
    gains = [[int(d in days)] * len(shifts) for d in range(model.days)]
    size = cut(prices)
    return [Axis("weekends", size, gains, {model.days - 1: prices[:size]}, again=again)]


def week_axes(model: Model, p: int, can: Callable[[int, int], bool], *, elastic: bool) -> list[Axis]:
    """Minutes and days worked of the calendar week; one axis for both where the minutes tell the days."""
    band, least = model.band(p, Code.WEEK_MINUTES), model.limit(p, Code.WEEK_OFF)
    lengths = sorted(
        {model.shifts[s].minutes for s in range(len(model.codes)) if any(can(d, s) for d in range(model.days))}
    )
    week = Week(model, p, lengths, elastic)
    if not lengths or (band is None and not least):
        return []
    if band is None or max(lengths) * 7 + week.past <= band.high:
        return [week.days_axis(least)] if least and not (least == 1 and week.broken_by_runs()) else []
    if not least or (least == 1 and week.broken_by_runs()):
        return [week.minutes_axis(band, None)]
    if week.telling:
        return [week.minutes_axis(band, least)]
    return [week.minutes_axis(band, None), week.days_axis(least)]


@dataclass
class Week:
    """What a calendar week of a person can hold."""

    model: Model
    p: int
    lengths: list[int]
    elastic: bool

    def __post_init__(self) -> None:
        self.past, self.off = week_start(self.model, self.p)
        self.begun = self.model.problem.start.weekday()
        self.ends = {min(week.stop, self.model.days) - 1: week for week in weeks_of(self.model)}
        self.step = math.gcd(self.past, *self.lengths)
        sums = {0: {0}}
        for days in range(1, 8):
            sums[days] = {value + length for value in sums[days - 1] for length in self.lengths}
        self.sums = {value: days for days, values in sums.items() for value in values}
        self.telling = sum(map(len, sums.values())) == len(self.sums)

    def minutes_axis(self, band: Band, least: int | None) -> Axis:
        """The minutes, with the days off they leave where `least` is given."""
        longest = max(self.lengths)
        most = max(7 * longest, self.past + (7 - self.begun) * longest) // self.step
        minutes = priced([value * self.step for value in range(most + 1)], [band], self.elastic)
        prices = {end: minutes.copy() for end in self.ends}
        if least is not None:
            rule = Band(self.model.rules[Code.WEEK_OFF], 0, 7 - least)
            for end in filter(self.whole, self.ends):
                before, extra = (0, 0) if self.ends[end].start >= 0 else (self.past, self.begun - (self.off or 0))
                worked = [self.sums.get(value * self.step - before, 0) + extra for value in range(most + 1)]
                prices[end] += priced(worked, [rule], self.elastic)
        size = max(self.past // self.step + 1, *map(cut, prices.values()))
        gains = [[length // self.step for length in row] for row in gains_of(self.model, Code.WEEK_MINUTES)]
        ended = {end: price[:size] for end, price in prices.items()}
        return Axis("week_minutes", size, gains, ended, self.past // self.step)

    def broken_by_runs(self) -> bool:
        """Whether a week without a day off is a run that is too long anyway."""
        most = self.model.limit(self.p, Code.RUN_MAX)
        return most is not None and most < WEEK and self.model.hard(Code.RUN_MAX) and not self.elastic

    def whole(self, end: int) -> bool:
        """Whether the week that ends on a day is known from its first to its last day."""
        week = self.ends[end]
        return week.stop <= self.model.days and (week.start >= 0 or self.off is not None)

    def days_axis(self, least: int) -> Axis:
        """Days worked, as many as leave the days off."""
        prices = priced(range(8), [Band(self.model.rules[Code.WEEK_OFF], 0, 7 - least)], self.elastic)
        ended = {end: prices if self.whole(end) else np.zeros(8) for end in self.ends}
        start = 0 if self.off is None else self.begun - self.off
        return Axis("week_off", 8, [[1] * len(self.model.codes)] * self.model.days, ended, start)
