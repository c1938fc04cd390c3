"""What the office does about money, as verbs."""

from fees.services import books
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
from fees.services.calling import Called, log_call, people_of, remind_of_promises, reveal_debtor
from fees.services.charging import charge_unit
from fees.services.dunning import came_of, days_of, letters_due, letters_of, owners_of, to_be_written, write_letters
from fees.services.explaining import Step, explain, rounding
from fees.services.late_fees import LateFee, charge_late_fees, late_fees, start_due_late_fees
from fees.services.ledgers import Collection, Journal, Line, Taken, as_month, methods
from fees.services.paying import Money, print_receipt, take_payment
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
from fees.services.running import MonthOf, bill_month, due_day, homes_of, start_due_runs, start_run
from fees.services.settings import change_settings
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
    "Called",
    "Collection",
    "Journal",
    "LateFee",
    "Line",
    "Money",
    "MonthOf",
    "Step",
    "Taken",
    "add_tariff",
    "adjust_bill",
    "approve_correction",
    "approve_reduction",
    "approve_reversal",
    "as_month",
    "balance_of",
    "bill_month",
    "bills_of",
    "books",
    "came_of",
    "change_settings",
    "change_tariff",
    "charge_late_fees",
    "charge_unit",
    "confirm_till",
    "count_till",
    "days_of",
    "deposit_till",
    "dispute_bill",
    "due_day",
    "end_exception",
    "end_reduction",
    "except_unit",
    "expected",
    "explain",
    "homes_of",
    "is_void",
    "late_fees",
    "letters_due",
    "letters_of",
    "log_call",
    "methods",
    "open_till",
    "owners_of",
    "people_of",
    "print_receipt",
    "recount_till",
    "refundable",
    "refuse_correction",
    "refuse_reduction",
    "refuse_reversal",
    "remind_of_promises",
    "request_correction",
    "request_reduction",
    "request_reversal",
    "reveal_debtor",
    "rounding",
    "set_rate",
    "settle_dispute",
    "start_due_late_fees",
    "start_due_runs",
    "start_run",
    "take_over_tariffs",
    "take_payment",
    "tariff_of",
    "to_be_written",
    "uncounted",
    "use_advance",
    "what_speaks",
    "withdraw_correction",
    "withdraw_reduction",
    "withdraw_reversal",
    "write_letters",
)
