"""Tariffs, bills, money taken and given back, tills, and what is asked for and decided about them."""

from fees.models.arrears import DunnedBill, DunningBatch, DunningCall, DunningNotice
from fees.models.bills import Adjustment, Bill, BillRun
from fees.models.meters import Meter, MeterReading
from fees.models.parking import ParkingVisit
from fees.models.payments import AccountEntry, Allocation, Payment, Tender
from fees.models.requests import Correction, Reduction, Reversal
from fees.models.settings import FeeSettings
from fees.models.sharing import CostShare, SharedCost
from fees.models.tariffs import Tariff, TariffException, TariffRate
from fees.models.tills import DENOMINATIONS, Till

__all__ = (
    "DENOMINATIONS",
    "AccountEntry",
    "Adjustment",
    "Allocation",
    "Bill",
    "BillRun",
    "Correction",
    "CostShare",
    "DunnedBill",
    "DunningBatch",
    "DunningCall",
    "DunningNotice",
    "FeeSettings",
    "Meter",
    "MeterReading",
    "ParkingVisit",
    "Payment",
    "Reduction",
    "Reversal",
    "SharedCost",
    "Tariff",
    "TariffException",
    "TariffRate",
    "Tender",
    "Till",
)
