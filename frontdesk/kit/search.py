"""The one search box: every beginning a clerk may type is a row, so a plain index answers in under a millisecond.

Any database serves it alike. Trigram indexes do not: two Chinese characters are too short for them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from frontdesk.kit.models import SearchTerm
from frontdesk.kit.models.search import TERM_LENGTH
from frontdesk.kit.pinyin import spellings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

KINDS = ("unit", "person", "vehicle", "ticket", "key", "goods_pass")
PHONE_DIGITS = 4
PLATE_PLACES = 3
WRITTEN_AT_ONCE = 10_000
NAME_TAILS = 12
LAST = "\U0010ffff"
AFTER_DIGITS = ":"  # follows "9"
AT_ONCE = 400  # SQLite joins at most 500 SELECTs
_spoken = re.compile(r"(?<=[0-9a-z])(?:号楼|单元|栋|座|幢|梯|室|房|号|-|_|/|#)+")
_whole_part = re.compile(r"[0-9a-z](?:号楼|单元|栋|座|幢|梯|-)$")
_joints = str.maketrans("", "", "-·•.")
_one = (
    "SELECT * FROM (SELECT t.term, t.kind, t.object_id FROM {table} t"
    " WHERE t.office_id = %s AND t.kind = %s AND t.term >= %s AND t.term < %s{others}"
    " ORDER BY t.term, t.object_id LIMIT %s) AS one"
)
# A value, not EXISTS, and "+ 0": otherwise PostgreSQL reads everybody called 张 instead of the few terms of one record.
_other = (
    " AND (SELECT 1 FROM {table} w WHERE w.kind = t.kind AND w.object_id = t.object_id"
    " AND w.office_id + 0 = t.office_id AND w.term >= %s AND w.term < %s LIMIT 1) IS NOT NULL"
)


class Hit(NamedTuple):
    """One record found: what it is, its key, and whether the text is one of its whole terms."""

    kind: str
    object_id: int
    exact: bool = False


def normal(text: str) -> str:
    """Bring what is typed or stored to one form: 3栋2单元1502室 and 3-2-1502 are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    return _spoken.sub("-", folded).strip("-")[:TERM_LENGTH]


def joined(text: str) -> str:
    """Leave out what people put between the parts of a plate, a phone or a code: 粤B·12345, 138-0013-8000."""
    return normal(text).translate(_joints).replace(" ", "")


def name_terms(name: str) -> set[str]:
    """Return the beginnings by which a name is found: from any character on, full pinyin, initials."""
    text = normal(name).replace(" ", "")
    tails = {text[i:] for i in range(min(len(text), NAME_TAILS))}
    full, initials = spellings(text)
    return tails | {full[:TERM_LENGTH], initials[:TERM_LENGTH]}


