"""The month's workbooks: rework and warranty, and complaints (R-TKT-11).

A report is made once by itself when its month is over, and again whenever somebody asks; the file that is replaced is
kept for a month more. What stood open at the month's end is worked out from the moments of each ticket, so that a
report made later says the same.
"""

from __future__ import annotations

import logging
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from complaints.models import MonthlyReport, Ticket
from complaints.services.complaints_book import write_complaints
from complaints.services.rework_book import write_rework
from complaints.services.settings import may_count, settings_of
from frontdesk.estate.models import Office
from frontdesk.kit import activity, files
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.jobs import enqueue
from frontdesk.kit.models import Attachment, Job
from frontdesk.kit.notifications import notify
from frontdesk.kit.periods import month_before, month_of, next_month
from frontdesk.kit.roles import require
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    Progress = Callable[..., None]

JOB = "complaints.make_report"
BOOKS = {MonthlyReport.Kind.REWORK: write_rework, MonthlyReport.Kind.COMPLAINTS: write_complaints}
CATCH_UP = 12
"""Months made up for at most when the installation stood still."""
UNDER_WAY = (Job.Status.WAITING, Job.Status.RUNNING)
LOOK = "complaints.view_report"

logger = logging.getLogger(__name__)


def order_report(*, office: Office, kind: str, month: dt.date, by: User) -> Job:
    """Order a month's workbook, for the first time or anew; while one is being made it is that one.

    Raises:
        DeskError: the month is not over yet.

    """
    require(by, "complaints.make_report", office)
    if month.replace(day=1) >= local_date().replace(day=1):
        raise DeskError(_("This month is not over yet."), field="month")
    with transaction.atomic():
        report, _new = MonthlyReport.objects.get_or_create(office=office, kind=kind, month=month.replace(day=1))
        report = MonthlyReport.objects.select_for_update(of=("self",)).select_related("office").get(pk=report.pk)
        running = Job.objects.filter(kind=JOB, params__report=report.pk, status__in=UNDER_WAY).first()
        return running or _enqueue(report, by=by)


def order_due_reports(at: dt.datetime) -> None:
    """Order what nobody has made of the months that are over; each once, missed ones are made up for."""
    last = month_before(local_date(at)).first
    for office in Office.objects.all():
        try:
            for kind, month in _missing(office, last):
                _order_once(office, kind, month)
        except Exception:
            logger.exception("monthly reports of %s could not be ordered in this tick", office.code)


def make_report(report: MonthlyReport, *, by: User | None, progress: Progress) -> Attachment:
    """Write the workbook and put it in the place of an earlier one; who counts the complaints is told."""
    period = month_of(report.month)
    name = f"{report.office.name} {report.get_kind_display()} {report.month:%Y-%m}.xlsx"
    made: dict[str, int] = {}

    def write(stream: IO[bytes]) -> None:
        made["tickets"] = BOOKS[MonthlyReport.Kind(report.kind)](stream, report, period, progress)

    stored = files.store(write, extension="xlsx")
    with transaction.atomic():
        fresh = MonthlyReport.objects.select_for_update(of=("self",)).select_related("office").get(pk=report.pk)
        earlier = fresh.file
        if earlier is not None:
            reason = _("made again")
            Attachment.objects.filter(pk=earlier.pk).update(
                removed_at=timezone.now(), removed_by=by, remove_reason=reason
            )
        attachment = files.add_row(fresh, stored, name=name, kind=Attachment.Kind.RESULT, by=by)
        fresh.made_at, fresh.made_by, fresh.tickets = now(), by, made["tickets"]
        fresh.save()
        activity.record(fresh, "make_report", by=by, note=_("made again") if earlier else "")
        text = gettext_lazy("The report is ready: {kind}, {month}")
        words = format_lazy(text, kind=fresh.get_kind_display(), month=f"{fresh.month:%Y-%m}")
        notify(readers_of(fresh.office), words, url=fresh.get_absolute_url(), by=by)
    return attachment


def hand_out_report(report: MonthlyReport, *, by: User) -> Attachment:
    """Return the workbook for somebody to take away; that they did is put on record (R-EST-04).

    Raises:
        DeskError: it was not made yet.

    """
    require(by, LOOK, report)
    attachment = report.file
    if attachment is None:
        raise DeskError(_("This report was not made yet."))
    activity.record(report, "download_report", by=by, note=attachment.name)
    return attachment


def readers_of(office: Office) -> list[User]:
    """Return who counts an office's complaints: the person named in the settings, else its supervisors."""
    named = settings_of(office).counts
    if named is not None and may_count(named, office):
        return [named]
    supervisors = list(User.objects.working_in(office, Role.SUPERVISOR))
    return supervisors or list(User.objects.working_in(office, Role.MANAGER))


def _order_once(office: Office, kind: str, month: dt.date) -> None:
    with transaction.atomic():
        report, new = MonthlyReport.objects.get_or_create(office=office, kind=kind, month=month)
        if new:
            _enqueue(report, by=None)


def _enqueue(report: MonthlyReport, *, by: User | None) -> Job:
    params = {"report": report.pk}
    return enqueue(JOB, office=report.office, by=by, params=params, url=report.get_absolute_url())


def _missing(office: Office, last: dt.date) -> list[tuple[str, dt.date]]:
    """Return what is to be made: from the month after the latest report on, for a new office the last month alone."""
    rows = MonthlyReport.objects.filter(office=office).order_by().values_list("kind")
    latest = dict(rows.annotate(latest=Max("month")))
    found: list[tuple[str, dt.date]] = []
    for kind in MonthlyReport.Kind.values:
        month = next_month(latest[kind]) if kind in latest else last
        months = []
        while month <= last:
            months.append((kind, month))
            month = next_month(month)
        found += months[-CATCH_UP:]
    # An office that has heard nothing yet has nothing to count.
    return (
        found if found and Ticket.objects.filter(office=office, received_at__lt=month_of(last).until).exists() else []
    )
