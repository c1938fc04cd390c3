"""Writing down what the desk hears (R-TKT-01…04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.services.clocks import DEADLINES, set_deadlines
from complaints.services.notices import dispatchers, tell
from complaints.services.replying import archive_ticket, reply_ticket
from complaints.services.rework import waits_for_resident
from complaints.workflow import UNCONFIRMED, UNDER_WAY, TicketState
from frontdesk.kit import activity, search
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.numbering import next_numbers
from frontdesk.kit.roles import require
from frontdesk.kit.versions import save_version

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

FACTS = frozenset(
    {
        "kind",
        "category",
        "channel",
        "urgent",
        "unit",
        "person",
        "caller_name",
        "caller_phone",
        "place",
        "subject",
        "body",
        "visit_from",
        "visit_to",
        "due_at",
    }
)
"""What is written down of a matter, at intake and when it is corrected."""
BENDING = ("due_at", "urgent", "category", "kind")
"""What decides by when a matter is to be finished; other corrections leave the deadlines as they are."""
SEARCH_KIND = "ticket"


def record_ticket(
    *,
    office: Office,
    by: User,
    answered_on_the_spot: bool = False,
    reply: str = "",
    photo: UploadedFile | None = None,
    permission: str = "complaints.record_ticket",
    **facts: Any,
) -> Ticket:
    """Write down a matter; whoever takes it answers for it until the reply (R-TKT-01, R-TKT-03, R-TKT-05).

    A question answered on the spot is recorded, replied to and archived in one go (R-TKT-04). Where another act brings
    a ticket about, as what a patrol finds, `permission` is what that act takes.

    Raises:
        DeskError: answered without saying what, or warranty rework that nobody has done yet (R-TKT-12); a time that
            cannot be, a deadline that is over, or people of another office.

    """
    ticket = Ticket(office=office, first_contact=by, received_at=now(), **_known(facts))
    ticket.caller_name = ticket.caller_name or (ticket.person.name if ticket.person else "")
    with transaction.atomic():
        require(by, permission, ticket)
        _check_facts(ticket)
        _must_be_ahead(ticket.due_at)
        if answered_on_the_spot:
            must_be_said(reply, _("Write down what was answered."), field="reply")
            if waits_for_resident(ticket):
                raise DeskError(UNCONFIRMED, field="answered_on_the_spot")
        number_tickets([ticket], office)
        set_deadlines(ticket)
        ticket.save()
        index_tickets([ticket])
        activity.record(ticket, "record_ticket", by=by)
        if photo:
            attach(ticket, photo, by=by, kind="photo")
        if answered_on_the_spot:
            return archive_ticket(reply_ticket(ticket, reply=reply, by=by), by=by)
        if ticket.urgent:
            tell(dispatchers(ticket), _("Urgent: {number} {subject}"), ticket, by=by)
    return ticket


def change_ticket(ticket: Ticket, *, by: User, **facts: Any) -> Ticket:
    """Correct what was written down; only the fields that differ are saved.

    The deadline of what somebody was sent for is the dispatcher's (R-TKT-06): others may bring it nearer, as by making
    it urgent, never put it off. The one it is moved for hears of it.

    Raises:
        Conflict: archived meanwhile, or changed by somebody else since `ticket` was read.
        DeskError: a time that cannot be, a new deadline that is over or not this person's to set, or people of another
            office.

    """
    with transaction.atomic():
        require(by, "complaints.change_ticket", ticket)
        current = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if current.state == TicketState.ARCHIVED:
            raise Conflict(_("This ticket is archived. Reopen it to change it."))
        before = activity.snapshot(current)
        for name, value in _known(facts).items():
            setattr(ticket, name, value)
        _check_facts(ticket)
        names = [name for name in facts if current.serializable_value(name) != ticket.serializable_value(name)]
        if "due_at" in names:
            _check_new_deadline(ticket, current.state, by)
        bent = [name for name in names if name in BENDING]
        if bent:
            set_deadlines(ticket)
            _must_not_put_off(ticket, current, bent[0], by)
        save_version(ticket, [*names, *DEADLINES.values()] if bent else names, expected=ticket.version)
        activity.record(ticket, "change_ticket", by=by, before=before, after=activity.snapshot(ticket))
        if "urgent" in names and ticket.urgent:
            tell(dispatchers(ticket), _("Urgent: {number} {subject}"), ticket, by=by)
        if current.state in UNDER_WAY and ticket.finish_due_at != current.finish_due_at:
            due = _in_words(ticket.finish_due_at)
            tell([ticket.assignee], _("New deadline {due}: {number} {subject}"), ticket, by=by, due=due)
    return ticket


def expected_deadline(office: Office, **facts: Any) -> dt.datetime | None:
    """Return by when a matter would have to be finished if it were written down now, as a ticket to nobody."""
    ticket = Ticket(office=office, received_at=now(), **_known(facts))
    set_deadlines(ticket)
    return ticket.finish_due_at


def number_tickets(tickets: Iterable[Ticket], office: Office) -> None:
    """Give new tickets the office's next numbers of this year, without a gap."""
    tickets = list(tickets)
    year = local_date().year
    first = next_numbers(office, SEARCH_KIND, year, len(tickets))
    for place, ticket in enumerate(tickets, first):
        ticket.number = f"{year}-{place:05d}"


