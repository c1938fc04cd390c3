"""值班安排表 as a workbook, in the layout offices use: names down, days across, legend, totals, signatures."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _, pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from duty.services.months import LEAVE, Kind
from duty.services.wording import WEEKDAYS, hours
from frontdesk.kit.exports import plain_text, sheet_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from duty.models import Roster
    from duty.services.months import Colleague, Month

FILLS = ("FFF3C9", "D9D2F0", "C7D3E6", "D6EBCB", "CBE7EE", "F6D5DF", "EDE0CC", "DFE4E7")
"""Colours of the shifts, those of the grid."""
GREY = PatternFill("solid", fgColor="E9EDEF")
RED = PatternFill("solid", fgColor="F8DCDA")
THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center")
HEAD = 3
"""The row of the dates; weekdays stand below, the first name below them."""
A4 = 9


def title_of(roster: Roster) -> str:
    """Return the heading: whose month it is."""
    values = {"office": roster.office.name, "month": f"{roster.month:%Y-%m}"}
    return _("%(office)s duty roster %(month)s") % values


def write_sheet(stream: IO[bytes], month: Month) -> None:
    """Write the month as one sheet, to be printed on A4 across."""
    book = Workbook()
    sheet: Worksheet = book.active
    roster = month.roster
    title = title_of(roster) if roster else f"{month.first:%Y-%m}"
    sheet.title = sheet_name(f"{month.first:%Y-%m}")
    _head(sheet, month, title)
    row = HEAD + 2
    for one in month.people:
        _line(sheet, row, month, one)
        row += 1
    row = _staffing(sheet, row, month)
    _foot(sheet, row + 1, month)
    _set_up(sheet, month)
    book.save(stream)


def _head(sheet: Worksheet, month: Month, title: str) -> None:
    last = len(month.dates) + 4
    sheet.cell(1, 1, plain_text(title)).font = Font(bold=True, size=16)
    sheet.cell(1, 1).alignment = CENTRE
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    _put(sheet, HEAD, 1, _("Name"), bold=True)
    _put(sheet, HEAD + 1, 1, None)
    sheet.merge_cells(start_row=HEAD, start_column=1, end_row=HEAD + 1, end_column=1)
    for column, date in enumerate(month.dates, 2):
        fill = RED if month.kinds[date] == Kind.STATUTORY else GREY if month.kinds[date] == Kind.OFF else None
        _put(sheet, HEAD, column, date.day, bold=True, fill=fill)
        _put(sheet, HEAD + 1, column, str(WEEKDAYS[date.weekday()]), fill=fill)
    for offset, word in enumerate((_("Hours"), pgettext("roster", "Late"), _("Off"))):
        column = len(month.dates) + 2 + offset
        _put(sheet, HEAD, column, word, bold=True)
        _put(sheet, HEAD + 1, column, None)
        sheet.merge_cells(start_row=HEAD, start_column=column, end_row=HEAD + 1, end_column=column)


def _line(sheet: Worksheet, row: int, month: Month, one: Colleague) -> None:
    """Write one colleague's month with its totals."""
    _put(sheet, row, 1, plain_text(one.user), bold=True)
    minutes = late = worked = 0
    for column, date in enumerate(month.dates, 2):
        cell = month.cells.get((one.user.pk, date))
        shift = month.type_by_pk.get(cell.shift_type) if cell and cell.shift_type else None
        if shift:
            minutes, late, worked = minutes + shift.minutes, late + shift.is_late, worked + 1
            _put(sheet, row, column, plain_text(shift.code), fill=_fill(shift.colour))
        else:
            is_leave = month.bar(one.user.pk, date) == LEAVE
            off = month.kinds[date] in {Kind.OFF, Kind.STATUTORY}
            _put(sheet, row, column, pgettext("roster cell", "Lv") if is_leave else None, fill=GREY if off else None)
    for offset, value in enumerate((float(hours(minutes)), late, len(month.dates) - worked)):
        _put(sheet, row, len(month.dates) + 2 + offset, value)


def _staffing(sheet: Worksheet, row: int, month: Month) -> int:
    """Write how many are on each shift of each day; return the next row."""
    for shift in month.types:
        _put(sheet, row, 1, plain_text(shift.name), bold=True, fill=_fill(shift.colour))
        for column, date in enumerate(month.dates, 2):
            there = sum(cell.shift_type == shift.pk for (_p, day), cell in month.cells.items() if day == date)
            wanted, _experienced = month.wanted(shift.pk, date)
            _put(sheet, row, column, there, fill=RED if there < wanted else None)
        row += 1
    return row


def _foot(sheet: Worksheet, row: int, month: Month) -> None:
    """Write the legend and where it is signed."""
    legend = "   ".join(f"{shift.code} = {shift.name} {shift.hours}" for shift in month.types)
    sheet.cell(row, 1, plain_text(_("Legend: %(shifts)s") % {"shifts": legend}))
    roster = month.roster
    if roster is not None and roster.published_at is not None:
        values = {"edition": roster.edition, "date": f"{roster.published_at:%Y-%m-%d}"}
        sheet.cell(row + 1, 1, _("Edition %(edition)s, published on %(date)s") % values)
    words = (_("Drawn up by"), _("Checked by"), _("Date"))
    for offset, word in enumerate(words):
        sheet.cell(row + 3, 2 + offset * 10, f"{word}: ____________________")


def _set_up(sheet: Worksheet, month: Month) -> None:
    last = len(month.dates) + 4
    sheet.column_dimensions["A"].width = 12
    for column in range(2, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 4.2 if column < last - 2 else 6.5
    sheet.freeze_panes = sheet.cell(HEAD + 2, 2)
    sheet.print_title_rows = f"{HEAD}:{HEAD + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _fill(colour: int) -> PatternFill:
    return PatternFill("solid", fgColor=FILLS[colour % len(FILLS)])


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, bold: bool = False, fill: Any = None) -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # what begins with "=" is no formula
    cell.alignment, cell.border = CENTRE, BOX
    if bold:
        cell.font = Font(bold=True)
    if fill is not None:
        cell.fill = fill
