"""First-contact responsibility: who answers for a ticket, and how that changes hands (R-TKT-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Department, Ticket
from complaints.services.clocks import set_deadlines
from complaints.services.handling import able_members, tell_members
from complaints.services.notices import must_be_able, tell
from complaints.workflow import UNDER_WAY
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

KINDS = {"": "mine", "followed": "followed_by", "in_hand": "in_the_hands_of", "departments": "in_the_hands_of"}
"""What of a leaver is handed on → the word that finds the tickets."""


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


def reassign_open(person: User, *, office: Office, by: User, to: User | None = None, only: str = "") -> int:
    """Hand everything a leaver has open in an office to a colleague, all or nothing; return how many things moved.

    What the leaver answers for is transferred; what is in their hands is dispatched anew and waits to be accepted; out
    of the office's departments the leaver is taken. `only` "followed", "in_hand" or "departments" does one of them.
    Without a colleague, what came through a department goes back to it, for another member to take on.

    Raises:
        DeskError: the colleague may not take over all of it, none is named for what came through no department, or
            the department has nobody left for it.

    """
    require(by, "staff.reassign_work", office)
    reason = str(_("Taken over from %(person)s.") % {"person": person})
    with transaction.atomic():
        left = _leave_departments(person, office, by=by) if only in {"", "departments"} else 0
        rows = getattr(Ticket.objects.of_office(office), KINDS[only])(person)
        if only == "departments":
            rows = rows.filter(department__isnull=False)
        tickets = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for ticket in tickets:
            if only in {"", "followed"} and ticket.first_contact_id == person.pk:
                transfer_ticket(ticket, to=_named(to), reason=reason, by=by)
            if only != "followed" and ticket.assignee_id == person.pk and ticket.state in UNDER_WAY:
                _take_over(ticket, to=to, by=by, reason=reason)
    return len(tickets) + left


def _take_over(ticket: Ticket, *, to: User | None, by: User, reason: str) -> None:
    """Put a ticket into other hands; unlike a fresh dispatch its deadline stays, even one that is over."""
    with apply("redispatch_ticket", ticket, by=by, note=reason) as fresh:
        back = to is None and fresh.department is not None
        if not back:
            message = _("%(person)s takes no tickets in this office.")
            must_be_able(_named(to), "complaints.accept_ticket", fresh, message, field="to")
        elif not able_members(fresh.department).exclude(pk=fresh.assignee_id).exists():
            message = _("Nobody is left in “%(department)s”: name a colleague.")
            raise DeskError(message % {"department": fresh.department}, field="to")
        fresh.assignee, fresh.dispatched_at = to, now()
        fresh.accepted_at = fresh.arrived_at = None
        set_deadlines(fresh)
        if back:
            tell_members(fresh, by=by)
        else:
            tell([to], _("Dispatched to you: {number} {subject}"), fresh, by=by)


def _named(person: Any) -> User:
    """Return the colleague who takes over.

    Raises:
        DeskError: none was named.

    """
    if person is None:
        raise DeskError(_("Choose who takes over."), field="to")
    return person


def _leave_departments(person: User, office: Office, *, by: User) -> int:
    """Take a leaver out of the office's departments; return of how many."""
    departments = list(Department.objects.of_office(office).of_member(person).select_for_update(of=("self",)))
    for department in departments:
        department.members.remove(person)
        activity.record(department, "leave_department", by=by, note=str(person))
    return len(departments)
