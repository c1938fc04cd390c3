"""Monthly reports: the list, one month, its workbook, and having it made again (R-TKT-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints import reports_jobs  # noqa: F401 - declares the job that writes them
from complaints.filters_reports import ReportFilter
from complaints.forms.reports import ReportForm
from complaints.models import MonthlyReport
from complaints.services import reporting
from complaints.tables_reports import ReportTable
from frontdesk.kit import files
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.models import Job
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

LOOK, MAKE = "complaints.view_report", "complaints.make_report"
MAKE_ONE = Action(_("Make a report"), "complaints:report_add", MAKE, "plus-lg", "primary")


class ReportList(ListPage):
    """What was counted and kept, the latest month first."""

    table = ReportTable
    filterset = ReportFilter
    title = _("Monthly reports")
    noun = "report"
    permission = LOOK
    actions = (MAKE_ONE,)


class ReportDetail(DetailPage):
    """One month's report: its workbook, who made it when, who took it away."""

    model = MonthlyReport
    noun = "report"
    permission = LOOK
    related = ("office", "made_by")
    card = "complaints/_report.html"
    actions = (Action(_("Make it again"), "complaints:report_make", MAKE, "arrow-clockwise"),)

    def get_context(self) -> dict[str, Any]:
        """Add the workbook, and how far it is while one is being made."""
        jobs = Job.objects.filter(kind=reporting.JOB, params__report=self.object.pk).order_by("-pk")
        return {"file": self.object.file, "job": jobs.exclude(status=Job.Status.DONE).first()}


class ReportAdd(FormPage):
    """Ask for a month that is over."""

    model = MonthlyReport
    noun = "report"
    form_class = ReportForm
    permission = MAKE
    title = _("Make a report")
    button = _("Make it")
    success = _("The report is being made.")
    save = reporting.order_report

    def get_success_url(self, obj: Job) -> str:
        """Lead to how far it is."""
        return obj.get_absolute_url()


class ReportMake(MovePage):
    """Have a month's workbook made anew."""

    model = MonthlyReport
    noun = "report"
    form_class = DeskPlainForm
    permission = MAKE
    related = ("office",)
    title = _("Make it again")
    text = _("The figures are counted as they are now. The file is replaced; the old one is kept for a month more.")
    success = _("The report is being made.")

    def perform(self, _form: DeskRules) -> Job:
        report = self.object
        return reporting.order_report(office=report.office, kind=report.kind, month=report.month, by=self.user)

    def get_success_url(self, obj: Job) -> str:
        """Lead to how far it is."""
        return obj.get_absolute_url()


@require_POST
def report_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the workbook out and put it on record: a whole list leaves only behind the password."""
    rows = MonthlyReport.objects.visible_to(request.user).select_related("office")
    report = get_object_or_404(rows, pk=pk)
    require(request.user, LOOK, report)
    if not confirmed_recently(request):
        return ask_for_password(request)
    attachment = reporting.hand_out_report(report, by=request.user)
    stream = files.open_stored(attachment)
    response = FileResponse(stream, as_attachment=True, filename=attachment.name, content_type=attachment.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
