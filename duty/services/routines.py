"""What recurs in an office: set up, changed, given up; its occurrences follow, those that are over stay (R-RTN-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from duty.models import DutySettings, Routine, RoutineTask
from duty.services.recurrence import Occurrence, occurrences, period_of
from duty.services.routine_defaults import DEFAULTS
from duty.workflow import RoutineState
from frontdesk.estate.models import Office
from frontdesk.estate.services.writing import add, change, locked
from frontdesk.kit import activity
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

CHANGE = "duty.change_routine"
TAKEN = _("There is a routine of this name already.")
A_YEAR = 366 * ONE_DAY
NOBODY = _("Say whom it falls to: a role or a colleague.")
GONE = _("This routine is given up.")
OF_THE_ROUTINE = ("role", "person", "evidence")
"""What an occurrence has from its routine as long as it is to come."""


def add_routine(*, office: Office, by: User, **fields: Any) -> Routine:
    """Set up something that recurs; what is due within the office's days ahead stands on the list at once.

    Raises:
        DeskError: its name is taken; it falls to nobody, or to somebody who does no routine work here.

    """
    row = Routine(office=office, **fields)
    _check(row)
    with transaction.atomic():
        add(row, "add_routine", by=by, permission=CHANGE, double=str(TAKEN), field="name")
        plan_ahead(row, until=horizon(office, local_date()))
    return row


def edit_routine(row: Routine, *, by: User, **fields: Any) -> Routine:
    """Change what recurs. Of its occurrences only those follow that are open and to come.

    Raises:
        Conflict: it is given up by now.
        DeskError: its name is taken; it falls to nobody, or to somebody who does no routine work here.

    """
    require(by, CHANGE, row)
    with transaction.atomic():
        if locked(row).retired_at is not None:
            raise Conflict(GONE)
        saved: Routine = change(row, "edit_routine", fields, by=by, permission=CHANGE, double=str(TAKEN), field="name")
        _check(saved)
        _follow(saved, by=by)
    return saved


def retire_routine(row: Routine, *, by: User) -> Routine:
    """Give up what recurs: what is to come is called off, what is overdue is still to be done or passed over.

    Raises:
        Conflict: it is given up already.

    """
    require(by, CHANGE, row)
    with transaction.atomic():
        if locked(row).retired_at is not None:
            raise Conflict(GONE)
        saved: Routine = change(row, "retire_routine", {"retired_at": now()}, by=by, permission=CHANGE)
        for task in _to_come(saved):
            with apply("call_off_task", task, by=by, permission=CHANGE):
                pass
    return saved


def give_defaults(office: Office) -> list[Routine]:
    """Set up the routine work of the customer's papers in an office that never had it; return what was set up."""
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # two schedulers meet here
        if Routine.objects.filter(office=office).exclude(code="").exists():
            return []
        taken = set(Routine.objects.of_office(office).in_use().values_list("name", flat=True))
        made = []
        for default in DEFAULTS:
            row = Routine(office=office, **default.fields)
            if row.name in taken:
                continue
            row.save(force_insert=True)
            activity.record(row, "add_routine", by=None, after=activity.snapshot(row))
            made.append(row)
    return made


def horizon(office: Office, today: dt.date) -> dt.date:
    """Return up to which day an office's occurrences stand on the list."""
    return today + ONE_DAY * DutySettings.of(office).routine_days


def plan_ahead(row: Routine, *, until: dt.date) -> int:
    """Put the occurrences up to a day on the list that are not there yet; return how many were new.

    It begins where it ended, so that days a stopped server slept through are not left out.
    """
    with transaction.atomic():
        fresh: Routine = locked(row)
        if fresh.retired_at is not None or (fresh.planned_until is not None and fresh.planned_until >= until):
            return 0
        first = fresh.since if fresh.planned_until is None else fresh.planned_until + ONE_DAY
        made = _create(fresh, occurrences(fresh, first, until))
        Routine.objects.filter(pk=fresh.pk).update(planned_until=until)
    return made


def _create(row: Routine, wanted: Iterable[Occurrence]) -> int:
    """Write those down that are not there; the routine's row is held."""
    there = set(row.tasks.values_list("cycle", "period", "turn"))
    owned = {name: getattr(row, name) for name in OF_THE_ROUTINE}
    rows = [
        RoutineTask(
            office_id=row.office_id,
            routine=row,
            cycle=one.cycle,
            period=one.period,
            turn=one.turn,
            due_on=one.due_on,
            **owned,
            remind_on=one.due_on - ONE_DAY * row.lead_days,
        )
        for one in wanted
        if one.key not in there
    ]
    RoutineTask.objects.bulk_create(rows)
    activity.record_many(rows, "plan_task", by=None)
    return len(rows)


def _follow(row: Routine, *, by: User) -> None:
    """Let what is open and to come follow its routine: another day, another owner, called off, resumed, new."""
    today = local_date()
    until = max(row.planned_until or today, horizon(row.office, today))
    # Also of this period, though its day be over, and further than listed: a day moved back is not called off.
    present = occurrences(row, period_of(row.cycle, today), until + A_YEAR)
    wanted = {one.key: one for one in present}
    for task in _to_come(row):
        one = wanted.get((task.cycle, task.period, task.turn))
        if one is None:
            with apply("call_off_task", task, by=by, permission=CHANGE):
                pass
        else:
            _move(task, row, one.due_on if one.due_on >= today else task.due_on, by=by)
    for task in row.tasks.filter(state=RoutineState.CALLED_OFF, reason=""):
        one = wanted.get((task.cycle, task.period, task.turn))
        if one is not None and one.due_on >= today:
            with apply("resume_task", task, by=by, permission=CHANGE):
                pass
            task.refresh_from_db()
            _move(task, row, one.due_on, by=by)
    _create(row, [one for one in present if today <= one.due_on and one.day <= until])
    Routine.objects.filter(pk=row.pk).update(planned_until=until)


def _to_come(row: Routine) -> list[RoutineTask]:
    """Return what is open and not overdue, held."""
    rows = row.tasks.open().filter(due_on__gte=local_date())
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _move(task: RoutineTask, row: Routine, due_on: dt.date, *, by: User) -> None:
    """Give an occurrence what its routine says by now; on another day it is reminded of again."""
    values = {name: getattr(row, name) for name in OF_THE_ROUTINE} | {"due_on": due_on}
    remind_on = due_on - ONE_DAY * row.lead_days
    if all(getattr(task, name) == value for name, value in values.items()) and task.remind_on == remind_on:
        return
    before = activity.snapshot(task)
    if task.due_on != due_on:
        task.reminded_at = None
    for name, value in values.items():
        setattr(task, name, value)
    task.remind_on = remind_on
    task.version += 1
    task.save(update_fields=[*values, "remind_on", "reminded_at", "version"])
    activity.record(task, "move_task", by=by, before=before, after=activity.snapshot(task))


def _check(row: Routine) -> None:
    must_be_said(row.name, _("Give it a name."), field="name")
    if not row.role and row.person is None:
        raise DeskError(NOBODY, field="role")
    able = User.objects.who_may("duty.do_routinetask", row.office)
    if row.person is not None and not able.filter(pk=row.person_id).exists():
        raise DeskError(_("%(name)s does no routine work here.") % {"name": row.person}, field="person")
