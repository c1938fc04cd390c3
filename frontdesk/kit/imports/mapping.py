"""Which of their sheets is which of ours, where its header is, which column is which: guessed, then to be changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.kit.imports.cells import in_every_language, plain
from frontdesk.kit.imports.declaring import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.kit.imports.declaring import Importer, Sheet
    from frontdesk.kit.imports.reading import SheetData

HEADER_AMONG_FIRST = 30
NAMED_ALIKE = 3
"""What a sheet's fitting name counts, in fitting columns."""
DECORATION = re.compile(r"[(\[【<].*?[)\]】>]|[\s*:_\-/、,.;]")
TOTALS = {"合计", "总计", "小计", "共计", "汇总", "total", "subtotal", "sum", "grandtotal"}
REMARKS = ("说明", "填写说明", "填表说明", "备注:", "注:", "注意", "note:", "示例")

EXAMPLE_MARK = gettext_lazy("← example, not imported")
"""Stands beside the template's example row, so that a real row which happens to be equal is never taken for it."""

Mapping = dict[str, dict[str, Any]]


def bare(header: str) -> str:
    """Reduce a header to what two offices would agree on: no spaces, stars, brackets, case or width."""
    text = plain(header).casefold()
    return DECORATION.sub("", text) or re.sub(r"\W", "", text)


def spellings(sheet: Sheet) -> dict[str, str]:
    """Return every known header of a sheet with the column it means: our own titles before what others call one."""
    known: dict[str, str] = {}
    for column in sheet.columns:
        for text in in_every_language(column.label):
            known.setdefault(bare(text), column.name)
    for column in sheet.columns:
        for text in (*column.labels, column.name):
            known.setdefault(bare(text), column.name)
    return known


def guess(importer: type[Importer], tables: list[SheetData]) -> Mapping:
    """Match their sheets with ours by headers first, names second.

    Each of theirs serves one of ours, and besides any that may repeat itself (a flat list of units names its buildings
    on every row).
    """
    found: list[tuple[int, int, int, Sheet, int, dict[str, int]]] = []
    for rank, sheet in enumerate(importer.sheets):
        known = spellings(sheet)
        names = {bare(text) for text in (*in_every_language(sheet.label), *sheet.names, sheet.name)}
        for index, table in enumerate(tables):
            header, columns = best_header(table, known)
            missing = [column.name for column in sheet.columns if column.required and column.name not in columns]
            score = len(columns) + (NAMED_ALIKE if bare(table.name) in names else 0) - 2 * len(missing)
            if columns and score > 0 and not table.hidden:
                found.append((-score, rank, index, sheet, header, columns))
    mapping: Mapping = {}
    used: set[int] = set()
    for _score, _rank, index, sheet, header, columns in sorted(found, key=lambda guessed: guessed[:3]):
        if sheet.name not in mapping and (sheet.repeats or index not in used):
            mapping[sheet.name] = {"sheet": index, "header": header, "columns": columns}
            used |= set() if sheet.repeats else {index}
    return mapping


def best_header(table: SheetData, known: dict[str, str]) -> tuple[int, dict[str, int]]:
    """Return the row among the first thirty that holds most known headers, and which column means what."""
    best: tuple[int, dict[str, int]] = (table.rows[0][0] if table.rows else 0, {})
    for number, cells in table.rows[:HEADER_AMONG_FIRST]:
        columns = known_columns(cells, known)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def known_columns(titles: list[str], known: dict[str, str]) -> dict[str, int]:
    """Return which column means what under these titles; of two alike the first."""
    columns: dict[str, int] = {}
    for index, text in enumerate(titles):
        name = known.get(bare(text))
        if name:
            columns.setdefault(name, index)
    return columns


def header_texts(table: SheetData, header: int) -> dict[int, str]:
    """Return the titles in a header row by column; those without a title are left out."""
    cells = dict(table.rows).get(header, [])
    return {index: " ".join(text.split()) for index, text in enumerate(cells) if text}


def letter(index: int) -> str:
    """Return A for 0, AA for 26."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def faults(importer: type[Importer], tables: list[SheetData], mapping: Mapping) -> list[str]:
    """Say what must be chosen before the rows can be checked."""
    said = []
    for sheet in importer.sheets:
        place = mapping.get(sheet.name)
        if place is None:
            if sheet.required:
                said.append(_("Choose the sheet that holds “%(sheet)s”.") % {"sheet": sheet.label})
            continue
        table = tables[place["sheet"]]
        if table.fault:
            said.append(f"{table.name}: {table.fault_message}")
        for column in sheet.columns:
            if column.required and column.name not in place["columns"]:
                values = {"sheet": table.name, "column": column.label}
                said.append(_("Sheet “%(sheet)s”: choose the column for “%(column)s”.") % values)
    return said if mapping or said else [_("No sheet of this file was recognised. Choose one below.")]


def repeated_headers(tables: list[SheetData], mapping: Mapping) -> list[str]:
    """Warn of titles that stand over two columns, since only one of them can be meant."""
    said = []
    for place in mapping.values():
        table = tables[place["sheet"]]
        titles = header_texts(table, place["header"])
        for index in place["columns"].values():
            title = titles.get(index)
            if title and sum(bare(other) == bare(title) for other in titles.values()) > 1:
                values = {"sheet": table.name, "title": title, "letter": letter(index)}
                said.append(_("Sheet “%(sheet)s” has several columns “%(title)s”; column %(letter)s is used.") % values)
    return said


def rows_of(sheet: Sheet, table: SheetData, place: dict[str, Any]) -> Iterator[Row | None]:
    """Give the rows below the header; None stands for one that was left out: a total, a remark, our own example."""
    columns: dict[str, int] = place["columns"]
    titles = {name: bare(text) for name, text in _cells(columns, dict(table.rows).get(place["header"], [])).items()}
    examples = {column.name: column.example for column in sheet.columns if column.example and column.name in columns}
    marks = set(in_every_language(EXAMPLE_MARK))
    for number, cells in table.rows:
        if number <= place["header"]:
            continue
        raw = _cells(columns, cells)
        filled = {name: text for name, text in raw.items() if text or type(text) is not str}
        if not filled:
            continue
        words = {name: bare(text) for name, text in filled.items()}
        first = next(iter(words.values()))
        is_remark = len(filled) == 1 and plain(next(iter(filled.values()))).casefold().startswith(REMARKS)
        is_example = filled == examples and not marks.isdisjoint(cells)
        if first in TOTALS or is_remark or is_example or words == titles:
            yield None
        else:
            yield Row(sheet.name, number + 1, raw)


def _cells(columns: dict[str, int], cells: list[str]) -> dict[str, str]:
    width = len(cells)
    return {name: cells[index] if index < width else "" for name, index in columns.items()}
