"""First-contact responsibility: who answers for a ticket, and how that changes hands (R-TKT-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.services.notices import must_be_able, must_be_said, tell
from complaints.workflow import UNDER_WAY
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User


def transfer_ticket(ticket: Ticket, *, to: User, reason: str, by: User, holder: int | None = None) -> Ticket:
    """Let another colleague answer for a ticket, with the reason on record (R-TKT-05).

    `holder` is the account that answered for it when the supervisor decided; by default that of `ticket` as read.

    Raises:
        Conflict: archived meanwhile, or somebody else transferred it.
        DeskError: without a reason, or to somebody who may not reply in this office.

    """
    reason = must_be_said(reason, _("Say why somebody else answers for it now."), field="reason")
    with apply("transfer_ticket", ticket, by=by, note=reason) as fresh:
        earlier = fresh.first_contact
        if earlier.pk != (holder or ticket.first_contact_id):
            raise Conflict(_("Meanwhile %(person)s answers for this ticket.") % {"person": earlier})
        if to == earlier:
            raise DeskError(_("%(person)s answers for it already.") % {"person": to}, field="to")
        message = _("%(person)s may not reply to tickets in this office.")
        must_be_able(to, "complaints.reply_ticket", fresh, message, field="to")
        fresh.first_contact = to
        tell([to], _("You answer for {number} {subject} now: {reason}"), fresh, by=by, reason=reason)
        tell([earlier], _("{to} answers for {number} {subject} now."), fresh, by=by, stand_in=False, to=to)
    return fresh


def reassign_open(person: User, *, office: Office, to: User, by: User, only: str = "") -> int:
    """Hand everything a leaver has open in an office to a colleague, all or nothing; return how many tickets.

    What the leaver answers for is transferred; what is in their hands is dispatched anew and waits to be accepted.
    `only` "followed" or "in_hand" hands over one of the two.

    Raises:
        DeskError: the colleague may not take over all of it.

    """
    require(by, "staff.reassign_work", office)
    reason = str(_("Taken over from %(person)s.") % {"person": person})
    with transaction.atomic():
        words = {"": "mine", "followed": "followed_by", "in_hand": "in_the_hands_of"}
        tickets = Ticket.objects.of_office(office)
        rows = getattr(tickets, words[only])(person).select_for_update().order_by("pk")
        for ticket in rows:
            if only != "in_hand" and ticket.first_contact_id == person.pk:
                transfer_ticket(ticket, to=to, reason=reason, by=by)
            if only != "followed" and ticket.assignee_id == person.pk and ticket.state in UNDER_WAY:
                _take_over(ticket, to=to, by=by, reason=reason)
    return len(rows)


def _take_over(ticket: Ticket, *, to: User, by: User, reason: str) -> None:
    """Put a ticket into other hands; unlike a fresh dispatch its deadline stays, even one that is over."""
    with apply("redispatch_ticket", ticket, by=by, note=reason) as fresh:
        message = _("%(person)s takes no tickets in this office.")
        must_be_able(to, "complaints.accept_ticket", fresh, message, field="to")
        fresh.assignee, fresh.dispatched_at, fresh.accepted_at = to, now(), None
        tell([to], _("Dispatched to you: {number} {subject}"), fresh, by=by)
