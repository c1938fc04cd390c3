"""A handover: counted, explained, signed over, accepted; until then the outgoing clerk answers (R-DUTY-07…11)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class HandoverState(models.TextChoices):
    """交接状态 · how far a handover is."""

    COUNTING = "counting", pgettext_lazy("handover", "Being handed over")
    SIGNED = "signed", pgettext_lazy("handover", "Signed over, waits for the successor")
    REFUSED = "refused", pgettext_lazy("handover", "Refused")
    DONE = "done", pgettext_lazy("handover", "Handed over")
    WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Called off")


S = HandoverState
COUNTING = frozenset({S.COUNTING})
RUNNING_HANDOVER = frozenset({S.COUNTING, S.SIGNED, S.REFUSED})
HANDOVER_TONES = {S.COUNTING: "info", S.SIGNED: "warn", S.REFUSED: "danger", S.DONE: "ok", S.WITHDRAWN: "muted"}
DO, RELEASE = "duty.hand_over", "duty.release_handover"


def _takes_part(handover: Any, user: Any) -> bool:
    """The two whose shift it is, and a supervisor who stands beside them."""
    return user.pk in (handover.outgoing_id, handover.incoming_id) or user.has_perm(RELEASE, handover)


def _is_not_outgoing(handover: Any, user: Any) -> bool:
    """Nobody signs for themselves as for somebody absent."""
    return user.pk != handover.outgoing_id


STEPS = (
    Move(
        "count_articles",
        COUNTING,
        None,
        DO,
        _("Count the articles"),
        icon="box-seam",
        only=_takes_part,
        done=_("counted the articles"),
    ),
    Move("call_keys", COUNTING, None, DO, _("Call the keys"), icon="key", only=_takes_part, done=_("called the keys")),
    Move(
        "count_cash",
        COUNTING,
        None,
        DO,
        _("Count the cash"),
        icon="cash-stack",
        only=_takes_part,
        done=_("counted the cash"),
    ),
    Move(
        "check_area",
        COUNTING,
        None,
        DO,
        _("Look at the area"),
        icon="eye",
        only=_takes_part,
        done=_("looked at the area"),
    ),
    Move(
        "read_log",
        COUNTING | {S.SIGNED},
        None,
        DO,
        _("Read the log"),
        icon="journal-text",
        only=_takes_part,
        done=_("read the log"),
    ),
    Move(
        "note_work",
        COUNTING,
        None,
        DO,
        _("Hand over what is open"),
        icon="list-check",
        only=_takes_part,
        done=_("wrote down how open work stands"),
    ),
)
"""What is done before anybody signs, in the order of the procedure."""

HANDOVER = Process(
    *STEPS,
    Move(
        "explain_differences",
        COUNTING,
        None,
        DO,
        _("Explain the differences"),
        icon="question-circle",
        only=_takes_part,
        done=_("explained the differences"),
    ),
    Move(
        "release_work",
        COUNTING,
        None,
        RELEASE,
        _("Release important work"),
        icon="unlock",
        done=_("released important work that is not finished"),
    ),
    Move(
        "sign_over",
        COUNTING,
        S.SIGNED,
        DO,
        _("Sign over"),
        "primary",
        "pen",
        only=_takes_part,
        done=_("signed the shift over"),
    ),
    Move(
        "sign_for",
        COUNTING,
        S.SIGNED,
        RELEASE,
        _("Sign for who is absent"),
        "minor",
        "pen",
        only=_is_not_outgoing,
        done=_("signed for the outgoing clerk"),
    ),
    Move(
        "accept_shift",
        frozenset({S.SIGNED}),
        S.DONE,
        DO,
        _("Accept and sign"),
        "primary",
        "check2-circle",
        only=_takes_part,
        done=_("accepted the shift"),
    ),
    Move(
        "count_again",
        frozenset({S.SIGNED}),
        S.COUNTING,
        DO,
        _("Count again"),
        "secondary",
        "arrow-counterclockwise",
        only=_takes_part,
        done=_("had it counted again"),
    ),
    Move(
        "refuse_shift",
        COUNTING | {S.SIGNED},
        S.REFUSED,
        DO,
        _("Refuse to sign"),
        "danger",
        "x-octagon",
        only=_takes_part,
        done=_("refused to sign"),
    ),
    Move(
        "settle_refusal",
        frozenset({S.REFUSED}),
        S.COUNTING,
        RELEASE,
        _("Settle it"),
        "primary",
        "chat-left-text",
        done=_("settled what was refused"),
    ),
    Move(
        "change_successor",
        RUNNING_HANDOVER,
        None,
        DO,
        _("Somebody else takes over"),
        "minor",
        "person-gear",
        done=_("named another successor"),
    ),
    Move(
        "call_off",
        RUNNING_HANDOVER,
        S.WITHDRAWN,
        DO,
        _("Call it off"),
        "minor",
        "x-lg",
        only=_takes_part,
        done=_("called the handover off"),
    ),
)
