"""The late fee (R-FEE-10): off by default, by the day, capped, once a month, never on disputes or on itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from fees.models import Bill, FeeSettings
from fees.services import (
    adjust_bill,
    approve_correction,
    change_settings,
    charge_late_fees,
    late_fees,
    request_correction,
    start_due_late_fees,
)
from frontdesk.kit.jobs import run_job
from frontdesk.kit.models import Job
from tests.factories import FeeSettingsFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well", "tariffs")]

OCTOBER = dt.date(2026, 10, 1)
NOVEMBER = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _on_the_second():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def own(office):
    """Half a per mille a day after 30 days, at most a fifth."""
    return FeeSettingsFactory(office=office, late_rate=Decimal("0.5"), late_since=dt.date(2026, 1, 1))


def silent(*_args):
    """Hear how far it is."""


def fees(office, month=OCTOBER):
    return [(one.bill, one.days, one.amount) for one in late_fees(office, month)]


def test_no_late_fee_without_a_rate(office, owe):
    owe("1000.00", due=dt.date(2026, 1, 5))
    assert fees(office) == []
    start_due_late_fees(dt.date(2026, 11, 2))
    assert not Job.objects.exists()


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("due", "days", "amount"),
    [
        (dt.date(2026, 1, 5), 31, "15.50"),  # 1000 × 0.5‰ × 31
        (dt.date(2026, 9, 5), 26, "13.00"),  # grace ends on 5 October: 6th to 31st
        (dt.date(2026, 9, 30), 1, "0.50"),  # grace ends on 30 October
        (dt.date(2026, 10, 1), 0, None),  # grace ends with the month
    ],
)
def test_late_fees_count_the_days_after_the_grace(due, days, amount, office, owe):
    bill = owe("1000.00", due=due)
    assert fees(office) == ([(bill, days, Decimal(amount))] if amount else [])


@pytest.mark.usefixtures("own")
def test_late_fees_go_by_what_is_still_open(office, owe, pay):
    bill = owe("1000.00", due=dt.date(2026, 1, 5))
    pay(bill, amount="600")
    assert fees(office)[0][2] == Decimal("6.20")
    bill.refresh_from_db()
    pay(bill)
    assert fees(office) == []


@pytest.mark.usefixtures("own")
def test_late_fees_stay_within_the_cap_over_the_months(office, owe):
    bill = owe("10.00", due=dt.date(2020, 1, 5))
    Bill.objects.filter(pk=bill.pk).update(outstanding=Decimal("10.00"))
    owe("1.99", source="late", reference=f"late:{bill.pk}:2026-09", due=dt.date(2026, 10, 5))
    assert [fee[2] for fee in fees(office) if fee[0] == bill] == [Decimal("0.01")]


@pytest.mark.usefixtures("own")
def test_late_fees_go_by_the_corrected_bill(office, owe, supervisor):
    bill = owe("100.00", due=dt.date(2020, 1, 5))
    adjust_bill(bill, amount=Decimal("-99.00"), reason="面积更正", by=supervisor)
    owe("0.19", source="late", reference=f"late:{bill.pk}:2026-09", due=dt.date(2026, 10, 5))
    assert [fee[2] for fee in fees(office) if fee[0] == bill] == [Decimal("0.01")]


@pytest.mark.usefixtures("own")
def test_no_late_fee_on_disputed_bills_nor_on_late_fees(office, owe, tariffs):
    bill = owe("1000.00", due=dt.date(2026, 1, 5))
    owe("50.00", due=dt.date(2026, 1, 5), tariff=tariffs.get(kind="late"))
    Bill.objects.filter(pk=bill.pk).update(disputed_at=timezone.now())
    assert fees(office) == []


@pytest.mark.usefixtures("own")
def test_charge_late_fees_makes_one_bill_a_month_and_adds_nothing_when_asked_again(office, owe, flat):
    bill = owe("1000.00", due=dt.date(2026, 1, 5))
    assert charge_late_fees(office, OCTOBER, silent) == 1
    assert charge_late_fees(office, OCTOBER, silent) == 0
    late = Bill.objects.get(source="late")
    facts = (late.reference, late.amount, late.outstanding, late.unit, late.month, late.due_on, late.tariff.kind)
    reference = f"late:{bill.pk}:2026-10"
    assert facts == (reference, Decimal("15.50"), Decimal("15.50"), flat, NOVEMBER, dt.date(2026, 11, 5), "late")
    assert "0.5‰" in late.subject
    with time_machine.travel(dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC), tick=False):
        assert charge_late_fees(office, NOVEMBER, silent) == 1


@pytest.mark.usefixtures("own")
def test_charge_late_fees_are_drawn_from_the_advance(office, owe, pay, flat):
    owe("1000.00", due=dt.date(2026, 1, 5), disputed_at=None)
    pay(unit=flat, amount="100")
    charge_late_fees(office, OCTOBER, silent)
    assert Bill.objects.get(source="late").outstanding == Decimal("15.50")  # what was due first is paid first


@pytest.mark.usefixtures("own")
def test_a_late_fee_is_waived_by_a_correction_and_not_charged_again(office, owe, supervisor, manager):
    owe("1000.00", due=dt.date(2026, 1, 5))
    charge_late_fees(office, OCTOBER, silent)
    late = Bill.objects.get(source="late")
    request = request_correction(late, amount=-late.amount, reason="首次逾期，免收", by=supervisor)
    approve_correction(request, by=manager)
    late.refresh_from_db()
    assert late.outstanding == 0
    assert charge_late_fees(office, OCTOBER, silent) == 0


@pytest.mark.usefixtures("own")
def test_the_month_s_job_is_ordered_once(office, owe):
    owe("1000.00", due=dt.date(2026, 1, 5))
    for _tick in range(2):
        start_due_late_fees(dt.date(2026, 11, 2))
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, Bill.objects.filter(source="late").count()) == ("done", 1)
    start_due_late_fees(dt.date(2026, 11, 30))
    assert Job.objects.count() == 1


def test_setting_a_rate_charges_nothing_for_the_days_before(office, owe, supervisor):
    bill = owe("1000.00", due=dt.date(2026, 1, 5))
    change_settings(office, by=supervisor, expected=0, late_rate=Decimal("0.5"))
    assert FeeSettings.of(office).late_since == dt.date(2026, 11, 2)
    start_due_late_fees(dt.date(2026, 11, 3))
    assert not Job.objects.exists()
    assert fees(office, NOVEMBER) == [(bill, 29, Decimal("14.50"))]
    change_settings(office, by=supervisor, expected=1, late_rate=Decimal(0))
    assert FeeSettings.of(office).late_since is None
