"""Two people at the same money at once: taken once, given back once, billed once; without the guards it is not."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from fees import services
from fees.models import AccountEntry, Adjustment, Bill, BillRun, DunnedBill, DunningBatch, Payment, Reversal, Till
from fees.models.requests import Correction
from fees.services import Money, accounts, adjusting, correcting, dunning, months, paying, reversing
from fees.workflow import REVERSAL, ReversalState
from frontdesk.kit import ledger, verification
from frontdesk.kit.calendar import local_date
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.fees.conftest import NOVEMBER
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(office):
    """A second cashier."""
    return MembershipFactory(office=office, role="cashier", user=UserFactory(name="林芳")).user


@pytest.fixture
def chief(office):
    """A second manager."""
    return MembershipFactory(office=office, role="manager", user=UserFactory(name="何主任")).user


@pytest.fixture
def unlocked(monkeypatch):
    """Take the row locks away."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)


def cash(bill, by):
    """Return an act of one cashier, with copies of their own as they saw them."""
    copy, actor = Bill.objects.select_related("office").get(pk=bill.pk), User.objects.get(pk=by.pk)
    money = [Money("cash", copy.outstanding)]
    return lambda: services.take_payment(copy.office, bills=[copy], money=money, by=actor)


def approve(request, by):
    copy, actor = type(request).objects.get(pk=request.pk), User.objects.get(pk=by.pk)
    verb = services.approve_reversal if isinstance(request, Reversal) else services.approve_correction
    return lambda: verb(copy, by=actor)


def is_well():
    assert verification.findings() == []
    return True


# two cashiers, one bill


@pytest.mark.parametrize("_round", range(2))
def test_two_cashiers_take_money_for_one_bill_and_one_is_told(owe, cashier, second, _round):
    outcomes = together(cash(bill := owe("100"), cashier), cash(bill, second))
    assert kinds(outcomes) == ["Conflict", "Payment"]
    bill.refresh_from_db()
    assert (bill.outstanding, Payment.objects.count()) == (0, 1)
    assert is_well()


def test_without_looking_again_both_would_take_it(owe, cashier, second, monkeypatch):
    """Negative control: each goes by what their page showed, nothing is held or read afresh."""
    monkeypatch.setattr(paying, "lock_bills", lambda _office, bills: list(bills))
    bill = owe("100")
    assert kinds(together(cash(bill, cashier), cash(bill, second))) == ["Payment", "Payment"]
    assert verification.findings() == [("V1", f"bill {bill.pk}: -100.00")]


@pytest.mark.parametrize("_round", range(2))
def test_two_cashiers_take_several_bills_in_opposite_order(owe, cashier, second, office, _round):
    one, other = owe("100"), owe("50")

    def act(bills, by):
        copies = [Bill.objects.get(pk=bill.pk) for bill in bills]
        actor = User.objects.get(pk=by.pk)
        return lambda: services.take_payment(office, bills=copies, money=[Money("cash", Decimal(150))], by=actor)

    assert kinds(together(act([one, other], cashier), act([other, one], second))) == ["Conflict", "Payment"]
    assert is_well()


# pay against void, void against void


@pytest.mark.parametrize("_round", range(2))
def test_paying_the_rest_and_voiding_the_first_part_meet(owe, pay, cashier, second, manager, _round):
    bill = owe("100")
    request = services.request_reversal(pay(bill, amount="40"), kind="void", reason="收错", by=cashier)
    outcomes = together(cash(bill, second), approve(request, manager))
    assert kinds(outcomes) in (["Payment", "Reversal"], ["Conflict", "Reversal"])
    bill.refresh_from_db()
    assert bill.outstanding == (40 if kinds(outcomes)[0] == "Payment" else 100)
    assert is_well()


def test_without_the_lock_paying_and_voiding_would_lose_one_another(owe, pay, cashier, second, manager, monkeypatch):
    """Negative control: both write what is open from what they read before."""
    bill = owe("100")
    request = services.request_reversal(pay(bill, amount="40"), kind="void", reason="收错", by=cashier)
    stale = {bill.pk: Bill.objects.get(pk=bill.pk).outstanding}
    settle = accounts.settle

    def settle_stale(spread, **values):
        for one, _part in spread:
            one.outstanding = stale[one.pk]
        return settle(spread, **values)

    monkeypatch.setattr(paying, "settle", settle_stale)
    monkeypatch.setattr(reversing, "settle", settle_stale)
    monkeypatch.setattr(paying, "_refuse_paid", lambda _chosen, _locked: None)
    assert kinds(together(cash(bill, second), approve(request, manager))) == ["Payment", "Reversal"]
    assert "V1" in {code for code, _line in verification.findings()}


