"""Acts that need the password again: an unlocked screen alone reveals nothing and gives no rights."""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LASTS = 5 * 60
"""Seconds for which one password counts."""
_MARK = "confirmed"


def confirm(request: HttpRequest) -> None:
    """Note that this person has just given the password."""
    request.session[_MARK] = int(time.time())


def forget(request: HttpRequest) -> None:
    """Let the password be asked for again, as after the screen was locked."""
    request.session.pop(_MARK, None)


def confirmed_recently(request: HttpRequest) -> bool:
    """Answer whether the person at this screen gave the password within the last five minutes."""
    return 0 <= time.time() - request.session.get(_MARK, 0) < LASTS


def ask_for_password(request: HttpRequest, *, then: str = "") -> HttpResponse:
    """Answer with the page that asks for it and then goes on where the person was, or to `then`; a sent form is kept.

    A download needs `then`: it leaves the page that asked where it is.
    """
    return import_string(settings.CONFIRM_PAGE)(request, then=then)


def needs_password(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a function view only to who gave the password within the last five minutes."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if confirmed_recently(request) else ask_for_password(request)

    return guarded
