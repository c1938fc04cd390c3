"""The processes of money: taking it back, writing it off, counting the till, charging less for a vacant unit."""

from fees.workflow.correction import CORRECTION, CORRECTION_TONES, CorrectionState
from fees.workflow.reduction import REDUCTION, REDUCTION_TONES, ReductionState
from fees.workflow.reversal import REVERSAL, REVERSAL_TONES, ReversalState
from fees.workflow.sharing import SHARING, SHARING_TONES, SharingState
from fees.workflow.till import TILL, TILL_TONES, TillState

__all__ = (
    "CORRECTION",
    "CORRECTION_TONES",
    "REDUCTION",
    "REDUCTION_TONES",
    "REVERSAL",
    "REVERSAL_TONES",
    "SHARING",
    "SHARING_TONES",
    "TILL",
    "TILL_TONES",
    "CorrectionState",
    "ReductionState",
    "ReversalState",
    "SharingState",
    "TillState",
)
