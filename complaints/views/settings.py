"""The page of an office's own figures for tickets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.settings import SettingsForm
from complaints.models import TicketSettings
from frontdesk.kit.pages import SettingsPage


class TicketSettingsPage(SettingsPage):
    """Hours, steps up, hints and targets; one version for the whole page."""

    model = TicketSettings
    form_class = SettingsForm
    permission = "complaints.change_settings"
    title = _("Ticket settings")
    text = _(
        "A clock that runs keeps its deadline: new hours and targets count for new tickets, and for an old one from "
        "the next change of its kind, urgency, category or of who has it."
    )

    def perform(self, form: Any) -> TicketSettings:
        return services.change_settings(
            self.office, by=self.user, expected=form.seen.version, targets=form.said_targets(), **form.own_values()
        )
