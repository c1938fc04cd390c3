"""Which shifts an office works in, and how many each takes (R-DUTY-02)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy as _

from duty.models import Assignment, Headcount, ShiftType
from frontdesk.estate.models import Office
from frontdesk.estate.services.writing import add, change, locked
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Holiday
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.staff.models import User

    Counts = Mapping[str, tuple[int, int]]

CHANGE = "duty.change_shifttype"
FOR_GOOD = ("code", "starts", "minutes")
"""What stays as it is once a roster names a shift: who worked when must not change afterwards."""
TAKEN = _("Another shift has this short word already.")
Pattern = Office.ShiftPattern
KINDS = (Holiday.Kind.WORKING, Holiday.Kind.OFF, Holiday.Kind.STATUTORY, Holiday.Kind.MAKE_UP)
"""Kinds of days in the order people think of them."""


class Ready(NamedTuple):
    """One shift of a ready pattern."""

    code: Any
    name: Any
    starts: dt.time
    minutes: int
    is_late: bool
    colour: int

    @property
    def fields(self) -> dict[str, Any]:
        """What the shift made of it has, its words in the language of whoever takes it over."""
        words = {"code": str(self.code), "name": str(self.name)}
        return words | {name: getattr(self, name) for name in ("starts", "minutes", "is_late", "colour")}


EARLY = (_("E"), _("Early shift"))
LATE = (_("L"), _("Late shift"))
PATTERNS: dict[str, tuple[Ready, ...]] = {
    Pattern.A: (
        Ready(*EARLY, dt.time(6), 7 * 60, is_late=False, colour=ShiftType.Colour.SUN),
        Ready(*LATE, dt.time(13), 9 * 60, is_late=True, colour=ShiftType.Colour.DUSK),
    ),
    Pattern.B: (
        Ready(*EARLY, dt.time(8, 30), 8 * 60, is_late=False, colour=ShiftType.Colour.SUN),
        Ready(*LATE, dt.time(16, 30), 7 * 60, is_late=True, colour=ShiftType.Colour.DUSK),
    ),
}
"""The customer's two patterns, ready to be taken."""
ONE_OF_THEM = (1, 1)
"""People, and of them experienced, a shift of a ready pattern takes until the office says otherwise."""


def use_pattern(office: Office, pattern: str, *, by: User) -> list[ShiftType]:
    """Take over the shifts of a ready pattern, one experienced colleague each.

    Raises:
        Conflict: the office has shifts already.
        DeskError: there is no such pattern.

    """
    require(by, CHANGE, office)
    if pattern not in PATTERNS:
        raise DeskError(_("There is no such pattern."))
    with transaction.atomic():
        locked(office)
        if ShiftType.objects.filter(office=office).in_use().exists():
            raise Conflict(_("This office has shifts already."))
        made = []
        for ready in PATTERNS[pattern]:
            counts = dict.fromkeys(Holiday.Kind.values, ONE_OF_THEM)
            made.append(add_shift_type(office=office, by=by, headcounts=counts, **ready.fields))
    return made


def add_shift_type(*, office: Office, by: User, headcounts: Counts, **fields: Any) -> ShiftType:
    """Add a kind of shift with how many it takes on each kind of day.

    Raises:
        DeskError: its short word is taken, or more experienced than people are asked for.

    """
    row = ShiftType(office=office, **fields)
    with transaction.atomic():
        add(row, "add_shift_type", by=by, permission=CHANGE, double=str(TAKEN), field="code")
        _set_headcounts(row, headcounts)
    return row


def edit_shift_type(row: ShiftType, *, by: User, headcounts: Counts, **fields: Any) -> ShiftType:
    """Change a kind of shift; short word, times and length only as long as no roster names it.

    Raises:
        DeskError: what is rostered would change, or the short word is taken.

    """
    require(by, CHANGE, row)
    with transaction.atomic():
        current = locked(row)
        if current.retired_at is not None:
            raise Conflict(_("This shift is retired."))
        differs = [name for name in FOR_GOOD if name in fields and fields[name] != getattr(current, name)]
        if differs and is_rostered(row):
            raise DeskError(
                _("Rosters name this shift: add a new one with other times and retire this one."), field=differs[0]
            )
        before = _spelled(current)
        saved: ShiftType = change(
            row, "edit_shift_type", fields, by=by, permission=CHANGE, double=str(TAKEN), field="code"
        )
        _set_headcounts(saved, headcounts)
        after = _spelled(saved)
        if before != after:
            activity.record(saved, "edit_shift_type", by=by, before={"headcounts": before}, after={"headcounts": after})
    return saved


def retire_shift_type(row: ShiftType, *, by: User) -> ShiftType:
    """Plan no longer with a shift; what is rostered stays.

    Raises:
        Conflict: it is retired already.

    """
    require(by, CHANGE, row)
    with transaction.atomic():
        if locked(row).retired_at is not None:
            raise Conflict(_("This shift is retired."))
        saved: ShiftType = change(row, "retire_shift_type", {"retired_at": now()}, by=by, permission=CHANGE)
    return saved


def is_rostered(row: ShiftType) -> bool:
    """Answer whether any roster names this shift."""
    return Assignment.objects.filter(shift_type=row).exists()


def headcounts_of(row: ShiftType) -> dict[str, tuple[int, int]]:
    """Return how many a shift takes, and how many of them experienced, by kind of day."""
    found = {one.day_kind: (one.people, one.experienced) for one in row.headcounts.all()}
    return {kind: found.get(kind, (0, 0)) for kind in Holiday.Kind.values}


def _set_headcounts(row: ShiftType, counts: Counts) -> None:
    for kind, (people, experienced) in counts.items():
        if experienced > people:
            raise DeskError(_("More experienced colleagues than people are asked for."), field=f"experienced_{kind}")
        values = {"people": people, "experienced": experienced}
        Headcount.objects.update_or_create(shift_type=row, day_kind=kind, defaults=values)


def _spelled(row: ShiftType) -> str:
    """Return the headcounts as the history shows them."""
    rows = {one.day_kind: one for one in row.headcounts.all()}
    words = gettext("%(people)s, experienced %(experienced)s")
    return "; ".join(
        f"{Holiday.Kind(kind).label}: {words % {'people': rows[kind].people, 'experienced': rows[kind].experienced}}"
        for kind in KINDS
        if kind in rows
    )
