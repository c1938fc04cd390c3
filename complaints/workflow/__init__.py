"""Every process of the app: tickets, promises, callbacks, compensation and assessments."""

from complaints.workflow.callback import CALLBACK, CALLBACK_TONES, CallbackState
from complaints.workflow.compensation import (
    ASSESSMENT,
    ASSESSMENT_TONES,
    COMPENSATION,
    COMPENSATION_TONES,
    PROPOSALS,
    AssessmentState,
    CompensationState,
)
from complaints.workflow.promise import PROMISE, PROMISE_TONES, PromiseState
from complaints.workflow.ticket import (
    OPEN,
    STATE_TONES,
    STEPS,
    TICKET,
    UNANSWERED,
    UNCONFIRMED,
    UNDER_WAY,
    UNFINISHED,
    WITHOUT_VISIT,
    TicketState,
)

__all__ = (
    "ASSESSMENT",
    "ASSESSMENT_TONES",
    "CALLBACK",
    "CALLBACK_TONES",
    "COMPENSATION",
    "COMPENSATION_TONES",
    "OPEN",
    "PROMISE",
    "PROMISE_TONES",
    "PROPOSALS",
    "STATE_TONES",
    "STEPS",
    "TICKET",
    "UNANSWERED",
    "UNCONFIRMED",
    "UNDER_WAY",
    "UNFINISHED",
    "WITHOUT_VISIT",
    "AssessmentState",
    "CallbackState",
    "CompensationState",
    "PromiseState",
    "TicketState",
)
