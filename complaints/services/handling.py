"""Sending somebody and hearing back from them (R-TKT-03, R-TKT-06)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.services.clocks import set_deadlines
from complaints.services.notices import dispatchers, must_be_able, tell
from complaints.services.pausing import end_pause
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.models import Attachment
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from complaints.models import Cause, Contractor, Department, Part

Photos = Attachment.Kind


def dispatch_ticket(
    ticket: Ticket,
    *,
    by: User,
    to: User | None = None,
    department: Department | None = None,
    contractor: Contractor | None = None,
    due_at: dt.datetime | None = None,
    note: str = "",
) -> Ticket:
    """Send somebody, to be finished by a deadline (R-TKT-03, R-TKT-06).

    What goes to a department is taken on by whichever member grabs it, unless one of them is named at once. A
    contractor has no account: the person named follows it for him, else whoever dispatches. Without a deadline the
    target decides.

    Raises:
        Conflict: it is dispatched already, or past that.
        DeskError: to nobody; to somebody who takes no tickets here; to a department nobody of which could take it, or
            one set aside; a deadline that is over.

    """
    with apply("dispatch_ticket", ticket, by=by, note=note) as fresh:
        _put_into_hands(fresh, to, department, contractor, due_at)
        _tell_new_hands(fresh, by=by)
    return fresh


def redispatch_ticket(
    ticket: Ticket,
    *,
    by: User,
    to: User | None = None,
    department: Department | None = None,
    contractor: Contractor | None = None,
    due_at: dt.datetime | None = None,
    note: str = "",
    holder: str = "",
) -> Ticket:
    """Take a ticket out of somebody's hands and give it to others, or set another deadline.

    `holder` says from whom the dispatcher believes to take it (`holder_of`); by default whoever `ticket` as read names.

    Raises:
        Conflict: it is done, or somebody else has dispatched it anew or taken it on meanwhile.
        DeskError: as `dispatch_ticket`.

    """
    with apply("redispatch_ticket", ticket, by=by, note=note) as fresh:
        if holder_of(fresh) != (holder or holder_of(ticket)):
            raise Conflict(_("Meanwhile this was dispatched to %(person)s.") % {"person": fresh.handler})
        earlier = fresh.assignee
        _put_into_hands(fresh, to, department, contractor, due_at)
        _tell_new_hands(fresh, by=by)
        if earlier != fresh.assignee:
            tell([earlier], _("No longer yours: {number} {subject}"), fresh, by=by, stand_in=False)
    return fresh


def accept_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Say "I am on it"; a dispatcher writes down that a contractor said so.

    Raises:
        Conflict: it is accepted already, or was taken back.

    """
    with apply("accept_ticket", ticket, by=by, note=note) as fresh:
        fresh.accepted_at = now()
    return fresh


def grab_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Take on what was dispatched to one of one's departments; of two members at once one gets it.

    Raises:
        Conflict: a colleague was quicker, and who it is; or it was taken back.

    """
    try:
        with apply("grab_ticket", ticket, by=by, note=note) as fresh:
            fresh.assignee = by
            fresh.accepted_at = now()
    except (Conflict, PermissionDenied) as error:
        taken = taken_by_a_colleague(ticket, by)
        if taken is None:
            raise
        raise Conflict(taken) from error
    return fresh


def taken_by_a_colleague(ticket: Ticket, user: User) -> Any:
    """Return the sentence that tells a member of its department who has a ticket by now; None if nobody else has."""
    current = Ticket.objects.select_related("assignee", "department").get(pk=ticket.pk)
    if current.assignee is None or current.assignee == user or current.department is None:
        return None
    if not current.department.members.filter(pk=user.pk).exists():
        return None
    return _("%(person)s has taken it on already.") % {"person": current.assignee}


def arrive_ticket(ticket: Ticket, *, by: User, note: str = "", photo_before: Iterable[UploadedFile] = ()) -> Ticket:
    """Say "I am there", and show how it looked before anybody touched it.

    Raises:
        Conflict: it is done meanwhile, or was taken back.
        DeskError: a file that is no picture.

    """
    with apply("arrive_ticket", ticket, by=by, note=note) as fresh:
        fresh.arrived_at = now()
        _attach(fresh, photo_before, Photos.BEFORE, by=by)
    return fresh


def finish_ticket(  # noqa: PLR0913 - what the report asks for, each by its own name
    ticket: Ticket,
    *,
    result: str,
    by: User,
    charge: Decimal | None = None,
    part: Part | None = None,
    cause: Cause | None = None,
    material: str = "",
    photo_before: Iterable[UploadedFile] = (),
    photo_after: Iterable[UploadedFile] = (),
    permission: str = "",
) -> Ticket:
    """Report what was done, at what and why, with what, what it cost the resident (yuan), and how it looks.

    A contractor who brings the key back reports by rule, whoever takes it; `permission` is then what that takes.

    Raises:
        Conflict: somebody reported it already.
        DeskError: without a word on what was done, a negative charge, a part or cause of another office, or a file that
            is no picture.

    """
    with apply("finish_ticket", ticket, by=by, permission=permission) as fresh:
        fresh.result = must_be_said(result, _("Write down what was done."), field="result")
        if charge is not None and charge < 0:
            raise DeskError(_("The charge cannot be negative."), field="charge")
        for name, entry in (("part", part), ("cause", cause)):
            if entry is not None and entry.office_id != fresh.office_id:
                raise DeskError(_("This is not on the office's list."), field=name)
        fresh.charge, fresh.part, fresh.cause, fresh.material = charge, part, cause, material.strip()
        fresh.done_at = now()
        end_pause(fresh)
        _attach(fresh, photo_before, Photos.BEFORE, by=by)
        _attach(fresh, photo_after, Photos.AFTER, by=by)
        tell([fresh.first_contact], _("Done, please reply to the resident: {number} {subject}"), fresh, by=by)
    return fresh


def hand_back_ticket(ticket: Ticket, *, reason: str, by: User) -> Ticket:
    """Give a ticket back to be dispatched anew, with the reason; its deadline keeps running.

    Whoever has it may, any member of the department to which it went, and a dispatcher for a contractor.

    Raises:
        Conflict: it is no longer in anybody's hands.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it goes back."), field="reason")
    with apply("hand_back_ticket", ticket, by=by, note=reason) as fresh:
        leave_hands(fresh)
        set_deadlines(fresh)
        people = chain(dispatchers(fresh), [fresh.first_contact])
        tell(people, _("{by} handed back {number} {subject}: {reason}"), fresh, by=by, reason=reason)
    return fresh


