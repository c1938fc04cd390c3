"""What is counted each month and kept (R-TKT-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Office
from frontdesk.kit.models import Attachment
from frontdesk.kit.scoping import Scoped

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser


class MonthlyReport(Scoped):
    """月报 · one month's workbook of an office: rework and warranty, or complaints; the file hangs on it for good."""

    verbs: ClassVar = {"make_report": _("made the workbook"), "download_report": _("downloaded the workbook")}

    class Kind(models.TextChoices):
        """R-TKT-11."""

        REWORK = "rework", _("Monthly rework and warranty report")
        COMPLAINTS = "complaints", _("Monthly complaint statistics")

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="ticket_reports", verbose_name=_("office")
    )
    kind = models.CharField(_("report"), max_length=10, choices=Kind)
    month = models.DateField(_("month"))
    made_at = models.DateTimeField(_("made at"), null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    tickets = models.PositiveIntegerField(_("tickets"), default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "kind", "month"], name="one_report_per_month"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="report_month_is_its_first_day"),
        )
        ordering = ("-month", "kind")
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month:%Y-%m}"

    @property
    def file(self) -> Attachment | None:
        """The workbook as it was made last; None before it was made."""
        kind = ContentType.objects.get_for_model(self)
        rows = Attachment.objects.present().filter(content_type=kind, object_id=self.pk)
        return rows.filter(kind=Attachment.Kind.RESULT).order_by("-pk").first()

    def may_read_files(self, _user: OfficeUser) -> bool:
        """Nobody by the file's own address: it is handed out on its page, where that is put on record."""
        return False

    may_add_files = may_read_files

    def get_absolute_url(self) -> str:
        """Return the report's page, where its workbook is."""
        return reverse("complaints:report", args=[self.pk])
