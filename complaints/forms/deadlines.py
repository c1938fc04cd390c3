"""Deadlines as a dispatcher says them: in two hours, today by six, in three working days."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.services.clocks import set_deadlines
from frontdesk.kit.calendar import ONE_DAY, add_working_days, now

if TYPE_CHECKING:
    from complaints.models import Ticket

END_OF_DAY = dt.time(18)
QUICK = {
    "hours": _("In 2 hours"),
    "today": _("Today 18:00"),
    "tomorrow": _("Tomorrow 18:00"),
    "days": _("3 working days"),
}


def offered(at: dt.datetime | None = None) -> list[tuple[str, Any]]:
    """Return the quick choices that are still ahead; "today" ends at six."""
    is_over = (at or now()).time() >= END_OF_DAY
    return [(name, label) for name, label in QUICK.items() if not (name == "today" and is_over)]


def by_target(ticket: Ticket | None) -> Any:
    """Return the choice that leaves it to the target, with what that means for a ticket: 11-23 17:30."""
    if ticket is None:
        return _("As the target says")
    as_if = copy.copy(ticket)
    as_if.due_at = None
    set_deadlines(as_if)
    due = timezone.localtime(as_if.finish_due_at)
    return _("As the target says (%(due)s)") % {"due": f"{due:%m-%d %H:%M}"}


def moment(name: str, office: Any, at: dt.datetime | None = None) -> dt.datetime:
    """Return what a quick choice means for an office now; working days follow its own calendar."""
    at = at or now()
    if name == "hours":
        return at + dt.timedelta(hours=2)
    if name == "days":
        return _evening(add_working_days(office, at.date(), 3), at)
    return _evening(at.date() + (ONE_DAY if name == "tomorrow" else dt.timedelta()), at)


def _evening(day: dt.date, at: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, END_OF_DAY, tzinfo=at.tzinfo)
