"""What a roster breaks and costs: the one answer for the optimiser's tests, the grid's edits and every reason given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duty.roster.cover import cover_faults, staff_of
from duty.roster.model import OFF, Model, Violation, model_of
from duty.roster.problem import Assignments, Cell, Code, Key, Problem
from duty.roster.rows import row_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GAPS = (Code.UNDER, Code.SHORT, Code.SKILL)


@dataclass(frozen=True)
class Verdict:
    """Every violation of a roster, the points, and the points by rule."""

    violations: tuple[Violation, ...]
    cost: int = field(init=False)
    cost_by_rule: dict[Code, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", sum(violation.cost for violation in self.violations))
        object.__setattr__(self, "cost_by_rule", by_rule(self.violations))

    @property
    def hard(self) -> tuple[Violation, ...]:
        """What must not be."""
        return tuple(violation for violation in self.violations if violation.hard)

    @property
    def gaps(self) -> tuple[Violation, ...]:
        """What the post lacks."""
        return tuple(violation for violation in self.violations if violation.rule in GAPS)

    @property
    def price(self) -> int:
        """What the optimiser pays: the points, and far more for each unit of a broken hard rule."""
        return sum(violation.price for violation in self.violations)


@dataclass(frozen=True)
class Difference:
    """What a change of the roster breaks (or makes worse), mends (or makes better), and what it costs more."""

    new: tuple[Violation, ...]
    gone: tuple[Violation, ...]
    cost: int
    cost_by_rule: dict[Code, int]

    @property
    def hard(self) -> tuple[Violation, ...]:
        """The hard rules that the change breaks: with one of them it is not allowed."""
        return tuple(violation for violation in self.new if violation.hard)

    @property
    def allowed(self) -> bool:
        """Whether the change breaks no hard rule."""
        return not self.hard


def by_rule(violations: Iterable[Violation]) -> dict[Code, int]:
    """Points by rule, without the rules that cost nothing."""
    costs: dict[Code, int] = {}
    for violation in violations:
        if violation.cost:
            costs[violation.rule] = costs.get(violation.rule, 0) + violation.cost
    return costs


def evaluate(problem: Problem, assignments: Assignments) -> Verdict:
    """Everything a roster breaks. Raises KeyError for people and shifts that are none of the problem's."""
    model = model_of(problem)
    return verdict_on(model, model.rows(assignments))


def verdict_on(model: Model, rows: Sequence[Sequence[int]]) -> Verdict:
    """The same for rows of shift numbers."""
    found = [fault for p, row in enumerate(rows) for fault in row_faults(model, p, row)]
    found.extend(cover_faults(model, staff_of(rows)))
    return Verdict(tuple(found))


def check_edit(problem: Problem, assignments: Assignments, person: Key, day: int, shift: str | None) -> Difference:
    """What it would break, mend and cost to give a person another shift (None: the day off) on a day."""
    return change(problem, assignments, {(person, day): shift})


def change(problem: Problem, assignments: Assignments, cells: Mapping[Cell, str | None]) -> Difference:
    """The same for several cells at once."""
    model = model_of(problem)
    wanted = {
        (model.number[person], day): OFF if shift is None else model.index[shift]
        for (person, day), shift in cells.items()
    }
    return Changes(model, model.rows(assignments)).difference(wanted)


@dataclass
class Changes:
    """Many possible changes of one roster, looked at one after the other; only what they touch is reckoned."""

    model: Model
    rows: list[list[int]]
    faults: dict[int, list[Violation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.staff = staff_of(self.rows)

    def before(self, p: int) -> list[Violation]:
        """What a person's row breaks as it stands."""
        if p not in self.faults:
            self.faults[p] = row_faults(self.model, p, self.rows[p])
        return self.faults[p]

    def difference(self, wanted: Mapping[tuple[int, int], int]) -> Difference:
        """What setting these cells (person number, day -> shift number) would break, mend and cost."""
        old, new = [], []
        rows: dict[int, list[int]] = {}
        staff, cells = dict(self.staff), set()
        for (p, day), s in wanted.items():
            row = rows.setdefault(p, list(self.rows[p]))
            for cell, change_by in (((day, row[day]), -1), ((day, s), 1)):
                if cell[1] >= 0:
                    cells.add(cell)
                    on = [other for other in staff.get(cell, ()) if other != p]
                    staff[cell] = sorted([*on, p]) if change_by > 0 else on
            row[day] = s
        for p, row in rows.items():
            old += self.before(p)
            new += row_faults(self.model, p, row)
        old += cover_faults(self.model, self.staff, cells)
        new += cover_faults(self.model, staff, cells)
        return between(old, new)


def between(old: Sequence[Violation], new: Sequence[Violation]) -> Difference:
    """Two lists of violations compared: a rule broken as much as before is neither new nor gone."""
    left = list(old)
    worse = []
    for violation in new:
        if violation in left:
            left.remove(violation)
        else:
            worse.append(violation)
    more, less = [], []
    for violation in worse:
        match = next((other for other in left if alike(violation, other)), None)
        if match is not None:
            left.remove(match)
            if match.amount > violation.amount:
                less.append(match)
        if match is None or match.amount < violation.amount:
            more.append(violation)
    costs = by_rule(new)
    for code, cost in by_rule(old).items():
        costs[code] = costs.get(code, 0) - cost
    total = sum(fault.cost for fault in new) - sum(fault.cost for fault in old)
    return Difference(tuple(more), (*less, *left), total, {code: cost for code, cost in costs.items() if cost})


def alike(one: Violation, other: Violation) -> bool:
    """Whether two violations are the same rule broken by the same person at the same place."""
    same = (one.rule, one.person, one.shift, one.skill) == (other.rule, other.person, other.shift, other.skill)
    return same and (one.days == other.days or not {*one.days}.isdisjoint(other.days))
