"""Answering the resident, closing, and opening again (R-TKT-01, R-TKT-04, R-TKT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Reopening
from complaints.services.callbacks import queue_callbacks
from complaints.services.clocks import set_deadlines
from complaints.services.compensating import must_be_settled
from complaints.services.handling import leave_hands
from complaints.services.incidents import follow_incident, lock_with_children, with_incident
from complaints.services.notices import tell
from complaints.services.pausing import end_pause
from complaints.services.promises import must_have_kept_promises
from complaints.services.rework import waits_for_resident
from complaints.workflow import UNANSWERED, TicketState
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from complaints.models import Ticket
    from frontdesk.staff.models import User


def reply_ticket(ticket: Ticket, *, reply: str, by: User) -> Ticket:
    """Write down what the resident was told (R-TKT-01); of an incident, what everybody was told who called about it.

    Tickets that belong to the incident and are not answered yet are so with the same words (R-TKT-07); but not warranty
    rework that its resident has still to confirm: it goes on by itself.

    Raises:
        Conflict: somebody replied already, or an engineer still has it in hand; or it is warranty rework that no
            resident has confirmed (R-TKT-12).
        DeskError: without a word on what was said.

    """
    with transaction.atomic():
        children = lock_with_children(ticket)
        with apply("reply_ticket", ticket, by=by) as fresh:
            fresh.reply = must_be_said(reply, _("Write down what was answered."), field="reply")
            fresh.replied_at = now()
            end_pause(fresh)
        for child in children:
            if child.state in UNANSWERED and not waits_for_resident(child):
                follow_incident(child, by=by)
    return fresh


def archive_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Close a matter that was answered (R-TKT-01); an incident with all that belongs to it (R-TKT-07).

    Everybody who called about an incident is called back (R-CB-01).

    Raises:
        Conflict: archived already, or not replied to yet; or it is warranty rework that no resident has confirmed
            (R-TKT-12).
        DeskError: something promised is still open, on it or on a ticket that would be closed with it.

    """
    with transaction.atomic():
        children = lock_with_children(ticket)
        fresh = _archive(ticket, by=by, note=note)
        for child in children:
            if child.state == TicketState.REPLIED:
                _archive_with_incident(child, by=by)
        if fresh.is_incident:
            queue_callbacks(fresh)
    return fresh


def reopen_ticket(ticket: Ticket, *, reason: str, by: User, permission: str = "") -> Ticket:
    """Begin anew with a matter that turned out not to be settled; what was done and said stays in the record.

    The contractor who did it keeps it in his figures (R-TKT-12), until others are sent also on the ticket.
    An incident begins anew alone: what was closed with it stays closed, as most of it is settled.
    A bad answer on a callback reopens by rule, whoever called; `permission` is then what calling back takes (R-CB-01).

    Raises:
        Conflict: it is open already.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it is opened again."), field="reason")
    with apply("reopen_ticket", ticket, by=by, note=reason, permission=permission) as fresh:
        Reopening.objects.create(
            ticket=fresh,
            contractor=fresh.contractor,
            due_at=fresh.finish_due_at,
            ended_at=fresh.done_at or fresh.replied_at,
            close_due_at=fresh.close_due_at,
            closed_at=fresh.archived_at,
            by=by,
        )
        leave_hands(fresh, but_contractor=True)
        end_pause(fresh)
        fresh.due_at = fresh.done_at = fresh.confirmed_at = fresh.replied_at = fresh.archived_at = None
        fresh.result = fresh.reply = ""
        fresh.reopened_at = now()
        set_deadlines(fresh)
        tell([fresh.first_contact], _("{by} reopened {number} {subject}: {reason}"), fresh, by=by, reason=reason)
    return fresh


def comment_ticket(ticket: Ticket, *, note: str, by: User, permission: str = "") -> Ticket:
    """Add a word on how it stands; who answers for it and who has it in hand hear of it (R-TKT-07).

    A key brought back says by rule how the work stands, whoever takes it; `permission` is then what that takes.

    Raises:
        Conflict: archived meanwhile.
        DeskError: without a word.

    """
    note = must_be_said(note, _("Write the note."), field="note")
    with apply("comment_ticket", ticket, by=by, note=note, permission=permission) as fresh:
        people = [fresh.first_contact, fresh.assignee]
        tell(people, _("{by} on {number} {subject}: {note}"), fresh, by=by, note=note)
    return fresh


def _archive_with_incident(child: Ticket, *, by: User) -> None:
    try:
        _archive(child, by=by, note=with_incident(child))
    except DeskError as error:  # say on which of them
        message = f"{child.number}: {error}"
        raise DeskError(message) from error


def _archive(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    with apply("archive_ticket", ticket, by=by, note=note) as fresh:
        must_have_kept_promises(fresh)
        must_be_settled(fresh)
        fresh.archived_at = now()
    return fresh
