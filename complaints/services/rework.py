"""Warranty rework: it is done when the resident says so (R-TKT-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.services.notices import tell
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import must_be_said
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from frontdesk.staff.models import User


def confirm_rework(ticket: Ticket, *, with_whom: str, by: User, note: str = "") -> Ticket:
    """Write down that a resident looked at the rework and agrees that it is done; only then may it be answered.

    Raises:
        Conflict: somebody confirmed it already, or it is not reported done.
        DeskError: without a word on who said so.

    """
    with_whom = must_be_said(with_whom, _("Write down who confirmed it."), field="with_whom")
    words = "\n".join(filter(None, (with_whom, note.strip())))
    with apply("confirm_rework", ticket, by=by, note=words) as fresh:
        fresh.confirmed_at = now()
        text = _("{person} confirmed the rework: {number} {subject}")
        tell([fresh.first_contact], text, fresh, by=by, person=with_whom)
    return fresh


def waits_for_resident(ticket: Ticket) -> bool:
    """Answer whether a ticket is warranty rework that no resident has confirmed yet."""
    return ticket.kind == Ticket.Kind.REWORK and ticket.confirmed_at is None
