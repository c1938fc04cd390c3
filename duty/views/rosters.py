"""The month's roster: begun, drafted, looked at, published; who carries how much; what changed (R-DUTY-01)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from duty.forms.rosters import MonthForm, NothingForm
from duty.grids import Grid
from duty.models import Roster, RosterChange
from duty.services import contradictions, drafting, explaining, publishing, sheets
from duty.services.months import Month
from duty.services.problems import MonthProblem
from duty.tables import BEGIN, PEOPLE, RULES, SHIFTS, RosterChangeTable, RosterTable
from duty.workflow import ROSTER_TONES, RosterState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.exports import CONTENT_TYPE
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Page, move_pages
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from frontdesk.kit.models import Job

LOOK, DRAFT, EDIT, EXPORT = "duty.view_roster", "duty.draft_roster", "duty.edit_roster", "duty.export_roster"
ISSUES = 30


class RosterList(ListPage):
    """排班表 · the months; unpublished ones only for whoever makes them."""

    table = RosterTable
    title = gettext_lazy("Rosters")
    permission = LOOK
    export_permission = EXPORT
    actions = (BEGIN, SHIFTS, PEOPLE, RULES)

    def get_queryset(self) -> QuerySet:
        """Leave out what colleagues may not rely on yet."""
        rows: Any = super().get_queryset()
        return rows.readable_by(self.user)


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Lead to this month's roster; to the list of months where there is none to be read."""
    user: Any = request.user
    office = request.office  # type: ignore[attr-defined]
    require(user, LOOK, office)
    rows: Any = Roster.objects.visible_to(user).of_office(office)
    roster = rows.readable_by(user).for_month(local_date()).first() if office is not None else None
    return redirect(roster or "duty:roster_list")


class RosterAdd(FormPage):
    """Begin a month."""

    model = Roster
    form_class = MonthForm
    permission = DRAFT
    title = gettext_lazy("Begin a month")
    button = gettext_lazy("Begin")
    success = gettext_lazy("Begun. Draft it now, or set the cells by hand.")
    save = drafting.begin_roster


class RosterPage(Page):
    """A page about one month; a month that is not published is found by whoever makes it only."""

    model = Roster
    permission = LOOK
    related = ("office", "job", "published_by")

    def get_queryset(self) -> QuerySet:
        """Leave out what colleagues may not rely on yet."""
        rows: Any = super().get_queryset()
        return rows.readable_by(self.user)


class RosterDetail(RosterPage, DetailPage):
    """The month at one look, and for whoever makes it to be changed cell by cell."""

    state_tones = ROSTER_TONES
    template_name = "duty/roster.html"
    activity = False

    def get_title(self) -> str:
        return _("Roster %(month)s") % {"month": self.object}

    def get_context(self) -> dict[str, Any]:
        """Add the grid, what is to be looked at, and what can be done."""
        roster, user = self.object, self.user
        month = MonthProblem.of(roster)
        may_edit = user.has_perm(EDIT, roster)
        is_busy = roster.job is not None and not roster.job.has_ended
        issues, more = explaining.issues(month, ISSUES) if may_edit else ([], 0)
        return {
            "grid": Grid(month, editable=may_edit, own=user.pk),
            "month": month,
            "may_edit": may_edit,
            "is_draft": roster.state == RosterState.DRAFT,
            "is_busy": is_busy,
            "issues": issues,
            "more_issues": more,
            "figures": roster.figures,
            "contradictions": contradictions.said(month, roster.figures) if may_edit else None,
            "costs": explaining.costs(roster.figures),
            "actions": self._actions(may_edit=may_edit),
            "others": self._others(),
            "missing": self._missing(month) if may_edit else None,
        }

    def _actions(self, *, may_edit: bool) -> list[Link]:
        roster = self.object
        made = []
        if may_edit and roster.state == RosterState.DRAFT:
            made.append(Link(_("Draft by itself"), self.url("_draft", roster.pk), "magic"))
        if may_edit:
            made.append(Link(_("Plan the rest again"), self.url("_replan", roster.pk), "arrow-repeat"))
        made += [
            Link(_("Fairness"), self.url("_fairness", roster.pk), "bar-chart-steps"),
            Link(_("Changes"), reverse("duty:rosterchange_list", args=[roster.pk]), "clock-history"),
            Link(_("Print"), self.url("_sheet", roster.pk), "printer"),
        ]
        if self.user.has_perm(EXPORT, roster):
            made.append(Link("Excel", self.url("_workbook", roster.pk), "file-earmark-spreadsheet"))
        return made

    def _others(self) -> dict[str, Any]:
        """Return the months before and after, as far as they can be read."""
        rows: Any = Roster.objects.filter(office=self.object.office).readable_by(self.user)
        return {
            "before": rows.filter(month__lt=self.object.month).order_by("-month").first(),
            "after": rows.filter(month__gt=self.object.month).order_by("month").first(),
        }

    @staticmethod
    def _missing(month: Month) -> tuple[str, str, str] | None:
        """Return what must be set up first: what to say, where, and the word on the button."""
        if not month.types:
            text = _("This office has no shifts yet: set them up first.")
            return text, reverse("duty:shifttype_list"), _("Shifts")
        if not month.people:
            text = _("Nobody is on the roster in this month: add the colleagues first.")
            return text, reverse("duty:rostered_list"), _("Colleagues on the roster")
        return None


