"""Amounts worked out by hand, and what must hold for any month, area and rates (R-FEE-01…06, R-FEE-10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from fees.reckoning import Span, late_fee, months_between, rate_on, reckon_month, reckon_once
from frontdesk.kit.periods import month_of, next_month

D = Decimal
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
FEBRUARY, LEAP_FEBRUARY = dt.date(2027, 2, 1), dt.date(2028, 2, 1)
LONG_AGO = dt.date(2020, 1, 1)


def nov(day):
    return dt.date(2026, 11, day)


def rates(first, **later):
    """Return the rates of a tariff: the first since long ago, then `d16="2.10"`: from the 16th of November on."""
    return [(LONG_AGO, D(first)), *((nov(int(day[1:])), D(rate)) for day, rate in later.items())]


@dataclass(frozen=True)
class Case:
    """A month of something, with the working in words."""

    working: str
    amount: str
    days: int
    month: dt.date = NOVEMBER
    quantity: str = "89.50"
    rates: list = field(default_factory=lambda: rates("1.90"))
    spans: dict = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def free(first, last):
    return {"exceptions": [Span(first, last, None)]}


def own(first, last, rate):
    return {"exceptions": [Span(first, last, D(rate))]}


def vacant(*spans):
    return {"reductions": [Span(first, last, percent) for first, last, percent in spans]}


def car(first, last, *, rate="260", month=NOVEMBER):
    """Return what a vehicle is reckoned by."""
    stays = {"stays": [Span(first, last, None)]}
    return {"quantity": "1", "rates": rates(rate), "spans": stays, "month": month}


CASES = (
    # whole months: area × rate, no days
    Case("89.50 × 1.90 = 170.05", "170.05", 30),
    Case("a month of 31 days costs the same", "170.05", 31, month=OCTOBER),
    Case("a month of 28 days costs the same", "170.05", 28, month=FEBRUARY),
    Case("a month of 29 days costs the same", "170.05", 29, month=LEAP_FEBRUARY),
    Case("120.33 × 2.50 = 300.825, half a fen goes up", "300.83", 30, quantity="120.33", rates=rates("2.50")),
    Case("0.05 × 0.10 = 0.005, half a fen goes up", "0.01", 30, quantity="0.05", rates=rates("0.10")),
    Case("0.049 × 0.10 = 0.0049, less than half goes down", "0.00", 30, quantity="0.049", rates=rates("0.10")),
    Case("33.33 × 1.90 = 63.327", "63.33", 30, quantity="33.33"),
    Case("99999.99 × 2.50 = 249999.975", "249999.98", 30, quantity="99999.99", rates=rates("2.50")),
    Case("a rate of four places: 89.50 × 1.9955 = 178.59725", "178.60", 30, rates=rates("1.9955")),
    Case("no area, nothing to pay", "0.00", 30, quantity="0"),
    Case("a rate of nothing", "0.00", 30, rates=rates("0")),
    # the rate changes within the month
    Case(
        "15 days at 1.90 = 85.025 and 15 at 2.10 = 93.975; the odd fen goes to the first of equals",
        "179.00",
        30,
        rates=rates("1.90", d16="2.10"),
        parts=("85.03", "93.97"),
    ),
    Case(
        "October, from the 2nd on 2.00: 100 × 1.90 × 1/31 = 6.129 and 100 × 2.00 × 30/31 = 193.548",
        "199.68",
        31,
        month=OCTOBER,
        quantity="100",
        rates=[(LONG_AGO, D("1.90")), (dt.date(2026, 10, 2), D("2.00"))],
        parts=("6.13", "193.55"),
    ),
    Case(
        "October, on the 31st alone 2.00: 100 × 1.90 × 30/31 = 183.871 and 100 × 2.00 × 1/31 = 6.452",
        "190.32",
        31,
        month=OCTOBER,
        quantity="100",
        rates=[(LONG_AGO, D("1.90")), (dt.date(2026, 10, 31), D("2.00"))],
        parts=("183.87", "6.45"),
    ),
    Case(
        "February, from the 15th on 2.10: 95 and 105",
        "200.00",
        28,
        month=FEBRUARY,
        quantity="100",
        rates=[(LONG_AGO, D("1.90")), (dt.date(2027, 2, 15), D("2.10"))],
        parts=("95.00", "105.00"),
    ),
    Case(
        "leap February, from the 15th on 2.10: 100 × 1.90 × 14/29 = 91.724 and 100 × 2.10 × 15/29 = 108.621",
        "200.34",
        29,
        month=LEAP_FEBRUARY,
        quantity="100",
        rates=[(LONG_AGO, D("1.90")), (dt.date(2028, 2, 15), D("2.10"))],
        parts=("91.72", "108.62"),
    ),
    Case(
        "three rates, ten days each: 90 × 1.80 / 3 = 54, 90 × 1.90 / 3 = 57, 90 × 2.00 / 3 = 60",
        "171.00",
        30,
        quantity="90",
        rates=rates("1.80", d11="1.90", d21="2.00"),
        parts=("54.00", "57.00", "60.00"),
    ),
    Case(
        "free from the 16th on: 85.025, and the second line is nothing",
        "85.03",
        30,
        rates=rates("1.90", d16="0"),
        parts=("85.03", "0.00"),
    ),
    Case("the same rate decided anew is one line", "170.05", 30, rates=rates("1.90", d10="1.90")),
    Case("the new rate holds from the 1st: none of the old", "187.95", 30, rates=rates("1.90", d1="2.10")),
    Case(
        "the first rate begins on the 16th: 100 × 1.90 × 15/30",
        "95.00",
        15,
        quantity="100",
        rates=[(nov(16), D("1.90"))],
    ),
    Case("before the first rate nothing is charged", "0.00", 0, rates=[(dt.date(2026, 12, 1), D("1.90"))]),
    Case("without any rate nothing is charged", "0.00", 0, rates=[]),
    # single units
    Case("its own rate: 89.50 × 1.00", "89.50", 30, spans=own(LONG_AGO, None, "1.00")),
    Case("pays nothing", "0.00", 0, spans=free(LONG_AGO, None)),
    Case("pays nothing up to the 10th: 170.05 × 20/30 = 113.367", "113.37", 20, spans=free(LONG_AGO, nov(10))),
    Case(
        "pays nothing from the 11th to the 20th: twice 170.05 × 10/30 = 56.683",
        "113.37",
        20,
        spans=free(nov(11), nov(20)),
        parts=("56.69", "56.68"),
    ),
    Case("pays nothing on the 30th: 170.05 × 29/30 = 164.382", "164.38", 29, spans=free(nov(30), None)),
    Case("the exception ended in October", "170.05", 30, spans=free(LONG_AGO, dt.date(2026, 10, 31))),
    Case(
        "its own rate from the 16th on: 85.025 and 89.50 × 1.50 / 2 = 67.125",
        "152.15",
        30,
        spans=own(nov(16), None, "1.50"),
        parts=("85.03", "67.12"),
    ),
    # vacant
    Case("vacant: 170.05 × 70 % = 119.035", "119.04", 30, spans=vacant((LONG_AGO, dt.date(2027, 1, 31), 70))),
    Case(
        "vacant from the 16th on: 85.025 and 85.025 × 70 % = 59.5175",
        "144.54",
        30,
        spans=vacant((nov(16), dt.date(2027, 1, 31), 70)),
        parts=("85.02", "59.52"),
    ),
    Case(
        "vacant up to the 10th: 170.05 × (10 × 70 % + 20) / 30 = 153.045",
        "153.05",
        30,
        spans=vacant((LONG_AGO, nov(10), 70)),
        parts=("39.68", "113.37"),
    ),
    Case(
        "leap February, vacant from the 20th on: 190 × (19 + 10 × 70 %) / 29 = 170.345",
        "170.34",
        29,
        month=LEAP_FEBRUARY,
        quantity="100",
        spans=vacant((dt.date(2028, 2, 20), dt.date(2028, 12, 31), 70)),
        parts=("124.48", "45.86"),
    ),
    Case(
        "February, vacant from the 15th on: 190 × 85 %",
        "161.50",
        28,
        month=FEBRUARY,
        quantity="100",
        spans=vacant((dt.date(2027, 2, 15), dt.date(2027, 12, 31), 70)),
        parts=("95.00", "66.50"),
    ),
    Case(
        "2.10 from the 11th on, vacant from the 21st on: 57 and 63 and 63 × 70 % = 44.10",
        "164.10",
        30,
        quantity="90",
        rates=rates("1.90", d11="2.10"),
        spans=vacant((nov(21), dt.date(2027, 1, 31), 70)),
        parts=("57.00", "63.00", "44.10"),
    ),
    Case(
        "of two shares the smaller: 170.05 × 50 % = 85.025",
        "85.03",
        30,
        spans=vacant((LONG_AGO, nov(30), 70), (LONG_AGO, nov(30), 50)),
    ),
    Case("pays no share at all", "0.00", 30, spans=vacant((LONG_AGO, nov(30), 0))),
    Case(
        "its own rate and vacant: 89.50 × 1.00 × 70 %",
        "62.65",
        30,
        spans=own(LONG_AGO, None, "1.00") | vacant((LONG_AGO, nov(30), 70)),
    ),
    # vehicles
    Case("a vehicle all month", "260.00", 30, **car(LONG_AGO, None)),
    Case("since the 11th: 260 × 20/30 = 173.333", "173.33", 20, **car(nov(11), None)),
    Case("until the 10th, which counts: 260 × 10/30 = 86.667", "86.67", 10, **car(LONG_AGO, nov(10))),
    Case("for one day: 260 / 30 = 8.667", "8.67", 1, **car(nov(7), nov(7))),
    Case("since the 31st of October: 260 / 31 = 8.387", "8.39", 1, **car(dt.date(2026, 10, 31), None, month=OCTOBER)),
    Case("gone before the month", "0.00", 0, **car(LONG_AGO, dt.date(2026, 10, 31))),
    Case("there after the month", "0.00", 0, **car(dt.date(2026, 12, 1), None)),
    Case(
        "a private space from the 15th of February on: 80 × 14/28",
        "40.00",
        14,
        **car(dt.date(2027, 2, 15), None, rate="80", month=FEBRUARY),
    ),
    Case(
        "in the open on the 29th of February: 150 / 29 = 5.172",
        "5.17",
        1,
        **car(dt.date(2028, 2, 29), None, rate="150", month=LEAP_FEBRUARY),
    ),
    Case(
        "there twice, 1st to 5th and 26th to 30th: twice 260 × 5/30 = 43.333",
        "86.67",
        10,
        quantity="1",
        rates=rates("260"),
        spans={"stays": [Span(nov(26), None, None), Span(LONG_AGO, nov(5), None)]},
        parts=("43.34", "43.33"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.working)
def test_a_month_comes_to_what_it_does_by_hand(case):
    reckoned = reckon_month(case.month, D(case.quantity), case.rates, **case.spans)
    assert (str(reckoned.amount), reckoned.days) == (case.amount, case.days)
    amounts = tuple(str(amount) for amount in reckoned.amounts)
    assert amounts == (case.parts or amounts[:1])
    assert len(reckoned.parts) == len(case.parts)


def test_parts_name_days_rate_share_and_fen():
    reckoned = reckon_month(NOVEMBER, D("89.50"), rates("1.90"), **vacant((nov(16), nov(30), 70)))
    assert reckoned.parts == [
        ["2026-11-01", "2026-11-15", "1.90", 100, 8502],
        ["2026-11-16", "2026-11-30", "1.90", 70, 5952],
    ]


@pytest.mark.parametrize(
    ("quantity", "rate", "amount"),
    [("89.50", "3.50", "313.25"), ("0.001", "5", "0.01"), ("0.0009", "5", "0.00"), ("3", "5", "15.00")],
)
def test_once_is_quantity_times_rate(quantity, rate, amount):
    assert str(reckon_once(D(quantity), D(rate))) == amount


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-15", "2026-07-15", 6),
        ("2026-01-15", "2026-07-14", 5),
        ("2026-01-15", "2026-01-15", 0),
        ("2026-01-15", "2026-01-14", -1),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-04-30", 3),
        ("2026-08-31", "2027-02-28", 6),
        ("2027-08-31", "2028-02-28", 5),
        ("2027-08-31", "2028-02-29", 6),
        ("2028-02-29", "2029-02-28", 12),
        ("2026-11-30", "2027-02-28", 3),
        ("2026-12-01", "2027-01-01", 1),
        ("2026-01-01", "2027-01-01", 12),
    ],
)
def test_months_between(first, last, months):
    assert months_between(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == months


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2019-12-31", None),
        ("2020-01-01", "1.90"),
        ("2026-11-15", "1.90"),
        ("2026-11-16", "2.10"),
        ("2099-01-01", "2.10"),
    ],
)
def test_rate_on(day, rate):
    found = rate_on(rates("1.90", d16="2.10"), dt.date.fromisoformat(day))
    assert found == (None if rate is None else D(rate))


def test_rate_on_without_rates():
    assert rate_on([], NOVEMBER) is None


@pytest.mark.parametrize(
    ("owed", "days", "rate", "cap", "fee"),
    [
        ("1000", 30, "0.5", "200", "15.00"),
        ("1000", 0, "0.5", "200", "0.00"),
        ("1000", 30, "0", "200", "0.00"),
        ("0", 30, "0.5", "200", "0.00"),
        ("1000", 500, "0.5", "200", "200.00"),
        ("1000", 30, "0.5", "0", "0.00"),
        ("1000", 30, "0.5", "-3", "0.00"),
        ("10", 1, "0.5", "2", "0.01"),
        ("9.99", 1, "0.5", "2", "0.00"),
        ("3.33", 10, "3", "99", "0.10"),
        ("0.03", 900, "0.5", "0.006", "0.01"),
    ],
)
def test_late_fee(owed, days, rate, cap, fee):
    assert str(late_fee(D(owed), days, rate=D(rate), cap=D(cap))) == fee


MONTHS = st.builds(dt.date, st.integers(2024, 2029), st.integers(1, 12), st.just(1))
AREAS = st.decimals("0.01", "5000", places=2)
RATES = st.decimals(0, 300, places=4)
PERCENTS = st.integers(0, 100)


@st.composite
def months(draw):
    """Draw a month, an area and whatever may split it."""
    month = draw(MONTHS)
    day = st.integers(-20, 50).map(lambda offset: month + dt.timedelta(days=offset))
    starts = sorted(draw(st.sets(day, min_size=1, max_size=4)))
    found = {"rates": [(first, draw(RATES)) for first in starts], "month": month, "quantity": draw(AREAS)}
    edges = sorted(draw(st.sets(day, min_size=4, max_size=4)))
    own_rate = st.none() | RATES
    exceptions = [Span(edges[0], edges[1], draw(own_rate)), Span(edges[2], edges[3], draw(own_rate))]
    spans = st.lists(st.tuples(day, st.integers(0, 40), PERCENTS), max_size=3)
    made = [
        [Span(first, first + dt.timedelta(days=length), percent) for first, length, percent in draw(spans)]
        for _kind in range(2)
    ]
    found["exceptions"] = draw(st.sampled_from([[], exceptions[:1], exceptions]))
    found["reductions"] = made[0]
    found["stays"] = draw(st.sampled_from([None, made[1]]))
    return found


def exact(reckoned):
    """Work it out once more, day by day."""
    each = (Fraction(one.rate) * one.days * one.percent for one in reckoned.stretches)
    return Fraction(reckoned.quantity) * sum(each, Fraction(0)) / 100 / reckoned.month_days


@given(months())
def test_parts_add_up_and_the_amount_is_right_to_half_a_fen(drawn):
    reckoned = reckon_month(**drawn)
    assert sum(reckoned.amounts, D("0.00")) == reckoned.amount
    assert -Fraction(1, 200) <= exact(reckoned) - Fraction(reckoned.amount) < Fraction(1, 200)
    assert 0 <= reckoned.days <= reckoned.month_days


@given(months())
def test_stretches_follow_one_another_within_the_month(drawn):
    stretches = reckon_month(**drawn).stretches
    last_of_month = next_month(drawn["month"]) - dt.timedelta(days=1)
    assert month_of(drawn["month"]).last == last_of_month
    days = [day for one in stretches for day in (one.first, one.last)]
    assert days == sorted(days)
    assert all(drawn["month"] <= day <= last_of_month for day in days)
    assert all(one.last < other.first for one, other in pairwise(stretches))


@given(months(), st.randoms(use_true_random=False))
def test_the_order_in_which_spans_were_entered_changes_nothing(drawn, dice):
    shuffled = dict(drawn)
    for name in ("exceptions", "reductions", "stays"):
        if shuffled[name]:
            shuffled[name] = dice.sample(shuffled[name], len(shuffled[name]))
    assert reckon_month(**shuffled) == reckon_month(**drawn)


@given(months(), AREAS)
def test_a_larger_flat_never_pays_less(drawn, more):
    larger = drawn | {"quantity": drawn["quantity"] + more}
    assert reckon_month(**larger).amount >= reckon_month(**drawn).amount
