"""Three years of shifts and 200,000 log entries: the shift's page, the log and its search beside bare SQL.

python -m tests.benchmarks.bench_log            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duty.models import LogEntry, Shift
from frontdesk.kit.calendar import now
from tests.factories import MembershipFactory, OfficeFactory, PostFactory, ShiftFactory

ENTRIES, DAYS, ROUNDS = 200_000, 3 * 365, 9
TEXTS = ("门厅灯坏", "电梯例行保养", "车库渗水已摆警示牌", "快递柜故障", "业主询问装修手续", "花园巡查无异常")


def fill():
    """Make two shifts a day for three years, and the log written in them; the last shift runs."""
    office = OfficeFactory()
    user = MembershipFactory(office=office).user
    post, end = PostFactory(office=office), now()
    half = dt.timedelta(hours=12)
    begins = [end - half * number for number in range(DAYS * 2, 0, -1)]
    Shift.objects.bulk_create(
        Shift(office=office, post=post, clerk=user, number=f"A{number:05d}", began_at=at, ended_at=at + half)
        for number, at in enumerate(begins[:-1])
    )
    running = ShiftFactory(office=office, post=post, clerk=user, began_at=begins[-1])
    shifts = [*Shift.objects.filter(post=post, ended_at__isnull=False).order_by("began_at"), running]
    each = ENTRIES // len(shifts)
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                office=office, number=place * each + number + 1, by=user, post=post, shift=shift,
                at=shift.began_at + half / each * number, kind="nonconf" if number % 40 == 0 else "note",
                text=f"{TEXTS[(place + number) % len(TEXTS)]} {place}-{number}",
            )
            for place, shift in enumerate(shifts)
            for number in range(each)
        ),
        batch_size=2_000,
    )  # fmt: skip
    return office, user, running


def timed(act):
    """Return the median milliseconds of some rounds; the first one warms up."""
    act()
    rounds = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        rounds.append((time.perf_counter() - start) * 1000)
    return statistics.median(rounds)


def bare(sql, *values):
    """Ask the database alone."""

    def ask():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return ask


def main():
    """Fill, measure, print."""
    office, user, running = fill()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    top = "SELECT * FROM duty_logentry WHERE office_id = %s {} ORDER BY number DESC LIMIT 50"
    count = "SELECT count(*) FROM duty_logentry WHERE office_id = %s {}"
    word = "AND text LIKE %s"
    of_shift = "SELECT * FROM duty_logentry WHERE shift_id = %s ORDER BY number DESC LIMIT 200"
    plain = [bare(top.format(""), office.pk), bare(count.format(""), office.pk)]
    searched = [bare(top.format(word), office.pk, "%渗水%"), bare(count.format(word), office.pk, "%渗水%")]
    pages = {
        "shift page": (running.get_absolute_url(), [bare(of_shift, running.pk)]),
        "log": (reverse("duty:logentry_list"), plain),
        "log, one word": (f"{reverse('duty:logentry_list')}?q=渗水", searched),
        "morning": (reverse("duty:morning"), []),
    }
    print(f"{connection.vendor}, {LogEntry.objects.count():,} entries, {Shift.objects.count():,} shifts")
    for name, (url, questions) in pages.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        queries = len(asked)  # the next request empties what was written down
        page, alone = timed(lambda url=url: client.get(url)), sum(timed(ask) for ask in questions)
        beside = f"bare SQL {alone:7.1f} ms, {page / alone:4.1f} ×" if alone else ""
        print(f"{name:<16}{page:8.1f} ms  {queries:3d} queries  {beside}")


if __name__ == "__main__":
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        main()
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
