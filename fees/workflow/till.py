"""The cashier's day: money taken, counted blind, confirmed by a second person, taken to the bank (R-FEE-11)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class TillState(models.TextChoices):
    """日结状态 · how far the close of a till is."""

    OPEN = "open", pgettext_lazy("till", "Open")
    COUNTED = "counted", _("Counted")
    CONFIRMED = "confirmed", _("Confirmed")
    DEPOSITED = "deposited", _("Paid in at the bank")


S = TillState
TILL_TONES = {S.OPEN: "info", S.COUNTED: "warn", S.CONFIRMED: "ok", S.DEPOSITED: "muted"}


def _is_mine(till: Any, user: Any) -> bool:
    return bool(till.cashier_id == user.pk)


def _is_anothers(till: Any, user: Any) -> bool:
    return bool(till.cashier_id != user.pk)


TILL = Process(
    Move(
        "count_till",
        frozenset({S.OPEN}),
        S.COUNTED,
        "fees.take_payment",
        _("Count and close"),
        "primary",
        "cash-stack",
        _is_mine,
        done=_("counted the till"),
    ),
    Move(
        "confirm_till",
        frozenset({S.COUNTED}),
        S.CONFIRMED,
        "fees.confirm_till",
        _("Confirm the count"),
        "primary",
        "check2",
        _is_anothers,
        done=_("confirmed the count"),
    ),
    Move(
        "recount_till",
        frozenset({S.COUNTED}),
        S.OPEN,
        "fees.confirm_till",
        _("Have it counted again"),
        "danger",
        "arrow-repeat",
        _is_anothers,
        done=_("had it counted again"),
    ),
    Move(
        "deposit_till",
        frozenset({S.CONFIRMED}),
        S.DEPOSITED,
        "fees.take_payment",
        _("Paid in at the bank"),
        "primary",
        "bank",
        done=_("paid it in at the bank"),
    ),
)
