"""Water, electricity and gas by the meter: the meters, what was read on them (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.bills import Bill
from fees.querysets import MeterQuerySet, MeterReadingQuerySet
from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser

NOT_BELOW_ZERO = [MinValueValidator(Decimal(0))]


class Meter(Scoped, Versioned):
    """仪表 · a meter of a unit, or a shared one of a building or the whole office; a swapped one keeps its readings."""

    class Kind(models.TextChoices):
        """What it counts."""

        WATER = "water", _("Water meter")
        ELECTRICITY = "electricity", _("Electricity meter")
        GAS = "gas", _("Gas meter")

    verbs: ClassVar = {
        "add_meter": _("registered the meter"),
        "edit_meter": _("changed the meter"),
        "read_meter": _("read the meter"),
        "swap_meter": _("swapped the meter"),
        "remove_meter": _("took the meter out"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="meters", verbose_name=_("office"))
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meters",
        verbose_name=_("unit"),
        help_text=_("Left empty, it is a shared meter."),
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meters",
        verbose_name=_("building"),
        help_text=_("Of a shared meter: whose cost it counts. Left empty, that of the whole office."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.WATER)
    number = models.CharField(_("meter no."), max_length=40)
    place = models.CharField(_("place of the meter"), max_length=80, blank=True)
    multiplier = models.DecimalField(
        _("multiplier"),
        max_digits=8,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
    )
    digits = models.PositiveSmallIntegerField(
        _("digits before the point"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(9)],
        help_text=_("After the highest figure it begins at 0 again."),
    )
    installed_on = models.DateField(_("installed on"), default=local_date)
    first_reading = models.DecimalField(
        _("reading when installed"), max_digits=12, decimal_places=3, default=Decimal(0), validators=NOT_BELOW_ZERO
    )
    removed_on = models.DateField(_("taken out on"), null=True, editable=False)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("in place of"),
    )

    objects = MeterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "kind", "number"], name="one_meter_number"),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("installed_on")), name="out_after_installed"
            ),
        )
        indexes = (models.Index(fields=["unit", "kind"], name="meters_of_unit"),)
        ordering = ("number", "pk")
        verbose_name = _("meter")
        verbose_name_plural = _("meters")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        """Return the page of the meter."""
        return reverse("fees:meter", args=[self.pk])

    @property
    def is_shared(self) -> bool:
        """Whether several units pay for what it counts."""
        return self.unit_id is None

    @property
    def measure(self) -> str:
        """What it counts in."""
        return "kWh" if self.kind == self.Kind.ELECTRICITY else "m³"


class MeterReading(Scoped):
    """抄表记录 · what a meter showed on a day, and what was used since the reading before it.

    `since` and `before` are the reading it was reckoned from, `used` already times the multiplier. An abnormal one is
    billed only after somebody looked (`confirmed_by`) and said why. What became of it: a bill of the unit, or part of
    a shared cost.
    """

    office_path: ClassVar[str] = "meter__office"
    files_stay = True  # the photo is what the office can show of what the meter said
    verbs: ClassVar = {
        "read_meter": _("read the meter"),
        "confirm_reading": _("confirmed the reading"),
        "correct_reading": _("corrected the reading"),
    }

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="readings", verbose_name=_("meter"))
    read_on = models.DateField(_("read on"), default=local_date)
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=3, validators=NOT_BELOW_ZERO)
    since = models.DateField(_("since"), editable=False)
    before = models.DecimalField(_("reading before"), max_digits=12, decimal_places=3, editable=False)
    used = models.DecimalField(_("used"), max_digits=14, decimal_places=3, editable=False)
    rolled_over = models.BooleanField(_("began at 0 again"), default=False, editable=False)
    is_final = models.BooleanField(_("last one of the meter"), default=False, editable=False)
    is_abnormal = models.BooleanField(_("unusually high"), default=False, editable=False)
    usual = models.DecimalField(_("usual use"), max_digits=14, decimal_places=3, null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+", verbose_name=_("read by")
    )
    at = models.DateTimeField(_("entered at"), default=now, editable=False)
    bill = models.OneToOneField(
        Bill, on_delete=models.PROTECT, null=True, editable=False, related_name="reading", verbose_name=_("bill")
    )
    cost = models.ForeignKey(
        "fees.SharedCost",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="readings",
        verbose_name=_("shared cost"),
    )

    objects = MeterReadingQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meter", "read_on"], name="one_reading_a_day"),)
        indexes = (models.Index(fields=["read_on"], name="readings_by_day"),)
        ordering = ("-read_on", "-pk")
        verbose_name = _("meter reading")
        verbose_name_plural = _("meter readings")

    def __str__(self) -> str:
        return f"{self.meter} {self.read_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page of its meter."""
        return self.meter.get_absolute_url()

    def may_read_files(self, user: OfficeUser) -> bool:
        """Answer whether this person may see the meter's photo: whoever may see the meter."""
        return user.has_perm("fees.view_meter", self)

    def may_add_files(self, user: OfficeUser) -> bool:
        """Answer whether this person may add a photo: whoever reads meters."""
        return user.has_perm("fees.read_meter", self)

    @property
    def must_be_confirmed(self) -> bool:
        """Whether it waits for somebody to look before it is billed."""
        return self.is_abnormal and self.confirmed_by_id is None

    @property
    def is_settled(self) -> bool:
        """Whether it was billed, or has become part of a cost."""
        return self.bill_id is not None or self.cost_id is not None
