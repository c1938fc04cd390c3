"""What the office does about money, as verbs."""

from fees.services.accounts import balance_of, use_advance
from fees.services.adjusting import (
    adjust_bill,
    approve_correction,
    dispute_bill,
    refuse_correction,
    request_correction,
    settle_dispute,
    withdraw_correction,
)
from fees.services.charging import charge_unit
from fees.services.explaining import Step, explain, rounding
from fees.services.paying import Money, digest as receipt_digest, print_receipt, take_payment
from fees.services.reductions import (
    approve_reduction,
    end_reduction,
    refuse_reduction,
    request_reduction,
    what_speaks,
    withdraw_reduction,
)
from fees.services.reversing import (
    approve_reversal,
    bills_of,
    is_void,
    refundable,
    refuse_reversal,
    request_reversal,
    withdraw_reversal,
)
from fees.services.running import MonthOf, bill_month, due_day, insert_lines, start_due_runs, start_run
from fees.services.settings import change_settings
from fees.services.tariffs import (
    DEFAULTS as DEFAULT_TARIFFS,
    add_tariff,
    change_tariff,
    end_exception,
    except_unit,
    set_rate,
    take_over_tariffs,
    tariff_of,
)
from fees.services.tills import confirm_till, count_till, deposit_till, expected, open_till, recount_till, uncounted

__all__ = (
    "DEFAULT_TARIFFS",
    "Money",
    "MonthOf",
    "Step",
    "add_tariff",
    "adjust_bill",
    "approve_correction",
    "approve_reduction",
    "approve_reversal",
    "balance_of",
    "bill_month",
    "bills_of",
    "change_settings",
    "change_tariff",
    "charge_unit",
    "confirm_till",
    "count_till",
    "deposit_till",
    "dispute_bill",
    "due_day",
    "end_exception",
    "end_reduction",
    "except_unit",
    "expected",
    "explain",
    "insert_lines",
    "is_void",
    "open_till",
    "print_receipt",
    "receipt_digest",
    "recount_till",
    "refundable",
    "refuse_correction",
    "refuse_reduction",
    "refuse_reversal",
    "request_correction",
    "request_reduction",
    "request_reversal",
    "rounding",
    "set_rate",
    "settle_dispute",
    "start_due_runs",
    "start_run",
    "take_over_tariffs",
    "take_payment",
    "tariff_of",
    "uncounted",
    "use_advance",
    "what_speaks",
    "withdraw_correction",
    "withdraw_reduction",
    "withdraw_reversal",
)
