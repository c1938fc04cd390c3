"""Everything the desk hears, and what is promised, measured and asked afterwards."""

from complaints.models.callbacks import Callback, CallbackAttempt, CallbackRule, QuestionForm
from complaints.models.catalogue import Category, Cause, Contractor, Department, Part
from complaints.models.clocks import Escalation, Pause, Target, TicketSettings
from complaints.models.compensation import Assessment, Compensation, Party, Responsibility
from complaints.models.promises import Promise
from complaints.models.reopenings import Reopening
from complaints.models.reports import MonthlyReport
from complaints.models.ticket import Caller, Ticket

__all__ = (
    "Assessment",
    "Callback",
    "CallbackAttempt",
    "CallbackRule",
    "Caller",
    "Category",
    "Cause",
    "Compensation",
    "Contractor",
    "Department",
    "Escalation",
    "MonthlyReport",
    "Part",
    "Party",
    "Pause",
    "Promise",
    "QuestionForm",
    "Reopening",
    "Responsibility",
    "Target",
    "Ticket",
    "TicketSettings",
)
