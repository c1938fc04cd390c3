"""The demonstration estate: what marks its rows, and what its people log in with."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings

PREFIX = "demo-"
"""Opens the code of every office and the name of every account the demonstration makes."""
PASSWORD = "nanhu-2026"  # noqa: S105 - shown on the login page of a demonstration, and only there
PIN = "258046"


def is_demonstration() -> bool:
    """Answer whether this database holds the demonstration and nothing else; one real office ends it."""
    codes = apps.get_model(settings.OFFICE_MODEL)._base_manager.values_list("code", flat=True)
    codes = list(codes[:50])
    return bool(codes) and all(code.startswith(PREFIX) for code in codes)
