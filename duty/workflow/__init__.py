"""The processes of duty: which states there are, and who takes what from one to the next."""

from duty.workflow.finding import FINDING, FINDING_TONES, UNSOLVED, FindingState
from duty.workflow.handover import HANDOVER, HANDOVER_TONES, RUNNING_HANDOVER, STEPS, HandoverState
from duty.workflow.leave import AWAY, LEAVE, LEAVE_TONES, LeaveState
from duty.workflow.roster import ROSTER, ROSTER_TONES, RosterState
from duty.workflow.routine import ROUTINE_TASK, ROUTINE_TONES, RoutineState
from duty.workflow.swap import SWAP, SWAP_TONES, UNDECIDED, SwapState

__all__ = (
    "AWAY",
    "FINDING",
    "FINDING_TONES",
    "HANDOVER",
    "HANDOVER_TONES",
    "LEAVE",
    "LEAVE_TONES",
    "ROSTER",
    "ROSTER_TONES",
    "ROUTINE_TASK",
    "ROUTINE_TONES",
    "RUNNING_HANDOVER",
    "STEPS",
    "SWAP",
    "SWAP_TONES",
    "UNDECIDED",
    "UNSOLVED",
    "FindingState",
    "HandoverState",
    "LeaveState",
    "RosterState",
    "RoutineState",
    "SwapState",
)
