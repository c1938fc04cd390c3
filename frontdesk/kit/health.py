"""Is it alive, is it well: two addresses for whoever watches the installation, open without signing in."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from frontdesk.kit import preparation
from frontdesk.kit.models import Heartbeat, Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

OK, DEGRADED, FAILED = "ok", "degraded", "failed"
LEAST_FREE, LITTLE_FREE = 1 << 30, 0.10
TICK_WITHIN = timedelta(minutes=3)
JOB_WITHIN = timedelta(minutes=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What one check saw. Degraded = pages still work, somebody should look; failed = send nobody here."""

    name: str
    status: str
    text: str = ""


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while pages can be served, 503 otherwise; only those who may see it learn why."""
    findings = [check() for check in CHECKS]
    status = next((level for level in (FAILED, DEGRADED) if any(f.status == level for f in findings)), OK)
    for finding in findings:
        if finding.status != OK:
            logger.warning("readyz: %s %s: %s", finding.name, finding.status, finding.text)
    answer: dict[str, object] = {"status": status}
    database_works = findings[0].status == OK
    if database_works and request.user.has_perm("kit.view_health"):
        answer["checks"] = [asdict(finding) for finding in findings]
    return JsonResponse(answer, status=503 if status == FAILED else 200)


def _database() -> Finding:
    try:
        with transaction.atomic():
            Heartbeat.objects.update_or_create(name="probe", defaults={"at": timezone.now()})
            transaction.set_rollback(True)  # it could be written; that is all we wanted to know
    except DatabaseError as error:
        return Finding("database", FAILED, str(error))
    return Finding("database", OK)


def _migrations() -> Finding:
    try:
        missing = preparation.missing_migrations()
    except DatabaseError as error:
        return Finding("migrations", FAILED, str(error))
    return Finding("migrations", FAILED if missing else OK, ", ".join(missing))


def _disk() -> Finding:
    usage = shutil.disk_usage(settings.DATA_DIR)
    text = f"{usage.free >> 20} MB free"
    if usage.free < LEAST_FREE:
        return Finding("disk", FAILED, text)
    return Finding("disk", DEGRADED if usage.free < usage.total * LITTLE_FREE else OK, text)


def _broker() -> Finding:
    if not settings.ENV["REDIS_URL"]:
        writable = os.access(settings.QUEUE_DIR / "messages", os.W_OK)
        return Finding("broker", OK if writable else DEGRADED, "" if writable else "queue folder is not writable")
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except (KombuError, OSError) as error:
        return Finding("broker", DEGRADED, str(error))
    return Finding("broker", OK)


def _tick() -> Finding:
    try:
        beat = Heartbeat.objects.filter(name="tick").first()
    except DatabaseError as error:
        return Finding("tick", DEGRADED, str(error))
    if beat is None:
        return Finding("tick", DEGRADED, "not seen yet")
    late = timezone.now() - beat.at > TICK_WITHIN
    return Finding("tick", DEGRADED if late else OK, f"last seen {beat.at.isoformat(timespec='seconds')}")


def _oldest_job() -> Finding:
    now = timezone.now()
    try:
        late = Job.objects.claimable(now - JOB_WITHIN).filter(created_at__lt=now - JOB_WITHIN).count()
    except DatabaseError as error:
        return Finding("jobs", DEGRADED, str(error))
    return Finding("jobs", DEGRADED if late else OK, f"{late} waiting for more than 5 minutes" if late else "")


CHECKS: tuple[Callable[[], Finding], ...] = (_database, _migrations, _disk, _broker, _tick, _oldest_job)
