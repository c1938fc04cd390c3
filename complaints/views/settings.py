"""The page of an office's own figures for tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.settings import SettingsForm
from complaints.models import TicketSettings
from complaints.services.settings import settings_of
from frontdesk.kit.pages import FormPage
from frontdesk.kit.pages.history import entries_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from frontdesk.estate.models import Office
    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules


def own_settings(office: Office) -> TicketSettings:
    """Return the settings as the form shows them: version 0 for an office without any of its own."""
    row = settings_of(office)
    row.version = row.version if row.pk else 0
    return row


class TicketSettingsPage(FormPage):
    """Hours, steps up, hints and targets; one version for the whole page."""

    model = TicketSettings
    form_class = SettingsForm
    permission = "complaints.change_settings"
    title = _("Ticket settings")
    template_name = "complaints/settings.html"
    text = _(
        "A clock that runs keeps its deadline: new hours and targets count for new tickets, and for an old one from "
        "the next change of its kind, urgency, category or of who has it."
    )

    def _find(self) -> None:
        self.require(self.office)
        self.object = None if self.office is None else own_settings(self.office)

    def frame(self) -> dict[str, Any]:
        return {**super().frame(), "crumbs": []}

    def get_context(self) -> dict[str, Any]:
        """Add what was changed before."""
        is_kept = self.object is not None and self.object.pk
        entries, _more = entries_of(self.object, viewer=self.user) if is_kept else ([], False)
        return {"entries": entries}

    def make_form(self, **kwargs: Any) -> DeskRules:
        row = TicketSettings() if self.office is None else own_settings(self.office)
        return SettingsForm(user=self.user, office=self.office, instance=row, **kwargs)

    def perform(self, form: Any) -> TicketSettings:
        return services.change_settings(
            self.office, by=self.user, expected=form.seen.version, targets=form.said_targets(), **form.own_values()
        )

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        self.object = own_settings(self.office)
        return super().conflict(form, error)
