"""The tables, made once per run: the database of each worker and of each installation in a test is a copy of them.

Every migration still runs, on the database of the run, in a process of its own. Whoever needs the tables first makes
them, the others wait. Between the runs of a developer on SQLite they are kept until a migration, or what migrations
stand on, changes; on CI nothing is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django
import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
SHARED = "TESTS_PREPARED"
"""The variable by which the workers of a run know its folder."""
FILE = "frontdesk.sqlite3"
STAND_ON = ("fields.py", "ledger.py", "money.py")
"""Modules of the workbench that decide what a column or a trigger is like."""


def open_folder(kept: Path | None = None) -> None:
    """Make room for what the workers of this run share; `kept`: and later runs too, on SQLite."""
    if kept is None:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="frontdesk-prepared-")
        return
    folder = kept / _fingerprint()
    for old in kept.iterdir():
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    os.environ[SHARED] = str(folder)


def close_folder(*, keep: bool) -> None:
    """Take away what no later run may use."""
    folder = Path(os.environ.pop(SHARED))
    if _on_postgresql():
        _on_server(f'DROP DATABASE IF EXISTS "{folder.name}" WITH (FORCE)')
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def tables() -> Path | str:
    """Return the file, or on PostgreSQL the name of the database, in which all tables are and no rows of ours."""
    folder = Path(os.environ[SHARED])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            _make(folder)
    return folder.name if _on_postgresql() else folder / "made" / FILE


def copy_into(environment: Mapping[str, str]) -> None:
    """Give an installation that has not been started yet its tables, and on SQLite the keys that belong beside them."""
    made = tables()
    if isinstance(made, Path):
        folder = Path(environment["FRONTDESK_DATA_DIR"])
        shutil.copy(made, folder / FILE)
        shutil.copytree(made.parent / "keys", folder / "keys")
    else:
        name = urlsplit(environment["DATABASE_URL"]).path.lstrip("/")
        _on_server(f'DROP DATABASE "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


def _make(folder: Path) -> None:
    """Let every migration run in an installation of its own, as `serve` does at its first start."""
    fresh = tempfile.mkdtemp(dir=folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTDESK_", "DJANGO_"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "frontdesk.settings", "FRONTDESK_DATA_DIR": fresh}
    if _on_postgresql():
        _on_server(f'DROP DATABASE IF EXISTS "{folder.name}"', f'CREATE DATABASE "{folder.name}"')
        environment["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{folder.name}").geturl()
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    Path(fresh).rename(folder / "made")


def _on_postgresql() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def _on_server(*statements: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _fingerprint() -> str:
    files = [path for path in ROOT.glob("**/migrations/*.py") if ".venv" not in path.parts]
    files += [ROOT / "frontdesk" / "kit" / name for name in STAND_ON]
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
