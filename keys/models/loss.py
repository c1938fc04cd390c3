"""What a lost or damaged key led to: the lock was changed, somebody paid (R-KEY-08)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import Scoped
from keys.models.register import Key


class LockChange(Scoped):
    """换锁 · the end of a lost or damaged key: the lock is another, what it cost, who pays."""

    class Payer(models.TextChoices):
        """Who bears the cost."""

        HOLDER = "holder", _("Who lost it")
        OWNER = "owner", _("Owner")
        OFFICE = "office", _("Office")
        DEVELOPER = "developer", _("Developer")

    office_path: ClassVar[str] = "key__office"

    key = models.OneToOneField(Key, on_delete=models.PROTECT, related_name="lock_change", verbose_name=_("key"))
    changed_on = models.DateField(_("lock changed on"), default=local_date)
    cost = models.DecimalField(_("cost (yuan)"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    payer = models.CharField(_("who pays"), max_length=10, choices=Payer)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="lock_changes", verbose_name=_("ticket")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ("-changed_on", "-pk")
        verbose_name = _("change of a lock")
        verbose_name_plural = _("changes of locks")

    def __str__(self) -> str:
        return f"{self.key.tag} {self.changed_on}"

    def get_absolute_url(self) -> str:
        """Return the page of the key."""
        return self.key.get_absolute_url()
