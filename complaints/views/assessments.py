"""Pages of technical assessments: what an expert is asked and found (R-TKT-10)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.filters_money import AssessmentFilter
from complaints.forms.compensation import AnswerAssessmentForm, AssessmentForm, WithdrawForm
from complaints.models import Assessment, Ticket
from complaints.tables_money import AssessmentTable
from complaints.workflow import ASSESSMENT_TONES
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset, move_pages

RELATED = ("ticket__office", "ticket__unit", "asked_by")


class AssessmentList(ListPage):
    """What is asked, late, answered."""

    table = AssessmentTable
    filterset = AssessmentFilter
    title = _("Technical assessments")
    permission = "complaints.view_ticket"
    export_permission = "complaints.export_ticket"
    presets = (
        Preset(_("Asked"), "state=asked"),
        Preset(_("Late"), "state=late"),
        Preset(_("Answered"), "state=answered"),
        Preset(_("All"), ""),
    )
    actions = (Action(_("Compensation"), "complaints:compensation_list", "complaints.view_compensation", "cash-coin"),)

    def preset_counts(self) -> dict[str, int]:
        """Count what is not answered."""
        rows: Any = self.get_queryset()
        return {"state=asked": rows.unanswered().count(), "state=late": rows.late().count()}


class AssessmentDetail(DetailPage):
    """The question, the finding, the paper."""

    model = Assessment
    permission = "complaints.view_ticket"
    related = RELATED
    card = "complaints/_assessment.html"
    state_tones = ASSESSMENT_TONES
    attachments = True


class AssessmentAdd(FormPage):
    """A question to an expert."""

    model = Assessment
    parent = Ticket
    form_class = AssessmentForm
    permission = "complaints.request_assessment"
    title = _("Ask for a technical assessment")
    button = _("Ask")
    success = _("Asked: %(object)s")
    save = services.request_assessment


class AssessmentMove(MovePage):
    """What came of it."""

    model = Assessment
    related = RELATED

    def get_context(self) -> dict[str, Any]:
        """Say what was asked: on a page of its own nothing else does."""
        return {"text": self.object.question}


class Answer(AssessmentMove):
    """The expert has answered."""

    move = "answer_assessment"
    form_class = AnswerAssessmentForm
    service = services.answer_assessment
    success = _("Finding entered: %(object)s")


class Withdraw(AssessmentMove):
    """Nobody needs the answer any more."""

    move = "withdraw_assessment"
    form_class = WithdrawForm
    service = services.withdraw_assessment
    success = _("Withdrawn: %(object)s")


assessment_move = move_pages(Answer, Withdraw)
