"""Text as it comes from keyboards, phones and other people's Excel files, made fit to keep, compare and print."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFUSED = re.compile("[\x00\ud800-\udfff]")
CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Marks that turn the reading direction or take no room: they hide one text behind another.
# The joiners inside emoji (U+200D) and scripts that need them (U+200C) stay.
INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
SPACES = re.compile(r"\s+")
# Chinese prose keeps its own punctuation: NFKC would make "你好，世界" "你好,世界".
FOLDED = re.compile("[^，！？：；（）]+")


def clean_body(text: str) -> str:
    """Return a text of several lines: line ends made one kind, what cannot be seen taken out, nothing else touched."""
    _refuse(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub("", CONTROLS.sub("", text))


def clean_line(text: str, *, fold: bool = True) -> str:
    """Return a text of one line; `fold` makes full-width letters and digits plain, so that １２０１ is 1201."""
    text = SPACES.sub(" ", clean_body(text)).strip()
    if not fold:
        return text
    return FOLDED.sub(lambda part: unicodedata.normalize("NFKC", part.group()), text).strip()


def _refuse(text: str) -> None:
    if REFUSED.search(text):
        raise ValidationError(_("This text holds characters that cannot be kept. Please type it again."))
