"""What lists and slips show of personal data (R-EST-04)."""

from __future__ import annotations

SHORT = 10
"""Up to so many places: landlines without area code, passports, permits; three and four of them would be nearly all."""


def mask_phone(phone: str) -> str:
    """138****8000: the first three and the last four digits; of a short number less (`_mask_short`)."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > SHORT else _mask_short(phone)


def mask_id(number: str) -> str:
    """110***********1234: enough to compare with the card in the hand, not enough to misuse."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > SHORT else _mask_short(number)


def _mask_short(number: str) -> str:
    """2*****78: the first and the last two places, of fewer than six the last two, of fewer than four none."""
    first, last = (1 if len(number) > 5 else 0), (2 if len(number) > 3 else 0)  # noqa: PLR2004 - half stays hidden
    return number[:first] + "*" * (len(number) - first - last) + number[len(number) - last :]
