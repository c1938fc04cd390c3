"""What was used between two readings: each case by itself (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fees.metering import LowerError, TooHighError, is_jump, used_between, usual_use


@pytest.mark.parametrize(
    ("before", "value", "digits", "multiplier", "used", "rolled_over"),
    [
        ("100", "112", 5, "1", "12", False),
        ("100", "100", 5, "1", "0", False),
        ("0", "99999.999", 5, "1", "99999.999", False),
        ("100.5", "112.25", 5, "1", "11.75", False),
        ("100", "112", 5, "40", "480", False),  # with current transformers
        ("99995", "12", 5, "1", "17", True),
        ("99995", "0", 5, "1", "5", True),
        ("99995", "12", 5, "40", "680", True),
        ("9999.9", "0.1", 4, "1", "0.2", True),
        ("90000", "10000", 5, "1", "20000", True),  # the edges of both tenths
    ],
)
def test_used_between(before, value, digits, multiplier, used, rolled_over):
    found = used_between(Decimal(before), Decimal(value), digits=digits, multiplier=Decimal(multiplier))
    assert found == (Decimal(used), rolled_over)


@pytest.mark.parametrize(
    ("before", "value", "digits", "error"),
    [
        ("112", "100", 5, LowerError),
        ("99995", "10001", 5, LowerError),
        ("89999", "5", 5, LowerError),
        ("100", "100000", 5, TooHighError),
        ("100", "-1", 5, TooHighError),
        ("9999", "12345", 4, TooHighError),
    ],
)
def test_used_between_refuses(before, value, digits, error):
    with pytest.raises(error):
        used_between(Decimal(before), Decimal(value), digits=digits)


@pytest.mark.parametrize(
    ("history", "days", "usual"),
    [
        ([], 30, None),
        ([(0, Decimal(5))], 30, None),
        ([(30, Decimal(12))], 30, "12.000"),
        ([(30, Decimal(12)), (31, Decimal(10))], 61, "22.000"),
        ([(30, Decimal(12))], 10, "4.000"),
        ([(30, Decimal(0))], 30, "0.000"),
    ],
)
def test_usual_use(history, days, usual):
    assert usual_use(history, days) == (None if usual is None else Decimal(usual))


@pytest.mark.parametrize(
    ("used", "usual", "answer"),
    [("36", "12", False), ("36.001", "12", True), ("900", None, False), ("1", "0", True), ("0", "0", False)],
)
def test_is_jump(used, usual, answer):
    assert is_jump(Decimal(used), None if usual is None else Decimal(usual), factor=3) is answer
