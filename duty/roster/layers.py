"""The array machine of the dynamic program: one layer of states per day, and the array steps between them.

A layer is automaton state × the counts kept on axes. A day is a handful of array steps per shift: gather the sources,
add what the steps cost, take the least per target, and move along the axes by what the shift gains.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.automaton import Steps
from duty.roster.model import OFF
from duty.roster.windows import gain_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duty.roster.axes import Axis
    from duty.roster.paths import Paths
    from duty.roster.windows import Window

STEP, ELEMENT = 4e-6, 2e-9
"""The work of an array step and of each of its elements, in units of about a second."""


class Sweep:
    """The least over the sources of each target, several targets at once.

    Targets are ordered by how many sources they have; `ranks` hold the first, the second, … source of all that have
    so many, `rest` the further sources of the one that has most.
    """

    def __init__(self, steps: Steps) -> None:
        lengths = np.diff(np.append(steps.offsets, len(steps.source)))
        order = np.argsort(-lengths, kind="stable")
        self.inverse = None if (np.diff(order) > 0).all() else np.argsort(order)
        places = [low + np.argsort(steps.price[low : low + many], kind="stable")
                  for low, many in zip(steps.offsets[order], lengths[order], strict=True)]  # fmt: skip
        self.ranks: list[tuple[np.ndarray, np.ndarray | None]] = []
        self.rest: tuple[np.ndarray, np.ndarray] | None = None
        for rank in range(int(lengths.max())):
            many = int((lengths > rank).sum())
            if many == 1:
                last = places[0][rank:]
                self.rest = steps.source[last], steps.price[last][:, None]
                break
            at = np.array([place[rank] for place in places[:many]])
            price = steps.price[at]
            self.ranks.append((steps.source[at], price[:, None] if price.any() else None))
        self.calls = 3 * len(self.ranks) + 3 * (self.rest is not None) + 3
        self.sources = len(steps.source) + len(lengths)

    def least(self, layer: np.ndarray) -> np.ndarray:
        """For each target the least of its sources, for every count."""
        found: np.ndarray | None = None
        for source, price in self.ranks:
            reached = layer.take(source, axis=0)
            if price is not None:
                reached += price
            if found is None:
                found = reached
            else:
                part = found[: len(source)]
                np.minimum(part, reached, out=part)
        if self.rest is not None:
            source, price = self.rest
            reached = layer.take(source, axis=0)
            reached += price
            least = reached.min(axis=0)
            found = least[None] if found is None else found
            np.minimum(found[0], least, out=found[0])
        found = np.empty(0) if found is None else found
        return found if self.inverse is None else found.take(self.inverse, axis=0)


class Step(NamedTuple):
    """One array step of a day: the counts read, and where they go."""

    shift: int
    steps: Steps
    sweep: Sweep
    read: tuple[slice, ...]
    write: tuple[slice, ...]
    extra: float


class Scratch:
    """Memory for layers, one block per day, used by one dynamic program after the other."""

    def __init__(self, days: int) -> None:
        self.blocks = [np.empty(0) for _ in range(days)]

    def layer(self, d: int, shape: Sequence[int]) -> np.ndarray:
        """A layer without end everywhere."""
        size = int(np.prod(shape))
        if len(self.blocks[d]) < size:
            self.blocks[d] = np.empty(size)
        layer = self.blocks[d][:size].reshape(shape)
        layer.fill(np.inf)
        return layer


class Layers:
    """The layers of one person for given axes and their windows."""

    def __init__(self, paths: Paths, axes: Sequence[Axis], windows: Sequence[Window], scratch: Scratch) -> None:
        self.paths, self.axes, self.windows, self.scratch = paths, axes, windows, scratch
        self.count = paths.days
        self.shapes = [
            (len(paths.last[d + 1]), *(high - low + 1 for low, high in (window.end[d] for window in windows)))
            for d in range(self.count)
        ]
        self.sweeps: dict[int, Sweep] = {}
        self.days = [list(self.plan(d)) for d in range(self.count)]
        self.by_shift: list[dict[int, list[Step]]] = [{} for _ in self.days]
        for grouped, day in zip(self.by_shift, self.days, strict=True):
            for step in day:
                grouped.setdefault(step.shift, []).append(step)
        self.work = sum(
            STEP * step.sweep.calls
            + ELEMENT * step.sweep.sources * math.prod(part.stop - part.start for part in step.read)
            for day in self.days
            for step in day
        )
        first = np.full((len(paths.last[0]), *(1 for _ in axes)), np.inf)
        first[(paths.start, *(0 for _ in axes))] = 0.0
        self.layers = [first] * self.count
        self.ends = [first] * self.count

    def plan(self, d: int) -> Iterator[Step]:
        """The array steps of a day."""
        for shift, steps in self.paths.steps[d].items():
            for part, fresh in self.parts(steps, d, shift):
                if id(part) not in self.sweeps or part is not steps:
                    self.sweeps[id(part)] = Sweep(part)
                sweep = self.sweeps[id(part)]
                moves = [
                    list(moved(axis, window, d, 0 if d in axis.again and not fresh else gain_of(axis, d, shift)))
                    for axis, window in zip(self.axes, self.windows, strict=True)
                ]
                for ways in product(*moves):
                    read, write, extra = zip(*ways, strict=True) if ways else ((), (), ())
                    yield Step(shift, part, sweep, read, write, sum(extra))

    def parts(self, steps: Steps, d: int, shift: int) -> Iterator[tuple[Steps, bool]]:
        """The steps, parted by whether the day before was off where an axis asks for it."""
        if shift == OFF or not any(d in axis.again for axis in self.axes):
            yield steps, True
            return
        target = np.repeat(np.arange(steps.first, steps.last), np.diff(np.append(steps.offsets, len(steps.source))))
        worked = self.paths.worked(d)[steps.source]
        for fresh in (True, False):
            chosen = worked != fresh
            for low, high in stretches(np.unique(target[chosen])):
                inside = chosen & (target >= low) & (target < high)
                offsets = np.searchsorted(target[inside], np.arange(low, high))
                yield Steps(low, high, steps.source[inside], steps.price[inside], offsets), fresh

    def run(self, total: np.ndarray, final: np.ndarray | None) -> np.ndarray:
        """Price every day forward; returns the last layer, its counts priced."""
        for d, plan in enumerate(self.days):
            old, new = self.layers[d], self.scratch.layer(d, self.shapes[d])
            self.ends[d] = new
            for shift, steps, sweep, read, write, extra in plan:
                if np.isinf(total[d, shift]):
                    continue
                part = np.ascontiguousarray(old[:, *read])
                least = sweep.least(part.reshape(len(part), -1))
                least += total[d, shift] + extra
                goal = new[(slice(steps.first, steps.last), *write)]
                np.minimum(goal, least.reshape(goal.shape), out=goal)
            self.settle(d, new)
        if final is not None:
            self.ends[-1] += final
        return self.ends[-1]

    def settle(self, d: int, layer: np.ndarray) -> None:
        """Pay the counts that end with a day; on the next they start anew."""
        last = d == self.count - 1
        for number, (axis, window) in enumerate(zip(self.axes, self.windows, strict=True)):
            if d in axis.price:
                low, high = window.end[d]
                price = axis.price[d][low : high + 1].reshape(-1, *(1 for _ in self.axes[number + 1 :]))
                layer = np.add(layer, price, out=layer if last else None)
                if not last:
                    layer = layer.min(axis=number + 1, keepdims=True)
        if not last:
            self.layers[d + 1] = layer

    def trace(self, end: Sequence[np.intp], total: np.ndarray) -> list[int]:
        """The row that leads to a place in the last layer."""
        place = [int(part) for part in end]
        row = [OFF] * self.count
        for d in range(self.count - 1, -1, -1):
            if d < self.count - 1:
                place = self.unsettled(d, place)
            row[d] = int(self.paths.last[d + 1][place[0]])
            place = self.back(d, place, total)
        return row

    def back(self, d: int, place: list[int], total: np.ndarray) -> list[int]:
        """The place at a day's beginning from which a place at its end is reached most cheaply."""
        best, found = np.inf, place
        shift = int(self.paths.last[d + 1][place[0]])
        for _, steps, _, read, write, extra in self.by_shift[d].get(shift, ()):
            row = place[0] - steps.first
            if not 0 <= row < steps.last - steps.first:
                continue
            if any(not part.start <= count < part.stop for count, part in zip(place[1:], write, strict=True)):
                continue
            earlier = [count - to.start + fro.start for count, fro, to in zip(place[1:], read, write, strict=True)]
            low = steps.offsets[row]
            high = steps.offsets[row + 1] if row + 1 < len(steps.offsets) else len(steps.source)
            source = steps.source[low:high]
            reached = self.layers[d][(source, *earlier)] + (steps.price[low:high] + (total[d, shift] + extra))
            pick = int(reached.argmin())
            if reached[pick] < best:
                best, found = float(reached[pick]), [int(source[pick]), *earlier]
        return found

    def unsettled(self, d: int, place: list[int]) -> list[int]:
        """The counts before a day's end was settled."""
        if not any(d in axis.price for axis in self.axes):
            return place
        where: list[int | slice] = list(place)
        price = np.zeros(1)
        for number, (axis, window) in enumerate(zip(self.axes, self.windows, strict=True), start=1):
            if d in axis.price:
                low, high = window.end[d]
                where[number] = slice(None)
                price = np.add.outer(price, axis.price[d][low : high + 1])
        options = self.ends[d][tuple(where)] + price[0]
        picked = [int(part) for part in np.unravel_index(int(options.argmin()), options.shape)]
        return [picked.pop(0) if isinstance(part, slice) else part for part in where]


def moved(axis: Axis, window: Window, d: int, gain: int) -> Iterator[tuple[slice, slice, float]]:
    """Which counts of a day's beginning go where at its end, and what is paid beyond the ends of an axis."""
    (low, high), (floor, top) = window.begin[d], window.end[d]
    first, last = max(low, floor - gain), min(high, top - gain)
    if first <= last:
        yield slice(first - low, last - low + 1), slice(first + gain - floor, last + gain - floor + 1), 0.0
    if axis.slopes is not None:
        below, above = axis.slopes
        for count in range(low, min(first, high + 1)):
            yield slice(count - low, count - low + 1), slice(0, 1), below * (floor - gain - count)
        for count in range(max(last + 1, low), high + 1):
            at = slice(top - floor, top - floor + 1)
            yield slice(count - low, count - low + 1), at, above * (count + gain - top)


def stretches(numbers: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of numbers that lie together."""
    if len(numbers):
        for part in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
            yield int(part[0]), int(part[-1]) + 1
