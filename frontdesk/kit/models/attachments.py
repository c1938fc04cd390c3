"""Files that belong to a record: photos, papers, results."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped, ScopedQuerySet


class AttachmentQuerySet(ScopedQuerySet):
    """Files on records."""

    def present(self) -> Self:
        """Leave out what was removed."""
        return self.filter(removed_at=None)


class Attachment(Scoped):
    """附件 · one checked file on one record; kept under its uuid, the sender's name is only text.

    Who may open it is answered by the record it belongs to (`kit.attachments.may_read`), not by the office alone.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        BEFORE = "before", _("Before the work")
        AFTER = "after", _("After the work")
        DOCUMENT = "document", _("Document")
        IMPORT = "import", _("Import file")
        RESULT = "result", _("Result")

    PHOTOS = (Kind.PHOTO, Kind.BEFORE, Kind.AFTER)

    office = models.ForeignKey(settings.OFFICE_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("file name"), max_length=255)
    extension = models.CharField(max_length=5)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(_("removed"), null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    remove_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["content_type", "object_id"], name="attachments_of_object"),
            models.Index(fields=["expires_at"], name="attachments_expiring", condition=Q(expires_at__isnull=False)),
        )
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("kit:attachment", args=[self.uuid])

    @property
    def path(self) -> PurePosixPath:
        """Where the file lies below the private folder."""
        return PurePosixPath(self.uuid.hex[:2], f"{self.uuid.hex}.{self.extension}")

    @property
    def is_picture(self) -> bool:
        """Whether the browser may show it: only pictures that we encoded ourselves."""
        return self.kind in self.PHOTOS
