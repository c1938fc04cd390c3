"""The demonstration's rosters: this month published, the next one a draft, some leave and wishes (R-DUTY-01, R-DUTY-02)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from duty import roster as optimiser
from duty.models import Assignment, DutySettings, Headcount, Leave, Roster, Rostered, ShiftType, Unavailability, Wish
from duty.services import drafting, publishing, shifts
from duty.services.cells import put
from duty.services.problems import MonthProblem
from frontdesk.home.demo.clock import at
from frontdesk.kit.calendar import ONE_DAY
from frontdesk.kit.models import Activity, Holiday
from frontdesk.kit.periods import next_month

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

    Cells = dict[tuple[int, dt.date], int]

PER_SHIFT = 3.2
"""Colleagues it takes for one of them to be on each of two shifts every working day."""
WORKED = 5
"""Days in a row before two off."""
K = Holiday.Kind


def make_rosters(office: Office, people: list[User], chief: User, random: Random, until: dt.datetime) -> None:
    """Set an office's shifts and people up, publish this month and draft the next."""
    today = until.date()
    shifts.use_pattern(office, office.shift_pattern, by=chief)
    _set_headcounts(office, len(people))
    DutySettings.objects.create(office=office, draft_day=25, draft_seconds=30)
    rows = [_rostered(office, user, number, len(people), today) for number, user in enumerate(people)]
    late = ShiftType.objects.filter(office=office, is_late=True).first()
    Unavailability.objects.create(rostered=rows[2], weekday=2, starts=rows[2].starts, reason="夜校上课")
    Unavailability.objects.create(rostered=rows[1], shift_type=late, starts=rows[1].starts, reason="孩子小，晚上需照顾")
    month = today.replace(day=1)
    _ask_for_leave(office, people, chief, until)
    for first in (month, next_month(month)):
        _wish(office, people, random, first)
    _make(office, month, chief, is_published=True, at=until)
    _make(office, next_month(month), chief, is_published=False, at=until)
    Roster.objects.filter(office=office).update(created_at=until)
    Activity.objects.filter(office=office, content_type__app_label="duty").update(at=until)


def _rostered(office: Office, user: User, number: int, count: int, today: dt.date) -> Rostered:
    """The last of a larger team is still learning; every third is not yet experienced."""
    is_trainee = number == count - 1 and count > 5
    return Rostered.objects.create(
        office=office,
        person=user,
        starts=today.replace(day=1) - ONE_DAY * 330,
        is_trainee=is_trainee,
        is_experienced=not is_trainee and number % 3 != 2,
    )


def _set_headcounts(office: Office, people: int) -> None:
    """Spread the people over two shifts, fewer of them on days off."""
    busy = max(round(people / PER_SHIFT), 1)
    for kind in K:
        number = busy if kind in {K.WORKING, K.MAKE_UP} else max(busy - 1, 1)
        Headcount.objects.filter(shift_type__office=office, day_kind=kind).update(people=number, experienced=1)


def _ask_for_leave(office: Office, people: list[User], chief: User, until: dt.datetime) -> None:
    """One is approved, one waits to be decided."""
    today = until.date()
    first = next_month(today.replace(day=1)) + ONE_DAY * 8
    spans = (
        (people[0], Leave.Kind.ANNUAL, first, first + ONE_DAY * 3, Leave.State.APPROVED, "回老家探亲"),
        (
            people[3],
            Leave.Kind.PERSONAL,
            today + ONE_DAY * 2,
            today + ONE_DAY * 3,
            Leave.State.REQUESTED,
            "办理房产过户",
        ),
    )
    for person, kind, start, end, state, reason in spans:
        decided = {"decided_by": chief, "decided_at": until} if state == Leave.State.APPROVED else {}
        Leave.objects.create(
            office=office, person=person, kind=kind, starts_at=at(start, dt.time()), ends_at=at(end, dt.time()),
            state=state, reason=reason, requested_by=person, requested_at=until - ONE_DAY, **decided,
        )  # fmt: skip


def _wish(office: Office, people: list[User], random: Random, first: dt.date) -> None:
    for number, person in enumerate(people[: len(people) * 2 // 3]):
        kind = Wish.Kind.WANT if number % 4 == 3 else Wish.Kind.AVOID
        Wish.objects.create(
            office=office, person=person, date=first + ONE_DAY * random.randrange(3, 27), kind=kind, reason=_("family")
        )


def _make(office: Office, first: dt.date, chief: User, *, is_published: bool, at: dt.datetime) -> None:
    roster = drafting.begin_roster(office=office, by=chief, month=first)
    month = MonthProblem.of(roster)
    cells = _in_turn(month)
    changes = [drafting.change_of(month, key, None, kind) for key, kind in cells.items()]
    source = Assignment.Source.DRAFT
    put(roster, [change for change in changes if change], by=chief, source=source, verb="take_draft")
    verdict = optimiser.evaluate(month.problem, month.numbered(cells))
    Roster.objects.filter(pk=roster.pk).update(figures={"gaps": len(verdict.gaps)})
    if is_published:
        publishing.publish_roster(roster, by=chief)
        published = max(first, at.date() - ONE_DAY * 30) - ONE_DAY * 3
        Roster.objects.filter(pk=roster.pk).update(published_at=at - (at.date() - published))


def _in_turn(month: MonthProblem) -> Cells:
    """Plan a month without the optimiser, which would take too long: five days of a shift, two off, the other shift."""
    cells: Cells = {}
    for place, person in enumerate(month.keys):
        for date in month.dates:
            turn = date.toordinal() + place * 3
            kind = month.types[(turn // 7 + place) % len(month.types)].pk
            if turn % 7 < WORKED and kind not in month.barred[person].get(date, ()):
                cells[person, date] = kind
    for date in month.dates:
        for row in month.types:
            _even_out(month, cells, date, row.pk)
    problem, numbered = month.problem, month.numbered(cells)
    kept = drafting.without_broken_rules(problem, numbered)
    return {key: kind for key, kind in cells.items() if (key[0], month.day(key[1])) in kept}


def _even_out(month: MonthProblem, cells: Cells, date: dt.date, kind: int) -> None:
    """Send home whom a shift does not need, and call in who may come; whoever has worked most, or least, first."""
    worked = Counter(person for person, _date in cells)
    there = sorted((pk for pk in month.keys if cells.get((pk, date)) == kind), key=lambda pk: (-worked[pk], pk))
    wanted, _experienced = month.wanted(kind, date)
    for person in there[: max(len(there) - wanted, 0)]:
        del cells[person, date]
    free = sorted((pk for pk in month.keys if (pk, date) not in cells), key=lambda pk: (worked[pk], pk))
    for person in free:
        if len(there) >= wanted:
            break
        numbered = month.numbered(cells)
        if optimiser.check_edit(month.problem, numbered, person, month.day(date), str(kind)).allowed:
            cells[person, date] = kind
            there.append(person)
