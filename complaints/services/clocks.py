"""The four clocks of a ticket: dispatch, accept, finish, close (R-TKT-06).

A clock begins with a move and ends with a move; how long it ran and whether it is late is computed from those moments
and never counted. By when it is to end follows from the target, the office's working hours and the pauses; it is
written onto the ticket whenever one of these changes for it, so that lists and the escalation can ask the database. The
beginning never moves: another priority or category gives another target, counted from the same moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from complaints.models import Escalation, Pause
from complaints.services.settings import settings_of, target_of
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.working_hours import WorkingHours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.models import Target, Ticket

Clock = Escalation.Clock
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
DEADLINES = {
    Clock.DISPATCH: "dispatch_due_at",
    Clock.ACCEPT: "accept_due_at",
    Clock.FINISH: "finish_due_at",
    Clock.CLOSE: "close_due_at",
}
"""Which field of a ticket says by when each clock is to end."""


@dataclass(frozen=True)
class Reading:
    """One clock as it stands.

    Attributes:
        clock: which of the four.
        start: when it began.
        due: by when it is to end.
        end: when it ended; None while it runs.
        minutes: working minutes from its end, or from now, to the deadline; behind the deadline, from there to then.
            While it stands still, those left when it goes on.
        is_late: whether the step came, or is coming, after its deadline.
        is_paused: whether it stands still now.

    """

    clock: Clock
    start: dt.datetime
    due: dt.datetime
    end: dt.datetime | None
    minutes: float
    is_late: bool
    is_paused: bool


def working_hours(ticket: Ticket, *, around_the_clock: bool = False) -> WorkingHours:
    """Return the working time of the ticket's office."""
    own = settings_of(ticket.office)
    return WorkingHours(ticket.office, own.opens_at, own.closes_at, around_the_clock=around_the_clock)


def hours_of(ticket: Ticket) -> WorkingHours:
    """Return the working time in which the ticket's clocks count; around the clock where its target says so."""
    return working_hours(ticket, around_the_clock=target_of(ticket).around_the_clock)


def visit_to_offer(ticket: Ticket, at: dt.datetime | None = None) -> tuple[dt.datetime, dt.datetime]:
    """Return the next two hours, or the hour, in which somebody may come: when the ticket's clocks count."""
    hours = hours_of(ticket)
    start = (at or now()).replace(minute=0, second=0, microsecond=0) + HOUR
    while not (hours.is_open(start) and hours.is_open(start + HOUR - MINUTE)):
        start += HOUR
    return start, start + (2 * HOUR if hours.is_open(start + 2 * HOUR - MINUTE) else HOUR)


def set_deadlines(ticket: Ticket) -> None:
    """Write onto the ticket by when each step is to be made; call it in every service that begins or bends a clock."""
    target = target_of(ticket)
    hours = working_hours(ticket, around_the_clock=target.around_the_clock)
    fill_deadlines(ticket, target, hours, list(Pause.objects.filter(ticket=ticket)) if ticket.pk else [])


def fill_deadlines(ticket: Ticket, target: Target, hours: WorkingHours, pauses: Sequence[Pause] = ()) -> None:
    """Do what `set_deadlines` does with a target, hours and pauses known: for who writes many tickets at once."""
    opened = ticket.opened_at
    ticket.dispatch_due_at = deadline(hours, opened, target.dispatch, pauses)
    sent = ticket.dispatched_at
    ticket.accept_due_at = deadline(hours, sent, target.accept, pauses) if sent else None
    ticket.close_due_at = deadline(hours, opened, target.close, pauses)
    if ticket.due_at:
        ticket.finish_due_at = _put_off(hours, ticket.due_at, sent or opened, pauses)
    else:
        category = ticket.category
        minutes = category.finish_minutes if category and category.finish_minutes else target.finish
        ticket.finish_due_at = deadline(hours, opened, minutes, pauses)


def deadline(hours: WorkingHours, start: dt.datetime, minutes: float, pauses: Sequence[Pause]) -> dt.datetime:
    """Return the moment at which a clock begun at `start` runs out, the pauses since then left out."""
    return _put_off(hours, hours.add(start, minutes), start, pauses)


def clocks_of(ticket: Ticket, at: dt.datetime | None = None, hours: WorkingHours | None = None) -> list[Reading]:
    """Read the clocks of a ticket that have begun."""
    at, hours = at or now(), hours or hours_of(ticket)
    spans: dict[Clock, tuple[Any, Any]] = {
        Clock.DISPATCH: (ticket.opened_at, _sent_at(ticket) or ticket.done_at or ticket.replied_at),
        Clock.ACCEPT: (ticket.dispatched_at, ticket.accepted_at or ticket.done_at),
        Clock.FINISH: (ticket.opened_at, ticket.done_at or ticket.replied_at),
        Clock.CLOSE: (ticket.opened_at, ticket.archived_at),
    }
    dues = {clock: getattr(ticket, DEADLINES[clock]) for clock in spans}
    begun = [(clock, *span, dues[clock]) for clock, span in spans.items() if span[0] and dues[clock]]
    if moments := [at, *(moment for _clock, *span in begun for moment in span if moment)]:
        hours.read(min(moments), max(moments))
    return [_reading(ticket, hours, at, *one) for one in begun]


def _reading(
    ticket: Ticket,
    hours: WorkingHours,
    at: dt.datetime,
    clock: Clock,
    start: dt.datetime,
    end: dt.datetime | None,
    due: dt.datetime,
) -> Reading:
    until = ticket.paused_until
    is_paused = end is None and until is not None and at < until and at <= due
    first, last = sorted((until if is_paused and until else end or at, due))
    is_late = (end or at) > due
    return Reading(clock, start, due, end, hours.between(first, last), is_late=is_late, is_paused=is_paused)


def _sent_at(ticket: Ticket) -> dt.datetime | None:
    """Return when the ticket was dispatched since it was opened or handed back; given on to another, it still was."""
    if ticket.dispatched_at is None or ticket.dispatch_due_at is None or ticket.dispatched_at <= ticket.dispatch_due_at:
        return ticket.dispatched_at
    moves = history_of(ticket).filter(verb="dispatch_ticket", at__gte=ticket.opened_at)
    return moves.values_list("at", flat=True).first() or ticket.dispatched_at


def _put_off(hours: WorkingHours, due: dt.datetime, start: dt.datetime, pauses: Sequence[Pause]) -> dt.datetime:
    """Move a deadline by the working time of each pause that began before it was over."""
    for pause in sorted(pauses, key=lambda pause: pause.starts_at):
        if pause.starts_at < due and pause.end > start:
            due = hours.add(due, hours.between(max(pause.starts_at, start), pause.end))
    return due
