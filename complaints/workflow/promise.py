"""A promise is kept, renegotiated or broken (R-TKT-08)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class PromiseState(models.TextChoices):
    """承诺状态 · whether the office stood by its word (R-TKT-08)."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    RENEGOTIATED = "renegotiated", _("Renegotiated")
    BROKEN = "broken", _("Broken")


P = PromiseState
PROMISE_TONES = {P.OPEN: "warn", P.KEPT: "ok", P.RENEGOTIATED: "muted", P.BROKEN: "danger"}


def _is_promise_on_open_ticket(promise: Any, _user: Any) -> bool:
    return promise.ticket.is_open


PROMISE = Process(
    Move(
        "keep_promise",
        frozenset({P.OPEN}),
        P.KEPT,
        "complaints.settle_promise",
        _("Kept"),
        "primary",
        "check2",
        done=_("kept it"),
    ),
    Move(
        "renegotiate_promise",
        frozenset({P.OPEN}),
        P.RENEGOTIATED,
        "complaints.settle_promise",
        _("Renegotiate"),
        "secondary",
        "calendar2-plus",
        only=_is_promise_on_open_ticket,
        done=_("renegotiated it"),
    ),
    Move(
        "break_promise",
        frozenset({P.OPEN}),
        P.BROKEN,
        "complaints.settle_promise",
        _("Not kept"),
        "danger",
        "x-lg",
        done=_("did not keep it"),
    ),
)
