"""Hours as people write them: 7.5."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from duty.services.rules import HOUR


class HoursField(forms.DecimalField):
    """A length of time asked for in hours and kept in minutes."""

    def __init__(self, *, least: int = 0, most: int = 24 * HOUR, **options: Any) -> None:
        bounds = {"min_value": Decimal(least) / HOUR, "max_value": Decimal(most) / HOUR}
        super().__init__(decimal_places=2, **bounds, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show minutes as hours, and what was typed as it was typed."""
        return f"{value / HOUR:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    said = prepare_value

    def clean(self, value: Any) -> Any:
        """Return the minutes meant."""
        found = super().clean(value)
        return None if found is None else round(found * HOUR)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare minutes with minutes."""
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True
