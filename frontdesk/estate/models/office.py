"""The office and the ground it looks after: area, building, entrance (R-EST-01)."""

from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from frontdesk.estate.models import verbs
from frontdesk.estate.querysets import BuildingQuerySet, OfficeQuerySet
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

NUMBER = re.compile("[0-9]+[A-Za-z]?|[A-Za-z][0-9]*")
"""What a building is called where it has no name: 3, 12A, B2."""


class Office(Scoped, Versioned):
    """管理处 · one management office, with the settings its supervisor may change."""

    class ShiftPattern(models.TextChoices):
        """R-DUTY-02: the two patterns in use."""

        A = "A", _("06:00–13:00, 13:00–22:00")
        B = "B", _("08:30–16:30, 16:30–23:30")

    office_path: ClassVar[str] = "pk"

    code = models.SlugField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("office name"), max_length=60, unique=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    shift_pattern = models.CharField(_("shifts"), max_length=1, choices=ShiftPattern, default=ShiftPattern.A)
    lock_after_minutes = models.PositiveSmallIntegerField(
        _("lock the screen after (minutes)"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    attachment_quota_mb = models.PositiveIntegerField(_("space for files (MB)"), default=20_480)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfficeQuerySet.as_manager()
    verbs = verbs.OFFICE
    tells_of = ("kit.Holiday",)

    class Meta:
        ordering = ("code",)
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the office's page."""
        return reverse("estate:office", args=[self.pk])


class Area(Scoped):
    """片区 · a part of the estate, such as a construction phase or a garden."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="areas", verbose_name=_("office"))
    name = models.CharField(_("area name"), max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_area_name"),)
        ordering = ("name",)
        verbose_name = _("area")
        verbose_name_plural = _("areas")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the office, where its areas stand."""
        return reverse("estate:office", args=[self.office_id])


class Building(Scoped, Versioned):
    """楼栋 · a building; its short name is the first part of what people say aloud (3-2-1502)."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("office"))
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="buildings",
        verbose_name=_("area"),
    )
    name = models.CharField(_("building name"), max_length=20)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="buildings",
        verbose_name=_("steward"),
    )

    objects = BuildingQuerySet.as_manager()
    verbs = verbs.BUILDING

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_building_name"),)
        ordering = ("position", "name")
        verbose_name = _("building")
        verbose_name_plural = _("buildings")

    def __str__(self) -> str:
        """Say “building” where the name is a mere number."""
        return gettext("Building %(name)s") % {"name": self.name} if NUMBER.fullmatch(self.name) else self.name

    def get_absolute_url(self) -> str:
        """Return the building's page: its units floor by floor."""
        return reverse("estate:building", args=[self.pk])


class Entrance(Scoped):
    """单元 · a staircase of a building with its own door."""

    office_path: ClassVar[str] = "building__office"

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="entrances")
    name = models.CharField(_("entrance name"), max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["building", "name"], name="one_entrance_name"),)
        ordering = ("name",)
        verbose_name = _("entrance")
        verbose_name_plural = _("entrances")

    def __str__(self) -> str:
        return f"{self.building} · {gettext('Entrance %(name)s') % {'name': self.name}}"

    def get_absolute_url(self) -> str:
        """Return the page of the building."""
        return reverse("estate:building", args=[self.building_id])
