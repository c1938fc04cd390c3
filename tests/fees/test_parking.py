"""The gate: in, out, what it costs, who has a card, two gates at once (R-FEE-05)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localtime

from fees import services
from fees.models import Bill, FeeSettings, ParkingVisit, Payment
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import BillFactory, PersonFactory, TariffFactory, UnitFactory, VehicleFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db
PLATE = "粤B12345"
NOON = localtime(dt.datetime(2026, 10, 31, 4, 0, tzinfo=dt.UTC))  # noon in the office


def after(**time):
    return NOON + dt.timedelta(**time)


@pytest.fixture(autouse=True)
def _figures(tariffs, all_is_well):
    """The customer's figures, and books that hold at the end."""


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inside(clock, office, guard):
    return services.enter_visit(office=office, plate="粤B·12345", by=guard)


def out(visit, guard, clock, *, at, **said):
    clock.move_to(at)
    return services.leave_visit(visit, by=guard, **said)


def test_leave_within_the_free_hour_costs_nothing(inside, guard, clock):
    visit = out(inside, guard, clock, at=after(minutes=60))
    assert (visit.plate, visit.visits, visit.bill, visit.left_by) == (PLATE, 0, None, guard)


def test_leave_later_makes_a_bill_of_no_unit(inside, guard, clock, office):
    bill = out(inside, guard, clock, at=after(hours=12, seconds=1)).bill
    facts = (bill.amount, bill.quantity, bill.rate, bill.unit, bill.office, bill.reference, bill.outstanding)
    assert facts == (Decimal(10), 2, 5, None, office, f"visit:{inside.pk}", Decimal(10))
    assert services.explain(bill)[0].formula == "2 次 × 5"


def test_leave_paid_at_once_by_who_takes_money(inside, cashier, clock):
    visit = out(inside, cashier, clock, at=after(hours=2), method="wechat", told=Decimal(5))
    payment = Payment.objects.get()
    assert (payment.amount, payment.payer, payment.unit) == (Decimal(5), PLATE, None)
    assert (payment.tenders.get().method, visit.bill.outstanding) == ("wechat", Decimal(5))
    assert Bill.objects.get().outstanding == 0


def test_leave_with_money_is_refused_whole_to_a_guard(inside, guard, clock):
    with pytest.raises(PermissionDenied):
        out(inside, guard, clock, at=after(hours=2), method="cash")
    inside.refresh_from_db()
    assert (inside.is_inside, Bill.objects.exists()) == (True, False)


def test_pay_later_at_the_counter(inside, guard, cashier, clock):
    visit = out(inside, guard, clock, at=after(hours=2))
    assert services.pay_visit(visit, method="cash", by=cashier).amount == Decimal(5)
    with pytest.raises(Conflict):
        services.pay_visit(visit, method="cash", by=cashier)


def test_leave_for_another_fee_than_told_is_refused(inside, guard, clock):
    clock.move_to(after(minutes=60))
    assert services.fee_of(inside).amount == 0
    with pytest.raises(DeskError):
        out(inside, guard, clock, at=after(minutes=60, seconds=1), told=Decimal(0))
    assert out(inside, guard, clock, at=after(minutes=60, seconds=2), told=Decimal(5)).visits == 1


def test_coming_back_goes_on_without_a_second_free_hour(inside, guard, clock, office):
    out(inside, guard, clock, at=after(minutes=50))
    clock.move_to(after(minutes=60))
    again = services.enter_visit(office=office, plate=PLATE, by=guard)
    assert again.goes_on
    assert out(again, guard, clock, at=after(minutes=70)).visits == 1


def test_coming_back_later_is_a_visit_of_its_own(inside, guard, clock, office):
    out(inside, guard, clock, at=after(minutes=50))
    clock.move_to(after(minutes=60, seconds=1))
    again = services.enter_visit(office=office, plate=PLATE, by=guard)
    assert (again.goes_on, out(again, guard, clock, at=after(minutes=100)).visits) == (False, 0)


