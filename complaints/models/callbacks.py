"""Asking the resident afterwards whether all is well (R-CB-01)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Caller, Ticket
from complaints.querysets import DISSATISFIED, CallbackQuerySet, CatalogueQuerySet
from complaints.workflow import CALLBACK, CALLBACK_TONES, CallbackState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class QuestionForm(Scoped, Versioned):
    """回访问卷 · what is asked on a callback besides satisfaction: one question a line."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=40)
    questions = models.TextField(_("questions, one a line"), max_length=2_000)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_question_form_name"),)
        ordering = ("name",)
        verbose_name = _("question form")
        verbose_name_plural = _("question forms")

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[str]:
        """The questions."""
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    def get_absolute_url(self) -> str:
        """Return the page on which it is edited."""
        return reverse("complaints:questionform_edit", args=[self.pk])


class CallbackRule(Scoped, Versioned):
    """回访规则 · of which kind of ticket what share is called back, and how many working days after it was closed.

    `since` is the day a share was raised: what was due before was drawn under the lower one and is left at that.
    """

    verbs: ClassVar = {"change_rule": _("changed the rule")}
    hidden_fields = frozenset({"since"})

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="callback_rules")
    kind = models.CharField(_("kind"), max_length=10, choices=Ticket.Kind)
    after_days = models.PositiveSmallIntegerField(
        _("call back after (working days)"), default=2, validators=[MaxValueValidator(60)]
    )
    share = models.PositiveSmallIntegerField(_("share (%)"), default=100, validators=[MaxValueValidator(100)])
    form = models.ForeignKey(
        QuestionForm, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("question form")
    )
    since = models.DateField(_("share in force since"), null=True, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "kind"], name="one_callback_rule"),)
        ordering = ("kind",)
        verbose_name = _("callback rule")
        verbose_name_plural = _("callback rules")

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Callback(Scoped, Versioned):
    """回访 · one caller of a closed ticket, to be asked from a day on."""

    class Outcome(models.TextChoices):
        """What the call brought."""

        SATISFIED = "satisfied", _("Settled")
        EXPLAINED = "explained", _("Misunderstanding explained")
        DISSATISFIED = "dissatisfied", _("Not settled")

    office_path: ClassVar[str] = "ticket__office"
    State = CallbackState
    process = CALLBACK
    verbs: ClassVar = {"draw_callback": _("drawn for a callback")}
    hidden_fields = frozenset({"answers", "ended_at", "ended_by"})

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="callbacks", verbose_name=_("ticket"))
    caller = models.ForeignKey(Caller, on_delete=models.PROTECT, null=True, related_name="callbacks")
    closed_at = models.DateTimeField(_("closed at"), editable=False)
    due_on = models.DateField(_("call from"))
    again_at = models.DateTimeField(_("call again at"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=CallbackState, default=CallbackState.WAITING)
    form = models.ForeignKey(QuestionForm, on_delete=models.PROTECT, null=True, related_name="+")
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    remarks = models.TextField(_("remarks"), max_length=1_000, blank=True)
    answers = models.JSONField(_("answers"), default=list)
    ended_at = models.DateTimeField(_("called at"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "closed_at"], condition=Q(caller__isnull=True), name="one_callback_per_closing"
            ),
            models.UniqueConstraint(
                fields=["ticket", "closed_at", "caller"],
                condition=Q(caller__isnull=False),
                name="one_callback_per_caller",
            ),
        )
        indexes = (models.Index(fields=["state", "due_on"], name="callbacks_by_day"),)
        ordering = ("due_on", "pk")
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return f"{self.ticket.number} · {self.name}"

    @property
    def name(self) -> str:
        """Whom to ask for."""
        own = self.ticket.caller_name or self.ticket.person or self.ticket.caller_phone[-4:]
        return str(self.caller or own)

    @property
    def phone_number(self) -> str:
        """The number to call: the one left with this call, else the first of the person on record."""
        return self.caller.phone_number if self.caller else self.ticket.phone_number

    @property
    def is_dissatisfied(self) -> bool:
        """Whether the resident gave 1 or 2 of 5."""
        return self.satisfaction is not None and self.satisfaction <= DISSATISFIED

    @property
    def tone(self) -> str:
        """The tone of its badge: a bad answer is red."""
        return "danger" if self.is_dissatisfied else CALLBACK_TONES[CallbackState(self.state)]

    def get_absolute_url(self) -> str:
        """Return the callback's page."""
        return reverse("complaints:callback", args=[self.pk])


class CallbackAttempt(Scoped):
    """回访记录 · one try to reach somebody."""

    class Result(models.TextChoices):
        """How it went."""

        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        CALL_AGAIN = "call_again", _("Asked to be called again")
        REFUSED = "refused", _("Wants no callback")

    office_path: ClassVar[str] = "callback__ticket__office"

    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="attempts")
    result = models.CharField(_("result"), max_length=10, choices=Result)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return str(self.get_result_display())
