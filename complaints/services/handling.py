"""Sending somebody and hearing back from them (R-TKT-03, R-TKT-06)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.services.notices import dispatchers, must_be_able, must_be_said, tell
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from complaints.models import Ticket
    from frontdesk.staff.models import User


def dispatch_ticket(ticket: Ticket, *, to: User, due_at: dt.datetime, by: User, note: str = "") -> Ticket:
    """Send an engineer or specialist, to be finished by a deadline (R-TKT-03, R-TKT-06).

    Raises:
        Conflict: it is dispatched already, or past that.
        DeskError: a deadline that is over, or somebody who takes no tickets in this office.

    """
    with apply("dispatch_ticket", ticket, by=by, note=note) as fresh:
        _put_into_hands(fresh, to, due_at)
        tell([to], _("Dispatched to you: {number} {subject}"), fresh, by=by)
    return fresh


def redispatch_ticket(
    ticket: Ticket, *, to: User, due_at: dt.datetime, by: User, note: str = "", holder: int | None = None
) -> Ticket:
    """Take a ticket from one engineer and give it to another, or set another deadline.

    `holder` is the account from which the dispatcher believes to take it; by default that of `ticket` as read.

    Raises:
        Conflict: it is done, or somebody else has dispatched it anew meanwhile.
        DeskError: as `dispatch_ticket`.

    """
    with apply("redispatch_ticket", ticket, by=by, note=note) as fresh:
        earlier = fresh.assignee
        if earlier.pk != (holder or ticket.assignee_id):
            raise Conflict(_("Meanwhile this was dispatched to %(person)s.") % {"person": earlier})
        _put_into_hands(fresh, to, due_at)
        tell([to], _("Dispatched to you: {number} {subject}"), fresh, by=by)
        if earlier != to:
            tell([earlier], _("No longer yours: {number} {subject}"), fresh, by=by, stand_in=False)
    return fresh


def accept_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Say "I am on it".

    Raises:
        Conflict: it is accepted already, or was taken back.

    """
    with apply("accept_ticket", ticket, by=by, note=note) as fresh:
        fresh.accepted_at = now()
    return fresh


def finish_ticket(
    ticket: Ticket,
    *,
    result: str,
    by: User,
    charge: Decimal | None = None,
    photo: UploadedFile | None = None,
) -> Ticket:
    """Report what was done, what it cost the resident (yuan) and how it looks now; first contact hears of it.

    Raises:
        Conflict: somebody reported it already.
        DeskError: without a word on what was done, a negative charge, or a file that is no picture.

    """
    with apply("finish_ticket", ticket, by=by) as fresh:
        fresh.result = must_be_said(result, _("Write down what was done."), field="result")
        if charge is not None and charge < 0:
            raise DeskError(_("The charge cannot be negative."), field="charge")
        fresh.charge = charge
        fresh.done_at = now()
        if photo:
            attach(fresh, photo, by=by, kind="photo")
        tell([fresh.first_contact], _("Done, please reply to the resident: {number} {subject}"), fresh, by=by)
    return fresh


def hand_back_ticket(ticket: Ticket, *, reason: str, by: User) -> Ticket:
    """Give a ticket back to be dispatched anew, with the reason; its deadline keeps running.

    Raises:
        Conflict: it is no longer in anybody's hands.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it goes back."), field="reason")
    with apply("hand_back_ticket", ticket, by=by, note=reason) as fresh:
        leave_hands(fresh)
        people = chain(dispatchers(fresh), [fresh.first_contact])
        tell(people, _("{by} handed back {number} {subject}: {reason}"), fresh, by=by, reason=reason)
    return fresh


def leave_hands(ticket: Ticket) -> None:
    """Clear what stands on a ticket only while somebody has it in hand."""
    ticket.assignee = ticket.dispatched_at = ticket.accepted_at = None


def _put_into_hands(ticket: Any, to: User, due_at: dt.datetime) -> None:
    message = _("%(person)s takes no tickets in this office.")
    must_be_able(to, "complaints.accept_ticket", ticket, message, field="to")
    at = now()
    if due_at <= at:
        raise DeskError(_("This deadline is over already."), field="due_at")
    ticket.assignee = to
    ticket.due_at = due_at
    ticket.dispatched_at = at
    ticket.accepted_at = None
