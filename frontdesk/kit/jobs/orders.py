"""Order work, call it off, try it again, and see to it that none is forgotten."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from frontdesk.kit import activity, files
from frontdesk.kit.errors import Conflict
from frontdesk.kit.jobs.registry import kind_of
from frontdesk.kit.models import Attachment, Job

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ATTEMPTS = 3
RESULTS_KEPT = dt.timedelta(days=7)
Status = Job.Status

logger = logging.getLogger(__name__)


def enqueue(
    kind: str,
    *,
    office: Any,
    by: Any,
    key: str = "",
    params: Mapping[str, Any] | None = None,
    url: str = "",
) -> Job:
    """Order a piece of work inside the caller's transaction; the same `key` again is the same job.

    A job of that key which failed or was cancelled is started again. `url` is the page the job's page leads back to.
    """
    kind_of(kind)
    values = {"kind": kind, "office": office, "created_by": by, "params": dict(params or {}), "url": url}
    job, new = Job.objects.get_or_create(key=key or uuid.uuid4().hex, defaults=values)
    if not new:
        _start_again(job)
    transaction.on_commit(partial(send, job.pk))
    return job


def send(job_id: int) -> None:
    """Tell the workers that there is something to do. A queue that is down costs a minute: `sweep` repeats."""
    try:
        current_app.send_task("frontdesk.kit.tasks.run", args=[job_id], retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the row is safe
        logger.warning("The queue cannot be reached, job %s waits for the sweeper: %s", job_id, error)


def cancel(job: Job, *, by: Any) -> None:
    """Call a job off: a waiting one at once, a running one at its next report of progress.

    Raises:
        Conflict: it has ended already.

    """
    now = timezone.now()
    rows = Job.objects.filter(pk=job.pk)
    with transaction.atomic():
        if not (
            rows.filter(status=Status.WAITING).update(status=Status.CANCELLED, finished_at=now)
            or rows.filter(status=Status.RUNNING).update(cancel_asked=True)
        ):
            raise Conflict(_("This job has ended already."))
        activity.record(job, "cancel_job", by=by)
    job.refresh_from_db()


def retry(job: Job, *, by: Any) -> None:
    """Start a failed or cancelled job again.

    Raises:
        Conflict: it waits, runs or is done.

    """
    with transaction.atomic():
        if not _start_again(job):
            raise Conflict(_("This job does not need to be started again."))
        activity.record(job, "retry_job", by=by)
        transaction.on_commit(partial(send, job.pk))


def _start_again(job: Job) -> bool:
    """Put an ended job back among the waiting ones; compare-and-set, so two clicks start it once."""
    ended = Job.objects.filter(pk=job.pk, status__in=(Status.FAILED, Status.CANCELLED))
    started = ended.update(
        status=Status.WAITING,
        attempts=0,
        error="",
        done=0,
        total=0,
        text="",
        cancel_asked=False,
        not_before=None,
        started_at=None,
        finished_at=None,
    )
    job.refresh_from_db()
    return bool(started)


def store_result(job: Job, name: str, write: files.Write) -> Attachment:
    """Keep the file a job has made; `write(stream)` fills it. Offered on the job's page for a week."""
    stored = files.store(write, extension=name.rpartition(".")[2])
    with transaction.atomic():
        result = files.add_row(
            job, stored, name=name, kind=Attachment.Kind.RESULT, by=job.created_by, keep_for=RESULTS_KEPT
        )
        Job.objects.filter(pk=job.pk).update(result=result)
    job.result = result
    return result


def sweep(now: dt.datetime) -> int:
    """Send every job again that waits or whose worker has died; give up on those that died three times."""
    _bury_the_dead(now)
    waiting = list(Job.objects.claimable(now).order_by("pk").values_list("pk", flat=True)[:500])
    for job_id in waiting:
        send(job_id)
    return len(waiting)


def _bury_the_dead(now: dt.datetime) -> None:
    dead = Job.objects.filter(status=Status.RUNNING, lease_until__lt=now)
    dead.filter(cancel_asked=True).update(status=Status.CANCELLED, finished_at=now, lease=None)
    given_up = dead.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Status.FAILED,
        finished_at=now,
        lease=None,
        error=_("The work was cut off three times before it was finished. Please tell your administrator."),
    )
    if given_up:
        logger.error("%s jobs were cut off %s times and given up", given_up, MAX_ATTEMPTS)
