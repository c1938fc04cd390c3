"""The unit: what is lived in, let, parked on or stored in (R-EST-01, R-EST-02)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import verbs
from frontdesk.estate.models.office import Building, Entrance, Office
from frontdesk.estate.querysets import UnitQuerySet
from frontdesk.estate.workflow import ASSET, AssetState
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Unit(Scoped, Versioned):
    """房产 · a flat, shop, storage room, parking space or office room."""

    class Kind(models.TextChoices):
        """R-EST-01."""

        RESIDENCE = "residence", _("Residence")
        SHOP = "shop", _("Shop")
        STORAGE = "storage", _("Storage room")
        PARKING = "parking", _("Parking space")
        OFFICE_ROOM = "office_room", _("Office room")

    class SpaceKind(models.TextChoices):
        """What a parking space is, for the fee of whoever parks there (R-FEE-05)."""

        SHARED = "shared", _("Shared space")
        PRIVATE = "private", _("Private space")
        OPEN_AIR = "open_air", _("Open-air space")

    State = AssetState
    process = ASSET

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="units", verbose_name=_("office"))
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("building"),
    )
    entrance = models.ForeignKey(
        Entrance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("entrance"),
    )
    code = models.CharField(_("unit code"), max_length=30)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RESIDENCE)
    space_kind = models.CharField(_("kind of space"), max_length=8, choices=SpaceKind, blank=True)
    floor_area = models.DecimalField(
        _("floor area (m²)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("99999.99"))],
    )
    state = models.CharField(_("state"), max_length=10, choices=AssetState, default=AssetState.SOLD)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UnitQuerySet.as_manager()
    verbs = verbs.UNIT
    tells_of = ("estate.Tenure",)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "code"], name="one_unit_code"),)
        indexes = (models.Index(fields=["office", "kind", "state"], name="units_by_state"),)
        ordering = ("code",)
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.code

    @classmethod
    def states_of(cls, kind: str) -> tuple[AssetState, ...]:
        """Return the states a unit of a kind can be in: parking spaces are sold, rented or idle (R-EST-02)."""
        if kind == cls.Kind.PARKING:
            return (AssetState.IDLE, AssetState.RENTED, AssetState.SOLD)
        return tuple(state for state in AssetState if state != AssetState.RENTED)

    @property
    def is_parking(self) -> bool:
        """Whether it is a parking space."""
        return self.kind == self.Kind.PARKING

    def get_absolute_url(self) -> str:
        """Return the unit's page: everything about it (R-EST-06)."""
        return reverse("estate:unit", args=[self.pk])
