"""What a household owes: bills that explain themselves, corrected by lines beside them (R-FEE-06…09)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.tariffs import Tariff
from fees.querysets import BillQuerySet, BillRunQuerySet
from frontdesk.estate.models import Office, Unit, Vehicle
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.models import Job
from frontdesk.kit.money import MoneyField
from frontdesk.kit.scoping import Scoped


class BillRun(Scoped):
    """月度出账 · the bills of one month of an office; started again it goes on where it was (R-FEE-07)."""

    verbs: ClassVar = {
        "start_run": _("had the month billed"),
        "finish_run": _("the bills of the month are out"),
        "correct_differences": _("corrected bills to what they would be today"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="bill_runs", verbose_name=_("office"))
    month = models.DateField(_("month"))
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), default=now)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = BillRunQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "month"], name="one_run_a_month"),)
        ordering = ("-month",)
        verbose_name = _("bill run")
        verbose_name_plural = _("bill runs")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        """Return the page of this month's run."""
        return reverse("fees:billrun", args=[self.pk])


class Bill(Scoped):
    """账单 · what one unit or vehicle owes for one tariff and month, or once; only what is still open of it changes.

    `quantity` is in the tariff's measure (m², vehicles, visits); `rate` in yuan of it and month. `days` of
    `month_days` were charged. `parts` holds one entry for each stretch of a month with a rate of its own, as
    [first day, last day, rate, percent, amount in fen]; empty where the whole month went by one rate.
    `outstanding` = amount + adjustments − allocations, kept in the same transaction and checked by `verify`.
    """

    class Source(models.TextChoices):
        """How it came about."""

        RUN = "run", _("Month's run")
        CHARGE = "charge", _("Charged once")
        METER = "meter", _("Meter reading")
        COST = "cost", _("Shared cost")
        LATE = "late", _("Late fee")
        IMPORT = "import", _("Brought forward")

    append_only = ("outstanding", "disputed_at", "disputed_by", "dispute")
    verbs: ClassVar = {
        "charge_unit": _("charged it"),
        "import_bill": _("imported this"),
        "dispute_bill": _("wrote down that it is disputed"),
        "settle_dispute": _("settled the dispute"),
        "request_correction": _("asked for a correction"),
        "adjust_bill": _("corrected it"),
    }
    tells_of = ("fees.Adjustment",)

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="bills", verbose_name=_("office"))
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="bills", db_index=False, verbose_name=_("unit")
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, related_name="bills", db_index=False, verbose_name=_("vehicle")
    )
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="bills", verbose_name=_("tariff"))
    month = models.DateField(_("month"))
    source = models.CharField(_("how it came about"), max_length=6, choices=Source, default=Source.CHARGE)
    rate = models.DecimalField(_("rate (yuan)"), max_digits=12, decimal_places=4, default=Decimal(0))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=Decimal(1))
    days = models.PositiveSmallIntegerField(_("days charged"), default=0)
    month_days = models.PositiveSmallIntegerField(_("days of the month"), default=0)
    percent = models.PositiveSmallIntegerField(_("share charged (%)"), default=100)
    parts = models.JSONField(_("parts"), default=list, blank=True)
    amount = MoneyField(_("amount"))
    outstanding = MoneyField(_("still open"))
    due_on = models.DateField(_("due on"))
    subject = models.CharField(_("for"), max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True, editable=False)
    run = models.ForeignKey(
        BillRun, on_delete=models.PROTECT, null=True, related_name="bills", db_index=False, verbose_name=_("bill run")
    )
    billed_at = models.DateTimeField(_("billed at"), default=now)
    disputed_at = models.DateTimeField(_("disputed since"), null=True, editable=False)
    disputed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    dispute = models.CharField(_("what is disputed"), max_length=300, blank=True, editable=False)

    objects = BillQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "tariff", "month"],
                condition=Q(source="run", vehicle__isnull=True),
                name="one_bill_a_month",
            ),
            models.UniqueConstraint(
                fields=["vehicle", "tariff", "month"],
                condition=Q(source="run", vehicle__isnull=False),
                name="one_bill_a_month_of_a_vehicle",
            ),
            models.UniqueConstraint(
                fields=["office", "reference"], condition=~Q(reference=""), name="one_bill_of_a_reference"
            ),
            models.CheckConstraint(condition=Q(outstanding__gte=0), name="nobody_pays_more_than_a_bill"),
        )
        indexes = (
            models.Index(fields=["unit", "due_on"], condition=Q(outstanding__gt=0), name="open_bills_of_unit"),
            models.Index(fields=["office", "due_on"], condition=Q(outstanding__gt=0), name="open_bills_by_due_day"),
            models.Index(fields=["unit", "-month"], name="bills_of_unit"),
            models.Index(fields=["office", "month", "tariff"], name="bills_by_month"),
        )
        ordering = ("due_on", "pk")
        verbose_name = _("bill")
        verbose_name_plural = _("bills")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.tariff} {self.subject or self.vehicle or ''}".strip()

    def get_absolute_url(self) -> str:
        """Return the bill's page: how its amount came about."""
        return reverse("fees:bill", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be paid."""
        return self.outstanding > 0

    @property
    def is_disputed(self) -> bool:
        """Whether the household contests it: it is not dunned meanwhile."""
        return self.disputed_at is not None

    @property
    def days_overdue(self) -> int:
        """For how many days it should have been paid; on the due day itself none."""
        return max(0, (local_date() - self.due_on).days) if self.is_open else 0


class Adjustment(Scoped):
    """调整 · a line beside a bill that makes it more or less, with its reason; lines are never changed (R-FEE-09)."""

    append_only = True
    office_path: ClassVar[str] = "bill__office"

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="adjustments", verbose_name=_("bill"))
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    correction = models.OneToOneField(
        "fees.Correction", on_delete=models.PROTECT, null=True, related_name="adjustment", verbose_name=_("correction")
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(amount=0), name="an_adjustment_changes_something"),)
        ordering = ("pk",)
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")

    def __str__(self) -> str:
        return f"{self.bill} {self.amount}"
