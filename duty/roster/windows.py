"""Which counts can matter on which day: no more than can have been gained by then, no less than can still suffice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.model import OFF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.roster.axes import Axis
    from duty.roster.paths import Paths

NONE = -(10**6)
"""Cannot be reached."""


@dataclass
class Window:
    """For each day the lowest and highest count of an axis at its beginning, and at its end before it is settled."""

    begin: list[tuple[int, int]]
    end: list[tuple[int, int]]

    def width(self) -> float:
        """How many counts a day holds, on average."""
        return sum(high - low + 1 for low, high in self.end) / len(self.end) if self.end else 1.0


def window_of(paths: Paths, axis: Axis) -> Window:
    """The window of an axis for the person of these paths."""
    days, last = paths.days, axis.size - 1
    gained = forward(paths, axis)
    begin = [(0, min(last, high)) for high, _ in gained]
    end = [(0, min(last, high)) for _, high in gained]
    needed = axis.low or enough(axis, days)
    if needed:
        still = backward(paths, axis)
        least = [max(0, needed - value) for value in still]
        if axis.slopes:
            forced = lifted(paths, axis, least)
            most = [min(last, up) for up in forced]
            begin = [(low, max(high, up)) for low, (_, high), up in zip(least, begin, most, strict=False)]
            end = [(low, max(high, up)) for low, (_, high), up in zip(least[1:], end, most[1:], strict=True)]
        else:
            begin = [(min(low, high), high) for low, (_, high) in zip(least, begin, strict=False)]
            end = [(min(low, high), high) for low, (_, high) in zip(least[1:], end, strict=True)]
    begin[0] = (axis.start, axis.start)
    return Window(begin, end)


def lifted(paths: Paths, axis: Axis, least: Sequence[int]) -> list[int]:
    """The most a count can be at each day's beginning that was lifted to the least on some day before, and paid for."""
    found = [least[0]]
    for d in range(paths.days):
        gain = max((gain_of(axis, d, shift) for shift in paths.steps[d]), default=0)
        found.append(max(least[d + 1], found[-1] + gain if found[-1] else 0))
    return found


def enough(axis: Axis, days: int) -> int:
    """The least a count that ends with the horizon has to come to; 0 where nothing forbids less."""
    if [*axis.price] != [days - 1]:
        return 0
    allowed = np.flatnonzero(np.isfinite(axis.price[days - 1]))
    return int(allowed[0]) if len(allowed) else 0


def gain_of(axis: Axis, d: int, shift: int) -> int:
    """What a shift (or a day off) of a day adds to a count, at most."""
    return 0 if shift == OFF else axis.gains[d][shift]


def forward(paths: Paths, axis: Axis) -> list[tuple[int, int]]:
    """The most that can have been gained at each day's beginning and at its end."""
    value = np.full(len(paths.last[0]), NONE)
    value[paths.start] = axis.start
    found = []
    for d in range(paths.days):
        after = np.full(len(paths.last[d + 1]), NONE)
        for shift, steps in paths.steps[d].items():
            most = np.maximum.reduceat(value[steps.source], steps.offsets)
            after[steps.first : steps.last] = most + gain_of(axis, d, shift)
        found.append((max(int(value.max()), 0), max(int(after.max()), 0)))
        value = np.where(after > NONE // 2, 0, NONE) if d in axis.price else after
    return found


def backward(paths: Paths, axis: Axis) -> list[int]:
    """The most that can still be gained from each day's beginning on."""
    value = np.zeros(len(paths.last[-1]), int)
    found = [0]
    for d in range(paths.days - 1, -1, -1):
        before = np.full(len(paths.last[d]), NONE)
        for shift, steps in paths.steps[d].items():
            lengths = np.diff(np.append(steps.offsets, len(steps.source)))
            target = np.repeat(np.arange(steps.first, steps.last), lengths)
            np.maximum.at(before, steps.source, value[target] + gain_of(axis, d, shift))
        value = before
        found.append(max(int(value.max()), 0))
    return found[::-1]
