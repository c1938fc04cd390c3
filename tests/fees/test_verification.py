"""Each invariant finds its own kind of damage, done behind everybody's back, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from fees.services import approve_reversal, balance_of, count_till, request_reversal
from frontdesk.kit import ledger, verification
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(owe, pay, flat, cashier, manager, office):
    """Books in which a bit of everything has happened; the pieces by name."""
    paid, half, other = owe("100"), owe("60"), owe("40", unit=UnitFactory(office=office))
    first = pay(paid)
    second = pay(half, amount="30")
    third = pay(other)
    advance = pay(amount="50", unit=flat)
    mirror = approve_reversal(request_reversal(third, kind="void", reason="收错", by=cashier), by=manager).mirror
    refund = request_reversal(advance, kind="refund", amount=Decimal(20), reason="多交", by=cashier)
    refund = approve_reversal(refund, by=manager).mirror
    till = count_till(first.till, counts={"100": 1, "50": 1, "10": 1}, slips={}, by=cashier)
    assert verification.findings() == []
    found = {"paid": paid, "half": half, "first": first, "second": second, "third": third, "advance": advance}
    return found | {"mirror": mirror, "refund": refund, "till": till}


@pytest.fixture
def behind():
    """Change rows as somebody would who has the database's password: guards down, bare SQL, guards up again."""

    def change(statement, *values):
        ledger.take_down_guards()
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1
        ledger.put_up_guards()

    return change


def only(code):
    """Return the one finding, which must be of this code."""
    ((found, line),) = verification.findings()
    assert found == code
    return line


def test_v1_finds_a_bill_whose_open_amount_was_written_down(books, behind):
    behind("UPDATE fees_bill SET outstanding = 2999 WHERE id = %s", books["half"].pk)
    assert only("V1") == f"bill {books['half'].pk}: 30.00"


def test_v1_finds_a_bill_that_was_made_less(books, behind):
    behind("UPDATE fees_bill SET amount = 9000 WHERE id = %s", books["paid"].pk)
    assert only("V1") == f"bill {books['paid'].pk}: -10.00"


def test_v1_finds_a_correction_that_was_rubbed_out(books, behind, owe, cashier, manager):
    behind(
        "INSERT INTO fees_adjustment (bill_id, amount, reason, at, by_id)"
        " SELECT id, -100, '', billed_at, NULL FROM fees_bill WHERE id = %s",
        books["half"].pk,
    )
    assert only("V1") == f"bill {books['half'].pk}: 29.00"


def test_v1b_finds_means_that_do_not_come_to_the_payment(books, behind):
    """The slip now says another amount; so does the chain."""
    behind("UPDATE fees_tender SET amount = amount + 100, method = 'card' WHERE payment_id = %s", books["advance"].pk)
    codes = [code for code, _line in verification.findings()]
    assert codes == ["V1b", "V3", "V5"]


def test_v1b_finds_money_that_went_nowhere(books, behind):
    behind("UPDATE fees_accountentry SET amount = amount + 1 WHERE payment_id = %s", books["advance"].pk)
    assert only("V1b") == f"payment {books['advance'].number}"


def test_v1c_finds_an_account_that_is_overdrawn(books, behind, flat):
    behind(
        "INSERT INTO fees_accountentry (unit_id, account, amount, note, reference, at)"
        " SELECT unit_id, account, -3001, '', '', at FROM fees_accountentry WHERE payment_id = %s",
        books["advance"].pk,
    )
    assert only("V1c") == f"unit {flat.pk}, advance: -0.01"


def test_v1c_finds_a_drawing_that_is_not_what_it_paid(books, behind, flat, office, cashier, owe):
    from fees.services import use_advance  # noqa: PLC0415 - only here

    owe("12")
    use_advance(office, flat, by=cashier)
    assert balance_of(flat) == 0
    assert verification.findings() == []
    behind(
        "UPDATE fees_accountentry SET amount = -2900 WHERE amount < 0 AND id IN (SELECT entry_id FROM fees_allocation)"
    )
    assert only("V1c").startswith("entry ")


def test_v2_finds_a_number_nobody_has(books, behind):
    behind("UPDATE kit_counter SET last = last + 1 WHERE kind = 'receipt'")
    assert only("V2").endswith(": 7 numbers given, 6 receipts")


def test_v2_finds_a_gap(books, behind):
    """A renumbered receipt is a gap, and breaks the chain; the counter lags behind."""
    behind("UPDATE fees_payment SET sequence = 9 WHERE id = %s", books["refund"].pk)
    codes = [code for code, _line in verification.findings()]
    assert codes == ["V2", "V2", "V3"]


@pytest.mark.parametrize(
    "change", ["payer = '别人'", "note = note", "taken_by_id = taken_by_id", "paid_at = '2026-11-01 01:00:00+00:00'"]
)
def test_v3_finds_a_receipt_that_says_something_else(books, behind, change):
    behind(f"UPDATE fees_payment SET {change} WHERE id = %s", books["second"].pk)
    if change in {"note = note", "taken_by_id = taken_by_id"}:
        assert verification.findings() == []  # written anew as it was
    else:
        assert only("V3") == f"payment {books['second'].number}"


def test_v3_finds_a_receipt_whose_seal_was_made_anew(books, behind):
    """Whoever seals one receipt afresh breaks the next one."""
    from fees.services.paying import digest  # noqa: PLC0415 - what the forger would use

    second, first = books["second"], books["first"]
    second.payer = "别人"
    tenders = [(row.method, int(row.amount * 100), row.reference) for row in second.tenders.all()]
    lines = [(row.bill_id, int(row.amount * 100)) for row in second.allocations.all()]
    forged = digest(second, tenders, lines, first.digest)
    behind("UPDATE fees_payment SET payer = '别人', digest = %s WHERE id = %s", forged, second.pk)
    assert only("V3") == f"payment {books['third'].number}"


def test_v4_finds_a_void_that_is_not_the_mirror(books, behind):
    """It also no longer is its means of payment, and its seal no longer fits."""
    behind("UPDATE fees_payment SET amount = -3900 WHERE id = %s", books["mirror"].pk)
    found = verification.findings()
    assert ("V4", f"void {books['mirror'].number}") in found
    assert [code for code, _line in found] == ["V1b", "V3", "V4"]


def test_v4_finds_more_given_back_than_came_in(books, behind):
    behind("UPDATE fees_payment SET reverses_id = %s WHERE kind = 'refund'", books["third"].pk)
    found = [line for code, line in verification.findings() if code == "V4"]
    assert found == [f"payment {books['third'].number}"]


def test_v5_finds_a_till_that_is_not_its_cash(books, behind):
    behind("UPDATE fees_till SET expected = expected + 10 WHERE id = %s", books["till"].pk)
    assert only("V5") == f"till {books['till'].number}: 160.10, 160.00"


def test_v5_finds_money_put_into_a_till_after_the_count(books, behind, owe, pay):
    other = pay(owe("5")).till
    assert other != books["till"]
    behind("UPDATE fees_till SET float_amount = 500 WHERE id = %s", books["till"].pk)
    assert only("V5").startswith(f"till {books['till'].number}")


def test_g1_finds_a_guard_that_was_taken_down(books):
    of_table = " ON fees_tender" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER fees_tender_stays{of_table}")
    assert only("G1") == "fees_tender_stays"
