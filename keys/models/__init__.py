"""Keys, who has them, what is done about seals, filing cabinets and losses, and what the cabinet holds when counted."""

from keys.models.filing import FilingOpening
from keys.models.lending import LentKey, Loan, Reminder
from keys.models.loss import LockChange
from keys.models.register import Cabinet, Key, Ring
from keys.models.seals import SealOpening
from keys.models.settings import KeySettings
from keys.models.stocktakes import StockLine, StockTake

__all__ = (
    "Cabinet",
    "FilingOpening",
    "Key",
    "KeySettings",
    "LentKey",
    "Loan",
    "LockChange",
    "Reminder",
    "Ring",
    "SealOpening",
    "StockLine",
    "StockTake",
)
