"""The one place where cells of a roster are written: locked, as they were expected, on record, people told."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Assignment, Roster, RosterChange
from duty.services.ends import follow_roster
from duty.workflow import RosterState
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.notifications import notify_many

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from django.utils.functional import _StrPromise

    from duty.models import ShiftType
    from frontdesk.staff.models import User

SPELLED_OUT = 6
"""How many changed cells the record names; of more it says how many."""


@dataclass(frozen=True)
class Change:
    """One cell and what it is to be; without a shift a day off.

    Attributes:
        expected: the shift that stood there when this was decided; another one by now stops everything.
        is_fixed: whether the draft must leave it alone; None leaves that as it is. A day off is kept only if fixed.

    """

    person: User
    date: dt.date
    shift_type: ShiftType | None
    expected: ShiftType | None
    is_fixed: bool | None = None


class _Written(NamedTuple):
    change: Change
    was: ShiftType | None


@contextmanager
def locked(*rosters: Roster) -> Iterator[list[Roster]]:
    """Hold rosters, always in the same order, so that two who want several never wait for each other."""
    with transaction.atomic():
        keys = sorted({roster.pk for roster in rosters})
        yield list(
            Roster.objects.select_for_update(of=("self",)).select_related("office").filter(pk__in=keys).order_by("pk")
        )


def put(
    roster: Roster,
    changes: Sequence[Change],
    *,
    by: User | None,
    source: Assignment.Source,
    reason: str = "",
    verb: str = "edit_cell",
) -> Roster:
    """Write cells of a month, all or none; whoever calls has asked for the permission. `by` None, a job, only drafts.

    Of a published month each changed cell is written down in a new edition, and whoever it concerns is told. Cells that
    are so already change nothing. Returns the roster as it is now.

    Raises:
        Conflict: a cell is not what it was when this was decided.
        DeskError: a date lies in another month, or somebody works at another office that day.

    """
    with locked(roster) as (fresh,):
        rows = _rows(fresh, changes)
        written = list(_write(fresh, rows, changes, source))
        if written:
            _bump(fresh)
            told = [one for one in written if one.was != one.change.shift_type]
            if fresh.state == RosterState.PUBLISHED and told and by is not None:
                _publish(fresh, told, by=by, reason=reason)
                follow_roster(fresh.office, {one.change.person for one in told}, by=by)
            activity.record(fresh, verb, by=by, note="\n".join(filter(None, [reason, _spelled(written)])))
    return fresh


def changed_text(was: ShiftType | None, now: ShiftType | None) -> str:
    """Return what a cell was and is, in marks everybody reads: 早 → 晚."""
    return f"{was.code if was else '–'} → {now.code if now else '–'}"


def _rows(roster: Roster, changes: Sequence[Change]) -> dict[tuple[int, dt.date], Assignment]:
    """Return the cells as they stand, checked against what was expected."""
    for change in changes:
        if change.date.replace(day=1) != roster.month:
            raise DeskError(_("%(date)s is not in this month.") % {"date": change.date})
    wanted = {(change.person.pk, change.date) for change in changes}
    people, dates = {person for person, _date in wanted}, {date for _person, date in wanted}
    found = Assignment.objects.filter(person__in=people, date__in=dates).select_related("shift_type", "roster")
    rows = {(row.person_id, row.date): row for row in found if (row.person_id, row.date) in wanted}
    for change in changes:
        row = rows.get((change.person.pk, change.date))
        if row is not None and row.roster_id != roster.pk:
            raise DeskError(
                _("%(person)s is on another office's roster on %(date)s.")
                % {"person": change.person, "date": change.date}
            )
        there = row.shift_type if row else None
        if there != change.expected:
            raise Conflict(
                _("%(person)s, %(date)s: somebody changed this meanwhile, it is now: %(shift)s.")
                % {"person": change.person, "date": change.date, "shift": there or OFF}
            )
    return rows


def _write(
    roster: Roster,
    rows: dict[tuple[int, dt.date], Assignment],
    changes: Iterable[Change],
    source: Assignment.Source,
) -> Iterator[_Written]:
    """Bring the cells into the database and yield those that became different."""
    new: list[Assignment] = []
    other: list[Assignment] = []
    gone: list[Assignment] = []
    written = []
    for change in changes:
        row = rows.get((change.person.pk, change.date))
        was_fixed = row is not None and row.is_fixed
        is_fixed = was_fixed if change.is_fixed is None else change.is_fixed
        was = row.shift_type if row else None
        if was == change.shift_type and is_fixed == was_fixed:
            continue
        written.append(_Written(change, was))
        if change.shift_type is None and not is_fixed:
            gone.extend([row] if row else [])
            continue
        cell = row or Assignment(roster=roster, person=change.person, date=change.date)
        cell.shift_type, cell.is_fixed = change.shift_type, is_fixed
        cell.source = source if was != change.shift_type else cell.source
        (other if row else new).append(cell)
    Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Assignment.objects.bulk_update(other, ["shift_type", "is_fixed", "source"], batch_size=400)
    Assignment.objects.bulk_create(new, batch_size=400)
    return iter(written)


def _bump(roster: Roster) -> None:
    Roster.objects.filter(pk=roster.pk).update(version=F("version") + 1)
    roster.version += 1


def _publish(roster: Roster, written: Sequence[_Written], *, by: User | None, reason: str) -> None:
    """Write the changes down in a new edition and tell whose shifts they are."""
    roster.edition += 1
    Roster.objects.filter(pk=roster.pk).update(edition=roster.edition)
    RosterChange.objects.bulk_create(
        [
            RosterChange(
                roster=roster,
                edition=roster.edition,
                person=change.person,
                date=change.date,
                before=was,
                after=change.shift_type,
                reason=reason,
                made_by=by,
            )
            for change, was in written
        ],
        batch_size=400,
    )
    mine: dict[Any, list[_Written]] = {}
    for one in written:
        mine.setdefault(one.change.person, []).append(one)
    url = reverse("duty:my_shifts")
    notify_many((([person], _sentence(roster, cells), url) for person, cells in mine.items()), by=by)


def _sentence(roster: Roster, cells: Sequence[_Written]) -> _StrPromise:
    if len(cells) > 1:
        return format_lazy(MANY, number=len(cells), month=f"{roster.month:%Y-%m}")
    change, was = cells[0]
    return format_lazy(ONE, date=f"{change.date:%m-%d}", before=was or OFF, after=change.shift_type or OFF)


def _spelled(written: Sequence[_Written]) -> str:
    if len(written) > SPELLED_OUT:
        return str(_("%(number)s cells") % {"number": len(written)})
    return "\n".join(
        f"{change.person} {change.date:%m-%d} {changed_text(was, change.shift_type)}" for change, was in written
    )


OFF = pgettext_lazy("roster", "day off")
ONE = _("Your duty on {date} was changed: {after} (before: {before}).")
MANY = _("{number} of your shifts in {month} were changed.")
