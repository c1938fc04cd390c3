"""Shared water and electricity: prepaid, split by floor area, drawn, refilled (R-FEE-03)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from fees import services
from fees.models import AccountEntry, Bill, CostShare, FeeSettings, SharedCost
from fees.services import sharing
from frontdesk.kit import verification
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.jobs import Cancelled
from frontdesk.kit.jobs.running import run_job
from tests.factories import BuildingFactory, MeterFactory, MeterReadingFactory, UnitFactory
from tests.racing import kinds, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tariffs")]
UTILITIES = AccountEntry.Account.UTILITIES
OCTOBER = {"starts": dt.date(2026, 10, 1), "ends": dt.date(2026, 10, 31)}


def silent(*_args):
    """Report to nobody."""


@pytest.fixture
def homes(office):
    """Three flats of 89.50, 120.33 and 60.00 m²."""
    return [UnitFactory(office=office, floor_area=Decimal(area)) for area in ("89.50", "120.33", "60.00")]


@pytest.fixture
def cost(office, homes, supervisor):
    """A hundred yuan."""
    return services.add_cost(office=office, by=supervisor, name="楼道照明", amount=Decimal(100), **OCTOBER)


@pytest.fixture
def settled(cost, supervisor):
    return services.settle_cost(cost, by=supervisor)


@pytest.fixture
def prepaid(office, homes, pay):
    """Give every flat its 500 yuan."""
    services.bill_prepayments(office, silent)
    for bill in Bill.objects.filter(reference__startswith="prepay:"):
        pay(bill)


def utilities(unit):
    return services.balance_of(unit, UTILITIES)


# ---- splitting ----


def test_sharing_adds_up_to_the_fen_and_lists_what_nobody_measured(cost, homes, office):
    # 33.169, 44.595 and 22.236 fen by fen: the two fen left over go to .903 and .622
    UnitFactory(office=office, code="9-9-901", floor_area=None)
    UnitFactory(office=office, kind="parking", state="sold")
    UnitFactory(office=office, state="idle", kind="shop")
    found = services.sharing_of(cost)
    assert [part for *_row, part in found.parts] == [Decimal("33.17"), Decimal("44.59"), Decimal("22.24")]
    assert (found.area, found.unmeasured) == (Decimal("269.83"), ["9-9-901"])


def test_cost_of_a_building_is_shared_in_it_alone(office, homes, supervisor):
    building = BuildingFactory(office=office)
    inside = UnitFactory(office=office, building=building)
    cost = services.add_cost(office=office, by=supervisor, name="电梯", building=building, amount=Decimal(7), **OCTOBER)
    assert [(pk, part) for pk, _code, _area, part in services.sharing_of(cost).parts] == [(inside.pk, Decimal("7.00"))]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts": dt.date(2026, 10, 31), "ends": dt.date(2026, 10, 1), "amount": Decimal(1)}, "ends"),
        ({"starts": dt.date(2026, 10, 1), "ends": dt.date(2099, 1, 1), "amount": Decimal(1)}, "ends"),
        (OCTOBER, "amount"),
    ],
)
def test_add_cost_refuses(office, supervisor, values, field):
    with pytest.raises(DeskError) as refusal:
        services.add_cost(office=office, by=supervisor, name="照明", **values)
    assert (refusal.value.field, SharedCost.objects.exists()) == (field, False)


# ---- settling ----


def test_settle_fixes_the_shares_and_orders_the_bills(settled, supervisor):
    assert (settled.state, settled.settled_by, settled.total_area) == ("settled", supervisor, Decimal("269.83"))
    assert CostShare.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal(100)
    assert (Bill.objects.exists(), run_job(settled.job_id)) == (False, True)
    assert Bill.objects.filter(source="cost").aggregate(sum=Sum("amount"))["sum"] == Decimal(100)


def test_verify_finds_a_cost_that_is_not_its_shares(settled, all_is_well):
    SharedCost.objects.update(amount=Decimal("100.01"))
    assert verification.findings() == [("V6", f"cost {settled.pk}: 100.01, 100.00")]
    SharedCost.objects.update(amount=Decimal(100))


def test_settle_twice_is_refused(settled, cost, manager):
    with pytest.raises(Conflict):
        services.settle_cost(cost, by=manager)
    with pytest.raises(Conflict):
        services.edit_cost(cost, by=manager, amount=Decimal(1))
    assert CostShare.objects.count() == 3


def test_settle_without_any_area_is_refused(cost, homes, supervisor, office):
    office.units.update(floor_area=None)
    with pytest.raises(DeskError):
        services.settle_cost(cost, by=supervisor)
    cost.refresh_from_db()
    assert cost.state == "draft"


def test_settle_is_not_for_cashiers(cost, cashier, outsider):
    for person in (cashier, outsider):
        with pytest.raises(PermissionDenied):
            services.settle_cost(cost, by=person)


def test_bill_explains_total_cost_total_area_and_own_area(settled, homes):
    services.bill_cost(settled, silent)
    bill = Bill.objects.get(unit=homes[0], source="cost")
    facts = (bill.amount, bill.quantity, bill.reference, bill.subject)
    assert facts == (Decimal("33.17"), Decimal("89.5"), f"shared:{settled.pk}:{homes[0].pk}", "楼道照明")
    (step,) = services.explain(bill)
    assert (step.formula, step.amount) == ("100.00 × 89.5 m² ÷ 269.83 m²", Decimal("33.17"))


def test_area_that_changes_after_settling_changes_no_bill(settled, homes):
    homes[0].floor_area = Decimal(1000)
    homes[0].save()
    services.bill_cost(settled, silent)
    assert Bill.objects.get(unit=homes[0], source="cost").amount == Decimal("33.17")


def test_bill_cost_again_doubles_nothing(settled, homes, prepaid, all_is_well):
    assert services.bill_cost(settled, silent) == 3
    before = list(Bill.objects.order_by("pk").values())
    assert services.bill_cost(settled, silent) == 0
    assert list(Bill.objects.order_by("pk").values()) == before
    settled.refresh_from_db()
    assert settled.billed_at is not None


def test_bill_cost_stopped_and_taken_up_ends_as_if_never_stopped(settled, homes, prepaid, monkeypatch, all_is_well):
    monkeypatch.setattr(sharing, "CHUNK", 1)
    calls = []

    def stop(done, *_rest):
        calls.append(done)
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        services.bill_cost(settled, stop)
    assert Bill.objects.filter(source="cost").count() == 2
    services.bill_cost(settled, silent)
    assert [utilities(unit) for unit in homes] == [Decimal("466.83"), Decimal("455.41"), Decimal("477.76")]
    assert Bill.objects.filter(source="cost").owed() == 0


def test_draft_is_not_billed(cost):
    with pytest.raises(Conflict):
        services.bill_cost(cost, silent)


# ---- prepayment and refill ----


def test_prepayments_are_billed_once_for_each_unit(office, homes):
    UnitFactory(office=office, kind="parking", state="sold")
    assert services.bill_prepayments(office, silent) == 3
    assert services.bill_prepayments(office, silent) == 0
    UnitFactory(office=office)
    assert services.bill_prepayments(office, silent) == 1
    assert set(Bill.objects.values_list("amount", flat=True)) == {Decimal(500)}


def test_start_prepayments_orders_a_job_and_says_when_all_are_billed(office, homes, supervisor):
    assert run_job(services.start_prepayments(office, by=supervisor).pk)
    with pytest.raises(DeskError):
        services.start_prepayments(office, by=supervisor)


def test_what_runs_low_is_refilled_up_to_the_prepayment(office, homes, prepaid, supervisor, all_is_well):
    cost = services.add_cost(office=office, by=supervisor, name="水泵", amount=Decimal(1000), **OCTOBER)
    services.bill_cost(services.settle_cost(cost, by=supervisor), silent)
    assert [utilities(unit) for unit in homes] == [Decimal("168.31"), Decimal("54.05"), Decimal("277.64")]
    refills = Bill.objects.filter(reference__startswith="refill:")
    assert [(bill.unit, bill.amount, bill.reference) for bill in refills] == [
        (homes[1], Decimal("445.95"), f"refill:{homes[1].pk}:{cost.pk}")
    ]


def test_refill_that_is_billed_and_not_paid_is_not_billed_again(office, homes, prepaid, supervisor, pay, all_is_well):
    for name in ("一", "二"):
        cost = services.add_cost(office=office, by=supervisor, name=name, amount=Decimal(1000), **OCTOBER)
        services.bill_cost(services.settle_cost(cost, by=supervisor), silent)
    refill = Bill.objects.filter(reference__startswith="refill:", unit=homes[1])
    assert refill.count() == 1
    pay(refill.get())
    assert utilities(homes[1]) == Decimal("445.95")


def test_advance_is_drawn_only_where_the_office_says_so(office, homes, settled, pay, all_is_well):
    FeeSettings.objects.create(office=office, draw_advance=False)
    AccountEntry.objects.create(unit=homes[0], amount=Decimal(50))
    services.bill_cost(settled, silent)
    assert Bill.objects.get(unit=homes[0], source="cost").outstanding == Decimal("33.17")


# ---- by the shared meters ----


@pytest.fixture
def metered(office, supervisor):
    """A shared electricity meter that counted 300 kWh at 0.68 yuan in October."""
    tariff = services.add_tariff(office=office, by=supervisor, name="电费", kind="electricity", basis="meter")
    services.set_rate(tariff, starts=dt.date(2026, 1, 1), rate=Decimal("0.68"), by=supervisor)
    meter = MeterFactory(unit=None, office=office, kind="electricity", number="E-0")
    return MeterReadingFactory(meter=meter, used=Decimal(300), by=supervisor)


def test_cost_is_taken_from_the_shared_meters_once(metered, office, homes, supervisor):
    cost = services.add_cost(office=office, by=supervisor, name="公共用电", **OCTOBER)
    assert (cost.amount, cost.metered[0][1:]) == (Decimal("204.00"), ["300.000", "kWh", "0.6800", 20400])
    with pytest.raises(DeskError):
        services.add_cost(office=office, by=supervisor, name="公共用电", **OCTOBER)
    services.drop_cost(cost, by=supervisor)
    assert services.add_cost(office=office, by=supervisor, name="公共用电", **OCTOBER).amount == Decimal("204.00")


def test_edit_to_an_amount_frees_the_meters(metered, office, homes, supervisor):
    cost = services.add_cost(office=office, by=supervisor, name="公共用电", **OCTOBER)
    services.edit_cost(cost, by=supervisor, amount=Decimal(210))
    metered.refresh_from_db()
    assert (metered.cost, SharedCost.objects.get().amount) == (None, Decimal(210))


def test_cost_waits_for_an_unusual_reading(metered, office, supervisor):
    type(metered).objects.update(is_abnormal=True)
    with pytest.raises(DeskError) as refusal:
        services.add_cost(office=office, by=supervisor, name="公共用电", **OCTOBER)
    assert refusal.value.field == "amount"


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_two_settle_one_cost_and_one_wins(cost, supervisor, manager):
    outcomes = together(*[lambda by=by: services.settle_cost(cost, by=by) for by in (supervisor, manager)])
    assert kinds(outcomes) == ["Conflict", "SharedCost"]
    assert CostShare.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_bill_one_cost_once(settled, prepaid, all_is_well):
    together(*[lambda: services.bill_cost(settled, silent)] * 2)
    assert Bill.objects.filter(source="cost").count() == 3
    assert AccountEntry.objects.filter(account=UTILITIES, amount__lt=0).count() == 3


def test_the_same_cost_is_not_shared_twice_among_the_same_units(settled, office, homes, supervisor):
    again = services.add_cost(office=office, by=supervisor, name="楼道照明", amount=Decimal(5), **OCTOBER)
    with pytest.raises(DeskError):
        services.settle_cost(again, by=supervisor)
    other = services.add_cost(office=office, by=supervisor, name="电梯用电", amount=Decimal(5), **OCTOBER)
    assert services.settle_cost(other, by=supervisor).state == "settled"


def test_prepayments_asked_for_in_another_way_are_not_asked_for_again(office, homes, owe, tariffs):
    billed, prepaid, neither = homes
    owe("500", unit=billed, tariff=tariffs.get(kind="prepayment"))
    AccountEntry.objects.create(unit=prepaid, account=UTILITIES, amount=Decimal(80))
    asked = set(services.unprepaid(office))
    assert (billed in asked, prepaid in asked, neither in asked) == (False, False, True)
