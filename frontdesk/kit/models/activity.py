"""Who did what, when, from where: one row per act, written with the act."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped


class Activity(Scoped):
    """动态 · one act on one record, with what changed; personal data masked."""

    office = models.ForeignKey(settings.OFFICE_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    verb = models.CharField(_("act"), max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    ip = models.GenericIPAddressField(_("from"), null=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["content_type", "object_id", "-at"], name="activity_of_object"),
            models.Index(fields=["office", "-at"], name="activity_of_office"),
        )
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb}"
