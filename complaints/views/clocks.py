"""Stopping the clocks of a ticket, letting them go on, and reporting a ticket as major."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.forms.clocks import MajorForm, PauseForm
from complaints.models import Ticket
from complaints.services.settings import settings_of
from frontdesk.kit.calendar import add_working_days, local_date, now
from frontdesk.kit.pages import MovePage


class Pause(MovePage):
    """R-TKT-06: for a reason, until a moment."""

    model = Ticket
    related = ("office",)
    move = "pause_ticket"
    form_class = PauseForm
    service = services.pause_ticket
    success = _("The clocks stand still.")

    def get_initial(self) -> dict[str, Any]:
        """Offer the beginning of the office's next working day."""
        office = self.object.office
        day, opens = add_working_days(office, local_date(), 1), settings_of(office).opens_at
        return {"until": dt.datetime.combine(day, opens, tzinfo=now().tzinfo)}


class Resume(MovePage):
    """Before the pause is over."""

    model = Ticket
    move = "resume_ticket"
    service = services.resume_ticket
    success = _("The clocks go on.")


class MarkMajor(MovePage):
    """R-DUTY-04: to the manager at once."""

    model = Ticket
    move = "mark_major"
    form_class = MajorForm
    service = services.mark_major
    success = _("The managers know.")


PAGES = (Pause, Resume, MarkMajor)