def test_what_was_charged_before_coming_back_is_not_charged_again(inside, guard, clock, office):
    assert out(inside, guard, clock, at=after(hours=2)).visits == 1
    clock.move_to(after(hours=2, minutes=5))
    again = services.enter_visit(office=office, plate=PLATE, by=guard)
    assert out(again, guard, clock, at=after(hours=12)).visits == 0
    clock.move_to(after(hours=12, minutes=1))
    third = services.enter_visit(office=office, plate=PLATE, by=guard)
    assert out(third, guard, clock, at=after(hours=13)).visits == 1


@pytest.mark.parametrize(("hours", "visits"), [(0.5, 2), (2, 2), (30, 3)])
def test_lost_ticket_counts_as_the_office_says_or_as_long_as_is_known(inside, guard, clock, hours, visits):
    visit = out(inside, guard, clock, at=after(hours=hours), lost_ticket=True)
    assert (visit.visits, visit.lost_ticket) == (visits, True)


def test_lost_ticket_goes_by_the_office_s_figure(inside, guard, clock, office):
    FeeSettings.objects.create(office=office, lost_ticket_visits=4)
    assert out(inside, guard, clock, at=after(hours=1), lost_ticket=True).visits == 4


@pytest.fixture
def back(office, guard, clock):
    """Let the car in again within the minutes after which a visit would be a new one."""

    def enter(*, at):
        clock.move_to(at)
        return services.enter_visit(office=office, plate=PLATE, by=guard)

    return enter


def test_what_a_lost_ticket_cost_pays_for_no_time_after_it(inside, guard, clock, back):
    assert out(inside, guard, clock, at=after(minutes=30), lost_ticket=True).visits == 2
    again = back(at=after(minutes=35))
    assert again.goes_on
    assert out(again, guard, clock, at=after(minutes=60)).visits == 0  # still the first free hour
    third = back(at=after(minutes=65))
    assert out(third, guard, clock, at=after(hours=3)).visits == 1
    fourth = back(at=after(hours=3, minutes=5))
    assert out(fourth, guard, clock, at=after(hours=13)).visits == 1  # the second twelve hours, once


def test_what_a_lost_ticket_cost_covers_the_time_known_then(inside, guard, clock, back):
    assert out(inside, guard, clock, at=after(hours=2), lost_ticket=True).visits == 2
    assert out(back(at=after(hours=2, minutes=5)), guard, clock, at=after(hours=11)).visits == 0


def test_each_lost_ticket_is_paid_for(inside, guard, clock, back):
    assert out(inside, guard, clock, at=after(hours=2), lost_ticket=True).visits == 2
    again = back(at=after(hours=2, minutes=5))
    assert out(again, guard, clock, at=after(hours=3), lost_ticket=True).visits == 2


def test_lost_ticket_after_a_visit_that_was_paid_is_not_free(inside, guard, clock, back):
    assert out(inside, guard, clock, at=after(hours=20)).visits == 2
    again = back(at=after(hours=20, minutes=5))
    assert out(again, guard, clock, at=after(hours=21), lost_ticket=True).visits == 2


def test_leave_without_entry_pays_as_for_a_lost_ticket(office, guard, clock):
    visit = services.leave_without_entry(office=office, plate=PLATE, by=guard)
    assert (visit.visits, visit.is_inside, visit.bill.amount) == (2, False, Decimal(10))


def test_leave_without_entry_is_refused_for_one_that_is_inside(inside, office, guard):
    with pytest.raises(Conflict):
        services.leave_without_entry(office=office, plate=PLATE, by=guard)


@pytest.mark.parametrize("lost", [False, True])
def test_car_with_a_space_is_free(inside, guard, clock, office, lost):
    space = UnitFactory(office=office, kind="parking", space_kind="shared")
    car = VehicleFactory(person=PersonFactory(office=office), plate=PLATE, space=space)
    visit = out(inside, guard, clock, at=after(days=3), lost_ticket=lost)
    assert (visit.visits, visit.bill, visit.vehicle) == (0, None, car)


