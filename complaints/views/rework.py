"""Warranty rework is confirmed with the resident before anybody closes it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.rework import ConfirmReworkForm
from complaints.models import Ticket
from frontdesk.kit.pages import MovePage


class ConfirmRework(MovePage):
    """R-TKT-12: the resident agrees that it is done."""

    model = Ticket
    related = ("office", "person")
    move = "confirm_rework"
    form_class = ConfirmReworkForm
    service = services.confirm_rework
    success = _("Confirmed. The reply may go out.")

    def get_initial(self) -> dict[str, Any]:
        """Offer whoever called about it."""
        return {"with_whom": self.object.caller_name or (self.object.person.name if self.object.person else "")}


PAGES = (ConfirmRework,)
