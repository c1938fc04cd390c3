"""By which rules a roster is drafted, and the office's other figures of duty."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Office
from frontdesk.kit.models.office_settings import OfficeSettings
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class RosterRule(Scoped, Versioned):
    """排班规则 · how strictly an office goes by one rule; without a row by its default (`services.rules`)."""

    class Strength(models.TextChoices):
        """Hard is never broken; soft costs its weight each time."""

        HARD = "hard", _("must")
        SOFT = "soft", _("should")
        OFF = "off", _("not used")

    verbs: ClassVar = {"change_rule": _("changed the rule")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="roster_rules", verbose_name=_("office"))
    code = models.CharField(_("rule"), max_length=30)
    strength = models.CharField(_("how strictly"), max_length=4, choices=Strength)
    value = models.PositiveIntegerField(_("figure"), null=True, blank=True)
    weight = models.PositiveIntegerField(_("weight"), default=10, validators=[MaxValueValidator(10_000)])

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "code"], name="one_rule_of_a_code"),)
        ordering = ("pk",)
        verbose_name = _("roster rule")
        verbose_name_plural = _("roster rules")

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return the page of the office's rules."""
        return reverse("duty:rules")


class DutySettings(OfficeSettings):
    """值班设置 · when next month is drafted by itself, how soon findings are planned, who answers for quality."""

    draft_day = models.PositiveSmallIntegerField(
        _("next month is drafted by itself on day"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    draft_seconds = models.PositiveSmallIntegerField(
        _("a draft is thought about for (seconds)"),
        default=30,
        validators=[MinValueValidator(2), MaxValueValidator(600)],
    )
    weekly_minutes = models.PositiveSmallIntegerField(
        _("minutes a week by contract"), default=40 * 60, validators=[MaxValueValidator(7 * 24 * 60)]
    )
    plan_days = models.PositiveSmallIntegerField(
        _("a finding not solved on the spot is planned within (days)"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    quality = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in charge of quality"),
        help_text=_("Hears of every finding; while nobody is named here, the managers do."),
    )

    routine_days = models.PositiveSmallIntegerField(
        _("routine work is listed so many days ahead"),
        default=60,
        validators=[MinValueValidator(7), MaxValueValidator(400)],
    )

    class Meta(OfficeSettings.Meta):
        verbose_name = _("duty settings")
        verbose_name_plural = _("duty settings")

    def get_absolute_url(self) -> str:
        """Return the page of these settings."""
        return reverse("duty:settings")
