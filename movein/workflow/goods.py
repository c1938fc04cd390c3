"""A goods pass: issued at the desk, let out at the gate, once (R-GDS-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class PassState(models.TextChoices):
    """放行条状态 · how far a goods pass is; that its time is over is reckoned, not stored."""

    WAITING = "waiting", _("Owner to be asked")
    ISSUED = "issued", pgettext_lazy("goods pass", "Not let out yet")
    RELEASED = "released", pgettext_lazy("state of a goods pass", "Let out")
    REFUSED = "refused", pgettext_lazy("goods pass", "Not issued")
    CANCELLED = "cancelled", pgettext_lazy("goods pass", "Cancelled")


S = PassState
OPEN = frozenset({S.WAITING, S.ISSUED})
ISSUE, RELEASE = "movein.issue_goodspass", "movein.release_goodspass"

PASS_TONES = {
    S.WAITING: "warn",
    S.ISSUED: "info",
    S.RELEASED: "ok",
    S.REFUSED: "muted",
    S.CANCELLED: "muted",
}

GOODS_PASS = Process(
    Move(
        "approve_pass",
        frozenset({S.WAITING}),
        S.ISSUED,
        ISSUE,
        _("The owner agrees"),
        "primary",
        "check2",
        done=_("issued it: the owner agrees"),
    ),
    Move(
        "refuse_pass",
        frozenset({S.WAITING}),
        S.REFUSED,
        ISSUE,
        _("Do not issue"),
        "danger",
        "x-lg",
        done=_("did not issue it"),
    ),
    Move(
        "reschedule_pass",
        OPEN,
        None,
        ISSUE,
        pgettext_lazy("goods pass", "Another time"),
        "secondary",
        "calendar-event",
        done=_("set another time"),
    ),
    Move(
        "release_pass",
        frozenset({S.ISSUED}),
        S.RELEASED,
        RELEASE,
        pgettext_lazy("goods pass", "Let out"),
        "primary",
        "box-arrow-right",
        done=_("let the goods out"),
    ),
    Move(
        "turn_back",
        frozenset({S.ISSUED}),
        None,
        RELEASE,
        pgettext_lazy("goods pass", "Turn back"),
        "danger",
        "sign-stop",
        done=_("turned them back at the gate"),
    ),
    Move(
        "cancel_pass",
        OPEN,
        S.CANCELLED,
        ISSUE,
        pgettext_lazy("goods pass", "Cancel the pass"),
        "minor",
        "slash-circle",
        done=_("cancelled it"),
    ),
)
