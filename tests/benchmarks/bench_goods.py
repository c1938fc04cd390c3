"""Goods passes: list, gate, log and a unit's part with 100,000 passes of five years, beside the bare SQL.

python -m tests.benchmarks.bench_goods           (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import now
from movein.models import GateCheck, GoodsItem, GoodsPass
from movein.services import index_passes
from tests.benchmarks.bench_keys import bare
from tests.benchmarks.bench_ticket_list import caller, measure
from tests.factories import BuildingFactory, MembershipFactory, OfficeFactory

UNITS, PASSES, PARTS, TODAY = 2_000, 100_000, 10_000, 60
STEP = dt.timedelta(minutes=26)
LIST = (
    "SELECT p.id, p.number, u.code, p.name, p.applicant, p.kind, p.starts_at, p.ends_at, p.plate, p.state"
    " FROM movein_goodspass p LEFT JOIN estate_unit u ON u.id = p.unit_id WHERE p.office_id = %s {where}"
    " ORDER BY p.starts_at DESC, p.id DESC LIMIT 50"
)
CHECKS = (
    "SELECT c.id, c.at, p.number, u.code, p.name, c.outcome, c.note FROM movein_gatecheck c"
    " LEFT JOIN movein_goodspass p ON p.id = c.goods_pass_id LEFT JOIN estate_unit u ON u.id = p.unit_id"
    " WHERE c.office_id = %s ORDER BY c.at DESC, c.id DESC LIMIT 50"
)


def fill():
    """Make an office with 2,000 units and passes of five years, three lines each; the last sixty are for today."""
    office = OfficeFactory(code="bench", name="压测管理处")
    guard, clerk = (MembershipFactory(office=office, role=role).user for role in ("guard", "clerk"))
    building = BuildingFactory(office=office)
    units = Unit.objects.bulk_create(
        Unit(office=office, building=building, code=f"{n // 400 + 1}-1-{n % 400 + 101}") for n in range(UNITS)
    )
    at = now()
    for first in range(0, PASSES, PARTS):
        passes = GoodsPass.objects.bulk_create(_pass(office, clerk, units, n, at) for n in range(first, first + PARTS))
        index_passes(passes)
        GoodsItem.objects.bulk_create(
            GoodsItem(goods_pass=row, position=place, name=name)
            for row in passes
            for place, name in enumerate(("冰箱", "洗衣机", "纸箱"))
        )
        GateCheck.objects.bulk_create(
            GateCheck(office=office, goods_pass=row, outcome="released", by=guard, at=row.released_at)
            for row in passes
            if row.released_at
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office, clerk, guard, units[0]


def _pass(office, clerk, units, number, at):
    is_today = number >= PASSES - TODAY
    starts = at - dt.timedelta(hours=1) if is_today else at - STEP * (PASSES - number)
    return GoodsPass(
        office=office,
        unit=units[number % UNITS],
        number=f"F-{number:06d}",
        name=f"住户{number % 900}",
        applicant="owner",
        state="issued" if is_today else "released",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=8),
        released_at=None if is_today else starts,
        asked_by=clerk,
        issued_by=clerk,
        issued_at=starts,
    )


def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, clerk, guard, unit = fill()
        pages = {
            "passes, all": (clerk, "/goods-passes/", LIST.format(where="")),
            "passes, waiting": (clerk, "/goods-passes/?state=waiting", LIST.format(where="AND p.state = 'waiting'")),
            "passes of a unit": (
                clerk,
                f"/goods-passes/?unit={unit.pk}",
                LIST.format(where=f"AND p.unit_id={unit.pk}"),
            ),
            "gate checks": (clerk, "/gate/goods/log/", CHECKS),
            "the gate": (guard, "/gate/goods/", LIST.format(where="AND p.state = 'issued'")),
            "one pass": (clerk, GoodsPass.objects.latest("pk").get_absolute_url(), None),
            "household card": (clerk, f"/household/{unit.pk}/", None),
        }
        calls = {}
        for name, (who, path, sql) in pages.items():
            client = Client()
            client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
            if sql:
                calls[f"{name}: bare SQL"] = bare(sql, office.pk)
            calls[name] = caller(path, client)
        found = measure(calls)
        print(f"\n{connection.vendor}: {PASSES:,} passes, {TODAY} for today; medians, one process")
        for name, (cpu, wall) in found.items():
            with CaptureQueriesContext(connection) as queries:
                calls[name]()
            floor = found.get(f"{name}: bare SQL")
            ratio = f"{wall / floor[1]:6.1f} × bare" if floor else ""
            print(f"{name:26} {cpu:7.1f} ms CPU {wall:7.1f} ms wall {len(queries):3} queries {ratio}")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
