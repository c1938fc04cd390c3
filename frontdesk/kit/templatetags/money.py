"""Amounts in templates, their thousands apart in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from frontdesk.kit.money import format_amount, format_yuan

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def yuan(value: Decimal | None) -> str:
    """Write an amount with its sign: ¥1,234.50; nothing for no amount."""
    return "" if value is None or value == "" else format_yuan(value)


@register.filter
def amount(value: Decimal | None) -> str:
    """Write an amount where the words beside it say that it is yuan: 1,234.50; nothing for no amount."""
    return "" if value is None or value == "" else format_amount(value)
