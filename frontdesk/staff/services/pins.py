"""The six digits that switch between clerks at the desk."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError
from frontdesk.staff.models import PIN_TRIES, User

PIN = re.compile(r"[0-9]{6}")
NIGHT_ENDS = 5
"""Hour: from midnight on only the password opens an account; no shift of either pattern is on then."""


@transaction.atomic
def set_pin(user: User, *, pin: str) -> None:
    """Set one's own PIN; the caller has asked for the password.

    Raises:
        DeskError: not six digits, or six digits anybody would try first.

    """
    if not PIN.fullmatch(pin):
        raise DeskError(_("A PIN has six digits."), field="pin")
    if _is_weak(pin) or pin in "".join(filter(str.isdigit, user.phone)):
        message = _("This PIN is too easy to guess: no rows, no repeats, no dates, no part of the phone number.")
        raise DeskError(message, field="pin")
    User.objects.filter(pk=user.pk).update(pin=make_password(pin), pin_failures=0)
    activity.record(user, "set_pin", by=user)


@transaction.atomic
def remove_pin(user: User) -> None:
    """Do without a PIN from now on."""
    User.objects.filter(pk=user.pk).update(pin="", pin_failures=0)
    activity.record(user, "remove_pin", by=user)


def verify_pin(user: User | None, pin: str) -> bool:
    """Answer whether this PIN opens the account now. Five wrong ones in all, and only the password does.

    The try is counted before it is looked at, so that many tries at once are no more than five either.

    Raises:
        DeskError: at night, or after five wrong tries: the password is needed.

    """
    if now().hour < NIGHT_ENDS:
        raise DeskError(_("At night, from 0:00 to 5:00, only the password opens the desk."))
    if user is None or not user.pin or not user.is_active:
        make_password(pin)  # as slow as a real one: nobody learns who has a PIN
        return False
    counted = User.objects.filter(pk=user.pk, pin_failures__lt=PIN_TRIES).update(pin_failures=F("pin_failures") + 1)
    if not counted:
        raise DeskError(_("This PIN was entered wrongly five times. Log in with your password."))
    if check_password(pin, user.pin):
        forgive_pin(user)
        return True
    user.refresh_from_db(fields=["pin_failures"])
    activity.record(user, "pin_blocked" if user.pin_failures >= PIN_TRIES else "pin_failed", by=None)
    return False


def forgive_pin(user: User) -> None:
    """Start counting wrong PINs anew: the right one, or the password, was given."""
    User.objects.filter(pk=user.pk, pin_failures__gt=0).update(pin_failures=0)


def _is_weak(pin: str) -> bool:
    """Tell what people choose and thieves try first: 111111, 123456, 121212, 900214, 199002."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) == 1 or len(set(pin)) < 3 or pin[:3] == pin[3:] or _is_date(pin)  # noqa: PLR2004


def _is_date(pin: str) -> bool:
    """Tell a birthday (900214) and a month of birth (199002) from six other digits."""
    if pin[:2] in ("19", "20") and 1 <= int(pin[4:]) <= 12:  # noqa: PLR2004
        return True
    try:
        dt.date(2000 + int(pin[:2]), int(pin[2:4]), int(pin[4:]))
    except ValueError:
        return False
    return True
