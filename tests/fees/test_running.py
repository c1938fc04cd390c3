from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from fees.models import Bill, BillRun
from fees.services import bill_month, charge_unit, except_unit, set_rate, start_due_runs, start_run, withdraw_rate
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import PersonFactory, ReductionFactory, TenureFactory, UnitFactory, VehicleFactory
from tests.fees.conftest import NOVEMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well", "tariffs")]


def silent(*_args):
    """Hear how far it is."""


@pytest.fixture
def run(office):
    """November's run of the office."""
    return BillRun.objects.create(office=office, month=NOVEMBER)


def amounts(run):
    return {str(bill.unit or bill.vehicle): bill.amount for bill in run.bills.all()}


def test_bill_month_charges_flats_and_shops_by_area(run, office, flat):
    shop = UnitFactory(office=office, kind="shop", floor_area=Decimal("120.33"))
    assert bill_month(run, silent) == 2
    assert amounts(run) == {flat.code: Decimal("170.05"), shop.code: Decimal("300.83")}
    bill = run.bills.get(unit=flat)
    facts = (bill.rate, bill.quantity, bill.days, bill.month_days, bill.parts, bill.due_on, bill.outstanding)
    assert facts == (Decimal("1.9"), Decimal("89.5"), 30, 30, [], dt.date(2026, 11, 5), Decimal("170.05"))


def test_bill_month_again_doubles_nothing_and_bills_only_what_is_new(run, office, flat):
    bill_month(run, silent)
    before = list(Bill.objects.values())
    UnitFactory(office=office)
    assert bill_month(run, silent) == 1
    assert list(Bill.objects.filter(unit=flat).values()) == before


def test_bill_month_leaves_out_what_nobody_owns_or_nobody_measured(run, office):
    UnitFactory(office=office, state="idle", kind="shop")
    UnitFactory(office=office, floor_area=None)
    UnitFactory(office=office, kind="storage")
    assert bill_month(run, silent) == 0


def test_bill_month_splits_a_change_of_the_rate_by_days(run, tariffs, flat, supervisor):
    set_rate(
        tariffs.get(unit_kinds=["residence"], kind="property"),
        starts=dt.date(2026, 11, 16),
        rate=Decimal("2.1"),
        by=supervisor,
    )
    bill_month(run, silent)
    bill = run.bills.get()
    assert bill.amount == Decimal("179.00")  # 89.5 × 1.90 × 15/30 + 89.5 × 2.10 × 15/30
    assert bill.parts == [
        ["2026-11-01", "2026-11-15", "1.9000", 100, 8503],
        ["2026-11-16", "2026-11-30", "2.1000", 100, 9397],
    ]


def test_bill_month_charges_vehicles_by_their_space_to_the_household(run, office, flat):
    space = UnitFactory(office=office, kind="parking", space_kind="shared", floor_area=None)
    owner = flat.tenures.get().person
    VehicleFactory(person=owner, space=space, plate="粤B11111", added_on=dt.date(2026, 11, 11))
    VehicleFactory(person=PersonFactory(office=office), space=space, plate="粤B22222")
    VehicleFactory(person=owner, plate="粤B33333")
    bill_month(run, silent)
    bills = run.bills.filter(vehicle__isnull=False)
    assert {bill.vehicle.plate: (bill.unit, bill.amount, bill.days) for bill in bills} == {
        "粤B11111": (flat, Decimal("173.33"), 20),
        "粤B22222": (space, Decimal("260.00"), 30),
    }


def test_bill_month_takes_exceptions_and_reductions_by_days(run, tariffs, flat, office, supervisor):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    free, cheap = UnitFactory(office=office), UnitFactory(office=office)
    except_unit(homes, free, starts=dt.date(2026, 1, 1), reason="样板房", by=supervisor)
    except_unit(homes, cheap, starts=dt.date(2026, 1, 1), rate=Decimal(1), reason="协议价", by=supervisor)
    ReductionFactory(unit=flat, state="approved", starts=dt.date(2026, 11, 16), ends=dt.date(2027, 1, 31))
    bill_month(run, silent)
    assert amounts(run) == {flat.code: Decimal("144.54"), cheap.code: Decimal("89.50")}


def test_bill_month_draws_what_was_paid_in_advance(run, flat, pay):
    pay(amount="100", unit=flat)
    bill_month(run, silent)
    assert run.bills.get().outstanding == Decimal("70.05")


