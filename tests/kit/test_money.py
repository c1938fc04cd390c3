"""Yuan to the fen: kept exactly, written as a desk and a receipt write them, split without losing a fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db.models import F, Sum, Value
from hypothesis import given, settings, strategies as st

from fees.models import FeeSettings, Till
from frontdesk.kit.money import LARGEST, MoneyField, capitals, format_price, format_yuan, shares, yuan
from tests.factories import FeeSettingsFactory, OfficeFactory, TillFactory

D = Decimal
AMOUNTS = st.decimals(-LARGEST, LARGEST, places=2)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), ("12", "12.00"), ("2.675", "2.68")],
)
def test_yuan_rounds_half_up_to_the_fen(value, rounded):
    assert str(yuan(value)) == rounded


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1234567.5", "¥1,234,567.50"),
        ("0", "¥0.00"),
        ("-0.5", "-¥0.50"),
        ("-0.004", "¥0.00"),
        ("999.999", "¥1,000.00"),
        ("-1234.5", "-¥1,234.50"),
    ],
)
def test_format_yuan_groups_thousands_and_puts_the_sign_first(value, written):
    assert format_yuan(D(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("1.9000", "1.90"), ("0.5283", "0.5283"), ("300", "300.00"), ("0", "0.00"), ("2.125", "2.125")],
)
def test_price_has_every_place_of_the_rate_and_at_least_two(value, written):
    assert format_price(D(value)) == written


def test_format_yuan_leaves_nothing_for_no_amount():
    assert format_yuan(None) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.00", "零元整"),
        ("0.01", "壹分"),
        ("0.05", "伍分"),
        ("0.10", "壹角"),
        ("0.50", "伍角"),
        ("0.55", "伍角伍分"),
        ("1.00", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("1.50", "壹元伍角"),
        ("10.00", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("12.30", "壹拾贰元叁角"),
        ("20.50", "贰拾元伍角"),
        ("99.99", "玖拾玖元玖角玖分"),
        ("100.00", "壹佰元整"),
        ("101.01", "壹佰零壹元零壹分"),
        ("110.00", "壹佰壹拾元整"),
        ("170.05", "壹佰柒拾元零伍分"),
        ("500.00", "伍佰元整"),
        ("1000.00", "壹仟元整"),
        ("1001.10", "壹仟零壹元壹角"),
        ("1010.00", "壹仟零壹拾元整"),
        ("1100.00", "壹仟壹佰元整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10000.00", "壹万元整"),
        ("10050.05", "壹万零伍拾元零伍分"),
        ("10500.00", "壹万零伍佰元整"),
        ("100000.00", "壹拾万元整"),
        ("100001.00", "壹拾万零壹元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1000000.00", "壹佰万元整"),
        ("1000001.01", "壹佰万零壹元零壹分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000000.00", "壹亿元整"),
        ("-170.05", "负壹佰柒拾元零伍分"),
    ],
)
def test_capitals(value, written):
    """As the banks' rules want it: 整 after yuan, none needed after jiao; 零 before fen where jiao are missing."""
    assert capitals(value) == written


@given(AMOUNTS, st.lists(st.decimals(0, 10_000, places=3), min_size=1, max_size=40).filter(any))
def test_shares_add_up_and_each_is_within_a_fen(total, weights):
    parts = shares(total, weights)
    assert sum(parts) == total
    whole = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / whole) < Fraction(1, 100)


@given(st.decimals(0, 100_000, places=2), st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_shares_of_larger_weights_are_never_smaller(total, weights):
    pairs = sorted(zip(weights, shares(total, weights), strict=True))
    assert all(part <= other + D("0.01") for (_weight, part), (_other, other) in pairwise(pairs))


def test_shares_of_equal_remainders_round_the_earlier_up():
    assert [str(part) for part in shares(D("1.00"), [1, 1, 1])] == ["0.34", "0.33", "0.33"]


def test_shares_of_a_refund_mirror_those_of_a_charge():
    weights = [D("89.5"), D("120.33"), D("54.18")]
    assert shares(D("-100.01"), weights) == [-part for part in shares(D("100.01"), weights)]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_shares_refuses_weights_that_say_nothing(weights):
    with pytest.raises(ValueError, match="weights"):
        shares(D(1), weights)


# the column


@pytest.fixture
def figures(db):
    """A row with two columns of money."""
    return FeeSettingsFactory(prepayment=D("500.00"), refill_below=D("0.05"))


def test_the_column_holds_whole_fen(figures):
    from django.db import connection  # noqa: PLC0415 - only this test looks behind the field

    with connection.cursor() as cursor:
        cursor.execute("SELECT prepayment, refill_below FROM fees_feesettings")
        assert cursor.fetchone() == (50000, 5)


@settings(max_examples=50)
@given(AMOUNTS)
def test_whatever_is_written_is_read_back(value):
    field = MoneyField()
    assert str(field.from_db_value(field.get_prep_value(value), None, None)) == str(yuan(value))


def test_sums_and_differences_are_exact(db):
    office = OfficeFactory()
    for amount in ("0.10", "0.20", "0.30", "31114045.13", "-0.01"):
        TillFactory(office=office, state="counted", cash=D(amount), expected=D("0.10"))
    rows = Till.objects.filter(office=office)
    assert str(rows.aggregate(sum=Sum("cash"))["sum"]) == "31114045.72"
    assert rows.filter(cash=D("0.30")).count() == 1
    assert rows.filter(cash__gt=F("expected")).count() == 3
    assert rows.filter(cash__lte=D("0.10")).count() == 2
    rows.filter(cash=D("0.20")).update(cash=F("cash") + Value(D("0.05"), MoneyField()))
    assert str(rows.get(cash=D("0.25")).cash) == "0.25"


def test_no_amount_is_no_amount(db):
    till = TillFactory()
    till.refresh_from_db()
    assert till.cash is None
    assert Till.objects.aggregate(sum=Sum("cash"))["sum"] is None


@pytest.mark.parametrize("value", ["0.005", "1.001", D("170.055")])
def test_parts_of_a_fen_are_a_mistake_of_the_programmer(db, value):
    with pytest.raises(ValueError, match="parts of a fen"):
        FeeSettingsFactory(prepayment=D(value))


def test_forms_ask_for_yuan_with_two_places():
    field = MoneyField("amount").formfield()
    assert field.clean("1234.50") == D("1234.50")
    for wrong in ("1.005", "abc", "9999999999999.00", "¥5"):
        with pytest.raises(ValidationError):
            field.clean(wrong)


@pytest.mark.parametrize(("value", "is_right"), [(LARGEST, True), (LARGEST + 1, False), (-LARGEST - 1, False)])
def test_the_field_knows_the_largest_amount(value, is_right):
    field = MoneyField()
    if is_right:
        assert field.clean(value, None) == value
    else:
        with pytest.raises(ValidationError):
            field.clean(value, None)


def test_a_fixture_says_yuan(figures):
    text = serializers.serialize("json", [figures])
    assert '"prepayment": "500.00"' in text
    FeeSettings.objects.all().delete()
    next(iter(serializers.deserialize("json", text))).save()
    assert FeeSettings.objects.get().prepayment == D(500)
