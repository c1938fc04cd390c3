"""Opening a sealed key: asked for, decided by the manager, opened before a witness, sealed again (R-KEY-06)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class OpeningState(models.TextChoices):
    """启封状态 · how far an opening is."""

    REQUESTED = "requested", pgettext_lazy("opening of a seal", "Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OPENED = "opened", _("Opened")
    SEALED = "sealed", _("Sealed again")
    ENDED = "ended", _("Ended unsealed")


S = OpeningState
RUNNING = frozenset({S.REQUESTED, S.APPROVED, S.OPENED})

OPENING_TONES = {
    S.REQUESTED: "warn",
    S.APPROVED: "info",
    S.REFUSED: "muted",
    S.WITHDRAWN: "muted",
    S.OPENED: "danger",
    S.SEALED: "ok",
    S.ENDED: "muted",
}


def _is_mine_or_i_decide(opening: Any, user: Any) -> bool:
    return opening.requested_by_id == user.pk or user.has_perm("keys.approve_opening", opening)


def _is_not_lost(opening: Any, _user: Any) -> bool:
    return opening.key.state != "lost"


def _is_of_no_more_use(opening: Any, _user: Any) -> bool:
    """Its key was lost and the lock is another: nothing is left to be sealed."""
    return opening.key.state == "retired"


def _awaits_review(opening: Any, _user: Any) -> bool:
    return opening.is_emergency and opening.decided_at is None


def _still_holds(opening: Any, _user: Any) -> bool:
    return not opening.has_lapsed


def _has_lapsed(opening: Any, _user: Any) -> bool:
    return opening.has_lapsed


def _owner_waits(opening: Any, _user: Any) -> bool:
    return opening.owner_waits


OPENING = Process(
    Move(
        "approve_opening",
        frozenset({S.REQUESTED}),
        S.APPROVED,
        "keys.approve_opening",
        _("Approve"),
        "primary",
        "check2",
        done=_("approved it"),
    ),
    Move(
        "refuse_opening",
        frozenset({S.REQUESTED}),
        S.REFUSED,
        "keys.approve_opening",
        _("Refuse"),
        "danger",
        "x-lg",
        done=_("refused it"),
    ),
    Move(
        "withdraw_opening",
        frozenset({S.REQUESTED, S.APPROVED}),
        S.WITHDRAWN,
        "keys.request_opening",
        _("Withdraw"),
        "minor",
        "arrow-counterclockwise",
        _is_mine_or_i_decide,
        done=_("withdrew it"),
    ),
    Move(
        "open_seal",
        frozenset({S.APPROVED}),
        S.OPENED,
        "keys.open_seal",
        _("Open the seal"),
        "primary",
        "envelope-open",
        only=_still_holds,
        past=_("The approval has lapsed: ask the manager again."),
        done=_("opened the seal"),
    ),
    Move(
        "ask_again",
        frozenset({S.APPROVED}),
        S.REQUESTED,
        "keys.request_opening",
        _("Ask again"),
        "primary",
        "arrow-repeat",
        only=_has_lapsed,
        past=_("The approval still holds."),
        done=_("asked again after the approval had lapsed"),
    ),
    Move(
        "close_seal",
        frozenset({S.OPENED}),
        S.SEALED,
        "keys.open_seal",
        _("Seal it again"),
        "primary",
        "envelope-check",
        only=_is_not_lost,
        past=_("The key is lost. Once it is found it is sealed again; with another lock the opening ends by itself."),
        done=_("sealed it again"),
    ),
    Move(
        "end_opening",
        frozenset({S.OPENED}),
        S.ENDED,
        "keys.change_lock",
        _("End it unsealed"),
        "minor",
        "x-circle",
        only=_is_of_no_more_use,
        done=_("ended it unsealed"),
    ),
    Move(
        "tell_owner",
        frozenset({S.OPENED, S.SEALED, S.ENDED}),
        None,
        "keys.open_seal",
        _("Owner told"),
        "primary",
        "telephone-outbound",
        only=_owner_waits,
        past=_("The owner has been told already, or it was no emergency."),
        done=_("told the owner of the emergency"),
    ),
    Move(
        "review_opening",
        frozenset({S.OPENED, S.SEALED, S.ENDED}),
        None,
        "keys.approve_opening",
        _("Take note of the emergency"),
        "primary",
        "clipboard-check",
        only=_awaits_review,
        past=_("Somebody has taken note of it meanwhile, or it was no emergency."),
        done=_("took note of the emergency"),
    ),
)
