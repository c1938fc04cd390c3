"""Money and experts: proposed, decided, paid; asked, answered (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.activity import history_of
from frontdesk.kit.workflow import Move, Process


class CompensationState(models.TextChoices):
    """赔偿状态 · how far a proposal is (R-TKT-10)."""

    PROPOSED = "proposed", _("Proposed")
    SENT_BACK = "sent_back", _("Sent back")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AssessmentState(models.TextChoices):
    """鉴定状态 · whether the expert has answered (R-TKT-10)."""

    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


COMPENSATION_TONES = {
    CompensationState.PROPOSED: "warn",
    CompensationState.SENT_BACK: "danger",
    CompensationState.APPROVED: "info",
    CompensationState.PAID: "ok",
    CompensationState.WITHDRAWN: "muted",
}
ASSESSMENT_TONES = {
    AssessmentState.ASKED: "warn",
    AssessmentState.ANSWERED: "ok",
    AssessmentState.WITHDRAWN: "muted",
}


PROPOSALS = ("propose_compensation", "propose_again_compensation")
"""The acts by which somebody stands for a compensation, and may not decide on it any more."""


def _may_decide(compensation: Any, user: Any) -> bool:
    """Each level has its own approver (R-TKT-09), and nobody decides on what they have ever proposed themselves."""
    if not user.has_perm(f"complaints.approve_level_{compensation.level}", compensation):
        return False
    if compensation.proposed_by_id == user.pk:
        return False
    return not history_of(compensation).filter(actor=user.pk, verb__in=PROPOSALS).exists()


COMPENSATION = Process(
    Move(
        "approve_compensation",
        frozenset({CompensationState.PROPOSED}),
        CompensationState.APPROVED,
        "complaints.view_compensation",
        _("Approve"),
        "primary",
        "check2-circle",
        only=_may_decide,
        done=_("approved it"),
    ),
    Move(
        "send_back_compensation",
        frozenset({CompensationState.PROPOSED}),
        CompensationState.SENT_BACK,
        "complaints.view_compensation",
        _("Send back"),
        "secondary",
        "arrow-return-left",
        only=_may_decide,
        done=_("sent it back"),
    ),
    Move(
        "propose_again_compensation",
        frozenset({CompensationState.PROPOSED, CompensationState.SENT_BACK}),
        CompensationState.PROPOSED,
        "complaints.propose_compensation",
        _("Change and propose anew"),
        "secondary",
        "pencil",
        done=_("proposed it anew"),
    ),
    Move(
        "pay_compensation",
        frozenset({CompensationState.APPROVED}),
        CompensationState.PAID,
        "complaints.pay_compensation",
        _("Enter as paid"),
        "primary",
        "cash-coin",
        done=_("entered it as paid"),
    ),
    Move(
        "withdraw_compensation",
        frozenset({CompensationState.PROPOSED, CompensationState.SENT_BACK, CompensationState.APPROVED}),
        CompensationState.WITHDRAWN,
        "complaints.propose_compensation",
        _("Withdraw"),
        "danger",
        "x-lg",
        done=_("withdrew it"),
    ),
)

ASSESSMENT = Process(
    Move(
        "answer_assessment",
        frozenset({AssessmentState.ASKED}),
        AssessmentState.ANSWERED,
        "complaints.request_assessment",
        _("Enter the finding"),
        "primary",
        "clipboard-check",
        done=_("entered the finding"),
    ),
    Move(
        "withdraw_assessment",
        frozenset({AssessmentState.ASKED}),
        AssessmentState.WITHDRAWN,
        "complaints.request_assessment",
        _("Withdraw"),
        "danger",
        "x-lg",
        done=_("withdrew it"),
    ),
)
