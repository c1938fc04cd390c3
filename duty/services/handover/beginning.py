"""Who hands over to whom: begun, refused and settled, begun anew or called off (R-DUTY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Handover, Shift
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from frontdesk.staff.models import Post

HOLD, RELEASE = "duty.hand_over", "duty.release_handover"


def begin_handover(shift: Shift, *, incoming: User, by: User) -> Handover:
    """Begin to hand a running shift over to a successor; until they accept, the outgoing clerk answers for the post.

    Raises:
        Conflict: the shift is over, or is being handed over already.
        DeskError: the successor may not answer for a post here, or is the outgoing clerk.
        PermissionDenied: neither of the two nor a supervisor begins it.

    """
    require(by, HOLD, shift)
    with transaction.atomic():
        fresh = Shift.objects.select_for_update(of=("self",)).select_related("office", "clerk").get(pk=shift.pk)
        if not fresh.is_open:
            raise Conflict(_("This shift was handed over already."))
        if by.pk not in (fresh.clerk_id, incoming.pk):
            require(by, RELEASE, fresh)
        _check_successor(fresh, incoming)
        handover = Handover(office=fresh.office, shift=fresh, outgoing=fresh.clerk, incoming=incoming)
        try:
            with transaction.atomic():
                handover.save(force_insert=True)
        except IntegrityError as error:
            running = Handover.objects.running().filter(shift=fresh).select_related("incoming").get()
            raise Conflict(
                _("This shift is being handed over to %(name)s already.") % {"name": running.incoming}
            ) from error
        activity.record(handover, "begin_handover", by=by)
    return handover


def change_successor(handover: Handover, *, incoming: User, by: User, note: str = "") -> Handover:
    """Let somebody else take over: the roster was changed, or who should have come did not.

    What was counted stays; the log is read by whoever takes over.

    Raises:
        Conflict: it is over by now.
        DeskError: the successor may not answer for a post here, or is the outgoing clerk.

    """
    with apply("change_successor", handover, by=by, note=note) as fresh:
        _check_successor(fresh.shift, incoming)
        left = fresh.incoming
        fresh.incoming = incoming
        fresh.steps = {name: said for name, said in fresh.steps.items() if name != "log"}
    words = format_lazy(_("{name} takes over {shift} now."), name=incoming, shift=fresh.shift)
    notify([left, fresh.outgoing, incoming], words, url=fresh.get_absolute_url(), by=by)
    return fresh


def refuse_shift(handover: Handover, *, note: str, by: User) -> Handover:
    """Refuse to sign; the supervisors are called, and until it is settled the outgoing clerk answers for the post.

    Raises:
        Conflict: it is over by now.
        DeskError: without a reason.
        PermissionDenied: somebody else than the successor refuses.

    """
    note = must_be_said(note, _("Say why you do not sign."), field="note")
    with apply("refuse_shift", handover, by=by, note=note) as fresh:
        _must_be(by, fresh.incoming_id)
        fresh.refusal, fresh.refused_at = note, now()
        _take_signature_back(fresh)
    words = format_lazy(_("{name} refuses to take over {shift}: {note}"), name=by, shift=fresh.shift, note=note)
    people = [*User.objects.who_may(RELEASE, fresh.office), fresh.outgoing]
    notify(people, words, url=fresh.get_absolute_url(), by=by)
    return fresh


def settle_refusal(handover: Handover, *, note: str, by: User) -> Handover:
    """Settle what was refused, as the supervisor; then it is counted and signed anew.

    Raises:
        Conflict: somebody settled it meanwhile.
        DeskError: nothing says how.

    """
    note = must_be_said(note, _("Write down how it was settled."), field="note")
    with apply("settle_refusal", handover, by=by, note=note) as fresh:
        fresh.settlement, fresh.settled_by = note, by
    words = format_lazy(
        _("{shift}: the refusal is settled, go on with the handover. {note}"), shift=fresh.shift, note=note
    )
    notify([fresh.outgoing, fresh.incoming], words, url=fresh.get_absolute_url(), by=by)
    return fresh


def count_again(handover: Handover, *, note: str, by: User) -> Handover:
    """Take the signature back and count anew, e.g. in the morning after a post was left for the night.

    Raises:
        Conflict: it was accepted meanwhile.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why it is to be counted again."), field="note")
    with apply("count_again", handover, by=by, note=note) as fresh:
        _take_signature_back(fresh)
    return fresh


def call_off(handover: Handover, *, note: str, by: User) -> Handover:
    """Call a handover off: the outgoing clerk stays.

    Raises:
        Conflict: it is over by now.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why it is called off."), field="note")
    with apply("call_off", handover, by=by, note=note) as fresh:
        _take_signature_back(fresh)
    notify(
        [fresh.outgoing, fresh.incoming],
        format_lazy(_("{shift}: the handover is called off."), shift=fresh.shift),
        url=fresh.get_absolute_url(),
        by=by,
    )
    return fresh


def locked_post(shift: Shift) -> Post:
    """Hold the post of a shift: nobody begins or ends one there meanwhile."""
    post: Post = type(shift.post).objects.select_for_update().get(pk=shift.post_id)
    return post


def _take_signature_back(handover: Handover) -> None:
    handover.shift.post.holdings.open().update(signed_at=None)
    handover.signed_by = handover.signed_at = None
    handover.signed_reason = ""


def _check_successor(shift: Shift, incoming: User) -> None:
    if incoming.pk == shift.clerk_id:
        raise DeskError(_("Nobody hands a shift over to themselves."), field="incoming")
    if not User.objects.who_may(HOLD, shift.office).filter(pk=incoming.pk).exists():
        raise DeskError(_("%(name)s may not answer for a post here.") % {"name": incoming}, field="incoming")


def _must_be(user: User, pk: int) -> None:
    if user.pk != pk:
        raise PermissionDenied(HOLD)
