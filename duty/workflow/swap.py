"""A swap of two shifts: proposed, agreed, approved by the supervisor; before that nothing moves (R-DUTY-05)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class SwapState(models.TextChoices):
    """换班状态 · how far a swap is."""

    PROPOSED = "proposed", pgettext_lazy("swap", "Proposed")
    AGREED = "agreed", pgettext_lazy("swap", "Agreed, waits for the supervisor")
    DECLINED = "declined", pgettext_lazy("swap", "Declined")
    APPROVED = "approved", pgettext_lazy("swap", "Approved")
    REFUSED = "refused", pgettext_lazy("swap", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("swap", "Withdrawn")


S = SwapState
UNDECIDED = frozenset({S.PROPOSED, S.AGREED})

SWAP_TONES = {
    S.PROPOSED: "warn",
    S.AGREED: "warn",
    S.DECLINED: "muted",
    S.APPROVED: "ok",
    S.REFUSED: "muted",
    S.WITHDRAWN: "muted",
}


def _am_asked(swap: Any, user: Any) -> bool:
    return swap.other_id == user.pk


def _takes_part(swap: Any, user: Any) -> bool:
    return user.pk in (swap.person_id, swap.other_id)


def _takes_no_part(swap: Any, user: Any) -> bool:
    """Nobody approves a swap of their own."""
    return not _takes_part(swap, user)


SWAP = Process(
    Move(
        "agree_swap",
        frozenset({S.PROPOSED}),
        S.AGREED,
        "duty.request_swap",
        _("Agree"),
        "primary",
        "hand-thumbs-up",
        only=_am_asked,
        done=_("agreed to the swap"),
    ),
    Move(
        "decline_swap",
        frozenset({S.PROPOSED}),
        S.DECLINED,
        "duty.request_swap",
        _("Decline"),
        "danger",
        "x-lg",
        only=_am_asked,
        done=_("declined the swap"),
    ),
    Move(
        "approve_swap",
        frozenset({S.AGREED}),
        S.APPROVED,
        "duty.decide_swap",
        _("Approve"),
        "primary",
        "check2",
        only=_takes_no_part,
        done=_("approved the swap"),
    ),
    Move(
        "refuse_swap",
        frozenset({S.AGREED}),
        S.REFUSED,
        "duty.decide_swap",
        _("Refuse"),
        "danger",
        "x-lg",
        only=_takes_no_part,
        done=_("refused the swap"),
    ),
    Move(
        "withdraw_swap",
        frozenset({S.PROPOSED, S.AGREED}),
        S.WITHDRAWN,
        "duty.request_swap",
        _("Withdraw"),
        "minor",
        "arrow-counterclockwise",
        only=_takes_part,
        done=_("withdrew the swap"),
    ),
)
