"""What the page shows between upload and import: sheets and columns to choose from, the first rows, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.kit.imports import mapping as maps, runs
from frontdesk.kit.imports.declaring import importer_for
from frontdesk.kit.imports.planning import hide_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.kit.imports.declaring import Sheet
    from frontdesk.kit.imports.reading import SheetData
    from frontdesk.kit.models import ImportRun

FIRST_ROWS = 5
HEADERS_OFFERED = 30
ROWS_READ = 100
LONGEST_SHOWN = 40
LONGEST_NUMBER = 7


def preview(run: ImportRun) -> dict[str, Any]:
    """Return what the preview page shows; reads the file again.

    Raises:
        DeskError: the file is gone or cannot be read.

    """
    importer = importer_for(run.kind)
    tables = runs.tables_of(run, first=ROWS_READ)
    chosen = run.mapping["sheets"]
    return {
        "parts": [_part(sheet, tables, chosen.get(sheet.name)) for sheet in importer.sheets],
        "faults": maps.faults(importer, tables, chosen),
        "remarks": maps.repeated_headers(tables, chosen),
        "options_form": runs.options_form(run),
    }


def _part(sheet: Sheet, tables: list[SheetData], place: dict[str, Any] | None) -> dict[str, Any]:
    """Return one declared sheet: which of theirs it is, what its columns are, its first rows."""
    part: dict[str, Any] = {
        "sheet": sheet,
        "tables": [
            (index, table.name, place is not None and place["sheet"] == index) for index, table in enumerate(tables)
        ],
        "is_used": place is not None,
    }
    if place is None:
        return part
    table = tables[place["sheet"]]
    titles = maps.header_texts(table, place["header"])
    columns = []
    for column in sheet.columns:
        chosen = place["columns"].get(column.name)
        offered = [(index, f"{maps.letter(index)} {title}", index == chosen) for index, title in titles.items()]
        columns.append({"column": column, "choices": offered, "is_missing": column.required and chosen is None})
    shown = [column for column in sheet.columns if column.name in place["columns"]]
    rows = (row for row in maps.rows_of(sheet, table, place) if row is not None)
    return part | {
        "headers": [
            (number, f"{number + 1}: {_line(cells)}", number == place["header"])
            for number, cells in table.rows[:HEADERS_OFFERED]
        ],
        "columns": columns,
        "shown": shown,
        "rows": [
            (row.number, [_shown(row.raw[column.name], column.mask) for column in shown])
            for row, _count in zip(rows, range(FIRST_ROWS), strict=False)
        ],
    }


def _line(cells: list[str]) -> str:
    """Return a row to choose the header from; whatever may be a phone or ID number is blotted out."""
    return hide_numbers(" | ".join(text for text in cells if text))[:LONGEST_SHOWN]


def _shown(text: str, mask: Any) -> str:
    text = mask(text) if mask and text else str(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def posted_mapping(run: ImportRun, tables: list[SheetData], posted: Mapping[str, str]) -> maps.Mapping:
    """Read the user's choice. A sheet or header that changed gets its columns guessed anew."""
    mapping: maps.Mapping = {}
    for sheet in importer_for(run.kind).sheets:
        index = _number(posted.get(f"{sheet.name}-sheet"), len(tables))
        if index is None:
            continue
        table = tables[index]
        before = run.mapping["sheets"].get(sheet.name)
        header = _number(posted.get(f"{sheet.name}-header"), None)
        if before is None or before["sheet"] != index or header not in dict(table.rows):
            header, columns = maps.best_header(table, maps.spellings(sheet))
        elif before["header"] != header:
            columns = maps.known_columns(dict(table.rows)[header], maps.spellings(sheet))
        else:
            width = len(dict(table.rows)[header])
            chosen = {
                column.name: _number(posted.get(f"{sheet.name}-{column.name}"), width) for column in sheet.columns
            }
            columns = {name: place for name, place in chosen.items() if place is not None}
        mapping[sheet.name] = {"sheet": index, "header": header, "columns": columns}
    return mapping


def _number(text: str | None, below: int | None) -> int | None:
    """Return what a choice says as a number within bounds; None for no or a forged choice."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        return None
    return int(text) if below is None or int(text) < below else None
