"""Findings on their pages: written down, planned, solved, made a ticket or a non-conformity (R-RTN-01)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.filters_findings import FindingFilter
from duty.forms.findings import FindingForm, FindingTicketForm, PlanForm, SolvedForm
from duty.forms.rosters import NothingForm
from duty.models import DutySettings, Finding
from duty.services import findings
from duty.tables_findings import REPORT, FindingTable
from duty.workflow import FINDING_TONES
from frontdesk.kit.calendar import local_date
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages

PARTS = (
    "office",
    "building",
    "unit",
    "found_by",
    "planned_by",
    "solved_by",
    "ticket",
    "log_entry",
    "routine_task__routine",
)


class FindingList(ListPage):
    """巡查问题 · what patrols and routines found, what of it still waits."""

    table = FindingTable
    filterset = FindingFilter
    title = _("Findings")
    permission = findings.VIEW
    export_permission = "duty.export_finding"
    actions = (REPORT,)
    presets = (
        Preset(_("Not solved"), "which=unsolved"),
        Preset(pgettext_lazy("finding", "Overdue"), "which=overdue"),
        Preset(_("Found by me"), "which=mine"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what is not solved, and what is late."""
        rows: Any = self.of_the_office(self.get_queryset())
        return {"which=unsolved": rows.unsolved().count(), "which=overdue": rows.overdue(local_date()).count()}


class FindingAdd(FormPage):
    """What was found, written down."""

    model = Finding
    form_class = FindingForm
    permission = findings.REPORT
    title = _("Write down a finding")
    button = _("Write down")
    success = _("Written down: %(object)s")
    save = findings.report_finding

    def get_context(self) -> dict[str, Any]:
        """Say by when it must be planned."""
        days = DutySettings.of(self.office).plan_days if self.office else 0
        text = _("What is not solved on the spot gets its plan within %(days)s days.") % {"days": days}
        return {"text": text if days else ""}


class FindingDetail(DetailPage):
    """One finding: where, what, by when, how it was planned and solved."""

    model = Finding
    permission = findings.VIEW
    related = PARTS
    card = "duty/_finding.html"
    state_tones = FINDING_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Link the ticket and the log entry only for whoever may open them."""
        return {
            "sees_log": self.user.has_perm("duty.view_logentry", self.object),
            "sees_ticket": self.user.has_perm("complaints.view_every_ticket", self.object),
        }


class FindingMove(MovePage):
    """Something that becomes of a finding."""

    model = Finding
    related = PARTS


class PlanSolution(FindingMove):
    """How, by whom, by when."""

    move = "plan_solution"
    form_class = PlanForm
    service = findings.plan_solution
    success = _("Planned.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with the plan as it stands."""
        return {"plan": self.object.plan, "solve_by": self.object.solve_by}


class SolveFinding(FindingMove):
    """It is solved."""

    move = "solve_finding"
    form_class = SolvedForm
    service = findings.solve_finding
    success = _("Written down.")


class MakeTicket(FindingMove):
    """Somebody must be sent."""

    move = "make_ticket"
    form_class = FindingTicketForm
    service = findings.make_ticket
    text = _("A repair ticket with its own deadlines; both lead to each other.")
    success = _("The ticket is recorded.")


class EnterNonconformity(FindingMove):
    """Into the duty log."""

    move = "enter_nonconformity"
    form_class = NothingForm
    service = findings.enter_nonconformity
    text = _("It stands in the duty log until it is solved; the clock for its plan runs on.")
    success = _("Written down.")


finding_move = move_pages(PlanSolution, SolveFinding, MakeTicket, EnterNonconformity)
