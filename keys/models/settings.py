"""The office's own figures for keys (R-KEY-08, R-KEY-09)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.models.office_settings import OfficeSettings

HOUR, DAY = 60, 24 * 60


class KeySettings(OfficeSettings):
    """钥匙设置 · for how long keys are lent, when holders are reminded, when the cabinet is counted."""

    entrusted_minutes = models.PositiveIntegerField(_("entrusted keys (minutes)"), default=4 * HOUR)
    vacant_minutes = models.PositiveIntegerField(_("keys of vacant units (minutes)"), default=2 * HOUR)
    rework_minutes = models.PositiveIntegerField(_("keys for rework (minutes)"), default=10 * HOUR)
    sealed_minutes = models.PositiveIntegerField(_("opened sealed keys (minutes)"), default=2 * HOUR)
    equipment_minutes = models.PositiveIntegerField(_("keys of equipment rooms (minutes)"), default=4 * HOUR)
    other_minutes = models.PositiveIntegerField(_("other keys (minutes)"), default=4 * HOUR)
    longest_minutes = models.PositiveIntegerField(_("at most (minutes)"), default=7 * DAY)
    whole_minutes = models.PositiveIntegerField(_("with all extensions at most (minutes)"), default=14 * DAY)
    remind_before = models.PositiveIntegerField(_("reminded before the time (minutes)"), default=30)
    remind_every = models.PositiveIntegerField(_("when overdue, again every (minutes)"), default=2 * HOUR)
    approval_minutes = models.PositiveIntegerField(_("an approved opening holds for (minutes)"), default=DAY)
    stocktake_day = models.PositiveSmallIntegerField(
        _("cabinet counted by the day of the month"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )

    class Meta(OfficeSettings.Meta):
        verbose_name = _("key settings")
        verbose_name_plural = _("key settings")

    def get_absolute_url(self) -> str:
        """Return the page of these settings."""
        return reverse("keys:settings")

    def minutes_for(self, kind: str) -> int:
        """Return for how many minutes a key of a kind is lent."""
        return getattr(self, f"{kind}_minutes", self.other_minutes)
