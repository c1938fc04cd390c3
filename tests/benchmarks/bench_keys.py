"""Keys: cabinet map, lists and pages with 20,000 keys and 500,000 past loans, beside the bare SQL for the same rows.

python -m tests.benchmarks.bench_keys            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import now
from frontdesk.staff.models import User
from keys import services
from keys.models import Cabinet, Key, LentKey, Loan
from tests.benchmarks.bench_ticket_list import caller, measure
from tests.factories import BuildingFactory, MembershipFactory, OfficeFactory

KEYS, PAST, OUT, HOOKS = 20_000, 500_000, 400, 400
PARTS = 10_000
NOW = {"sqlite": "datetime('now')", "postgresql": "now()"}
FIVE = dt.timedelta(minutes=5)
LIST = (
    "SELECT k.id, k.tag, k.kind, u.code, k.name, k.state, c.name, k.hook,"
    " (SELECT l.name FROM keys_lentkey t JOIN keys_loan l ON l.id = t.loan_id"
    " WHERE t.key_id = k.id AND t.back_at IS NULL),"
    " (SELECT l.due_at FROM keys_lentkey t JOIN keys_loan l ON l.id = t.loan_id"
    " WHERE t.key_id = k.id AND t.back_at IS NULL)"
    " FROM keys_key k LEFT JOIN estate_unit u ON u.id = k.unit_id LEFT JOIN keys_cabinet c ON c.id = k.cabinet_id"
    " WHERE k.office_id = %s {where} ORDER BY k.tag LIMIT {limit}"
)
LOANS = (
    "SELECT id, number, borrower, name, phone, purpose, lent_at, due_at, closed_at FROM keys_loan WHERE office_id = %s"
    " {where} ORDER BY lent_at DESC, id DESC LIMIT 50"
)


def fill():
    """Make an office with fifty cabinets, 20,000 keys, 500,000 loans over five years of which 400 are out."""
    dice = random.Random(11)
    office = OfficeFactory(code="bench", name="压测管理处")
    clerk = MembershipFactory(office=office, role="clerk").user
    building = BuildingFactory(office=office)
    units = Unit.objects.bulk_create(
        Unit(office=office, building=building, code=f"{n // 400 + 1}-1-{n % 400 + 101}") for n in range(KEYS)
    )
    cabinets = Cabinet.objects.bulk_create(
        Cabinet(office=office, name=f"{n}柜", hooks=HOOKS, columns=20) for n in range(KEYS // HOOKS)
    )
    keys = Key.objects.bulk_create(
        Key(
            office=office,
            kind="vacant",
            tag=f"K-{n:05d}",
            unit=units[n],
            name="入户门",
            cabinet=cabinets[n // HOOKS],
            hook=n % HOOKS + 1,
            state="out" if n % (KEYS // OUT) == 0 else "in",
        )
        for n in range(KEYS)
    )
    services.index_keys(keys)
    out = [key for key in keys if key.state == "out"]
    _lend(office, clerk, [dice.choice(keys) for _n in range(PAST)], back=True)
    _lend(office, clerk, out, back=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office, clerk, out[0]


def _lend(office, clerk, keys, *, back):
    start, at = now() - dt.timedelta(days=1826), now()
    numbers = itertools.count(0 if back else PAST)
    for first in range(0, len(keys), PARTS):
        part = keys[first : first + PARTS]
        loans = Loan.objects.bulk_create(
            Loan(
                office=office,
                number=f"J-{next(numbers):07d}",
                borrower="other",
                name=f"客户{n % 900}",
                phone=f"138{n:08d}",
                purpose="看房",
                lent_by=clerk,
                lent_at=start + FIVE * n if back else at - dt.timedelta(hours=10),
                due_at=start + FIVE * (n + 48) if back else at + dt.timedelta(hours=n % 6 - 2, minutes=5),
                closed_at=start + FIVE * (n + 18) if back else None,
            )
            for n in range(first, first + len(part))
        )
        LentKey.objects.bulk_create(
            LentKey(loan=loan, key=key, back_at=loan.closed_at, taken_by=clerk if back else None)
            for loan, key in zip(loans, part, strict=True)
        )
        for loan in () if back else loans:
            services.index_holder(loan)


def bare(sql, *params):
    """Return a function that reads the same rows with one bare statement."""

    def call():
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return len(cursor.fetchall())

    return call


def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, clerk, out = fill()
        client = Client()
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        loan = LentKey.objects.out().filter(key=out).get().loan
        cabinet = out.cabinet_id
        pages = {
            "keys we keep": ("/keys/?state=kept", LIST.format(where="AND k.state <> 'retired'", limit=50)),
            "keys overdue": ("/keys/?state=overdue", None),
            "loans, all": ("/key-loans/", LOANS.format(where="")),
            "loans, overdue": (
                "/key-loans/?state=overdue",
                LOANS.format(where=f"AND closed_at IS NULL AND due_at < {NOW[connection.vendor]}"),
            ),
            "cabinet map": (
                f"/keys/cabinet/?cabinet={cabinet}",
                LIST.format(where=f"AND k.cabinet_id = {cabinet}", limit=HOOKS),
            ),
            "one key": (out.get_absolute_url(), None),
            "one slip": (loan.get_absolute_url(), None),
            "lending form": (f"/keys/{out.pk + 1}/lend_key/", None),
            "counter, a unit": ("/keys/counter/?q=3-1-1", None),
        }
        calls = {}
        for name, (path, sql) in pages.items():
            if sql:
                calls[f"{name}: bare SQL"] = bare(sql, office.pk)
            calls[name] = caller(path, client)
        found = measure(calls)
        print(f"\n{connection.vendor}: {KEYS:,} keys, {PAST:,} past loans, {OUT} out; medians, one process")
        for name, (cpu, wall) in found.items():
            with CaptureQueriesContext(connection) as queries:
                calls[name]()
            floor = found.get(f"{name}: bare SQL")
            ratio = f"{wall / floor[1]:6.1f} × bare" if floor else ""
            print(f"{name:26} {cpu:7.1f} ms CPU {wall:7.1f} ms wall {len(queries):3} queries {ratio}")
        sweep(office)
    finally:
        runner.teardown_databases(databases)


def sweep(office):
    """Time the minute's look for what is due: the first, which reminds, and the next, which finds nothing new."""
    User.objects.filter(memberships__office=office).update(language="zh-hans")
    for name in ("reminders, first sweep", "reminders, next sweep"):
        cpu, wall = time.process_time(), time.perf_counter()
        given = services.remind_holders(now())
        took = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
        print(f"{name:26} {took[0]:7.1f} ms CPU {took[1]:7.1f} ms wall {given} given")


if __name__ == "__main__":
    main()
