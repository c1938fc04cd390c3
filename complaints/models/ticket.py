"""The ticket: one matter somebody brought to the desk, from first word to archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Category, Cause, Contractor, Department, Part
from complaints.querysets import TicketQuerySet
from complaints.workflow import OPEN, STATE_TONES, TICKET, UNANSWERED, UNFINISHED, TicketState
from frontdesk.estate.models import Office, Person, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    import datetime as dt


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
        "add_caller": _("added a caller"),
        "make_promise": _("promised"),
        "keep_promise": _("kept the promise"),
        "renegotiate_promise": _("renegotiated the promise"),
        "break_promise": _("did not keep the promise"),
        "answer_callback": _("called back"),
        "analyse_responsibility": _("analysed the responsibility"),
        "propose_compensation": _("proposed a compensation"),
        "propose_again_compensation": _("changed the proposed compensation"),
        "approve_compensation": _("approved the compensation"),
        "send_back_compensation": _("sent the compensation back"),
        "pay_compensation": _("entered the compensation as paid"),
        "withdraw_compensation": _("withdrew the compensation"),
        "request_assessment": _("asked for an assessment"),
        "answer_assessment": _("entered the finding of an assessment"),
        "withdraw_assessment": _("withdrew the assessment"),
        "escalate_ticket": _("went up"),
        "see_escalation": _("looked at what went up"),
    }
    tells_of = ("complaints.Escalation", "complaints.Responsibility")
    masked_fields = frozenset({"caller_phone"})
    hidden_fields = frozenset({"dispatch_due_at", "accept_due_at", "close_due_at"})

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=TicketState, default=TicketState.RECORDED)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REPAIR)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.PHONE)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("category")
    )
    urgent = models.BooleanField(_("urgent"), default=False)
    major = models.BooleanField(_("major"), default=False, editable=False)
    is_incident = models.BooleanField(_("incident"), default=False, editable=False)
    incident = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="children",
        verbose_name=_("belongs to the incident"),
    )
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
    visit_agreed_at = models.DateTimeField(_("visit agreed at"), null=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    reopened_at = models.DateTimeField(_("reopened at"), null=True, editable=False)
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
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("department"),
    )
    contractor = models.ForeignKey(
        Contractor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("contractor"),
    )
    due_at = models.DateTimeField(_("agreed deadline"), null=True, blank=True)
    dispatch_due_at = models.DateTimeField(_("dispatch by"), null=True, editable=False)
    accept_due_at = models.DateTimeField(_("accept by"), null=True, editable=False)
    finish_due_at = models.DateTimeField(_("deadline"), null=True, editable=False)
    close_due_at = models.DateTimeField(_("close by"), null=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, editable=False)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    part = models.ForeignKey(
        Part, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("part")
    )
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("cause")
    )
    material = models.CharField(_("material used"), max_length=500, blank=True)
    result = models.TextField(_("what was done"), blank=True, max_length=2_000)
    charge = models.DecimalField(_("charged (yuan)"), max_digits=8, decimal_places=2, null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the resident at"), null=True, editable=False)
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
            models.Index(fields=["office", "state", "finish_due_at"], name="tickets_by_deadline"),
            models.Index(fields=["first_contact", "state"], name="tickets_followed"),
            models.Index(fields=["assignee", "state"], name="tickets_in_hand"),
            models.Index(fields=["department", "state"], name="tickets_of_department"),
            models.Index(fields=["contractor", "state"], name="tickets_of_contractor"),
            models.Index(fields=["unit", "part", "cause"], name="tickets_of_fault"),
            models.Index(fields=["unit", "state"], name="tickets_of_unit"),
            # with "state" in it: on the office alone SQLite's planner leaves it aside
            models.Index(fields=["office", "state"], condition=Q(is_incident=True), name="tickets_incident"),
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
    def opened_at(self) -> dt.datetime:
        """When its clocks began: received, or opened again."""
        return self.reopened_at or self.received_at

    @property
    def is_paused(self) -> bool:
        """Whether its clocks stand still now."""
        return self.paused_until is not None and self.paused_until > now()

    @property
    def led_by(self) -> Ticket | None:
        """The incident whose clocks count for it, until that one is answered (R-TKT-07)."""
        return self.incident if self.incident is not None and self.incident.state in UNANSWERED else None

    @property
    def deadline(self) -> dt.datetime | None:
        """By when it is to be finished: its own deadline, or that of the incident it goes with."""
        return (self.led_by or self).finish_due_at

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been finished by now and goes with no incident, which alone is overdue."""
        due = self.finish_due_at
        return due is not None and self.state in UNFINISHED and due < now() and self.led_by is None

    @property
    def handler(self) -> str:
        """Who has it, or had it last: the person, else the department or contractor."""
        return str(self.assignee or self.department or self.contractor or "")

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


class Caller(Scoped):
    """来电人 · one more person who called about the same matter, each to be told how it ended (R-TKT-07)."""

    office_path: ClassVar[str] = "ticket__office"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="callers")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("caller"), max_length=40, blank=True)
    phone = models.CharField(_("caller's phone"), max_length=20, blank=True)
    said = models.CharField(_("what they said"), max_length=500, blank=True)
    called_at = models.DateTimeField(_("called at"), default=now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    masked_fields = frozenset({"phone"})

    class Meta:
        ordering = ("called_at", "pk")
        verbose_name = _("caller")
        verbose_name_plural = _("callers")

    def __str__(self) -> str:
        return self.name or str(self.person or self.unit or self.phone[-4:])

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return mask_phone(self.phone_number)

    def get_absolute_url(self) -> str:
        """Return the page of the ticket, where its callers stand."""
        return reverse("complaints:ticket", args=[self.ticket_id])

    @property
    def phone_number(self) -> str:
        """The number to call back: the caller's own, else the first of the person on record."""
        if self.phone or self.person is None:
            return self.phone
        return next((phone.number for phone in self.person.phones.all()), "")