def index_tickets(tickets: Iterable[Ticket]) -> None:
    """Make new tickets findable by number, also by its tail alone: 2026-00031, 00031, 31."""
    search.index_many(SEARCH_KIND, [(ticket.office_id, ticket.pk, number_terms(ticket.number)) for ticket in tickets])


def number_terms(number: str) -> set[str]:
    """Return the beginnings by which a ticket number is found."""
    return search.code_terms(number) | {number.rpartition("-")[2].lstrip("0")}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    if unknown := facts.keys() - FACTS:
        msg = f"A ticket has no {', '.join(sorted(unknown))}."
        raise TypeError(msg)
    return facts


def _check_facts(ticket: Ticket) -> None:
    must_be_said(ticket.subject, _("Say in one line what it is about."), field="subject")
    if ticket.unit and ticket.unit.office_id != ticket.office_id:
        raise DeskError(_("This unit belongs to another office."), field="unit")
    if ticket.category and ticket.category.office_id != ticket.office_id:
        raise DeskError(_("This is not on the office's list."), field="category")
    if ticket.person and ticket.person.office_id != ticket.office_id:
        raise DeskError(_("This person belongs to another office."), field="person")
    if ticket.visit_from and ticket.visit_to and ticket.visit_to < ticket.visit_from:
        raise DeskError(_("The time ends before it begins."), field="visit_to")


def _check_new_deadline(ticket: Ticket, state: str, by: User) -> None:
    _must_be_ahead(ticket.due_at)
    if state not in UNDER_WAY:
        return
    if not by.has_perm("complaints.dispatch_ticket", ticket):
        raise DeskError(_("Somebody was sent by this deadline: only a dispatcher moves it."), field="due_at")
    if ticket.due_at is None:
        raise DeskError(_("Choose until when."), field="due_at")


def _must_not_put_off(ticket: Ticket, current: Ticket, field: str, by: User) -> None:
    """Refuse to give who is under way more time by way of another priority, kind or category."""
    old, new = current.finish_due_at, ticket.finish_due_at
    if current.state not in UNDER_WAY or old is None or new is None or new <= old:
        return
    if not by.has_perm("complaints.dispatch_ticket", ticket):
        message = _("This would put off the deadline %(due)s of who is under way: only a dispatcher does that.")
        raise DeskError(message % {"due": _in_words(old)}, field=field)


def _in_words(moment: Any) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def _must_be_ahead(due_at: dt.datetime | None) -> None:
    if due_at is not None and due_at <= now():
        raise DeskError(_("This deadline is over already."), field="due_at")
