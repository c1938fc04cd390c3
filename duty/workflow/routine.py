"""Routine work: each occurrence is done with its evidence, or passed over with a reason (R-RTN-05)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class RoutineState(models.TextChoices):
    """周期工作状态 · what became of one occurrence."""

    OPEN = "open", pgettext_lazy("routine", "Open")
    DONE = "done", pgettext_lazy("routine", "Done")
    SKIPPED = "skipped", pgettext_lazy("routine", "Passed over")
    CALLED_OFF = "off", pgettext_lazy("routine", "Called off")


S = RoutineState
ROUTINE_TONES = {S.OPEN: "info", S.DONE: "ok", S.SKIPPED: "muted", S.CALLED_OFF: "muted"}
DO, CHANGE = "duty.do_routinetask", "duty.change_routine"


def _is_theirs(task: Any, user: Any) -> bool:
    """Whoever it falls to, and who makes the routines."""
    return task.falls_to(user) or user.has_perm(CHANGE, task)


ROUTINE_TASK = Process(
    Move(
        "do_task",
        frozenset({S.OPEN}),
        S.DONE,
        DO,
        pgettext_lazy("routine", "Report it done"),
        "primary",
        "check2",
        only=_is_theirs,
        done=pgettext_lazy("routine", "did it"),
    ),
    Move(
        "skip_task",
        frozenset({S.OPEN}),
        S.SKIPPED,
        CHANGE,
        pgettext_lazy("routine", "Pass over"),
        "secondary",
        "skip-forward",
        done=pgettext_lazy("routine", "passed it over"),
    ),
    Move(
        "reopen_task",
        frozenset({S.DONE, S.SKIPPED}),
        S.OPEN,
        CHANGE,
        pgettext_lazy("routine", "Open again"),
        "minor",
        "arrow-counterclockwise",
        done=pgettext_lazy("routine", "opened it again"),
    ),
    Move(
        "call_off_task",
        frozenset({S.OPEN}),
        S.CALLED_OFF,
        CHANGE,
        pgettext_lazy("routine", "Call off"),
        "minor",
        "slash-circle",
        done=pgettext_lazy("routine", "called it off"),
    ),
    Move(
        "resume_task",
        frozenset({S.CALLED_OFF}),
        S.OPEN,
        CHANGE,
        pgettext_lazy("routine", "Resume"),
        "minor",
        "arrow-counterclockwise",
        done=pgettext_lazy("routine", "resumed it"),
    ),
)
