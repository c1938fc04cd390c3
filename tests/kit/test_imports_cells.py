"""Cells: what offices write, and what it means."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from frontdesk.kit.imports.cells import (
    ChoiceCell,
    CodeCell,
    DateCell,
    DateTimeCell,
    IntegerCell,
    MoneyCell,
    NumberCell,
    TextCell,
    YesNoCell,
)
from frontdesk.kit.models import Holiday

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER = NumberCell(max_digits=10, decimal_places=2, required=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Decimal(12)),
        ("１２３．４５", Decimal("123.45")),
        ("1,234.5", Decimal("1234.5")),
        ("1，234，567", Decimal(1234567)),
        ("￥12.30", Decimal("12.3")),
        ("94.56㎡", Decimal("94.56")),
        ("94.56 平方米", Decimal("94.56")),
        ("120元", Decimal(120)),
        ("-5", Decimal(-5)),
        ("", None),
        (" ", None),
    ],
)
def test_number_as_offices_write_it(text, value):
    assert NUMBER.clean(text) == value


@pytest.mark.parametrize(
    "text",
    ["abc", "1.2.3", "NaN", "Infinity", "1e400", "1E5", "٣٤", "1,23", "12.345", "12345678901", "--1", "=1+1", "½"],
)
def test_number_refuses(text):
    with pytest.raises(ValidationError):
        NUMBER.clean(text)


def test_money_has_two_places_and_may_be_bounded():
    assert MoneyCell().clean("1,200.50") == Decimal("1200.50")
    with pytest.raises(ValidationError):
        MoneyCell().clean("1.005")
    with pytest.raises(ValidationError):
        MoneyCell(min_value=0).clean("-1")


def test_integer():
    field = IntegerCell(required=False, min_value=0)
    assert [field.clean(text) for text in ("33", "33.0", "33层", "")] == [33, 33, 33, None]
    assert type(field.clean("33")) is int
    for text in ("1.5", "-1", "9999999999", "x"):
        with pytest.raises(ValidationError):
            field.clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026.1.5",
        "2026/1/5",
        "2026年1月5日",
        "２０２６年１月５日",
        "20260105",
        "46027",
        "46027.5",
        "2026-01-05 08:30:00",
    ],
)
def test_date_in_its_forms(text):
    assert DateCell().clean(text) == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    "text", ["5/1/26", "1900-02-29", "60", "2026-13-01", "1066-01-01", "2999-01-01", "昨天", "2026", "99999"]
)
def test_date_refuses(text):
    with pytest.raises(ValidationError):
        DateCell().clean(text)


def test_moment_is_in_the_offices_time():
    field = DateTimeCell(required=False)
    noon = dt.datetime(2019, 8, 19, 11, 48, 23, tzinfo=SHANGHAI)
    assert field.clean("2019/8/19 11:48:23") == noon
    assert field.clean("2019-08-19T11:48:23") == noon
    assert field.clean("2019-08-19") == dt.datetime(2019, 8, 19, tzinfo=SHANGHAI)
    assert field.clean("") is None
    for text in ("2019/8/19 25:00", "11:48", "2019/8/19 10:00 PM", "x"):
        with pytest.raises(ValidationError):
            field.clean(text)


def test_code_has_no_spaces_and_no_point_zero():
    field = CodeCell(max_length=10, required=False)
    assert [field.clean(text) for text in ("3 - 2", "１０１", "001", "1.0", "1.5", "C0001 ", "")] == [
        "3-2", "101", "001", "1", "1.5", "C0001", "",
    ]  # fmt: skip
    assert CodeCell(upper=True).clean("粤b12345") == "粤B12345"


def test_choice_by_value_label_in_any_language_and_synonym():
    field = ChoiceCell(
        choices=Holiday.Kind.choices, synonyms={"放假": "weekend"}, required=False, empty_value="working_day"
    )
    for text in ("statutory_holiday", "Statutory holiday", " STATUTORY HOLIDAY "):
        assert field.clean(text) == "statutory_holiday"
    assert field.clean("放假") == "weekend"
    assert field.clean("") == "working_day"
    with pytest.raises(ValidationError):
        field.clean("什么")


def test_yes_and_no():
    field = YesNoCell(empty_value=None)
    assert [field.clean(text) for text in ("是", "有", "Ｙ", "√", "TRUE", "1")] == [True] * 6
    assert [field.clean(text) for text in ("否", "无", "no", "×", "0")] == [False] * 5
    assert field.clean("") is None
    with pytest.raises(ValidationError):
        field.clean("也许")


def test_text_is_bounded():
    with pytest.raises(ValidationError):
        TextCell(max_length=5).clean("长" * 6)
