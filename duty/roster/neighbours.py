"""Neighbourhoods: free some people, or everybody for some days, and look for something better there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from duty.roster.dive import dive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duty.roster.search import Search

DAYS = 0.4
"""How often some days of everybody are freed rather than all days of some."""
POOL = 6_000
"""Columns kept."""


def current(search: Search, free: Iterable[int]) -> dict[int, int]:
    """Everybody but the free fixed to what they have."""
    free = set(free)
    search.master.add([search.column(p, row) for p, row in enumerate(search.rows)])
    return {p: search.master.known[p, tuple(row)] for p, row in enumerate(search.rows) if p not in free}


def choose(search: Search, many: int) -> list[int]:
    """People to free: by chance, more likely those whose month is far from the best at the prices of the bound."""
    if search.far is None:
        each = np.zeros(search.master.rows) if search.root is None else search.root
        search.far = np.array([distance(search, p, each) for p in search.everybody]) + 1e-9
    far = search.far
    weight = far / far.sum() + 1.0 / len(far)
    return sorted(search.dice.choice(len(far), size=min(many, len(far)), replace=False, p=weight / weight.sum()))


def distance(search: Search, p: int, each: np.ndarray) -> float:
    """What a person's month costs above their best at these prices."""
    cost = search.master.costs(p, each)
    least = search.priced(p, cost, 1).least
    column = search.column(p, search.rows[p])
    return max(0.0, column.inner + float(sum(cost[d, s] for d, s in enumerate(search.rows[p]))) - least)


def neighbourhood(search: Search, share: float) -> bool:
    """Free some people, or everybody for some days, and look for something as good; whether it is better."""
    before = search.price
    if search.dice.random() < DAYS:
        free, fixed, barred = search.everybody, current(search, search.everybody), window(search, share)
    else:
        free = [int(p) for p in choose(search, max(3, round(share * len(search.everybody))))]
        fixed, barred = current(search, free), {}
    rows = dive(search, fixed, barred, rounds=6, below=search.price + 1)
    if rows is not None and not search.keep(rows):
        search.polish(rows, free)
    return search.price < before


def window(search: Search, share: float) -> dict[int, np.ndarray]:
    """Cells that are barred where everybody is free for some days only."""
    days = search.model.days
    length = max(2, round(share * days))
    first = int(search.dice.integers(0, max(1, days - length + 1)))
    barred = {}
    for p, row in enumerate(search.rows):
        mask = np.full((days, len(search.model.codes) + 1), np.inf)
        mask[np.arange(days), row] = 0.0
        mask[first : first + length] = 0.0
        barred[p] = mask
    return barred


def prune(search: Search) -> None:
    """Forget the columns that cost most above the best at the prices of the bound."""
    if len(search.master.columns) <= POOL or search.root is None:
        return
    kinds = {p: search.master.costs(p, search.root) for p in search.everybody}
    above = np.array(
        [
            column.inner + sum(kinds[column.p][d, s] for d, s in enumerate(column.row))
            for column in search.master.columns
        ]
    )
    for p in search.everybody:
        above[search.master.owner == p] -= above[search.master.owner == p].min()
    search.master.forget(above <= np.partition(above, POOL // 2)[POOL // 2])
