"""The page of a job, with its progress; and the list of one's jobs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from frontdesk.kit import jobs
from frontdesk.kit.errors import DeskError
from frontdesk.kit.listing import Column, DateTimeColumn, StateColumn, Table
from frontdesk.kit.models import Heartbeat, Job
from frontdesk.kit.pages import ListPage
from frontdesk.kit.pages.history import entries_of

SILENT_AFTER = dt.timedelta(minutes=3)
"""So long without a tick means that no worker runs."""
MINUTE = 60


class JobTable(Table):
    kind = Column(gettext_lazy("Job"), link="kit:job", render=lambda value, _row: jobs.label_of(value))
    status = StateColumn(gettext_lazy("State"), choices=Job.Status.choices, styles=Job.TONES, sort=True)
    text = Column(gettext_lazy("Progress"))
    by = Column(gettext_lazy("By"), "created_by__name")
    created = DateTimeColumn(gettext_lazy("Ordered"), "created_at", sort=True)
    finished = DateTimeColumn(gettext_lazy("Finished"), "finished_at", sort=True)

    class Meta:
        model = Job
        default_sort = ("-created_at",)
        empty = gettext_lazy("No jobs yet")
        empty_text = gettext_lazy(
            "Long work such as imports and large exports runs in the background and is shown here."
        )
        empty_icon = "hourglass"


class JobList(ListPage):
    """One's own jobs; for who answers for an office, the jobs of all its people."""

    table = JobTable
    title = gettext_lazy("Background jobs")


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is. htmx asks for the changing part once a second until it has ended."""
    job = visible_job(request, pk)
    template = "kit/_job.html" if request.htmx else "kit/job.html"  # type: ignore[attr-defined]
    user: Any = request.user
    entries, _more = entries_of(job, viewer=user, everything=True)
    context = {"title": jobs.label_of(job.kind), "entries": entries, "may_change": job.may_be_changed_by(user)}
    return render(request, template, context | progress_context(job))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a job off."""
    job = changeable_job(request, pk)
    jobs.cancel(job, by=request.user)
    return redirect(job)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a job again that failed or was cancelled."""
    job = changeable_job(request, pk)
    jobs.retry(job, by=request.user)
    return redirect(job)


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the file a job has made."""
    job = visible_job(request, pk)
    if job.result is None:
        raise DeskError(_("This job has no file to show, or its file has expired."))
    return HttpResponseRedirect(job.result.get_absolute_url())


def visible_job(request: HttpRequest, pk: int) -> Job:
    """Return a job this person may see.

    Raises:
        Http404: it is somebody else's, in an office they do not answer for.

    """
    user: Any = request.user
    return get_object_or_404(Job.objects.visible_to(user).select_related("created_by", "result"), pk=pk)


def changeable_job(request: HttpRequest, pk: int) -> Job:
    """Return a job this person may stop or start again: their own, or an office's they answer for."""
    job = visible_job(request, pk)
    user: Any = request.user
    if not job.may_be_changed_by(user):
        raise PermissionDenied
    return job


def progress_context(job: Job) -> dict[str, Any]:
    """Return what the progress part shows of a job."""
    left = job.seconds_left
    return {
        "job": job,
        "label": jobs.label_of(job.kind),
        "speed": "" if not job.speed else _("%(speed)s per second") % {"speed": f"{job.speed:,.0f}"},
        "left": "" if left is None else duration(left),
        "no_worker": job.status == Job.Status.WAITING and not worker_is_alive(),
    }


def worker_is_alive() -> bool:
    """Answer whether the background worker was seen in the last three minutes."""
    return Heartbeat.objects.filter(name="tick", at__gt=timezone.now() - SILENT_AFTER).exists()


def duration(seconds: int) -> str:
    """Say how long something will take: about 40 seconds, about 3 minutes."""
    if seconds < MINUTE:
        return ngettext("about %(count)s second left", "about %(count)s seconds left", seconds) % {"count": seconds}
    minutes = round(seconds / MINUTE)
    return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {"count": minutes}
