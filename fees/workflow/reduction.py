"""Charging less for a unit that stands vacant: applied for, decided by the manager, ending by itself (R-FEE-02)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fees.workflow.deciding import deciding
from frontdesk.kit.calendar import local_date
from frontdesk.kit.workflow import Move, Process


class ReductionState(models.TextChoices):
    """空置减免状态 · how far an application is."""

    REQUESTED = "requested", _("To be decided")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended early")


REDUCTION_TONES = {
    ReductionState.REQUESTED: "warn",
    ReductionState.APPROVED: "ok",
    ReductionState.REFUSED: "muted",
    ReductionState.WITHDRAWN: "muted",
    ReductionState.ENDED: "muted",
}


def _runs(reduction: Any, _user: Any) -> bool:
    return bool(reduction.ends >= local_date())


REDUCTION = Process(
    *deciding("reduction", ReductionState, asks="fees.request_reduction"),
    Move(
        "end_reduction",
        frozenset({ReductionState.APPROVED}),
        ReductionState.ENDED,
        "fees.approve_reduction",
        _("End it early"),
        "danger",
        "calendar-x",
        only=_runs,
        past=_("It has ended by itself."),
        done=_("ended it early"),
    ),
)
