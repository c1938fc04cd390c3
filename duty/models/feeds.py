"""A colleague's shifts in their own calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.calendar import now


class CalendarFeed(models.Model):
    """日历订阅 · the secret address under which a colleague's calendar reads their shifts; only its digest is kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feed", verbose_name=_("colleague")
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("since"), default=now)
    read_at = models.DateTimeField(_("last read"), null=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.person)
