"""Days that are not what the weekday says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped


class Holiday(Scoped):
    """节假日 · an office's own correction of one date; without an office it holds for all."""

    class Kind(models.TextChoices):
        """What the day is, whatever its weekday."""

        STATUTORY = "statutory_holiday", _("Statutory holiday")
        OFF = "weekend", _("Day off")
        MAKE_UP = "make_up_workday", _("Make-up workday")
        WORKING = "working_day", _("Working day")

    office = models.ForeignKey(settings.OFFICE_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("occasion"), max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "date"], name="one_holiday_per_office"),
            models.UniqueConstraint(fields=["date"], condition=Q(office__isnull=True), name="one_holiday_for_all"),
        )
        ordering = ("date",)
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
