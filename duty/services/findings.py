"""Findings: written down where they are seen, told to whoever answers for quality, planned in time (R-RTN-01)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext as said, gettext_lazy as _

from complaints.models import Ticket
from complaints.services.intake import record_ticket
from duty.models import DutySettings, Finding, LogEntry
from duty.services.log import put_right, write_entry
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Building, Office, Unit

VIEW, REPORT, SOLVE = "duty.view_finding", "duty.report_finding", "duty.solve_finding"
SHORT = 60
REMINDED_FROM = 8
"""The hour from which findings are reminded of."""
LONGEST = dt.timedelta(days=366)
"""How far ahead a plan may say that it is solved."""


class Becomes(StrEnum):
    """What a finding becomes at once, besides a finding."""

    NOTHING = ""
    TICKET = "ticket"
    ENTRY = "entry"


def report_finding(  # noqa: PLR0913 - what is said of a finding, each by its own name
    *,
    office: Office,
    text: str,
    by: User,
    building: Building | None = None,
    unit: Unit | None = None,
    place: str = "",
    photos: Iterable[UploadedFile] = (),
    solution: str = "",
    becomes: str = Becomes.NOTHING,
    at: dt.datetime | None = None,
    **source: Any,
) -> Finding:
    """Write down what was found; with a `solution` it was solved on the spot, else the office's days for a plan run.

    `source` says where it comes from: the round it was seen on. `at` is when it was seen, now unless it reached the
    office late. It may become a ticket or a non-conformity at once. Whoever answers for quality is told (R-RTN-01).

    Raises:
        DeskError: nothing is said, or not where; a building or unit of another office.

    """
    require(by, REPORT, office)
    text = must_be_said(text, _("Say what was found."), field="text")
    place = place.strip()
    if not (unit or building or place):
        raise DeskError(_("Say where it is: a unit, a building or the place in words."), field="place")
    same_office(office, unit, building)
    moment = at or now()
    with transaction.atomic():
        finding = Finding(office=office, text=text, building=building, unit=unit, place=place, found_by=by, **source)
        finding.found_at, finding.number = moment, _number(office, moment)
        finding.plan_by = local_date(moment) + dt.timedelta(days=DutySettings.of(office).plan_days)
        if solution.strip():
            _mark_solved(finding, solution.strip(), by, moment)
        finding.save(force_insert=True)
        activity.record(finding, "report_finding", by=by, after=activity.snapshot(finding))
        for photo in photos:
            attach(finding, photo, by=by, kind="photo")
        if becomes == Becomes.ENTRY:
            with apply("enter_nonconformity", finding, by=by, permission=REPORT) as fresh:
                fresh.log_entry = _entry_of(fresh, by, REPORT)
            finding = fresh
        elif becomes == Becomes.TICKET and not finding.solution:
            with apply("make_ticket", finding, by=by, permission=REPORT) as fresh:
                _give_to(fresh, _ticket_of(fresh, by, REPORT), by)
            finding = fresh
        _tell_quality(finding, by)
    return finding


def plan_solution(finding: Finding, *, plan: str, by: User, solve_by: dt.date | None = None) -> Finding:
    """Plan how it is solved, and by when; whoever found it is told.

    Raises:
        Conflict: it is solved by now.
        DeskError: nothing is planned; a day that is over, or too far ahead.

    """
    plan = must_be_said(plan, _("Say how it is solved, by whom."), field="plan")
    if solve_by is not None and not local_date() <= solve_by <= local_date() + LONGEST:
        raise DeskError(_("A day from today on, within a year."), field="solve_by")
    with apply("plan_solution", finding, by=by) as fresh:
        fresh.plan, fresh.solve_by, fresh.planned_by, fresh.planned_at = plan, solve_by, by, now()
        fresh.due_told_at = fresh.late_told_at = None
        words = format_lazy(_("Planned: {number} {text}"), number=fresh.number, text=Truncator(plan).chars(SHORT))
        notify([fresh.found_by], words, url=fresh.get_absolute_url(), by=by)
    return fresh


def solve_finding(finding: Finding, *, solution: str, by: User, photos: Iterable[UploadedFile] = ()) -> Finding:
    """Write down how it was solved; whoever found it and whoever answers for quality are told.

    Raises:
        Conflict: it is solved by now.
        DeskError: nothing is said.

    """
    solution = must_be_said(solution, _("Say how it was solved."), field="solution")
    with apply("solve_finding", finding, by=by) as fresh:
        _mark_solved(fresh, solution, by, now())
        if fresh.log_entry is not None:
            put_right(fresh.log_entry, text=solution, by=by, permission=SOLVE)
        for photo in photos:
            attach(fresh, photo, by=by, kind="photo")
        words = format_lazy(_("Solved: {number} {text}"), number=fresh.number, text=Truncator(solution).chars(SHORT))
        notify([fresh.found_by, *quality_of(fresh.office)], words, url=fresh.get_absolute_url(), by=by)
    return fresh


def make_ticket(finding: Finding, *, by: User, urgent: bool = False) -> Finding:
    """Let the ticket's clocks run instead of the plan's: somebody is sent (R-TKT-02).

    Raises:
        Conflict: it is solved by now.
        PermissionDenied: it is a ticket already, or this person records none.

    """
    with apply("make_ticket", finding, by=by) as fresh:
        _give_to(fresh, _ticket_of(fresh, by, SOLVE, urgent=urgent), by)
    return fresh


def enter_nonconformity(finding: Finding, *, by: User) -> Finding:
    """Enter it into the duty log as a non-conformity; its own clock runs on (R-DUTY-03).

    Raises:
        Conflict: it is solved by now.
        PermissionDenied: it stands there already, or this person writes no log.

    """
    with apply("enter_nonconformity", finding, by=by) as fresh:
        fresh.log_entry = _entry_of(fresh, by, SOLVE)
    return fresh


def quality_of(office: Office) -> list[User]:
    """Return who answers for quality in an office: whoever is named for it and still works there, else the managers."""
    named = DutySettings.of(office).quality_id
    here = list(User.objects.who_may(VIEW, office).filter(pk=named)) if named else []
    return here or list(User.objects.working_in(office, Role.MANAGER))


def remind_of_findings(at: dt.datetime) -> None:
    """Say once on the morning of the day that something is due, and once when that day is over (R-RTN-01)."""
    if at < at.replace(hour=REMINDED_FROM, minute=0, second=0, microsecond=0):
        return
    today = local_date(at)
    rows = Finding.objects.select_related("office", "found_by", "planned_by")
    late = rows.overdue(today)
    for finding in late.filter(late_told_at__isnull=True):
        _remind(finding, "late_told_at", at, LATE)
    for finding in rows.due_by(today).exclude(pk__in=late.order_by().values("pk")).filter(due_told_at__isnull=True):
        _remind(finding, "due_told_at", at, _("Due today: {number} {text}"))


def _remind(finding: Finding, mark: str, at: dt.datetime, text: Any) -> None:
    """Tell who answers for it, unless another scheduler has done so."""
    with transaction.atomic():
        if not Finding.objects.filter(pk=finding.pk, **{f"{mark}__isnull": True}).update(**{mark: at}):
            return
        who = finding.planned_by or finding.found_by
        words = format_lazy(text, number=finding.number, text=Truncator(finding.text).chars(SHORT))
        notify([who, *quality_of(finding.office)], words, url=finding.get_absolute_url())


def _number(office: Office, at: dt.datetime) -> str:
    year = local_date(at).year
    return f"X{year}-{next_number(office, 'finding', year):04d}"


def _mark_solved(finding: Finding, solution: str, by: User, at: dt.datetime) -> None:
    finding.state = Finding.State.SOLVED
    finding.solution, finding.solved_by, finding.solved_at = solution, by, at


def _ticket_of(finding: Finding, by: User, permission: str, *, urgent: bool = False) -> Ticket:
    """Record it as a repair, from the patrol; the ticket's page shows the finding with its photos."""
    return record_ticket(
        office=finding.office,
        by=by,
        permission=permission,
        kind=Ticket.Kind.REPAIR,
        channel=Ticket.Channel.PATROL,
        unit=finding.unit,
        caller_name=finding.found_by.name,
        place=finding.where[:80],
        subject=Truncator(" ".join(finding.text.split())).chars(80),
        body=f"{finding.text}\n{finding.where}\n{finding.number}",
        urgent=urgent,
    )


