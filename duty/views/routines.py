"""Routine work: the list, one occurrence, the month, the share done, and what recurs (R-RTN-01…05)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.filters_routines import RoutineFilter, RoutineTaskFilter
from duty.forms.rosters import NothingForm
from duty.forms.routines import DoneForm, ReopenForm, RoutineForm, SkipForm
from duty.models import Routine, RoutineTask
from duty.services import findings, routine_work as work, routines
from duty.services.routine_figures import shares_of
from duty.tables_routines import ADD, CALENDAR, ROUTINES, SHARES, RoutineTable, RoutineTaskTable
from duty.views.findings import FindingAdd
from duty.workflow import ROUTINE_TONES
from frontdesk.kit.calendar import ONE_DAY, kinds_between, local_date
from frontdesk.kit.models import Holiday
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Page, Preset, move_pages
from frontdesk.kit.periods import month_of, next_month

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules

DAYS_OFF = {Holiday.Kind.OFF, Holiday.Kind.STATUTORY}
WITHIN = 3 * 366
"""Days to both sides within which a month can be looked at."""


class RoutineTaskList(ListPage):
    """周期工作 · what is due, overdue and done."""

    table = RoutineTaskTable
    filterset = RoutineTaskFilter
    title = _("Routine work")
    permission = work.VIEW
    export_permission = work.CHANGE
    actions = (CALENDAR, SHARES, ROUTINES)
    presets = (
        Preset(pgettext_lazy("routine", "To do"), "state=open"),
        Preset(pgettext_lazy("routine", "Mine"), "state=open&whose=mine"),
        Preset(_("Due today or overdue"), "state=today"),
        Preset(pgettext_lazy("routine", "Overdue"), "state=overdue"),
        Preset(pgettext_lazy("routine", "Done"), "state=done"),
        Preset(_("All"), ""),
    )

    words = ("what_is_open_first",)

    def preset_counts(self) -> dict[str, int]:
        """Count what presses."""
        rows: Any = self.get_queryset()
        mine = rows.open().of_mine(self.user, self.office)
        return {"state=open&whose=mine": mine.count(), "state=overdue": rows.overdue().count()}


class RoutineTaskDetail(DetailPage):
    """One occurrence: what is done, by when, by whom, what is handed in."""

    model = RoutineTask
    permission = work.VIEW
    related = ("office", "routine", "person", "done_by")
    card = "duty/_routinetask.html"
    state_tones = ROUTINE_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add what was found while it was done."""
        sees = self.user.has_perm(findings.VIEW, self.object)
        found = self.object.findings.select_related("unit", "building").order_by("pk") if sees else []
        return {
            "found": found,
            "may_report": self.user.has_perm(findings.REPORT, self.object),
            "may_change": self.user.has_perm(work.CHANGE, self.object),
        }


class TaskFinding(FindingAdd):
    """What was found while it was done."""

    parent = RoutineTask
    save = work.report_on_the_spot

    def get_success_url(self, _obj: Any) -> str:
        """Lead back to the work: the next thing found is one click away."""
        return self.parent.get_absolute_url()

    def frame(self) -> dict[str, Any]:
        """Lead back to the work."""
        crumbs = [(RoutineTask._meta.verbose_name_plural, reverse("duty:routinetask_list"))]
        return {**super().frame(), "crumbs": [*crumbs, (str(self.parent), self.parent.get_absolute_url())]}


class TaskMove(MovePage):
    """An act on one occurrence."""

    model = RoutineTask
    related = ("office", "routine", "person")


