"""Meters: registered, read, swapped, looked at, billed (R-FEE-03)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from fees import services
from fees.models import Bill, FeeSettings, Meter, MeterReading
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.jobs.running import run_job
from tests.factories import AccountEntryFactory, MeterFactory, UnitFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)
SEPTEMBER_30, OCTOBER_20, OCTOBER_31 = dt.date(2026, 9, 30), dt.date(2026, 10, 20), dt.date(2026, 10, 31)


def silent(*_args):
    """Report to nobody."""


@pytest.fixture
def meter(office, flat):
    """Installed at the start of the year at 0; 90 used until the end of September, 10 a month."""
    return MeterFactory(office=office, unit=flat, number="W-1")


@pytest.fixture
def read(engineer):
    def reading(meter, value, on=OCTOBER_31, by=None):
        return services.read_meter(meter, value=Decimal(value), read_on=on, by=by or engineer)

    return reading


@pytest.fixture
def price(office, supervisor):
    """Water costs 3.45 yuan a cubic metre."""
    tariff = services.add_tariff(office=office, by=supervisor, name="水费", kind="water", basis="meter")
    services.set_rate(tariff, starts=dt.date(2026, 1, 1), rate=Decimal("3.45"), by=supervisor)
    return tariff


def test_read_reckons_from_the_reading_before(meter, read):
    first, second = read(meter, 90, SEPTEMBER_30), read(meter, "101.5")
    assert (first.since, first.before, first.used) == (dt.date(2026, 1, 1), Decimal(0), Decimal(90))
    assert (second.since, second.before, second.used) == (SEPTEMBER_30, Decimal(90), Decimal("11.5"))
    assert (first.usual, second.is_abnormal) == (None, False)


def test_read_flags_a_jump(meter, read):
    read(meter, 90, SEPTEMBER_30)
    reading = read(meter, 130)
    assert (reading.is_abnormal, reading.usual.quantize(Decimal("0.1"))) == (True, Decimal("10.3"))


@pytest.mark.parametrize(
    ("value", "on", "field"),
    [
        (80, OCTOBER_31, "value"),
        (100_000, OCTOBER_31, "value"),
        (100, dt.date(2099, 1, 1), "read_on"),
        (100, SEPTEMBER_30, "read_on"),
        (100, dt.date(2025, 12, 31), "read_on"),
    ],
)
def test_read_refuses_what_cannot_be(meter, read, value, on, field):
    read(meter, 90, SEPTEMBER_30)
    with pytest.raises(DeskError) as refusal:
        read(meter, value, on)
    assert (refusal.value.field, meter.readings.count()) == (field, 1)


def test_read_over_the_end_of_the_dial(office, flat, read):
    meter = MeterFactory(office=office, unit=flat, first_reading=Decimal(99_995), digits=5)
    reading = read(meter, 12)
    assert (reading.used, reading.rolled_over) == (Decimal(17), True)


def test_swapped_meter_counts_both_and_knows_what_was_usual(meter, read, supervisor):
    read(meter, 90, SEPTEMBER_30)
    new = services.swap_meter(
        meter, on=dt.date(2026, 10, 10), last_reading=Decimal(94), number="W-2", first_reading=Decimal(3), by=supervisor
    )
    final, reading = meter.readings.latest("pk"), read(new, 10)
    assert (final.used, final.is_final, reading.used, reading.usual > 6) == (Decimal(4), True, Decimal(7), True)
    meter.refresh_from_db()
    assert (meter.removed_on, new.replaces, new.unit) == (dt.date(2026, 10, 10), meter, meter.unit)
    with pytest.raises(Conflict):
        read(meter, 95)
    with pytest.raises(Conflict):
        services.swap_meter(meter, on=OCTOBER_31, last_reading=Decimal(95), by=supervisor)


def test_meter_taken_out_for_good(meter, supervisor):
    services.swap_meter(meter, on=OCTOBER_31, last_reading=Decimal(94), by=supervisor)
    assert (Meter.objects.in_use().count(), meter.readings.get().used) == (0, Decimal(94))


def test_swap_is_undone_whole_when_the_new_number_is_taken(meter, office, supervisor):
    MeterFactory(office=office, unit=meter.unit, number="W-2")
    with pytest.raises(DeskError) as refusal:
        services.swap_meter(meter, on=OCTOBER_31, last_reading=Decimal(94), number="W-2", by=supervisor)
    meter.refresh_from_db()
    assert (refusal.value.field, meter.removed_on, MeterReading.objects.count()) == ("number", None, 0)


def test_edit_leaves_what_readings_are_reckoned_by(meter, read, supervisor):
    assert services.edit_meter(meter, by=supervisor, multiplier=Decimal(2)).multiplier == 2
    read(meter, 90)
    with pytest.raises(DeskError) as refusal:
        services.edit_meter(meter, by=supervisor, multiplier=Decimal(3))
    assert refusal.value.field == "multiplier"
    assert services.edit_meter(meter, by=supervisor, place="水井房").place == "水井房"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "W-1"}, "number"),
        ({"number": "W-3", "first_reading": Decimal(1000), "digits": 3}, "first_reading"),
        ({"number": "W-3", "installed_on": dt.date(2099, 1, 1)}, "installed_on"),
    ],
)
def test_add_refuses(meter, office, supervisor, fields, field):
    with pytest.raises(DeskError) as refusal:
        services.add_meter(office=office, by=supervisor, unit=meter.unit, **fields)
    assert refusal.value.field == field


def test_correct_mends_the_last_reading(meter, read, engineer):
    read(meter, 90, SEPTEMBER_30)
    mended = services.correct_reading(read(meter, 130), value=Decimal(103), reason="看错一位", by=engineer)
    assert (mended.used, mended.is_abnormal) == (Decimal(13), False)


@pytest.fixture
def misread(meter, read):
    """What was read on the 20th was written down as 190 instead of 100, and eleven days later the meter shows 205."""
    read(meter, 90, SEPTEMBER_30)
    wrong = read(meter, 190, OCTOBER_20)
    return wrong, read(meter, 205)


def test_correct_mends_a_reading_that_was_followed_by_another(meter, misread, engineer):
    wrong, later = misread
    assert wrong.must_be_confirmed
    mended = services.correct_reading(wrong, value=Decimal(100), reason="看错一位", by=engineer)
    later.refresh_from_db()
    assert (mended.used, mended.must_be_confirmed) == (Decimal(10), False)
    assert (later.before, later.used, later.must_be_confirmed) == (Decimal(100), Decimal(105), True)
    note = "2026-10-20 190 (+100) → 2026-10-20 100 (+10), 2026-10-31 205 (+105) · 看错一位"
    assert history_of(meter).first().note == note


def test_correct_refuses_what_lies_above_the_reading_after_it(misread, engineer):
    with pytest.raises(DeskError) as refusal:
        services.correct_reading(misread[0], value=Decimal(206), reason="看错", by=engineer)
    assert (refusal.value.field, "205" in str(refusal.value)) == ("value", True)


def test_correct_refuses_where_the_reading_after_it_is_billed(misread, price, office, engineer):
    wrong, later = misread
    services.bill_meters(office, OCTOBER, silent)
    with pytest.raises(Conflict):
        services.correct_reading(wrong, value=Decimal(103), reason="看错", by=engineer)
    later.refresh_from_db()
    assert later.before == Decimal(190)


def test_used_since_adds_up_the_readings_after_a_day(meter, misread):
    (used,) = services.used_since(meter.unit, SEPTEMBER_30)
    assert used[1:] == (SEPTEMBER_30, OCTOBER_31, Decimal(90), Decimal(205), Decimal(115))
    assert services.used_since(meter.unit, OCTOBER_31) == []


def test_confirm_needs_a_reason_and_the_right_person(meter, read, engineer, supervisor):
    read(meter, 90, SEPTEMBER_30)
    reading = read(meter, 130)
    with pytest.raises(PermissionDenied):
        services.confirm_reading(reading, reason="漏水", by=engineer)
    with pytest.raises(DeskError):
        services.confirm_reading(reading, reason=" ", by=supervisor)
    services.confirm_reading(reading, reason="户内水管漏水", by=supervisor)
    with pytest.raises(Conflict):
        services.confirm_reading(reading, reason="再次", by=supervisor)


def test_bill_meters_bills_each_reading_once(meter, read, price, office, flat):
    read(meter, 90, SEPTEMBER_30)
    reading = read(meter, "101.5")
    assert services.bill_meters(office, OCTOBER, silent) == 1
    bill = Bill.objects.get()
    facts = (bill.unit, bill.amount, bill.quantity, bill.rate, bill.source, bill.reference, bill.due_on)
    assert facts == (
        flat,
        Decimal("39.68"),
        11.5,
        Decimal("3.45"),
        "meter",
        f"meter:{reading.pk}",
        dt.date(2026, 11, 5),
    )
    assert services.bill_meters(office, OCTOBER, silent) == 0
    reading.refresh_from_db()
    assert reading.bill == bill
    with pytest.raises(Conflict):
        services.correct_reading(reading, value=Decimal(100), reason="看错", by=reading.by)


def test_bill_meters_leaves_out_what_nobody_looked_at(meter, read, price, office, supervisor):
    read(meter, 90, SEPTEMBER_30)
    reading = read(meter, 130)
    assert services.preview_meters(office, OCTOBER) == ([], 1, 0)
    assert services.bill_meters(office, OCTOBER, silent) == 0
    services.confirm_reading(reading, reason="漏水", by=supervisor)
    (line,), waiting, unpriced = services.preview_meters(office, OCTOBER)
    assert (line, waiting, unpriced) == (("water", 1, Decimal(40), Decimal("138.00")), 0, 0)
    assert services.bill_meters(office, OCTOBER, silent) == 1


def test_bill_meters_goes_by_the_unit_s_own_rate_and_by_kind_of_unit(meter, read, price, office, supervisor):
    shop = MeterFactory(office=office, unit=UnitFactory(office=office, kind="shop"))
    read(meter, 10)
    read(shop, 10)
    services.change_tariff(price, by=supervisor, unit_kinds=["residence"])
    services.except_unit(price, meter.unit, starts=OCTOBER, rate=Decimal(2), reason="低保户", by=supervisor)
    assert services.preview_meters(office, OCTOBER)[2] == 1
    assert services.bill_meters(office, OCTOBER, silent) == 1
    assert Bill.objects.get().amount == Decimal("20.00")


def test_bill_meters_draws_from_what_was_paid_in_advance(meter, read, price, office, flat, all_is_well):
    AccountEntryFactory(unit=flat, amount=Decimal(20))
    read(meter, 10)
    services.bill_meters(office, OCTOBER, silent)
    assert Bill.objects.get().outstanding == Decimal("14.50")


def test_start_meter_bills_orders_a_job_that_makes_them(meter, read, price, office, supervisor):
    with pytest.raises(DeskError):
        services.start_meter_bills(office, month=OCTOBER, by=supervisor)
    read(meter, 10)
    job = services.start_meter_bills(office, month=OCTOBER, by=supervisor)
    assert run_job(job.pk)
    assert Bill.objects.count() == 1


def test_jump_goes_by_the_office_s_factor(meter, read, office):
    FeeSettings.objects.create(office=office, jump_factor=5)
    read(meter, 90, SEPTEMBER_30)
    assert not read(meter, 130).is_abnormal


def test_metering_is_not_for_guards_nor_another_office(meter, guard, outsider, office):
    for person in (guard, outsider):
        with pytest.raises(PermissionDenied):
            services.read_meter(meter, value=Decimal(1), by=person)


@pytest.mark.django_db(transaction=True)
def test_two_who_read_one_meter_at_once_write_it_down_once(meter, read, engineer, clerk):
    outcomes = together(*[lambda by=by: read(meter, 90, by=by) for by in (engineer, clerk)])
    assert kinds(outcomes) == ["DeskError", "MeterReading"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_bill_a_reading_once(meter, read, price, office):
    read(meter, 90)
    outcomes = together(*[lambda: services.bill_meters(office, OCTOBER, silent)] * 2)
    assert sorted(outcomes) == [0, 1]
    assert Bill.objects.count() == 1
