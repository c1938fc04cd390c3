"""What was reported done and came back (R-TKT-12)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Contractor
from complaints.models.ticket import Ticket
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped


class Reopening(Scoped):
    """重开 · a ticket begun anew: who had done it, when it was done and closed and by when it should have been.

    The ticket itself starts with empty hands and new deadlines; what it looked like before stays here to be counted.
    """

    office_path: ClassVar[str] = "ticket__office"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="reopenings")
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, null=True, related_name="reopenings")
    due_at = models.DateTimeField(_("deadline"), null=True)
    ended_at = models.DateTimeField(_("done at"), null=True)
    close_due_at = models.DateTimeField(_("close by"), null=True)
    closed_at = models.DateTimeField(_("archived at"), null=True)
    at = models.DateTimeField(_("reopened at"), default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")

    def __str__(self) -> str:
        return f"{self.ticket.number} {self.at:%Y-%m-%d}"
