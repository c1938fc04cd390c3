"""Refusals that a person at the desk can understand. Each carries a sentence in the user's language."""

from __future__ import annotations

from typing import Any


class DeskError(Exception):
    """Refuse an act for a reason the user can mend; pages show the sentence beside the form (400)."""

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Conflict(DeskError):
    """Refuse because somebody else was there first; pages answer 409 and lose nothing that was typed."""


class KeyReused(DeskError):
    """Refuse a form that was already sent once with other contents (422)."""


def must_be_said(text: str, message: Any, *, field: str) -> str:
    """Return the text without blanks around it.

    Raises:
        DeskError: nothing was written.

    """
    if not text.strip():
        raise DeskError(message, field=field)
    return text.strip()
