"""What the first start makes and every later start checks: files, tables, the first account."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from frontdesk.kit import assets, fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOCK_NUMBER = 7_305_112  # any number; the same on every machine of the installation


def prepare(say: Callable[[str], None]) -> None:
    """Bring files and tables up to the present version; safe to run on several machines at once.

    Raises:
        DeskError: a file could not be fetched, or this machine's keys do not open the database.

    """
    with alone():
        if not assets.are_present():
            say(_("Fetching the front-end files (once) …"))
            assets.fetch()
        if not is_collected():
            say(_("Preparing the static files …"))
            collect()
        fingerprints.compare()  # before the migrations, which may write encrypted columns
        if missing_migrations():
            say(_("Preparing the database …"))
            call_command("migrate", interactive=False, verbosity=0)
        fingerprints.note()


def check_keys() -> None:
    """Let no part run whose keys are not those of the database."""
    with alone():
        fingerprints.compare()
        fingerprints.note()


@contextmanager
def alone() -> Iterator[None]:
    """Let one preparation run at a time: on this machine by a file, on all machines of a PostgreSQL by the database."""
    with (settings.DATA_DIR / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            # A migration may rightly take longer than any page.
            cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
                cursor.execute("RESET statement_timeout; RESET lock_timeout")


def missing_migrations() -> list[str]:
    """Return the names of migrations the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _back in plan]


def collect() -> None:
    """Collect the static files under hashed names and remember from what."""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _stamp().write_text(_fingerprint())


def is_collected() -> bool:
    """Tell whether the collected static files were made from the present ones."""
    return _stamp().exists() and _stamp().read_text() == _fingerprint()


def _stamp() -> Path:
    return settings.STATIC_ROOT / ".sources"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
    return digest.hexdigest()
