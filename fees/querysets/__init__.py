"""Words to read the books by."""

from fees.querysets.arrears import DunningCallQuerySet
from fees.querysets.bills import AGES, BillQuerySet, BillRunQuerySet
from fees.querysets.meters import MeterQuerySet, MeterReadingQuerySet
from fees.querysets.parking import ParkingVisitQuerySet
from fees.querysets.payments import AllocationQuerySet, EntryQuerySet, PaymentQuerySet, TillQuerySet
from fees.querysets.requests import InForceQuerySet, ReductionQuerySet, RequestQuerySet
from fees.querysets.sums import NOTHING, total

__all__ = [
    "AGES",
    "NOTHING",
    "AllocationQuerySet",
    "BillQuerySet",
    "BillRunQuerySet",
    "DunningCallQuerySet",
    "EntryQuerySet",
    "InForceQuerySet",
    "MeterQuerySet",
    "MeterReadingQuerySet",
    "ParkingVisitQuerySet",
    "PaymentQuerySet",
    "ReductionQuerySet",
    "RequestQuerySet",
    "TillQuerySet",
    "total",
]
