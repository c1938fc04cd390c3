"""Numbers a person reads aloud: gapless per office, kind and year."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from frontdesk.kit.models import Counter


def next_number(office: Any, kind: str, year: int) -> int:
    """Give the next number, 1 and up; undone with the caller's transaction, so no gap is left.

    Raises:
        TransactionManagementError: called outside a transaction, where a failure would leave a gap.

    """
    return next_numbers(office, kind, year, 1)


def next_numbers(office: Any, kind: str, year: int, count: int) -> int:
    """Give `count` numbers in a row and return the first: for imports."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        msg = "A number is only given inside the transaction that uses it."
        raise transaction.TransactionManagementError(msg)
    Counter.objects.get_or_create(office=office, kind=kind, year=year)
    counter = Counter.objects.select_for_update().get(office=office, kind=kind, year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return first
