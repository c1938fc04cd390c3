"""What was typed when the screen turned out to be locked: carried through the lock page unreadable and unchangeable."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from frontdesk.kit.kept import KeptField, KeptForm, kept_form

if TYPE_CHECKING:
    from django.http import HttpRequest


def seal(request: HttpRequest) -> str:
    """Return the sent form, encrypted, for a hidden field; empty when there was nothing worth keeping."""
    kept = kept_form(request)
    if kept is None:
        return ""
    return _cipher().encrypt(json.dumps([request.user.pk, asdict(kept)]).encode()).decode()


def unseal(request: HttpRequest, text: str) -> KeptForm | None:
    """Return the form again to whoever typed it; None for another person, an old or an altered text."""
    try:
        owner, values = json.loads(_cipher().decrypt(text.encode(), ttl=settings.SESSION_COOKIE_AGE))
    except (InvalidToken, ValueError):
        return None
    if owner not in (None, request.user.pk):
        return None
    return _form(values)


def _form(values: dict[str, Any]) -> KeptForm:
    fields = [KeptField(**field) for field in values.pop("fields")]
    hidden = [(name, value) for name, value in values.pop("hidden")]
    return KeptForm(**values, fields=fields, hidden=hidden)


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
