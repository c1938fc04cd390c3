"""What every test stands on: compiled translations, one browser, the databases of the run."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings as hypothesis

from frontdesk.kit import assets, translations
from tests import emptying, prepared
from tests.cast import *  # noqa: F403 -- the fixtures every test may ask for
from tests.chromium import CHROMIUM, DESK, LAUNCH, use_node_of_the_environment
from tests.tracing import WALKS, untraced

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

LONG = (
    "test_every_page_accessible", "test_every_page", "test_kill", "home/test_demo", "test_books", "kit/test_serve",
    "tests/browser/",
)  # fmt: skip
"""Files that take minutes, the longest first."""

# How fast the machine is today says nothing about the code; and the fixtures of these tests hold for all examples.
hypothesis.register_profile(
    "desk", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis.load_profile("desk")

# Playwright's sync API runs inside an event loop; the ORM calls of its tests are meant.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config):
    """Find what Playwright runs on, and bring in once what set-up makes: catalogues and front-end files.

    Before any worker starts: a worker that has read a catalogue does not see that another one compiles it.
    """
    use_node_of_the_environment()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the many processes of a run read what one of them has compiled
    TransactionTestCase._fixture_teardown = emptying.empty
    if not hasattr(config, "workerinput"):
        translations.compile_catalogs()
        if not assets.are_present():
            assets.fetch()
        prepared.open_folder(config.cache.mkdir("tables") if _keeps_tables(config) else None)


def pytest_unconfigure(config):
    """Take away what the workers shared."""
    if not hasattr(config, "workerinput"):
        prepared.close_folder(keep=_keeps_tables(config))


def _keeps_tables(config):
    return connection.vendor == "sqlite" and not ON_CI and hasattr(config, "cache")


def pytest_collection_modifyitems(items):
    """Put the files that take minutes first, so that no worker begins one when the other has nothing left to do.

    Mark what drives the browser; without one leave it out loudly, and never on CI.
    """
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if name in item.nodeid), len(LONG)))
    for item in items:
        if "page" in getattr(item, "fixturenames", ()) or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM and not ON_CI:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium-headless-shell"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count no lines on the long walks."""
    with untraced() if item.nodeid.startswith(WALKS) else nullcontext():
        return (yield)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """On SQLite begin with the file that lies there: the copy of the prepared tables."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Begin with a copy of the prepared tables; Django still asks whether a migration is missing in it."""
    made = prepared.tables()
    if connection.vendor == "sqlite":
        shutil.copy(made, connection.settings_dict["TEST"]["NAME"])
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = made


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database goes, end what threads of live servers still hold open on it."""
    with django_db_blocker.unblock():
        emptying.remember_what_migrations_wrote()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


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
