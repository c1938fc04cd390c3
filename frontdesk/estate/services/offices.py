"""Offices and their settings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from frontdesk.estate.models import Office
from frontdesk.estate.services.writing import add, change


def add_office(*, by: Any, **fields: Any) -> Office:
    """Open a new management office with the customer's figures as its settings."""
    return add(Office(**fields), "add_office", by=by, permission="estate.add_office", double=_taken(), field="name")


def edit_office(office: Office, *, by: Any, **fields: Any) -> Office:
    """Change an office's name or settings."""
    return change(
        office, "edit_office", fields, by=by, permission="estate.change_office", double=_taken(), field="name"
    )


def _taken() -> str:
    return _("Another office has this code or name.")
