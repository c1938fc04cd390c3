from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from fees.models import Till
from fees.services import confirm_till, count_till, deposit_till, expected, recount_till, uncounted
from frontdesk.kit.errors import DeskError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]


def test_first_payment_opens_a_till_and_a_count_closes_it(owe, pay, cashier, supervisor, office):
    till = pay(owe("120.50")).till
    pay(owe("30"), method="wechat")
    assert expected(till) == {"cash": Decimal("120.50"), "wechat": 30, "card": 0, "transfer": 0, "alipay": 0}
    counts = {"100": 1, "20": 1, "0.5": 1}
    counted = count_till(till, counts=counts, slips={"wechat": Decimal(30)}, by=cashier)
    assert (counted.cash, counted.difference, counted.state) == (Decimal("120.50"), 0, "counted")
    assert list(uncounted(office)) == [counted]
    confirmed = confirm_till(till, by=supervisor)
    deposit_till(confirmed, amount=Decimal("120.50"), slip="9901", by=cashier)
    assert pay(owe("10")).till != till


def test_difference_needs_a_reason_and_is_kept(owe, pay, cashier):
    till = pay(owe("100")).till
    with pytest.raises(DeskError) as refusal:
        count_till(till, counts={"50": 1}, slips={}, by=cashier)
    assert refusal.value.field == "reason"
    assert count_till(till, counts={"50": 1}, slips={}, reason="找零错误", by=cashier).difference == -50


def test_the_cashier_does_not_confirm_their_own_count(owe, pay, cashier, manager):
    till = pay(owe("100")).till
    count_till(till, counts={"100": 1}, slips={}, by=cashier)
    with pytest.raises(PermissionDenied):
        confirm_till(till, by=cashier)
    confirm_till(till, by=manager)


def test_recount_opens_it_again_unless_another_till_takes_money(owe, pay, cashier, supervisor):
    till = pay(owe("100")).till
    count_till(till, counts={"100": 1}, slips={}, by=cashier)
    recount_till(till, note="少了一张", by=supervisor)
    till.refresh_from_db()
    assert (till.state, till.cash, till.expected) == ("open", None, None)
    count_till(till, counts={"100": 1}, slips={}, by=cashier)
    pay(owe("10"))
    with pytest.raises(DeskError):
        recount_till(till, note="再点", by=supervisor)
    assert Till.objects.count() == 2


def test_other_change_than_the_till_before_ended_with_needs_a_reason(owe, pay, cashier):
    till = pay(owe("100")).till
    counted = {"counts": {"100": 1, "50": 1}, "slips": {}, "by": cashier}
    with pytest.raises(DeskError) as refusal:
        count_till(till, float_amount=Decimal(50), **counted)
    assert refusal.value.field == "reason"
    assert count_till(till, float_amount=Decimal(50), reason="领备用金 50", **counted).difference == 0
    assert pay(owe("10")).till.float_amount == 50
