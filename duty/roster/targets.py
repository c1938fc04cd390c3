"""What would be fair: each person's share of late, weekend and holiday shifts, and of the month's minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duty.roster.problem import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.roster.model import Model


def level(total: float, shares: Sequence[float], carried: Sequence[float]) -> list[float]:
    """Share `total` out so that carried + given is as even per share as it can be; nobody gives back."""
    order = sorted((had / share, share, had) for share, had in zip(shares, carried, strict=True) if share > 0)
    water, weight, filled = 0.0, 0.0, 0.0
    for mark, share, had in order:
        if weight and mark * weight - filled >= total:
            break
        weight += share
        filled += had
    if weight:
        water = (total + filled) / weight
    return [max(0.0, water * share - had) if share > 0 else 0.0 for share, had in zip(shares, carried, strict=True)]


def counts_for(model: Model, code: Code, day: int, shift: int) -> bool:
    """Whether a shift on a day is one that `code` spreads."""
    if code == Code.LATE:
        return model.problem.shifts[shift].late
    return day in (model.weekends if code == Code.WEEKEND else model.problem.holidays)


def fair(model: Model, code: Code) -> list[float]:
    """For each person the number of such shifts that would be fair in this horizon."""
    cells = [(d, s) for d in range(model.days) for s in range(len(model.codes)) if counts_for(model, code, d, s)]
    total = sum(model.wanted.get(cell, 0) for cell in cells)
    shares = [float(len({d for d, s in cells if model.barred(p, d, s) is None})) for p in range(len(model.people))]
    carried = [float(person.carried.get(code, 0)) for person in model.people]
    return level(total, shares, carried)
