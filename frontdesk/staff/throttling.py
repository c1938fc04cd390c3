"""Too many wrong passwords: who must wait, how long, and the sentence that says so. The counting is django-axes'."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.middleware import client_ip
from frontdesk.staff.models import User
from frontdesk.staff.services import forgive_pin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TOO_MANY = 429


class Throttled(DeskError):
    """Refuse a password because too many wrong ones came before it."""


def check_password(request: HttpRequest, username: str, password: str) -> User | None:
    """Return the person this name and password belong to; None for a wrong pair, an unknown or a closed account.

    Each wrong one counts and is written down; the right one frees a PIN that was guessed at too often.

    Raises:
        Throttled: five wrong passwords for this name from this address; the sentence says how long to wait.

    """
    user: Any = authenticate(request, username=username, password=password)
    if user is not None:
        forgive_pin(user)
        return user
    _write_down(request, username)
    if getattr(request, "axes_locked_out", False):
        raise Throttled(waiting_sentence(request, username))
    return None


def waiting_sentence(request: HttpRequest, username: str) -> str:
    """Say for how many minutes no password is looked at."""
    minutes = max(1, math.ceil(_seconds_left(request, username) / 60))
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)s minute.",
        "Too many wrong passwords. Try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def locked_out(request: HttpRequest, response: Any = None, _credentials: Any = None) -> HttpResponse:
    """Answer a throttled log-in: our own pages have said so themselves, any other way in gets this page."""
    if response is not None and response.status_code == TOO_MANY:
        return response
    title = _("Too many wrong passwords")
    lead = waiting_sentence(request, request.POST.get("username", ""))
    return render(request, "staff/throttled.html", {"title": title, "lead": lead}, status=TOO_MANY)


def _seconds_left(request: HttpRequest, username: str) -> float:
    tries = AccessAttempt.objects.filter(username=username, ip_address=client_ip(request))
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return 0 if last is None else (last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()


def _write_down(request: HttpRequest, username: str) -> None:
    """Record a wrong password on the account; of throttled ones only the first, so that nobody fills the disk."""
    user = User.objects.filter(username=username).first()
    throttled = getattr(request, "axes_locked_out", False)
    if user is None or (throttled and getattr(request, "axes_failures_since_start", None) is None):
        return
    activity.record(user, "login_throttled" if throttled else "login_failed", by=None)