@pytest.mark.parametrize(("outstanding", "visits"), [(0, 0), (1, 1)])
def test_month_counts_when_it_is_paid(inside, guard, clock, card, outstanding, visits):
    card(outstanding)
    assert out(inside, guard, clock, at=after(hours=11)).visits == visits


def test_card_that_ran_out_during_the_stay_pays_from_then_on(inside, guard, clock, card):
    card(0)
    assert services.fee_of(inside, at=after(hours=12)).visits == 0
    assert services.fee_of(inside, at=after(hours=13)).visits == 0  # an hour after midnight
    assert out(inside, guard, clock, at=after(hours=13, seconds=1)).visits == 1


@pytest.fixture
def card(office):
    """Give the car October's parking, paid or not."""

    def month(outstanding):
        car = VehicleFactory(person=PersonFactory(office=office), plate=PLATE)
        tariff = TariffFactory(office=office, kind="parking", basis="vehicle_month", space_kinds=["open_air"])
        # a bill of nothing is paid from the start, so that the books hold without a payment
        return BillFactory(
            unit=UnitFactory(office=office),
            vehicle=car,
            tariff=tariff,
            month=dt.date(2026, 10, 1),
            amount=Decimal(outstanding),
        )

    return month


def test_enter_twice_is_refused_with_who_let_it_in(inside, office, clerk):
    with pytest.raises(Conflict) as refusal:
        services.enter_visit(office=office, plate=PLATE, by=clerk)
    assert "周勇" in str(refusal.value)


def test_enter_takes_other_plates_only_when_asked_to(office, guard):
    with pytest.raises(DeskError) as refusal:
        services.enter_visit(office=office, plate="临牌 0815", by=guard)
    assert refusal.value.field == "plate"
    assert services.enter_visit(office=office, plate="临牌 0815", by=guard, is_other=True).plate == "临牌0815"


def test_leave_twice_is_refused(inside, guard, clerk, clock):
    out(inside, guard, clock, at=after(minutes=5))
    with pytest.raises(Conflict):
        services.leave_visit(inside, by=clerk)


def test_gate_is_not_for_engineers_nor_for_another_office(inside, office, engineer, outsider):
    with pytest.raises(PermissionDenied):
        services.enter_visit(office=office, plate="粤B99999", by=engineer)
    with pytest.raises(PermissionDenied):
        services.leave_visit(inside, by=outsider)


def test_leave_without_a_tariff_says_so_but_a_free_stay_leaves(inside, guard, clock, tariffs):
    tariffs.filter(basis="visit").update(is_active=False)
    with pytest.raises(DeskError):
        out(inside, guard, clock, at=after(hours=2))
    assert not out(inside, guard, clock, at=after(minutes=30)).is_inside


@pytest.mark.django_db(transaction=True)
def test_two_gates_let_one_car_in_once(office, guard, clerk):
    acts = [lambda by=by: services.enter_visit(office=office, plate=PLATE, by=by) for by in (guard, clerk) * 3]
    assert kinds(together(*acts)) == [*["Conflict"] * 5, "ParkingVisit"]
    assert ParkingVisit.objects.inside().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_gates_let_one_car_out_once(inside, guard, clerk, clock):
    clock.move_to(after(hours=2))
    acts = [lambda by=by: services.leave_visit(inside, by=by) for by in (guard, clerk) * 3]
    assert kinds(together(*acts)) == [*["Conflict"] * 5, "ParkingVisit"]
    assert Bill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_look_the_database_still_lets_one_in(office, guard, clerk, monkeypatch):
    """The last guard: one open visit of a plate is a constraint."""
    monkeypatch.setattr("fees.querysets.ParkingVisitQuerySet.inside", lambda rows: rows.none())
    acts = [lambda by=by: services.enter_visit(office=office, plate=PLATE, by=by) for by in (guard, clerk)]
    assert kinds(together(*acts)) == ["Conflict", "ParkingVisit"]
    assert ParkingVisit.objects.count() == 1
