"""A month looked at before it is billed, and compared with what it would be today."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from fees.models import Adjustment, BillRun
from fees.services import (
    approve_correction,
    balance_of,
    bill_month,
    correct_differences,
    differences_of,
    preview_month,
    request_correction,
)
from frontdesk.kit import verification
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import BillFactory, ReductionFactory, TenureFactory, UnitFactory, VehicleFactory
from tests.fees.conftest import NOVEMBER, OCTOBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tariffs")]


def silent(*_args):
    """Hear how far it is."""


@pytest.fixture
def run(office, flat):
    """November's run, over: one flat of 89.50 m² billed 170.05."""
    run = BillRun.objects.create(office=office, month=NOVEMBER)
    bill_month(run, silent)
    run.refresh_from_db()
    return run


def measure(unit, area):
    unit.floor_area = Decimal(area)
    unit.save()


def test_preview_adds_up_what_the_run_then_bills(office, flat):
    UnitFactory(office=office, kind="shop", floor_area=Decimal("120.33"))
    seen = preview_month(office, NOVEMBER)
    assert [(row.count, row.amount) for row in seen.by_tariff] == [(1, Decimal("170.05")), (1, Decimal("300.83"))]
    assert (seen.new, seen.billed, seen.amount) == (2, 0, Decimal("470.88"))
    run = BillRun.objects.create(office=office, month=NOVEMBER)
    assert bill_month(run, silent) == 2
    assert sum(run.bills.values_list("amount", flat=True)) == seen.amount


def test_preview_writes_nothing(office, flat, django_assert_num_queries):
    for _n in range(2):
        with django_assert_num_queries(13):
            preview_month(office, NOVEMBER)
        for _m in range(3):
            UnitFactory(office=office)
    assert BillRun.objects.count() == 0


def test_preview_tells_what_is_billed_already(office, run):
    UnitFactory(office=office)
    seen = preview_month(office, NOVEMBER)
    assert (seen.new, seen.billed) == (1, 1)


def test_preview_names_what_the_register_lacks(office, flat):
    unmeasured = UnitFactory(office=office, floor_area=None)
    UnitFactory(office=office, floor_area=None, kind="storage")
    owner = flat.tenures.get().person
    homeless = VehicleFactory(person=owner, space=None)
    space = UnitFactory(office=office, kind="parking", floor_area=None)
    somewhere = VehicleFactory(person=owner, space=space)
    seen = preview_month(office, NOVEMBER)
    assert (seen.unmeasured, seen.unmeasured_count) == ([unmeasured], 1)
    assert (seen.unplaced, seen.unplaced_count) == ([homeless], 1)
    assert (seen.unkinded, seen.unkinded_count) == ([somewhere], 1)


def test_preview_points_out_changes_above_the_offices_figure(office, flat, tariffs):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    same, more, gone = (UnitFactory(office=office) for _n in range(3))
    for unit, amount in ((same, "150.00"), (more, "100.00"), (gone, "170.05")):
        BillFactory(unit=unit, tariff=homes, month=OCTOBER, amount=Decimal(amount))
    gone.state = "idle"
    gone.save()
    seen = preview_month(office, NOVEMBER)
    assert {(one.unit, one.before, one.amount) for one in seen.changes} == {
        (flat, Decimal("0.00"), Decimal("170.05")),
        (more, Decimal("100.00"), Decimal("170.05")),
        (gone, Decimal("170.05"), Decimal("0.00")),
    }
    assert {one.unit: one.percent for one in seen.changes}[flat] is None
    assert seen.before == Decimal("420.05")


def test_preview_of_the_first_month_points_out_nothing(office, flat):
    assert preview_month(office, NOVEMBER).changes == []


def test_nothing_differs_after_a_run(run):
    assert differences_of(run) == []


def test_differences_are_corrected_beside_the_bill(run, flat, manager):
    measure(flat, "80.00")
    found = differences_of(run)
    assert [(one.billed, one.today, one.change) for one in found] == [
        (Decimal("170.05"), Decimal("152.00"), Decimal("-18.05"))
    ]
    assert correct_differences(run, chosen={found[0].bill: found[0].change}, reason="面积更正", by=manager) == 1
    bill = run.bills.get()
    assert (bill.amount, bill.outstanding) == (Decimal("170.05"), Decimal("152.00"))
    line = bill.adjustments.get()
    assert (line.amount, line.reason, line.by, line.correction) == (Decimal("-18.05"), "面积更正", manager, None)
    assert differences_of(run) == []
    assert "correct_differences" in {row.verb for row in history_of(run)}
    assert verification.findings() == []


