"""The ticket: one matter somebody brought to the desk, from first word to archive."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.querysets import TicketQuerySet
from complaints.workflow import OPEN, STATE_TONES, TICKET, TicketState
from frontdesk.estate.models import Office, Person, Unit
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Ticket(Scoped, Versioned):
    """工单 · an enquiry, request, repair, complaint, suggestion, praise or rework (R-TKT-02)."""

    class Kind(models.TextChoices):
        """R-TKT-02."""

        ENQUIRY = "enquiry", _("Enquiry")
        HELP = "help", _("Request for help")
        REPAIR = "repair", _("Repair")
        COMPLAINT = "complaint", _("Complaint")
        SUGGESTION = "suggestion", _("Suggestion")
        PRAISE = "praise", _("Praise")
        REWORK = "rework", _("Warranty rework")

    class Channel(models.TextChoices):
        """R-TKT-02: how it reached the office."""

        DESK = "desk", _("At the desk")
        PHONE = "phone", _("Phone")
        HOTLINE = "hotline", _("Hotline")
        FORUM = "forum", _("Owners' forum")
        PATROL = "patrol", _("Patrol")
        VISIT = "visit", _("Home visit")

    State = TicketState
    process = TICKET
    verbs: ClassVar = {
        "record_ticket": _("recorded"),
        "change_ticket": _("edited"),
        "import_ticket": _("imported"),
        "reveal_caller": _("looked at the phone number"),
    }
    masked_fields = frozenset({"caller_phone"})

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=TicketState, default=TicketState.RECORDED)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REPAIR)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.PHONE)
    urgent = models.BooleanField(_("urgent"), default=False)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("unit"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("person"),
    )
    caller_name = models.CharField(_("caller"), max_length=40, blank=True)
    caller_phone = models.CharField(_("caller's phone"), max_length=20, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("in detail"), blank=True, max_length=10_000)
    visit_from = models.DateTimeField(_("can be there from"), null=True, blank=True)
    visit_to = models.DateTimeField(_("can be there until"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    first_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="followed_tickets",
        verbose_name=_("answers for it"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("dispatched to"),
    )
    due_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    result = models.TextField(_("what was done"), blank=True, max_length=2_000)
    charge = models.DecimalField(_("charged (yuan)"), max_digits=8, decimal_places=2, null=True, blank=True)
    reply = models.TextField(_("what was replied"), blank=True, max_length=2_000)
    replied_at = models.DateTimeField(_("replied at"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, editable=False)
    source_id = models.CharField(_("number at the source"), max_length=40, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_ticket_number"),
            models.UniqueConstraint(
                fields=["office", "source_id"],
                condition=~Q(source_id=""),
                name="one_ticket_per_source_id",
            ),
        )
        indexes = (
            models.Index(fields=["office", "state", "-received_at"], name="tickets_by_state"),
            models.Index(fields=["office", "-received_at"], name="tickets_by_time"),
            models.Index(fields=["office", "state", "due_at"], name="tickets_by_deadline"),
            models.Index(fields=["first_contact", "state"], name="tickets_followed"),
            models.Index(fields=["assignee", "state"], name="tickets_in_hand"),
        )
        ordering = ("-received_at", "-pk")
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return STATE_TONES[TicketState(self.state)]

    @property
    def phone_number(self) -> str:
        """The number to call back: the caller's own, else the first of the person on record."""
        if self.caller_phone or self.person is None:
            return self.caller_phone
        return next((phone.number for phone in self.person.phones.all()), "")

    @property
    def is_open(self) -> bool:
        """Whether it is not in the archive yet."""
        return self.state in OPEN

    def get_absolute_url(self) -> str:
        """Return the ticket's page."""
        return reverse("complaints:ticket", args=[self.pk])
