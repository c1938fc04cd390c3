"""What a roster is asked for: people, shifts, demand and rules of one month, as frozen data.

Days are numbers from 0; minutes count from midnight; weights are whole numbers of points; a rule without one is hard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

Key = str | int
"""How the caller knows a person."""
Cell = tuple[Key, int]
"""A person on a day."""
Assignments = Mapping[Cell, str]
"""Who works what: cells that are missing are days off."""


class Code(StrEnum):
    """The rules; each `value` is what `Rule.value` and `Person.limits` mean."""

    UNAVAILABLE = "unavailable"  # always hard: leave, not yet hired, gone, fixed unavailability
    UNQUALIFIED = "unqualified"  # always hard: not one of the person's shifts
    FROZEN = "frozen"  # always hard: worked already, or fixed by the supervisor
    REST = "rest"  # minutes between the end of a shift and the start of the next day's
    SUCCESSION = "succession"  # `Shift.not_followed_by`
    EARLY_AFTER_LATE = "early_after_late"
    STEADY = "steady"  # another shift than the day before
    RUN_MAX = "run_max"  # days worked in a row, at most
    RUN_MIN = "run_min"  # days worked in a row, at least
    OFF_MIN = "off_min"  # days off in a row, at least
    ROTATION = "rotation"  # days off begin on another weekday than those of the week before
    WEEK_MINUTES = "week_minutes"  # minutes in a calendar week, at most
    WEEK_OFF = "week_off"  # days off in a calendar week, at least
    MINUTES_MAX = "minutes_max"  # minutes in the horizon, at most
    MINUTES_MIN = "minutes_min"  # minutes in the horizon, at least
    TARGET = "target"  # minutes in the horizon, both ways
    SHIFT_MAX = "shift_max"  # `Person.shift_max`
    WEEKENDS_MAX = "weekends_max"  # weekends with work, at most
    LATE = "late"  # late shifts spread over the year
    WEEKEND = "weekend"  # shifts on weekend days spread over the year
    HOLIDAY = "holiday"  # shifts on statutory holidays spread over the year
    WISH = "wish"
    CHANGE = "change"  # a published cell is changed
    UNDER = "under"  # fewer than wanted
    SHORT = "short"  # fewer than the least
    OVER = "over"  # more than wanted
    SKILL = "skill"  # too few with a skill
    COMPANY = "company"  # somebody without the company they need
    ON_DUTY = "on_duty"  # only as the reason why somebody cannot stand in: they work that day


DAY = 24 * 60
SATURDAY = 5
SPREAD = (Code.LATE, Code.WEEKEND, Code.HOLIDAY)
"""Rules whose fair value per person is reckoned from demand and from what was carried over."""
HARD = 1_000_000
"""What the optimiser pays per unit of a broken hard rule, so that a roster always comes."""


@dataclass(frozen=True)
class Shift:
    """One shift of a day; it may end after midnight."""

    code: str
    start: int = 0
    minutes: int = 480
    early: bool = False
    late: bool = False
    not_followed_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wish:
    """What a person would like: (not) this shift on this day; without a shift, (not) to work at all."""

    day: int
    weight: int
    shift: str | None = None
    want: bool = False


@dataclass(frozen=True)
class Person:
    """A person with what is known of the time before: the last shifts and this year's counts."""

    id: Key
    skills: frozenset[str] = frozenset()
    shifts: frozenset[str] | None = None
    first: int = 0
    last: int | None = None
    blocked: Mapping[int, str] = field(default_factory=dict)
    """Day -> why, in the caller's word (leave, course, …)."""
    blocked_shifts: frozenset[tuple[int, str]] = frozenset()
    wishes: tuple[Wish, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    """Rule code -> own value. Where only `limits` has a value, who is not named there is free of the rule."""
    shift_max: Mapping[str, int] = field(default_factory=dict)
    history: tuple[str | None, ...] = ()
    """The days before day 0, the latest last, None for a day off. Empty: nothing is known and nothing binds."""
    carried: Mapping[str, int] = field(default_factory=dict)
    """This year's late, weekend and holiday shifts before day 0."""


@dataclass(frozen=True)
class Demand:
    """How many a shift of a day wants; each person fewer or more costs. Below `at_least` each costs `short` more."""

    day: int
    shift: str
    wanted: int
    at_least: int = 0
    under: int = 10_000
    over: int = 100
    short: int = 100_000


@dataclass(frozen=True)
class SkillDemand:
    """At least so many with a skill on a shift of a day; each missing one costs."""

    day: int
    shift: str
    skill: str
    at_least: int = 1
    weight: int = 20_000


@dataclass(frozen=True)
class Company:
    """Who has `skill` works a shift only beside somebody who has `needs` (a trainee beside an experienced clerk)."""

    skill: str
    needs: str
    weight: int | None = None


@dataclass(frozen=True)
class Rule:
    """A rule with its value, hard without a weight; `tolerance` is free on both sides (TARGET: minutes)."""

    code: Code
    value: int | None = None
    weight: int | None = None
    tolerance: int = 0


@dataclass(frozen=True)
class Problem:
    """One roster to make: `days` days from `start`.

    `published` turns it into a re-plan: each changed cell costs `change`, which is meant to outweigh every wish and
    to be outweighed by a gap. Raises ValueError for data that contradict themselves.
    """

    start: dt.date
    days: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    demands: tuple[Demand, ...] = ()
    skill_demands: tuple[SkillDemand, ...] = ()
    company: tuple[Company, ...] = ()
    rules: tuple[Rule, ...] = ()
    weekends: frozenset[int] | None = None
    """Saturdays and Sundays that are days off by the calendar; None: all of them."""
    holidays: frozenset[int] = frozenset()
    frozen: Mapping[Cell, str | None] = field(default_factory=dict)
    published: Mapping[Cell, str | None] | None = None
    """Cells that are missing were published as days off; None: nothing is published."""
    change: int = 5_000

    def __post_init__(self) -> None:
        check(self)


class Unfit(ValueError):
    """Data that contradict themselves: `what` is wrong (see `check`), and with which thing."""

    def __init__(self, what: str, thing: object = None) -> None:
        super().__init__(what, thing)
        self.what, self.thing = what, thing


def check(problem: Problem) -> None:
    """Refuse data that contradict themselves.

    Raises Unfit: "twice" (shifts, people, rules, demands), "unknown" (day and shift of a demand or of
    a frozen cell), "weekend" (a day that
    is no Saturday or Sunday), "length" and "reach" (a shift's code, see `check_shifts`).
    """
    codes = [shift.code for shift in problem.shifts]
    ids = [person.id for person in problem.people]
    rules = [rule.code for rule in problem.rules]
    cells = [(demand.day, demand.shift) for demand in problem.demands]
    for what, names in (("shifts", codes), ("people", ids), ("rules", rules), ("demands", cells)):
        if len(set(names)) < len(names):
            raise Unfit("twice", what)
    wanted = [*cells, *((demand.day, demand.shift) for demand in problem.skill_demands)]
    wanted += [(day, shift) for (_, day), shift in problem.frozen.items() if shift is not None]
    for day, shift in wanted:
        if not 0 <= day < problem.days or shift not in codes:
            raise Unfit("unknown", (day, shift))
    check_shifts(problem)
    for day in problem.weekends or ():
        if (problem.start.weekday() + day) % 7 < SATURDAY:
            raise Unfit("weekend", day)


def check_shifts(problem: Problem) -> None:
    """Rest is looked at from one day to the next; a shift that reaches further is refused. Raises Unfit."""
    rest = max((rule.value or 0 for rule in problem.rules if rule.code == Code.REST), default=0)
    first = min((shift.start for shift in problem.shifts), default=0)
    for shift in problem.shifts:
        if not (0 <= shift.start < DAY and 0 < shift.minutes <= DAY):
            raise Unfit("length", shift.code)
        if shift.start + shift.minutes + rest > 2 * DAY + first:
            raise Unfit("reach", shift.code)
