"""What the parts of a ticket's page below its facts show; a part with nothing to show draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.services.clocks import clocks_of, hours_of
from complaints.workflow import TicketState
from frontdesk.kit.calendar import now
from frontdesk.kit.durations import said
from frontdesk.kit.workflow import allowed

if TYPE_CHECKING:
    import datetime as dt

    from complaints.models import Ticket
    from complaints.services.clocks import Reading
    from complaints.services.warranty import Warranty
    from frontdesk.kit.working_hours import WorkingHours
    from frontdesk.staff.models import User


@dataclass(frozen=True)
class ClockLine:
    """One clock in the words of the page."""

    label: Any
    due: dt.datetime
    words: str
    tone: str


def clocks_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return the clocks that have begun, the pauses, and the steps up with who saw them (R-TKT-06)."""
    timed = ticket.led_by or ticket
    hours = hours_of(timed)
    may_look = user.has_perm("complaints.view_escalation", ticket)
    steps = ticket.escalations.select_related("seen_by").prefetch_related("told") if may_look else ()
    pauses = list(ticket.pauses.select_related("by"))
    return {
        "clocks": [clock_line(reading, hours) for reading in clocks_of(timed, hours=hours)],
        "clocks_of": ticket.led_by,
        "all_day": hours.around_the_clock,
        "pauses": pauses,
        "running_pause": next((pause for pause in pauses if ticket.is_paused and pause.end > now()), None),
        "steps_up": [(step, not step.seen_at and services.may_see_escalation(step, user)) for step in steps],
    }


def clock_line(reading: Reading, hours: WorkingHours) -> ClockLine:
    """Say how one clock stands: time left or late, in working time unless every minute counts."""
    is_long = reading.minutes >= hours.day  # nobody counts the minutes of days
    time = {"time": said(reading.minutes // 60 * 60 if is_long else reading.minutes, day=hours.day)}
    if reading.end and not reading.is_late:
        words, tone = _("in time"), "ok"
    elif reading.end:
        words, tone = (_("%(time)s too late") if reading.minutes else _("too late")), "warn"
    elif reading.is_late:  # just now, or since the office closed
        words, tone = (_("late by %(time)s") if reading.minutes else _("late")), "danger"
    elif reading.is_paused:
        words, tone = _("paused, then %(time)s left"), "paused"
    else:
        words, tone = _("%(time)s left"), "info"
    return ClockLine(capfirst(str(reading.clock.label)), reading.due, str(words) % time, tone)


def promises_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return what was promised, with what can be done about it (R-TKT-08)."""
    return {
        "promises": [(promise, allowed(promise, user)) for promise in ticket.promises.select_related("made_by")],
        "may_promise": ticket.is_open and user.has_perm("complaints.make_promise", ticket),
    }


def incident_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return who else called, the tickets of an incident, whether to ask what is alike, earlier repairs (R-TKT-07)."""
    callers = ticket.callers.select_related("unit", "person", "taken_by").prefetch_related("person__phones")
    earlier = services.earlier_repairs(ticket)
    children = ticket.children.visible_to(user).select_related("unit").order_by("pk") if ticket.is_incident else []
    return {
        "callers": [(one, one.phone_number and services.may_reveal_extra_caller(one, user)) for one in callers],
        "children": list(children),
        "may_be_taken_twice": may_be_taken_twice(ticket, user),
        "earlier": earlier,
        "may_view_earlier": user.has_perm("complaints.view_every_ticket", ticket),
        "warranty": _warranty(ticket, earlier),
    }


def may_be_taken_twice(ticket: Ticket, user: User) -> bool:
    """Answer whether to look for tickets alike: nobody was sent yet, and it belongs to no incident."""
    is_new = ticket.state == TicketState.RECORDED and not ticket.is_incident and not ticket.incident_id
    return is_new and user.has_perm("complaints.add_caller", ticket)


def similar_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return what is open alike, which a ticket's page asks for once it stands."""
    about = {name: getattr(ticket, name) for name in ("unit", "kind", "category", "subject", "body", "place")}
    asked = may_be_taken_twice(ticket, user)
    return {
        "ticket": ticket,
        "similar": services.similar_open(ticket.office, user=user, but=ticket.pk, **about) if asked else [],
        "may_join": user.has_perm("complaints.join_incident", ticket),
    }


def _warranty(ticket: Ticket, earlier: list[Ticket]) -> Warranty | None:
    """Say how the warranty stands where something is repaired again, or is to be repaired under it."""
    part = ticket.part or (earlier[0].part if earlier else None)
    if ticket.unit is None or part is None or not (earlier or ticket.kind == ticket.Kind.REWORK):
        return None
    return services.warranty_of(ticket.unit, part)


def callbacks_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return the callbacks and what they brought (R-CB-01)."""
    if not user.has_perm("complaints.view_callback", ticket):
        return {}
    return {"callbacks": ticket.callbacks.select_related("caller__person", "caller__unit", "ended_by")}


def responsibility_section(ticket: Ticket, user: User) -> dict[str, Any]:
    """Return who answers for the damage, what is paid for it to who may know, and what experts say (R-TKT-10)."""
    shares, may_view = shares_of(ticket), user.has_perm("complaints.view_compensation", ticket)
    sums = list(ticket.compensations.select_related("proposed_by", "decided_by")) if may_view else []
    is_settled = not any(one.state in (one.State.PROPOSED, one.State.APPROVED) for one in sums)
    may_change = ticket.is_open and ticket.kind in services.LIABLE
    return {
        "shares": shares,
        "compensations": [(one, allowed(one, user)) for one in sums],
        "assessments": list(ticket.assessments.select_related("asked_by")),
        "may_analyse": may_change and user.has_perm("complaints.analyse_responsibility", ticket),
        "may_propose": may_change
        and bool(shares)
        and is_settled
        and user.has_perm("complaints.propose_compensation", ticket),
        "may_ask": may_change and user.has_perm("complaints.request_assessment", ticket),
    }


def shares_of(ticket: Ticket) -> list[dict[str, Any]]:
    """Return the shares of responsibility, the largest first, each with where its part of the bar begins."""
    shares, start = [], 0
    for row in ticket.responsibilities.all():
        label = row.get_party_display()
        shares.append({"party": row.party, "label": label, "share": row.share, "start": start, "reason": row.reason})
        start += row.share
    return shares


SECTIONS = (clocks_section, promises_section, incident_section, responsibility_section, callbacks_section)
