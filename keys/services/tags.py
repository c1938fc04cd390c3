"""Tags: one for each key and ring for good, and none that tells a finder which door it opens (R-KEY-01)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Building, Unit
from frontdesk.kit import search
from frontdesk.kit.errors import DeskError
from frontdesk.kit.numbering import next_number
from keys.models import Key, Ring

if TYPE_CHECKING:
    from collections.abc import Collection

    from frontdesk.estate.models import Office

TAG_TAKEN = _("This tag is in use already.")
TELLING = _("This tag tells whoever finds the key which door it opens.")
PLAIN_TAG = re.compile(r"\w[\w.-]*")
"""What fits on a small label and into the address its code leads to."""
SHORTEST = 3
"""Places a part of an address has at least to give it away: a 2 on a tag tells nobody a building."""
SPOKEN = re.compile(r"[0-9a-z](?:号楼|单元|栋|座|幢|室)")
"""How people say an address, whatever buildings there are: 3栋, A座, 1502室."""
SHORTEST_CODE, SHORTEST_NAME = 4, 2
"""The same for a whole code, and for a building's name, among all of the office."""


def free_tag(office: Office, letter: str, places: int, units: Collection[Unit] = ()) -> str:
    """Return the next tag of an office that nothing bears yet, K-0001, and that is no part of these addresses."""
    while True:
        tag = f"{letter}-{next_number(office, f'tag-{letter}', 0):0{places}d}"
        if not tag_is_taken(office, tag) and not tells_unit(tag, units):
            return tag


def tag_is_taken(office: Office, tag: str) -> bool:
    """Answer whether a key or a ring of the office bears this tag, or ever bore it."""
    rows = (Key.objects.filter(office=office), Ring.objects.filter(office=office))
    return any(row.filter(tag__iexact=tag).exists() for row in rows)


def check_tag(thing: Key | Ring, units: Collection[Unit] = ()) -> None:
    """Refuse a tag that cannot be written on a label and scanned, is taken, or tells an address of the office.

    Raises:
        DeskError: which of them.

    """
    if not PLAIN_TAG.fullmatch(thing.tag):
        raise DeskError(_("A tag is made of letters, digits, hyphens and dots, without blanks."), field="tag")
    if tag_is_taken(thing.office, thing.tag):
        raise DeskError(TAG_TAKEN, field="tag")
    if tells_unit(thing.tag, units) or tells_address(thing.tag, thing.office):
        raise DeskError(TELLING, field="tag")


def tells_unit(tag: str, units: Collection[Unit]) -> bool:
    """Answer whether a tag names one of the doors it belongs to: 3-2-1502, 1502, the building."""
    plain = search.joined(tag)
    for unit in units:
        parts = [part for part in search.normal(unit.code).split("-") if len(part) >= SHORTEST]
        if any(part in plain for part in (search.joined(unit.code), *parts)):
            return True
    return False


def tells_address(tag: str, office: Office) -> bool:
    """Answer whether a tag names any building of the office, or the whole code of any of its units."""
    if SPOKEN.search(_bare(tag)):
        return True
    names = map(_bare, Building.objects.filter(office=office).values_list("name", flat=True))
    if any(name in _bare(tag) for name in names if len(name) >= SHORTEST_NAME and not name.isdecimal()):
        return True
    plain = search.joined(tag)
    codes = map(search.joined, Unit.objects.filter(office=office).values_list("code", flat=True).iterator())
    return any(code in plain for code in codes if len(code) >= SHORTEST_CODE)


def _bare(text: str) -> str:
    """Bring a name to one form without blanks: ３ 栋 and 3栋 are the same."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
