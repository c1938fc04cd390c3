"""Duty: the grid, one key in it, and the explanation of a cell, 40 people × 31 days × 4 shifts with a year behind them.

python -m tests.benchmarks.bench_duty            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import time
from http import HTTPStatus

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from duty.models import Assignment, Rostered, ShiftType
from frontdesk.kit.periods import next_month
from tests.duty.months import takes
from tests.factories import MembershipFactory, OfficeFactory, RosterFactory, ShiftTypeFactory, UserFactory

PEOPLE, ROUNDS, WARM = 40, 15, 3
YEAR = dt.date(2026, 1, 1)
SHIFTS = (("早", 6, 480), ("中", 10, 480), ("晚", 14, 480), ("夜", 22, 480))


def fill():
    """Make an office with 40 people, twelve months of rosters, the last of them a draft."""
    office = OfficeFactory(code="bench", name="压测管理处")
    supervisor = MembershipFactory(office=office, role="supervisor").user
    shifts = [
        ShiftTypeFactory(office=office, code=code, name=f"{code}班", starts=dt.time(hour), minutes=minutes, colour=n)
        for n, (code, hour, minutes) in enumerate(SHIFTS)
    ]
    ShiftType.objects.filter(code__in="晚夜").update(is_late=True)
    takes(*shifts, people=7, experienced=1)
    people = [UserFactory(name=f"同事{n}") for n in range(PEOPLE)]
    Rostered.objects.bulk_create(Rostered(office=office, person=person, starts=YEAR) for person in people)
    month = YEAR
    while month.year == YEAR.year:
        is_last = month.month == 12
        roster = RosterFactory(
            office=office, month=month, state="draft" if is_last else "published", edition=not is_last
        )
        days = (next_month(month) - month).days
        Assignment.objects.bulk_create(
            Assignment(roster=roster, person=person, date=month + dt.timedelta(days=d), shift_type=shifts[n % 4])
            for n, person in enumerate(people)
            for d in range(days)
            if (month.toordinal() + d + n) % 7 < 5
        )
        month = next_month(month)
    return supervisor, roster, people, shifts


def timed(call):
    """Return median milliseconds of processor and clock, and the queries of one call."""
    cpus, walls = [], []
    for turn in range(ROUNDS + WARM):
        cpu, wall = time.process_time(), time.perf_counter()
        call(turn)
        if turn >= WARM:
            cpus.append((time.process_time() - cpu) * 1000)
            walls.append((time.perf_counter() - wall) * 1000)
    with CaptureQueriesContext(connection) as queries:
        call(ROUNDS + WARM)
    return statistics.median(cpus), statistics.median(walls), len(queries)


def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        supervisor, roster, people, shifts = fill()
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
        cell = f"{roster.get_absolute_url()}cells/{people[0].pk}/2026-12-05/"
        standing = {
            "pk": roster.assignments.filter(person=people[0], date="2026-12-05").values_list("shift_type").first()
        }

        def edit(turn):
            """Set the cell to and fro, knowingly."""
            new = None if standing["pk"] else (shifts[0].pk,)
            data = {"expected": (standing["pk"] or ("",))[0], "shift": (new or ("",))[0], "knowingly": "1"}
            answer = client.post(cell, data, HTTP_ACCEPT="application/json").json()
            if answer["status"] != "saved":
                sys.exit(answer["text"])
            standing["pk"] = new

        calls = {
            "grid": lambda _turn: client.get(roster.get_absolute_url()),
            "one key": edit,
            "why this cell": lambda _turn: client.get(cell),
            "fairness": lambda _turn: client.get(f"{roster.get_absolute_url()}fairness/"),
        }
        page = client.get(roster.get_absolute_url())
        if page.status_code != HTTPStatus.OK:
            sys.exit(f"{roster.get_absolute_url()}: {page.status_code}")
        size = len(page.content)
        print(f"\n{connection.vendor}: {PEOPLE} people × 31 days × 4 shifts; medians; the grid has {size // 1024} KiB")
        for name, call in calls.items():
            cpu, wall, queries = timed(call)
            print(f"{name:20} {cpu:7.1f} ms CPU {wall:7.1f} ms wall {queries:3} queries")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