@pytest.mark.parametrize("_round", range(2))
def test_two_managers_approve_one_void_and_one_wins(owe, pay, cashier, manager, chief, _round):
    request = services.request_reversal(pay(owe("100")), kind="void", reason="收错", by=cashier)
    outcomes = together(approve(request, manager), approve(request, chief))
    assert kinds(outcomes) == ["Conflict", "Reversal"]
    assert Payment.objects.filter(kind="void").count() == 1
    assert is_well()


def test_without_state_and_look_the_database_still_voids_once(owe, pay, cashier, manager, chief, monkeypatch):
    """The last guard: a payment has one void is a constraint."""
    _blind(monkeypatch)
    request = services.request_reversal(pay(owe("100")), kind="void", reason="收错", by=cashier)
    outcomes = together(approve(request, manager), approve(request, chief))
    assert kinds(outcomes) == ["IntegrityError", "Reversal"]
    assert Payment.objects.filter(kind="void").count() == 1


def test_without_any_guard_it_would_be_voided_twice(owe, pay, cashier, manager, chief, monkeypatch):
    """Negative control: with state, look and constraint off the money goes back twice."""
    _blind(monkeypatch)
    request = services.request_reversal(pay(owe("100")), kind="void", reason="收错", by=cashier)
    guard = next(one for one in Payment._meta.constraints if one.name == "voided_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, guard)
    try:
        outcomes = together(approve(request, manager), approve(request, chief))
        assert kinds(outcomes) == ["Reversal", "Reversal"]
        assert Payment.objects.filter(kind="void").count() == 2
        assert "V4" in {code for code, _line in verification.findings()}
    finally:
        Reversal.objects.all().delete()
        with connection.cursor() as cursor:
            _without_guards(cursor, "DELETE FROM fees_accountentry")
            _without_guards(cursor, "DELETE FROM fees_allocation")
            _without_guards(cursor, "DELETE FROM fees_tender")
            _without_guards(cursor, "DELETE FROM fees_payment WHERE kind = 'void'")
        with connection.schema_editor() as editor:
            editor.add_constraint(Payment, guard)


def _without_guards(cursor, statement):
    ledger.take_down_guards()
    cursor.execute(statement)
    ledger.put_up_guards()


def _blind(monkeypatch):
    """Let both approvers see the request as waiting and the payment as standing."""
    move = REVERSAL.moves["approve_reversal"]
    monkeypatch.setitem(REVERSAL.moves, move.name, replace(move, sources=move.sources | {ReversalState.APPROVED}))
    monkeypatch.setattr(reversing, "is_void", lambda _payment: False)
    monkeypatch.setattr(reversing, "_check", lambda _request: None)
    monkeypatch.setattr(reversing, "_take_excess_back", lambda _bill, **_how: None)


# pay against correction


@pytest.mark.parametrize("_round", range(2))
def test_paying_and_correcting_meet(owe, cashier, second, manager, flat, _round):
    bill = owe("100")
    request = services.request_correction(bill, amount=Decimal(-30), reason="面积更正", by=cashier)
    outcomes = together(cash(bill, second), approve(request, manager))
    assert kinds(outcomes) in (["Correction", "Payment"], ["Conflict", "Correction"])
    bill.refresh_from_db()
    paid = kinds(outcomes)[1] == "Payment"
    assert (bill.outstanding, services.balance_of(flat)) == ((0, 30) if paid else (70, 0))
    assert is_well()


def test_without_looking_again_a_correction_would_be_lost(owe, cashier, second, manager, monkeypatch):
    """Negative control: the correction is reckoned from what was open before the payment."""
    bill = owe("100")
    request = services.request_correction(bill, amount=Decimal(-30), reason="面积更正", by=cashier)
    stale = Bill.objects.select_related("tariff", "unit").get(pk=bill.pk)
    monkeypatch.setattr(adjusting, "lock_bills", lambda _office, _bills: [stale])
    paid, corrected = cash(bill, second)(), approve(request, manager)()
    assert (type(paid), type(corrected)) == (Payment, Correction)
    assert "V1" in {code for code, _line in verification.findings()}


@pytest.mark.parametrize("_round", range(2))
def test_drawing_an_advance_and_correcting_a_paid_bill_do_not_wait_for_each_other(
    owe, pay, cashier, second, manager, flat, office, _round
):
    """Both hold the unit before its bills."""
    bill = owe("100")
    pay(bill, amount="150", unit=flat)
    request = services.request_correction(bill, amount=Decimal(-30), reason="面积更正", by=cashier)
    owe("70")
    actor = User.objects.get(pk=second.pk)
    outcomes = together(lambda: services.use_advance(office, flat, by=actor), approve(request, manager))
    assert kinds(outcomes) == ["Correction", "Decimal"]
    assert services.balance_of(flat) in (10, 30)
    assert is_well()


@pytest.mark.parametrize("_round", range(2))
def test_two_desks_draw_one_advance_and_it_is_not_overdrawn(owe, pay, cashier, second, flat, office, _round):
    pay(amount="50", unit=flat)
    owe("40")
    owe("40")

    def draw(by):
        actor = User.objects.get(pk=by.pk)
        return lambda: services.use_advance(office, flat, by=actor)

    outcomes = together(draw(cashier), draw(second))
    assert sorted(outcomes) == [0, 50]
    assert is_well()


def test_without_holding_the_unit_an_advance_would_be_drawn_twice(
    owe, pay, cashier, second, flat, office, monkeypatch, unlocked
):
    """Negative control: both read the balance before either draws."""
    pay(amount="50", unit=flat)
    for _n in range(2):
        owe("50")
    bills = list(Bill.objects.order_by("pk"))
    has = {flat.pk: Decimal(50)}
    monkeypatch.setattr(type(AccountEntry.objects.all()), "balances", lambda _rows, _units: has)
    monkeypatch.setattr(accounts, "DRAWN_FOR", {"advance": accounts.DRAWN_FOR["advance"], "utilities": ()})
    for by in (cashier, second):
        services.use_advance(office, flat, by=User.objects.get(pk=by.pk))
    assert bills
    assert "V1c" in {code for code, _line in verification.findings()}


# tills, numbers


@pytest.mark.parametrize("_round", range(2))
def test_one_cashier_at_two_desks_opens_one_till(owe, cashier, _round):
    outcomes = together(cash(owe("100"), cashier), cash(owe("50"), cashier))
    assert kinds(outcomes) == ["Payment", "Payment"]
    assert Till.objects.count() == 1
    assert is_well()


def test_without_the_constraint_there_would_be_two_tills(owe, cashier, monkeypatch):
    """Negative control: neither desk sees the till of the other."""
    monkeypatch.setattr(type(Till.objects.all()), "open", lambda rows: rows.none())
    guard = next(one for one in Till._meta.constraints if one.name == "one_open_till_of_a_cashier")
    actor, office = User.objects.get(pk=cashier.pk), owe("1").office

    def open_one():
        with transaction.atomic():
            return services.open_till(office, cashier=actor)

    with connection.schema_editor() as editor:
        editor.remove_constraint(Till, guard)
    try:
        assert kinds(together(open_one, open_one)) == ["Till", "Till"]
        assert Till.objects.filter(state="open").count() == 2
    finally:
        Till.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Till, guard)


