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
UNCONFIRMED = _("Warranty rework is answered once the resident has confirmed that it is done.")
OPEN = frozenset({S.RECORDED, S.DISPATCHED, S.ACCEPTED, S.DONE, S.REPLIED})
UNDER_WAY = frozenset({S.DISPATCHED, S.ACCEPTED})
UNFINISHED = UNDER_WAY | {S.RECORDED}
UNANSWERED = OPEN - {S.REPLIED}


WITHOUT_VISIT = frozenset({"enquiry", "suggestion", "praise"})
"""Kinds nobody comes to see about."""
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


def _is_mine_or_the_contractors(ticket: Any, user: Any) -> bool:
    """A contractor has no account: whoever dispatches writes down that he said yes."""
    by_phone = ticket.contractor_id is not None and user.has_perm("complaints.dispatch_ticket", ticket)
    return _is_mine(ticket, user) or by_phone


def _is_free_for_me(ticket: Any, user: Any) -> bool:
    """Dispatched to a department I belong to, and to nobody in person."""
    if ticket.assignee_id is not None or ticket.department_id is None:
        return False
    return any(member.pk == user.pk for member in ticket.department.members.all())  # a list brings them along


def _is_in_our_hands(ticket: Any, user: Any) -> bool:
    """Mine, my department's, or a contractor's for whom I dispatch."""
    return _is_mine_or_the_contractors(ticket, user) or _is_free_for_me(ticket, user)


def _has_not_arrived(ticket: Any, user: Any) -> bool:
    return ticket.arrived_at is None and _is_mine_or_the_contractors(ticket, user)


def _somebody_comes(ticket: Any, _user: Any) -> bool:
    return ticket.kind not in WITHOUT_VISIT


def _is_running(ticket: Any, _user: Any) -> bool:
    return not ticket.is_paused


def _is_paused(ticket: Any, _user: Any) -> bool:
    return ticket.is_paused


def _is_not_major(ticket: Any, _user: Any) -> bool:
    return not ticket.major


def _stands_alone(ticket: Any, _user: Any) -> bool:
    return not ticket.is_incident and ticket.incident_id is None


def _belongs_to_an_incident(ticket: Any, _user: Any) -> bool:
    return ticket.incident_id is not None


def _was_answered_with_its_incident(ticket: Any, user: Any) -> bool:
    is_over = ticket.incident_id is not None and ticket.incident.state in {S.REPLIED, S.ARCHIVED}
    return is_over and not _is_unconfirmed_rework(ticket, user)


def _is_unconfirmed_rework(ticket: Any, _user: Any) -> bool:
    return ticket.kind == "rework" and ticket.confirmed_at is None


def _is_no_unconfirmed_rework(ticket: Any, user: Any) -> bool:
    return not _is_unconfirmed_rework(ticket, user)


