from decimal import Decimal

import pytest

from frontdesk.kit.money import format_yuan, yuan


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), ("12", "12.00"), ("2.675", "2.68")],
)
def test_yuan_rounds_half_up_to_the_fen(value, rounded):
    assert str(yuan(value)) == rounded


def test_format_yuan_groups_thousands():
    assert format_yuan(Decimal("1234567.5")) == "¥1,234,567.50"


def test_format_yuan_leaves_nothing_for_no_amount():
    assert format_yuan(None) == ""
