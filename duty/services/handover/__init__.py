"""A handover step by step: `begin`, the counts and readings, open work, the signatures (R-DUTY-07…11)."""

from duty.services.handover.beginning import (
    begin_handover,
    call_off,
    change_successor,
    count_again,
    refuse_shift,
    settle_refusal,
)
from duty.services.handover.counting import (
    call_keys,
    check_area,
    count_articles,
    count_cash,
    expected_keys,
    explain_differences,
    read_log,
)
from duty.services.handover.sheet import digest_of, sheet_of
from duty.services.handover.signing import accept_shift, missing, sign_for, sign_over
from duty.services.handover.work import Open, note_work, open_work, release_work

__all__ = (
    "Open",
    "accept_shift",
    "begin_handover",
    "call_keys",
    "call_off",
    "change_successor",
    "check_area",
    "count_again",
    "count_articles",
    "count_cash",
    "digest_of",
    "expected_keys",
    "explain_differences",
    "missing",
    "note_work",
    "open_work",
    "read_log",
    "refuse_shift",
    "release_work",
    "settle_refusal",
    "sheet_of",
    "sign_for",
    "sign_over",
)
