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
    if _is_mine("escalation", now):
        remind_of_pauses(now)
        escalate_due(now)


def _is_mine(name: str, now: dt.datetime) -> bool:
    """Claim these five minutes by compare-and-set: a doubled or late tick finds them taken."""
    began = now - (now - EPOCH) % EVERY
    if not Heartbeat.objects.filter(name=name).exists():
        Heartbeat.objects.bulk_create([Heartbeat(name=name, at=EPOCH)], ignore_conflicts=True)
    return bool(Heartbeat.objects.filter(name=name, at__lt=began).update(at=now))
