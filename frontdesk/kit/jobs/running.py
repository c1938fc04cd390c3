"""A worker takes a job, keeps its claim alive while it works, and writes down how it ended."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from frontdesk.kit.context import context
from frontdesk.kit.errors import DeskError
from frontdesk.kit.jobs.orders import MAX_ATTEMPTS
from frontdesk.kit.jobs.registry import Cancelled, LeaseLost, Progress, kind_of
from frontdesk.kit.models import Job

if TYPE_CHECKING:
    from types import TracebackType

LEASE = dt.timedelta(seconds=60)
RENEW_AFTER = 15
"""Seconds after which a worker renews its claim even when nothing has moved on."""
WRITE_EVERY = 1.0
"""Seconds between two writes of the progress."""
WAIT_AFTER_CRASH = dt.timedelta(seconds=30)
Status = Job.Status

logger = logging.getLogger(__name__)


def run_job(job_id: int) -> bool:
    """Do a job if it is still to be done, and answer whether this process did it. Errors end in the row, not here."""
    lease = _claim(job_id)
    if lease is None:
        return False
    job = Job.objects.select_related("office", "created_by").get(pk=job_id)
    language = settings.LANGUAGE_CODE if job.created_by is None else job.created_by.language
    with (
        translation.override(language),
        context(request_id=f"job-{job.pk}", user_id=job.created_by_id, office_id=job.office_id),
    ):
        outcome = _outcome(job, lease)
        if not _held(job_id, lease).update(lease=None, lease_until=None, **outcome):
            logger.warning("Job %s was taken over by another worker before its end was written", job_id)
    return True


def _claim(job_id: int) -> uuid.UUID | None:
    """Take the job by compare-and-set, so that of two workers one gets it."""
    now = timezone.now()
    lease = uuid.uuid4()
    taken = (
        Job.objects.claimable(now)
        .filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
        .update(
            status=Status.RUNNING,
            lease=lease,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            done=0,
            total=0,
            text="",
        )
    )
    return lease if taken else None


def _held(job_id: int, lease: uuid.UUID) -> Any:
    return Job.objects.filter(pk=job_id, lease=lease, status=Status.RUNNING)


def _outcome(job: Job, lease: uuid.UUID) -> dict[str, Any]:
    """Run the handler and return what its end means for the row."""
    progress = Progress()
    now = timezone.now
    try:
        with Watch(job.pk, lease, progress):
            said = kind_of(job.kind).handler(job, progress)
    except Cancelled:
        return {**progress.state, "status": Status.CANCELLED, "finished_at": now()}
    except LeaseLost:
        return {}
    except DeskError as refusal:
        return {**progress.state, "status": Status.FAILED, "error": str(refusal)[:1000], "finished_at": now()}
    except Exception:
        logger.exception("Job %s (%s) crashed in attempt %s", job.pk, job.kind, job.attempts)
        return {**progress.state, **_after_crash(job)}
    text = progress.text if said is None else str(said)[:300]
    done = max(progress.done, progress.total)
    return {"done": done, "total": done, "text": text, "error": "", "status": Status.DONE, "finished_at": now()}


def _after_crash(job: Job) -> dict[str, Any]:
    """Try again later by itself, three times in all; the reason stands in the log, not on the page."""
    if job.attempts < MAX_ATTEMPTS:
        return {"status": Status.WAITING, "not_before": timezone.now() + WAIT_AFTER_CRASH * job.attempts}
    sentence = _(
        "Something went wrong and three attempts did not help. Nothing half-done remains. Number for support: %s"
    )
    return {"status": Status.FAILED, "finished_at": timezone.now(), "error": sentence % f"job-{job.pk}"}


class Watch:
    """Beside the handler: write the progress down, renew the claim, hear whether somebody cancelled.

    It uses a thread with a connection of its own, because the handler may be inside a long transaction. Where the
    whole job runs inside somebody's transaction (a test), the row cannot be seen from outside and nothing is watched.
    """

    def __init__(self, job_id: int, lease: uuid.UUID, progress: Progress) -> None:
        self.job_id = job_id
        self.lease = lease
        self.progress = progress
        self.written: dict[str, Any] = {}
        self.renewed = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"watch-job-{job_id}", daemon=True)
        self.is_needed = not connection.in_atomic_block

    def __enter__(self) -> Self:
        if self.is_needed:
            self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        if self.is_needed:
            self.thread.join()

    def _run(self) -> None:
        try:
            while not self.over.wait(WRITE_EVERY) and self.progress.end is None:
                try:
                    self.beat()
                except DatabaseError as error:
                    logger.info("The progress of job %s could not be written just now: %s", self.job_id, error)
        finally:
            connection.close()

    def beat(self) -> None:
        """Write what has changed, at the latest every 15 seconds, and look for a cancellation."""
        state = self.progress.state
        held = _held(self.job_id, self.lease)
        if state != self.written or time.monotonic() - self.renewed > RENEW_AFTER:
            held.update(lease_until=timezone.now() + LEASE, **state)
            self.written, self.renewed = state, time.monotonic()
        cancel_asked = held.values_list("cancel_asked", flat=True).first()
        if cancel_asked is None:
            self.progress.end = LeaseLost
        elif cancel_asked:
            self.progress.end = Cancelled
