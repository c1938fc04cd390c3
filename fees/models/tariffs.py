"""What is charged, for what, since when (R-FEE-01, R-FEE-04…06)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.querysets import InForceQuerySet
from frontdesk.estate.models import Office, Unit
from frontdesk.kit.money import format_price
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    import datetime as dt


class Tariff(Scoped, Versioned):
    """收费项目 · one thing the office charges for: how it is measured and which units or vehicles it applies to."""

    class Kind(models.TextChoices):
        """What it is for: the columns of every ledger."""

        PROPERTY = "property", _("Property fee")
        PARKING = "parking", _("Parking")
        SHARED = "shared", _("Shared water and electricity")
        PREPAYMENT = "prepayment", _("Prepayment for shared water and electricity")
        WATER = "water", _("Water")
        ELECTRICITY = "electricity", _("Electricity")
        GAS = "gas", _("Gas")
        RENOVATION = "renovation", _("Renovation management")
        LATE = "late", _("Late fee")
        OTHER = "other", _("Other charges")

    class Basis(models.TextChoices):
        """What the rate is multiplied with."""

        AREA_MONTH = "area_month", _("per m² and month")
        UNIT_MONTH = "unit_month", _("per unit and month")
        VEHICLE_MONTH = "vehicle_month", _("per vehicle and month")
        VISIT = "visit", _("per visit")
        AREA_ONCE = "area_once", _("per m², once")
        ONCE = "once", _("an amount, once")
        COST = "cost", _("actual cost, shared by floor area")
        METER = "meter", _("by meter")

    MONTHLY: ClassVar = (Basis.AREA_MONTH, Basis.UNIT_MONTH, Basis.VEHICLE_MONTH)
    """What a month's run bills by itself."""

    verbs: ClassVar = {
        "add": _("added it"),
        "edit": _("changed it"),
        "set_rate": _("set a rate"),
        "withdraw_rate": _("took a rate back"),
        "except_unit": _("set an exception for a unit"),
        "end_exception": _("ended an exception"),
    }
    tells_of = ("fees.TariffRate", "fees.TariffException")
    kept_words: ClassVar = {"unit_kinds": Unit.Kind.choices, "space_kinds": Unit.SpaceKind.choices}
    """What the values in a list mean, for its history."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tariffs", verbose_name=_("office"))
    name = models.CharField(_("tariff name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PROPERTY)
    basis = models.CharField(_("basis"), max_length=14, choices=Basis, default=Basis.AREA_MONTH)
    unit_kinds = models.JSONField(_("for units of these kinds"), default=list, blank=True)
    space_kinds = models.JSONField(_("for vehicles on these spaces"), default=list, blank=True)
    reduced_when_vacant = models.BooleanField(_("less while the unit stands vacant"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_tariff_name"),)
        ordering = ("position", "pk")
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the tariff's page."""
        return reverse("fees:tariff", args=[self.pk])

    @property
    def is_monthly(self) -> bool:
        """Whether the month's run bills it."""
        return self.basis in self.MONTHLY

    @property
    def applies_to(self) -> list[str]:
        """Which kinds of units, or of spaces, pay it, in words; nothing where it is charged one by one."""
        words: dict[str, Any] = dict(
            Unit.SpaceKind.choices if self.basis == self.Basis.VEHICLE_MONTH else Unit.Kind.choices
        )
        kinds = self.space_kinds if self.basis == self.Basis.VEHICLE_MONTH else self.unit_kinds
        return [str(words.get(kind, kind)) for kind in kinds]

    @property
    def measure(self) -> str:
        """What a quantity of it is counted in, as formulas show it."""
        return str(MEASURES[self.Basis(self.basis)])


MEASURES = {
    Tariff.Basis.AREA_MONTH: "m²",
    Tariff.Basis.UNIT_MONTH: pgettext_lazy("measure", "units"),
    Tariff.Basis.VEHICLE_MONTH: pgettext_lazy("measure", "vehicles"),
    Tariff.Basis.VISIT: pgettext_lazy("measure", "visits"),
    Tariff.Basis.AREA_ONCE: "m²",
    Tariff.Basis.ONCE: pgettext_lazy("measure", "times"),
    Tariff.Basis.COST: "m²",
    Tariff.Basis.METER: pgettext_lazy("measure", "by the meter"),
}


class TariffRate(Scoped):
    """费率 · the price of a tariff from a day on, until the next one; an old month goes by its own (R-FEE-06)."""

    office_path: ClassVar[str] = "tariff__office"

    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="rates", verbose_name=_("tariff"))
    starts = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate (yuan)"), max_digits=12, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )
    note = models.CharField(_("on what ground"), max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tariff", "starts"], name="one_rate_a_day"),)
        ordering = ("starts",)
        verbose_name = _("rate")
        verbose_name_plural = _("rates")

    def __str__(self) -> str:
        return f"{self.tariff} {self.starts:%Y-%m-%d} {self.price}"

    def get_absolute_url(self) -> str:
        """Return the page of its tariff, where it stands."""
        return self.tariff.get_absolute_url()

    @property
    def price(self) -> str:
        """The rate as price lists write it: 1.90."""
        return format_price(self.rate)


class TariffException(Scoped, Versioned):
    """单户例外 · a unit that pays another rate of a tariff, or nothing, from–to."""

    office_path: ClassVar[str] = "tariff__office"

    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="exceptions", verbose_name=_("tariff"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tariff_exceptions", verbose_name=_("unit"))
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)
    rate = models.DecimalField(
        _("rate (yuan; empty: pays nothing)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    reason = models.CharField(_("reason"), max_length=200)

    objects = InForceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="exception_dates"),
            models.UniqueConstraint(
                fields=["tariff", "unit"], condition=Q(ends__isnull=True), name="one_open_exception_of_a_unit"
            ),
        )
        ordering = ("starts", "pk")
        verbose_name = _("exception of a unit")
        verbose_name_plural = _("exceptions of units")

    def __str__(self) -> str:
        return f"{self.tariff} {self.unit}"

    @property
    def price(self) -> str:
        """The rate as price lists write it; empty where the unit pays nothing."""
        return format_price(self.rate)

    def get_absolute_url(self) -> str:
        """Return the page of its tariff, where it stands."""
        return self.tariff.get_absolute_url()

    def covers(self, day: dt.date) -> bool:
        """Answer whether it holds on a day; its last day still counts."""
        return self.starts <= day and (self.ends is None or day <= self.ends)
