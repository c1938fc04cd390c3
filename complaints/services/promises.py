"""What was promised to a resident, and whether the office stood by it (R-TKT-08)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Promise, Ticket
from complaints.services.notices import supervisors, tell
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from frontdesk.staff.models import User


def make_promise(ticket: Ticket, *, text: str, due_at: dt.datetime, by: User) -> Promise:
    """Write down what a resident was told will happen, and until when; whoever answers for the ticket hears of it.

    Raises:
        Conflict: the ticket was archived meanwhile.
        DeskError: nothing was written, or the time is over already.

    """
    with transaction.atomic():
        # Locked, so that nobody archives the ticket between the look at its state and the new promise.
        fresh = Ticket.objects.select_for_update(of=("self",)).select_related("office").get(pk=ticket.pk)
        require(by, "complaints.make_promise", fresh)
        if not fresh.is_open:
            raise Conflict(_("This ticket is archived. Reopen it to promise anything."))
        promise = _promise(fresh, text, due_at, by=by)
        activity.record(fresh, "make_promise", by=by, note=_in_words(promise))
        tell(
            [fresh.first_contact],
            _("{by} promised on {number} {subject}: {promise}"),
            fresh,
            by=by,
            promise=promise.text,
        )
    return promise


def keep_promise(promise: Promise, *, by: User, note: str = "") -> Promise:
    """Write down that the office stood by its word.

    Raises:
        Conflict: somebody settled it already.

    """
    with _settled("keep_promise", promise, by=by, note=note) as fresh:
        pass
    return fresh


def renegotiate_promise(promise: Promise, *, due_at: dt.datetime, reason: str, by: User, text: str = "") -> Promise:
    """Agree with the resident on another time, or on something else; the new promise follows the old one.

    Raises:
        Conflict: somebody settled it already.
        DeskError: without a reason, or until a time that is over.

    """
    reason = must_be_said(reason, _("Say why it could not stay as promised."), field="reason")
    with _settled("renegotiate_promise", promise, by=by, note=reason) as fresh:
        follower = _promise(fresh.ticket, text or fresh.text, due_at, by=by, follows=fresh)
        activity.record(fresh.ticket, "make_promise", by=by, note=_in_words(follower))
        sentence = _("{by} renegotiated on {number} {subject}: {promise}")
        tell(_concerned(fresh), sentence, fresh.ticket, by=by, promise=_in_words(follower))
    return follower


def break_promise(promise: Promise, *, reason: str, by: User) -> Promise:
    """Write down that a promise was not kept, and why; supervisors hear of it.

    Raises:
        Conflict: somebody settled it already.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it was not kept."), field="reason")
    with _settled("break_promise", promise, by=by, note=reason) as fresh:
        sentence = _("A promise was not kept on {number} {subject}: {promise} ({reason})")
        people = [*_concerned(fresh), *supervisors(fresh.ticket)]
        tell(people, sentence, fresh.ticket, by=by, promise=fresh.text, reason=reason)
    return fresh


def must_have_kept_promises(ticket: Ticket) -> None:
    """Refuse to put a ticket away while somebody waits for what was promised on it.

    Raises:
        DeskError: promises are still open; it names them.

    """
    texts = Promise.objects.open().filter(ticket=ticket).values_list("text", flat=True)
    if named := ", ".join(f"“{text}”" for text in texts):
        raise DeskError(
            _("Promised and still open: %(promises)s. Say of each whether it was kept, then archive the ticket.")
            % {"promises": named}
        )


def remind_of_promises(at: dt.datetime) -> int:
    """Tell people of what they promised an hour before it is due, and whoever answers for it once it is late.

    Each is said once however often this is asked; return how many sentences went out.
    """
    rows = Promise.objects.select_related("ticket__office", "ticket__first_contact", "made_by")
    soon, late = (
        _("Promised until {due}: {number} {subject}: {promise}"),
        _("Promise late: {number} {subject}: {promise}"),
    )
    told = [_remind(promise, "reminded_at", _concerned(promise), soon, at) for promise in rows.to_remind(at)]
    told += [
        _remind(promise, "late_told_at", [promise.ticket.first_contact], late, at)
        for promise in rows.to_report_late(at)
    ]
    return sum(told)


def _promise(ticket: Ticket, text: str, due_at: dt.datetime, *, by: User, follows: Promise | None = None) -> Promise:
    text = must_be_said(text, _("Write down what was promised."), field="text")
    if due_at <= now():
        raise DeskError(_("This time is over already."), field="due_at")
    promise = Promise.objects.create(ticket=ticket, text=text, due_at=due_at, made_by=by, follows=follows)
    activity.record(promise, "make_promise", by=by)
    return promise


@contextmanager
def _settled(move: str, promise: Promise, *, by: User, note: str) -> Iterator[Promise]:
    """Make one of the moves that end a promise, and write it down on its ticket as well."""
    with apply(move, promise, by=by, note=note) as fresh:
        fresh.settled_at = now()
        yield fresh
        words = f"{fresh.text} · {note.strip()}" if note.strip() else fresh.text
        activity.record(fresh.ticket, move, by=by, note=words)


def _concerned(promise: Promise) -> list[User]:
    """Return whoever made a promise and whoever answers for its ticket."""
    return [promise.made_by, promise.ticket.first_contact]


def _in_words(promise: Promise) -> str:
    return f"{promise.text} · {timezone.localtime(promise.due_at):%m-%d %H:%M}"


def _remind(promise: Promise, mark: str, people: Iterable[User], text: Any, at: dt.datetime) -> bool:
    """Say it, unless somebody has said it or the promise was settled at this very moment."""
    with transaction.atomic():
        unsaid = Promise.objects.open().filter(pk=promise.pk, **{f"{mark}__isnull": True})
        if not unsaid.update(**{mark: at}):
            return False
        due = f"{timezone.localtime(promise.due_at):%m-%d %H:%M}"
        tell(people, text, promise.ticket, by=None, promise=promise.text, due=due)
    return True
