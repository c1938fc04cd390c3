"""Form fields for the cells of a table: what offices write there, turned into values. Made for many rows."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
AROUND_NUMBERS = re.compile(r"^(?:¥|￥|RMB|CNY)\s*|\s*(?:元|㎡|m²|m2|平方米|平米|平方|%|层|户)$", re.IGNORECASE)
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
WHOLE = re.compile(r"([0-9]+)\.0+")
DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
COMPACT_DATE = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?")
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
"""Excel's days since 1900; five digits begin in 1927, and "2026" is a year, not a day."""
DAY_ZERO = dt.date(1899, 12, 30)
EARLIEST, LATEST = dt.date(1900, 3, 1), dt.date(2100, 1, 1)
SERIALS = range((EARLIEST - DAY_ZERO).days, (LATEST - DAY_ZERO).days)
YES = {"是", "有", "y", "yes", "true", "1", "√", "✓", "对"}
NO = {"否", "无", "没有", "n", "no", "false", "0", "×", "✗", "x", "不"}


def plain(text: str) -> str:
    """Return a text in its plain form: full-width letters, digits and signs as on the keyboard."""
    return unicodedata.normalize("NFKC", text).strip()


class TextCell(forms.CharField):
    """Any text."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class CodeCell(TextCell):
    """A code people say aloud: building, room, plate. No spaces; 1.0 is 1; ０１ is 01."""

    def __init__(self, *, upper: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.upper = upper

    def to_python(self, value: Any) -> str | None:
        text = re.sub(r"\s+", "", plain(value or ""))
        text = WHOLE.sub(r"\1", text) if WHOLE.fullmatch(text) else text
        return super().to_python(text.upper() if self.upper else text)


class NumberCell(forms.DecimalField):
    """A decimal as people type it: １２, 1,234.5, ￥12, 94.56㎡."""

    default_error_messages = {"invalid": _("This is not a number.")}

    def to_python(self, value: Any) -> Any:
        text = AROUND_NUMBERS.sub("", plain(value or ""))
        text = THOUSANDS.sub("", text)
        if text in self.empty_values:
            return None
        if not PLAIN_NUMBER.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class MoneyCell(NumberCell):
    """Yuan with at most two places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_digits": 12, "decimal_places": 2} | kwargs))


class IntegerCell(NumberCell):
    """A whole number of at most nine digits."""

    default_error_messages = {"invalid": _("This is not a whole number.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_value": 999_999_999} | kwargs))

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        if number is not None and number != number.to_integral_value():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return None if number is None else int(number)


class DateCell(forms.Field):
    """A date: 2026-01-05, 2026.1.5, 2026/1/5, 2026年1月5日, 20260105, or the number Excel keeps for it."""

    default_error_messages = {"invalid": _("This is not a date. Write it as 2026-01-05.")}

    def to_python(self, value: Any) -> dt.date | None:
        text = re.sub(r"\s+", " ", plain(value or ""))
        if not text:
            return None
        day = text_to_date(text.partition(" ")[0] if " " in text else text)
        if day is None or not EARLIEST <= day < LATEST:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class DateTimeCell(forms.Field):
    """A moment in the office's time: a date as above, then 8:30 or 08:30:15; without a time, midnight."""

    default_error_messages = {"invalid": _("This is not a date with a time. Write it as 2026-01-05 08:30.")}

    def to_python(self, value: Any) -> dt.datetime | None:
        text = re.sub(r"\s+", " ", plain(value or "").replace("T", " "))
        if not text:
            return None
        words = text.split(" ")
        day = text_to_date(words[0])
        time = dt.time() if len(words) == 1 else text_to_time(words[1])
        if day is None or time is None or not EARLIEST <= day < LATEST or len(words) > 2:  # noqa: PLR2004
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return timezone.make_aware(dt.datetime.combine(day, time))


class ChoiceCell(forms.Field):
    """One of some choices, by value, by its name in any of our languages, or by another word offices use for it.

    `choices` are (value, label) pairs; `synonyms` maps further words to values.
    """

    default_error_messages = {"invalid": _("This is none of the possible values.")}

    def __init__(
        self,
        *,
        choices: Iterable[tuple[Any, Any]],
        synonyms: Mapping[str, Any] | None = None,
        empty_value: Any = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.choices = list(choices)
        self.synonyms = dict(synonyms or {})
        self.empty_value = empty_value
        self.words: dict[str, Any] | None = None

    def to_python(self, value: Any) -> Any:
        word = plain(value or "").casefold()
        if not word:
            return self.empty_value
        if self.words is None:
            self.words = self._words()
        if word not in self.words:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return self.words[word]

    def _words(self) -> dict[str, Any]:
        words = {plain(str(word)).casefold(): value for word, value in self.synonyms.items()}
        for value, label in self.choices:
            words |= {plain(text).casefold(): value for text in (*in_every_language(label), str(value))}
        return words


class YesNoCell(forms.Field):
    """Yes or no: 是, 有, √, Y, TRUE, 1; 否, 无, ×, N, FALSE, 0. Empty is `empty_value`."""

    default_error_messages = {"invalid": _("Write “yes” or “no” here.")}

    def __init__(self, *, empty_value: bool | None = False, **kwargs: Any) -> None:
        super().__init__(**({"required": False} | kwargs))
        self.empty_value = empty_value

    def to_python(self, value: Any) -> bool | None:
        word = plain(value or "").casefold()
        if not word:
            return self.empty_value
        if word not in YES | NO:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return word in YES


def text_to_date(text: str) -> dt.date | None:
    """Read a date in one of the forms offices use; None when it is none of them."""
    match = DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text)
    if match:
        try:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    if SERIAL.fullmatch(text) and int(float(text)) in SERIALS:
        return DAY_ZERO + dt.timedelta(days=int(float(text)))
    return None


def text_to_time(text: str) -> dt.time | None:
    """Read 8:30 or 08:30:15; None when it is neither."""
    match = TIME.fullmatch(text)
    if not match:
        return None
    try:
        return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def in_every_language(label: Any) -> list[str]:
    """Return a label in each language we speak; a plain text as it is."""
    texts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts.append(str(label))
    return list(dict.fromkeys(texts))
