"""What is shown while the phone rings, among 100,000 tickets: tickets alike, the household card, a ticket's page.

python -m tests.benchmarks.bench_hints            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import os
import random
import statistics
import time
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import override_settings
from django.test.client import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Ticket
from complaints.services.repeats import plain, similar_open
from complaints.workflow import TicketState
from frontdesk.kit.calendar import now
from tests.benchmarks.bench_ticket_list import caller, fill
from tests.factories import CallerFactory, PromiseFactory, TenureFactory

ROUNDS = 60
HINT_LIMIT, PAGE_LIMIT = 50, 30
"""Milliseconds: for the hints, and for a ticket's page and the household card."""
PUBLIC, INCIDENTS, CHILDREN = 2_000, 3, 5
PLACES = ("地下车库", "3号楼大堂", "12号楼2号电梯", "中心花园", "北门岗亭")
TYPED = ("电", "电梯", "电梯停", "电梯停了", "漏水", "厨房漏水", "楼上装修太吵", "门禁刷不开", "垃圾没人收", "路灯")


def fill_public(office, clerk):
    """Add open tickets of no unit, and make some of the others running incidents with callers and children."""
    dice = random.Random(11)
    rows = (
        Ticket(
            office=office,
            number=f"2026-9{n:05d}",
            subject=dice.choice(("灯不亮", "地面积水", "电梯异响", "门禁失灵")),
            place=dice.choice(PLACES),
            state=TicketState.RECORDED,
            first_contact=clerk,
            received_at=now(),
        )
        for n in range(PUBLIC)
    )
    Ticket.objects.bulk_create(rows)
    running = list(Ticket.objects.filter(office=office, unit__isnull=False).to_answer()[: INCIDENTS * (CHILDREN + 1)])
    for place in range(INCIDENTS):
        incident, *children = running[place * (CHILDREN + 1) : (place + 1) * (CHILDREN + 1)]
        Ticket.objects.filter(pk=incident.pk).update(is_incident=True, state=TicketState.RECORDED)
        Ticket.objects.filter(pk__in=[child.pk for child in children]).update(incident=incident)
        CallerFactory.create_batch(CHILDREN, ticket=incident, taken_by=clerk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return running[0]


def timed(act):
    """Return milliseconds an act takes: the medians of processor time and wall time, and the slowest twentieth."""
    cpu, wall = [], []
    for turn in range(ROUNDS + 5):
        worked, started = time.process_time(), time.perf_counter()
        act(turn)
        cpu.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - started) * 1000)
    return statistics.median(cpu[5:]), statistics.median(wall[5:]), statistics.quantiles(wall[5:], n=20)[-1]


def questions(office, clerk, unit, incident, client):
    """Yield each question with its limit and the act that asks it; a number of queries goes with whole pages."""
    for name, spot in (("at a unit", {"unit": unit}), ("at a place", {"place": "3号楼大堂"}), ("nowhere yet", {})):
        plain.cache_clear()
        yield (
            f"similar_open, {name}",
            HINT_LIMIT,
            lambda turn, spot=spot: similar_open(
                office, kind="repair", subject=TYPED[turn % len(TYPED)], user=clerk, **spot
            ),
        )
    recorded = Ticket.objects.filter(office=office, unit=unit, state=TicketState.RECORDED).first()
    typed = urlencode({"unit": unit.pk, "kind": "repair", "subject": "电梯停了"})
    for name, limit, url in (
        ("a line of plain text", None, "/plain/"),
        ("hints, the whole answer", HINT_LIMIT, f"{reverse('complaints:ticket_hints')}?{typed}"),
        ("household card", PAGE_LIMIT, reverse("home:household", args=[unit.pk])),
        ("page of a new ticket", PAGE_LIMIT, recorded.get_absolute_url()),
        ("page of an incident", PAGE_LIMIT, incident.get_absolute_url()),
    ):
        call = caller(url, client, HTTP_HX_REQUEST="true")
        yield name, limit, lambda _turn, call=call: call()


@override_settings(ROOT_URLCONF="tests.benchmarks.plain_list")
def main():
    """Print one row a question, and how much of its limit it takes."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        office, clerk = fill()
        incident = fill_public(office, clerk)
        unit = incident.unit
        for tenure in TenureFactory.create_batch(3, unit=unit):
            PromiseFactory(ticket__office=office, ticket__unit=unit, ticket__person=tenure.person, made_by=clerk)
        client = Client()
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        open_ones = Ticket.objects.filter(office=office).open().count()
        print(f"{connection.vendor}: {Ticket.objects.count():,} tickets, {open_ones:,} open; median of {ROUNDS}")
        print(f"{'':<28}{'CPU ms':>9}{'wall ms':>9}{'95 % ms':>9}{'queries':>9}{'wall of limit':>15}")
        for name, limit, act in questions(office, clerk, unit, incident, client):
            cpu, wall, most = timed(act)
            with CaptureQueriesContext(connection) as queries:
                act(0)
            share = f"{wall / limit:>15.2f}" if limit else ""
            print(f"{name:<28}{cpu:>9.1f}{wall:>9.1f}{most:>9.1f}{len(queries):>9}{share}")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
