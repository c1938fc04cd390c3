"""The four steps of everything the desk receives: record → handle → reply → archive (R-TKT-01)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class TicketState(models.TextChoices):
    """工单状态 · where the matter stands."""

    RECORDED = "recorded", _("Recorded")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", _("In hand")
    DONE = "done", _("Done")
    REPLIED = "replied", _("Replied")
    ARCHIVED = "archived", _("Archived")


S = TicketState
OPEN = frozenset({S.RECORDED, S.DISPATCHED, S.ACCEPTED, S.DONE, S.REPLIED})
UNDER_WAY = frozenset({S.DISPATCHED, S.ACCEPTED})
UNFINISHED = UNDER_WAY | {S.RECORDED}
UNANSWERED = OPEN - {S.REPLIED}


STEPS = (S.RECORDED, S.DISPATCHED, S.ACCEPTED, S.DONE, S.REPLIED, S.ARCHIVED)
"""The way of a ticket that needs somebody sent; one answered at the desk goes straight to "replied"."""

STATE_TONES = {
    S.RECORDED: "warn",
    S.DISPATCHED: "neutral",
    S.ACCEPTED: "info",
    S.DONE: "warn",
    S.REPLIED: "ok",
    S.ARCHIVED: "muted",
}
"""Yellow is where the desk must act: nobody sent yet, or done and the resident not told."""


def _is_mine(ticket: Any, user: Any) -> bool:
    return ticket.assignee_id == user.pk


def _is_mine_or_i_dispatch(ticket: Any, user: Any) -> bool:
    return _is_mine(ticket, user) or user.has_perm("complaints.dispatch_ticket", ticket)


TICKET = Process(
    Move(
        "dispatch_ticket",
        frozenset({S.RECORDED}),
        S.DISPATCHED,
        "complaints.dispatch_ticket",
        _("Dispatch"),
        "primary",
        "send",
    ),
    Move(
        "redispatch_ticket",
        UNDER_WAY,
        S.DISPATCHED,
        "complaints.dispatch_ticket",
        _("Dispatch to somebody else"),
        "secondary",
        "arrow-left-right",
    ),
    Move(
        "accept_ticket",
        frozenset({S.DISPATCHED}),
        S.ACCEPTED,
        "complaints.accept_ticket",
        _("Accept"),
        "primary",
        "hand-thumbs-up",
        only=_is_mine,
    ),
    Move(
        "finish_ticket",
        UNDER_WAY,
        S.DONE,
        "complaints.finish_ticket",
        _("Report done"),
        "primary",
        "check2-circle",
        only=_is_mine_or_i_dispatch,
    ),
    Move(
        "hand_back_ticket",
        UNDER_WAY,
        S.RECORDED,
        "complaints.hand_back_ticket",
        _("Hand back"),
        "secondary",
        "arrow-return-left",
        only=_is_mine,
    ),
    Move(
        "reply_ticket",
        frozenset({S.RECORDED, S.DONE}),
        S.REPLIED,
        "complaints.reply_ticket",
        _("Reply"),
        "primary",
        "telephone-outbound",
    ),
    Move(
        "archive_ticket",
        frozenset({S.REPLIED}),
        S.ARCHIVED,
        "complaints.archive_ticket",
        _("Archive"),
        "primary",
        "archive",
    ),
    Move(
        "reopen_ticket",
        frozenset({S.DONE, S.REPLIED, S.ARCHIVED}),
        S.RECORDED,
        "complaints.reopen_ticket",
        _("Reopen"),
        "danger",
        "arrow-counterclockwise",
    ),
    Move(
        "comment_ticket",
        OPEN,
        None,
        "complaints.comment_ticket",
        _("Add a note"),
        "secondary",
        "chat-left-text",
    ),
    Move(
        "transfer_ticket",
        OPEN,
        None,
        "complaints.transfer_ticket",
        _("Change who answers for it"),
        "secondary",
        "person-check",
    ),
)
