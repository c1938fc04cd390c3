"""What the office does about money, as verbs."""

from fees.services.accounts import balance_of, oldest_first, use_advance
from fees.services.adjusting import (
    adjust_bill,
    approve_correction,
    dispute_bill,
    refuse_correction,
    request_correction,
    settle_dispute,
    withdraw_correction,
)
from fees.services.charging import charge_to_be, charge_unit
from fees.services.correcting import Difference, correct_differences, differences_of
from fees.services.explaining import Step, explain, formula_of, rounding
from fees.services.paying import Money, print_receipt, take_payment
from fees.services.previewing import Preview, preview_month
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
from fees.services.running import MonthOf, bill_month, due_day, start_due_runs, start_run
from fees.services.settings import change_settings
from fees.services.standing import Owed, Standing, owed_by, standing_of
from fees.services.tariffs import (
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
    "Difference",
    "Money",
    "MonthOf",
    "Owed",
    "Preview",
    "Standing",
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
    "charge_to_be",
    "charge_unit",
    "confirm_till",
    "correct_differences",
    "count_till",
    "deposit_till",
    "differences_of",
    "dispute_bill",
    "due_day",
    "end_exception",
    "end_reduction",
    "except_unit",
    "expected",
    "explain",
    "formula_of",
    "is_void",
    "oldest_first",
    "open_till",
    "owed_by",
    "preview_month",
    "print_receipt",
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
    "standing_of",
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
