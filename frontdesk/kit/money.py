"""Yuan to the fen: exact decimals, kept as whole fen, rounding named where it happens."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import cn2an
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import DecimalField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models.expressions import Combinable

FEN = Decimal("0.01")
MINUS = "-"
"""The sign people type and search for, also in Excel and on receipts."""
LARGEST = Decimal("999999999999.99")
"""What fits into every sum the office will ever make, and into the capitals of a receipt."""


class MoneyField(models.BigIntegerField):
    """An amount in yuan, kept as whole fen: SQLite would keep a decimal as a float and add up 31114045.1300001."""

    description = "Yuan"
    if TYPE_CHECKING:
        _pyi_private_set_type: Decimal | int | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Decimal | None:
        """Read fen as yuan; a sum on PostgreSQL arrives as a decimal of fen."""
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        """Read what a form or a fixture says in yuan."""
        return None if value is None or value == "" else yuan(value)

    def get_prep_value(self, value: Any) -> Any:
        """Write yuan as fen.

        Raises:
            ValueError: the amount has parts of a fen; whoever computed it did not round.

        """
        if value is None or hasattr(value, "resolve_expression"):
            return value
        fen = Decimal(value).scaleb(2)
        if fen != fen.to_integral_value():
            msg = f"{value} yuan has parts of a fen."
            raise ValueError(msg)
        return int(fen)

    def value_to_string(self, obj: Any) -> str:
        """Write yuan into a fixture."""
        return str(self.value_from_object(obj))

    @property
    def validators(self) -> list[Any]:
        """Limits in yuan, not in what the column holds."""
        own = super(models.IntegerField, self).validators
        return [*own, MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)]

    def formfield(self, **options: Any) -> Any:
        """Ask for yuan with two places."""
        chosen: Any = {"form_class": DecimalField, "decimal_places": 2, "max_digits": 14}
        return models.Field.formfield(self, **(chosen | options))


def yuan(value: Decimal | int | str) -> Decimal:
    """Round to the fen, half up, as every price list in China does."""
    return Decimal(value).quantize(FEN, rounding=ROUND_HALF_UP)


def format_yuan(value: Decimal | None) -> str:
    """Write an amount as the desk reads it: ¥1,234.50, -¥0.50; an empty text for no amount."""
    return _written(value, "¥")


def format_amount(value: Decimal | None) -> str:
    """Write an amount where the words beside it say that it is yuan: 1,234.50, -0.50; empty for no amount."""
    return _written(value, "")


def format_price(value: Decimal | None) -> str:
    """Write a rate as price lists do, every place it has but at least two: 1.90, 0.5283; empty for no rate."""
    if value is None:
        return ""
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{places}f}"


def _written(value: Decimal | None, sign: str) -> str:
    """Write an amount: the one place that says how less than nothing looks, on pages, paper and in lists."""
    if value is None:
        return ""
    rounded = yuan(value)
    return f"{MINUS if rounded < 0 else ''}{sign}{abs(rounded):,.2f}"


def capitals(value: Decimal | int | str) -> str:
    """Write an amount in Chinese capitals, as a receipt must: 壹佰贰拾元伍角 (R-FEE-08)."""
    written: str = cn2an.an2cn(str(yuan(value)), "rmb")
    return written


def shares(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Split an amount by weights so that the parts add up to it to the fen (largest remainder, R-FEE-03).

    Each part differs from its exact share by less than a fen; of equal remainders the earlier one is rounded up.

    Raises:
        ValueError: a weight is negative, or none is positive.

    """
    exact = [Decimal(weight) for weight in weights]
    whole = sum(exact)
    if not whole or min(exact) < 0:
        msg = "An amount is split by weights of which none is negative and one is positive."
        raise ValueError(msg)
    fen = int(yuan(total).scaleb(2))
    sign, fen = (-1 if fen < 0 else 1), abs(fen)
    parts = [divmod(fen * weight, whole) for weight in exact]
    left = fen - int(sum(part for part, _rest in parts))
    order = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    raised = set(order[:left])
    return [Decimal(sign * (int(part) + (place in raised))).scaleb(-2) for place, (part, _rest) in enumerate(parts)]
