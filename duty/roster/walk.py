"""What many months of one person cost, all at once: a walk along the paths instead of a search for the cheapest."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.windows import gain_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.roster.pricing import Pricer

PATTERNS = 2_500
"""Ways to fill some days of one person that are looked at."""


def prices(pricer: Pricer, rows: np.ndarray) -> np.ndarray:
    """What each row (rows × days, shift numbers) costs its person, but for counts left outside.

    Without end where a hard rule is broken.
    """
    paths, many = pricer.paths, len(rows)
    node, price = np.full(many, paths.start), np.zeros(many)
    counts = {axis.name: np.full(many, axis.start) for axis in pricer.axes}
    plain = [axis for axis in pricer.axes if pricer.kinds is None or axis not in pricer.kinds.axes]
    for d in range(paths.days):
        worked = paths.worked(d)[node]
        target = np.zeros(many, int)
        cost = np.full(many, np.inf)
        for shift in paths.steps[d]:
            on = rows[:, d] == shift
            to, step = paths.table(d, shift)
            target[on], cost[on] = to[node[on]], step[node[on]] + pricer.base[d, shift]
            for axis in pricer.axes:
                if gain := gain_of(axis, d, shift):
                    counts[axis.name] += np.where(on & ~worked, gain, 0) if d in axis.again else gain * on
        for axis in plain:
            if d in axis.price:
                found = counts[axis.name]
                paid = axis.price[d][np.minimum(found, axis.size - 1)]
                cost += np.where(found < axis.size, paid, np.inf)
                counts[axis.name] = np.zeros(many, int)
        node, price = target, price + cost
    if pricer.kinds is not None:
        price += pricer.kinds.price[*(counts[axis.name] for axis in pricer.kinds.axes)]
    for axis in pricer.lazy:
        found = sum(np.append(axis.gains[d], 0)[rows[:, d]] for d in range(paths.days))
        price = np.where(found < axis.size, price, np.inf)
    return price


def reach(shifts: int) -> int:
    """How many days in a row can be filled in every way."""
    days = 1
    while (shifts + 1) ** (days + 1) <= PATTERNS:
        days += 1
    return days


def variants(pricer: Pricer, row: Sequence[int], days: range, above: float) -> tuple[np.ndarray, np.ndarray]:
    """Every way to fill some days of a row that costs no more than so much above it, with what it costs."""
    fills = np.array(list(product(range(-1, len(pricer.model.codes)), repeat=len(days))))
    rows = np.tile(np.array(row), (len(fills), 1))
    rows[:, days.start : days.stop] = fills
    found = prices(pricer, rows)
    mine = found[(rows == np.array(row)).all(axis=1)][0]
    good = found <= mine + above
    return rows[good], found[good]
