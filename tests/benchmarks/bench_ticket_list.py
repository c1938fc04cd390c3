"""Ticket list: processor time of the page against a hand-written one over the same 100,000 tickets.

python -m tests.benchmarks.bench_ticket_list            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext

from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.kit.calendar import now
from tests.factories import BuildingFactory, MembershipFactory, OfficeFactory, UnitFactory

TICKETS, OPEN_ONES, ROUNDS = 100_000, 20_000, 40
SUBJECTS = (
    "厨房水龙头漏水",
    "电梯异响",
    "楼上装修噪音",
    "车位被占",
    "门禁卡失灵",
    "垃圾未清运",
    "物业费咨询",
    "路灯不亮",
)


def fill():
    """Make an office with 30 people, 1,200 units and 100,000 tickets over three years, 20,000 of them open."""
    dice = random.Random(7)
    office = OfficeFactory(code="bench", name="压测管理处")
    people = [MembershipFactory(office=office, role="clerk" if i % 3 else "engineer").user for i in range(30)]
    clerk = MembershipFactory(office=office, role="clerk").user
    buildings = BuildingFactory.create_batch(12, office=office)
    units = [UnitFactory(office=office, building=buildings[i % 12], code=f"{i % 12 + 1}-1-{i}") for i in range(1200)]
    start, states = now() - dt.timedelta(days=1095), list(TicketState)[:-1]
    rows = (
        Ticket(
            office=office,
            number=f"2026-{n:06d}",
            subject=dice.choice(SUBJECTS),
            state=states[n % 5] if n % (TICKETS // OPEN_ONES) == 0 else TicketState.ARCHIVED,
            kind=dice.choice(Ticket.Kind.values),
            unit=dice.choice(units),
            first_contact=dice.choice(people),
            assignee=dice.choice(people),
            caller_name="张伟",
            received_at=start + dt.timedelta(minutes=15 * n),
            finish_due_at=start + dt.timedelta(minutes=15 * n + 2880),
        )
        for n in range(TICKETS)
    )
    Ticket.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office, clerk


def caller(path, client, **headers):
    """Return a function that sends one request through the whole application and gives back the answer's length."""
    app = WSGIHandler()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def call():
        environ = RequestFactory().get(path, SERVER_NAME="127.0.0.1").environ
        environ |= headers | {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
        status = []
        answer = app(environ, lambda line, _headers: status.append(line))
        body = b"".join(answer)
        answer.close()
        if status != ["200 OK"]:
            sys.exit(f"{path}: {status}")
        return len(body)

    return call


def measure(calls):
    """Call each in turn, round after round, so that a slow moment hits all alike; return median CPU and wall ms."""
    times = {name: ([], []) for name in calls}
    for turn in range(ROUNDS + 5):
        for name, call in calls.items():
            cpu, wall = time.process_time(), time.perf_counter()
            call()
            if turn >= 5:
                times[name][0].append((time.process_time() - cpu) * 1000)
                times[name][1].append((time.perf_counter() - wall) * 1000)
    return {name: (statistics.median(cpu), statistics.median(wall)) for name, (cpu, wall) in times.items()}


@override_settings(ROOT_URLCONF="tests.benchmarks.plain_list")
def main():
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, clerk = fill()
        client = Client()
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        paths = {
            "raw SQL floor": f"/floor/?office={office.pk}",
            "by hand": "/by-hand/",
            "by hand in the frame": "/by-hand/framed/",
            "ticket list": "/tickets/?state=open",
            "three filters": "/tickets/?state=open&kind=repair&received_after=2025-01-01",
            "search a word": "/tickets/?q=%E6%BC%8F%E6%B0%B4",
        }
        calls = {name: caller(path, client) for name, path in paths.items()}
        calls["list only, as htmx asks"] = caller(
            paths["ticket list"], client, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="list"
        )
        found = measure(calls)
        hand = found["by hand"][0]
        print(f"\n{connection.vendor}: {TICKETS:,} tickets, {OPEN_ONES:,} open; median of {ROUNDS}, one process")
        for name, (cpu, wall) in found.items():
            with CaptureQueriesContext(connection) as queries:
                size = calls[name]()
            print(
                f"{name:26} {cpu:7.1f} ms CPU  {cpu / hand:5.2f} × by hand  {wall:7.1f} ms wall"
                f"  {len(queries):3} queries  {size / 1000:6.1f} kB"
            )
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
