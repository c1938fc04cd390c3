"""Somebody is reached, or not (R-CB-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class CallbackState(models.TextChoices):
    """回访状态 · whether the resident was asked (R-CB-01)."""

    WAITING = "waiting", _("To be called")
    DONE = "done", _("Called")
    ENDED = "ended", _("Without an answer")


C = CallbackState
CALLBACK_TONES = {C.WAITING: "warn", C.DONE: "ok", C.ENDED: "muted"}


CALLBACK = Process(
    Move(
        "answer_callback",
        frozenset({C.WAITING}),
        C.DONE,
        "complaints.call_back",
        _("Reached"),
        "primary",
        "telephone-outbound",
        done=_("reached them"),
    ),
    Move(
        "attempt_callback",
        frozenset({C.WAITING}),
        None,
        "complaints.call_back",
        _("Not reached"),
        "secondary",
        "telephone-x",
        done=_("did not reach them"),
    ),
    Move(
        "end_callback",
        frozenset({C.WAITING}),
        C.ENDED,
        "complaints.call_back",
        _("Wants no callback"),
        "secondary",
        "slash-circle",
        done=_("wrote down that they want no callback"),
    ),
)
