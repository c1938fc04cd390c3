"""Money that came in and went out, and what it was for: entered once, never rubbed out (R-FEE-08, R-FEE-09)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.bills import Bill
from fees.models.tills import Method, Till
from fees.querysets import AllocationQuerySet, EntryQuerySet, PaymentQuerySet
from frontdesk.estate.models import Office, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.money import MoneyField, capitals
from frontdesk.kit.scoping import Scoped


class Payment(Scoped):
    """收款 · one receipt: who paid how much, by what means, for what; a void or a refund is one of its own, below zero.

    `digest` covers the receipt and the digest of the one before it in the office, so that none can be altered, taken
    out or slipped in unnoticed.
    """

    class Kind(models.TextChoices):
        """What kind of entry it is."""

        PAYMENT = "payment", _("Payment")
        VOID = "void", _("Void")
        REFUND = "refund", _("Refund")

    append_only = ("printed",)
    verbs: ClassVar = {
        "take_payment": _("took the money"),
        "void_payment": _("voided it"),
        "refund_payment": _("paid money back"),
        "print_receipt": _("printed the receipt"),
        "reprint_receipt": _("printed the receipt again"),
        "request_reversal": _("asked to take it back"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="payments", verbose_name=_("office"))
    number = models.CharField(_("receipt no."), max_length=16)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PAYMENT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="payments", verbose_name=_("unit"))
    payer = models.CharField(_("paid by"), max_length=80, blank=True)
    amount = MoneyField(_("amount"))
    paid_at = models.DateTimeField(_("paid at"), default=now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="payments", verbose_name=_("till"))
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("takes back")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    printed = models.PositiveSmallIntegerField(_("times printed"), default=0, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "year", "sequence"], name="one_receipt_number"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(kind="void"), name="voided_once"),
            models.CheckConstraint(
                condition=Q(kind="payment", amount__gt=0, reverses__isnull=True)
                | Q(kind__in=["void", "refund"], amount__lt=0, reverses__isnull=False),
                name="money_comes_in_or_is_given_back",
            ),
        )
        indexes = (
            models.Index(fields=["office", "-paid_at"], name="payments_by_time"),
            models.Index(fields=["office", "-id"], name="payments_in_a_chain"),
        )
        ordering = ("-pk",)
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the page of the receipt."""
        return reverse("fees:payment", args=[self.pk])

    @property
    def in_capitals(self) -> str:
        """The amount as the receipt writes it (人民币大写)."""
        return capitals(self.amount)


class Tender(Scoped):
    """收款方式 · how much of a payment came by which means; of cash also what was handed over (R-FEE-08)."""

    Method = Method
    append_only = True
    office_path: ClassVar[str] = "payment__office"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="tenders", verbose_name=_("payment"))
    method = models.CharField(_("means"), max_length=10, choices=Method)
    amount = MoneyField(_("amount"))
    handed_over = MoneyField(_("handed over"), null=True)
    reference = models.CharField(_("slip no."), max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["payment", "method", "reference"], name="one_tender_of_a_kind"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_tender_is_money"),
        )
        ordering = ("pk",)
        verbose_name = _("means of payment")
        verbose_name_plural = _("means of payment")

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount}"

    @property
    def change(self) -> object:
        """What was given back in coins."""
        return None if self.handed_over is None else self.handed_over - self.amount


class AccountEntry(Scoped):
    """预存 · money a unit has with the office: paid in, drawn for bills, paid back; the balance is their sum."""

    class Account(models.TextChoices):
        """Which purse."""

        ADVANCE = "advance", _("Paid in advance")
        UTILITIES = "utilities", _("Prepaid for shared water and electricity")

    append_only = True
    office_path: ClassVar[str] = "unit__office"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="account_entries", verbose_name=_("unit"))
    account = models.CharField(_("account"), max_length=10, choices=Account, default=Account.ADVANCE)
    amount = MoneyField(_("amount"))
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="entries", verbose_name=_("payment")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    reference = models.CharField(max_length=80, blank=True, editable=False)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_is_money"),
            models.UniqueConstraint(
                fields=["unit", "reference"], condition=~Q(reference=""), name="one_entry_of_a_reference"
            ),
        )
        indexes = (models.Index(fields=["unit", "account"], name="entries_of_account"),)
        ordering = ("pk",)
        verbose_name = _("account entry")
        verbose_name_plural = _("account entries")

    def __str__(self) -> str:
        return f"{self.unit} {self.amount}"


class Allocation(Scoped):
    """核销 · how much of a bill was paid, by which payment or account; below zero where it was taken back."""

    append_only = True
    office_path: ClassVar[str] = "bill__office"

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("bill"))
    amount = MoneyField(_("amount"))
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="allocations", verbose_name=_("payment")
    )
    entry = models.ForeignKey(
        AccountEntry, on_delete=models.PROTECT, null=True, related_name="allocations", verbose_name=_("account entry")
    )
    at = models.DateTimeField(_("at"), default=now)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(amount=0), name="an_allocation_is_money"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, entry__isnull=True) | Q(payment__isnull=True, entry__isnull=False),
                name="an_allocation_has_one_source",
            ),
        )
        indexes = (models.Index(fields=["at"], name="allocations_by_time"),)
        ordering = ("pk",)
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")

    def __str__(self) -> str:
        return f"{self.bill} {self.amount}"
