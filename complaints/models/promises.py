"""What a resident was told will happen, and whether it did (R-TKT-08)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from complaints.querysets import PromiseQuerySet
from complaints.workflow import PROMISE, PROMISE_TONES, PromiseState
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Promise(Scoped, Versioned):
    """承诺 · one line on a ticket: what was promised, until when, by whom; never more than one's power allows."""

    office_path: ClassVar[str] = "ticket__office"
    State = PromiseState
    process = PROMISE
    verbs: ClassVar = {"make_promise": _("promised")}
    hidden_fields = frozenset({"reminded_at", "late_told_at"})

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises", verbose_name=_("ticket"))
    text = models.CharField(_("what was promised"), max_length=200)
    due_at = models.DateTimeField(_("promised until"))
    state = models.CharField(_("state"), max_length=12, choices=PromiseState, default=PromiseState.OPEN)
    made_at = models.DateTimeField(_("promised at"), default=now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="promises", verbose_name=_("promised by")
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="successor"
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    late_told_at = models.DateTimeField(_("reported late at"), null=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["state", "due_at"], name="promises_by_time"),)
        ordering = ("due_at", "pk")
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self) -> str:
        return self.text

    @property
    def tone(self) -> str:
        """The tone of its badge: an open one that is late is red."""
        return "danger" if self.is_late else PROMISE_TONES[PromiseState(self.state)]

    @property
    def is_late(self) -> bool:
        """Whether it should have been kept by now."""
        return self.state == PromiseState.OPEN and self.due_at < now()

    def get_absolute_url(self) -> str:
        """Return the page of the ticket, where its promises stand."""
        return reverse("complaints:ticket", args=[self.ticket_id])
