"""What people do with tickets: one verb each, in the order a matter takes through the office."""

from complaints.services.handling import (
    accept_ticket,
    dispatch_ticket,
    finish_ticket,
    hand_back_ticket,
    redispatch_ticket,
)
from complaints.services.intake import change_ticket, record_ticket
from complaints.services.replying import (
    archive_ticket,
    comment_ticket,
    may_reveal_caller,
    reopen_ticket,
    reply_ticket,
    reveal_caller,
)
from complaints.services.responsibility import reassign_open, transfer_ticket

__all__ = (
    "accept_ticket",
    "archive_ticket",
    "change_ticket",
    "comment_ticket",
    "dispatch_ticket",
    "finish_ticket",
    "hand_back_ticket",
    "may_reveal_caller",
    "reassign_open",
    "record_ticket",
    "redispatch_ticket",
    "reopen_ticket",
    "reply_ticket",
    "reveal_caller",
    "transfer_ticket",
)
