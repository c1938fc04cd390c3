"""The cashier's till: what was taken, what was counted, what became of it (R-FEE-11)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.querysets import TillQuerySet
from fees.workflow import TILL, TILL_TONES, TillState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.money import MoneyField
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

DENOMINATIONS = tuple(Decimal(value) for value in ("100", "50", "20", "10", "5", "1", "0.5", "0.1"))
"""Notes and coins in use, in yuan."""


class Method(models.TextChoices):
    """收款方式 · by which means money comes and goes (R-FEE-08)."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    TRANSFER = "transfer", _("Bank transfer")
    WECHAT = "wechat", _("WeChat")
    ALIPAY = "alipay", _("Alipay")


class Till(Scoped, Versioned):
    """日结 · what one cashier took from the first payment to the count; the next payment opens the next till.

    `counts` holds how many of each note and coin there were ("100": 3), `slips` what the slips of the other means of
    payment come to ("wechat": "312.40"); `expected` and `expected_slips` what the books said at that moment.
    """

    State = TillState
    process = TILL
    kept_words: ClassVar = {"slips": Method.choices, "expected_slips": Method.choices}
    verbs: ClassVar = {"open_till": _("opened the till")}
    hidden_fields = frozenset({"expected_slips", "last_digest"})

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="tills", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tills", verbose_name=_("cashier")
    )
    state = models.CharField(_("state"), max_length=10, choices=TillState, default=TillState.OPEN)
    opened_at = models.DateTimeField(_("opened at"), default=now)
    float_amount = MoneyField(_("change in the till"), default=Decimal(0))
    counted_at = models.DateTimeField(_("counted at"), null=True)
    counts = models.JSONField(_("notes and coins"), default=dict)
    slips = models.JSONField(_("slips"), default=dict)
    cash = MoneyField(_("cash counted"), null=True)
    expected = MoneyField(_("cash expected"), null=True)
    expected_slips = models.JSONField(_("slips expected"), default=dict)
    difference = MoneyField(_("difference"), null=True)
    reason = models.CharField(_("reason of the difference"), max_length=300, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    deposited_at = models.DateTimeField(_("paid in at"), null=True)
    deposited = MoneyField(_("paid in"), null=True)
    deposit_slip = models.CharField(_("bank slip no."), max_length=60, blank=True)
    last_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = TillQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_till_number"),
            models.UniqueConstraint(
                fields=["office", "cashier"], condition=Q(state="open"), name="one_open_till_of_a_cashier"
            ),
        )
        indexes = (models.Index(fields=["office", "-opened_at"], name="tills_by_time"),)
        ordering = ("-opened_at", "-pk")
        verbose_name = _("till")
        verbose_name_plural = _("tills")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the page of the till."""
        return reverse("fees:till", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return TILL_TONES[TillState(self.state)]
