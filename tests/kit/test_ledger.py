"""The database itself refuses to change, delete or replace what was entered, and `verify` sees when it would not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from fees.models import Adjustment, Allocation, Bill
from frontdesk.kit import ledger, verification
from tests.factories import AdjustmentFactory, AllocationFactory, BillFactory, PaymentFactory

pytestmark = pytest.mark.django_db
IS_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def bill(db):
    """A bill of 170.05 yuan."""
    return BillFactory()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement, *values):
    """Answer whether the database refuses a statement, and for the right reason."""
    with pytest.raises(DatabaseError, match=ledger.MESSAGE), transaction.atomic():
        sql(statement, *values)
    return True


def test_guards_refuse_to_change_any_kept_column(bill):
    row = list(Bill.objects.values())
    for column in ("amount", "month", "unit_id", "due_on", "subject", "reference", "run_id", "parts"):
        assert refused(f"UPDATE fees_bill SET {column} = {column} WHERE id = %s", bill.pk)
    assert list(Bill.objects.values()) == row


def test_guards_let_the_named_columns_pass(bill):
    assert sql("UPDATE fees_bill SET outstanding = 5 WHERE id = %s", bill.pk) == 1
    bill.refresh_from_db()
    assert bill.outstanding == Decimal("0.05")
    assert refused("UPDATE fees_bill SET outstanding = 6, amount = 6 WHERE id = %s", bill.pk)


def test_guards_refuse_to_delete(bill):
    line = AdjustmentFactory(bill=bill)
    assert refused("DELETE FROM fees_adjustment WHERE id = %s", line.pk)
    assert refused("DELETE FROM fees_adjustment")
    assert Adjustment.objects.count() == 1


def test_guards_refuse_to_delete_through_the_orm_and_by_cascade(bill):
    line = AdjustmentFactory(bill=bill)
    for act in (line.delete, Adjustment.objects.all().delete, lambda: Adjustment.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match=ledger.MESSAGE), transaction.atomic():
            act()
    assert Adjustment.objects.count() == 1


@pytest.mark.skipif(not IS_SQLITE, reason="only SQLite has INSERT OR REPLACE")
def test_guards_refuse_to_replace(bill):
    columns = ", ".join(f'"{field.column}"' for field in Bill._meta.concrete_fields)
    assert refused(f"INSERT OR REPLACE INTO fees_bill ({columns}) SELECT {columns} FROM fees_bill")
    assert refused(f"REPLACE INTO fees_bill ({columns}) SELECT {columns} FROM fees_bill")


@pytest.mark.skipif(IS_SQLITE, reason="only PostgreSQL has TRUNCATE")
def test_guards_refuse_to_truncate(bill):
    AllocationFactory(bill=bill)
    connection.check_constraints()  # what waits for the end of the transaction would stand in the way
    assert refused("TRUNCATE fees_allocation")
    assert refused("TRUNCATE fees_bill CASCADE")
    assert Allocation.objects.count() == 1


def test_insert_on_conflict_does_not_rewrite(bill):
    columns = ", ".join(f'"{field.column}"' for field in Bill._meta.concrete_fields)
    copy = f"INSERT INTO fees_bill ({columns}) SELECT {columns} FROM fees_bill WHERE true"
    assert refused(f"{copy} ON CONFLICT (id) DO UPDATE SET amount = 1")
    assert sql(f"{copy} ON CONFLICT DO NOTHING") == 0


def test_a_receipt_may_only_be_counted_as_printed():
    payment = PaymentFactory()
    assert sql("UPDATE fees_payment SET printed = printed + 1 WHERE id = %s", payment.pk) == 1
    for column in ("amount", "number", "digest", "taken_by_id", "paid_at", "till_id"):
        assert refused(f"UPDATE fees_payment SET {column} = {column} WHERE id = %s", payment.pk)


def test_every_book_of_fees_is_guarded():
    names = {model._meta.label for model in ledger.guarded_models() if model._meta.app_label == "fees"}
    books = {"Bill", "Adjustment", "Payment", "Tender", "AccountEntry", "Allocation"}
    assert names >= {f"fees.{name}" for name in books}


def test_missing_guards_names_what_was_taken_away():
    assert ledger.missing_guards() == []
    of_table = "" if IS_SQLITE else " ON fees_bill"
    sql(f"DROP TRIGGER fees_bill_kept{of_table}")
    assert ledger.missing_guards() == ["fees_bill_kept"]
    assert ("G1", "fees_bill_kept") in verification.findings()
    ledger.put_up_guards(app="fees")
    assert ledger.missing_guards() == []


def test_taken_down_nothing_is_guarded_and_put_up_again_everything(bill):
    ledger.take_down_guards()
    assert sql("UPDATE fees_bill SET amount = 1 WHERE id = %s", bill.pk) == 1
    ledger.put_up_guards()
    assert refused("UPDATE fees_bill SET amount = 2 WHERE id = %s", bill.pk)


def test_put_up_twice_is_put_up_once():
    ledger.put_up_guards()
    ledger.put_up_guards(app="fees")
    assert ledger.missing_guards() == []
