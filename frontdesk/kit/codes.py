"""Square codes on paper that a phone's camera reads."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(text: str) -> SafeString:
    """Return a text as a square code, drawn in the page itself."""
    drawn = segno.make(text, error="m").svg_inline(scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - made by the library of paths and numbers only
