"""The duty log: written in seconds, searched, read by whom it is for (R-DUTY-08, R-DUTY-12)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.filters_posts import LogFilter
from duty.forms.log import AnnotationForm, EntryForm, FollowForm, MeasureForm
from duty.forms.rosters import NothingForm
from duty.models import Finding, LogEntry
from duty.services import log
from duty.tables_posts import ANNOTATE, WRITE, LogTable
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset

PARTS = ("office", "by", "post", "shift", "unit", "person", "ticket", "follows")


class LogList(ListPage):
    """值班日志 · what happened at the posts, the latest first."""

    table = LogTable
    filterset = LogFilter
    title = _("Duty log")
    permission = log.READ
    export_permission = log.ANNOTATE
    actions = (WRITE, ANNOTATE)
    presets = (
        Preset(_("All"), ""),
        Preset(_("For me to read"), "which=to_read"),
        Preset(_("Not put right"), "which=open"),
        Preset(_("High priority"), "which=high"),
        Preset(_("Somebody has not read it"), "which=unread"),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits to be read, and what is not put right."""
        rows: Any = self.get_queryset()
        return {"which=to_read": rows.to_read_by(self.user).count(), "which=open": rows.not_put_right().count()}


class LogEntryAdd(FormPage):
    """What happened, written down."""

    model = LogEntry
    form_class = EntryForm
    permission = log.WRITE
    title = _("Write into the duty log")
    button = _("Write down")
    success = _("Written down: %(object)s")
    save = log.write_entry


class AnnotationAdd(FormPage):
    """What those on duty must know, and read before they begin."""

    model = LogEntry
    form_class = AnnotationForm
    permission = log.ANNOTATE
    title = _("Annotate")
    text = _("Whoever begins one of the next shifts must read it first.")
    button = _("Write down")
    success = _("Written down: %(object)s")
    save = log.annotate


class LogEntryDetail(DetailPage):
    """One entry with all that was said of it, who is to read it, and who has."""

    model = LogEntry
    permission = log.READ
    related = PARTS
    card = "duty/_logentry.html"
    attachments = True

    def get_title(self) -> str:
        return f"{LogEntry._meta.verbose_name} #{self.object.number}"

    def get_context(self) -> dict[str, Any]:
        """Add what was said of it later, its readers, and what this person may do."""
        entry, user = self.object, self.user
        readers = list(entry.readers.select_related("person"))
        writes = user.has_perm(log.WRITE, entry)
        return {
            "finding": Finding.objects.filter(log_entry=entry).first(),
            "later": list(entry.followed_by.select_related("by").order_by("number")),
            "named": [row for row in readers if row.is_named],
            "others": [row.person for row in readers if not row.is_named and row.read_at],
            "may_read": any(row.person_id == user.pk and row.read_at is None for row in readers)
            or (entry.kind == LogEntry.Kind.ANNOTATION and all(row.person_id != user.pk for row in readers)),
            "may_correct": writes and (entry.by_id == user.pk or user.has_perm(log.ANNOTATE, entry)),
            "may_put_right": writes and entry.kind == LogEntry.Kind.NONCONFORMITY,
            "may_annotate": user.has_perm(log.ANNOTATE, entry),
        }


class EntryAct(MovePage):
    """Something said or done about an entry."""

    model = LogEntry
    related = PARTS
    success = _("Written down.")

    def get_success_url(self, _obj: Any) -> str:
        return (self.object.follows or self.object).get_absolute_url()


class EntryCorrect(EntryAct):
    """What it should have said; the old text stays."""

    permission = log.WRITE
    form_class = FollowForm
    title = _("Correct the entry")
    text = _("What was written stays beside it.")
    service = log.correct_entry

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was written."""
        return {"text": self.object.text}


class EntryPutRight(EntryAct):
    """What was done about a non-conformity."""

    permission = log.WRITE
    form_class = MeasureForm
    title = pgettext_lazy("log", "Put right")
    service = log.put_right


class EntryAnnotate(EntryAct):
    """The manager's word on it."""

    permission = log.ANNOTATE
    form_class = FollowForm
    title = _("Annotate")
    text = _("Whoever begins one of the next shifts must read it first.")
    service = log.annotate_entry


class EntryRead(EntryAct):
    """I have read it."""

    permission = log.READ
    form_class = NothingForm
    title = _("Read")
    button = _("I have read it")
    service = log.read_entry
