"""The office's own figures for fees (R-FEE-01…05, R-FEE-10)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.models.office_settings import OfficeSettings
from frontdesk.kit.money import MoneyField

DAY_OF_EVERY_MONTH = [MinValueValidator(1), MaxValueValidator(28)]


class FeeSettings(OfficeSettings):
    """收费设置 · when bills are due, what is reduced, how visits are charged, when and how households are reminded."""

    due_day = models.PositiveSmallIntegerField(
        _("bills are due on this day of the month"), default=5, validators=DAY_OF_EVERY_MONTH
    )
    draw_advance = models.BooleanField(_("new bills are paid from what was paid in advance"), default=True)
    big_change = models.PositiveSmallIntegerField(_("the preview points out changes above (%)"), default=20)
    vacancy_share = models.PositiveSmallIntegerField(
        _("a vacant unit pays (%)"), default=70, validators=[MaxValueValidator(100)]
    )
    vacancy_months = models.PositiveSmallIntegerField(_("after it stood vacant for (months)"), default=6)
    prepayment = MoneyField(
        _("prepaid for shared water and electricity (yuan)"),
        default=Decimal("500.00"),
        validators=[MinValueValidator(0)],
    )
    refill_below = MoneyField(
        _("a refill is billed below (yuan)"), default=Decimal("100.00"), validators=[MinValueValidator(0)]
    )
    free_minutes = models.PositiveSmallIntegerField(_("a parking visit is free for (minutes)"), default=60)
    visit_minutes = models.PositiveSmallIntegerField(
        _("one visit lasts at most (minutes)"), default=720, validators=[MinValueValidator(1)]
    )
    reentry_minutes = models.PositiveSmallIntegerField(
        _("who comes back within this time goes on with the visit (minutes)"), default=10
    )
    lost_ticket_visits = models.PositiveSmallIntegerField(_("a lost parking ticket counts as (visits)"), default=2)
    late_rate = models.DecimalField(
        _("late fee a day (‰ of what is owed; 0: none)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    late_since = models.DateField(_("late fees run since"), null=True, editable=False)
    late_grace_days = models.PositiveSmallIntegerField(_("no late fee for the first (days)"), default=30)
    late_cap = models.PositiveSmallIntegerField(
        _("late fees of a bill come to at most (% of it)"), default=20, validators=[MaxValueValidator(100)]
    )
    notice_days = models.PositiveSmallIntegerField(_("reminded after (days overdue)"), default=10)
    letter_days = models.PositiveSmallIntegerField(_("first letter after (days overdue)"), default=30)
    final_days = models.PositiveSmallIntegerField(_("final letter after (days overdue)"), default=90)
    jump_factor = models.PositiveSmallIntegerField(
        _("a meter reading is checked above (times the usual use)"), default=3, validators=[MinValueValidator(1)]
    )

    class Meta(OfficeSettings.Meta):
        verbose_name = _("fee settings")
        verbose_name_plural = _("fee settings")

    def get_absolute_url(self) -> str:
        """Return the page of these settings."""
        return reverse("fees:settings")
