"""The cheapest month of one person for given prices of cells, by dynamic programming over the days.

The states are automaton state × the counts kept on axes (`layers`). Everything the price depends on is in the state, so
nothing cheaper is ever thrown away; what is only looked at so far (`Pricer.lazy`, `kinds`) makes the price a bound
from below, never too high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.automaton import Automaton
from duty.roster.axes import Axis, axes_of
from duty.roster.kinds import STEEP, Kinds, kinds_of
from duty.roster.layers import Layers, Scratch
from duty.roster.model import OFF, Model
from duty.roster.paths import Paths
from duty.roster.problem import Code
from duty.roster.windows import window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 12_000
HARDER = 10
"""States of a day up to which soft counts are kept, the shortest first; hard ones, and kinds of shifts, up to so many
times more."""


WEEKS = {"week_minutes": Code.WEEK_MINUTES, "week_off": Code.WEEK_OFF}
"""Axes that are worked into the paths."""


class Found(NamedTuple):
    """Rows with their prices, the cheapest first, and the price no row of the person can go below."""

    least: float
    rows: list[tuple[float, list[int]]]


@dataclass
class Pricer:
    """The dynamic program of one person.

    `outside`: counts too long for it, which the caller prices otherwise. `loose`: soft rules of the calendar week are
    left out as well, so that its prices are bounds from below. `lazy`: hard counts that are left out
    until a row breaks them; then they come in for good.
    """

    model: Model
    p: int
    elastic: bool = False
    most: int = MOST
    loose: bool = False
    automaton: Automaton = field(init=False)
    axes: list[Axis] = field(init=False, default_factory=list)
    outside: list[Axis] = field(init=False, default_factory=list)
    lazy: list[Axis] = field(init=False, default_factory=list)
    kinds: Kinds | None = field(init=False, default=None)
    steep: float = field(init=False, default=STEEP)

    def __post_init__(self) -> None:
        self.automaton = Automaton(self.model, self.p, self.elastic)
        self.arrange()
        self.base = self.cells()
        self.lay_out()

    def arrange(self) -> None:
        """Decide what the states hold: the shortest counts first, then kinds of shifts."""
        model, p, elastic = self.model, self.p, self.elastic
        every = axes_of(model, p, self.automaton.can, elastic=elastic)
        weeks = [axis for axis in every if axis.name in WEEKS]
        self.paths = Paths(self.automaton, [axis for axis in weeks if not self.loose or model.hard(WEEKS[axis.name])])
        self.kinds = kinds_of(model, self.automaton.can, every, elastic=elastic, steep=self.steep)
        if not self.paths.some:
            return
        self.known = {axis.name: window_of(self.paths, axis) for axis in every if axis not in weeks}
        every = [axis for axis in every if axis not in weeks]
        apart = self.kinds.apart if self.kinds else []
        self.take_all([axis for axis in every if axis not in apart])
        if self.kinds:
            self.known |= {axis.name: window_of(self.paths, axis) for axis in self.kinds.axes}
            if self.fits(self.kinds.axes, HARDER * self.most):
                self.axes += self.kinds.axes
            else:
                self.kinds = None
                self.take_all(every)

    def take_all(self, axes: list[Axis]) -> None:
        """Take counts in from the beginning: hard ones first, so that soft ones leave them room, then the shortest."""
        self.axes, self.outside, self.lazy = [], [], []
        for axis in sorted(axes, key=lambda axis: (bool(axis.counts), soft(axis), self.known[axis.name].width())):
            self.take(axis)

    def fits(self, axes: Sequence[Axis], most: int) -> bool:
        """Whether there is room for more axes."""
        return self.size * math.prod(self.known[axis.name].width() for axis in axes) <= most

    def take(self, axis: Axis) -> None:
        """Keep a count in the states, or leave it outside, or look at it when a row breaks it."""
        if shift_limit(axis) and not self.elastic:
            self.lazy.append(axis)
        elif axis.counts and not self.fits([axis], self.most if soft(axis) else HARDER * self.most):
            self.outside.append(axis)
        else:
            self.axes.append(axis)

    @property
    def size(self) -> float:
        """The states of a day, on average."""
        return self.paths.nodes * math.prod(self.known[axis.name].width() for axis in self.axes)

    def lay_out(self) -> None:
        """Make the layers and the array steps between them."""
        if not self.paths.some:
            return
        windows = [self.known[axis.name] for axis in self.axes]
        scratch = self.model.keep("scratch", lambda: Scratch(self.model.days))
        self.layers = Layers(self.paths, self.axes, windows, scratch)
        self.work = self.layers.work
        self.final: np.ndarray | None = None
        if self.kinds:
            ends = [self.known[axis.name].end[-1] for axis in self.kinds.axes]
            parts = [slice(low - axis.low, high - axis.low + 1)
                     for (low, high), axis in zip(ends, self.kinds.axes, strict=True)]  # fmt: skip
            price = self.kinds.known[tuple(parts)]
            widths = iter(price.shape)
            self.final = price.reshape([next(widths) if axis in self.kinds.axes else 1 for axis in self.axes])

    def cells(self) -> np.ndarray:
        """What each cell costs by itself, days × (shifts, day off): wishes and changes; without end where barred."""
        model, shifts = self.model, len(self.model.codes)
        cost = np.zeros((model.days, shifts + 1))
        for wish in model.people[self.p].wishes:
            if 0 <= wish.day < model.days:
                met = [wish.shift is None or wish.shift == code for code in model.codes] + [False]
                cost[wish.day] += [wish.weight if hit != wish.want else 0 for hit in met]
        every = [*range(shifts), OFF]
        for d in range(model.days):
            if model.published is not None:
                kept = model.published[self.p].get(d, OFF)
                cost[d] += [0 if s == kept else model.problem.change for s in every]
            cost[d][[not self.automaton.can(d, s) for s in every]] = np.inf
        return cost

    def best(self, cost: np.ndarray, most: int = 1) -> Found:
        """Up to `most` cheapest rows that differ in how they end, and the least there can be."""
        total = self.base + cost
        if not self.paths.some:
            return Found(math.inf, [])
        while True:
            last = self.layers.run(total, self.final)
            flat = last.ravel()
            picks = np.argpartition(flat, most)[:most] if most < len(flat) else np.arange(len(flat))
            picks = picks[np.lexsort((picks, flat[picks]))]
            rows = [
                (float(flat[pick]), self.layers.trace(np.unravel_index(pick, last.shape), total))
                for pick in picks
                if np.isfinite(flat[pick])
            ]
            if not rows:
                return Found(math.inf, rows)
            lawful = [found for found in rows if not self.asleep(found[1]) and not self.torn(found[1])]
            if not self.wake(rows[0][1]) and (lawful or not self.widen()):
                return Found(rows[0][0], lawful)

    def torn(self, row: Sequence[int]) -> bool:
        """Whether a row breaks a hard rule beyond where kinds of shifts are told apart."""
        return self.kinds is not None and not self.kinds.lawful(row)

    def widen(self) -> bool:
        """Tell kinds of shifts apart to their end; whether that was not so before."""
        if self.kinds is None or math.isinf(self.steep):
            return False
        self.steep = math.inf
        self.arrange()
        self.lay_out()
        return True

    def asleep(self, row: Sequence[int]) -> list[Axis]:
        """The counts left out so far that a row breaks."""
        broken = []
        for axis in self.lazy:
            total = sum(gain[s] for gain, s in zip(axis.gains, row, strict=True) if s >= 0)
            if total >= axis.size:
                broken.append(axis)
        return broken

    def wake(self, row: Sequence[int]) -> bool:
        """Take in the counts that a row breaks; whether there were any."""
        broken = self.asleep(row)
        if broken:
            self.axes += broken
            self.lazy = [axis for axis in self.lazy if axis not in broken]
            self.lay_out()
        return bool(broken)


def soft(axis: Axis) -> bool:
    """Whether no hard rule hangs on a count."""
    return all(count.band.rule.weight is not None for count in axis.counts)


def shift_limit(axis: Axis) -> bool:
    """Whether a count is only a hard limit of one kind of shift."""
    return bool(axis.counts) and not soft(axis) and all(count.code == Code.SHIFT_MAX for count in axis.counts)
