"""What is due every minute: sessions that ended are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from frontdesk.kit.tasks import every_tick

if TYPE_CHECKING:
    import datetime as dt


@every_tick
def forget_ended_sessions(now: dt.datetime) -> None:
    """Delete sessions past their twelve hours; their cookies open nothing any more either way."""
    ended = Session.objects.filter(expire_date__lt=now)
    if ended.exists():  # a DELETE that finds nothing would still take SQLite's write lock
        ended.delete()
