"""Yuan to the fen: exact decimals, rounding named where it happens."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def yuan(value: Decimal | int | str) -> Decimal:
    """Round to the fen, half up, as every price list in China does."""
    return Decimal(value).quantize(FEN, rounding=ROUND_HALF_UP)


def format_yuan(value: Decimal | None) -> str:
    """Write an amount as the desk reads it: ¥1,234.50; an empty text for no amount."""
    return "" if value is None else f"¥{yuan(value):,.2f}"
