"""Somebody signs at a screen on which perhaps another person is logged in: by their own PIN or password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import DeskError
from frontdesk.staff import desks
from frontdesk.staff.services import verify_pin
from frontdesk.staff.services.pins import PIN
from frontdesk.staff.throttling import check_password

if TYPE_CHECKING:
    from django.http import HttpRequest

    from frontdesk.staff.models import User


def takes_pin(request: HttpRequest, person: User) -> bool:
    """Answer whether six digits sign for this person here: it is a desk PC of an office they work in."""
    device = desks.device_of(request)
    return device is not None and desks.people_at(device).filter(pk=person.pk).exists()


def signs(request: HttpRequest, person: User, secret: str) -> bool:
    """Answer whether this is their PIN or password; wrong ones count as at log-in.

    Asked for before anything is done, outside the transaction of what is signed: a wrong one must stay counted.

    Raises:
        DeskError: this PC takes no PIN of this person, or the PIN or password counts no more for a while.

    """
    if PIN.fullmatch(secret) and person.pin:
        if not takes_pin(request, person):
            raise DeskError(_("A PIN signs only on a desk PC of your office. Give your password."), field="secret")
        return verify_pin(person, secret)
    return check_password(request, person.get_username(), secret) == person