def test_start_run_is_one_job_and_finished_is_started_anew(
    office, flat, supervisor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        run = start_run(office, NOVEMBER, by=supervisor)
    assert start_run(office, NOVEMBER, by=supervisor).pk == run.pk
    assert BillRun.objects.count() == 1
    assert {row.verb for row in history_of(run)} >= {"start_run"}


def test_start_run_refuses_a_month_far_ahead(office, supervisor):
    with pytest.raises(DeskError):
        start_run(office, dt.date(2099, 1, 1), by=supervisor)


def test_start_run_refuses_an_office_without_tariffs(other_office, admin, company):
    with pytest.raises(DeskError):
        start_run(other_office, NOVEMBER, by=None)


def test_start_due_runs_begins_where_a_month_was_billed_by_hand(office, run, other_office):
    start_due_runs(dt.date(2026, 12, 1))
    start_due_runs(dt.date(2026, 12, 1))
    assert list(BillRun.objects.order_by("month").values_list("office", "month")) == [
        (office.pk, NOVEMBER),
        (office.pk, dt.date(2026, 12, 1)),
    ]


def test_other_offices_units_stay_out(run, other_office):
    TenureFactory(unit=UnitFactory(office=other_office))
    assert bill_month(run, silent) == 0


def test_set_rate_is_refused_inside_a_month_that_is_out_and_put_right_before(run, tariffs, flat, supervisor):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    bill_month(run, silent)
    for day in (NOVEMBER, dt.date(2026, 11, 30)):
        with pytest.raises(DeskError) as refusal:
            set_rate(homes, starts=day, rate=Decimal(2), by=supervisor)
        assert refusal.value.field == "starts"
    first = set_rate(homes, starts=dt.date(2027, 1, 1), rate=Decimal(99999), by=supervisor)
    again = set_rate(homes, starts=dt.date(2027, 1, 1), rate=Decimal("2.10"), by=supervisor)
    assert (again.pk, [row.rate for row in homes.rates.all()]) == (first.pk, [Decimal("1.9"), Decimal("2.1")])
    assert history_of(homes).first().before == {"starts": None, "rate": "99999.0000"}


def test_withdraw_rate_that_nothing_was_billed_by(run, tariffs, flat, supervisor):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    bill_month(run, silent)
    wrong = set_rate(homes, starts=dt.date(2027, 1, 1), rate=Decimal(19), by=supervisor)
    withdraw_rate(wrong, reason="多写了一个零", by=supervisor)
    assert [row.rate for row in homes.rates.all()] == [Decimal("1.9")]
    entry = history_of(homes).first()
    assert (entry.verb, entry.before, entry.note) == (
        "withdraw_rate",
        {"starts": "2027-01-01", "rate": "19.0000"},
        "多写了一个零",
    )
    with pytest.raises(Conflict):
        withdraw_rate(wrong, reason="再次", by=supervisor)


def test_withdraw_rate_is_refused_once_something_is_billed_or_being_billed_by_it(run, tariffs, flat, supervisor, clerk):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    rate = set_rate(homes, starts=NOVEMBER, rate=Decimal(2), by=supervisor)
    with pytest.raises(PermissionDenied):
        withdraw_rate(rate, reason="写错", by=clerk)
    with pytest.raises(DeskError):
        withdraw_rate(rate, reason=" ", by=supervisor)
    with pytest.raises(Conflict):  # the run of November has begun
        withdraw_rate(rate, reason="写错", by=supervisor)
    bill_month(run, silent)
    with pytest.raises(Conflict):
        withdraw_rate(rate, reason="写错", by=supervisor)
    assert homes.rates.count() == 2


def test_withdraw_rate_is_refused_when_a_single_charge_went_by_it(office, tariffs, flat, supervisor):
    renovation = tariffs.get(kind="renovation")
    rate = set_rate(renovation, starts=dt.date(2026, 11, 1), rate=Decimal(4), by=supervisor)
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)):
        charge_unit(renovation, unit=flat, by=supervisor, due_on=dt.date(2026, 12, 1))
    with pytest.raises(Conflict):
        withdraw_rate(rate, reason="写错", by=supervisor)


def test_nothing_is_billed_at_no_price(run, tariffs, flat, supervisor):
    homes = tariffs.get(unit_kinds=["residence"], kind="property")
    set_rate(homes, starts=NOVEMBER, rate=Decimal(0), by=supervisor)
    assert bill_month(run, silent) == 0
