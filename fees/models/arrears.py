"""Reminding households of what they owe: letters, calls, what was promised (R-FEE-10)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.bills import Bill
from fees.querysets import DunningCallQuerySet
from frontdesk.estate.models import Office, Person, Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.money import MoneyField, capitals
from frontdesk.kit.scoping import Scoped


class DunningBatch(Scoped):
    """催缴批次 · letters of one level to many households, printed as one job in the order one walks the estate."""

    class Level(models.IntegerChoices):
        """How urgent the letter is; each follows after the office's own days overdue."""

        NOTICE = 1, _("Reminder")
        LETTER = 2, _("Dunning letter")
        FINAL = 3, _("Final letter")

    TONES: ClassVar = {1: "info", 2: "warn", 3: "danger"}
    append_only = True
    verbs: ClassVar = {"write_letters": _("had the letters written"), "print_letters": _("printed the letters")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="dunnings", verbose_name=_("office"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    pay_by = models.DateField(_("pay by"))
    chosen = models.CharField(_("chosen by"), max_length=200, blank=True)
    households = models.PositiveIntegerField(_("households"))
    amount = MoneyField(_("amount"))
    made_at = models.DateTimeField(_("made at"), default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("batch of letters")
        verbose_name_plural = _("batches of letters")

    def __str__(self) -> str:
        return f"{self.get_level_display()} {local_date(self.made_at)}"

    def get_absolute_url(self) -> str:
        """Return the page of the batch."""
        return reverse("fees:dunningbatch", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its level's badge."""
        return self.TONES[self.level]


class DunningNotice(Scoped):
    """催缴通知单 · one letter to one household: which bills it owed then, and how much (R-FEE-10)."""

    append_only = True
    office_path: ClassVar[str] = "batch__office"

    batch = models.ForeignKey(DunningBatch, on_delete=models.PROTECT, related_name="notices", verbose_name=_("batch"))
    number = models.CharField(_("No."), max_length=16)
    position = models.PositiveIntegerField(_("order"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="dunning_notices", verbose_name=_("unit"))
    addressee = models.CharField(_("addressee"), max_length=200, blank=True)
    amount = MoneyField(_("amount"))

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "unit"], name="one_letter_of_a_batch"),)
        ordering = ("batch", "position")
        verbose_name = _("dunning notice")
        verbose_name_plural = _("dunning notices")

    def __str__(self) -> str:
        return self.number

    @property
    def in_capitals(self) -> str:
        """The sum as the letter writes it (人民币大写)."""
        return capitals(self.amount)


class DunnedBill(Scoped):
    """催缴明细 · a bill in a letter, with what was open of it; `is_new`: the letter was written because of it."""

    append_only = True
    office_path: ClassVar[str] = "bill__office"

    notice = models.ForeignKey(DunningNotice, on_delete=models.PROTECT, related_name="lines", verbose_name=_("letter"))
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="dunned", verbose_name=_("bill"))
    level = models.PositiveSmallIntegerField(_("level"), choices=DunningBatch.Level)
    label = models.CharField(_("for"), max_length=200)
    amount = MoneyField(_("amount"))
    is_new = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["notice", "bill"], name="a_bill_once_in_a_letter"),
            models.UniqueConstraint(fields=["bill", "level"], condition=Q(is_new=True), name="dunned_once_at_a_level"),
        )
        ordering = ("pk",)
        verbose_name = _("bill in a letter")
        verbose_name_plural = _("bills in letters")

    def __str__(self) -> str:
        return f"{self.notice} {self.label}"


class DunningCall(Scoped):
    """催缴记录 · who spoke to whom about what a household owes, what came of it, what was promised (R-FEE-10)."""

    class Result(models.TextChoices):
        """What came of it."""

        PROMISED = "promised", _("Promised to pay")
        TOLD = "told", _("Told")
        UNREACHED = "unreached", _("Nobody answered")
        DISPUTES = "disputes", _("Contests the amount")
        REFUSES = "refuses", _("Will not pay")

    class Way(models.TextChoices):
        """How they were reached."""

        PHONE = "phone", _("By phone")
        VISIT = "visit", _("At the door")
        WECHAT = "wechat", _("WeChat")
        DESK = "desk", _("At the desk")

    verbs: ClassVar = {"log_call": _("wrote down a call")}
    TONES: ClassVar = {"promised": "ok", "told": "info", "unreached": "muted", "disputes": "warn", "refuses": "danger"}
    append_only = True
    office_path: ClassVar[str] = "unit__office"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="dunning_calls", verbose_name=_("unit"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="dunning_calls", verbose_name=_("spoken to")
    )
    way = models.CharField(_("how"), max_length=8, choices=Way, default=Way.PHONE)
    result = models.CharField(_("result"), max_length=10, choices=Result)
    promised_on = models.DateField(_("promised for"), null=True)
    owed = MoneyField(_("owed then"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = DunningCallQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(result="promised", promised_on__isnull=False)
                | (~Q(result="promised") & Q(promised_on__isnull=True)),
                name="a_promise_has_its_day",
            ),
        )
        indexes = (models.Index(fields=["unit", "-id"], name="dunning_calls_of_unit"),)
        ordering = ("-pk",)
        verbose_name = _("dunning call")
        verbose_name_plural = _("dunning calls")

    def __str__(self) -> str:
        return f"{self.unit} {local_date(self.at)} {self.get_result_display()}"

    @property
    def tone(self) -> str:
        """The tone of its result's badge."""
        return self.TONES[self.result]

    @property
    def is_broken(self) -> bool:
        """Whether the promised day has passed."""
        return self.promised_on is not None and self.promised_on < local_date()
