"""One's own shifts: what is next, what changed since one last looked, wishes, the calendar's secret address."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from duty.models import CalendarFeed, Roster, RosterChange, Wish
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from frontdesk.estate.models import Office

SEEN = "duty_seen"
RECENT = dt.timedelta(days=30)
AGAIN_READ = dt.timedelta(hours=1)


def add_wish(*, office: Office, by: User, date: dt.date, kind: str, shift_type: Any = None, reason: str = "") -> Wish:
    """Say what one would like on a date that is not published yet.

    Raises:
        DeskError: the date is over or its month published, or the wish is there already.

    """
    require(by, "duty.state_wish", office)
    _check_open(office, date)
    with transaction.atomic():
        wish, made = Wish.objects.get_or_create(
            office=office, person=by, date=date, shift_type=shift_type, defaults={"kind": kind, "reason": reason}
        )
        if not made:
            raise DeskError(_("You have written a wish about this already."), field="date")
        activity.record(wish, "add", by=by, after=activity.snapshot(wish))
    return wish


def remove_wish(wish: Wish, *, by: User) -> None:
    """Take a wish back, as long as the month is not published.

    Raises:
        Conflict: it was taken back already.
        DeskError: the month is published.

    """
    require(by, "duty.state_wish", wish)
    _check_open(wish.office, wish.date)
    with transaction.atomic():
        gone, _rows = Wish.objects.filter(pk=wish.pk, person=by).delete()
        if not gone:
            raise Conflict(_("This was taken back already."))
        activity.record(wish, "remove", by=by, before=activity.snapshot(wish), after={})


def unseen_changes(user: User) -> QuerySet[RosterChange]:
    """Return what was changed in one's published shifts since one last said to have seen it, a month back at most."""
    since = parse_datetime(str(user.preferences.get(SEEN, ""))) or now() - RECENT
    rows = RosterChange.objects.filter(person=user, made_at__gt=max(since, now() - RECENT))
    return rows.select_related("before", "after", "made_by").order_by("-made_at", "-pk")


def mark_seen(user: User, *, until: dt.datetime) -> None:
    """Remember that somebody has seen the changes up to a moment: what came in meanwhile stays to be seen."""
    with transaction.atomic():
        fresh = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        fresh.preferences = {**fresh.preferences, SEEN: until.isoformat()}
        fresh.save(update_fields=["preferences"])


def make_feed(user: User) -> str:
    """Give somebody's calendar a new secret address and return what is secret in it; an older one stops.

    Only a digest is kept: the address is shown this once.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        feed, _made = CalendarFeed.objects.update_or_create(
            person=user, defaults={"digest": digest_of(token), "made_at": now(), "read_at": None}
        )
        activity.record(user, "make_feed", by=user, note=str(feed))
    return token


def stop_feed(user: User) -> None:
    """Let nobody read somebody's shifts by an address any more."""
    with transaction.atomic():
        gone, _rows = CalendarFeed.objects.filter(person=user).delete()
        if gone:
            activity.record(user, "stop_feed", by=user)


def feed_of(token: str) -> CalendarFeed | None:
    """Return the feed of a secret address; none for one that was stopped, or whose owner's account is closed."""
    rows = CalendarFeed.objects.filter(digest=digest_of(token), person__is_active=True)
    return rows.select_related("person").first()


def note_read(feed: CalendarFeed) -> None:
    """Remember when a calendar last looked, to the hour: one write for many looks."""
    at = now()
    if feed.read_at is None or feed.read_at < at - AGAIN_READ:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=at)


def digest_of(token: str) -> str:
    """Return what is kept of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check_open(office: Office, date: dt.date) -> None:
    if date < local_date():
        raise DeskError(_("This day is over."), field="date")
    if Roster.objects.filter(office=office).published().for_month(date).exists():
        raise DeskError(_("This month is published already; ask for leave or a swap."), field="date")
