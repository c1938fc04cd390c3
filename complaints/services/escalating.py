"""What is late goes up level by level; what is major goes to the manager at once (R-TKT-06, R-DUTY-04).

A step is due so many working minutes after a clock ran out; that is asked of the database anew each time, so a sweep
that came late, twice or not at all changes nothing but the moment. One step per ticket, clock, level and deadline.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Escalation, Pause, Ticket
from complaints.querysets import CLOCKS
from complaints.services.settings import settings_of
from frontdesk.estate.models import Office
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import must_be_said
from frontdesk.kit.notifications import notify, notify_many
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.kit.working_hours import WorkingHours
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    Step = tuple[Escalation, list[User]]

Clock, Level = Escalation.Clock, Escalation.Level
LATE = {
    Clock.DISPATCH: _("not dispatched in time"),
    Clock.ACCEPT: _("not accepted in time"),
    Clock.FINISH: _("not finished in time"),
    Clock.CLOSE: _("not closed in time"),
}
CHUNK = 100
"""Tickets locked at a time."""
READ = ("office", "number", "subject", "state", "first_contact", *(field for _states, field in CLOCKS.values()))


@dataclass(frozen=True)
class Ladder:
    """The way up in one office at one moment.

    Attributes:
        hours: the working time in which lateness counts.
        cutoffs: level → a deadline before this moment has been over long enough for it.
        people: level → who holds it; a level nobody holds passes on at once.
        at_work: who deals with tickets in the office today, by key: a first contact who left, or is a guard now, is not
            told.

    """

    hours: WorkingHours
    cutoffs: dict[int, dt.datetime]
    people: dict[int, list[User]]
    at_work: dict[int, User]

    def late_since(self, due: dt.datetime, pauses: Sequence[Pause]) -> dt.datetime:
        """Return the deadline, moved on by the pauses after it: while a ticket stands still it gets no later."""
        stood_still = sum(self.hours.between(max(pause.starts_at, due), pause.end) for pause in pauses)
        return self.hours.add(due, stood_still)

    def told(self, level: int, ticket: Ticket) -> list[User]:
        """Return whom a step to this level goes to."""
        if level != Level.CLERK:
            return self.people[level]
        person = self.at_work.get(ticket.first_contact_id)
        return [person] if person else []


def mark_major(ticket: Ticket, *, reason: str, by: User) -> Ticket:
    """Report a matter as major: it goes to the office's managers at once, whatever the hour (R-DUTY-04).

    Raises:
        Conflict: somebody reported it already, or it is archived.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say what makes it major."), field="reason")
    with apply("mark_major", ticket, by=by, note=reason) as fresh:
        fresh.major = True
        people, at = _people(fresh.office), now()
        levels = [Level.MANAGER] if people[Level.MANAGER] else [Level.MANAGER, Level.COMPANY]
        for level in levels:
            step = Escalation(ticket=fresh, clock=Clock.MAJOR, level=level, due_at=at, at=at)
            _write([(step, people[level])])
            text = _("Major, says {by}: {number} {subject}: {reason}")
            notify(people[level], _sentence(text, fresh, by=by, reason=reason), url=fresh.get_absolute_url(), by=by)
    return fresh


def see_escalation(escalation: Escalation, *, by: User) -> Escalation:
    """Note that somebody it went to, or a dispatcher, has looked at it; a second look changes nothing.

    Whatever else of the same ticket went to that person is looked at with it.

    Raises:
        PermissionDenied: it went to others.

    """
    with transaction.atomic():
        require(by, "complaints.view_escalation", escalation)
        Ticket.objects.select_for_update().get(pk=escalation.ticket_id)
        fresh = Escalation.objects.get(pk=escalation.pk)
        if not may_see_escalation(fresh, by):
            raise PermissionDenied("complaints.dispatch_ticket")
        if fresh.seen_at is None:
            fresh.seen_at, fresh.seen_by = now(), by
            fresh.save(update_fields=["seen_at", "seen_by"])
            others = Escalation.objects.filter(ticket=fresh.ticket_id).unseen_by(by).values_list("pk", flat=True)
            Escalation.objects.filter(pk__in=list(others)).update(seen_at=fresh.seen_at, seen_by=by)
            facts = {"clock": fresh.clock, "level": fresh.level}
            activity.record(fresh.ticket, "see_escalation", by=by, after=facts)
    return fresh


def may_see_escalation(escalation: Escalation, user: User) -> bool:
    """Answer whether this person may say that it was looked at."""
    return user in escalation.told.all() or user.has_perm("complaints.dispatch_ticket", escalation)


def escalate_due(at: dt.datetime | None = None) -> int:
    """Make every step up that is due now, office by office, in their working hours only; return how many.

    Paused tickets stand still, imported ones were never the office's to time.
    """
    at = at or now()
    return sum(_escalate_office(office, at) for office in Office.objects.order_by("pk"))


