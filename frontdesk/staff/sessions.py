"""What a session knows: last touched, locked, opened by PIN, in which office. Desks share their PCs."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import auth
from django.utils import timezone

from frontdesk.estate.models import Office
from frontdesk.kit import activity, confirmation, context
from frontdesk.staff import desks

if TYPE_CHECKING:
    from django.http import HttpRequest

    from frontdesk.staff.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
TOUCH_EVERY = 60
"""Seconds: `seen` is written at most so often, and so much later than the office's minutes the server locks."""
DEFAULT_LOCK_MINUTES: int = Office._meta.get_field("lock_after_minutes").default


def open_for(request: HttpRequest, user: User, *, by_pin: bool = False) -> None:
    """Log a person in under a new session key, for twelve hours at most, and write it down."""
    if request.user.is_authenticated and request.user != user:
        activity.record(request.user, "logout", by=request.user)
    auth.login(request, user, backend=BACKEND)
    begin(request)
    request.session["by_pin"] = by_pin
    if by_pin:
        confirmation.forget(request)
    else:
        confirmation.confirm(request)
    context.amend(user_id=user.pk, device=request.session["device"])
    activity.record(user, "login_by_pin" if by_pin else "login", by=user)


def begin(request: HttpRequest) -> None:
    """Mark a session that was just opened; its end is fixed now and does not move with use."""
    session = request.session
    session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    session["seen"] = int(time.time())
    device = desks.device_of(request)
    session["device"] = device.name if device else ""
    session["office"] = device.office_id if device else _only_office()
    for mark in ("locked", "by_pin", "language"):
        session.pop(mark, None)


def close(request: HttpRequest) -> None:
    """Log out; the session's row is deleted, so that a copied cookie opens nothing."""
    user = request.user
    if user.is_authenticated:
        activity.record(user, "logout", by=user)
    auth.logout(request)


def touch(request: HttpRequest) -> None:
    """Note that somebody is there, at most once a minute."""
    if time.time() - request.session.get("seen", 0) >= TOUCH_EVERY:
        request.session["seen"] = int(time.time())


def lock(request: HttpRequest) -> None:
    """Close the screen until the person gives PIN or password."""
    request.session["locked"] = True
    confirmation.forget(request)


def unlock(request: HttpRequest, *, by_pin: bool) -> None:
    """Open the screen again; a PIN opens daily work only."""
    request.session.cycle_key()
    request.session["seen"] = int(time.time())
    request.session["by_pin"] = by_pin
    for mark in ("locked", "language"):
        request.session.pop(mark, None)
    if by_pin:
        confirmation.forget(request)
    else:
        confirmation.confirm(request)
    activity.record(request.user, "unlock", by=request.user)  # type: ignore[arg-type]


def is_locked(request: HttpRequest) -> bool:
    """Answer whether the screen was locked, by hand or by nobody touching it for the office's minutes."""
    idle = time.time() - request.session.get("seen", 0)
    return bool(request.session.get("locked")) or idle >= idle_seconds(request) + TOUCH_EVERY


def speak_while_locked(request: HttpRequest, code: str) -> None:
    """Let the locked screen speak another language: whoever stands before it need not be whose account it is."""
    request.session["language"] = code


def language_while_locked(request: HttpRequest) -> str:
    """Return the language chosen on the locked screen; empty when none was, or it is open."""
    return request.session.get("language", "")


def idle_seconds(request: HttpRequest) -> int:
    """After how long without a touch the screen locks (office setting)."""
    office: Any = getattr(request, "office", None)
    return 60 * (office.lock_after_minutes if office else DEFAULT_LOCK_MINUTES)


def is_by_pin(request: HttpRequest) -> bool:
    """Answer whether only a PIN stands behind this session."""
    return bool(request.session.get("by_pin"))


def office_of(request: HttpRequest) -> Office | None:
    """Return the office the person works in now: the one chosen if it is still theirs, else the first; None = all."""
    user: Any = request.user
    chosen = request.session.get("office")
    if user.visible_office_ids() is None:
        return Office.objects.filter(pk=chosen).first() if chosen else None
    offices = user.offices()
    return next((office for office in offices if office.pk == chosen), offices[0] if offices else None)


def _only_office() -> int | None:
    """Let who may see all offices begin in the one office there is; with several they begin with all."""
    ids = list(Office.objects.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def choose_office(request: HttpRequest, office: Office | None) -> None:
    """Work in another office from now on; the caller has made sure that it is the person's."""
    request.session["office"] = None if office is None else office.pk
    after = {"office": "" if office is None else office.name}
    activity.record(request.user, "switch_office", by=request.user, after=after)  # type: ignore[arg-type]
