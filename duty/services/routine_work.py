"""Doing routine work: with its evidence, or passed over with a reason (R-RTN-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models.routines import Evidence
from duty.services.findings import quality_of, report_finding
from frontdesk.kit.attachments import attach, attachments_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.models import Attachment
from frontdesk.kit.notifications import notify
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from duty.models import Finding, RoutineTask
    from frontdesk.staff.models import User

VIEW, DO, CHANGE = "duty.view_routinetask", "duty.do_routinetask", "duty.change_routine"


def do_task(task: RoutineTask, *, by: User, result: str = "", photos: Iterable[UploadedFile] = ()) -> RoutineTask:
    """Report it done, with the evidence it asks for; photos put on it before count.

    Raises:
        Conflict: it was done or passed over meanwhile.
        DeskError: a text or a photo is missing.

    """
    pictures = list(photos)
    with apply("do_task", task, by=by) as fresh:
        evidence = Evidence(fresh.evidence)
        if evidence.asks_text:
            result = must_be_said(result, pgettext_lazy("routine", "Write down what was done."), field="result")
        if evidence.asks_photo and not pictures and not has_photo(fresh):
            raise DeskError(_("This asks for a photo."), field="photos")
        for photo in pictures:
            attach(fresh, photo, by=by, kind="photo")
        fresh.result, fresh.done_by, fresh.done_at, fresh.done_on = result.strip(), by, now(), local_date()
        if fresh.routine.tells_quality:
            words = format_lazy(_("Done: {task} ({name})"), task=fresh, name=by)
            notify(quality_of(fresh.office), words, url=fresh.get_absolute_url(), by=by)
    return fresh


def skip_task(task: RoutineTask, *, reason: str, by: User) -> RoutineTask:
    """Let it be passed over this once, as the supervisor, and say why.

    Raises:
        Conflict: it was done or passed over meanwhile.
        DeskError: nothing says why.

    """
    reason = must_be_said(reason, _("Say why it is passed over."), field="reason")
    with apply("skip_task", task, by=by, note=reason) as fresh:
        fresh.reason = reason
    return fresh


def call_off_task(task: RoutineTask, *, reason: str, by: User) -> RoutineTask:
    """Let it count for nothing, as the supervisor: this time there is nothing to be done.

    A change of the routine calls off what it no longer brings, without a reason, and resumes that alone.

    Raises:
        Conflict: it was done or passed over meanwhile.
        DeskError: nothing says why.

    """
    reason = must_be_said(reason, _("Say why it is called off."), field="reason")
    with apply("call_off_task", task, by=by, note=reason) as fresh:
        fresh.reason = reason
    return fresh


def resume_task(task: RoutineTask, *, by: User) -> RoutineTask:
    """Let it be done after all.

    Raises:
        Conflict: it is open by now.

    """
    with apply("resume_task", task, by=by) as fresh:
        fresh.reason = ""
    return fresh


def reopen_task(task: RoutineTask, *, note: str, by: User) -> RoutineTask:
    """Open it again, as the supervisor: what was handed in does not do. What it said stays in its history.

    Raises:
        Conflict: it is open by now.
        DeskError: nothing says why.

    """
    note = must_be_said(note, _("Say why it is opened again."), field="note")
    with apply("reopen_task", task, by=by, note=note) as fresh:
        before = fresh.done_by
        fresh.result = fresh.reason = ""
        fresh.done_by = fresh.done_at = fresh.done_on = None
        words = format_lazy(_("Opened again: {task} ({note})"), task=fresh, note=note)
        notify([before or fresh.person], words, url=fresh.get_absolute_url(), by=by)
    return fresh


def report_on_the_spot(*, routinetask: RoutineTask, by: User, **found: Any) -> Finding:
    """Write down what was found while doing it: solved there, or planned in time, or a ticket at once (R-RTN-01).

    Raises:
        DeskError: nothing is said, or not where.

    """
    return report_finding(office=routinetask.office, by=by, routine_task=routinetask, **found)


def has_photo(task: RoutineTask) -> bool:
    """Answer whether a photo was put on it already."""
    return attachments_of(task).filter(kind__in=Attachment.PHOTOS).exists()
