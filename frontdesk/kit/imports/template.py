"""The empty table an office can fill in: our headers, what to write under them, drop-down lists and one example row."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from frontdesk.kit.imports.mapping import EXAMPLE_MARK

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from frontdesk.kit.imports.declaring import ImportColumn, Importer, Sheet

FILLED_ROWS = 5000
"""How far down the drop-down lists and the text format reach."""
REQUIRED = PatternFill("solid", fgColor="FF1F5F8B")
OPTIONAL = PatternFill("solid", fgColor="FF7A8A99")
WHITE = Font(bold=True, color="FFFFFFFF")
GREY = Font(italic=True, color="FF8A8A8A")
LINE = Border(bottom=Side(style="thin", color="FFD0D7DE"))
TEXT = "@"


def write_template(stream: BinaryIO, importer: type[Importer]) -> None:
    """Write the template in the reader's language; it can be uploaded as it is and then holds no rows."""
    book = Workbook()
    book.remove(book.active)
    lists = book.create_sheet("_")
    for sheet in importer.sheets:
        _write_sheet(book.create_sheet(str(sheet.label)[:31], -1), sheet, lists)
    book.move_sheet(lists, len(book.sheetnames))
    lists.sheet_state = "hidden"
    book.active = 0
    book.save(stream)


def _write_sheet(paper: Worksheet, sheet: Sheet, lists: Worksheet) -> None:
    paper.freeze_panes = "A2"
    paper.row_dimensions[1].height = 28
    for place, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(place)
        paper.column_dimensions[letter].width = 18
        paper.column_dimensions[letter].number_format = TEXT
        _write_head(paper, place, column)
        example = paper.cell(2, place, column.example or None)
        example.font = GREY
        for row in range(2, 202):
            paper.cell(row, place).number_format = TEXT
            paper.cell(row, place).border = LINE
        if column.choices:
            _offer(paper, letter, column, lists)
    paper.cell(2, len(sheet.columns) + 1, str(EXAMPLE_MARK)).font = GREY


def _write_head(paper: Worksheet, place: int, column: ImportColumn) -> None:
    head = paper.cell(1, place, f"{column.label}*" if column.required else str(column.label))
    head.fill = REQUIRED if column.required else OPTIONAL
    head.font = WHITE
    head.alignment = Alignment(vertical="center", wrap_text=True)
    parts = [_("Must be filled in.") if column.required else "", str(column.help)]
    parts.append(_("Example: %(example)s") % {"example": column.example} if column.example else "")
    head.comment = Comment("\n".join(part for part in parts if part) or str(column.label), "Frontdesk", 120, 260)


def _offer(paper: Worksheet, letter: str, column: ImportColumn, lists: Worksheet) -> None:
    """Let the cells choose from a list, kept on a hidden sheet so that its length does not matter."""
    own = lists.max_column + 1 if lists["A1"].value else 1
    for row, choice in enumerate(column.choices, 1):
        lists.cell(row, own, str(choice))
    name = get_column_letter(own)
    rule = DataValidation("list", formula1=f"'_'!${name}$1:${name}${len(column.choices)}", allow_blank=True)
    rule.error = _("Choose from the list.")
    rule.showErrorMessage = True
    paper.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{FILLED_ROWS}")
