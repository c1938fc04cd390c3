"""The number to call: in full for whoever is to call it, on record each time (R-EST-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, Caller, Ticket
from complaints.services.calling_back import CALL_BACK
from frontdesk.estate.models import Tenure
from frontdesk.estate.services import watch_reveals
from frontdesk.kit import activity
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from typing import Any

    from frontdesk.estate.models import Person
    from frontdesk.staff.models import User


def reveal_caller(ticket: Ticket, *, by: User) -> str:
    """Return the number to call back in full, an empty text where none is known.

    Looking at it is written down on the ticket. A number that the caller did not give but stands on the register is
    that person's own: it is written down there too, the ticket being the reason. Managers hear of who looks at many.

    Raises:
        PermissionDenied: the ticket is not this person's to call about; see `may_reveal_caller`.

    """
    return _reveal(ticket, ticket, _("Ticket %(number)s"), by=by)


def reveal_extra_caller(caller: Caller, *, by: User) -> str:
    """Return the number of somebody added to a ticket in full, by the rules of `reveal_caller`.

    Raises:
        PermissionDenied: see `may_reveal_extra_caller`.

    """
    return _reveal(caller, caller.ticket, _("Ticket %(number)s"), by=by, note=str(caller))


def reveal_called(callback: Callback, *, by: User) -> str:
    """Return the number to call in full, on record with the ticket and, where it is the register's, with the person.

    Raises:
        PermissionDenied: the callback is over, or this person does not call them back; see `may_reveal_called`.

    """
    if not _calls_back(callback, by):
        raise PermissionDenied(CALL_BACK)
    return _reveal(callback, callback.ticket, _("Callback on ticket %(number)s"), by=by, note=callback.name)


def may_reveal_caller(ticket: Ticket, user: User) -> bool:
    """Answer whether this person may see the number to call back.

    What the caller gave to be called at is for whoever deals with tickets. The number of somebody on the register is
    for who may see the register's numbers; while the ticket is open also for who has it in hand, and for who answers
    for it where the person belongs to the unit it is about: naming somebody on a ticket opens nobody's number.
    """
    return _may_reveal(ticket, ticket, user)


def may_reveal_extra_caller(caller: Caller, user: User) -> bool:
    """Answer whether this person may see the number of somebody added to a ticket, by the rules of the first caller."""
    return _may_reveal(caller, caller.ticket, user)


def may_reveal_called(callback: Callback, user: User) -> bool:
    """Answer the same for who calls back, while there is somebody to call."""
    return _calls_back(callback, user) and _may_reveal(callback, callback.ticket, user)


def person_to_call(called: Ticket | Caller | Callback) -> Person | None:
    """Return whose number on the register would be shown; None where one was left with the call."""
    if isinstance(called, Callback):
        return person_to_call(called.caller or called.ticket)
    left = called.phone if isinstance(called, Caller) else called.caller_phone
    return None if left else called.person


def _calls_back(callback: Callback, user: User) -> bool:
    may = user.has_perm("complaints.reveal_caller", callback.ticket) and user.has_perm(CALL_BACK, callback)
    return may and callback.state == Callback.State.WAITING


def _may_reveal(called: Ticket | Caller | Callback, ticket: Ticket, user: User) -> bool:
    """Answer it for a number that was given with a call, or that is somebody's on the register."""
    if not user.has_perm("complaints.reveal_caller", ticket):
        return False
    person = person_to_call(called)
    if person is None or user.has_perm("estate.reveal_person", person):
        return True
    if not ticket.is_open:
        return False
    return user.pk == ticket.assignee_id or (user.pk == ticket.first_contact_id and _belongs(person, ticket))


def _belongs(person: Person, ticket: Ticket) -> bool:
    """Answer whether somebody is at home today in the unit a ticket is about."""
    at_home = Tenure.objects.current().filter(unit=ticket.unit_id, person=person.pk)
    return ticket.unit_id is not None and at_home.exists()


def _reveal(called: Ticket | Caller | Callback, ticket: Ticket, why: Any, *, by: User, note: str = "") -> str:
    require(by, "complaints.reveal_caller", ticket)
    number = called.phone_number
    if not number:
        return ""
    if not _may_reveal(called, ticket, by):
        raise PermissionDenied("estate.reveal_person")
    person = person_to_call(called)
    with transaction.atomic():
        activity.record(ticket, "reveal_caller", by=by, note=note)
        if person is not None:
            activity.record(person, "call_person", by=by, note=str(why % {"number": ticket.number}))
        watch_reveals(ticket, by=by)
    return number
