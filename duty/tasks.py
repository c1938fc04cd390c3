"""What the queue does for duty: drafts and re-plans, and once a minute whatever is due."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from duty.models import Roster
from duty.services import drafting, findings, reminding, replanning, routine_planning, scheduling
from frontdesk.kit.jobs import job
from frontdesk.kit.tasks import every_tick

if TYPE_CHECKING:
    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job


@job("duty.draft_roster", label=_("Draft of the roster"))
def draft_roster(job_row: Job, progress: Progress) -> str:
    """Draft a month (R-DUTY-01)."""
    roster = Roster.objects.select_related("office").get(pk=job_row.params["roster"])
    said = drafting.draft(roster, progress, by=job_row.created_by)
    if job_row.created_by is None:
        text = _("The roster of %(month)s is drafted; look it over and publish it.")
        scheduling.tell(roster.office, text % {"month": f"{roster.month:%Y-%m}"}, roster)
    return said


@job("duty.replan_roster", label=_("Rest of the roster planned again"))
def replan_roster(job_row: Job, progress: Progress) -> str:
    """Plan the rest of a month with the fewest changes."""
    roster = Roster.objects.select_related("office").get(pk=job_row.params["roster"])
    return replanning.replan(roster, dt.date.fromisoformat(job_row.params["since"]), progress)


@every_tick
def draft_due_months(now: dt.datetime) -> None:
    """Draft next month where its day has come (R-DUTY-01)."""
    scheduling.draft_due_months(now)


@every_tick
def remind_of_publishing(now: dt.datetime) -> None:
    """Remind of a month that is not published."""
    scheduling.remind_of_publishing(now)


@every_tick
def remind_of_handovers(now: dt.datetime) -> None:
    """Say what is due around the ends of shifts (R-DUTY-07, R-DUTY-10)."""
    reminding.remind(now)


@every_tick
def plan_routines(now: dt.datetime) -> None:
    """List routine work ahead (R-RTN-05)."""
    routine_planning.plan_routines(now)


@every_tick
def remind_of_routines(now: dt.datetime) -> None:
    """Remind of routine work, and tell of what is overdue (R-RTN-05)."""
    routine_planning.remind_of_routines(now)


@every_tick
def remind_of_findings(now: dt.datetime) -> None:
    """Say which findings are to be planned or solved today, and which are late (R-RTN-01)."""
    findings.remind_of_findings(now)