def _escalate_office(office: Office, at: dt.datetime) -> int:
    own = settings_of(office)
    hours = WorkingHours(office, own.opens_at, own.closes_at)
    if not hours.is_open(at):
        return 0
    after = {
        Level.CLERK: 0,
        Level.SUPERVISOR: own.supervisor_after,
        Level.MANAGER: own.manager_after,
        Level.COMPANY: own.company_after,
    }
    cutoffs = {int(level): hours.back(at, minutes) for level, minutes in after.items()}
    # Keys alone: eight bytes for each late ticket, however many are open, and no cursor left open while we write.
    keys = array("q", _late(office, at).values_list("pk", flat=True).iterator())
    if not keys:
        return 0
    at_work = {user.pk: user for user in User.objects.who_may("complaints.view_ticket", office)}
    ladder = Ladder(hours, cutoffs, _people(office), at_work)
    return sum(_escalate_chunk(keys[first : first + CHUNK], ladder, at) for first in range(0, len(keys), CHUNK))


def _late(office: Office, at: dt.datetime) -> Any:
    """Return the office's tickets that are late at one of their clocks."""
    late = Q()
    for states, field in CLOCKS.values():
        late |= Q(state__in=states, **{f"{field}__lt": at})
    return _timed(at).filter(late, office=office).order_by("pk")


def _timed(at: dt.datetime) -> Any:
    """Return the open tickets whose clocks run now; an incident goes up for all its callers at once.

    Imported ones were never the office's to time.
    """
    return Ticket.objects.open().running(at).by_themselves().filter(source_id="")


def _escalate_chunk(keys: Sequence[int], ladder: Ladder, at: dt.datetime) -> int:
    """Make the steps of some tickets: locked and read again, so that of two sweeps at once one makes each step."""
    rows = _timed(at).filter(pk__in=list(keys)).only(*READ).order_by("pk")
    due = {step.ticket.pk for step, _told in _steps_due(rows, ladder, at)}
    if not due:  # as nearly always: what is late went up long ago
        return 0
    with transaction.atomic():
        steps = _steps_due(rows.filter(pk__in=due).select_for_update(), ladder, at)
        _write(steps)
        _record(steps)
        notify_many((told, _late_sentence(step), step.ticket.get_absolute_url()) for step, told in steps)
    return len(steps)


def _steps_due(rows: Any, ladder: Ladder, at: dt.datetime) -> list[Step]:
    """Return the steps that are due for these tickets and not made."""
    tickets = list(rows)
    known: dict[int, set[tuple]] = {ticket.pk: set() for ticket in tickets}
    pauses: dict[int, list[Pause]] = {ticket.pk: [] for ticket in tickets}
    made = Escalation.objects.filter(ticket__in=tickets).order_by()
    for key, *step in made.values_list("ticket", "clock", "level", "due_at"):
        known[key].add(tuple(step))
    for pause in Pause.objects.filter(ticket__in=tickets).order_by():
        pauses[pause.ticket_id].append(pause)
    return [step for ticket in tickets for step in _steps_of(ticket, ladder, known[ticket.pk], pauses[ticket.pk], at)]


def _steps_of(
    ticket: Ticket, ladder: Ladder, known: set[tuple], pauses: Sequence[Pause], at: dt.datetime
) -> Iterator[Step]:
    """Return the steps due for one ticket, clock by clock and upwards; where nobody holds a level, the next as well."""
    for clock, (states, field) in CLOCKS.items():
        due, straight_on = getattr(ticket, field), False
        if ticket.state not in states or due is None:
            continue
        late_since = ladder.late_since(due, pauses)
        for level in Level:
            if not straight_on and late_since >= ladder.cutoffs[level]:
                break
            straight_on = False
            if (clock, level, due) not in known:
                told = ladder.told(level, ticket)
                straight_on = not told
                yield Escalation(ticket=ticket, clock=Clock(clock), level=level, due_at=due, at=at), told


def _late_sentence(step: Escalation) -> Any:
    went_up = step.level != Level.CLERK
    text = _("Went up to you, {late}: {number} {subject}") if went_up else _("Overdue, {late}: {number} {subject}")
    return _sentence(text, step.ticket, late=LATE[Clock(step.clock)])


def _sentence(text: Any, ticket: Ticket, **more: Any) -> Any:
    return format_lazy(text, number=ticket.number, subject=ticket.subject, **more)


def _write(steps: Sequence[Step]) -> None:
    """Save steps with the people they went to."""
    Escalation.objects.bulk_create([step for step, _told in steps])
    through = Escalation.told.through
    through.objects.bulk_create(
        [through(escalation_id=step.pk, user_id=person.pk) for step, told in steps for person in told]
    )


def _record(steps: Iterable[Step]) -> None:
    """Write the steps down on their tickets, as the software's own act."""
    alike: dict[tuple[str, int, bool], list[Ticket]] = {}
    for step, told in steps:
        alike.setdefault((step.clock, step.level, bool(told)), []).append(step.ticket)
    for (clock, level, was_told), tickets in alike.items():
        note = "" if was_told else str(_("Nobody holds this level here: straight on to the next."))
        facts = {"clock": clock, "level": level}
        activity.record_many(tickets, "escalate_ticket", by=None, note=note, after=facts)


def _people(office: Office) -> dict[int, list[User]]:
    """Return who holds the upper levels of an office; the company's people belong to none."""
    return {
        Level.SUPERVISOR: list(User.objects.working_in(office, Role.SUPERVISOR)),
        Level.MANAGER: list(User.objects.working_in(office, Role.MANAGER)),
        Level.COMPANY: list(User.objects.at_work(None, Role.COMPANY)),
    }
