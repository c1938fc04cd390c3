"""What lists and slips show of personal data (R-EST-04)."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """138****8000: the first three and the last four digits; short numbers keep only the last two."""
    if len(phone) >= 8:  # noqa: PLR2004 - a landline has at least eight digits
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id(number: str) -> str:
    """110***********1234: enough to compare with the card in the hand, not enough to misuse."""
    if len(number) >= 8:  # noqa: PLR2004 - passports have eight or nine places
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:]
