"""The duty log: written in seconds, corrected beside what stood there, read by whom it is for (R-DUTY-08, -12)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import LogEntry, LogReader, Shift
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.staff.models import Holding, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from duty.querysets_posts import LogQuerySet
    from frontdesk.estate.models import Office, Person, Unit

WRITE, ANNOTATE, READ = "duty.write_log", "duty.annotate_log", "duty.view_logentry"
Kind = LogEntry.Kind
BY_HAND = (Kind.NOTE, Kind.NONCONFORMITY)
KEPT_FRESH = dt.timedelta(days=30)
"""How long an annotation waits to be read by whoever comes on duty."""
SAID = _("Write down what happened.")
SHORT = 60


def write_entry(  # noqa: PLR0913 - what an entry may say, each by its own name
    *,
    office: Office,
    text: str,
    by: User,
    kind: str = Kind.NOTE,
    is_high: bool = False,
    readers: Iterable[User] = (),
    unit: Unit | None = None,
    person: Person | None = None,
    ticket: Any = None,
    photos: Iterable[UploadedFile] = (),
    permission: str = WRITE,
) -> LogEntry:
    """Write an entry into the office's log; what is of high priority names who must read it.

    It belongs to the shift of the post its writer is at. Where another act brings it about, as what a patrol finds,
    `permission` is what that act takes.

    Raises:
        DeskError: nothing was written; high priority without readers; a reader who may not read the log here.

    """
    require(by, permission, office)
    if kind not in BY_HAND:
        raise PermissionDenied(ANNOTATE)
    same_office(office, unit, person, ticket)
    named = list(readers)
    if is_high and not named:
        raise DeskError(_("High priority: say who must read it."), field="readers")
    with transaction.atomic():
        entry = _enter(
            office, text, by=by, kind=kind, is_high=is_high, unit=unit, person=person, ticket=ticket, readers=named
        )
        for photo in photos:
            attach(entry, photo, by=by, kind="photo")
        activity.record(entry, "write_entry", by=by)
    return entry


def annotate(*, office: Office, text: str, by: User, readers: Iterable[User] = ()) -> LogEntry:
    """Write for those on duty: whoever begins the next shifts must read it (R-DUTY-12).

    Raises:
        DeskError: nothing was written.

    """
    require(by, ANNOTATE, office)
    with transaction.atomic():
        entry = _enter(office, text, by=by, kind=Kind.ANNOTATION, readers=list(readers))
        activity.record(entry, "annotate_entry", by=by)
    return entry


def annotate_entry(entry: LogEntry, *, text: str, by: User) -> LogEntry:
    """Annotate an entry; whoever wrote it is told, and whoever begins the next shifts must read it.

    Raises:
        DeskError: nothing was written.

    """
    require(by, ANNOTATE, entry)
    with transaction.atomic():
        made = _enter(entry.office, text, by=by, kind=Kind.ANNOTATION, follows=_head_of(entry), readers=[entry.by])
        activity.record(made, "annotate_entry", by=by)
    return made


def correct_entry(entry: LogEntry, *, text: str, by: User) -> LogEntry:
    """Say it rightly beside what was written; the old text stays.

    Raises:
        PermissionDenied: neither whoever wrote it nor a supervisor corrects it.
        DeskError: nothing was written, or the same again.

    """
    require(by, WRITE, entry)
    if by.pk != entry.by_id:
        require(by, ANNOTATE, entry)
    if text.strip() == entry.text:
        raise DeskError(_("This is what stands there already."), field="text")
    with transaction.atomic():
        made = _enter(entry.office, text, by=by, kind=Kind.CORRECTION, follows=_head_of(entry))
        activity.record(made, "correct_entry", by=by)
    return made


def put_right(
    entry: LogEntry, *, text: str, by: User, photos: Iterable[UploadedFile] = (), permission: str = WRITE
) -> LogEntry:
    """Write down what was done about a non-conformity (R-DUTY-03); `permission` as of `write_entry`.

    Raises:
        DeskError: nothing was written; the entry is no non-conformity.

    """
    require(by, permission, entry)
    if entry.kind != Kind.NONCONFORMITY:
        raise DeskError(_("Only a non-conformity is put right."))
    with transaction.atomic():
        made = _enter(entry.office, text, by=by, kind=Kind.MEASURE, follows=entry)
        for photo in photos:
            attach(made, photo, by=by, kind="photo")
        activity.record(made, "put_right", by=by)
    return made


def read_entries(entries: Iterable[LogEntry], *, by: User) -> int:
    """Note that somebody has read entries; return how many were new to them."""
    at, new = now(), 0
    with transaction.atomic():
        for entry in sorted(entries, key=lambda one: one.pk):
            require(by, READ, entry)
            row, made = LogReader.objects.get_or_create(entry=entry, person=by, defaults={"read_at": at})
            fresh = made or bool(LogReader.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=at))
            if fresh:
                new += 1
                activity.record(entry, "read_entry", by=by)
    return new


def read_entry(entry: LogEntry, *, by: User) -> LogEntry:
    """Note that somebody has read one entry."""
    read_entries([entry], by=by)
    return entry


def to_read(office: Office, user: User) -> LogQuerySet:
    """Return what somebody must read when they begin a shift: what they are named for, and annotations (R-DUTY-12)."""
    rows = LogEntry.objects.of_office(office)
    found = rows.to_read_by(user) | rows.unread_annotations(user, now() - KEPT_FRESH)
    return found.with_its_tags().order_by("number")


def digest_of(entry: LogEntry, before: str) -> str:
    """Return what seals an entry: all it says and the seal of the one before it, in one form."""
    said = {
        "office": entry.office_id,
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": entry.by_id,
        "post": entry.post_id,
        "shift": entry.shift_id,
        "kind": entry.kind,
        "high": entry.is_high,
        "text": entry.text,
        "unit": entry.unit_id,
        "person": entry.person_id,
        "ticket": entry.ticket_id,
        "follows": entry.follows_id,
        "before": before,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _head_of(entry: LogEntry) -> LogEntry:
    """Return the entry everything said of it hangs on: itself, or the one it is about."""
    return entry.follows or entry


def _enter(office: Office, text: str, *, by: User, readers: Iterable[User] = (), **fields: Any) -> LogEntry:
    """Enter it with the office's next number and seal; its readers find it in their bell."""
    text = must_be_said(text, SAID, field="text")
    named = list(readers)
    known = set(
        User.objects.who_may(READ, office).filter(pk__in=[one.pk for one in named]).values_list("pk", flat=True)
    )
    for one in named:
        if one.pk not in known:
            raise DeskError(_("%(name)s does not read the log here.") % {"name": one}, field="readers")
    post, shift = _place_of(office, by)
    number = next_number(office, "log", 0)  # held until the end: nobody enters another one of this office before
    last = LogEntry.objects.filter(office=office, number=number - 1).values_list("digest", flat=True).first()
    entry = LogEntry(office=office, number=number, by=by, text=text, post=post, shift=shift, at=now(), **fields)
    entry.digest = digest_of(entry, last or "")
    entry.save(force_insert=True)
    LogReader.objects.bulk_create(LogReader(entry=entry, person=one, is_named=True) for one in named if one != by)
    words = format_lazy(_("Please read: {text}"), text=Truncator(text).chars(SHORT))
    notify(named, words, url=entry.get_absolute_url(), by=by)
    return entry


def _place_of(office: Office, user: User) -> tuple[Any, Any]:
    """Return the post somebody is at, and its running shift."""
    held = Holding.objects.of_office(office).open().filter(person=user).select_related("post").first()
    if held is None:
        return None, None
    return held.post, Shift.objects.open().filter(post=held.post_id).first()
