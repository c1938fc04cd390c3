"""The clocks of a ticket stand still: for a reason, until a moment (R-TKT-06)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from complaints.models import Pause, Ticket
from complaints.services.clocks import set_deadlines
from complaints.services.notices import tell
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from frontdesk.staff.models import User

LONGEST = dt.timedelta(days=90)


def pause_ticket(ticket: Ticket, *, reason: str, until: dt.datetime, by: User) -> Ticket:
    """Stop the clocks of a ticket until a moment, at most 90 days ahead; then they go on by themselves.

    Raises:
        Conflict: somebody paused it already, or it is finished.
        DeskError: without a reason, an end that is over or too far away.

    """
    reason = must_be_said(reason, _("Say what it waits for."), field="reason")
    at = now()
    if until <= at:
        raise DeskError(_("This moment is over already."), field="until")
    if until > at + LONGEST:
        raise DeskError(_("The clocks stand still for 90 days at most."), field="until")
    with apply("pause_ticket", ticket, by=by, note=reason) as fresh:
        Pause.objects.create(ticket=fresh, reason=reason, starts_at=at, until=until, by=by)
        fresh.paused_until = until
        set_deadlines(fresh)
        people = [fresh.first_contact, fresh.assignee]
        tell(people, _("{by} paused the clocks of {number} {subject}: {reason}"), fresh, by=by, reason=reason)
    return fresh


def resume_ticket(ticket: Ticket, *, by: User, note: str = "") -> Ticket:
    """Let the clocks go on before the pause is over.

    Raises:
        Conflict: they are running, or the ticket is archived.

    """
    with apply("resume_ticket", ticket, by=by, note=note) as fresh:
        end_pause(fresh)
        people = [fresh.first_contact, fresh.assignee]
        tell(people, _("{by} let the clocks of {number} {subject} go on."), fresh, by=by)
    return fresh


def end_pause(ticket: Ticket) -> None:
    """Let the clocks of a locked ticket go on now, if they stand still; also when what it waited for is done."""
    at = now()
    if ticket.paused_until and ticket.paused_until > at:
        Pause.objects.filter(ticket=ticket, ended_at__isnull=True, until__gt=at).update(ended_at=at)
        ticket.paused_until = None
        set_deadlines(ticket)


def remind_of_pauses(at: dt.datetime) -> int:
    """Tell whoever paused a ticket that its clocks run again; return how many were told.

    The clocks go on without this. Each pause is told of once: whoever clears `paused_until` tells.
    """
    over = Pause.objects.filter(ended_at__isnull=True, until__lte=at, ticket__paused_until=F("until"))
    return sum(_remind(pause) for pause in over.select_related("ticket", "by"))


@transaction.atomic
def _remind(pause: Pause) -> bool:
    ticket = pause.ticket
    is_first = Ticket.objects.filter(pk=ticket.pk, paused_until=pause.until).update(paused_until=None)
    if not is_first or not ticket.is_open:
        return False
    text = _("The pause is over, the clocks of {number} {subject} run again: {reason}")
    tell([pause.by], text, ticket, by=None, reason=pause.reason)
    return True
