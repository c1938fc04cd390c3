"""What happens by itself to routine work: put on the list ahead, reminded of, told when it is overdue (R-RTN-05).

A tick asks what is missing and what was not said yet, so a dead, doubled or late one changes nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from duty.models import DutySettings, Routine, RoutineTask
from duty.services.routine_work import CHANGE, DO
from duty.services.routines import give_defaults, plan_ahead
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.notifications import notify
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt

logger = logging.getLogger(__name__)

REMINDED_FROM = 8
"""The hour from which routine work is reminded of."""


def plan_routines(at: dt.datetime) -> None:
    """Give new offices the customer's routines, and list each office's occurrences as far ahead as it wants."""
    for office in Office.objects.exclude(pk__in=Routine.objects.exclude(code="").values("office")).order_by("pk"):
        give_defaults(office)
    today = local_date(at)
    days: dict[int, int] = dict(DutySettings.objects.values_list("office", "routine_days"))
    usual = DutySettings._meta.get_field("routine_days").default
    furthest = today + ONE_DAY * max([usual, *days.values()])
    for row in Routine.objects.all().not_planned_until(furthest).order_by("pk"):
        until = today + ONE_DAY * days.get(row.office_id, usual)
        if row.planned_until is None or row.planned_until < until:
            _plan(row, until)


def _plan(row: Routine, until: dt.date) -> None:
    try:
        plan_ahead(row, until=until)
    except Exception:  # one routine's trouble is not the others'
        logger.exception("Routine %s could not be planned", row.pk)


def remind_of_routines(at: dt.datetime) -> None:
    """Say once, from the morning of its day on, that something is coming, and once that it is overdue."""
    local = localtime(at)
    if local.hour < REMINDED_FROM:
        return
    today = local.date()
    rows = RoutineTask.objects.open().select_related("routine", "office", "person").order_by("due_on", "pk")
    late = rows.filter(due_on__lt=today, late_told_at__isnull=True)
    coming = rows.filter(due_on__gte=today, remind_on__lte=today, reminded_at__isnull=True)
    for group in _grouped(late):
        _say(group, "late_told_at", at, _("Overdue since {day}: {name}"), with_supervisors=True)
    for group in _grouped(coming):
        _say(group, "reminded_at", at, _("Due by {day}: {name}"))


def _grouped(rows: Any) -> list[list[RoutineTask]]:
    """Put what is due of one routine on one day together: two patrols of a week are one reminder."""
    groups: dict[Any, list[RoutineTask]] = defaultdict(list)
    for task in rows:
        groups[task.routine_id, task.due_on].append(task)
    return list(groups.values())


def _say(group: list[RoutineTask], mark: str, at: dt.datetime, text: Any, *, with_supervisors: bool = False) -> None:
    """Tell whom it falls to, unless another scheduler has done so."""
    task = group[0]
    keys = [one.pk for one in group]
    with transaction.atomic():
        rows = RoutineTask.objects.open().filter(pk__in=keys, due_on=task.due_on, **{f"{mark}__isnull": True})
        if not rows.update(**{mark: at}):
            return
        name = task.routine.name if len(group) == 1 else f"{task.routine.name} ×{len(group)}"
        people = owners_of(task)
        if with_supervisors:
            people += list(User.objects.who_may(CHANGE, task.office))
        notify(people, format_lazy(text, day=f"{task.due_on:%m-%d}", name=name), url=task.get_absolute_url())


def owners_of(task: RoutineTask) -> list[User]:
    """Return whom it falls to today; where that is nobody any more, who makes the routines."""
    able = User.objects.who_may(DO, task.office)
    if task.person is not None:
        here = list(able.filter(pk=task.person_id))
    else:
        here = list(able.filter(pk__in=User.objects.working_in(task.office, task.role).values("pk")))
    return here or list(User.objects.who_may(CHANGE, task.office))
