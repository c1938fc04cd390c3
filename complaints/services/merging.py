"""A ticket taken twice goes on as one (R-TKT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Caller
from complaints.services.incidents import add_caller, known_on, lock_tickets
from complaints.services.replying import archive_ticket, reply_ticket
from complaints.workflow import TicketState
from frontdesk.kit.errors import Conflict, DeskError

if TYPE_CHECKING:
    from complaints.models import Ticket
    from frontdesk.staff.models import User

LONGEST = Caller._meta.get_field("said").max_length or 0


def merge_ticket(ticket: Ticket, *, into: Ticket, by: User) -> Ticket:
    """Go on with a ticket just recorded under one that is open about the same; its callers are written down there.

    It is answered with the other's number and archived. Who called about the other already is not written down twice.

    Raises:
        Conflict: somebody was sent for it meanwhile, it became part of an incident, or the other was archived.
        DeskError: the other is of another office, or something was promised on this one.

    """
    with transaction.atomic():
        rows = lock_tickets(ticket, into)
        fresh, other = rows[ticket.pk], rows[into.pk]
        if fresh == other or fresh.office_id != other.office_id:
            raise DeskError(_("Choose another ticket of this office."))
        if fresh.state != TicketState.RECORDED:
            raise Conflict(_("Somebody is on it by now: it goes on by itself."))
        if fresh.is_incident or fresh.incident_id:
            raise Conflict(_("It is an incident already, or belongs to one."))
        if not other.is_open:
            raise Conflict(_("Ticket %(number)s is archived by now.") % {"number": other.number})
        _hand_on_callers(fresh, other, by=by)
        reply = _("This goes on under ticket %(number)s.") % {"number": other.number}
        return archive_ticket(reply_ticket(fresh, reply=reply, by=by), by=by)


def _hand_on_callers(ticket: Ticket, other: Ticket, *, by: User) -> None:
    own = Caller(
        unit=ticket.unit,
        person=ticket.person,
        name=ticket.caller_name,
        phone=ticket.caller_phone,
        said=f"{ticket.subject}\n{ticket.body}".strip()[:LONGEST],
    )
    for caller in (own, *ticket.callers.all()):
        if (caller.unit or caller.person or caller.name or caller.phone) and not known_on(other, caller):
            facts = {name: getattr(caller, name) for name in ("unit", "person", "name", "phone", "said")}
            add_caller(other, by=by, **facts)
