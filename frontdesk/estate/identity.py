"""Numbers by which people are known: identity papers, phones, plates; brought to one form or refused with a sentence.

No message ever repeats the number itself: messages end up in logs, import reports and on screens others can see.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as BadNumber

from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Callable

# The first two places of an ID number: provinces, Hong Kong/Macao/Taiwan residence permits (81–83), foreigners (9x).
_REGIONS = "11-15 21-23 31-37 41-46 50-54 61-65 71 81-83 91-95"
ID_REGIONS = frozenset(
    str(code)
    for first, _dash, last in (part.partition("-") for part in _REGIONS.split())
    for code in range(int(first), int(last or first) + 1)
)
EARLIEST_BIRTH = dt.date(1880, 1, 1)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(
    rf"(?:[{PROVINCES}][A-HJ-NP-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领]"  # five places, the last may say what for
    r"|[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])"  # new energy, small and large: one place more
    r"|使[0-9]{6}|WJ[" + PROVINCES + r"]?[0-9]{4}[0-9TDSHBXJ])"
)
PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{6,12}")
HK_MACAO = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
TAIWAN = re.compile(r"[0-9]{8}(?:[0-9]{2}[A-Z0-9]?)?")
OTHER_PAPER = re.compile(r"[0-9A-Z一-鿿()/-]{3,40}")
SERVICE_NUMBER = re.compile(
    r"1[0-9]{4,5}|[2-8][0-9]{6,7}"
)  # 96111 hotlines aside: 10086, and landlines without area code
LONGEST_PHONE = 20
CHINA = 86


def fold(text: str) -> str:
    """Bring what was typed or pasted to plain capitals without spaces: ４４０３… and 4403 05… are the same."""
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e]+", "", unicodedata.normalize("NFKC", text)).upper()


def clean_id_number(kind: str, text: str) -> str:
    """Return the number of an identity paper in its one form; `kind` is a `Person.IdKind`.

    Raises:
        DeskError: it cannot be the number of such a paper.

    """
    number = fold(text)
    if not number:
        return ""
    if not _CHECKS[kind](number):
        raise DeskError(_REFUSALS[kind](), field="id_number")
    return number


def clean_phone(text: str) -> str:
    """Return a phone number as digits alone, abroad with its + and country: 13800138000, 075526789012, +85291234567.

    Numbers without area code are taken as they are dialled in town.

    Raises:
        DeskError: nobody can be called under it.

    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return ""
    refusal = DeskError(
        _("This is not a phone number: 11 digits for a mobile phone, with area code for a landline."), field="phone"
    )
    if len(typed) > LONGEST_PHONE or re.search(r"[^0-9+()\-\s.]", typed):
        raise refusal
    digits = re.sub(r"[^0-9+]", "", typed)
    if SERVICE_NUMBER.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise refusal from None
    if not phonenumbers.is_valid_number(number):
        raise refusal
    if number.country_code != CHINA:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


def clean_plate(text: str) -> str:
    """Return a plate in capitals without dot and spaces: 粤B·12345 → 粤B12345.

    Raises:
        DeskError: no such plate exists in mainland China.

    """
    plate = re.sub(r"[·•・.\-]", "", fold(text))
    if plate and not PLATE.fullmatch(plate):
        raise DeskError(_("This is not a plate: such as 粤B12345, 粤BD12345 (new energy) or 粤Z1234港."), field="plate")
    return plate


def _is_id_card(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or number[:2] not in ID_REGIONS:
        return False
    try:
        born = ric.get_birth_date(number)
    except BadNumber:
        return False
    return number[-1] == ric.calc_check_digit(number) and EARLIEST_BIRTH <= born <= local_date()


_CHECKS: dict[str, Callable[[str], Any]] = {
    "id_card": _is_id_card,
    "passport": PASSPORT.fullmatch,
    "hk_macao": HK_MACAO.fullmatch,
    "taiwan": TAIWAN.fullmatch,
    "credit_code": uscc.is_valid,
    "other": OTHER_PAPER.fullmatch,
}
_REFUSALS = {
    "id_card": lambda: _("This is not a valid ID card number: 18 places, check digit at the end."),
    "passport": lambda: _("This is not a passport number: 6 to 12 letters and digits."),
    "hk_macao": lambda: _("This is not a Hong Kong or Macao permit: H or M and 8 digits."),
    "taiwan": lambda: _("This is not a Taiwan permit: 8 digits."),
    "credit_code": lambda: _("This is not a valid unified social credit code: 18 places with check digit."),
    "other": lambda: _("Use 3 to 40 letters and digits."),
}
