"""The duty log: what happened at the desk, entered once and never rubbed out (R-DUTY-03, R-DUTY-08, R-DUTY-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models import Ticket
from duty.models.records import Shift
from duty.querysets_posts import LogQuerySet
from frontdesk.estate.models import Office, Person, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.staff.models import Post

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser

SHORT = 40


class LogEntry(Scoped):
    """值班日志 · one entry; what is said of it later is an entry of its own that `follows` it.

    `digest` covers the entry and the digest of the one before it in the office, so that none can be altered, taken
    out or slipped in unnoticed.
    """

    class Kind(models.TextChoices):
        """What kind of entry it is."""

        NOTE = "note", pgettext_lazy("log", "Note")
        NONCONFORMITY = "nonconf", _("Non-conformity")
        CORRECTION = "correct", pgettext_lazy("log", "Correction")
        MEASURE = "measure", _("Put right")
        ANNOTATION = "annotate", _("Manager's annotation")

    TONES: ClassVar[dict[str, str]] = {
        Kind.NOTE: "neutral",
        Kind.NONCONFORMITY: "warn",
        Kind.CORRECTION: "info",
        Kind.MEASURE: "ok",
        Kind.ANNOTATION: "info",
    }
    append_only = True
    files_stay = True
    verbs: ClassVar = {
        "write_entry": _("wrote it into the duty log"),
        "correct_entry": _("corrected it"),
        "put_right": _("wrote down what was done about it"),
        "annotate_entry": _("annotated it"),
        "read_entry": _("read it"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="log_entries", verbose_name=_("office"))
    number = models.PositiveIntegerField(_("No."))
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="log_entries", verbose_name=_("post")
    )
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, related_name="log_entries", verbose_name=_("shift")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.NOTE)
    is_high = models.BooleanField(_("high priority"), default=False)
    text = models.TextField(_("what happened"), max_length=2_000)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="log_entries", verbose_name=_("unit")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="log_entries", verbose_name=_("person")
    )
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, related_name="log_entries", verbose_name=_("ticket")
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by", verbose_name=_("is about")
    )
    digest = models.CharField(max_length=64, editable=False)

    objects = LogQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_log_number"),
            models.CheckConstraint(
                condition=Q(follows__isnull=False) | ~Q(kind__in=["correct", "measure"]),
                name="a_correction_is_about_an_entry",
            ),
        )
        indexes = (
            models.Index(fields=["office", "-at"], name="log_by_time"),
            models.Index(fields=["office", "kind", "-at"], name="log_by_kind"),
        )
        ordering = ("-number",)
        verbose_name = _("log entry")
        verbose_name_plural = _("duty log")

    def __str__(self) -> str:
        return f"#{self.number} {Truncator(self.text).chars(SHORT)}"

    def get_absolute_url(self) -> str:
        """Return the page of the entry."""
        return reverse("duty:logentry", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its kind's badge."""
        return self.TONES[self.Kind(self.kind)]

    def may_add_files(self, user: OfficeUser) -> bool:
        """Photos are added by whoever wrote it."""
        return self.by_id == user.pk


class LogReader(Scoped):
    """传阅 · somebody who is to read an entry, or has; `is_named` where the writer asked for them."""

    append_only = ("read_at",)
    office_path: ClassVar[str] = "entry__office"

    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="readers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="log_readings", verbose_name=_("reader")
    )
    is_named = models.BooleanField(default=False)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entry", "person"], name="one_reading_of_an_entry"),)
        indexes = (models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="log_to_read"),)
        ordering = ("pk",)
        verbose_name = _("reader of a log entry")
        verbose_name_plural = _("readers of log entries")

    def __str__(self) -> str:
        return f"{self.person} #{self.entry.number}"
