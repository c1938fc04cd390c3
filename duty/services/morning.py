"""What one reads in the morning: yesterday's log, annotations, what is unsolved, who is on, what is due (R-DUTY-12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Coalesce

from complaints.models import Callback, Promise, Ticket
from duty.models import Finding, HandoverItem, LogEntry, RoutineTask, Shift
from duty.services.handover.work import still_open
from duty.services.log import to_read
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.periods import Period
from keys.models import Loan

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

Kind = HandoverItem.Kind
MOST = 100
"""Of the log so many stand here; how many more there are is said."""


@dataclass(frozen=True)
class Morning:
    """One office's morning as one person may see it."""

    since: dt.date
    log: list[LogEntry]
    log_more: int
    to_read: list[LogEntry]
    not_put_right: list[LogEntry]
    not_put_right_more: int
    carried: list[HandoverItem]
    promises: list[Promise]
    routines: list[RoutineTask]
    findings: list[Finding]
    tickets_overdue: int
    callbacks: int
    keys_overdue: int


def morning_of(office: Office, user: User) -> Morning:
    """Return what whoever comes on duty, and the manager, look at before the day begins.

    The log is that of yesterday and of today so far; what somebody may not look at is left out. What was handed over
    and stands in a list of its own is not said twice.
    """
    at = now()
    today = local_date(at)
    entries = LogEntry.objects.of_office(office).with_its_tags()
    shifts = Shift.objects.of_office(office).open().select_related("post", "office").order_by("post__name")
    tickets: Any = Ticket.objects.visible_to(user).of_office(office)
    due = Promise.objects.visible_to(user).of_office(office).open().filter(due_at__lt=Period(today, today).until)
    may = {perm: user.has_perm(perm, office) for perm in ("complaints.view_promise", "complaints.view_callback")}
    findings = list(_findings(office, user, today))
    promises = (
        list(due.select_related("ticket__unit").order_by("due_at", "pk")) if may["complaints.view_promise"] else []
    )
    routines = list(_routines(office, user).due_by(today).with_its_people().order_by("due_on", "pk"))
    said = {Kind.FINDING: findings, Kind.PROMISE: promises, Kind.ROUTINE: routines}
    elsewhere = {(kind, row.pk) for kind, rows in said.items() for row in rows}
    carried = [
        item
        for shift in shifts
        for item, is_open in still_open(shift)
        if is_open and (item.kind, item.object_id) not in elsewhere
    ]
    listed = {finding.log_entry_id for finding in findings if finding.log_entry_id}
    listed |= {item.object_id for item in carried if item.kind == Kind.NONCONFORMITY}
    written, written_more = _first(entries.filter(Period(today - ONE_DAY, today).holds("at")).order_by("-number"))
    to_put_right, to_put_right_more = _first(entries.not_put_right().exclude(pk__in=listed).order_by("number"))
    return Morning(
        since=today - ONE_DAY,
        log=written,
        log_more=written_more,
        to_read=list(to_read(office, user)),
        not_put_right=to_put_right,
        not_put_right_more=to_put_right_more,
        carried=carried,
        promises=promises,
        routines=routines,
        findings=findings,
        tickets_overdue=tickets.overdue(at).count() if user.has_perm("complaints.view_ticket", office) else 0,
        callbacks=Callback.objects.of_office(office).due(at).count() if may["complaints.view_callback"] else 0,
        keys_overdue=Loan.objects.of_office(office).overdue(at).count()
        if user.has_perm("keys.view_loan", office)
        else 0,
    )


def _first(entries: Any) -> tuple[list[LogEntry], int]:
    """Return the first entries, and how many more there are."""
    rows = list(entries[:MOST])
    return rows, entries.count() - MOST if len(rows) == MOST else 0


def _routines(office: Office, user: User) -> Any:
    """Return the office's routine work, none for who may not look at it."""
    rows = RoutineTask.objects.visible_to(user).of_office(office)
    return rows if user.has_perm("duty.view_routinetask", office) else rows.none()


def _findings(office: Office, user: User, today: dt.date) -> Any:
    """Return what was found and waits for its plan or its solution, the earliest day first (R-RTN-01)."""
    rows = Finding.objects.visible_to(user).of_office(office).waiting(today)
    if not user.has_perm("duty.view_finding", office):
        return rows.none()
    return rows.select_related("unit", "building").order_by(Coalesce("solve_by", "plan_by"), "pk")
