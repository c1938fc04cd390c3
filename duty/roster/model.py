"""A problem made ready for reckoning: codes as numbers, rules looked up, what each cell and succession costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from duty.roster.problem import DAY, HARD, SATURDAY, SPREAD, Assignments, Code, Key, Person, Problem, Rule, Shift
from duty.roster.targets import fair

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

OFF, UNKNOWN = -1, -2
"""In rows of numbers: a day off; a shift of earlier times that is none of the problem's (work all the same)."""
WEEK, HOUR = 7, 60
MOST = 10**9
"""No upper end."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: `amount` units of it were priced; `found` beside `limit` says how far it is off.

    A hard one costs nothing in points: it must not be. Rules of the post (UNDER, SHORT, OVER, SKILL) name no person.
    """

    rule: Code
    person: Key | None
    days: tuple[int, ...]
    amount: int
    cost: int
    hard: bool
    found: int = 0
    limit: int = 0
    shift: str | None = None
    skill: str | None = None

    @property
    def price(self) -> int:
        """What the optimiser pays."""
        return self.cost + HARD * self.amount if self.hard else self.cost


@dataclass(frozen=True, slots=True)
class Band:
    """What a count over days may be: free from `low` to `high`, priced per `unit` outside (`squared`: 1, 3, 6, …)."""

    rule: Rule
    low: int
    high: int
    unit: int = 1
    squared: bool = False

    def amount(self, found: int) -> int:
        """The units outside the band."""
        away = max(self.low - found, found - self.high, 0)
        return -(-away // self.unit)

    def cost(self, amount: int) -> int:
        """The points for that; none where the rule is hard."""
        return (self.rule.weight or 0) * (amount * (amount + 1) // 2 if self.squared else amount)

    def price(self, found: int) -> int:
        """What the optimiser pays for a count."""
        amount = self.amount(found)
        return HARD * amount if self.rule.weight is None else self.cost(amount)


@dataclass
class Model:
    """The compiled problem; people, days and shifts are numbers here."""

    problem: Problem
    days: int = field(init=False)
    people: tuple[Person, ...] = field(init=False)
    shifts: tuple[Shift, ...] = field(init=False)
    rules: dict[Code, Rule] = field(init=False)
    _kept: dict[Hashable, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.days, self.people, self.shifts = self.problem.days, self.problem.people, self.problem.shifts
        self.rules = {rule.code: rule for rule in self.problem.rules}
        self.codes = [shift.code for shift in self.shifts]
        self.index = {code: number for number, code in enumerate(self.codes)}
        self.number = {person.id: number for number, person in enumerate(self.people)}
        self.wanted = {(demand.day, self.index[demand.shift]): demand.wanted for demand in self.problem.demands}
        first = self.problem.start.weekday()
        self.weekday = [(first + day) % WEEK for day in range(self.days)]
        self.week = [(first + day) // WEEK for day in range(self.days)]
        saturdays = {day for day in range(self.days) if self.weekday[day] >= SATURDAY}
        self.weekends = frozenset(saturdays if self.problem.weekends is None else self.problem.weekends)
        self.history = [
            [OFF if code is None else self.index.get(code, UNKNOWN) for code in person.history]
            for person in self.people
        ]

    def keep(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was reckoned once from this problem."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    # -- who may work what

    @cached_property
    def _barred(self) -> list[list[list[Code | None]]]:
        return [self._bars(person) for person in self.people]

    def _bars(self, person: Person) -> list[list[Code | None]]:
        last = self.days if person.last is None else person.last
        away = [d in person.blocked or not person.first <= d <= last for d in range(self.days)]
        able = [person.shifts is None or code in person.shifts for code in self.codes]
        bars: list[list[Code | None]] = [
            [Code.UNAVAILABLE] * len(able) if gone else [None if can else Code.UNQUALIFIED for can in able]
            for gone in away
        ]
        for day, code in person.blocked_shifts:
            if 0 <= day < self.days and code in self.index:
                bars[day][self.index[code]] = Code.UNAVAILABLE
        return bars

    def barred(self, p: int, d: int, s: int) -> Code | None:
        """The hard rule that keeps a person from a shift on a day whatever else they work."""
        return self._barred[p][d][s]

    @cached_property
    def frozen(self) -> list[dict[int, int]]:
        """For each person, days that are fixed -> what they work then."""
        return self._cells(self.problem.frozen)

    @cached_property
    def published(self) -> list[dict[int, int]] | None:
        """For each person, days -> what was published; None when nothing was."""
        return None if self.problem.published is None else self._cells(self.problem.published)

    def _cells(self, cells: object) -> list[dict[int, int]]:
        found: list[dict[int, int]] = [{} for _ in self.people]
        for (person, day), code in cast("dict[tuple[Key, int], str | None]", cells).items():
            if person in self.number and 0 <= day < self.days:
                found[self.number[person]][day] = OFF if code is None else self.index.get(code, UNKNOWN)
        return found

    # -- what a rule is for a person

    def limit(self, p: int, code: Code) -> int | None:
        """A person's own value of a rule, else the rule's; None where it does not apply."""
        if code not in self.rules:
            return None
        return self.people[p].limits.get(code, self.rules[code].value)

    def charge(self, code: Code, amount: int) -> int:
        """The points for so many units of a soft rule, 0 for a hard one."""
        return (self.rules[code].weight or 0) * amount

    def hard(self, code: Code) -> bool:
        """Whether a rule must not be broken."""
        return self.rules[code].weight is None

    @cached_property
    def successions(self) -> list[list[tuple[tuple[Code, int, int], ...]]]:
        """For a shift and the next day's: (rule, found, limit) of each rule that this breaks."""
        return [[tuple(self._succession(a, b)) for b in self.shifts] for a in self.shifts]

    def _succession(self, before: Shift, after: Shift) -> list[tuple[Code, int, int]]:
        broken = []
        gap = DAY + after.start - before.start - before.minutes
        if Code.REST in self.rules and gap < (least := self.rules[Code.REST].value or 0):
            broken.append((Code.REST, gap, least))
        if Code.SUCCESSION in self.rules and after.code in before.not_followed_by:
            broken.append((Code.SUCCESSION, 0, 0))
        if Code.EARLY_AFTER_LATE in self.rules and before.late and after.early:
            broken.append((Code.EARLY_AFTER_LATE, 0, 0))
        if Code.STEADY in self.rules and before is not after:
            broken.append((Code.STEADY, 0, 0))
        return broken

    @cached_property
    def targets(self) -> dict[Code, list[float]]:
        """What would be fair, for each rule that spreads something."""
        return {code: fair(self, code) for code in SPREAD if code in self.rules}

    def band(self, p: int, code: Code) -> Band | None:
        """What a person's count over the horizon may be under a rule; None where it does not apply."""
        if code not in self.rules:
            return None
        rule = self.rules[code]
        if code in SPREAD:
            aim = self.people[p].limits.get(code, self.targets[code][p])
            return Band(rule, math.floor(aim + 1e-9), math.ceil(aim - 1e-9), squared=True)
        value = self.limit(p, code)
        if value is None:
            return None
        if code == Code.TARGET:
            if code not in self.people[p].limits:
                value = round(value * self.share(p))
            return Band(rule, value - rule.tolerance, value + rule.tolerance, HOUR)
        unit = HOUR if code in {Code.WEEK_MINUTES, Code.MINUTES_MAX, Code.MINUTES_MIN} else 1
        return Band(rule, value, MOST, unit) if code == Code.MINUTES_MIN else Band(rule, 0, value, unit)

    def share(self, p: int) -> float:
        """The part of the horizon a person can be called on at all."""
        able = sum(any(bar is None for bar in bars) for bars in self._barred[p])
        return able / self.days if self.days else 0.0

    def rows(self, assignments: Assignments) -> list[list[int]]:
        """Assignments as one row of shift numbers per person. Raises KeyError for an unknown person or shift."""
        rows = [[OFF] * self.days for _ in self.people]
        for (person, day), code in assignments.items():
            rows[self.number[person]][day] = self.index[code]
        return rows

    def assignments(self, rows: Sequence[Sequence[int]]) -> dict[tuple[Key, int], str]:
        """Rows as assignments, by person and day."""
        return {
            (person.id, d): self.codes[s]
            for person, row in zip(self.people, rows, strict=True)
            for d, s in enumerate(row)
            if s >= 0
        }


def model_of(problem: Problem) -> Model:
    """The problem compiled, once."""
    model: Model | None = problem.__dict__.get("_model")
    if model is None:
        model = Model(problem)
        problem.__dict__["_model"] = model
    return model