TICKET = Process(
    Move(
        "dispatch_ticket",
        frozenset({S.RECORDED}),
        S.DISPATCHED,
        "complaints.dispatch_ticket",
        _("Dispatch"),
        "primary",
        "send",
        done=_("dispatched it"),
    ),
    Move(
        "redispatch_ticket",
        UNDER_WAY,
        S.DISPATCHED,
        "complaints.dispatch_ticket",
        _("Dispatch to somebody else"),
        "secondary",
        "arrow-left-right",
        done=_("dispatched it anew"),
    ),
    Move(
        "accept_ticket",
        frozenset({S.DISPATCHED}),
        S.ACCEPTED,
        "complaints.accept_ticket",
        _("Accept"),
        "primary",
        "hand-thumbs-up",
        only=_is_mine_or_the_contractors,
        done=_("accepted it"),
    ),
    Move(
        "grab_ticket",
        frozenset({S.DISPATCHED}),
        S.ACCEPTED,
        "complaints.accept_ticket",
        _("Take it on"),
        "primary",
        "hand-index-thumb",
        only=_is_free_for_me,
        done=_("took it on"),
    ),
    Move(
        "arrive_ticket",
        frozenset({S.ACCEPTED}),
        None,
        "complaints.accept_ticket",
        _("Arrived"),
        "secondary",
        "geo-alt",
        only=_has_not_arrived,
        done=_("arrived"),
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
        done=_("reported it done"),
    ),
    Move(
        "hand_back_ticket",
        UNDER_WAY,
        S.RECORDED,
        "complaints.hand_back_ticket",
        _("Hand back"),
        "secondary",
        "arrow-return-left",
        only=_is_in_our_hands,
        done=_("handed it back"),
    ),
    Move(
        "reply_ticket",
        frozenset({S.RECORDED, S.DONE}),
        S.REPLIED,
        "complaints.reply_ticket",
        _("Reply"),
        "primary",
        "telephone-outbound",
        only=_is_no_unconfirmed_rework,
        past=UNCONFIRMED,
        done=_("replied"),
    ),
    Move(
        "archive_ticket",
        frozenset({S.REPLIED}),
        S.ARCHIVED,
        "complaints.archive_ticket",
        _("Archive"),
        "primary",
        "archive",
        only=_is_no_unconfirmed_rework,
        past=UNCONFIRMED,
        done=_("archived it"),
    ),
    Move(
        "reopen_ticket",
        frozenset({S.DONE, S.REPLIED, S.ARCHIVED}),
        S.RECORDED,
        "complaints.reopen_ticket",
        _("Reopen"),
        "danger",
        "arrow-counterclockwise",
        done=_("reopened it"),
    ),
    Move(
        "comment_ticket",
        OPEN,
        None,
        "complaints.comment_ticket",
        _("Add a note"),
        "secondary",
        "chat-left-text",
        done=_("added a note"),
    ),
    Move(
        "transfer_ticket",
        OPEN,
        None,
        "complaints.transfer_ticket",
        _("Change who answers for it"),
        "minor",
        "person-check",
        done=_("changed who answers for it"),
    ),
    Move(
        "confirm_rework",
        frozenset({S.DONE, S.REPLIED}),
        None,
        "complaints.reply_ticket",
        _("Confirmed by the resident"),
        "primary",
        "house-check",
        only=_is_unconfirmed_rework,
        past=_("It is confirmed by now, or is no warranty rework."),
        done=_("had it confirmed by the resident"),
    ),
    Move(
        "agree_visit",
        UNFINISHED,
        None,
        "complaints.agree_visit",
        _("Agree on a visit"),
        "secondary",
        "calendar-check",
        only=_somebody_comes,
        past=_("Nobody comes to see about this kind of ticket."),
        done=_("agreed on a visit"),
    ),
    Move(
        "pause_ticket",
        UNFINISHED,
        None,
        "complaints.pause_ticket",
        _("Pause the clocks"),
        "minor",
        "pause-circle",
        only=_is_running,
        past=_("Somebody has paused the clocks meanwhile."),
        done=_("paused the clocks"),
    ),
    Move(
        "resume_ticket",
        OPEN,
        None,
        "complaints.pause_ticket",
        _("Let the clocks go on"),
        "secondary",
        "play-circle",
        only=_is_paused,
        past=_("The clocks are running again already."),
        done=_("let the clocks go on"),
    ),
    Move(
        "mark_major",
        OPEN,
        None,
        "complaints.mark_major",
        _("Report as major"),
        "minor",
        "exclamation-octagon",
        only=_is_not_major,
        past=_("Somebody has reported it as major meanwhile."),
        done=_("reported it as major"),
    ),
    Move(
        "declare_incident",
        OPEN,
        None,
        "complaints.declare_incident",
        _("Make it an incident"),
        "minor",
        "broadcast",
        only=_stands_alone,
        past=_("It is an incident already, or belongs to one."),
        done=_("made it an incident"),
    ),
    Move(
        "join_incident",
        UNFINISHED,
        None,
        "complaints.join_incident",
        _("Add to an incident"),
        "minor",
        "diagram-2",
        only=_stands_alone,
        past=_("It is an incident already, or belongs to one."),
        done=_("added it to an incident"),
    ),
    Move(
        "leave_incident",
        OPEN,
        None,
        "complaints.join_incident",
        _("Take out of the incident"),
        "minor",
        "x-circle",
        only=_belongs_to_an_incident,
        past=_("It belongs to no incident any more."),
        done=_("took it out of the incident"),
    ),
    Move(
        "follow_incident",
        UNANSWERED,
        S.REPLIED,
        "complaints.reply_ticket",
        _("Reply as for the incident"),
        "secondary",
        "diagram-2",
        only=_was_answered_with_its_incident,
        done=_("replied as for the incident"),
    ),
)