def test_eight_desks_take_money_at_once_without_gap_or_double(owe, office):
    people = [MembershipFactory(office=office, role="cashier").user for _desk in range(8)]
    outcomes = together(*[cash(owe("10"), by) for by in people])
    assert kinds(outcomes) == ["Payment"] * 8
    assert sorted(payment.sequence for payment in outcomes) == list(range(1, 9))
    assert is_well()


def test_numbers_counted_instead_of_given_would_collide(owe, office, monkeypatch):
    """Negative control: desks that only count what is there give one number twice, and the database refuses."""
    people = [MembershipFactory(office=office, role="cashier").user for _desk in range(2)]
    seen = Payment.objects.count()
    monkeypatch.setattr(paying, "next_number", lambda _office, _kind, _year: seen + 1)
    assert kinds(together(*[cash(owe("10"), by) for by in people])) == ["IntegrityError", "Payment"]


def test_counting_and_paying_meet_and_the_count_is_what_the_till_holds(owe, pay, cashier):
    till = pay(owe("100")).till
    actor = User.objects.get(pk=cashier.pk)
    copy = Till.objects.get(pk=till.pk)

    def count():
        return services.count_till(copy, counts={"100": 1}, slips={}, reason="刚收一笔", by=actor)

    outcomes = together(count, cash(owe("50"), cashier))
    assert kinds(outcomes) == ["Payment", "Till"]
    assert is_well()


# the month's run


@pytest.fixture
def run(office, tariffs):
    """November's run of an office with thirty flats."""
    for _n in range(30):
        UnitFactory(office=office)
    return BillRun.objects.create(office=office, month=NOVEMBER)


def bill(run):
    copy = BillRun.objects.select_related("office").get(pk=run.pk)
    return lambda: services.bill_month(copy, lambda *_progress: None)


def test_two_runs_of_one_month_at_once_bill_everybody_once(run, pay, monkeypatch):
    monkeypatch.setattr(months, "CHUNK", 7)
    flats = list(run.office.units.all())
    for flat in flats[::3]:
        pay(amount="100", unit=flat)
    assert sum(together(bill(run), bill(run))) == 30
    assert Bill.objects.count() == len(set(Bill.objects.values_list("unit", flat=True))) == 30
    assert Bill.objects.filter(outstanding=Decimal("70.05")).count() == 10
    assert is_well()


