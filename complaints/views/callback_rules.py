"""Who is called back by rule, and what is asked: pages for supervisors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.callbacks import QuestionFormForm, RulesForm
from complaints.models import CallbackRule, QuestionForm
from complaints.tables_followup import ASK, CHANGE, QuestionFormTable
from frontdesk.kit.models import Activity
from frontdesk.kit.pages import Action, FormPage, ListPage
from frontdesk.kit.pages.conflict import LastChange, differences, retry_initial
from frontdesk.kit.pages.history import SEE_PLACES, entries_from

if TYPE_CHECKING:
    from django.http import HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules
    from frontdesk.kit.pages.history import Entry

SHOWN = 20


class CallbackRules(FormPage):
    """All kinds on one page; one version for the whole page."""

    model = CallbackRule
    form_class = RulesForm
    permission = CHANGE
    title = _("Callback rules")
    template_name = "complaints/callback_rules.html"
    text = _("Whoever called is asked, after the ticket was closed, whether all is well; after an incident everybody.")

    def frame(self) -> dict[str, Any]:
        return {**super().frame(), "crumbs": []}

    def get_context(self) -> dict[str, Any]:
        """Add what was changed before."""
        return {"entries": self._history()}

    def perform(self, form: Any) -> CallbackRule:
        seen = form.seen.version if form.seen else -1
        services.change_rules(self.office, by=self.user, expected=seen, rules=form.said_rules())
        return CallbackRule(office=self.office)

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show both tables' figures where they differ, and the form with one's own on top of what is there now."""
        again = self.make_form(initial=retry_initial(form))
        last = self._history()[:1]
        context = {
            "error": error,
            "differences": differences(form, again),
            "change": LastChange(last[0].who, last[0].at, last[0].at_text) if last else None,
        }
        return self.respond({**self.form_context(again), **context}, template="pages/conflict.html", status=409)

    def _history(self) -> list[Entry]:
        if self.office is None:
            return []
        kind = ContentType.objects.get_for_model(CallbackRule)
        rows = Activity.objects.filter(content_type=kind, office=self.office).order_by("-at", "-pk")
        places = self.user.has_perm(SEE_PLACES, self.office)
        return entries_from(CallbackRule(), list(rows[:SHOWN]), places=places)


class QuestionFormList(ListPage):
    """What callbacks ask besides satisfaction."""

    table = QuestionFormTable
    title = _("Question forms")
    permission = CHANGE
    actions = (ASK, Action(_("Callback rules"), "complaints:callbackrule_list", CHANGE, "sliders"))


class QuestionFormPage(FormPage):
    """Adds or changes a set of questions."""

    model = QuestionForm
    form_class = QuestionFormForm
    permission = CHANGE

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")

    def frame(self) -> dict[str, Any]:
        frame = super().frame()
        frame["crumbs"] = frame["crumbs"][:1]
        return frame


class QuestionFormAdd(QuestionFormPage):
    """One more set of questions."""

    title = _("New question form")
    success = _("Added: %(object)s")
    save = services.add_question_form


class QuestionFormEdit(QuestionFormPage):
    """Other questions, another name, or set aside."""

    title = _("Edit the question form")
    save = services.change_question_form
