"""Read a table in a process of its own with little memory and little time, and print it as lines of JSON.

Started as a script by `reading.py`, so that a file made to crash or exhaust a reader takes down nothing but this.
Needs python-calamine and the standard library, nothing of Frontdesk. A line is one of
{"sheet": name, "hidden": bool, "merged": [[r1, c1, r2, c2], …]}   a sheet begins
[row, [cell, …]]                                                   a row that is not blank, counted from 0
{"fault": code}                                                    the sheet before it cannot be used further
A cell is a text, or {"fault": code} where the file holds no usable value.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError  # nosec B405 - only the name of its error; defusedxml does the parsing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEMORY = 300 * 1024 * 1024
SECONDS = 20
MOST_ROWS = 20_000
MOST_COLUMNS = 100
SLACK = 50
"""Lines above and below the rows: titles, headers, totals."""
BLANK_ROWS_END = 200
MOST_CELLS = MOST_ROWS * MOST_COLUMNS
LONGEST_CELL = 32_767
SAFE_INTEGER = 10**15
"""Excel keeps fifteen digits: a longer number, such as an ID number, has lost its end."""

CHUNK = 1 << 22
CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>', re.DOTALL)
IS_ERROR = re.compile(rb'\st="e"')
HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v>[^<]|is[\s>])")
HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
RUINED = re.compile(r"[-+]?\d(?:\.\d+)?[Ee]\+?(?:1[4-9]|[2-9]\d)")
ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
WIDE = {ord(digit): str(i) for i, digit in enumerate("０１２３４５６７８９")} | {0xA0: " ", 0x3000: " ", 0x2028: "\n"}
TOO_LARGE = {"fault": "too_large"}

Cell = str | dict[str, str]


def main(path: str, kind: str, first: str) -> None:
    """Print the table at `path`, an "xlsx" or a "csv"; of each sheet the `first` rows, with "0" all rows allowed."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    wanted = int(first) or MOST_ROWS + SLACK
    lines = from_xlsx(path, wanted) if kind == "xlsx" else from_csv(Path(path).read_bytes(), wanted)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", write_through=False)
    try:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
            out.write("\n")
    except MemoryError:
        out.write('\n{"fault":"too_large"}\n')
    out.flush()


