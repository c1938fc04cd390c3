"""What is kept at a post is moved by who holds it: asked by the services, whatever page calls them (R-DUTY-09)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from duty.services import records
from fees.models import Payment
from fees.services import Money, approve_reversal, request_reversal, take_payment
from frontdesk.kit.errors import Conflict
from frontdesk.staff.models import Holding
from frontdesk.staff.services import join_post, leave_post, require_at_post
from keys.models import Loan
from keys.services import lend_key, open_cabinet, open_seal, take_back_keys
from tests.factories import BillFactory, KeyFactory, PostFactory, SealOpeningFactory, UnitFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(office):
    """The desk, where keys and cash are."""
    return PostFactory(office=office, name="前台", keeps_keys=True, keeps_money=True)


@pytest.fixture
def lend(office):
    """Lend a key of the office to the colleague who asks."""

    def make(by, key=None):
        key = key or KeyFactory(office=office, kind="other", unit=None, deposited_by=None, name="天台")
        return lend_key(key, by=by, borrower="colleague", colleague=by, name=str(by), purpose="巡查")

    return make


@pytest.fixture
def pay(office):
    """Pay a bill of 50 yuan in cash."""

    def make(by):
        bill = BillFactory(unit=UnitFactory(office=office), amount=Decimal(50), outstanding=Decimal(50))
        return take_payment(office, bills=[bill], money=[Money("cash", Decimal(50))], by=by)

    return make


def test_an_office_without_posts_goes_by_roles_alone(lend, pay, clerk, cashier):
    assert lend(clerk).lent_by == clerk
    assert pay(cashier).taken_by == cashier


def test_keys_are_not_lent_under_the_name_of_who_has_not_accepted(post, lend, clerk, steward):
    with pytest.raises(Conflict):
        lend(clerk)
    records.begin_shift(post, by=clerk)
    loan = lend(clerk)
    with pytest.raises(Conflict, match="王敏"):
        lend(steward)
    lent = loan.lent_keys.get()
    with pytest.raises(Conflict):
        take_back_keys(loan, back={lent.key: "good"}, by=steward)
    take_back_keys(loan, back={lent.key: "good"}, by=clerk)
    assert Loan.objects.count() == 1


def test_seals_and_filing_cabinets_are_opened_by_who_holds_the_post(post, office, clerk, steward):
    records.begin_shift(post, by=clerk)
    filing = KeyFactory(office=office, kind="filing", unit=None, deposited_by=None, name="档案柜")
    with pytest.raises(Conflict):
        open_cabinet(filing, visitor="审计", purpose="查档", by=steward)
    assert open_cabinet(filing, visitor="审计", purpose="查档", by=clerk).watched_by == clerk
    opening = SealOpeningFactory(key__office=office, state="approved", requested_by=steward)
    with pytest.raises(Conflict):
        open_seal(opening, witness="李强", old_seal=opening.key.seal_number, by=steward)


def test_money_is_not_taken_under_the_name_of_who_has_not_accepted(post, pay, cashier, manager):
    records.begin_shift(post, by=cashier)
    assert pay(cashier).taken_by == cashier
    with pytest.raises(Conflict):
        pay(manager)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("kind", ["void", "refund"])
def test_money_does_not_go_out_under_the_name_of_who_has_handed_over(post, office, cashier, manager, clerk, kind):
    records.begin_shift(post, by=cashier)
    unit = UnitFactory(office=office)
    paid = take_payment(office, bills=[], unit=unit, money=[Money("cash", Decimal(50))], by=cashier)
    request = request_reversal(paid, kind=kind, amount=Decimal(50), reason="多收", by=cashier)
    holding = Holding.objects.get(post=post)
    Holding.objects.filter(pk=holding.pk).update(signed_at=holding.since)
    with pytest.raises(Conflict, match=str(post)):
        approve_reversal(request, by=manager)  # signed over, not accepted yet
    Holding.objects.filter(pk=holding.pk).update(signed_at=None)
    later = holding.since + dt.timedelta(minutes=1)
    leave_post(holding, by=cashier, at=later)
    join_post(post, clerk, kind="holder", by=clerk, at=later)
    with pytest.raises(Conflict, match=str(clerk)):
        approve_reversal(request, by=manager)
    assert Payment.objects.count() == 1
    join_post(post, cashier, kind="beside", by=clerk, at=later)
    assert approve_reversal(request, by=manager).mirror.amount == Decimal(-50)


@pytest.mark.django_db(transaction=True)
def test_a_key_is_lent_before_the_shift_ends_or_not_at_all(post, lend, clerk):
    records.begin_shift(post, by=clerk)
    key = KeyFactory(office=post.office, kind="other", unit=None, deposited_by=None, name="天台")

    def end():
        holding = Holding.objects.get(post=post)
        return leave_post(holding, by=clerk, at=dt.datetime.now(tz=dt.UTC))

    outcomes = together(lambda: lend(clerk, key), end)
    assert kinds(outcomes) in (["Conflict", "Holding"], ["Holding", "Loan"])
    assert Loan.objects.exists() == ("Loan" in kinds(outcomes))


def test_who_leaves_and_comes_back_is_let_in_again(post, office, clerk):
    at = dt.datetime(2026, 12, 7, 8, tzinfo=dt.UTC)
    holding = join_post(post, clerk, kind="holder", by=clerk, at=at)
    leave_post(holding, by=clerk, at=at + dt.timedelta(hours=1))
    with pytest.raises(Conflict):
        leave_post(holding, by=clerk, at=at + dt.timedelta(hours=2))
    join_post(post, clerk, kind="holder", by=clerk, at=at + dt.timedelta(hours=3))
    require_at_post(clerk, office, "keys")
