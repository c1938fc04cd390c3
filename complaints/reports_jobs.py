"""Monthly reports in the background, ordered each month by themselves; `complaints.tasks` brings this in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from complaints.models import MonthlyReport
from complaints.services import reporting
from frontdesk.kit.jobs import job
from frontdesk.kit.tasks import every_tick

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job


@every_tick
def order_due_reports(now: dt.datetime) -> None:
    """Order on the 1st, or whenever the installation stands again, what the month before needs (R-TKT-11)."""
    reporting.order_due_reports(now)


@job(reporting.JOB, label=_("Monthly report of tickets"))
def write_report(job: Job, progress: Progress) -> str:
    """Write one month's workbook."""
    report = MonthlyReport.objects.select_related("office").get(pk=job.params["report"])
    return reporting.make_report(report, by=job.created_by, progress=progress).name
