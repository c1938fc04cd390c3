"""The statistics of an office among 100,000 tickets: a month, a year, all of them, and the contractors' ranking.

python -m tests.benchmarks.bench_statistics            (SQLite; with DATABASE_URL the database named there)
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
from django.urls import reverse

from complaints.models import Callback, Compensation, Escalation, Ticket
from complaints.services.statistics import Statistics
from complaints.workflow import TicketState
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.periods import Period, month_before, year_of
from tests.benchmarks.bench_ticket_list import caller
from tests.factories import (
    BuildingFactory,
    CategoryFactory,
    CauseFactory,
    ContractorFactory,
    MembershipFactory,
    OfficeFactory,
    PartFactory,
    UnitFactory,
)

TICKETS, ROUNDS, LIMIT = 100_000, 15, 300
NAMES = (
    "total", "closed", "open", "repeats", "by_kind", "by_category", "by_building", "by_cause", "by_contractor",
    "satisfaction", "average_satisfaction", "escalations", "compensations",
)  # fmt: skip


def fill():
    """Make an office with 1,200 units and 100,000 whole tickets over three years; every fifth was called back."""
    dice = random.Random(3)
    office = OfficeFactory(code="bench", name="压测管理处")
    supervisor = MembershipFactory(office=office, role="supervisor").user
    buildings = BuildingFactory.create_batch(12, office=office)
    units = [UnitFactory(office=office, building=buildings[i % 12], code=f"{i % 12 + 1}-1-{i}") for i in range(1200)]
    branches = CategoryFactory.create_batch(8, office=office)
    lists = {
        "category": [CategoryFactory(office=office, parent=branch) for branch in branches for _leaf in range(4)],
        "part": [*PartFactory.create_batch(12, office=office), None],
        "cause": [*CauseFactory.create_batch(10, office=office), None],
        "contractor": [*ContractorFactory.create_batch(8, office=office), None, None, None],
        "kind": Ticket.Kind.values,
        "unit": [*units, None],
    }
    start = now() - dt.timedelta(days=1095)
    rows = [_ticket(n, start, dice, lists, office=office, first_contact=supervisor) for n in range(TICKETS)]
    rows = Ticket.objects.bulk_create(rows, batch_size=2000)
    _follow_up(rows, supervisor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office, supervisor


def _ticket(n, start, dice, lists, **whose):
    received = start + dt.timedelta(minutes=15.75 * n)
    done = received + dt.timedelta(minutes=dice.randrange(30, 2400)) if n % 5 else None
    return Ticket(
        number=f"2026-{n:06d}",
        subject="厨房水龙头漏水",
        body="一直在滴水，昨晚开始变大，楼下邻居家天花板也湿了。" * 6,
        state=TicketState.ARCHIVED if done else TicketState.RECORDED,
        received_at=received,
        finish_due_at=received + dt.timedelta(hours=24),
        close_due_at=received + dt.timedelta(hours=72),
        done_at=done,
        replied_at=done and done + dt.timedelta(hours=1),
        archived_at=done and done + dt.timedelta(minutes=dice.randrange(60, 5000)),
        **{name: dice.choice(choices) for name, choices in lists.items()},
        **whose,
    )


def _follow_up(rows, supervisor):
    called = [ticket for ticket in rows if ticket.archived_at][::5]
    facts = {"state": "done", "due_on": local_date()}
    calls = (Callback(ticket=t, closed_at=t.archived_at, satisfaction=n % 5 + 1, **facts) for n, t in enumerate(called))
    Callback.objects.bulk_create(calls, batch_size=2000)
    steps = (Escalation(ticket=t, clock="finish", level=n % 4 + 1, due_at=now()) for n, t in enumerate(rows[::9]))
    Escalation.objects.bulk_create(steps, batch_size=2000)
    facts = {"payee": "张伟", "proposal": "赔偿", "level": 1, "state": "paid", "proposed_by": supervisor}
    paid = (Compensation(ticket=t, amount=n % 900 + 1, **facts) for n, t in enumerate(rows[::50]))
    Compensation.objects.bulk_create(paid, batch_size=2000)


def timed(act):
    """Return the median and the slowest of some rounds, in milliseconds."""
    act()
    times = []
    for _turn in range(ROUNDS):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), max(times)


def every_figure(office, period):
    """Ask for all there is."""
    found = Statistics(Ticket.objects.of_office(office), period)
    return [getattr(found, name) for name in NAMES]


def main():
    """Print one row a period and one a page, and how they stand to the limit."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, supervisor = fill()
        today = local_date()
        periods = {
            "last month": month_before(today),
            "this year": year_of(today),
            "everything": Period(today - dt.timedelta(days=1200), today),
        }
        rows = {}
        for name, period in periods.items():
            rows[f"figures, {name}"] = timed(lambda period=period: every_figure(office, period))
            count = Ticket.objects.filter(period.holds("received_at")).count()
            print(f"{name}: {count:,} tickets")
        for name in ("total", "repeats", "satisfaction", "escalations", "compensations"):
            rows[f"  {name}, this year"] = timed(
                lambda name=name: getattr(Statistics(Ticket.objects.of_office(office), periods["this year"]), name)
            )
        client = Client()
        client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
        for name, address in pages(today).items():
            call = caller(address, client)
            rows[name] = timed(call)
            with CaptureQueriesContext(connection) as queries:
                call()
            print(f"{name}: {len(queries)} queries")
        print(f"{connection.vendor}: {Ticket.objects.count():,} tickets; wall time, {ROUNDS} rounds")
        print(f"{'':<40}{'median ms':>11}{'worst ms':>10}{'of limit':>10}")
        for name, (median, worst) in rows.items():
            print(f"{name:<40}{median:>11.1f}{worst:>10.1f}{median / LIMIT:>10.2f}")
    finally:
        runner.teardown_databases(databases)


def pages(today):
    """Return the pages by their names."""
    page = reverse("complaints:statistics")
    return {
        "page, last month": f"{page}?period=last_month",
        "page, this year": f"{page}?period=year",
        "page, everything": f"{page}?period=own&first={today - dt.timedelta(days=1200)}&last={today}",
        "contractors' ranking": reverse("complaints:contractor_ranking"),
    }


if __name__ == "__main__":
    main()
