"""The workbook that goes back: the user's own rows, wrong ones first and red, to be corrected and uploaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from frontdesk.kit.imports.mapping import Mapping, header_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.kit.imports.declaring import Row
    from frontdesk.kit.imports.planning import Plan
    from frontdesk.kit.imports.reading import SheetData

ERROR_TITLE = _("What is wrong (not imported)")
RED = PatternFill("solid", fgColor="FFF8C9C4")
HEAD = PatternFill("solid", fgColor="FFE8EDF2")
BOLD = Font(bold=True)
WRAP = Alignment(wrap_text=True, vertical="top")


def write_marked(stream: BinaryIO, plan: Plan, tables: list[SheetData], mapping: Mapping) -> None:
    """Write all rows of the sheets used, with their errors in the first column.

    All rows, because a register is imported whole or not at all: the corrected file must hold the right ones too.
    """
    book = Workbook(write_only=True)
    used: set[int] = set()
    for sheet in plan.importer.sheets:
        place = mapping.get(sheet.name)
        if place is None or place["sheet"] in used:
            continue
        used.add(place["sheet"])
        names = [name for name, other in mapping.items() if other["sheet"] == place["sheet"]]
        _write_sheet(
            book, tables[place["sheet"]], place["header"], [(plan.rows[n], mapping[n]["columns"]) for n in names]
        )
    book.save(stream)


def _write_sheet(book: Workbook, table: SheetData, header: int, parts: list[tuple[list[Row], dict[str, int]]]) -> None:
    titles = header_texts(table, header)
    cells_of = dict(table.rows)
    errors: dict[int, list[tuple[int | None, str]]] = {}
    numbers: dict[int, None] = {}
    for rows, columns in parts:
        for row in rows:
            numbers[row.number - 1] = None
            if row.errors:
                found = [(columns.get(name), text) for name, text in row.errors]
                errors.setdefault(row.number - 1, []).extend(found)
    paper = book.create_sheet(table.name[:31])
    paper.freeze_panes = "B2"
    paper.column_dimensions["A"].width = 48
    for place in range(len(titles)):
        paper.column_dimensions[get_column_letter(place + 2)].width = 16
    paper.auto_filter.ref = f"A1:{get_column_letter(len(titles) + 1)}{len(numbers) + 1}"
    paper.append([text_cell(paper, text, fill=HEAD, font=BOLD) for text in (str(ERROR_TITLE), *titles.values())])
    for number in sorted(numbers, key=lambda number: (number not in errors, number)):
        paper.append(list(_line(paper, cells_of[number], list(titles), errors.get(number))))


def _line(
    paper: Any, cells: list[str], columns: list[int], wrong: list[tuple[int | None, str]] | None
) -> Iterator[Any]:
    red = {index for index, _text in wrong or ()}
    sentences = list(dict.fromkeys(text for _index, text in wrong or ()))
    yield text_cell(paper, "\n".join(sentences), fill=RED, alignment=WRAP) if wrong else None
    for index in columns:
        text = str(cells[index]) if index < len(cells) else ""
        if index in red:
            yield text_cell(paper, text, fill=RED)
        else:
            yield text_cell(paper, text) if text.startswith("=") else text or None


def text_cell(paper: Any, text: str, **style: Any) -> WriteOnlyCell:
    """Return a cell that stays text whatever it begins with."""
    cell = WriteOnlyCell(paper, value=text)
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell
