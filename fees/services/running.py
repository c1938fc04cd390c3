"""A month's bills of an office, in one run that can be repeated, stopped and taken up again (R-FEE-01, R-FEE-05…07)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, BillRun, FeeSettings
from fees.reckoning import rate_on
from fees.services.accounts import draw_advances
from fees.services.months import BILLED_STATES, MonthOf
from frontdesk.estate.models import Office, Unit, Vehicle
from frontdesk.kit import activity, jobs
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.periods import month_of, next_month
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fees.services.months import Line
    from frontdesk.kit.jobs import Progress
    from frontdesk.staff.models import User

LONG_AGO = dt.timedelta(days=400)
Source = Bill.Source


def due_day(office: Office, month: dt.date) -> dt.date:
    """Return when the bills of a month are due (R-FEE-01)."""
    return month.replace(day=FeeSettings.of(office).due_day)


def start_run(office: Office, month: dt.date, *, by: User | None) -> BillRun:
    """Have a month's bills made by a job; a run that was stopped, or is over, is taken up again and doubles nothing.

    `by` None is the software itself, on the first of the month.

    Raises:
        DeskError: the month lies too far ahead, or the office has no tariff with a rate for it.

    """
    month = month.replace(day=1)
    if by is not None:
        require(by, "fees.run_bills", office)
    if month > next_month(local_date().replace(day=1)):
        raise DeskError(_("Bills are made for this month or the next at most."), field="month")
    if month < (local_date() - LONG_AGO).replace(day=1):
        raise DeskError(_("This month lies too far back: old debts are imported or charged one by one."), field="month")
    if not _has_rates(office, month):
        raise DeskError(
            _("No tariff of the office has a rate for this month. Set up the tariffs first."), field="month"
        )
    with transaction.atomic():
        run, new = BillRun.objects.select_for_update().get_or_create(
            office=office, month=month, defaults={"started_by": by}
        )
        key = f"fees.bill_month-{run.pk}" if new or run.job is None or not run.job.has_ended else _next_key(run)
        run.job = jobs.enqueue(
            "fees.bill_month", office=office, by=by, key=key, params={"run": run.pk}, url=run.get_absolute_url()
        )
        run.finished_at = None
        run.save(update_fields=["job", "finished_at"])
        activity.record(run, "start_run", by=by)
    return run


def bill_month(run: BillRun, progress: Progress) -> int:
    """Make the bills of a run's month that are not there yet; return how many were new.

    Each thousand units are a transaction of their own: stopped anywhere and started again it ends as if it had never
    been stopped.
    """
    month = MonthOf(run.office, run.month)
    counts = (
        Unit.objects.filter(office=run.office, state__in=BILLED_STATES).count(),
        Vehicle.objects.filter(office=run.office, space__isnull=False).count(),
    )
    due_on, billed_at = due_day(run.office, run.month), now()
    done = new = 0
    for chunk in month.chunks():
        lines = [line for _pk, lines in chunk for line in lines]
        with transaction.atomic():
            new += insert_lines(run, lines, due_on=due_on, billed_at=billed_at)
            if FeeSettings.of(run.office).draw_advance:
                draw_advances(run.office, {line.unit for line in lines if line.unit})
        done += len(chunk)
        progress(done, sum(counts), _("Bills of %(month)s") % {"month": run})
    with transaction.atomic():
        fresh = BillRun.objects.select_for_update().get(pk=run.pk)
        fresh.finished_at = now()
        fresh.save(update_fields=["finished_at"])
        activity.record(fresh, "finish_run", by=None, note=str(_("%(count)s new bills") % {"count": new}))
    return new


def insert_lines(run: BillRun, lines: Iterable[Line], *, due_on: dt.date, billed_at: dt.datetime) -> int:
    """Insert the bills that are not there yet, those of one kind with one statement; return how many were new."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    shapes: dict[tuple[int, int, bool], tuple[list[Any], list[Any]]] = {}
    for line in lines:
        one = line.reckoned
        key = (id(one), line.tariff.pk, line.vehicle is None)
        if key not in shapes:  # flats of one size share what was reckoned
            percent = 100 if one.parts else one.stretches[0].percent
            group = groups[line.tariff.pk, line.vehicle is None, one.stretches[0].rate, one.days, percent]
            fen = int(one.amount.scaleb(2))
            shapes[key] = group, [float(one.quantity), one.parts, fen, fen]
        group, values = shapes[key]
        group.append([line.unit, line.vehicle, *values])
    new = 0
    names = ("unit", "vehicle", "quantity", "parts", "amount", "outstanding")
    for (tariff, _is_unit, rate, days, percent), rows in groups.items():
        same = {
            "office": run.office_id,
            "tariff": tariff,
            "month": run.month,
            "source": Source.RUN,
            "rate": rate,
            "days": days,
            "month_days": month_of(run.month).last.day,
            "percent": percent,
            "due_on": due_on,
            "subject": "",
            "reference": "",
            "run": run.pk,
            "billed_at": billed_at,
            "dispute": "",
        }
        new += insert_new(Bill, names, rows, same=same)
    return new


def start_due_runs(today: dt.date) -> None:
    """Start this month's run of every office that has tariffs and has not been billed yet: on the first, or later.

    An office that has never been billed begins by hand, with a preview.
    """
    month = today.replace(day=1)
    due = Office.objects.filter(bill_runs__isnull=False).exclude(bill_runs__month=month).distinct()
    for office in due:
        if _has_rates(office, month):
            start_run(office, month, by=None)


def _has_rates(office: Office, month: dt.date) -> bool:
    reckoner = MonthOf(office, month)
    return any(rate_on(rates, reckoner.last) is not None for rates in reckoner.rates.values())


def _next_key(run: BillRun) -> str:
    return f"fees.bill_month-{run.pk}-{now():%Y%m%d%H%M%S%f}"
