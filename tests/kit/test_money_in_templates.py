"""Amounts as templates write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from frontdesk.kit.templatetags.money import amount


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_amount_sets_thousands_apart_in_every_language(language):
    with translation.override(language):
        assert amount(Decimal("-1234567.5")) == "-1,234,567.50"


@pytest.mark.parametrize("value", [None, ""])
def test_amount_of_nothing_is_nothing(value):
    assert amount(value) == ""
