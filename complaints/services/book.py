"""What the month's workbooks have in common: a sheet of facts, tables with a chart below, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList

from frontdesk.kit.calendar import now
from frontdesk.kit.exports import (
    SheetColumn,
    head_cell,
    new_book,
    set_up_sheet,
    sheet_name,
    styled_cell,
    write_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from complaints.models import MonthlyReport

COLOURS, ACCENT = ("0072B2", "D55E00", "AAB6BC"), "0B6477"
"""In time, too late, neither: told apart by everybody; and a single row of bars."""
WIDE, TALL, ROW_TALL = 24.0, 7.5, 0.75
"""Centimetres: across A4, at least, and for each bar."""
MOST_BARS, ON_ONE_PAGE = 40, 20
HEAD = 4
"""The row of the heads on the summary; its facts stand below."""


def begin_book(
    report: MonthlyReport, heads: Sequence[Any], facts: Sequence[Sequence[Any]], *, charted: int
) -> Workbook:
    """Begin a workbook with its summary: what it is, who it is of, when it was made, then one fact a line.

    A fact is its label, the kind of its cells, and a value under each head; the first `charted` are drawn as bars.
    """
    title = f"{report.office.name} {report.get_kind_display()} {report.month:%Y-%m}"
    book = new_book(title)
    sheet = book.create_sheet(sheet_name(_("Summary")))
    set_up_sheet(sheet, title)
    sheet.page_setup.fitToHeight = 1
    sheet.column_dimensions["A"].width = 38
    for letter in "BCD":
        sheet.column_dimensions[letter].width = 16
    sheet.append([styled_cell(sheet, title, bold=True)])
    made = _("Made at %(at)s") % {"at": date_format(localtime(now()), "Y-m-d H:i")}
    sheet.append([styled_cell(sheet, made)])
    sheet.append([])
    sheet.append([head_cell(sheet, "text", ""), *(head_cell(sheet, "number", head) for head in heads)])
    for label, kind, *values in facts:
        sheet.append([styled_cell(sheet, label), *(styled_cell(sheet, value, kind) for value in values)])
    columns = tuple(range(2, 2 + min(len(heads), 2)))
    add_chart(sheet, charted, title=_("At a glance"), columns=columns, head=HEAD, below=HEAD + len(facts))
    return book


def add_table(
    book: Workbook, title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]]
) -> tuple[WriteOnlyWorksheet, int]:
    """Add a table, added up where a column asks for it."""
    return write_sheet(book, columns, rows, title=title, totals=any(column.total for column in columns))


def add_chart(
    sheet: WriteOnlyWorksheet,
    count: int,
    *,
    title: str,
    columns: Sequence[int],
    names: int = 1,
    stacked: bool = False,
    head: int = 1,
    below: int = 0,
) -> None:
    """Draw bars of some columns (1 is A) of a table of so many rows; the column `names` says what each bar is.

    `head` is the row of the table's heads, `below` the last row before the chart, by default that of the totals.
    """
    bars = min(count, MOST_BARS)
    if not bars:
        return
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, title
    chart.width, chart.height = WIDE, max(TALL, bars * ROW_TALL * (1 if stacked else len(columns)) + 3)
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    for place, column in enumerate(columns):
        data = Reference(sheet, min_col=column, min_row=head, max_row=head + bars)
        chart.add_data(data, titles_from_data=True)
        chart.series[place].graphicalProperties.solidFill = COLOURS[place] if len(columns) > 1 else ACCENT
    chart.set_categories(Reference(sheet, min_col=names, min_row=head + 1, max_row=head + bars))
    _lay_out(chart)
    if count <= ON_ONE_PAGE:
        sheet.page_setup.fitToHeight = 1
    sheet.add_chart(chart, f"A{(below or count + 2) + 2}")


def share(in_time: Any, late: Any) -> float | None:
    """Return the share of what was in time; None while nothing is decided."""
    decided = in_time + late
    return float(in_time / decided) if decided else None


def day(label: Any) -> SheetColumn:
    """Return a narrow column of days; the cell itself keeps the hour."""
    return SheetColumn(label, "date", width=11)


def percent(label: Any, *, of: tuple[int, int] | None = None) -> SheetColumn:
    """Return a column of shares; its total is the share of the totals of two columns: in time, and late."""
    if of is None:
        return SheetColumn(label, "percent", width=10)
    in_time, late = of
    return SheetColumn(label, "percent", width=10, total=lambda sums: share(sums[in_time], sums[late]))


def _lay_out(chart: BarChart) -> None:
    """Put the first line on top as in the table, the scale below, and its beginning at nought."""
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format, chart.y_axis.majorGridlines = "0", None
    chart.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    if len(chart.series) > 1:
        chart.legend.position = "b"
    else:
        chart.legend = None
