"""Months that come to agree: each in turn takes the month that is best at the bound's prices and beside the others.

A shift that is still missing or too many is worth little at first and more with every round it stays so. Where
everybody's choice is settled and the post is covered, the roster costs hardly more than the bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from duty.roster.post import Post

if TYPE_CHECKING:
    from duty.roster.search import Search

ROUNDS = 30
FORCE, RISE = 3 / 4, 1 / 4
"""What a person too few or too many is worth at once, and by how much more in each round, in units of the least weight
of a rule."""


def agree(search: Search, root: np.ndarray, *, noise: float) -> list[list[int]]:
    """The best roster of some rounds from the best so far on, at the prices `root` shaken by `noise`."""
    model = search.model
    unit = min((rule.weight for rule in model.rules.values() if rule.weight), default=1)
    rows = [list(row) for row in search.rows]
    best, least = rows, math.inf
    post = Post(model, most=FORCE * unit)
    for p, row in enumerate(rows):
        post.put(p, row)
    worth = np.zeros(post.count.shape)
    prices = root + search.dice.normal(0.0, noise * unit, len(root)) if noise else root
    for _ in range(ROUNDS):
        settled = True
        for p in search.dice.permutation(search.everybody):
            post.put(p, rows[p], -1)
            cost = search.master.costs(p, prices) + post.marginal(p)
            cost[:, :-1] += worth
            if found := search.priced(p, cost, 1).rows:
                settled = settled and found[0][1] == rows[p]
                rows[p] = found[0][1]
            post.put(p, rows[p])
        away = np.where(search.master.cover >= 0, post.count - post.wanted, 0)
        worth += RISE * unit * away
        if (total := search.total(rows)) < least:
            best, least = [list(row) for row in rows], total
        if search.budget.over() or (settled and not away.any()):
            break
    return best
