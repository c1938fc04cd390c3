"""What must hold before this installation is let near real data; `manage.py check --deploy` asks."""

from __future__ import annotations

import stat
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection
from openpyxl.xml import DEFUSEDXML

SYNCHRONOUS_FULL = 2


@register(deploy=True)
def key_files_are_private(**_options: Any) -> list[CheckMessage]:
    """Only the owner may read the keys (R-EST-04)."""
    return [
        Error(f"{path} can be read by others: chmod 600 {path}", id="frontdesk.E001")
        for path in sorted(settings.KEY_DIR.glob("*"))  # there may be none yet
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


@register(deploy=True)
def workbooks_are_read_safely(**_options: Any) -> list[CheckMessage]:
    """A workbook with an entity bomb must not reach the XML parser unguarded."""
    return [] if DEFUSEDXML else [Error("defusedxml is not installed.", id="frontdesk.E002")]


@register(deploy=True)
def sqlite_keeps_what_it_says(**_options: Any) -> list[CheckMessage]:
    """An acknowledged payment survives a power cut: full synchronisation, and triggers nothing walks through."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "recursive_triggers")}
    wanted = {"synchronous": SYNCHRONOUS_FULL, "recursive_triggers": 1}
    return [
        Error(f"SQLite runs with {name}={found[name]} instead of {value}.", id="frontdesk.E003")
        for name, value in wanted.items()
        if found[name] != value
    ]
