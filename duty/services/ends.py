"""When the roster lets a running shift end; it follows the roster where that is changed (R-DUTY-07, R-DUTY-10)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F

from duty.models import Shift
from duty.services.now import on_duty
from frontdesk.kit import activity
from frontdesk.kit.calendar import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

BEFORE = dt.timedelta(minutes=30)
"""Whoever takes over this long before the roster's time begins that shift, not the one that is still on."""


def planned_end(office: Office, clerk: User, at: dt.datetime) -> dt.datetime | None:
    """Return when the roster lets somebody's shift end: the one that is on, or that begins within the half hour."""
    soon = at + BEFORE
    own = [cell for cell in (*on_duty(office, soon), *on_duty(office, at)) if cell.person_id == clerk.pk]
    return own[0].ends if own else None


def follow_roster(office: Office, people: Iterable[User], *, by: User) -> None:
    """Let the running shifts of some colleagues end when the changed roster says, and be reminded of anew.

    Who stands on it no more keeps the end they began with: they are at the post until somebody takes it over.
    """
    rows = Shift.objects.open().filter(office=office, clerk__in=[one.pk for one in people])
    for shift in rows.select_related("clerk"):
        end = planned_end(office, shift.clerk, shift.began_at) or planned_end(office, shift.clerk, now())
        if end is None or end == shift.planned_end:
            continue
        before = activity.snapshot(shift)
        Shift.objects.filter(pk=shift.pk).update(
            planned_end=end, tidy_told_at=None, late_told_at=None, version=F("version") + 1
        )
        shift.refresh_from_db()
        activity.record(shift, "follow_roster", by=by, before=before, after=activity.snapshot(shift))