# Excel -----------------------------------------------------------------------------------------------------------
def from_xlsx(path: str, wanted: int = MOST_ROWS + SLACK) -> Iterator[Any]:
    """Give the sheets of an Excel file, rows with values only."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_path(path)
        parts = sheet_parts(path)
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            hidden = meta.visible != SheetVisibleEnum.Visible
            survey = Survey(path, parts[meta.name]) if meta.name in parts else Survey.nothing()
            if survey.is_too_large:
                yield {"sheet": clean(meta.name), "hidden": hidden, "merged": []}
                yield TOO_LARGE
                continue
            sheet = book.get_sheet_by_name(meta.name)
            merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()][:5000]
            yield {"sheet": clean(meta.name), "hidden": hidden, "merged": merged}
            yield from until_blank(_with_faults(sheet, survey), wanted)
    except (CalamineError, zipfile.BadZipFile, ParseError, ValueError, KeyError, EOFError, OSError, zlib.error):
        yield {"fault": "broken"}


def _with_faults(sheet: Any, survey: Survey) -> Iterator[tuple[int, list[Cell]]]:
    _first_row, first_column = sheet.start or (0, 0)  # iter_rows gives the empty rows above, not the columns beside
    for number, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [*[""] * first_column, *map(as_text, values)]
        for column, fault in survey.faults.get(number, {}).items():
            if column < len(cells) and cells[column] == "":
                cells[column] = {"fault": fault}
        yield number, cells


class Survey:
    """What calamine does not tell: how far a sheet reaches, error cells, formulas that were never calculated."""

    def __init__(self, path: str, part: str) -> None:
        self.rows = self.columns = 0
        self.faults: dict[int, dict[int, str]] = {}
        with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
            rest = b""
            while (chunk := stream.read(CHUNK)) and not self.is_too_large:
                rest = self._look_at(rest + chunk)

    @classmethod
    def nothing(cls) -> Survey:
        """A survey of a part that was not found; calamine will say what is wrong."""
        survey = cls.__new__(cls)
        survey.rows = survey.columns = 0
        survey.faults = {}
        return survey

    @property
    def is_too_large(self) -> bool:
        """Whether reading the sheet as a rectangle would take more than we allow."""
        return self.rows * self.columns > MOST_CELLS * 2

    def _look_at(self, data: bytes) -> bytes:
        end = 0
        for match in CELL.finditer(data):
            end = match.end()
            letters, digits, attributes, inside = match.groups()
            row = int(digits) - 1
            if HAS_VALUE.search(inside):
                self.rows = max(self.rows, row + 1)
                self.columns = max(self.columns, column_number(letters) + 1)
                if IS_ERROR.search(attributes):
                    self.faults.setdefault(row, {})[column_number(letters)] = "error_cell"
            elif HAS_FORMULA.search(inside):
                self.faults.setdefault(row, {})[column_number(letters)] = "formula"
        return data[end:]


@lru_cache(maxsize=1000)
def column_number(letters: bytes) -> int:
    """Return 0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def sheet_parts(path: str) -> dict[str, str]:
    """Return which part of the archive holds which sheet."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    def local(tag: str) -> str:
        return tag.rpartition("}")[2]

    with zipfile.ZipFile(path) as archive:
        links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        book = fromstring(archive.read("xl/workbook.xml"))
        names = set(archive.namelist())
    parts = {}
    for element in book.iter():
        if local(element.tag) == "sheet":
            link = next((value for key, value in element.attrib.items() if local(key) == "id"), None)
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                parts[element.get("name", "")] = part
    return parts


def as_text(value: Any) -> Cell:  # noqa: PLR0911 - one line per kind of value
    """Return a cell's value as the text a person would type for it."""
    if isinstance(value, str):
        return text_or_fault(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        if abs(value) >= SAFE_INTEGER:
            return {"fault": "long_number"}
        return str(int(value)) if value == int(value) else format(value, ".15g")
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat()


# CSV -------------------------------------------------------------------------------------------------------------
def from_csv(data: bytes, wanted: int) -> Iterator[Any]:
    """Give a CSV file's rows; UTF-8, UTF-16 with mark, GBK and GB18030 are told apart."""
    text = decode(data)
    if text is None:
        yield {"fault": "encoding"}
        return
    csv.field_size_limit(LONGEST_CELL * 4)
    delimiter = max(",\t;", key=text[:20_000].count)
    yield {"sheet": "CSV", "hidden": False, "merged": []}
    lines = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter)
    try:
        yield from until_blank(
            ((number, [text_or_fault(cell) for cell in line]) for number, line in enumerate(lines)), wanted
        )
    except csv.Error:
        yield {"fault": "broken"}


def decode(data: bytes) -> str | None:
    """Return the text of a file whose encoding nobody has told us; None when it is none of the usual ones."""
    has_mark = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if has_mark else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# Both ------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=20_000)
def text_or_fault(text: str) -> Cell:
    """Return a text cleaned of what nobody can see; a number ruined by Excel is a fault."""
    text = clean(text)
    return {"fault": "long_number"} if RUINED.fullmatch(text) else text


def clean(text: str) -> str:
    """Drop control, direction and zero-width characters, make digits plain, trim."""
    text = text[:LONGEST_CELL].replace("\r\n", "\n").replace("\r", "\n").translate(WIDE)
    return unicodedata.normalize("NFC", UNWANTED.sub("", ESCAPED.sub("", text))).strip()


def until_blank(rows: Iterable[tuple[int, list[Cell]]], wanted: int) -> Iterator[Any]:
    """Give the rows that hold something; end after 200 blank ones; say when there are too many."""
    last = given = 0
    for number, cells in rows:
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            if number - last > BLANK_ROWS_END:
                return
            continue
        last, given = number, given + 1
        if given > MOST_ROWS + SLACK or len(cells) > MOST_COLUMNS:
            yield {"fault": "too_many_rows" if given > MOST_ROWS + SLACK else "too_many_columns"}
            return
        if given > wanted:
            return
        yield [number, cells]


if __name__ == "__main__":
    main(*sys.argv[1:])
