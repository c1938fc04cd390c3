"""The signed sheet: what it says in one form, and the seal over it and the one before (R-DUTY-09)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duty.models import Handover


def sheet_of(handover: Handover) -> dict[str, Any]:
    """Return all a signed handover says, as plain values that are the same before and after they are stored."""
    return {
        "shift": handover.shift_id,
        "next": handover.next_shift_id,
        "outgoing": handover.outgoing_id,
        "incoming": handover.incoming_id,
        "signed_by": handover.signed_by_id,
        "signed_at": _moment(handover.signed_at),
        "signed_reason": handover.signed_reason,
        "accepted_at": _moment(handover.accepted_at),
        "cash": sorted(handover.cash_counts.items()),
        "receipts": [handover.receipt_book, handover.receipts_digest],
        "area": [handover.finding, handover.finding_explained],
        "refusal": [handover.refusal, handover.settlement, handover.settled_by_id],
        "lines": sorted(
            [one.kind, one.label, f"{one.expected:.2f}", f"{one.counted:.2f}", one.explanation, one.explained_by_id]
            for one in handover.lines.all()
        ),
        "items": sorted(
            [one.kind, one.object_id, one.label, one.is_important, one.note, one.released_by_id, one.release_reason]
            for one in handover.items.all()
        ),
    }


def digest_of(handover: Handover, before: str) -> str:
    """Return what seals a handover: its sheet and the seal of the one before it at the same post."""
    said = {**sheet_of(handover), "before": before}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(dt.UTC).isoformat(timespec="microseconds")
