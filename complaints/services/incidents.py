"""Many call about one thing: each is written down once, and what ends it ends it for all of them (R-TKT-07)."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from complaints.models import Caller, Ticket
from complaints.services.handling import hands_of
from complaints.services.notices import tell
from complaints.services.pausing import end_pause
from complaints.workflow import UNANSWERED
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from frontdesk.estate.models import Person, Unit
    from frontdesk.staff.models import User


def add_caller(
    ticket: Ticket,
    *,
    by: User,
    unit: Unit | None = None,
    person: Person | None = None,
    name: str = "",
    phone: str = "",
    said: str = "",
) -> Caller:
    """Write down one more person who called about an open ticket; whoever answers for it hears of it.

    Raises:
        Conflict: the ticket was archived meanwhile.
        DeskError: nothing says who called, they are of another office, or this person or number is on it already.

    """
    caller = Caller(ticket=ticket, unit=unit, person=person, name=name or (person.name if person else ""), phone=phone)
    with transaction.atomic():
        fresh = Ticket.objects.select_for_update(of=("self",)).select_related("office", "person").get(pk=ticket.pk)
        require(by, "complaints.add_caller", fresh)
        if not fresh.is_open:
            raise Conflict(_("This ticket is archived. Reopen it, or take a new one."))
        _check_caller(fresh, caller)
        caller.said, caller.taken_by = said.strip(), by
        caller.save()
        activity.record(fresh, "add_caller", by=by, note=in_words(caller))
        text = gettext_lazy("{caller} called about {number} {subject} too.")
        tell([fresh.first_contact], text, fresh, by=by, caller=caller)
    return caller


def declare_incident(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Make a ticket the one that all others about the same thing belong to; who answers for it and has it hear of it.

    Raises:
        Conflict: it is one already, belongs to one, or was archived.

    """
    with apply("declare_incident", ticket, by=by, note=note) as fresh:
        fresh.is_incident = True
        text = gettext_lazy("{by} made it an incident: {number} {subject}")
        tell(chain([fresh.first_contact], hands_of(fresh)), text, fresh, by=by)
    return fresh


def join_incident(ticket: Ticket, *, incident: Ticket, by: User, note: str = "") -> Ticket:
    """Let a ticket end with an incident of its office; until then that one's clocks count, its own only stand there.

    Raises:
        Conflict: it belongs to one by now, it is finished, or the incident is over.
        DeskError: what was chosen is no incident of this office.

    """
    with transaction.atomic():
        chosen = lock_tickets(ticket, incident).get(incident.pk)
        if chosen is None or not chosen.is_incident or chosen.office_id != ticket.office_id or chosen.pk == ticket.pk:
            raise DeskError(_("Choose an incident of this office."), field="incident")
        if chosen.state not in UNANSWERED:
            raise Conflict(_("The incident %(number)s is over by now.") % {"number": chosen.number})
        with apply("join_incident", ticket, by=by, note=note) as fresh:
            fresh.incident = chosen
            text = gettext_lazy("{number} {subject} belongs to the incident {incident} now.")
            people = chain([fresh.first_contact, chosen.first_contact], hands_of(fresh))
            tell(people, text, fresh, by=by, incident=chosen.number)
    return fresh


def leave_incident(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Take a ticket out of its incident: it goes on by itself.

    Raises:
        Conflict: somebody took it out already.

    """
    with apply("leave_incident", ticket, by=by, note=note) as fresh:
        text = gettext_lazy("{number} {subject} no longer belongs to the incident {incident}.")
        people = chain([fresh.first_contact], hands_of(fresh))
        tell(people, text, fresh, by=by, incident=fresh.incident.number)
        fresh.incident = None
    return fresh


def follow_incident(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Give the caller of a ticket the answer its incident was given, wherever the ticket itself stands.

    Whoever has it in hand hears that they need not go.

    Raises:
        Conflict: it was answered already.
        PermissionDenied: it is warranty rework that its own resident has still to confirm (R-TKT-12).

    """
    with apply("follow_incident", ticket, by=by, note=note or with_incident(ticket), verb="reply_ticket") as fresh:
        fresh.reply, fresh.replied_at = fresh.incident.reply, now()
        end_pause(fresh)
        text = gettext_lazy("Answered with the incident {incident}: {number} {subject}")
        people = chain([fresh.first_contact], hands_of(fresh))
        tell(people, text, fresh, by=by, incident=fresh.incident.number)
    return fresh


def lock_tickets(*tickets: Ticket) -> dict[int, Ticket]:
    """Lock tickets in the order of their keys and return them as they are now."""
    return {row.pk: row for row in _locked(Q(pk__in=[ticket.pk for ticket in tickets]))}


def lock_with_children(ticket: Ticket) -> list[Ticket]:
    """Lock a ticket and what belongs to it, in the order of their keys, and return the children."""
    family = Q(pk=ticket.pk) | Q(incident=ticket.pk)
    rows = _locked(family)
    # Who joined while these locks were waited for holds the incident's no longer: a second look finds them all.
    if set(Ticket.objects.filter(family).values_list("pk", flat=True)) != {row.pk for row in rows}:
        rows = _locked(family)
    return [row for row in rows if row.pk != ticket.pk]


def with_incident(ticket: Ticket) -> str:
    """Return the note of what happened to a ticket because it happened to its incident."""
    return _("with incident %(number)s") % {"number": ticket.incident.number if ticket.incident else ""}


def in_words(caller: Caller) -> str:
    """Return who called as a note says it: name, unit, the number masked."""
    parts = (caller.name, caller.unit and caller.unit.code, caller.phone and mask_phone(caller.phone))
    return " · ".join(str(part) for part in parts if part)


def _locked(which: Q) -> list[Ticket]:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("office", "person").filter(which)
    return list(rows.order_by("pk"))


def _check_caller(ticket: Ticket, caller: Caller) -> None:
    for field in ("unit", "person"):
        named = getattr(caller, field)
        if named is not None and named.office_id != ticket.office_id:
            messages = {
                "unit": _("This unit belongs to another office."),
                "person": _("This person belongs to another office."),
            }
            raise DeskError(messages[field], field=field)
    if not (caller.unit or caller.person or caller.name.strip() or caller.phone.strip()):
        raise DeskError(_("Say who called: the unit, a name or a number."), field="unit")
    if known := known_on(ticket, caller):
        field, who = known
        message = _("%(caller)s is on this ticket already.")
        raise DeskError(message % {"caller": who or _("This number")}, field=field)


def known_on(ticket: Ticket, caller: Caller) -> tuple[str, str] | None:
    """Return by which field somebody is on a ticket already, and their name there; None if they are not.

    A number is known whether it was left with a call or stands on the register.
    """
    callers = Caller.objects.filter(ticket=ticket).select_related("person").prefetch_related("person__phones")
    there = [(row.person, row.phone_number, row.name) for row in callers]
    number = _digits(caller.phone)
    for person, phone, name in [(ticket.person, ticket.phone_number, ticket.caller_name), *there]:
        if person is not None and person == caller.person:
            return "person", name or person.name
        if number and _digits(phone) == number:
            return "phone", name
    return None


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
