"""Take a table through all checks without writing anything: what would be new, changed, the same; what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from frontdesk.kit.errors import DeskError
from frontdesk.kit.imports.declaring import CHANGED, NEW, SAME, Row
from frontdesk.kit.imports.mapping import Mapping, header_texts, letter, rows_of
from frontdesk.kit.imports.sandbox import MOST_ROWS

if TYPE_CHECKING:
    from frontdesk.kit.imports.declaring import Importer, Sheet
    from frontdesk.kit.imports.reading import SheetData
    from frontdesk.kit.jobs import Progress

MOST_MESSAGES = 100
LONG_NUMBER = re.compile(r"[0-9]{7,}[0-9Xx]?")


@dataclass
class Plan:
    """What an import would do."""

    importer: Importer
    rows: dict[str, list[Row]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def wrong(self) -> list[Row]:
        """The rows with errors."""
        return [row for rows in self.rows.values() for row in rows if row.errors]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, the same, wrong, and how many lines were no rows at all."""
        counts = {NEW: 0, CHANGED: 0, SAME: 0, "wrong": 0, "left_out": self.left_out}
        for rows in self.rows.values():
            for row in rows:
                counts["wrong" if row.errors else row.outcome] += 1
        return counts

    def take_rows(self) -> dict[str, list[Row]]:
        """Hand the rows over to who writes them, so that they are gone as soon as those need them no more."""
        rows, self.rows = self.rows, {}
        return rows


def plan(importer: Importer, tables: list[SheetData], mapping: Mapping, progress: Progress) -> Plan:
    """Check every row and say what would happen to it.

    Raises:
        DeskError: there are no rows, or too many.

    """
    made = Plan(importer)
    importer.prepare()
    for sheet in importer.sheets:
        place = mapping.get(sheet.name)
        read = [] if place is None else list(rows_of(sheet, tables[place["sheet"]], place))
        rows = [row for row in read if row is not None]
        made.left_out += len(read) - len(rows)
        if len(rows) > MOST_ROWS:
            raise DeskError(_("The sheet has more than 20,000 rows. Please split it."))
        for done, row in enumerate(rows, 1):
            if done % 100 == 0:
                progress(done, len(rows), sheet.label)
            sheet.form_class(row, importer).is_valid()
            row.raw = {}  # read once; twenty thousand of them weigh more than what was read out of them
        made.rows[sheet.name] = _without_repetitions(sheet, rows)
    if not any(made.rows.values()):
        raise DeskError(_("There are no rows below the headers."))
    importer.check({name: _right(rows) for name, rows in made.rows.items()})
    for rows in made.rows.values():
        for row in _right(rows):
            row.outcome = importer.compare(row)
    return made


def _right(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not row.errors]


def _without_repetitions(sheet: Sheet, rows: list[Row]) -> list[Row]:
    """Mark rows that name the same thing twice; where a sheet repeats itself by nature, keep the first."""
    first: dict[tuple[Any, ...], Row] = {}
    kept = []
    for row in rows:
        key = tuple(row.data.get(name) for name in sheet.key)
        earlier = None if row.errors or not any(key) else first.setdefault(key, row)
        if earlier is None or earlier is row:
            kept.append(row)
        elif not (sheet.repeats and earlier.data == row.data):
            column = sheet.key[-1]
            row.error(column, _("This is the same as in row %(row)s.") % {"row": earlier.number})
            kept.append(row)
    return kept


def messages(made: Plan, tables: list[SheetData], mapping: Mapping) -> list[dict[str, Any]]:
    """Return the first hundred errors with their place in the user's own file; long numbers are hidden."""
    said: list[dict[str, Any]] = []
    for sheet in made.importer.sheets:
        place = mapping.get(sheet.name)
        if place is None:
            continue
        table = tables[place["sheet"]]
        titles = header_texts(table, place["header"])
        for row in made.rows[sheet.name]:
            for name, text in row.errors:
                if len(said) == MOST_MESSAGES:
                    return said
                index = place["columns"].get(name)
                column = "" if index is None else f"{letter(index)} {titles.get(index, '')}".strip()
                if index is None and name:
                    column = str(sheet.column[name].label) if name in sheet.column else name
                said.append({"sheet": table.name, "row": row.number, "column": column, "text": hide_numbers(text)})
    return said


def hide_numbers(text: str) -> str:
    """Blot out what may be a phone or ID number, so that no message keeps one."""
    return LONG_NUMBER.sub("…", text)
