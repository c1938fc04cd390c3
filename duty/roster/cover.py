"""What the post lacks: too few or too many on a shift, a skill that is missing, somebody without their company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duty.roster.model import Model, Violation
from duty.roster.problem import Code, Demand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Staff = dict[tuple[int, int], list[int]]
"""Day and shift -> the people on it."""


def staff_of(rows: Sequence[Sequence[int]]) -> Staff:
    """Who is on each shift of each day."""
    found: Staff = {}
    for p, row in enumerate(rows):
        for d, s in enumerate(row):
            if s >= 0:
                found.setdefault((d, s), []).append(p)
    return found


def having(model: Model, skill: str) -> frozenset[int]:
    """The people with a skill."""
    return model.keep(
        ("having", skill), lambda: frozenset(p for p, person in enumerate(model.people) if skill in person.skills)
    )


def cover_faults(model: Model, staff: Staff, only: set[tuple[int, int]] | None = None) -> Iterator[Violation]:
    """Everything the post lacks; `only` on these days and shifts."""
    for demand in model.problem.demands:
        cell = demand.day, model.index[demand.shift]
        if only is not None and cell not in only:
            continue
        days, found = (demand.day,), len(staff.get(cell, ()))
        for code, units, weight, limit in (
            (Code.UNDER, demand.wanted - found, demand.under, demand.wanted),
            (Code.SHORT, demand.at_least - found, demand.short, demand.at_least),
            (Code.OVER, found - demand.wanted, demand.over, demand.wanted),
        ):
            if units > 0:
                cost = weight * units
                yield Violation(code, None, days, units, cost, hard=False, found=found, limit=limit, shift=demand.shift)
    yield from skill_faults(model, staff, only)
    if model.problem.company:
        yield from company_faults(model, staff, only)


def skill_faults(model: Model, staff: Staff, only: set[tuple[int, int]] | None) -> Iterator[Violation]:
    """Shifts with too few people of a skill."""
    for demand in model.problem.skill_demands:
        cell = demand.day, model.index[demand.shift]
        if only is None or cell in only:
            able = having(model, demand.skill)
            found, least = sum(p in able for p in staff.get(cell, ())), demand.at_least
            if (lack := least - found) > 0:
                cost = lack * demand.weight
                yield Violation(
                    Code.SKILL, None, (demand.day,), lack, cost, False, found, least, demand.shift, demand.skill
                )


def company_faults(model: Model, staff: Staff, only: set[tuple[int, int]] | None) -> Iterator[Violation]:
    """People on a shift without the company they need."""
    for company in model.problem.company:
        alone, beside = having(model, company.skill), having(model, company.needs)
        for cell in staff if only is None else only:
            on = staff.get(cell, ())
            lonely = [p for p in on if p in alone]
            if lonely and not any(p in beside for p in on):
                cost, hard = (company.weight or 0) * len(lonely), company.weight is None
                yield Violation(
                    Code.COMPANY, model.people[lonely[0]].id, (cell[0],), len(lonely), cost, hard,
                    0, 1, model.codes[cell[1]], company.needs,
                )  # fmt: skip


def cell_price(model: Model, cell: tuple[int, int], count: int) -> int:
    """What the headcount of a shift costs."""
    demand = demand_at(model).get(cell)
    if demand is None:
        return 0
    price = demand.under * max(demand.wanted - count, 0) + demand.over * max(count - demand.wanted, 0)
    return price + demand.short * max(demand.at_least - count, 0)


def demand_at(model: Model) -> dict[tuple[int, int], Demand]:
    """Demand by day and shift."""
    return model.keep("demand", lambda: {(want.day, model.index[want.shift]): want for want in model.problem.demands})
