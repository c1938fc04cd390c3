"""A month of an office as it knows it: shifts, people, cells, leave and wishes, read once and asked at will."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db.models import Q

from duty.models import (
    Assignment,
    Headcount,
    Leave,
    Roster,
    Rostered,
    ShiftType,
    Unavailability,
    Wish,
)
from frontdesk.kit.calendar import ONE_DAY, kinds_between, local_date, now
from frontdesk.kit.models import Holiday
from frontdesk.kit.periods import month_of
from frontdesk.staff.models import Membership, User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.estate.models import Office

Kind = Holiday.Kind
LEAVE, FIXED, AWAY, ELSEWHERE = "leave", "fixed", "away", "elsewhere"
"""Why somebody cannot work on a day: on leave, never on such days, not here (yet, any more), at another office."""


class Cell(NamedTuple):
    """What stands in a cell: the kind of shift (None: a fixed day off), whether it is fixed, how it came about."""

    shift_type: int | None
    is_fixed: bool
    source: str


@dataclass(frozen=True)
class Colleague:
    """One person of the roster, with all rows of how they are rostered that touch the month."""

    user: User
    rows: tuple[Rostered, ...]
    left_on: dt.date | None
    """Their last day in the office, where one is set."""

    def is_here(self, date: dt.date) -> bool:
        """Whether they are on the roster that day."""
        if self.left_on is not None and date > self.left_on:
            return False
        return any(row.starts <= date and (row.ends is None or date <= row.ends) for row in self.rows)

    def is_here_throughout(self, first: dt.date, last: dt.date) -> bool:
        """Whether they are on the roster on every day between two dates, all in one stretch."""
        if self.left_on is not None and self.left_on < last:
            return False
        return any(row.starts <= first and (row.ends is None or row.ends >= last) for row in self.rows)

    @property
    def row(self) -> Rostered | None:
        """The latest row, which says how experienced they are."""
        return self.rows[-1] if self.rows else None


class Month:
    """Everything a month's roster is made by, read once and asked as often as one likes."""

    def __init__(self, office: Office, month: dt.date, roster: Roster | None = None) -> None:
        self.office, self.first = office, month.replace(day=1)
        self.last = month_of(self.first).last
        self.dates = [self.first + ONE_DAY * day for day in range((self.last - self.first).days + 1)]
        self._roster = roster

    @classmethod
    def of(cls, roster: Roster) -> Self:
        """Return the month of a roster."""
        return cls(roster.office, roster.month, roster)

    # -- what the month is

    @cached_property
    def roster(self) -> Roster | None:
        """Its roster, if one was begun."""
        return self._roster or Roster.objects.filter(office=self.office, month=self.first).first()

    @cached_property
    def kinds(self) -> dict[dt.date, Kind]:
        """What kind of day each date is."""
        return kinds_between(self.office, self.first, self.last)

    @cached_property
    def all_types(self) -> list[ShiftType]:
        """Every kind of shift the office ever had, retired ones too: old cells name them."""
        return list(ShiftType.objects.filter(office=self.office))

    @cached_property
    def types(self) -> list[ShiftType]:
        """The kinds of shifts that are planned with."""
        return [row for row in self.all_types if row.retired_at is None]

    @cached_property
    def type_by_pk(self) -> dict[int, ShiftType]:
        """Kinds of shifts by key."""
        return {row.pk: row for row in self.all_types}

    @cached_property
    def headcounts(self) -> dict[tuple[int, str], Headcount]:
        """How many a shift takes, by its key and the kind of day."""
        rows = Headcount.objects.filter(shift_type__in=[row.pk for row in self.types])
        return {(row.shift_type_id, row.day_kind): row for row in rows}

    def wanted(self, shift_type: int, date: dt.date) -> tuple[int, int]:
        """How many a shift wants on a date, and how many of them experienced."""
        row = self.headcounts.get((shift_type, self.kinds[date]))
        return (row.people, row.experienced) if row else (0, 0)

    @property
    def open_from(self) -> dt.date:
        """The first date that can still be planned: none of its shifts has begun."""
        today, at = local_date(), now()
        return today + ONE_DAY if any(row.begins_on(today) <= at for row in self.types) else today

    # -- who

    @cached_property
    def people(self) -> list[Colleague]:
        """Who is on the roster that month, and whoever stands in one of its cells all the same."""
        rows = Rostered.objects.filter(office=self.office).between(self.first, self.last)
        by_person: dict[int, list[Rostered]] = defaultdict(list)
        for row in rows.select_related("person").order_by("starts", "pk"):
            by_person[row.person_id].append(row)
        users = {pk: rows[0].person for pk, rows in by_person.items()}
        extra = {person for person, _date in self.cells} - set(users)
        users |= {user.pk: user for user in User.objects.filter(pk__in=extra)} if extra else {}
        left = self._left(users)
        found = [Colleague(user, tuple(by_person.get(pk, ())), left.get(pk)) for pk, user in users.items()]
        return sorted(found, key=lambda one: (not one.rows, one.rows[0].pk if one.rows else one.user.pk))

    def _left(self, people: Iterable[int]) -> dict[int, dt.date]:
        """Return whose last day in the office is known; who holds several roles is here as long as one of them."""
        last: dict[int, dt.date | None] = {}
        for person, ends in Membership.objects.filter(office=self.office, user__in=people).values_list("user", "ends"):
            before = last.get(person, ends)
            last[person] = None if ends is None or before is None else max(before, ends)
        return {person: ends for person, ends in last.items() if ends is not None}

    @cached_property
    def by_person(self) -> dict[int, Colleague]:
        """The colleagues by the key of their account."""
        return {one.user.pk: one for one in self.people}

    def person(self, key: int) -> User | None:
        """Return one colleague of the roster without reading everybody; none where somebody is not on it."""
        if "by_person" in self.__dict__:
            one = self.by_person.get(key)
            return None if one is None else one.user
        rostered = Rostered.objects.filter(office=self.office, person=key).between(self.first, self.last)
        cells = Assignment.objects.filter(roster=self.roster, person=key)
        found = rostered.select_related("person").first() or cells.select_related("person").first()
        return None if found is None else found.person

    @property
    def keys(self) -> list[int]:
        """The keys of their accounts."""
        return [one.user.pk for one in self.people]

    # -- what stands there

    @cached_property
    def cells(self) -> dict[tuple[int, dt.date], Cell]:
        """The roster's cells as they are now."""
        if self.roster is None:
            return {}
        rows = Assignment.objects.filter(roster=self.roster).order_by()
        names = ("person", "date", "shift_type", "is_fixed", "source")
        return {(person, date): Cell(*rest) for person, date, *rest in rows.values_list(*names)}

    def put(self, person: int, date: dt.date, cell: Cell | None) -> None:
        """Take a cell as it was just written, so that the month need not be read again."""
        if cell is None:
            self.cells.pop((person, date), None)
        else:
            self.cells[person, date] = cell
        self.__dict__.pop("barred", None)

    @cached_property
    def elsewhere(self) -> dict[int, set[dt.date]]:
        """Dates on which somebody works at another office."""
        rows = Assignment.objects.working().between(self.first, self.last).filter(person__in=self.keys)
        found: dict[int, set[dt.date]] = defaultdict(set)
        for person, date in rows.exclude(roster__office=self.office).values_list("person", "date"):
            found[person].add(date)
        return found

    @cached_property
    def leaves(self) -> dict[int, list[Leave]]:
        """Approved leave that meets the month."""
        span = month_of(self.first)
        rows = Leave.objects.approved().meeting(span.since, span.until + ONE_DAY)  # the last shift ends the day after
        found: dict[int, list[Leave]] = defaultdict(list)
        for row in rows.filter(person__in=self.keys).order_by("starts_at"):
            found[row.person_id].append(row)
        return found

    @cached_property
    def wishes(self) -> dict[int, list[Wish]]:
        """What colleagues would like that month."""
        rows = Wish.objects.between(self.first, self.last).filter(office=self.office, person__in=self.keys)
        found: dict[int, list[Wish]] = defaultdict(list)
        for row in rows:
            found[row.person_id].append(row)
        return found

    @cached_property
    def unavailabilities(self) -> dict[int, list[Unavailability]]:
        """When colleagues can never work."""
        rows = Unavailability.objects.filter(rostered__office=self.office, rostered__person__in=self.keys)
        rows = rows.filter(Q(ends=None) | Q(ends__gte=self.first), starts__lte=self.last)
        found: dict[int, list[Unavailability]] = defaultdict(list)
        for row in rows.select_related("rostered"):
            found[row.rostered.person_id].append(row)
        return found

    @cached_property
    def barred(self) -> dict[int, dict[dt.date, dict[int, str]]]:
        """For each person and date the kinds of shifts they cannot work, with why; dates without any are left out."""
        return {one.user.pk: self._bars(one) for one in self.people}

    def _bars(self, one: Colleague) -> dict[dt.date, dict[int, str]]:
        pk = one.user.pk
        found: dict[dt.date, dict[int, str]] = {}
        here = one.is_here_throughout(self.first, self.last)
        if here and not (pk in self.leaves or pk in self.unavailabilities or pk in self.elsewhere):
            return found
        for date in self.dates:
            why = AWAY if not one.is_here(date) else ELSEWHERE if date in self.elsewhere.get(pk, ()) else ""
            bars = {row.pk: why or self._bar(pk, date, row) for row in self.types}
            if kept := {key: reason for key, reason in bars.items() if reason}:
                found[date] = kept
        return found

    def _bar(self, person: int, date: dt.date, shift: ShiftType) -> str:
        """Why somebody cannot work a shift; leave of some hours may leave them the rest of one, which is fixed then."""
        there = self.cells.get((person, date))
        is_kept = there is not None and there.is_fixed and there.shift_type == shift.pk
        if (leaves := self.leaves.get(person)) and not is_kept:
            begins, ends = shift.begins_on(date), shift.ends_after(date)
            if any(leave.starts_at < ends and leave.ends_at > begins for leave in leaves):
                return LEAVE
        return FIXED if any(_covers(row, date, shift) for row in self.unavailabilities.get(person, ())) else ""

    def bar(self, person: int, date: dt.date) -> str:
        """Why somebody cannot work at all on a date; empty where they can work some shift."""
        bars = self.barred.get(person, {}).get(date, {})
        return next(iter(bars.values())) if bars and len(bars) == len(self.types) else ""


def _covers(row: Unavailability, date: dt.date, shift: ShiftType) -> bool:
    if date < row.starts or (row.ends is not None and date > row.ends):
        return False
    return row.weekday in {None, date.weekday()} and row.shift_type_id in {None, shift.pk}
