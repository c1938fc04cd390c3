"""Every list page and the reports over the demonstration's data: processor time and queries, as a manager sees them.

python -m tests.benchmarks.bench_pages            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import get_resolver, reverse

from frontdesk.staff.models import User

ROUNDS = 15
BESIDES = {"desk", "my_work", "asset_board", "imports", "statistics", "contractor_ranking"}
"""Pages that are no list by name: those every day begins with, and those that count much."""


def names(resolver, namespace=""):
    """Yield the names of all list pages, and of those `BESIDES`."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif (pattern.name or "").endswith("_list") or pattern.name in BESIDES:
            yield f"{namespace}{pattern.name}"


def measure(client, url):
    """Return milliseconds of processor time (median), queries and bytes of a page."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    asked, times = len(queries), []
    for _round in range(ROUNDS):
        started = time.process_time()
        client.get(url)
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times), asked, response.status_code, len(response.content)


def main():
    """Print one row a page."""
    setup_test_environment(debug=False)
    runner = DiscoverRunner(verbosity=0)
    databases = runner.setup_databases()
    try:
        call_command("demo", stdout=sys.stderr)
        print(f"{connection.vendor}: processor time, median of {ROUNDS}; session and account included")
        print(f"{'page':<30}{'ms':>8}{'queries':>9}{'kB':>7}")
        for name in sorted(set(names(get_resolver()))):
            if name.startswith("admin:"):
                continue
            for username in ("demo-manager1", "demo-admin"):
                client = Client()
                client.force_login(User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
                ms, queries, status, size = measure(client, reverse(name))
                if status == 200:
                    print(f"{name:<30}{ms:>8.1f}{queries:>9}{size / 1000:>7.0f}")
                    break
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
