"""How quickly the office wants to be, when the clocks stand still, and who was told when they ran out (R-TKT-06)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models.ticket import Ticket
from complaints.querysets import EscalationQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class TicketSettings(Scoped, Versioned):
    """工单设置 · an office's own figures; an office without a row goes by the defaults below."""

    office = models.OneToOneField(Office, on_delete=models.PROTECT, related_name="ticket_settings")
    opens_at = models.TimeField(_("clocks run from"), default=dt.time(8, 30))
    closes_at = models.TimeField(_("clocks run until"), default=dt.time(17, 30))
    supervisor_after = models.PositiveIntegerField(_("to the supervisor after (working minutes)"), default=60)
    manager_after = models.PositiveIntegerField(_("to the manager after (working minutes)"), default=240)
    company_after = models.PositiveIntegerField(_("to the company after (working minutes)"), default=540)
    repeat_days = models.PositiveSmallIntegerField(
        _("repeat repair within (days)"), default=180, validators=[MinValueValidator(1)]
    )
    similar_percent = models.PositiveSmallIntegerField(
        _("hint at tickets alike from (%)"), default=50, validators=[MinValueValidator(20), MaxValueValidator(100)]
    )
    level_one_up_to = models.DecimalField(
        _("level 1 up to (yuan)"), max_digits=10, decimal_places=2, default=500, validators=[MinValueValidator(0)]
    )
    level_two_up_to = models.DecimalField(
        _("level 2 up to (yuan)"), max_digits=10, decimal_places=2, default=5000, validators=[MinValueValidator(0)]
    )
    counts = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("counts the complaints each month"),
    )
    callback_attempts = models.PositiveSmallIntegerField(
        _("give up a callback after (attempts)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )

    hidden_fields = frozenset({"office"})
    verbs: ClassVar = {"change_settings": _("changed the settings"), "change_target": _("changed a target")}
    tells_of = ("complaints.Target",)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="clocks_open_before_they_close"),
            models.CheckConstraint(
                condition=Q(supervisor_after__lte=F("manager_after"), manager_after__lte=F("company_after")),
                name="escalation_climbs",
            ),
            models.CheckConstraint(condition=Q(level_one_up_to__lte=F("level_two_up_to")), name="levels_climb"),
        )
        verbose_name = _("ticket settings")
        verbose_name_plural = _("ticket settings")

    def __str__(self) -> str:
        return str(self.office)

    def get_absolute_url(self) -> str:
        """Return the page of these settings."""
        return reverse("complaints:settings")


class Target(Scoped, Versioned):
    """时限 · working minutes within which tickets of a kind are to be dispatched, accepted, finished and closed."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="ticket_targets")
    kind = models.CharField(_("kind"), max_length=10, choices=Ticket.Kind)
    urgent = models.BooleanField(_("urgent"), default=False)
    dispatch = models.PositiveIntegerField(_("dispatch within"))
    accept = models.PositiveIntegerField(_("accept within"))
    finish = models.PositiveIntegerField(_("finish within"))
    close = models.PositiveIntegerField(_("close within"))
    around_the_clock = models.BooleanField(_("runs around the clock"), default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "kind", "urgent"], name="one_target"),)
        ordering = ("kind", "urgent")
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {_('urgent')}" if self.urgent else str(self.get_kind_display())


class Pause(Scoped):
    """暂停计时 · the clocks of a ticket stand still, for a reason and until a moment; `ended_at` when sooner."""

    office_path: ClassVar[str] = "ticket__office"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("from"), default=now)
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="pause_ends_after_it_starts"),
        )
        ordering = ("starts_at", "pk")
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")

    def __str__(self) -> str:
        return self.reason

    @property
    def end(self) -> dt.datetime:
        """When the clocks went on, or will."""
        return self.ended_at or self.until


class Escalation(Scoped):
    """升级 · one step up: which clock had run out, and to whom it went; shown there until it was looked at."""

    class Clock(models.TextChoices):
        """What had run out; a major ticket goes up without any clock."""

        DISPATCH = "dispatch", _("dispatch")
        ACCEPT = "accept", _("accept")
        FINISH = "finish", _("finish")
        CLOSE = "close", _("close")
        MAJOR = "major", _("major")

    class Level(models.IntegerChoices):
        """R-TKT-06: clerk → supervisor → manager → company."""

        CLERK = 1, _("Whoever answers for it")
        SUPERVISOR = 2, _("Supervisor")
        MANAGER = 3, _("Manager")
        COMPANY = 4, pgettext_lazy("level", "Company")

    office_path: ClassVar[str] = "ticket__office"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="escalations")
    clock = models.CharField(_("clock"), max_length=8, choices=Clock)
    level = models.PositiveSmallIntegerField(_("went to"), choices=Level)
    due_at = models.DateTimeField(_("was due"))
    at = models.DateTimeField(_("went up at"), default=now)
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="escalations", verbose_name=_("told"))
    seen_at = models.DateTimeField(_("seen at"), null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = EscalationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ticket", "clock", "level", "due_at"], name="one_step_up_per_level"),
        )
        ordering = ("-at", "-pk")
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")

    def __str__(self) -> str:
        return f"{self.ticket.number} → {self.get_level_display()}"
