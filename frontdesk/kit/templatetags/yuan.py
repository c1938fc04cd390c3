"""Amounts in templates as the desk reads them: grouped by thousands in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from frontdesk.kit.money import format_yuan

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def yuan(value: Decimal | None) -> str:
    """Write an amount with its sign: ¥1,234.50."""
    return format_yuan(value)


@register.filter
def amount(value: Decimal | None) -> str:
    """Write an amount for a column whose head says that it is yuan: 1,234.50."""
    return format_yuan(value).replace("¥", "")
