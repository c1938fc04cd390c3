"""Escalation: one sweep over 100,000 open tickets, 3 % of them late; how long, how many steps, how much memory.

python -m tests.benchmarks.bench_escalation            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
import tracemalloc

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Escalation, Ticket
from complaints.services import escalate_due
from complaints.workflow import OPEN
from tests.factories import MembershipFactory, OfficeFactory

TICKETS, LATE, ANEW = 100_000, 0.03, 200
AT = dt.datetime(2026, 3, 5, 15, 0, tzinfo=timezone.get_default_timezone())
STATES = sorted(OPEN)
RUNNING = {
    "state = 'recorded'": "dispatch_due_at",
    "state = 'dispatched'": "accept_due_at",
    "state IN ('recorded', 'dispatched', 'accepted')": "finish_due_at",
    "state <> 'archived'": "close_due_at",
}
"""In which states which clock runs, as SQL."""


def fill(tickets):
    """Make an office with somebody at every level and open tickets, of which 3 % are late at one clock or more."""
    dice = random.Random(7)
    office = OfficeFactory(code=f"b{tickets}", name=f"压测{tickets}管理处")
    people = [MembershipFactory(office=office, role="clerk").user for _clerk in range(12)]
    for role in ("supervisor", "manager"):
        MembershipFactory(office=office, role=role)
    MembershipFactory(office=None, role="company")

    def due(is_late):
        return AT - dt.timedelta(minutes=dice.randrange(1, 3000)) if is_late else AT + dt.timedelta(days=3)

    def row(n):
        is_late = dice.random() < LATE
        return Ticket(
            office=office,
            number=f"2026-{n:06d}",
            subject="厨房水龙头漏水",
            body="自上周起一直滴水，已自行关闭总阀。" * 4,
            state=dice.choice(STATES),
            first_contact=dice.choice(people),
            received_at=AT - dt.timedelta(days=2),
            dispatch_due_at=due(is_late),
            accept_due_at=due(is_late),
            finish_due_at=due(is_late),
            close_due_at=due(is_late and dice.random() < 0.3),
        )

    Ticket.objects.bulk_create((row(n) for n in range(tickets)), batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office


def timed(act):
    """Return what an act gave, its processor and its wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    given = act()
    return given, time.process_time() - cpu, time.perf_counter() - wall


def watched(act):
    """Return what an act gave, and how many kB it held at most; being watched makes it ten times as slow."""
    tracemalloc.start()
    given = act()
    peak = tracemalloc.get_traced_memory()[1] / 1000
    tracemalloc.stop()
    return given, peak


def plainly(office):
    """Read the late tickets' keys and deadlines with one hand-written SELECT."""
    late = " OR ".join(f"{states} AND {field} < %s" for states, field in RUNNING.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, finish_due_at FROM complaints_ticket WHERE office_id = %s AND ({late})", [office.pk, *[AT] * 4]
        )
        return len(cursor.fetchall())


def sweep():
    """Sweep on a Thursday afternoon."""
    return escalate_due(AT)


def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        for tickets in (TICKETS // 10, TICKETS):
            office = fill(tickets)
            rounds = [timed(lambda o=office: plainly(o)) for _round in range(5)]
            late, plain = rounds[0][0], min(wall for _found, _cpu, wall in rounds)
            print(f"\n{connection.vendor}: {tickets:,} open tickets, {late:,} late; plain SELECT {plain * 1000:.0f} ms")
            for name in ("first sweep", "second sweep", "third sweep"):
                with CaptureQueriesContext(connection) as queries:
                    steps, cpu, wall = timed(sweep)
                print(
                    f"{name:13} {steps:6,} steps  {cpu:6.2f} s CPU  {wall:6.2f} s wall  {wall / plain:6.1f} × SELECT"
                    f"  {len(queries):4} queries"
                )
            anew = Ticket.objects.filter(office=office, finish_due_at__lt=AT).order_by("pk").values("pk")[:ANEW]
            Ticket.objects.filter(pk__in=list(anew.values_list("pk", flat=True))).update(
                state="accepted", finish_due_at=AT - dt.timedelta(hours=9, minutes=1)
            )
            steps, peak = watched(sweep)
            print(f"{ANEW} late anew   {steps:3,} steps, at most {peak:,.0f} kB held")
        print(f"steps in all: {Escalation.objects.count():,}; none twice, the database sees to that")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
