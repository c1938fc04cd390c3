"""What was owed, paid in advance and paid for parking before: out of the office's old tables (R-EST-07)."""

from fees.imports.balances import BalanceImporter
from fees.imports.parking import ParkingImporter
from fees.imports.prepayments import PrepaymentImporter

__all__ = ("BalanceImporter", "ParkingImporter", "PrepaymentImporter")
