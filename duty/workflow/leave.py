"""Leave: asked for, decided by the supervisor together with who stands in (R-DUTY-05)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class LeaveState(models.TextChoices):
    """请假状态 · how far an application is."""

    REQUESTED = "requested", pgettext_lazy("leave", "Asked for")
    APPROVED = "approved", pgettext_lazy("leave", "Approved")
    REFUSED = "refused", pgettext_lazy("leave", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("leave", "Withdrawn")


S = LeaveState
AWAY = frozenset({S.APPROVED})
"""States in which the person is away and must not be put on a shift."""

LEAVE_TONES = {S.REQUESTED: "warn", S.APPROVED: "ok", S.REFUSED: "muted", S.WITHDRAWN: "muted"}


def _is_mine_or_i_decide(leave: Any, user: Any) -> bool:
    return leave.person_id == user.pk or user.has_perm("duty.decide_leave", leave)


def _is_not_mine(leave: Any, user: Any) -> bool:
    """Nobody decides their own leave, unless it is the manager, who has nobody above them in the office."""
    return leave.person_id != user.pk or user.has_perm("duty.decide_own_leave", leave)


LEAVE = Process(
    Move(
        "approve_leave",
        frozenset({S.REQUESTED}),
        S.APPROVED,
        "duty.decide_leave",
        _("Approve"),
        "primary",
        "check2",
        only=_is_not_mine,
        done=_("approved the leave"),
    ),
    Move(
        "refuse_leave",
        frozenset({S.REQUESTED}),
        S.REFUSED,
        "duty.decide_leave",
        _("Refuse"),
        "danger",
        "x-lg",
        only=_is_not_mine,
        done=_("refused the leave"),
    ),
    Move(
        "withdraw_leave",
        frozenset({S.REQUESTED, S.APPROVED}),
        S.WITHDRAWN,
        "duty.request_leave",
        _("Withdraw"),
        "minor",
        "arrow-counterclockwise",
        only=_is_mine_or_i_decide,
        done=_("withdrew the leave"),
    ),
)
