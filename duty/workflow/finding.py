"""A finding of a patrol: solved on the spot, or planned within the office's days and then solved (R-RTN-01)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class FindingState(models.TextChoices):
    """巡查问题状态 · how far a finding is."""

    OPEN = "open", pgettext_lazy("finding", "Waits for a plan")
    PLANNED = "planned", pgettext_lazy("finding", "Planned")
    SOLVED = "solved", pgettext_lazy("finding", "Solved")


S = FindingState
UNSOLVED = frozenset({S.OPEN, S.PLANNED})

FINDING_TONES = {S.OPEN: "warn", S.PLANNED: "info", S.SOLVED: "ok"}


def _may_become_ticket(finding: Any, user: Any) -> bool:
    return finding.ticket_id is None and user.has_perm("complaints.record_ticket", finding)


def _may_become_entry(finding: Any, user: Any) -> bool:
    return finding.log_entry_id is None and user.has_perm("duty.write_log", finding)


FINDING = Process(
    Move(
        "plan_solution",
        UNSOLVED,
        S.PLANNED,
        "duty.solve_finding",
        _("Plan the solution"),
        "primary",
        "calendar-check",
        done=_("planned how it is solved"),
    ),
    Move(
        "solve_finding",
        UNSOLVED,
        S.SOLVED,
        "duty.solve_finding",
        pgettext_lazy("finding", "Solved"),
        "secondary",
        "check2-circle",
        done=_("wrote down that it is solved"),
    ),
    Move(
        "make_ticket",
        UNSOLVED,
        S.PLANNED,
        "duty.solve_finding",
        _("Make a ticket of it"),
        "secondary",
        "tools",
        only=_may_become_ticket,
        done=_("made a ticket of it"),
    ),
    Move(
        "enter_nonconformity",
        frozenset(S),
        None,
        "duty.solve_finding",
        _("Enter as non-conformity"),
        "minor",
        "journal-x",
        only=_may_become_entry,
        done=_("entered it into the duty log as a non-conformity"),
    ),
)