def phone_terms(phone: str) -> set[str]:
    """Return the tails of a phone number, so that any four digits on find it."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return {digits[i:] for i in range(max(len(digits) - PHONE_DIGITS, 0) + 1)} - {""}


def plate_terms(plate: str) -> set[str]:
    """Return the tails of a plate: 粤B12345, B12345, 12345 …, three places at least."""
    text = joined(plate)
    return {text[i:] for i in range(max(len(text) - PLATE_PLACES, 0) + 1)}


def code_terms(code: str) -> set[str]:
    """Return the beginnings of a spoken code at each of its parts: 3-2-1502, 1502, 321502; 31 of 2026-00031."""
    text = normal(code)
    parts = text.split("-")
    return {"-".join(parts[i:]) for i in range(len(parts))} | {"".join(parts), parts[-1].lstrip("0")} - {""}


def index(obj: Any, kind: str, terms: Collection[str], *, office_id: int) -> None:
    """Make a record findable by these beginnings and no others."""
    unindex(kind, [obj.pk])
    index_many(kind, [(office_id, obj.pk, terms)])


def index_many(kind: str, rows: Iterable[tuple[int, int, Collection[str]]]) -> None:
    """Make new records findable, in bulk: (office id, object id, terms) each."""
    found = ((office_id, kind, pk, term) for office_id, pk, terms in rows for term in sorted(set(terms) - {""}))
    table = SearchTerm._meta.db_table
    into = f"INSERT INTO {table} (office_id, kind, object_id, term) "
    with connection.cursor() as cursor:
        # A register of 20,000 units brings 400,000 beginnings: model instances would cost four times the insert itself.
        while batch := list(islice(found, WRITTEN_AT_ONCE)):
            if connection.vendor == "postgresql":
                columns = [list(column) for column in zip(*batch, strict=True)]
                values = "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[])"
                cursor.execute(into + values, columns)
            else:
                cursor.executemany(into + "VALUES (%s, %s, %s, %s)", batch)


def unindex(kind: str, ids: Collection[int]) -> None:
    """Forget records, as before they are indexed anew."""
    SearchTerm.objects.filter(kind=kind, object_id__in=ids).delete()


def lookup(office_ids: Collection[int], text: str, *, limit: int = 20, kinds: Collection[str] = KINDS) -> list[Hit]:
    """Find up to `limit` records of each kind in these offices, whole matches first, then in the order of their terms.

    Several words must all fit the same record. What finds nothing as it was typed is tried again without what people
    put between the parts: a trailing 栋, the dot of a plate, the blank in “zhang wei”.
    """
    for words in _readings(text):
        if hits := _find(list(office_ids), words, limit, kinds):
            return hits
    return []


def words_of(text: str) -> list[str]:
    """Return the words of what was typed, each in its normal form."""
    return [word for word in map(normal, unicodedata.normalize("NFKC", text).split()) if word]


def phone_digits(text: str) -> str:
    """Return what was typed in one form when a phone could be found by it, four digits or more in a row; else nothing.

    The form is never cut: two searches that differ anywhere are two.
    """
    words = {word for reading in _readings(text) for word in reading}
    if not any(word.isdecimal() and len(word) >= PHONE_DIGITS for word in words):
        return ""
    return "".join(words_of(text)).translate(_joints)


def _readings(text: str) -> Iterator[list[str]]:
    """Yield the ways to read what was typed, the most literal first."""
    words = words_of(text)
    if not words:
        return
    last = unicodedata.normalize("NFKC", text).casefold().split()[-1]
    seen = [[*words[:-1], words[-1] + "-"]] if _whole_part.search(last) else []
    seen += [words, [joined(word) for word in words], [joined("".join(words))]]
    for number, reading in enumerate(seen):
        if all(reading) and reading not in seen[:number]:
            yield reading


def _find(office_ids: Sequence[int], words: Sequence[str], limit: int, kinds: Collection[str]) -> list[Hit]:
    """Ask for each office and kind by itself, so that each answer is one short walk along the index."""
    table = connection.ops.quote_name(SearchTerm._meta.db_table)
    first, *others = sorted(words, key=len, reverse=True)  # the longest word fits the fewest records
    select = _one.format(table=table, others=_other.format(table=table) * len(others))
    asked: list[list[Any]] = [
        [office_id, kind, *_span(kind, first), *(edge for word in others for edge in _span(kind, word)), limit * 4]
        for kind in kinds
        for office_id in dict.fromkeys(office_ids)
    ]
    rows: list[tuple[str, str, int]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            cursor.execute(" UNION ALL ".join([select] * len(part)), [value for values in part for value in values])
            rows += cursor.fetchall()
    return _best(rows, first, limit, kinds)


def _span(kind: str, word: str) -> tuple[str, str]:
    """Return between which terms those lie that begin with a word.

    Fewer than four digits find people by their names only: by their phones they would tell a masked number bit by bit.
    """
    names_only = kind == "person" and word.isdecimal() and len(word) < PHONE_DIGITS
    return (word + AFTER_DIGITS if names_only else word), word + LAST


def _best(rows: list[tuple[str, str, int]], word: str, limit: int, kinds: Collection[str]) -> list[Hit]:
    found: dict[str, dict[int, Hit]] = {kind: {} for kind in kinds}
    for term, kind, object_id in sorted(rows):
        of_kind = found[kind]
        if object_id not in of_kind and len(of_kind) < limit:
            of_kind[object_id] = Hit(kind, object_id, term == word)
    return [hit for of_kind in found.values() for hit in of_kind.values()]


def fits(kind: str, path: str, words: Iterable[str]) -> list[Exists]:
    """Return the conditions under which the record a row names at `path` fits every word, for use in `filter()`."""
    records = SearchTerm.objects.filter(kind=kind, object_id=OuterRef(path))
    spans = [_span(kind, word) for word in words]
    return [Exists(records.filter(term__gte=start, term__lt=end)) for start, end in spans]
