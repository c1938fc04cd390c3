"""What people do with keys: one verb each, in the order a key takes through the office."""

from keys.services.borrowers import MAY_BORROW, owners_of, tickets_of
from keys.services.due import usual_due
from keys.services.filing import close_cabinet, open_cabinet
from keys.services.lending import collect_key, excuse_loan, extend_loan, lend_key, sign_loan
from keys.services.loss import (
    change_lock,
    entrust_key,
    find_key,
    repair_key,
    report_damaged,
    report_lost,
    retire_key,
)
from keys.services.openings import end_opening
from keys.services.register import (
    add_cabinet,
    add_ring,
    change_cabinet,
    change_key,
    change_ring,
    free_hook,
    index_keys,
    register_key,
)
from keys.services.reminding import (
    call_holder,
    may_reveal_holder,
    remind_holders,
    remind_of_stocktake,
    reveal_holder,
)
from keys.services.returning import asks_for_rework, needs_unit_check, take_back_keys
from keys.services.seals import (
    approve_opening,
    close_seal,
    open_seal,
    refuse_opening,
    request_opening,
    review_opening,
    seal_key,
    unseal_key,
    withdraw_opening,
)
from keys.services.settings import change_settings
from keys.services.stocktaking import (
    begin_stocktake,
    close_stocktake,
    count_keys,
    count_tag,
    end_counting,
    expected_in,
    explain_line,
    go_on_counting,
)

__all__ = (
    "MAY_BORROW",
    "add_cabinet",
    "add_ring",
    "approve_opening",
    "asks_for_rework",
    "begin_stocktake",
    "call_holder",
    "change_cabinet",
    "change_key",
    "change_lock",
    "change_ring",
    "change_settings",
    "close_cabinet",
    "close_seal",
    "close_stocktake",
    "collect_key",
    "count_keys",
    "count_tag",
    "end_counting",
    "end_opening",
    "entrust_key",
    "excuse_loan",
    "expected_in",
    "explain_line",
    "extend_loan",
    "find_key",
    "free_hook",
    "go_on_counting",
    "index_keys",
    "lend_key",
    "may_reveal_holder",
    "needs_unit_check",
    "open_cabinet",
    "open_seal",
    "owners_of",
    "refuse_opening",
    "register_key",
    "remind_holders",
    "remind_of_stocktake",
    "repair_key",
    "report_damaged",
    "report_lost",
    "request_opening",
    "retire_key",
    "reveal_holder",
    "review_opening",
    "seal_key",
    "sign_loan",
    "take_back_keys",
    "tickets_of",
    "unseal_key",
    "usual_due",
    "withdraw_opening",
)
