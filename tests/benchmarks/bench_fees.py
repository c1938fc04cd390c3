"""Fees: a month of 100,000 units beside one bare INSERT … SELECT; taking money over 6 million bills.

python -m tests.benchmarks.bench_fees [million bills]       (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from decimal import Decimal

from django.db import connection, transaction
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from fees import services
from fees.models import Bill, BillRun, TariffRate
from fees.services import Money
from frontdesk.estate.models import Unit
from frontdesk.kit import ledger
from frontdesk.kit.calendar import now
from tests.factories import BuildingFactory, MembershipFactory, OfficeFactory, TariffFactory

UNITS, PAYMENTS, SIZES = 100_000, 60, 97
MONTH = dt.date(2026, 11, 1)
ARITHMETIC = {
    "sqlite": "CAST(round(u.floor_area * 190) AS integer)",
    "postgresql": "round(u.floor_area * 190)::bigint",
}
COLUMNS = (
    "office_id, unit_id, tariff_id, month, source, rate, quantity, days, month_days, percent, parts, amount,"
    " outstanding, due_on, subject, reference, billed_at, dispute"
)
INSERT = (
    f"INSERT INTO fees_bill ({COLUMNS}) SELECT u.office_id, u.id, %s, %s, %s, 1.90, u.floor_area, 30, 30, 100,"
    " '[]', {amount}, {amount}, %s, '', '', %s, '' FROM estate_unit u WHERE u.office_id = %s AND u.state = 'sold'"
    " AND u.kind = 'residence' AND u.floor_area > 0 ON CONFLICT DO NOTHING"
)


def fill():
    """Make an office with 100,000 flats of 97 sizes, two tariffs and a cashier."""
    office = OfficeFactory(code="bench", name="压测管理处")
    building = BuildingFactory(office=office)
    Unit.objects.bulk_create(
        (
            Unit(
                office=office,
                building=building,
                code=f"{n // 400 + 1}-1-{n % 400 + 101}",
                floor_area=Decimal(4000 + n % SIZES * 113) / 100,
            )
            for n in range(UNITS)
        ),
        batch_size=5000,
    )
    tariffs = [TariffFactory(office=office, unit_kinds=["residence"]) for _n in range(2)]
    TariffRate.objects.bulk_create(
        TariffRate(tariff=tariff, starts=dt.date(2020, 1, 1), rate=Decimal("1.90")) for tariff in tariffs
    )
    return office, tariffs, MembershipFactory(office=office, role="cashier").user


def bare(office, tariffs, month, *, source="run"):
    """Insert a month's bills with one bare statement for each tariff."""
    sql = INSERT.format(amount=ARITHMETIC[connection.vendor])
    made = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for tariff in tariffs:
            cursor.execute(sql, [tariff.pk, month, source, month, now(), office.pk])
            made += cursor.rowcount
    return made


def clear():
    """Empty the bills, guards down."""
    ledger.take_down_guards()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM fees_bill")
    ledger.put_up_guards()


def timed(act):
    """Return what an act gave, its seconds by the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    gave = act()
    return gave, time.perf_counter() - wall, time.process_time() - cpu


def month(office, tariffs):
    """Bill one month both ways, on empty tables."""
    floors = []
    for _round in range(2):
        made, wall, _cpu = timed(lambda: bare(office, tariffs, MONTH))
        floors.append(wall)
        clear()
    floor = min(floors)
    print(f"bare INSERT … SELECT       {floor:7.2f} s  {made:,} bills")
    run = BillRun.objects.create(office=office, month=MONTH)
    peaks = []

    def progress(*_said):
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    new, wall, cpu = timed(lambda: services.bill_month(run, progress))
    grown = (peaks[-1] - peaks[len(peaks) // 4]) / 1024
    print(
        f"month's run                {wall:7.2f} s  {cpu:.2f} s CPU  {wall / floor:.2f} × bare  {new:,} bills"
        f"  {UNITS / wall:,.0f} units/s  memory grew by {grown:.1f} MB in its last three quarters"
    )
    again, wall, _cpu = timed(lambda: services.bill_month(run, progress))
    print(f"the same month again       {wall:7.2f} s  {again} new")
    clear()


def paying(office, tariffs, cashier, millions):
    """Take money with so many million bills in the table."""
    years = round(millions * 1_000_000 / UNITS / len(tariffs))
    _made, wall, _cpu = timed(
        lambda: [bare(office, tariffs, dt.date(2021 + n // 12, n % 12 + 1, 1)) for n in range(years)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT COUNT(*) FROM fees_bill")
        count = cursor.fetchone()[0]
    print(f"\n{count:,} bills, all open, filled in {wall:.0f} s")
    units = list(Unit.objects.filter(office=office).order_by("pk")[:: UNITS // PAYMENTS][:PAYMENTS])
    walls, cpus = [], []
    for unit in units:
        bills = list(Bill.objects.filter(unit=unit).open().oldest_first()[:6])
        money = [Money("cash", sum(bill.outstanding for bill in bills))]
        _gave, wall, cpu = timed(lambda b=bills, m=money: services.take_payment(office, bills=b, money=m, by=cashier))
        walls.append(wall * 1000)
        cpus.append(cpu * 1000)
    bills = list(Bill.objects.filter(unit=units[0]).open().oldest_first()[:6])
    money = [Money("cash", sum(bill.outstanding for bill in bills))]
    with CaptureQueriesContext(connection) as queries:
        services.take_payment(office, bills=bills, money=money, by=cashier)
    print(
        f"take money for six bills   {statistics.median(walls):7.1f} ms median  {max(walls):.1f} ms slowest"
        f"  {statistics.median(cpus):.1f} ms CPU  {len(queries)} queries"
    )
    _gave, wall, _cpu = timed(lambda: Bill.objects.filter(unit=units[1]).open().owed())
    print(f"what a unit owes           {wall * 1000:7.1f} ms")


def main():
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 6
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, tariffs, cashier = fill()
        print(f"\n{connection.vendor}: {UNITS:,} units, {len(tariffs)} tariffs")
        month(office, tariffs)
        if millions:
            paying(office, tariffs, cashier, millions)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