def test_without_the_constraint_two_runs_would_bill_twice(run, monkeypatch):
    """Negative control: what keeps two runs apart is that a unit has one bill of a tariff and month."""
    guard = next(one for one in Bill._meta.constraints if one.name == "one_bill_a_month")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Bill, guard)
    try:
        assert sum(together(bill(run), bill(run))) == 60
        assert Bill.objects.count() == 60
    finally:
        with connection.cursor() as cursor:
            _without_guards(cursor, "DELETE FROM fees_bill")
        with connection.schema_editor() as editor:
            editor.add_constraint(Bill, guard)


def test_two_start_one_month_and_it_is_one_run_and_one_job(office, tariffs, supervisor, manager):
    people = [User.objects.get(pk=person.pk) for person in (supervisor, manager)]
    outcomes = together(*[lambda by=by: services.start_run(office, NOVEMBER, by=by) for by in people])
    assert kinds(outcomes) == ["BillRun", "BillRun"]
    assert len({run.job_id for run in outcomes}) == BillRun.objects.count() == 1


# letters, and differences of a run


def letters(office, by):
    """Return an act of one desk that writes the letters due."""
    actor = User.objects.get(pk=by.pk)
    pay_by = local_date() + dt.timedelta(days=10)
    return lambda: services.write_letters(office, level=1, pay_by=pay_by, by=actor)


@pytest.mark.parametrize("_round", range(4))
def test_two_desks_write_the_same_letters_once(owe, office, supervisor, manager, _round):
    for _n in range(5):
        owe(due=local_date() - dt.timedelta(days=40), unit=UnitFactory(office=office))
    assert kinds(together(letters(office, supervisor), letters(office, manager))) == ["DeskError", "DunningBatch"]
    assert (DunnedBill.objects.filter(is_new=True).count(), DunningBatch.objects.get().households) == (5, 5)


def test_without_holding_the_office_the_database_still_writes_once(owe, office, supervisor, manager, monkeypatch):
    """Negative control: both find the same bills unwritten; what is left to keep them apart is the constraint."""
    owe(due=local_date() - dt.timedelta(days=40))
    found = dunning._by_unit

    def once_both_have_looked(*args):
        rows = found(*args)
        time.sleep(0.5)
        return rows

    monkeypatch.setattr(dunning, "_by_unit", once_both_have_looked)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    outcomes = kinds(together(letters(office, supervisor), letters(office, manager)))
    assert outcomes in (["DunningBatch", "IntegrityError"], ["DeskError", "DunningBatch"])  # SQLite writes one by one
    assert DunningBatch.objects.count() == DunnedBill.objects.filter(is_new=True).count() == 1


def correct(run, chosen, by):
    """Return an act of one manager who corrects what was shown."""
    copy, actor = BillRun.objects.get(pk=run.pk), User.objects.get(pk=by.pk)
    return lambda: services.correct_differences(copy, chosen=chosen, reason="面积更正", by=actor)


@pytest.fixture
def differing(run):
    """November is billed; then thirty flats turn out to be smaller."""
    bill(run)()
    run.office.units.update(floor_area=Decimal("80.00"))
    run.refresh_from_db()
    return {one.bill: one.change for one in services.differences_of(run)}


@pytest.mark.parametrize("_round", range(3))
def test_two_managers_correct_the_same_differences_once(run, differing, manager, chief, _round):
    assert kinds(together(correct(run, differing, manager), correct(run, differing, chief))) == ["Conflict", "int"]
    assert (len(differing), Adjustment.objects.count()) == (30, 30)
    assert services.differences_of(run) == []
    assert is_well()


def test_correcting_differences_and_paying_the_bills_meet(run, differing, manager, cashier):
    one = Bill.objects.get(pk=min(differing))
    outcomes = together(correct(run, differing, manager), cash(one, cashier))
    one.refresh_from_db()
    corrected_first, paid_first = (["Conflict", "int"], Decimal("152.00")), (["Payment", "int"], Decimal("0.00"))
    assert (kinds(outcomes), one.outstanding) in (corrected_first, paid_first)
    assert Adjustment.objects.count() == 30
    assert is_well()


def test_without_looking_again_differences_would_be_corrected_twice(run, differing, manager, chief, monkeypatch):
    """Negative control: what keeps two managers apart is that the differences are reckoned again behind the lock."""
    seen = services.differences_of(run)
    monkeypatch.setattr(correcting, "differences_of", lambda _run: seen)
    assert kinds(together(correct(run, differing, manager), correct(run, differing, chief))) == ["int", "int"]
    assert Adjustment.objects.count() == 60
