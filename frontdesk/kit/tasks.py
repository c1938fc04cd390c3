"""What the queue starts: one job, and once a minute whatever is due."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from celery import shared_task
from django.utils import timezone

from frontdesk.kit import files, jobs
from frontdesk.kit.models import Heartbeat, OnceKey
from frontdesk.kit.pages import export  # noqa: F401 - declares the job that writes long lists

if TYPE_CHECKING:
    from collections.abc import Callable

    Due = Callable[[dt.datetime], object]

ONCE_KEYS_KEPT = dt.timedelta(days=7)

logger = logging.getLogger(__name__)
_each_minute: list[Due] = []


def every_tick(due: Due) -> Due:
    """Declare something short and idempotent to be looked at every minute: `due(now)`."""
    _each_minute.append(due)
    return due


@shared_task(name="frontdesk.kit.tasks.run")
def run(job_id: int) -> None:
    """Do one job, if nobody has done it."""
    jobs.run_job(job_id)


@shared_task(name="frontdesk.kit.tasks.tick")
def tick() -> None:
    """Do what is due this minute. A missed, late or doubled tick changes nothing; no failure stops the others."""
    now = timezone.now()
    for due in _each_minute:
        try:
            due(now)
        except Exception:
            logger.exception("%s failed in this tick", due.__qualname__)
    Heartbeat.objects.update_or_create(name="tick", defaults={"at": now})


every_tick(jobs.sweep)
every_tick(files.sweep)


@every_tick
def forget_once_keys(now: dt.datetime) -> None:
    """Forget forms sent more than a week ago; nobody sends them a second time any more."""
    OnceKey.objects.filter(created_at__lt=now - ONCE_KEYS_KEPT).delete()
