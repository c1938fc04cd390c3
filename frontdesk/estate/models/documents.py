"""The archive: numbered papers, one file per unit, and who has one of them out (R-DOC-01)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import verbs
from frontdesk.estate.models.office import Office
from frontdesk.estate.models.unit import Unit
from frontdesk.estate.querysets import DocumentLoanQuerySet, DocumentQuerySet
from frontdesk.estate.workflow import DOCUMENT, DocumentState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Document(Scoped, Versioned):
    """档案 · one paper under its number; scans hang on it as attachments."""

    class Category(models.TextChoices):
        """R-DOC-01; the letters open the number."""

        INCOMING = "LW", _("Incoming")
        OUTGOING = "FW", _("Outgoing")
        DRAWING = "TZ", _("Drawing")
        RESIDENT = "YZ", _("Resident papers")
        TECHNICAL = "JS", _("Technical document")

    State = DocumentState
    process = DOCUMENT

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="documents", verbose_name=_("office"))
    category = models.CharField(_("category"), max_length=2, choices=Category)
    number = models.CharField(_("No."), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=120)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("unit"),
    )
    dated = models.DateField(_("dated"))
    shelf = models.CharField(_("shelf"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DocumentState, default=DocumentState.SHELVED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()
    verbs = verbs.DOCUMENT

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "number"], name="one_document_number"),)
        ordering = ("-dated", "-pk")
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the document's page."""
        return reverse("estate:document", args=[self.pk])


class DocumentLoan(Scoped):
    """借阅 · who took a paper out, why, until when, and when it came back."""

    office_path: ClassVar[str] = "document__office"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="loans")
    borrower = models.CharField(_("taken by"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=100)
    due_on = models.DateField(_("back by"))
    out_at = models.DateTimeField(_("out"), auto_now_add=True)
    lent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    back_at = models.DateTimeField(_("back"), null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DocumentLoanQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(back_at__isnull=True),
                name="one_open_document_loan",
            ),
        )
        ordering = ("-out_at", "-pk")
        verbose_name = _("document loan")
        verbose_name_plural = _("document loans")

    def __str__(self) -> str:
        return f"{self.document} → {self.borrower}"

    @property
    def is_late(self) -> bool:
        """Whether it should have come back by now."""
        return self.back_at is None and self.due_on < local_date()
