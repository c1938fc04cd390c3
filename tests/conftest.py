"""What every test stands on: compiled translations, one browser, the databases of the run."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from frontdesk.kit import assets, ledger, translations
from tests.cast import *  # noqa: F403 -- the fixtures every test may ask for
from tests.chromium import CHROMIUM, DESK, LAUNCH, use_node_of_the_environment

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# Playwright's sync API runs inside an event loop; the ORM calls of its tests are meant.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config):
    """Find what Playwright runs on, and bring in once what set-up makes: catalogues and front-end files.

    Before any worker starts: a worker that has read a catalogue does not see that another one compiles it.
    """
    use_node_of_the_environment()
    if not hasattr(config, "workerinput"):
        translations.compile_catalogs()
        if not assets.are_present():
            assets.fetch()


def pytest_collection_modifyitems(items):
    """Mark what drives the browser; without one leave it out loudly, and never on CI."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()) or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM and not ON_CI:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database goes, end what threads of live servers still hold open on it."""
    yield
    from django.db import connection  # noqa: PLC0415 -- settings are ready only now

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _emptied_between_tests(request):
    """Take the guards of the books down before a database is emptied, and put them up again for the next test."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    ledger.take_down_guards()


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Forget what the web process counts: keys of accounts are given again from test to test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _the_offices_language():
    """Begin each test in the office's language, whatever an English page of the test before has switched to."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Drive the distribution's Chromium, speaking Chinese as the office's does."""
    return {**browser_type_launch_args, **LAUNCH}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Use the common office screen."""
    return {**browser_context_args, "locale": "zh-CN", "viewport": DESK}
