"""The page of who has to answer for a damage (R-TKT-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.compensation import ResponsibilityForm
from complaints.models import Responsibility, Ticket
from frontdesk.kit.pages import FormPage
from frontdesk.kit.pages.conflict import differences, last_change, retry_initial

if TYPE_CHECKING:
    from django.http import HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules


class ResponsibilityEdit(FormPage):
    """R-TKT-10: who answers for it, in percent; the ticket's analysis is replaced as a whole."""

    model = Responsibility
    parent = Ticket
    form_class = ResponsibilityForm
    permission = "complaints.analyse_responsibility"
    title = _("Analyse the responsibility")
    text = _("Who has to answer for what happened? The shares make 100 %; leave out who has none.")
    success = _("Written down: %(object)s")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Fill in the analysis as it stands."""
        return ResponsibilityForm(user=self.user, office=self._form_office(), ticket=self.parent, **kwargs)

    def perform(self, form: Any) -> Ticket:
        seen = form.seen.version if form.seen else -1
        return services.analyse_responsibility(self.parent, shares=form.shares(), seen=seen, by=self.user)

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show both analyses where they differ, and the form with one's own on top of what is there now."""
        again = self.make_form(initial=retry_initial(form))
        context = {"error": error, "differences": differences(form, again), "change": last_change(self.parent)}
        return self.respond({**self.form_context(again), **context}, template="pages/conflict.html", status=409)