def _give_to(finding: Finding, ticket: Ticket, by: User) -> None:
    """Put it under the ticket's clocks."""
    finding.ticket, finding.planned_by, finding.planned_at, finding.solve_by = ticket, by, now(), None
    finding.plan = finding.plan or said("Ticket %(number)s") % {"number": ticket.number}


def _entry_of(finding: Finding, by: User, permission: str) -> LogEntry:
    """Enter it at the post somebody is at, saying where it is, and what was done about it on the spot."""
    entry = write_entry(
        office=finding.office,
        by=by,
        permission=permission,
        kind=LogEntry.Kind.NONCONFORMITY,
        text=f"{finding.where}: {finding.text} ({finding.number})",
        unit=finding.unit,
        ticket=finding.ticket,
    )
    if finding.solution:
        put_right(entry, text=finding.solution, by=by, permission=permission)
    return entry


def _tell_quality(finding: Finding, by: User) -> None:
    words = {"where": finding.where, "text": Truncator(finding.text).chars(SHORT), "name": by}
    solved = finding.state == Finding.State.SOLVED
    text = _("Found and solved on the spot: {where}, {text} ({name})") if solved else FOUND
    notify(quality_of(finding.office), format_lazy(text, **words), url=finding.get_absolute_url(), by=by)


FOUND = _("Found: {where}, {text} ({name})")
LATE = _("Overdue: {number} {text}")