def agree_visit(ticket: Ticket, *, visit_from: dt.datetime, visit_to: dt.datetime, by: User, note: str = "") -> Ticket:
    """Agree with the resident when somebody comes; whoever has the ticket is told (R-TKT-03).

    Raises:
        Conflict: it is done meanwhile.
        DeskError: a time that is over, or that ends before it begins.

    """
    if visit_from <= now():
        raise DeskError(_("This time is over already."), field="visit_from")
    if visit_to <= visit_from:
        raise DeskError(_("The time ends before it begins."), field="visit_to")
    with apply("agree_visit", ticket, by=by, note=note) as fresh:
        fresh.visit_from, fresh.visit_to = visit_from, visit_to
        fresh.visit_agreed_at = now()
        text = _("Visit agreed, {time}: {number} {subject}")
        tell(hands_of(fresh), text, fresh, by=by, time=_span(visit_from, visit_to))
    return fresh


def leave_hands(ticket: Ticket, *, but_contractor: bool = False) -> None:
    """Clear what stands on a ticket only while somebody has it in hand; whose work came back may stay named."""
    ticket.assignee = ticket.department = None
    if not but_contractor:
        ticket.contractor = None
    ticket.dispatched_at = ticket.accepted_at = ticket.arrived_at = None


def holder_of(ticket: Ticket) -> str:
    """Return who has a ticket in one word, to tell later whether it changed hands."""
    return f"{ticket.assignee_id or 0}-{ticket.department_id or 0}-{ticket.contractor_id or 0}"


def able_members(department: Department) -> Any:
    """Return the members of a department who may take on its tickets today."""
    return User.objects.who_may("complaints.accept_ticket", department.office).filter(departments=department)


def hands_of(ticket: Ticket) -> Iterable[User]:
    """Return the accounts that have a ticket: the person, else the department's; nobody for a contractor alone."""
    if ticket.assignee is not None:
        return [ticket.assignee]
    return able_members(ticket.department) if ticket.department is not None else []


def _put_into_hands(
    ticket: Any, to: User | None, department: Department | None, contractor: Contractor | None, due_at: Any
) -> None:
    at = now()
    _check_hands(ticket, to, department, contractor)
    if due_at is not None and due_at <= at:
        raise DeskError(_("This deadline is over already."), field="due_at")
    ticket.assignee, ticket.department, ticket.contractor = to, department, contractor
    ticket.due_at = due_at
    ticket.dispatched_at = at
    ticket.accepted_at = ticket.arrived_at = None
    set_deadlines(ticket)


def _check_hands(ticket: Ticket, to: User | None, department: Department | None, contractor: Contractor | None) -> None:
    if not (to or department or contractor):
        raise DeskError(_("Choose a department, a person or a contractor."), field="department")
    for name, entry in (("department", department), ("contractor", contractor)):
        if entry is not None and (entry.office_id != ticket.office_id or not entry.is_active):
            raise DeskError(_("“%(name)s” is not in use in this office.") % {"name": entry}, field=name)
    if to is not None:
        message = _("%(person)s takes no tickets in this office.")
        must_be_able(to, "complaints.accept_ticket", ticket, message, field="to")
    if department is None:
        return
    members = able_members(department)
    if to is not None and not members.filter(pk=to.pk).exists():
        people = {"person": to, "department": department}
        raise DeskError(_("%(person)s does not belong to “%(department)s”.") % people, field="to")
    if not members.exists():
        message = _("Nobody in “%(department)s” can take tickets. Add members to it first.")
        raise DeskError(message % {"department": department}, field="department")


def _tell_new_hands(ticket: Ticket, *, by: User) -> None:
    if ticket.assignee is not None or ticket.department is None:
        tell([ticket.assignee], _("Dispatched to you: {number} {subject}"), ticket, by=by)
        return
    tell_members(ticket, by=by)


def tell_members(ticket: Ticket, *, by: User) -> None:
    """Tell everybody of its department that a ticket waits for whoever takes it on."""
    text = _("For {department}, who takes it on? {number} {subject}")
    tell(hands_of(ticket), text, ticket, by=by, department=ticket.department)


def _attach(ticket: Ticket, uploads: Iterable[UploadedFile], kind: str, *, by: User) -> None:
    """Put pictures on a ticket; a refusal is shown at the field of their kind."""
    for upload in uploads:
        try:
            attach(ticket, upload, by=by, kind=kind)
        except DeskError as error:
            raise DeskError(str(error), field=f"photo_{kind}") from error


def _span(start: dt.datetime, end: dt.datetime) -> str:
    """Write a time both languages read: 11-23 14:00–16:00, with the second day where it is another."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    shape = "%H:%M" if first.date() == last.date() else "%m-%d %H:%M"
    return f"{first:%m-%d %H:%M}–{last.strftime(shape)}"
