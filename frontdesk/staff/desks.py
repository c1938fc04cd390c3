"""Which desk PC a browser is: a signed cookie that a supervisor put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from frontdesk.staff.models import Device, User
from frontdesk.staff.services.devices import token_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

COOKIE = "frontdesk_desk"
SALT = "frontdesk.staff.desk"
KEPT = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer."""


def device_of(request: HttpRequest) -> Device | None:
    """Return the desk PC this browser is, unless it was taken off."""
    secret = request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=KEPT)
    if not secret:
        return None
    return Device.objects.in_use().select_related("office").filter(token=token_of(secret)).first()


def people_at(device: Device) -> QuerySet[User]:
    """Return who may switch by PIN on this PC: those at work in its office who have one."""
    return User.objects.working_in(device.office).exclude(pin="")


def takes_pin_of(request: HttpRequest) -> bool:
    """Answer whether six digits open this screen for who is logged in: it is a desk of an office they work in."""
    device = device_of(request)
    return device is not None and people_at(device).filter(pk=request.user.pk).exists()


def remember(response: HttpResponse, secret: str) -> None:
    """Make the browser this desk."""
    response.set_signed_cookie(
        COOKIE, secret, salt=SALT, max_age=KEPT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
