"""Columns of money added up; rows of a model that stands on these words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Sum

NOTHING = Decimal("0.00")


def total(rows: Any, name: str = "amount") -> Decimal:
    """Add up a column of money; nothing comes to 0.00."""
    return rows.aggregate(total=Sum(name))["total"] or NOTHING


def rows_of(model: str) -> Any:
    """Return all rows of one of our models: the models stand on the words."""
    return apps.get_model("fees", model)._default_manager.all()
