"""What is due by itself: late tickets go up, and whoever paused one hears that its clocks run again."""

from __future__ import annotations

import datetime as dt

from complaints import reports_jobs, tasks_callbacks  # noqa: F401 - declare what promises, callbacks and reports ask for
from complaints.services import escalate_due, remind_of_pauses
from frontdesk.kit.models import Heartbeat
from frontdesk.kit.tasks import every_tick

EVERY = dt.timedelta(minutes=5)
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@every_tick
def escalate(now: dt.datetime) -> None:
    """Sweep once in every five minutes of the clock, whoever's tick comes first."""
    began = now - (now - EPOCH) % EVERY
    if Heartbeat.claim("escalation", since=began, at=now):
        remind_of_pauses(now)
        escalate_due(now)
