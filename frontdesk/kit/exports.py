"""Excel files to be trusted: text stays text, dates and amounts can be counted with, the sheet prints as it is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # what one Excel cell holds; openpyxl would cut silently
MEASURED = 200  # rows looked at to choose the column widths
NARROWEST, WIDEST = 8, 48
FIRST_YEAR = 1900  # Excel's calendar begins there
A4 = 9  # in the numbering of the file format
FORMATS = {
    "text": "@",
    "number": "#,##0.##",
    "integer": "0",
    "money": "#,##0.00",
    "percent": "0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BAD_IN_TITLE = re.compile(r"[\\/*?:\[\]]")
HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", start_color="FFE8EEF4")
LINE = Border(bottom=Side("thin", color="FF9AA7B4"))
TOP_LINE = Border(top=Side("thin", color="FF9AA7B4"))


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Attributes:
        label: the header's text.
        kind: "text", "number", "integer", "money" (yuan), "percent" (1 is all), "date" or "datetime".
        width: in characters; None lets the first rows decide.
        total: whether the last row adds this column up; or what stands there instead, worked out from those sums by
            the index of their columns.

    """

    label: Any
    kind: str = "text"
    width: int | None = None
    total: bool | Callable[[Mapping[int, Decimal]], Any] = False


def write_xlsx(
    stream: IO[bytes],
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    totals: bool = False,
) -> int:
    """Write one sheet row by row into an open binary file and return how many rows it holds.

    Memory does not grow with the rows. The header stands in row 1, so that the file can be imported again.
    """
    book = new_book(title)
    _sheet, count = write_sheet(book, columns, rows, title=title, totals=totals)
    book.save(stream)
    return count


def new_book(title: str) -> Workbook:
    """Return an empty workbook to be written sheet by sheet."""
    book = Workbook(write_only=True)
    book.properties.title = title
    return book


def write_sheet(
    book: Workbook,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    totals: bool = False,
) -> tuple[WriteOnlyWorksheet, int]:
    """Write one more sheet of a workbook and return it with how many rows it holds.

    Totals are numbers, not formulas: openpyxl cannot store what a formula comes to, and whatever shows a file without
    calculating - a phone, the preview of a chat, Excel's protected view - would show nothing there.
    """
    sheet = book.create_sheet(sheet_name(title))
    rows = iter(rows)
    sample = list(islice(rows, MEASURED))
    set_up_sheet(sheet, title, freeze="A2")
    for index, column in enumerate(columns):
        letter = get_column_letter(index + 1)
        sheet.column_dimensions[letter].width = column.width or _width(column, (row[index] for row in sample))
    sheet.append([head_cell(sheet, column.kind, column.label) for column in columns])
    count = _write_rows(sheet, columns, chain(sample, rows), totals=totals)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    return sheet, count


def sheet_name(title: str) -> str:
    """Return what Excel accepts as the name of a sheet."""
    return BAD_IN_TITLE.sub(" ", title).strip("' ")[:31] or "Sheet"


def plain_text(value: Any) -> str:
    """Return a value as the text of one cell: without markup and unwritable characters, cut with a visible mark."""
    text = strip_tags(value) if isinstance(value, SafeString) else str(value)
    text = UNWRITABLE.sub("", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def set_up_sheet(sheet: WriteOnlyWorksheet, title: str, *, freeze: str = "") -> None:
    """Lay a sheet out for A4 across, with title and page numbers; what is above `freeze` stays in sight."""
    if freeze:
        sheet.freeze_panes = freeze
        sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.center.text = title.replace("&", "&&")
    sheet.oddFooter.center.text = "&P / &N"


def _width(column: SheetColumn, values: Iterable[Any]) -> float:
    if column.kind == "datetime":
        return 17
    widest = max(chain([_cells(column.label) + 3], (_cells(value) for value in values)), default=0)
    return min(max(widest + 2, NARROWEST), WIDEST)


def _cells(value: Any) -> int:
    """Count how much room a text takes: a Chinese character takes two places."""
    if value is None:
        return 0
    text = f"{value:,.2f}" if isinstance(value, Decimal | float) else plain_text(value)
    return max(sum(2 if east_asian_width(char) in "WF" else 1 for char in line) for line in text.split("\n")[:20])


def head_cell(sheet: WriteOnlyWorksheet, kind: str, label: Any) -> WriteOnlyCell:
    """Return the head of a column of this kind."""
    cell = WriteOnlyCell(sheet, plain_text(label))
    cell.data_type = "s"
    cell.font, cell.fill, cell.border = HEAD_FONT, HEAD_FILL, LINE
    cell.alignment = Alignment(horizontal="right" if kind in {"number", "integer", "money", "percent"} else "left")
    return cell


def _write_rows(sheet: WriteOnlyWorksheet, columns: Sequence[SheetColumn], rows: Iterator, *, totals: bool) -> int:
    adds = [index for index, column in enumerate(columns) if column.total is True and totals]
    sums: dict[int, Decimal] = {index: Decimal(0) for index in adds}
    cells = [_styled(sheet, column) for column in columns]
    count = 0
    for row in rows:
        sheet.append([_fill(cell, column.kind, value) for cell, column, value in zip(cells, columns, row, strict=True)])
        for index in sums:
            sums[index] += row[index] or 0
        count += 1
    if sums and count:
        sheet.append([_total_cell(sheet, column, index, sums) for index, column in enumerate(columns)])
    return count


def _styled(sheet: WriteOnlyWorksheet, column: SheetColumn) -> WriteOnlyCell:
    """Make the one cell that every row of this column is written through: styling a cell costs more than writing it."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = FORMATS[column.kind]
    cell.alignment = Alignment(vertical="top")
    return cell


def _fill(cell: WriteOnlyCell, kind: str, value: Any) -> WriteOnlyCell | None:
    if value is None or value == "":
        return None
    too_old = isinstance(value, dt.date) and value.year < FIRST_YEAR
    if kind == "text" or too_old or isinstance(value, str):
        cell.value = plain_text(value)
        cell.data_type = "s"  # openpyxl would make a formula of a text that starts with "="
    elif isinstance(value, dt.datetime):
        cell.value = timezone.make_naive(value) if timezone.is_aware(value) else value
    else:
        cell.value = value
    return cell


def styled_cell(sheet: WriteOnlyWorksheet, value: Any, kind: str = "text", *, bold: bool = False) -> WriteOnlyCell:
    """Return one cell outside the tables, e.g. a fact of a summary."""
    cell = _styled(sheet, SheetColumn("", kind))
    if bold:
        cell.font = HEAD_FONT
    return _fill(cell, kind, value) or cell


def _total_cell(sheet: WriteOnlyWorksheet, column: SheetColumn, index: int, sums: dict[int, Decimal]) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if column.total:
        cell.value = column.total(sums) if callable(column.total) else sums[index]
        cell.number_format = FORMATS[column.kind]
    elif index == 0:
        cell.value = _("Total")
    cell.font, cell.border = HEAD_FONT, TOP_LINE
    return cell
