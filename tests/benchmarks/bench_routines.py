"""2,000 routines over a year: listing them ahead, the list, the calendar and the share done, beside bare SQL.

python -m tests.benchmarks.bench_routines       (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duty.models import Routine, RoutineTask
from duty.services.routines import plan_ahead
from frontdesk.kit.calendar import local_date
from tests.benchmarks.bench_log import bare, timed
from tests.factories import MembershipFactory, OfficeFactory

FEW, MANY = 20, 2_000
A_YEAR = dt.timedelta(days=365)
CYCLES = (
    {"cycle": "week", "times": 1},
    {"cycle": "month", "day": 28},
    {"cycle": "month", "day": 5},
    {"cycle": "quarter"},
)
LATE_SHARE = 40
"""Of so many tasks that are over, one was not done."""


def fill(office, number, *, since):
    """Set so many routines up, and list what they bring in a year; return how long one took (ms)."""
    Routine.objects.bulk_create(
        Routine(
            office=office, name=f"周期工作{place:05d}", task="巡查并记录", role="supervisor", since=since,
            on_day_off=("stays", "before", "after")[place % 3], **CYCLES[place % len(CYCLES)],
        )
        for place in range(Routine.objects.count(), number)
    )  # fmt: skip
    start = time.perf_counter()
    rows = list(Routine.objects.filter(office=office, planned_until=None).select_related("office"))
    for row in rows:
        plan_ahead(row, until=since + A_YEAR)
    return (time.perf_counter() - start) * 1000 / len(rows)


def do(user):
    """Let what is over be done, but for a few."""
    over = RoutineTask.objects.filter(due_on__lt=local_date()).extra(where=[f"id %% {LATE_SHARE} <> 0"])
    over.update(state="done", done_by=user, done_at=dt.datetime.now(dt.UTC), done_on=local_date())


def queries_of(client, urls):
    """Return how many questions each page asks."""
    found = {}
    for name, url in urls.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        found[name] = len(asked)
    return found


def main():
    """Fill, measure, print."""
    office = OfficeFactory()
    user = MembershipFactory(office=office, role="supervisor").user
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    since, month = local_date() - A_YEAR / 2, local_date().replace(day=1)
    last = (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    listed = reverse("duty:routinetask_list")
    urls = {
        "list": listed,
        "overdue": f"{listed}?state=overdue",
        "calendar": reverse("duty:routine_calendar"),
        "share done": reverse("duty:routine_share"),
    }
    top = "SELECT * FROM duty_routinetask WHERE office_id = %s {} ORDER BY due_on LIMIT 50"
    count = "SELECT count(*) FROM duty_routinetask WHERE office_id = %s {}"
    late, today = "AND state = 'open' AND due_on < %s", local_date()
    span = "WHERE office_id = %s AND due_on BETWEEN %s AND %s"
    alone = {
        "list": [bare(top.format(""), office.pk), bare(count.format(""), office.pk)],
        "overdue": [bare(top.format(late), office.pk, today), bare(count.format(late), office.pk, today)],
        "calendar": [bare(f"SELECT * FROM duty_routinetask {span}", office.pk, month, last)],
        "share done": [
            bare(
                f"SELECT routine_id, state, count(*) FROM duty_routinetask {span} GROUP BY 1, 2", office.pk, month, last
            )
        ],
    }
    fill(office, FEW, since=since)
    do(user)
    client.get(listed)
    few = queries_of(client, urls)
    planned = fill(office, MANY, since=since)
    do(user)
    many = queries_of(client, urls)
    in_month = RoutineTask.objects.filter(due_on__range=(month, last)).count()
    print(f"{connection.vendor}, {MANY:,} routines, {RoutineTask.objects.count():,} tasks, {in_month:,} this month")
    print(f"a year of one routine listed in {planned:.1f} ms")
    for name, url in urls.items():
        page, beside = timed(lambda url=url: client.get(url)), sum(timed(ask) for ask in alone[name])
        queries = f"{few[name]} → {many[name]} queries"
        print(f"{name:<12}{page:8.1f} ms  {queries}  bare SQL {beside:6.1f} ms, {page / beside:5.1f} ×")


if __name__ == "__main__":
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        main()
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
