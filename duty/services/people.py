"""Who stands on an office's roster, from when to when, and when they can never work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from duty.models import Rostered, Unavailability
from frontdesk.estate.services.writing import add, change, locked, same_office
from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "duty.change_rostered"
THERE_ALREADY = _("This colleague is on the roster already.")


def add_rostered(*, office: Office, by: User, person: User, **fields: Any) -> Rostered:
    """Put a colleague on the roster from a date on.

    Raises:
        DeskError: they are on it already in that time, or are a trainee and experienced at once.

    """
    row = Rostered(office=office, person=person, **fields)
    with transaction.atomic():
        locked(office)
        _check(row)
        add(row, "add_rostered", by=by, permission=CHANGE, double=str(THERE_ALREADY), field="person")
    return row


def edit_rostered(row: Rostered, *, by: User, **fields: Any) -> Rostered:
    """Change from when to when a colleague is rostered, as what, and for how many hours.

    Raises:
        DeskError: as `add_rostered`.

    """
    with transaction.atomic():
        fresh = locked(row)
        for name, value in fields.items():
            setattr(fresh, name, value)
        _check(fresh)
        saved: Rostered = change(
            row, "edit_rostered", fields, by=by, permission=CHANGE, double=str(THERE_ALREADY), field="person"
        )
    return saved


def end_rostered(row: Rostered, *, by: User, ends: dt.date) -> Rostered:
    """Take a colleague off the roster after a day; what they worked stays.

    Raises:
        DeskError: the day is before they began.

    """
    if ends < row.starts:
        raise DeskError(_("This is before they began."), field="ends")
    saved: Rostered = change(row, "end_rostered", {"ends": ends}, by=by, permission=CHANGE)
    return saved


def add_unavailability(*, rostered: Rostered, by: User, **fields: Any) -> Unavailability:
    """Write down that a colleague can never work on a weekday or a shift.

    Raises:
        DeskError: neither a weekday nor a shift is named.

    """
    row = Unavailability(rostered=rostered, **fields)
    require(by, CHANGE, rostered)
    same_office(rostered, row.shift_type)
    if row.weekday is None and row.shift_type is None:
        raise DeskError(_("Choose a weekday, a shift, or both."), field="weekday")
    if row.ends is not None and row.ends < row.starts:
        raise DeskError(_("The last day is before the first."), field="ends")
    with transaction.atomic():
        row.save()
        activity.record(rostered, "add_unavailability", by=by, note=_spelled(row))
    return row


def remove_unavailability(row: Unavailability, *, by: User) -> Rostered:
    """Take back that a colleague can never work then."""
    require(by, CHANGE, row)
    with transaction.atomic():
        activity.record(row.rostered, "remove_unavailability", by=by, note=_spelled(row))
        row.delete()
    return row.rostered


def _check(row: Rostered) -> None:
    if row.is_experienced and row.is_trainee:
        raise DeskError(_("A trainee is not experienced yet."), field="is_experienced")
    if row.ends is not None and row.ends < row.starts:
        raise DeskError(_("The last day is before the first."), field="ends")
    others = Rostered.objects.filter(office=row.office_id, person=row.person_id).exclude(pk=row.pk)
    others = others.filter(Q(ends=None) | Q(ends__gte=row.starts))
    if row.ends is not None:
        others = others.filter(starts__lte=row.ends)
    if others.exists():
        raise DeskError(THERE_ALREADY, field="person")


def _spelled(row: Unavailability) -> str:
    until = "" if row.ends is None else f" – {row.ends}"
    return " · ".join(filter(None, (str(row), f"{row.starts}{until}", row.reason)))
