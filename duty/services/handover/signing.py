"""Signed over by one, accepted by the other: only then does the new shift begin and may the old one leave (R-DUTY-09).

That it was they who signed is for the page to see to: it asks each for PIN or password and calls with who gave it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Article, Handover, LogEntry, Shift
from duty.services import log, records
from duty.services.handover.beginning import HOLD, locked_post
from duty.services.handover.counting import log_to_read, stale
from duty.services.handover.sheet import digest_of
from duty.services.handover.work import freeze, open_work
from fees.models import Payment
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from duty.services.handover.work import Open
    from frontdesk.staff.models import User

NEEDED = {
    "articles": _("Count the articles first."),
    "keys": _("Call the keys first."),
    "cash": _("Count the cash first."),
    "area": _("Look at the area first."),
    "log": _("The successor reads the log first."),
    "work": _("Write down first how open work stands."),
}


def steps_of(handover: Handover) -> list[str]:
    """Return the steps a handover takes: counted is what is kept at its post."""
    post = handover.shift.post
    kept = {
        "articles": Article.objects.filter(post=post).in_use().exists(),
        "keys": post.keeps_keys,
        "cash": post.keeps_money,
    }
    return [step for step in NEEDED if kept.get(step, True)]


def missing(handover: Handover, work: Sequence[Open] | None = None) -> list[str]:
    """Return, in sentences, what stands between a handover and the signature; empty when it may be signed over.

    `work` is its open work, where the caller has it already.
    """
    found = [str(NEEDED[step]) for step in steps_of(handover) if step not in handover.steps and step != "work"]
    unexplained = handover.lines.unexplained().count()
    if unexplained:
        found.append(str(_("%(count)s differences are still to be explained.") % {"count": unexplained}))
    if moved := stale(handover):
        found.append(moved)
    work = open_work(handover) if work is None else work
    blocking = [one for one in work if one.blocks]
    if blocking:
        words = {"count": len(blocking), "first": blocking[0].label}
        found.append(
            str(_("Important work is not finished (%(count)s): %(first)s. Finish it, or have it released.") % words)
        )
    if any(not one.note for one in work):
        found.append(str(NEEDED["work"]))
    return found


def sign_over(handover: Handover, *, by: User, signature: UploadedFile | None = None) -> Handover:
    """Sign the shift over, as the outgoing clerk; from now on nothing is moved until the successor accepts.

    Raises:
        Conflict: it is signed or over by now.
        DeskError: something is not counted, explained, noted, finished or released.
        PermissionDenied: somebody else than the outgoing clerk signs.

    """
    with apply("sign_over", handover, by=by) as fresh:
        if by.pk != fresh.outgoing_id:
            raise PermissionDenied(HOLD)
        _sign(fresh, by)
        if signature is not None:
            attach(fresh, signature, by=by)
    return fresh


def sign_for(handover: Handover, *, note: str, by: User) -> Handover:
    """Sign the shift over for who left without signing or cannot any more, as the supervisor.

    Raises:
        Conflict: it is signed or over by now.
        DeskError: as `sign_over`; or nothing says why.

    """
    note = must_be_said(note, _("Say why you sign for them."), field="note")
    with apply("sign_for", handover, by=by, note=note) as fresh:
        fresh.signed_reason = note
        _sign(fresh, by)
    notify(
        [fresh.outgoing],
        format_lazy(_("{name} has signed {shift} over for you: {note}"), name=by, shift=fresh.shift, note=note),
        url=fresh.get_absolute_url(),
        by=by,
    )
    return fresh


def accept_shift(handover: Handover, *, by: User, signature: UploadedFile | None = None) -> Shift:
    """Accept a shift that is signed over, as the successor: it ends, theirs begins, the sheet is frozen.

    Raises:
        Conflict: somebody accepted it, or it was taken back.
        DeskError: the log has gone on and is to be read; something was moved since it was counted.
        PermissionDenied: somebody else than the successor accepts.

    """
    with apply("accept_shift", handover, by=by) as fresh:
        if by.pk != fresh.incoming_id:
            raise PermissionDenied(HOLD)
        post = locked_post(fresh.shift)
        shift = (
            Shift.objects.select_for_update(of=("self",))
            .select_related("office", "post", "clerk")
            .get(pk=fresh.shift_id)
        )
        if moved := stale(fresh):
            raise DeskError(moved)
        _has_read(fresh, by)
        at = now()
        records.close_shift(shift, at=at, by=by)
        fresh.next_shift = records.open_shift(post, by, at=at, by=by)
        fresh.accepted_at = at
        before = Handover.objects.done().filter(shift__post=post).order_by("-accepted_at", "-pk").first()
        fresh.digest = digest_of(fresh, before.digest if before else "")
        if signature is not None:
            attach(fresh, signature, by=by)
    notify(
        [fresh.outgoing],
        format_lazy(_("{name} has accepted {shift}."), name=by, shift=shift),
        url=fresh.get_absolute_url(),
        by=by,
    )
    return fresh.next_shift


def _sign(handover: Handover, by: User) -> None:
    work = open_work(handover)
    if left := missing(handover, work):
        raise DeskError(left[0])
    freeze(handover, work)
    at = now()
    handover.signed_by, handover.signed_at = by, at
    if handover.shift.post.keeps_money:
        last = (
            Payment.objects.filter(office=handover.office_id).order_by("-pk").values_list("digest", flat=True).first()
        )
        handover.receipts_digest = last or ""
    locked_post(handover.shift)
    for holding in handover.shift.post.holdings.open().select_for_update(of=("self",)).order_by("pk"):
        holding.signed_at = at
        holding.save(update_fields=["signed_at"])
    if moved := stale(handover):
        raise DeskError(moved)


def _has_read(handover: Handover, reader: User) -> None:
    """Note what the successor has read; what was written since must be read, too."""
    said = handover.steps.get("log", {})
    entries = list(log_to_read(handover))
    if said.get("reader") != reader.pk or any(entry.number > said["seen"] for entry in entries):
        raise DeskError(_("Read the log first: something in it is new to you."))
    seen = LogEntry.objects.filter(pk__in=[entry.pk for entry in entries]).exclude(by=reader)
    log.read_entries(seen.select_related("office"), by=reader)
