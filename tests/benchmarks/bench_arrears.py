"""Arrears and ledger: 100,000 units that are overdue, 500,000 bills, beside the bare SQL for the same figures.

python -m tests.benchmarks.bench_arrears            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from fees.models import Bill
from frontdesk.estate.models import Unit
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.periods import month_before
from tests.benchmarks.bench_keys import bare
from tests.benchmarks.bench_ticket_list import caller
from tests.factories import BuildingFactory, MembershipFactory, OfficeFactory, TariffFactory

UNITS, HOUSES, PART, ROUNDS = 100_000, 250, 10_000, 5
MONTHS, OPEN_OF = 5, (0, 2, 4)
"""Bills of each unit, four months apart; which of them are open."""
TODAY = local_date()
Y, M, O = (TODAY - dt.timedelta(days=age) for age in (30, 90, 365))  # noqa: E741 - young, middle, old
SUMS = (
    "SUM(outstanding) AS owed, MIN(due_on), COUNT(DISTINCT month),"
    f" SUM(CASE WHEN due_on >= '{Y}' THEN outstanding END),"
    f" SUM(CASE WHEN due_on < '{Y}' AND due_on >= '{M}' THEN outstanding END),"
    f" SUM(CASE WHEN due_on < '{M}' AND due_on >= '{O}' THEN outstanding END),"
    f" SUM(CASE WHEN due_on < '{O}' THEN outstanding END)"
)
OPEN = f"FROM fees_bill WHERE office_id = %s AND outstanding > 0 AND due_on < '{TODAY}' AND unit_id IS NOT NULL"
ROWS = f"SELECT unit_id, {SUMS} {OPEN} GROUP BY unit_id ORDER BY owed DESC, unit_id DESC LIMIT 50"
TOTALS = f"SELECT COUNT(DISTINCT unit_id), {SUMS} {OPEN}"
MONTHLY = (
    "SELECT {by}, COUNT(*), SUM(amount), SUM(outstanding) FROM fees_bill b JOIN estate_unit u ON u.id = b.unit_id"
    " WHERE b.office_id = %s AND month >= '{first}' GROUP BY {by}"
)


def fill():
    """Make an office of 100,000 units with five bills each, four months apart: three are open, the others paid."""
    dice = random.Random(5)
    office = OfficeFactory(code="bench", name="压测管理处")
    clerk = MembershipFactory(office=office, role="clerk").user
    houses = [BuildingFactory(office=office, name=f"{n}栋", position=n) for n in range(HOUSES)]
    per = UNITS // HOUSES
    for house in houses:
        Unit.objects.bulk_create(
            Unit(office=office, building=house, code=f"{house.position}-1-{n + 101}", floor=n // 8) for n in range(per)
        )
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
    tariff = TariffFactory(office=office, name="物业费")
    month = TODAY.replace(day=1)
    for age in range(MONTHS):
        same = {
            "office": office.pk,
            "tariff": tariff.pk,
            "month": month,
            "source": "run",
            "rate": 2,
            "quantity": 90,
            "days": 30,
            "month_days": 30,
            "percent": 100,
            "parts": [],
            "due_on": min(month.replace(day=5), TODAY - dt.timedelta(days=1)),
            "subject": "",
            "reference": "",
            "billed_at": now(),
            "dispute": "",
        }
        for start in range(0, UNITS, PART):
            rows = []
            for unit in units[start : start + PART]:
                fen = dice.randrange(10_000, 40_000)
                rows.append((unit, fen, fen if age in OPEN_OF else 0))
            insert_new(Bill, ("unit", "amount", "outstanding"), rows, same=same)
        for _skipped in range(4):
            month = month_before(month).first
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office, clerk, month


def measure(calls):
    """Call each in turn, round after round; return the median wall time in ms."""
    times = {name: [] for name in calls}
    for turn in range(ROUNDS + 1):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            if turn:
                times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, clerk, month = fill()
        client = Client()
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        rows, totals = bare(ROWS, office.pk), bare(TOTALS, office.pk)
        ledger = [
            bare(MONTHLY.format(by=by, first=month), office.pk) for by in ("month", "u.building_id", "b.tariff_id")
        ]
        calls = {
            "arrears: bare SQL": lambda: (rows(), totals()),
            "arrears": caller("/arrears/", client),
            "ledger: bare SQL": lambda: [one() for one in ledger],
            "ledger": caller(f"/ledger/?first={month:%Y-%m}&last={TODAY:%Y-%m}", client),
            "arrears of a building": caller(f"/arrears/?building={office.buildings.first().pk}", client),
            "arrears by code": caller("/arrears/?sort=code", client),
        }
        found = measure(calls)
        print(f"\n{connection.vendor}: {UNITS:,} units, {UNITS * MONTHS:,} bills, 3 open each; medians, one process")
        for name, wall in found.items():
            with CaptureQueriesContext(connection) as queries:
                calls[name]()
            floor = found.get(f"{name}: bare SQL")
            ratio = f"{wall / floor:6.2f} × bare" if floor else ""
            print(f"{name:26} {wall:8.1f} ms wall {len(queries):3} queries {ratio}", flush=True)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
