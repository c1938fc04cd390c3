"""One's own published shifts as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from duty.models import Assignment
from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    from frontdesk.staff.models import User

BACK, AHEAD = dt.timedelta(days=31), dt.timedelta(days=366)


class Feed(NamedTuple):
    """The file, and a mark that changes with what stands in it."""

    body: bytes
    etag: str


def calendar_of(user: User) -> Feed:
    """Return somebody's published shifts of the offices they are in, a month back and a year ahead.

    Moments are in UTC, which every calendar shows in its owner's zone; a shift past midnight ends on the next day. A
    shift keeps its UID when its hours or kind change, so that calendars move it instead of showing it twice.
    """
    today = local_date()
    rows = Assignment.objects.published().working().filter(person=user, roster__office__in=user.offices())
    rows = rows.between(today - BACK, today + AHEAD)
    cells = list(rows.select_related("shift_type", "roster__office").order_by("date"))
    changed = rows.aggregate(at=Max("roster__published_at"))["at"]
    with translation.override(user.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Frontdesk//duty//")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("My shifts"))
        calendar.add("x-wr-timezone", settings.TIME_ZONE)
        calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        for cell in cells:
            calendar.add_component(_event(cell))
    body = calendar.to_ical()
    return Feed(body, hashlib.sha256(body + str(changed).encode()).hexdigest()[:32])


def _event(cell: Assignment) -> Event:
    event = Event()
    event.add("uid", f"{cell.person_id}-{cell.date:%Y%m%d}@frontdesk")
    event.add("dtstamp", cell.roster.published_at or cell.begins)
    event.add("sequence", cell.roster.edition)
    name = cell.shift_type.name if cell.shift_type else ""  # these are cells with a shift
    event.add("summary", f"{name} · {cell.roster.office.name}")
    event.add("dtstart", cell.begins.astimezone(dt.UTC))
    event.add("dtend", cell.ends.astimezone(dt.UTC))
    event.add("transp", "OPAQUE")
    return event
