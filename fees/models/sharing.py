"""Water and electricity that nobody's own meter counts: the cost of a period, shared by floor area (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.workflow import SHARING, SHARING_TONES, SharingState
from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.models import Job
from frontdesk.kit.money import MoneyField
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class SharedCost(Scoped, Versioned):
    """公摊费用 · what shared water and electricity cost in a period, of one building or of the whole office.

    Entered as an amount, or taken from the shared meters (`metered`, one [meter, use, measure, rate, fen] each). When
    it is settled the shares are fixed at once; the bills follow by a job and are all out at `billed_at`.
    """

    State = SharingState
    process = SHARING
    hidden_fields = ("metered", "job")  # of the history: a page of its own shows both
    verbs: ClassVar = {
        "add_cost": _("wrote it down"),
        "edit_cost": _("changed it"),
        "bill_cost": _("the bills are out"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shared_costs", verbose_name=_("office"))
    name = models.CharField(_("what for"), max_length=60)
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shared_costs",
        verbose_name=_("building"),
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    amount = MoneyField(_("amount"), validators=[MinValueValidator(Decimal("0.01"))])
    metered = models.JSONField(_("by the meters"), default=list, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=SharingState, default=SharingState.DRAFT)
    total_area = models.DecimalField(
        _("floor area in all (m²)"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("written down at"), default=now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(pgettext_lazy("shared cost", "settled at"), null=True, editable=False)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    billed_at = models.DateTimeField(_("bills out at"), null=True, editable=False)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="cost_dates"),)
        indexes = (models.Index(fields=["office", "-ends"], name="costs_by_time"),)
        ordering = ("-ends", "-pk")
        verbose_name = _("shared cost")
        verbose_name_plural = _("shared costs")

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%Y-%m-%d} – {self.ends:%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page of the cost."""
        return reverse("fees:sharedcost", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return SHARING_TONES[SharingState(self.state)]


class CostShare(Scoped):
    """公摊分摊 · what one unit bears of a cost: its floor area when it was settled, and its part to the fen."""

    append_only = True
    office_path: ClassVar[str] = "cost__office"

    cost = models.ForeignKey(SharedCost, on_delete=models.PROTECT, related_name="shares", verbose_name=_("shared cost"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cost_shares", verbose_name=_("unit"))
    area = models.DecimalField(_("floor area (m²)"), max_digits=8, decimal_places=2)
    amount = MoneyField(_("amount"))

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cost", "unit"], name="one_share_of_a_unit"),)
        ordering = ("pk",)
        verbose_name = _("share of a cost")
        verbose_name_plural = _("shares of costs")

    def __str__(self) -> str:
        return f"{self.unit} {self.amount}"
