"""From a mixture to a roster: month after month is fixed, with new columns for the others in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from duty.roster.budget import whole

if TYPE_CHECKING:
    from duty.roster.search import Search

WHOLE = 0.999
"""The part from which on a month in a mixture is as good as fixed."""


def dive(
    search: Search, fixed: dict[int, int], barred: dict[int, np.ndarray] | None = None, *, rounds: int, below: float
) -> list[list[int]] | None:
    """Fix one after the other to the month that has the greatest part, with new columns for the rest in between."""
    fixed = dict(fixed)
    first = 3 * rounds
    while len(fixed) < len(search.everybody):
        mixture = search.mix(fixed, barred, rounds=first or rounds, near=2e-3, below=below)
        if whole(mixture.bound) >= below or search.budget.over():
            return None
        first, taken = 0, 0
        for number in np.argsort(-mixture.parts, kind="stable"):
            p, part = int(search.master.owner[number]), mixture.parts[number]
            if p not in fixed and (part > WHOLE or not taken):
                fixed[p], taken = int(number), taken + 1
            elif part < WHOLE:
                break
    return [list(search.master.columns[fixed[p]].row) for p in search.everybody]
