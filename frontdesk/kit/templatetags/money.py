"""Amounts in templates, written as lists write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from frontdesk.kit.money import yuan

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def amount(value: Decimal | int | None) -> str:
    """Write yuan with their fen and the thousands apart in every language: 179,308.08; nothing for no amount."""
    return "" if value is None or value == "" else f"{yuan(value):,.2f}"
