"""Excel files: read back as openpyxl reads them, from small tables and from the list page itself."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import override
from openpyxl import load_workbook

from frontdesk.kit.exports import (
    LONGEST,
    SheetColumn,
    new_book,
    plain_text,
    sheet_name,
    write_sheet,
    write_xlsx,
)
from frontdesk.kit.jobs import run_job
from frontdesk.kit.models import Job
from frontdesk.kit.pages import list as list_page
from tests.factories import MembershipFactory, TicketFactory, UnitFactory
from tests.kit.desk import UnitList
from tests.kit.uploads import book_of

LIST = "/trial/tickets/"
COLUMNS = (
    SheetColumn("编号"),
    SheetColumn("金额", "money", total=True),
    SheetColumn("日期", "date"),
    SheetColumn("时间", "datetime"),
    SheetColumn("数量", "integer"),
)


def written(columns, rows, **options):
    """Write a sheet and read it back."""
    stream = io.BytesIO()
    write_xlsx(stream, columns, rows, title="工单", **options)
    stream.seek(0)
    return load_workbook(stream).active


def sheet_of(response):
    """The sheet of a download."""
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def texts(sheet):
    """All rows as values."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://x")',
        "\t=1",
        "＝1",
        "13800138000",
        "0012",
        "44010119900101123X",
    ],
)
def test_text_stays_text(text):
    cell = written([SheetColumn("A")], [[text]])["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_header_that_looks_like_a_formula_stays_text():
    assert written([SheetColumn("=A")], [["x"]])["A1"].data_type == "s"


def test_numbers_dates_and_moments_can_be_counted_with():
    at = dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC)
    sheet = written(COLUMNS, [["a", Decimal("1234.50"), dt.date(2026, 1, 5), at, 3]])
    cells = [sheet.cell(2, column) for column in range(2, 6)]
    assert [cell.value for cell in cells] == [
        1234.5,
        dt.datetime(2026, 1, 5),  # noqa: DTZ001 -- Excel knows no zones
        dt.datetime(2027, 1, 1, 1, 30),  # noqa: DTZ001
        3,
    ]
    assert [cell.number_format for cell in cells] == ["#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0"]


def test_date_before_excels_calendar_is_written_as_text():
    assert written([SheetColumn("A", "date")], [[dt.date(1899, 5, 1)]])["A2"].value == "1899-05-01"


def test_sheet_is_set_up_for_reading_and_printing():
    sheet = written(COLUMNS, [["a", 1, None, None, None]] * 3)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E4"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddHeader.center.text == "工单"
    assert sheet["A1"].font.bold


def test_totals_row_adds_up_exactly_and_stays_out_of_the_filter():
    with override("en"):
        sheet = written(COLUMNS, [["a", Decimal("0.10"), None, None, None]] * 3, totals=True)
    assert [cell.value for cell in sheet[5]] == ["Total", 0.3, None, None, None]
    assert sheet.auto_filter.ref == "A1:E4"


def test_empty_list_is_a_sheet_with_its_header():
    assert texts(written(COLUMNS, [])) == [["编号", "金额", "日期", "时间", "数量"]]


def test_chinese_takes_two_places_of_width():
    sheet = written([SheetColumn("A"), SheetColumn("B"), SheetColumn("C", width=5)], [["水" * 10, "x" * 10, "x" * 10]])
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [22, 12, 5]


def test_no_column_is_wider_than_a_page_can_bear():
    assert written([SheetColumn("A")], [["x" * 500]]).column_dimensions["A"].width == 48


def test_what_excel_cannot_hold_is_cut_or_dropped_visibly():
    assert plain_text("a\x00b\x08\ud800c\uffff") == "abc"
    assert plain_text("x" * 40_000) == "x" * (LONGEST - 1) + "…"
    assert plain_text(SafeString("<b>bold</b>")) == "bold"
    assert plain_text("<b>typed</b>") == "<b>typed</b>"


def test_sheet_name_is_what_excel_accepts():
    assert sheet_name("工单/列表: [2026]?*") == "工单 列表   2026"
    assert sheet_name("'''") == "Sheet"
    assert len(sheet_name("很" * 50)) == 31


def test_rows_are_written_as_they_come():
    seen = []

    def rows():
        for number in range(1000):
            seen.append(number)
            yield [str(number)]

    assert write_xlsx(io.BytesIO(), [SheetColumn("A")], rows(), title="x") == 1000
    assert len(seen) == 1000


@pytest.fixture
def desk(client_of, clerk):
    """The clerk's browser, the password given just now."""
    return client_of(clerk, confirmed=True)


