"""Answering the resident, closing, and opening again (R-TKT-01, R-TKT-04, R-TKT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.services.handling import leave_hands
from complaints.services.notices import must_be_said, tell
from frontdesk.estate.services import watch_reveals
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from complaints.models import Ticket
    from frontdesk.staff.models import User


def reply_ticket(ticket: Ticket, *, reply: str, by: User) -> Ticket:
    """Write down what the resident was told (R-TKT-01).

    Raises:
        Conflict: somebody replied already, or an engineer still has it in hand.
        DeskError: without a word on what was said.

    """
    with apply("reply_ticket", ticket, by=by) as fresh:
        fresh.reply = must_be_said(reply, _("Write down what was answered."), field="reply")
        fresh.replied_at = now()
    return fresh


def archive_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Close a matter that was answered (R-TKT-01).

    Raises:
        Conflict: archived already, or not replied to yet.

    """
    with apply("archive_ticket", ticket, by=by, note=note) as fresh:
        fresh.archived_at = now()
    return fresh


def reopen_ticket(ticket: Ticket, *, reason: str, by: User) -> Ticket:
    """Begin anew with a matter that turned out not to be settled; what was done and said stays in the record.

    Raises:
        Conflict: it is open already.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it is opened again."), field="reason")
    with apply("reopen_ticket", ticket, by=by, note=reason) as fresh:
        leave_hands(fresh)
        fresh.due_at = fresh.done_at = fresh.replied_at = fresh.archived_at = None
        fresh.result = fresh.reply = ""
        tell([fresh.first_contact], _("{by} reopened {number} {subject}: {reason}"), fresh, by=by, reason=reason)
    return fresh


def comment_ticket(ticket: Ticket, *, note: str, by: User) -> Ticket:
    """Add a word on how it stands; who answers for it and who has it in hand hear of it (R-TKT-07).

    Raises:
        Conflict: archived meanwhile.
        DeskError: without a word.

    """
    note = must_be_said(note, _("Write the note."), field="note")
    with apply("comment_ticket", ticket, by=by, note=note) as fresh:
        people = [fresh.first_contact, fresh.assignee]
        tell(people, _("{by} on {number} {subject}: {note}"), fresh, by=by, note=note)
    return fresh


def reveal_caller(ticket: Ticket, *, by: User) -> str:
    """Return the number to call back in full, an empty text where none is known (R-EST-04).

    Looking at it is written down on the ticket. A number that the caller did not give but stands on the register is
    that person's own: it is written down there too, the ticket being the reason. Managers hear of who looks at many.

    Raises:
        PermissionDenied: the ticket is not this person's to call about; see `may_reveal_caller`.

    """
    number = ticket.phone_number
    require(by, "complaints.reveal_caller", ticket)
    if not number:
        return ""
    if not may_reveal_caller(ticket, by):
        raise PermissionDenied("estate.reveal_person")
    with transaction.atomic():
        activity.record(ticket, "reveal_caller", by=by)
        if ticket.person is not None and not ticket.caller_phone:
            reason = _("Ticket %(number)s") % {"number": ticket.number}
            activity.record(ticket.person, "call_person", by=by, note=str(reason))
        watch_reveals(ticket, by=by)
    return number


def may_reveal_caller(ticket: Ticket, user: User) -> bool:
    """Answer whether this person may see the number to call back.

    What the caller gave to be called at is for whoever deals with tickets. The number of somebody on the register is
    for who may see the register's numbers, and for the two whose work it is to call: who answers for the ticket and who
    has it in hand, while it is open.
    """
    if not user.has_perm("complaints.reveal_caller", ticket):
        return False
    if ticket.caller_phone or ticket.person is None or user.has_perm("estate.reveal_person", ticket.person):
        return True
    return ticket.is_open and user.pk in (ticket.first_contact_id, ticket.assignee_id)
