"""A month as the optimiser is asked about it.

The optimiser numbers days from 0 and calls a kind of shift by its key; everybody else says dates and records. Only this
module knows both.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from duty import roster as optimiser
from duty.models import DutySettings, Wish
from duty.roster import Code
from duty.services import history
from duty.services.history import SATURDAY
from duty.services.months import AWAY, LEAVE, Kind, Month
from duty.services.rules import HARD, OFF, rules_of
from frontdesk.kit.errors import DeskError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from duty.models import Rostered, ShiftType
    from duty.services.months import Cell, Colleague
    from duty.services.rules import Rule

WORKDAYS = (Kind.WORKING, Kind.MAKE_UP)
WORKDAYS_A_WEEK = 5
NOON = 12 * 60
EXPERIENCED, QUALIFIED, TRAINEE = "experienced", "qualified", "trainee"


class MonthProblem(Month):
    """A month with the rules it is planned by, and with what was before it."""

    # -- what it is planned by

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The office's rules."""
        return rules_of(self.office)

    @cached_property
    def workdays(self) -> set[dt.date]:
        """The dates on which the office works, which the contracts' hours are reckoned from."""
        return {date for date, kind in self.kinds.items() if kind in WORKDAYS}

    @cached_property
    def settings(self) -> DutySettings:
        """The office's other figures."""
        return DutySettings.of(self.office)

    @cached_property
    def named(self) -> set[int]:
        """The kinds of shifts the optimiser must know: those in use, and those that old cells name."""
        worked = {int(key) for tail in self.tails.values() for key in tail if key is not None}
        return {row.pk for row in self.types} | worked | {c.shift_type for c in self.cells.values() if c.shift_type}

    @cached_property
    def tails(self) -> dict[int, tuple[str | None, ...]]:
        """What each person worked in the days before, the latest last; nothing where no roster says so."""
        return history.tails(self.office, self.keys, self.first)

    @cached_property
    def carried(self) -> dict[int, dict[str, int]]:
        """This year's late, weekend and holiday shifts and calls as stand-in before the month, by person."""
        return history.carried(self.office, self.keys, self.first)

    # -- the problem

    @cached_property
    def assignments(self) -> dict[optimiser.Cell, str]:
        """The cells as the optimiser knows them."""
        return self.numbered({key: cell.shift_type for key, cell in self.cells.items() if cell.shift_type is not None})

    def put(self, person: int, date: dt.date, cell: Cell | None) -> None:
        """Take a cell as it was just written, and forget what was reckoned from it."""
        super().put(person, date, cell)
        for name in ("assignments", "problem"):
            self.__dict__.pop(name, None)

    def numbered(self, cells: Mapping[tuple[int, dt.date], int | None]) -> dict[optimiser.Cell, Any]:
        """Return cells by person and date as cells by person and day of the month."""
        return {(pk, self.day(date)): None if kind is None else str(kind) for (pk, date), kind in cells.items()}

    def day(self, date: dt.date) -> int:
        """The optimiser's number of a date."""
        return (date - self.first).days

    @cached_property
    def problem(self) -> optimiser.Problem:
        """The month as it may be edited: nothing is frozen."""
        return self.make_problem()

    def draft_problem(self) -> optimiser.Problem:
        """The month to be drafted: what is fixed stays, and so does everything that is over."""
        return self.make_problem(frozen=self.kept(self.open_from))

    def kept(self, since: dt.date) -> dict[tuple[int, dt.date], int | None]:
        """The cells nobody plans again: the fixed ones, and all before a date."""
        kept = {key: cell.shift_type for key, cell in self.cells.items() if cell.is_fixed or key[1] < since}
        if self.cells:
            kept |= {(pk, d): None for d in self.dates if d < since for pk in self.keys if (pk, d) not in self.cells}
        return kept

    def make_problem(
        self,
        *,
        frozen: Mapping[tuple[int, dt.date], int | None] | None = None,
        published: Mapping[tuple[int, dt.date], int | None] | None = None,
    ) -> optimiser.Problem:
        """Return what the optimiser is asked.

        Raises:
            DeskError: a shift is so long that with the rest after it it reaches into the day after next.

        """
        days = range(len(self.dates))
        off = {day for day in days if self.dates[day].weekday() >= SATURDAY and self.kinds[self.dates[day]] == Kind.OFF}
        try:
            return optimiser.Problem(
                start=self.first,
                days=len(self.dates),
                shifts=tuple(self._shift(row) for row in self.all_types if row.pk in self.named),
                people=tuple(self._person(one) for one in self.people),
                demands=tuple(self._demands()),
                skill_demands=tuple(self._skill_demands()),
                company=self._company(),
                rules=tuple(self._rules()),
                weekends=frozenset(off),
                holidays=frozenset(day for day in days if self.kinds[self.dates[day]] == Kind.STATUTORY),
                frozen=self.numbered(frozen or {}),
                published=None if published is None else self.numbered(published),
            )
        except ValueError as error:
            raise DeskError(
                _("With the rest after it, a shift would reach into the day after next. Shorten the shift or the rest.")
            ) from error

    def _shift(self, row: ShiftType) -> optimiser.Shift:
        early = not row.is_late and row.start_minute < NOON
        return optimiser.Shift(str(row.pk), row.start_minute, row.minutes, early=early, late=row.is_late)

    def _person(self, one: Colleague) -> optimiser.Person:
        pk = one.user.pk
        blocked = {self.day(date): why for date in self.barred[pk] if (why := self.bar(pk, date))}
        return optimiser.Person(
            id=pk,
            skills=_skills(one.row),
            shifts=frozenset(str(row.pk) for row in self.types),
            blocked=blocked if self.types else dict.fromkeys(range(len(self.dates)), AWAY),
            blocked_shifts=frozenset(
                (self.day(date), str(kind)) for date, bars in self.barred[pk].items() for kind in bars
            ),
            wishes=tuple(self._wishes(pk)),
            limits={"target": self._target(one)},
            history=self.tails.get(pk, ()),
            carried=self.carried.get(pk, {}),
        )

    def contract_minutes(self, person: int) -> int:
        """Return the minutes somebody's contract asks this month."""
        return self._target(self.by_person[person])

    def _target(self, one: Colleague) -> int:
        """Return the minutes the contract asks this month: a fifth of the week's for each working day they are here."""
        row = one.row
        weekly = self.settings.weekly_minutes if row is None or row.weekly_minutes is None else row.weekly_minutes
        free = sum(
            self.bar(one.user.pk, date) in {LEAVE, AWAY} for date in self.barred[one.user.pk].keys() & self.workdays
        )
        return round(weekly / WORKDAYS_A_WEEK * (len(self.workdays) - free))

    def _wishes(self, person: int) -> Iterable[optimiser.Wish]:
        rule = self.rules["wish"]
        if rule.strength == OFF:
            return
        for row in self.wishes.get(person, ()):
            shift = None if row.shift_type_id is None else str(row.shift_type_id)
            yield optimiser.Wish(self.day(row.date), rule.weight, shift, want=row.kind == Wish.Kind.WANT)

    def _demands(self) -> Iterable[optimiser.Demand]:
        for date in self.dates:
            for row in self.types:
                people, _experienced = self.wanted(row.pk, date)
                yield optimiser.Demand(self.day(date), str(row.pk), people, at_least=min(people, 1))

    def _skill_demands(self) -> Iterable[optimiser.SkillDemand]:
        rule = self.rules["skill"]
        if rule.strength == OFF:
            return
        for date in self.dates:
            for row in self.types:
                _people, experienced = self.wanted(row.pk, date)
                if experienced:
                    cell = self.day(date), str(row.pk)
                    yield optimiser.SkillDemand(*cell, EXPERIENCED, experienced, weight=rule.weight)

    def _company(self) -> tuple[optimiser.Company, ...]:
        rule = self.rules["company"]
        if rule.strength == OFF:
            return ()
        return (optimiser.Company(TRAINEE, QUALIFIED, None if rule.strength == HARD else rule.weight),)

    def _rules(self) -> Iterable[optimiser.Rule]:
        for rule in self.rules.values():
            if rule.strength == OFF or rule.code in {"wish", "company", "skill"}:
                continue
            weight = None if rule.strength == HARD else rule.weight
            if rule.code == Code.TARGET:
                yield optimiser.Rule(Code.TARGET, None, weight, tolerance=rule.value or 0)
            else:
                yield optimiser.Rule(Code(rule.code), rule.value, weight)


def _skills(row: Rostered | None) -> frozenset[str]:
    if row is None:
        return frozenset({QUALIFIED})
    if row.is_trainee:
        return frozenset({TRAINEE})
    return frozenset({QUALIFIED, EXPERIENCED} if row.is_experienced else {QUALIFIED})