@pytest.mark.urls("tests.kit.desk_urls")
def test_list_exports_all_filtered_rows_with_the_columns_on_screen(desk, office):
    for index in range(3):
        TicketFactory(
            office=office,
            number=f"=1+{index}",
            subject="<b>&",
            caller_phone="13800138000",
            charge=Decimal("1.10"),
        )
    TicketFactory(office=office, state="archived")
    response = desk.get(LIST, {"state": "recorded", "export": "xlsx", "page": "2"})
    assert response["Content-Disposition"].startswith("attachment; filename")
    rows = texts(sheet_of(response))
    assert [row[0] for row in rows[1:4]] == ["=1+2", "=1+1", "=1+0"]
    assert rows[1][1] == "<b>&"
    assert rows[1][5:] == ["138****8000", 1.1, "repair", "张伟 @ "]
    assert rows[4][6] == 3.3
    assert len(rows) == 5


@pytest.mark.urls("tests.kit.desk_urls")
def test_export_takes_a_constant_number_of_queries(desk, office, django_assert_num_queries):
    for _index in range(3):
        TicketFactory(office=office)
    desk.get(LIST)
    with django_assert_num_queries(6):
        desk.get(LIST, {"export": "xlsx"})


@pytest.mark.urls("tests.kit.desk_urls")
def test_export_needs_its_own_permission(client_of, cashier, office):
    TicketFactory(office=office)
    browser = client_of(cashier)
    assert browser.get(LIST).status_code == 200
    assert "export=xlsx" not in browser.get(LIST).content.decode()
    assert browser.get(LIST, {"export": "xlsx"}).status_code == 403
    assert browser.post(LIST).status_code == 403


@pytest.fixture
def long_list(monkeypatch, office):
    """A list of more rows than are written while the browser waits."""
    monkeypatch.setattr(list_page, "AT_ONCE", 2)
    return [TicketFactory(office=office) for _index in range(3)]


@pytest.mark.urls("tests.kit.desk_urls")
def test_long_list_is_ordered_by_post_and_made_by_a_job(desk, clerk, long_list):
    page = desk.get(LIST, {"state": "recorded"}).content.decode()
    assert '<form method="post" action="/trial/tickets/?state=recorded">' in page
    asked = desk.get(LIST, {"export": "xlsx", "state": "recorded"})
    assert (asked.status_code, asked["Location"]) == (302, f"{LIST}?state=recorded")
    assert Job.objects.count() == 0

    once = str(uuid.uuid4())
    answers = [desk.post(f"{LIST}?state=recorded&sort=number", {"once": once}) for _try in range(2)]
    job = Job.objects.get()
    assert {answer["Location"] for answer in answers} == {job.get_absolute_url()}
    assert (job.created_by, job.url) == (clerk, LIST)
    assert "recorded" not in json.dumps(job.params)  # what was searched for may be a phone number

    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    rows = texts(book_of(job.result).active)
    assert [row[0] for row in rows[1:4]] == [ticket.number for ticket in long_list]


@pytest.mark.urls("tests.kit.desk_urls")
def test_long_list_holds_only_what_the_person_may_see_when_it_is_made(desk, clerk, long_list):
    desk.post(LIST)
    clerk.memberships.update(ends=dt.date(2026, 1, 2))
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status == Job.Status.DONE, job.result) == (False, None)


@pytest.mark.urls("tests.kit.desk_urls")
def test_list_of_all_offices_and_its_file_hold_only_the_offices_where_one_may(company, office, other_office, client_of):
    MembershipFactory(user=company, office=office, role="supervisor")
    mine, theirs = UnitFactory(office=office), UnitFactory(office=other_office)

    class ToChange(UnitList):
        permission = "estate.change_unit"

    class ToTakeAway(UnitList):
        export_permission = "estate.change_unit"

    def seen(page, **params):
        query = QueryDict(mutable=True)
        query.update(params)
        shown = page.of(company, None, query, {})
        if "export" in params:
            shown.require_export()
        return {row.pk for row in shown.get_queryset()}

    assert seen(UnitList) == seen(ToTakeAway) == {mine.pk, theirs.pk}
    assert seen(ToChange) == seen(ToTakeAway, export="xlsx") == {mine.pk}


def test_a_workbook_of_several_sheets_adds_up_and_works_out_what_follows_from_the_sums():
    book = new_book("月报")
    columns = [
        SheetColumn("单位"),
        SheetColumn("数", "integer", total=True),
        SheetColumn("率", "percent", total=lambda sums: sums[1] / 10),
    ]
    rows = [("=甲", 3, 0.3), ("乙", 4, 0.4)]
    sheet, count = write_sheet(book, columns, rows, title="表", totals=True)
    write_sheet(book, columns, [], title="空", totals=True)
    stream = io.BytesIO()
    book.save(stream)
    found, empty = load_workbook(stream, data_only=True).worksheets
    assert (sheet.title, count, found.max_row, empty.max_row) == ("表", 2, 4, 1)
    assert [(cell.value, cell.data_type) for cell in found["A"][1:3]] == [("=甲", "s"), ("乙", "s")]
    assert [cell.value for cell in found["B"][1:]] == [3, 4, 7]
    assert [cell.value for cell in found["C"][1:]] == [0.3, 0.4, 0.7]
    assert {cell.number_format for cell in found["C"][1:]} == {"0%"}
