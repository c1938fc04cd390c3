"""Every process of the app: where a key is, what becomes of a seal, how far a stock-take is."""

from keys.workflow.key import AWAY, KEPT, KEY, KEY_TONES, KeyState
from keys.workflow.opening import OPENING, OPENING_TONES, RUNNING, OpeningState
from keys.workflow.stocktake import STOCKTAKE, STOCKTAKE_TONES, StockTakeState

__all__ = (
    "AWAY",
    "KEPT",
    "KEY",
    "KEY_TONES",
    "OPENING",
    "OPENING_TONES",
    "RUNNING",
    "STOCKTAKE",
    "STOCKTAKE_TONES",
    "KeyState",
    "OpeningState",
    "StockTakeState",
)
