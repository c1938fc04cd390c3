"""The forms of the ticket: taking it, and what each move asks for."""

from complaints.forms.moves import (
    OWN_DATE,
    AgreeVisitForm,
    ArriveForm,
    CommentForm,
    DispatchForm,
    FinishForm,
    HandBackForm,
    RedispatchForm,
    ReopenForm,
    ReplyForm,
    TransferForm,
)
from complaints.forms.ticket import IntakeForm, TicketEditForm, TicketForm

__all__ = (
    "OWN_DATE",
    "AgreeVisitForm",
    "ArriveForm",
    "CommentForm",
    "DispatchForm",
    "FinishForm",
    "HandBackForm",
    "IntakeForm",
    "RedispatchForm",
    "ReopenForm",
    "ReplyForm",
    "TicketEditForm",
    "TicketForm",
    "TransferForm",
)
