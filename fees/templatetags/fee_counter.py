"""How the counter's pages write amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from frontdesk.kit.money import format_yuan

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def yuan(amount: Decimal | None) -> str:
    """Write an amount as the desk reads it: ¥1,234.50."""
    return format_yuan(amount)