class RosterDraft(RosterPage, MovePage):
    """Have the month drafted."""

    permission = DRAFT
    title = gettext_lazy("Draft the month")
    text = gettext_lazy(
        "What you have fixed stays, and so does everything that is over; all other cells are planned anew. It takes up "
        "to the time in the duty settings; you can stop it early and keep the best."
    )
    button = gettext_lazy("Draft by itself")
    success = gettext_lazy("The month is being drafted.")
    form_class = NothingForm
    service = drafting.order_draft

    def perform(self, form: Any) -> Job:  # noqa: ARG002 - nothing is asked for
        return drafting.order_draft(self.object, by=self.user)

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_progress", self.object.pk)


class RosterProgress(RosterPage, DetailPage):
    """How far the optimiser is, with the button that stops it and keeps the best."""

    permission = DRAFT
    template_name = "duty/progress.html"
    activity = False

    def get_title(self) -> str:
        return _("Roster %(month)s") % {"month": self.object}

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        self.require(self.object)
        job = self.object.job
        if job is None or (job.has_ended and job.status == "done"):
            is_replan = job is not None and job.kind == "duty.replan_roster"
            url = self.url("_replan", self.object.pk) if is_replan else self.object.get_absolute_url()
            if self.in_place:
                response = self.respond({}, template="duty/_away.html")
                response["HX-Redirect"] = url
                return response
            return redirect(url)
        template = "duty/_progress.html" if self.in_place else ""
        return self.respond({"job": job, "roster": self.object}, template=template)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the optimiser and keep the best it has found."""
    user: Any = request.user
    roster = get_object_or_404(Roster.objects.visible_to(user).readable_by(user), pk=pk)
    require(user, DRAFT, roster)
    drafting.ask_to_stop(roster, by=user)
    messages.success(request, _("It stops in a moment and keeps the best so far."))
    return redirect("duty:roster_progress", pk)


class RosterPublish(RosterPage, MovePage):
    """Publish the month."""

    move = "publish_roster"
    service = publishing.publish_roster
    text = gettext_lazy("Everybody on it is told. From then on each change is written down with its reason.")
    success = gettext_lazy("Published: %(object)s")


roster_move = move_pages(RosterPublish)


class RosterFairness(RosterPage, DetailPage):
    """Who carries how much, beside what is fair."""

    template_name = "duty/fairness.html"
    activity = False

    def get_title(self) -> str:
        return _("Fairness %(month)s") % {"month": self.object}

    def get_context(self) -> dict[str, Any]:
        """Add a line for each colleague."""
        return {"panel": explaining.fairness(MonthProblem.of(self.object))}


class RosterChangeList(ListPage):
    """排班变更 · what changed in a month after it was published, by whom and why."""

    table = RosterChangeTable
    title = gettext_lazy("Changes after publishing")
    permission = LOOK
    export_permission = EXPORT

    def get_queryset(self) -> QuerySet:
        """Keep one month's."""
        rosters: Any = Roster.objects.visible_to(self.user)
        self.roster = get_object_or_404(rosters.readable_by(self.user), pk=self.kwargs["pk"])
        self.require(self.roster)
        return RosterChange.objects.filter(roster=self.roster)

    def get_context(self) -> dict[str, Any]:
        """Lead back to the month."""
        lists = (Roster._meta.verbose_name_plural, reverse("duty:roster_list"))
        return {"crumbs": [lists, (str(self.roster), self.roster.get_absolute_url())]}


class RosterSheet(RosterPage, DetailPage):
    """值班安排表 · the month on A4 across: names down, days across, legend, totals, signatures."""

    template_name = "duty/sheet.html"
    activity = False

    def get_title(self) -> str:
        return sheets.title_of(self.object)

    def get_context(self) -> dict[str, Any]:
        """Draw it without links, for paper."""
        grid = Grid(Month.of(self.object), editable=False)
        return {"grid": grid, "print": True, "print_back": self.object.get_absolute_url()}


class RosterWorkbook(RosterPage):
    """The same sheet as a workbook; a list of people leaves only behind the password."""

    permission = EXPORT

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        self.require(self.object)
        if not confirmed_recently(request):
            return ask_for_password(request)
        stream = BytesIO()
        sheets.write_sheet(stream, Month.of(self.object))
        stream.seek(0)
        name = f"{sheets.title_of(self.object)}.xlsx"
        response = FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
        response["Cache-Control"] = "private, no-store"
        return response
