"""What every request about money has in common: somebody asks, somebody else with the right decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move


def is_anothers(request: Any, user: Any) -> bool:
    """Answer whether somebody else asked for it: nobody approves their own request (R-FEE-09)."""
    return bool(request.requested_by_id != user.pk)


def is_mine_or_i_decide(permission: str) -> Any:
    """Return the condition to take a request back: who asked, or who decides."""

    def may(request: Any, user: Any) -> bool:
        return request.requested_by_id == user.pk or user.has_perm(permission, request)

    return may


def deciding(noun: str, states: Any, *, asks: str) -> tuple[Move, Move, Move]:
    """Return approve, refuse and withdraw of one kind of request; `asks` is what who asks for it may do."""
    approves = f"fees.approve_{noun}"
    waiting = frozenset({states.REQUESTED})
    return (
        Move(
            f"approve_{noun}",
            waiting,
            states.APPROVED,
            approves,
            _("Approve"),
            "primary",
            "check2",
            only=is_anothers,
            done=_("approved it"),
        ),
        Move(
            f"refuse_{noun}",
            waiting,
            states.REFUSED,
            approves,
            _("Refuse"),
            "danger",
            "x-lg",
            done=_("refused it"),
        ),
        Move(
            f"withdraw_{noun}",
            waiting,
            states.WITHDRAWN,
            asks,
            _("Withdraw"),
            "minor",
            "arrow-counterclockwise",
            is_mine_or_i_decide(approves),
            done=_("withdrew it"),
        ),
    )
