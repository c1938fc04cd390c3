"""What was imported, from which file, by whom, with which result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser


class ImportRun(Scoped):
    """导入 · one uploaded table on its way from file to rows: nothing of it is written, or all.

    `mapping`: {"sheets": {our sheet: {"sheet": index of theirs, "header": row index, "columns": {field: column}}},
    "options": {…}}. `counts`: new, changed, same, wrong, left_out. `messages`: the first hundred, no personal data.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        DISCARDED = "discarded", _("Discarded")

    TONES: ClassVar[dict[str, str]] = {
        Status.UPLOADED: "neutral",
        Status.CHECKING: "info",
        Status.CHECKED: "warn",
        Status.IMPORTING: "info",
        Status.DONE: "ok",
        Status.DISCARDED: "muted",
    }

    verbs: ClassVar[dict[str, Any]] = {
        "upload_table": _("uploaded the table"),
        "map_table": _("chose sheets and columns"),
        "start_import": _("started the import"),
        "import_table": _("imported the rows"),
        "discard_import": _("discarded the table"),
    }

    office = models.ForeignKey(
        settings.OFFICE_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("office")
    )
    kind = models.CharField(_("kind"), max_length=60)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey("kit.Attachment", on_delete=models.SET_NULL, null=True, related_name="+")
    marked_file = models.ForeignKey("kit.Attachment", on_delete=models.SET_NULL, null=True, related_name="+")
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    messages = models.JSONField(default=list)
    job = models.ForeignKey("kit.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    done_at = models.DateTimeField(_("imported"), null=True)

    class Meta:
        indexes = (
            models.Index(fields=["office", "kind", "sha256"], name="imports_of_file"),
            models.Index(fields=["office", "-created_at"], name="imports_of_office"),
        )
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("kit:import", args=[self.pk])

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return self.TONES[self.Status(self.status)]

    @property
    def stage(self) -> str:
        """Where the run really stands: a check or an import whose job failed or was cancelled is back before it."""
        if self.job is None or self.job.status not in ("failed", "cancelled"):
            return self.status
        back = {self.Status.CHECKING: self.Status.UPLOADED, self.Status.IMPORTING: self.Status.CHECKED}
        return back.get(self.Status(self.status), self.status)

    files_are_lists = True

    def may_read_files(self, user: OfficeUser) -> bool:
        """Let only those open the uploaded register who may import such a file themselves."""
        from frontdesk.kit.imports import importer_for  # noqa: PLC0415 - the table below its machinery

        return user.has_perm(importer_for(self.kind).permission, self)
