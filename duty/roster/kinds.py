"""Minutes and late shifts counted together: how many shifts of each kind, instead of an axis for each sum.

Minutes and late shifts follow from how many shifts of each kind (equal minutes, equally late) somebody works. A month
of 7 and 9 hours has some hundred possible sums beside a dozen of late shifts; its two kinds have a dozen each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.axes import Axis, priced
from duty.roster.counts import MINUTES
from duty.roster.problem import HARD, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from duty.roster.counts import Count
    from duty.roster.model import Model

STEEP = 3
"""How steep, in units of the greatest weight, the cost of a count has to be where it is told apart no further."""


@dataclass
class Kinds:
    """The axes of the kinds, and the axes `apart` that they stand for.

    The first axis counts all shifts, the others those of a kind. `price`: what the counts cost together; `known`: the
    same as far as the axes tell them apart. Beyond, a straight line that is nowhere above it goes on
    (`Axis.slopes`).
    """

    axes: list[Axis]
    apart: list[Axis]
    price: np.ndarray
    known: np.ndarray

    def lawful(self, row: Sequence[int]) -> bool:
        """Whether the counts of a row break no hard rule."""
        counts = (sum(gain[s] for gain, s in zip(axis.gains, row, strict=True) if s >= 0) for axis in self.axes)
        return bool(np.isfinite(self.price[*counts]))


def kinds_of(
    model: Model, can: Callable[[int, int], bool], every: Sequence[Axis], *, elastic: bool, steep: float = STEEP
) -> Kinds | None:
    """The kinds of a person; None where they have no soft sum, or more than one kind more than sums."""
    sums = {*MINUTES, Code.LATE}
    apart = [axis for axis in every if axis.counts and all(count.code in sums for count in axis.counts)]
    counts = [count for axis in apart for count in axis.counts]
    if not counts or all(count.band.rule.weight is None for count in counts):
        return None
    shifts = [s for s in range(len(model.codes)) if any(can(d, s) for d in range(model.days))]
    tables = [axis.counts[0].gains[0] for axis in apart]
    worth = {s: tuple(table[s] for table in tables) for s in shifts}
    kinds = sorted(set(worth.values()))
    if not kinds or len(kinds) > len(apart) + 1:
        return None
    price = np.zeros((model.days + 1,) * len(kinds))
    for number, axis in enumerate(apart):
        first = kinds[0][number]
        gains = [first, *(kind[number] - first for kind in kinds[1:])]
        price += priced_sums(price.shape, gains, axis.counts, elastic=elastic)
    least = steep * max(count.band.rule.weight or 0 for count in counts)
    known, axes = price, []
    for number in reversed(range(len(kinds))):
        known, low, high, slopes = reach(known, number, least)
        members = {s for s, kind in worth.items() if number in {0, kinds.index(kind)}}
        steps = [[int(s in members and can(d, s)) for s in range(len(model.codes))] for d in range(model.days)]
        axes.append(Axis(f"kind {number}", high + 1, steps, {}, low=low, slopes=slopes))
    return Kinds(axes[::-1], apart, price, known)


def priced_sums(shape: tuple[int, ...], gains: Sequence[int], counts: Sequence[Count], *, elastic: bool) -> np.ndarray:
    """What a sum costs for each number of all shifts and of each kind."""
    sums = sum(gain * number for gain, number in zip(gains, np.indices(shape, sparse=True), strict=True))
    values, place = np.unique(np.broadcast_to(np.asarray(sums), shape), return_inverse=True)
    return priced([int(value) for value in values], [count.band for count in counts], elastic)[place].reshape(shape)


def reach(price: np.ndarray, number: int, least: float) -> tuple[np.ndarray, int, int, tuple[float, float]]:
    """The price as far as an axis is told apart, from where to where, and how steep it is beyond.

    Told apart is what lies between the counts from which on it is `least` steep.
    """
    table = np.moveaxis(price, number, 0)
    last = len(table) - 1
    middle = int(table.reshape(last + 1, -1).min(axis=1).argmin())
    high = next((at for at in range(middle, last) if slope(table[at:]) >= least), last)
    low = next((at for at in range(middle, 0, -1) if slope(table[at::-1]) >= least), 0)
    slopes = slope(table[low::-1]) if low else 0.0, slope(table[high:]) if high < last else 0.0
    ends = end(table[low::-1], slopes[0]), end(table[high:], slopes[1])
    found = table[low : high + 1].copy()
    found[0], found[-1] = np.minimum(found[0], ends[0]), np.minimum(found[-1], ends[1])
    return np.moveaxis(found, 0, number), low, high, slopes


def slope(table: np.ndarray) -> float:
    """The steepest line from the first row on that is nowhere above the others, where the first row has an end."""
    with np.errstate(invalid="ignore"):
        rises = (table[1:] - table[0]) / np.arange(1, len(table)).reshape(-1, *(1 for _ in table.shape[1:]))
    return min(float(np.where(np.isfinite(table[0]), rises, np.inf).min()), HARD)


def end(table: np.ndarray, steep: float) -> np.ndarray:
    """The first row, where it has no end lowered to a line that is nowhere above the others."""
    lines = table - steep * np.arange(len(table)).reshape(-1, *(1 for _ in table.shape[1:]))
    return np.where(np.isfinite(table[0]), table[0], lines.min(axis=0))