def test_differences_of_a_paid_bill_go_into_the_advance(run, flat, manager, pay):
    bill = run.bills.get()
    pay(bill)
    before = (bill.amount, bill.allocations.count())
    ReductionFactory(unit=flat, state="approved", starts=NOVEMBER, ends=dt.date(2027, 10, 31))
    (one,) = differences_of(run)
    correct_differences(run, chosen={one.bill: one.change}, reason="空置减免补办", by=manager)
    bill.refresh_from_db()
    assert (bill.amount, before[0], bill.outstanding) == (Decimal("170.05"), Decimal("170.05"), Decimal("0.00"))
    assert balance_of(flat) == Decimal("51.01")  # 170.05 − 119.04
    assert verification.findings() == []


def test_a_unit_that_should_not_have_been_billed_comes_to_nothing(run, flat, manager):
    flat.state = "idle"
    flat.save()
    (one,) = differences_of(run)
    correct_differences(run, chosen={one.bill: one.change}, reason="未售", by=manager)
    assert run.bills.get().outstanding == Decimal("0.00")
    assert differences_of(run) == []


def test_what_was_corrected_by_hand_stays(run, flat, clerk, cashier, manager):
    bill = run.bills.get()
    approve_correction(request_correction(bill, amount=Decimal("-50.00"), reason="补偿", by=cashier), by=manager)
    assert differences_of(run) == []
    measure(flat, "80.00")
    (one,) = differences_of(run)
    assert (one.billed, one.by_hand, one.change) == (Decimal("170.05"), Decimal("-50.00"), Decimal("-18.05"))


def test_no_difference_makes_a_bill_less_than_nothing(run, flat, cashier, manager):
    bill = run.bills.get()
    approve_correction(request_correction(bill, amount=Decimal("-170.05"), reason="免收", by=cashier), by=manager)
    measure(flat, "80.00")
    assert differences_of(run) == []


def test_correcting_is_refused_when_it_is_other_by_now(run, flat, manager):
    measure(flat, "80.00")
    (one,) = differences_of(run)
    measure(flat, "70.00")
    with pytest.raises(Conflict):
        correct_differences(run, chosen={one.bill: one.change}, reason="面积更正", by=manager)
    assert Adjustment.objects.count() == 0


def test_correcting_twice_is_refused(run, flat, manager):
    measure(flat, "80.00")
    (one,) = differences_of(run)
    correct_differences(run, chosen={one.bill: one.change}, reason="面积更正", by=manager)
    with pytest.raises(Conflict):
        correct_differences(run, chosen={one.bill: one.change}, reason="面积更正", by=manager)
    assert Adjustment.objects.count() == 1


@pytest.mark.parametrize(("chosen", "reason", "field"), [({}, "面积", "chosen"), ({1: Decimal(1)}, " ", "reason")])
def test_correcting_wants_bills_and_a_reason(run, manager, chosen, reason, field):
    with pytest.raises(DeskError) as refusal:
        correct_differences(run, chosen=chosen, reason=reason, by=manager)
    assert refusal.value.field == field


def test_correcting_waits_for_the_run(run, flat, manager):
    measure(flat, "80.00")
    (one,) = differences_of(run)
    BillRun.objects.update(finished_at=None)
    with pytest.raises(DeskError):
        correct_differences(run, chosen={one.bill: one.change}, reason="面积更正", by=manager)


def test_correcting_is_for_who_runs_bills(run, clerk):
    with pytest.raises(PermissionDenied):
        correct_differences(run, chosen={1: Decimal(1)}, reason="面积更正", by=clerk)


def test_differences_cost_a_fixed_number_of_queries(run, office, flat, django_assert_num_queries):
    differences_of(run)
    for _n in range(2):
        with django_assert_num_queries(9):
            differences_of(run)
        TenureFactory(unit=UnitFactory(office=office))
        BillRun.objects.update(finished_at=now())
