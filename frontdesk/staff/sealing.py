"""What was typed when the screen turned out to be locked: carried through the lock page unreadable and unchangeable.

It opens only for the person who typed it. When the session has ended nobody is logged in any more: whose page it was is
then told by a signed cookie in which every browser keeps the number of the account that was there last.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from frontdesk.kit.fields import keys
from frontdesk.kit.kept import KeptField, KeptForm, kept_form

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "frontdesk_last"
SALT = "frontdesk.staff.last"
COOKIE_AGE = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer."""


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser know whose screen it is, so that a form sent after the session ended finds back to them."""
    if request.user.is_authenticated and _last_person(request) != request.user.pk:
        response.set_signed_cookie(
            COOKIE,
            str(request.user.pk),
            salt=SALT,
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def seal(request: HttpRequest) -> str:
    """Return the sent form, encrypted, for a hidden field; empty when nothing is worth keeping or it is nobody's."""
    owner = request.user.pk if request.user.is_authenticated else _last_person(request)
    kept = None if owner is None else kept_form(request)
    return "" if kept is None else _cipher().encrypt(json.dumps([owner, asdict(kept)]).encode()).decode()


def unseal(request: HttpRequest, text: str) -> KeptForm | None:
    """Return the form again to whoever typed it; None for another person, an old or an altered text."""
    try:
        owner, values = json.loads(_cipher().decrypt(text.encode(), ttl=settings.SESSION_COOKIE_AGE))
    except (InvalidToken, ValueError):
        return None
    return _form(values) if owner == request.user.pk else None


def _last_person(request: HttpRequest) -> int | None:
    """Return the number of the account that was logged in last in this browser."""
    number = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_AGE)
    return int(number) if number else None


def _form(values: dict[str, Any]) -> KeptForm:
    fields = [KeptField(**field) for field in values.pop("fields")]
    hidden = [(name, value) for name, value in values.pop("hidden")]
    return KeptForm(**values, fields=fields, hidden=hidden)


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys()])
