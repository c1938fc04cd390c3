"""The log of filing cabinets: opened only under a clerk's eye (R-KEY-07)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from keys.models.register import Key


class FilingOpening(Scoped):
    """开柜登记 · a filing cabinet opened for somebody while a clerk looks on; the key never leaves the desk."""

    office_path: ClassVar[str] = "key__office"

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="filing_openings", verbose_name=_("key"))
    visitor = models.CharField(_("opened for"), max_length=40)
    purpose = models.CharField(_("papers and purpose"), max_length=200)
    watched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("watched by")
    )
    opened_at = models.DateTimeField(pgettext_lazy("filing cabinet", "opened at"), default=now)
    closed_at = models.DateTimeField(pgettext_lazy("filing cabinet", "closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("filing cabinet", "closed by"),
    )
    taken = models.CharField(_("taken out"), max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at__isnull=True), name="one_open_filing_cabinet"
            ),
        )
        ordering = ("-opened_at", "-pk")
        verbose_name = _("opening of a filing cabinet")
        verbose_name_plural = _("openings of filing cabinets")

    def __str__(self) -> str:
        return f"{self.key.tag} {self.visitor}"

    def get_absolute_url(self) -> str:
        """Return the page of the key, where its log stands."""
        return self.key.get_absolute_url()