class DoTask(TaskMove):
    """It is done: what was done, and the photos."""

    move = "do_task"
    form_class = DoneForm
    service = work.do_task
    success = _("Reported done: %(object)s")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Mark what the routine asks for."""
        return super().make_form(task=self.object, **kwargs)


class SkipTask(TaskMove):
    """It is passed over this once."""

    move = "skip_task"
    form_class = SkipForm
    service = work.skip_task


class ReopenTask(TaskMove):
    """What was handed in does not do."""

    move = "reopen_task"
    form_class = ReopenForm
    service = work.reopen_task


class CallOffTask(TaskMove):
    """This time there is nothing to be done."""

    move = "call_off_task"
    form_class = SkipForm
    text = _("It counts for nothing then: neither as done nor as passed over.")
    service = work.call_off_task


class ResumeTask(TaskMove):
    """It is to be done after all."""

    move = "resume_task"
    form_class = NothingForm
    service = work.resume_task


routinetask_move = move_pages(DoTask, SkipTask, ReopenTask, CallOffTask, ResumeTask)


@dataclass(frozen=True)
class Day:
    """One square of the month."""

    date: dt.date
    tasks: list[RoutineTask]
    is_off: bool
    is_other: bool


class MonthPage(Page):
    """A page about one month of routine work."""

    model = RoutineTask
    noun = "routinetask"
    permission = work.VIEW

    @property
    def month(self) -> dt.date:
        """Return the first of the month asked for; this month where the address says nothing useful."""
        this = local_date().replace(day=1)
        try:
            asked = dt.date.fromisoformat(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            return this
        return asked if abs((asked - this).days) < WITHIN else this

    def months(self) -> dict[str, Any]:
        """Return the month, and those beside it."""
        month = self.month
        beside = {"before": (month - ONE_DAY).replace(day=1), "after": next_month(month)}
        return {"month": month, "today": local_date(), **beside}


class RoutineCalendar(MonthPage):
    """The month, day by day."""

    title = _("Routine work by day")
    template_name = "duty/routine_calendar.html"

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.office)
        month = self.month
        span = month_of(month)
        rows: Any = self.of_the_office(self.get_queryset()).counted().between(span.first, span.last)
        tasks: dict[dt.date, list[RoutineTask]] = defaultdict(list)
        for task in rows.with_its_people().order_by("due_on", "routine__name", "turn"):
            tasks[task.due_on].append(task)
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        kinds = kinds_between(self.office, weeks[0][0], weeks[-1][-1])
        days = [
            [Day(day, tasks.get(day, []), kinds[day] in DAYS_OFF, day.month != month.month) for day in week]
            for week in weeks
        ]
        return self.respond({**self.months(), "weeks": days, "number": sum(map(len, tasks.values()))})


class RoutineShare(MonthPage):
    """How much of it was done, by routine and by person."""

    title = _("Routine work: share done")
    template_name = "duty/routine_share.html"

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.office)
        span = month_of(self.month)
        shares = shares_of(self.user, self.office, self.month)
        sections = [
            (_("By person"), pgettext_lazy("routine", "Person"), shares.by_person),
            (_("By routine"), _("Routine"), shares.by_routine),
        ]
        url = f"{reverse('duty:routinetask_list')}?due_after={span.first}&due_before={span.last}"
        return self.respond({**self.months(), "total": shares.total, "sections": sections, "list_url": url})


class RoutineList(ListPage):
    """What recurs in the office."""

    table = RoutineTable
    filterset = RoutineFilter
    title = _("Routines")
    permission = routines.CHANGE
    actions = (ADD,)
    presets = (Preset(_("In use"), "which=in_use"), Preset(_("All"), ""))


class RoutinePage(FormPage):
    """Sets up or changes a routine."""

    model = Routine
    form_class = RoutineForm
    permission = routines.CHANGE
    template_name = "duty/routine.html"

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")


class RoutineAdd(RoutinePage):
    """One more."""

    title = _("New routine")
    text = _("What is due within the office's days ahead stands on the list at once.")
    success = _("Added: %(object)s")
    save = routines.add_routine


class RoutineEdit(RoutinePage):
    """Another day, another owner."""

    title = _("Edit the routine")
    text = _("Only what is open and still to come follows the change; what is done or overdue stays as it is.")
    save = routines.edit_routine


class RoutineRetire(MovePage):
    """It does not recur any more."""

    model = Routine
    permission = routines.CHANGE
    title = _("Give up the routine")
    text = _("What is still to come is called off. What is overdue is still to be done or passed over.")
    form_class = NothingForm
    service = routines.retire_routine
    style = "danger"

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")
