"""What one person asks for and another decides: corrections, reductions, taking a payment back (R-FEE-02, R-FEE-09)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.bills import Bill
from fees.models.payments import Payment, Tender
from fees.querysets import ReductionQuerySet, RequestQuerySet
from fees.workflow import (
    CORRECTION,
    CORRECTION_TONES,
    REDUCTION,
    REDUCTION_TONES,
    REVERSAL,
    REVERSAL_TONES,
    CorrectionState,
    ReductionState,
    ReversalState,
)
from frontdesk.estate.models import Person, Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.money import MoneyField
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Request(Scoped, Versioned):
    """申请 · who asked for it, why, and who decided."""

    reason = models.CharField(_("reason"), max_length=300)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("word of who decided"), max_length=300, blank=True)

    class Meta:
        abstract = True


class Correction(Request):
    """账单更正 · somebody asks that a bill be more or less by an amount; approved it becomes an adjustment."""

    State = CorrectionState
    process = CORRECTION
    office_path: ClassVar[str] = "bill__office"
    verbs: ClassVar = {"request_correction": _("asked for it")}

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("bill"))
    state = models.CharField(_("state"), max_length=10, choices=CorrectionState, default=CorrectionState.REQUESTED)
    amount = MoneyField(_("more or less by"))

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bill"], condition=Q(state="requested"), name="one_correction_of_a_bill_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="a_correction_changes_something"),
        )
        ordering = ("-requested_at", "-pk")
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.bill} {self.amount}"

    def get_absolute_url(self) -> str:
        """Return the page of the request."""
        return reverse("fees:correction", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return CORRECTION_TONES[CorrectionState(self.state)]


class Reduction(Request):
    """空置减免 · an owner's application to pay less while the unit stands vacant, from–to (R-FEE-02).

    `evidence` is what the office knew when it was applied for: dates of key loans, inspections, what the meters ran.
    """

    State = ReductionState
    process = REDUCTION
    office_path: ClassVar[str] = "unit__office"
    verbs: ClassVar = {"request_reduction": _("applied for it")}
    hidden_fields = frozenset({"evidence"})

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reductions", verbose_name=_("unit"))
    applicant = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="reductions", verbose_name=_("applied for by the owner")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReductionState, default=ReductionState.REQUESTED)
    vacant_since = models.DateField(_("vacant since"))
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    percent = models.PositiveSmallIntegerField(_("pays (%)"))
    evidence = models.JSONField(_("what the office knows"), default=list, editable=False)

    objects = ReductionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="reduction_dates"),
            models.CheckConstraint(condition=Q(starts__gte=F("vacant_since")), name="reduced_once_vacant"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state="requested"), name="one_application_of_a_unit_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["unit", "starts"], condition=Q(state="approved"), name="reductions_in_force"),)
        ordering = ("-requested_at", "-pk")
        verbose_name = _("vacancy reduction")
        verbose_name_plural = _("vacancy reductions")

    def __str__(self) -> str:
        return f"{self.unit} {self.starts:%Y-%m-%d} – {self.ends:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page of the application with what speaks for and against it."""
        return reverse("fees:reduction", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return REDUCTION_TONES[ReductionState(self.state)]

    @property
    def is_over(self) -> bool:
        """Whether it has ended by itself."""
        return self.ends < local_date()


class Reversal(Request):
    """作废、退款 · somebody asks to void a payment or to pay money back; approved it becomes an entry.

    A void undoes a payment as a whole. A refund pays out what a unit has in advance, at most what the payment brought.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        VOID = "void", _("Void")
        REFUND = "refund", _("Refund")

    State = ReversalState
    process = REVERSAL
    office_path: ClassVar[str] = "payment__office"
    verbs: ClassVar = {"request_reversal": _("asked for it")}

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="reversals", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=ReversalState, default=ReversalState.REQUESTED)
    amount = MoneyField(_("amount"))
    method = models.CharField(_("paid back by"), max_length=10, choices=Tender.Method, default=Tender.Method.CASH)
    mirror = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, related_name="made_by", verbose_name=_("entry made")
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state="requested"), name="one_reversal_of_a_payment_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_reversal_gives_something_back"),
        )
        ordering = ("-requested_at", "-pk")
        verbose_name = _("void or refund")
        verbose_name_plural = _("voids and refunds")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.payment.number}"

    def get_absolute_url(self) -> str:
        """Return the page of the request."""
        return reverse("fees:reversal", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return REVERSAL_TONES[ReversalState(self.state)]
