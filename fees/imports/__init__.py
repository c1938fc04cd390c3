"""Old debts, prepayments and parking history out of the office's old tables; the book of meter readings (R-EST-07)."""

from fees.imports.balances import BalanceImporter
from fees.imports.parking import ParkingImporter
from fees.imports.prepayments import PrepaymentImporter
from fees.imports.readings import ReadingImporter

__all__ = ("BalanceImporter", "ParkingImporter", "PrepaymentImporter", "ReadingImporter")
