"""Mapping: other people's headers, wherever they stand."""

import io

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from frontdesk.kit.imports import mapping as maps, template
from frontdesk.kit.imports.declaring import importer_for
from frontdesk.kit.imports.planning import hide_numbers
from frontdesk.kit.imports.reading import SheetData, read_table
from tests.kit.tables import DayImporter, table


def sheet(*rows, name="日子", hidden=False):
    return SheetData(name, hidden, list(enumerate(map(list, rows))))


SETS = sheet(["编号", "性质"], ["GQ", "放假"], name="假期")
HEAD = ["编号", "日期", "名称"]
ONE = ["GQ", "2026-10-01", "国庆"]


def guessed(*sheets):
    return maps.guess(DayImporter, list(sheets))


def rows_of(data, place=None):
    declared = DayImporter.sheets[1]
    return list(maps.rows_of(declared, data, place or guessed(SETS, data)["days"]))


def test_two_sheets_are_told_apart_by_their_headers_and_names():
    assert guessed(sheet(HEAD, ONE), SETS) == {
        "days": {"sheet": 0, "header": 0, "columns": {"code": 0, "date": 1, "name": 2}},
        "sets": {"sheet": 1, "header": 0, "columns": {"code": 0, "kind": 1}},
    }


@pytest.mark.parametrize(
    "head",
    [
        ["编号*", " 日 期 ", "名称："],
        ["编号（必填）", "日期(年-月-日)", "【名称】"],
        ["假期编号", "日期", "节日"],
        ["CODE", "Date", "NAME"],
        ["编号\n", "日　期", "节日"],
    ],
)
def test_headers_are_known_however_they_are_dressed(head):
    assert guessed(SETS, sheet(head, ONE))["days"]["columns"] == {"code": 0, "date": 1, "name": 2}


def test_header_need_not_be_the_first_row():
    data = sheet(["南湖管理处 2026 年放假表"], [], ["制表：王敏", "", "2026-01-01"], HEAD, ONE)
    assert guessed(SETS, data)["days"]["header"] == 3
    assert [row.number for row in rows_of(data)] == [5]


def test_explanation_columns_beside_the_table_are_no_rows():
    data = sheet(
        [*HEAD, "", "", ""],
        [*ONE, "", "", ""],
        ["GQ", "2026-10-02", "", "", "说明", ""],
        ["", "", "", "", "编号", "假期的编号"],
        ["", "", "", "", "日期", "年-月-日"],
    )
    assert [row.number for row in rows_of(data)] == [2, 3]


def test_totals_remarks_and_repeated_headers_are_left_out():
    data = sheet(HEAD, ONE, ["合计", "1", ""], HEAD, ["说明：每年修订", "", ""], ["小 计", "", ""])
    assert [row and row.number for row in rows_of(data)] == [2, None, None, None, None]


def test_of_two_equal_headers_the_first_counts_and_is_said():
    data = sheet(["编号", "日期", "名称", "名称"], [*ONE, "中秋"])
    chosen = guessed(SETS, data)
    assert chosen["days"]["columns"]["name"] == 2
    (remark,) = maps.repeated_headers([SETS, data], chosen)
    assert "名称" in remark
    assert " C " in remark


def test_flat_list_serves_the_repeating_sheet_too():
    data = sheet(["编号", "性质", "日期"], ["GQ", "放假", "2026-10-01"], ["GQ", "放假", "2026-10-02"])
    assert {name: place["sheet"] for name, place in guessed(data).items()} == {"sets": 0, "days": 0}


def test_hidden_sheets_are_not_guessed():
    assert "days" not in guessed(SETS, sheet(HEAD, ONE, hidden=True))


def test_unknown_table_is_told_what_is_missing():
    data = sheet(["车牌", "颜色"], ["粤B12345", "红"])
    assert guessed(data) == {}
    assert len(maps.faults(DayImporter, [data], {})) == 2


def test_missing_column_is_named():
    data = sheet(["编号", "名称"], ["GQ", "国庆"])
    chosen = {"sets": guessed(SETS)["sets"], "days": {"sheet": 1, "header": 0, "columns": {"code": 0}}}
    (fault,) = maps.faults(DayImporter, [SETS, data], chosen)
    assert "日期" in fault


def test_letters_are_those_of_excel():
    assert [maps.letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_long_numbers_are_blotted_out_of_messages():
    assert hide_numbers("“110101199003074514” 或 13800138000 不对，应为 3-2-1502") == "“…” 或 … 不对，应为 3-2-1502"


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "template.xlsx"
    with path.open("wb") as stream:
        template.write_template(stream, DayImporter)
    return path


def test_template_has_headers_remarks_lists_and_an_example(written):
    book = load_workbook(written)
    assert book.sheetnames == ["假期", "日子", "_"]
    assert book["_"].sheet_state == "hidden"
    assert [cell.value for cell in book["日子"][1]][:5] == ["编号*", "日期*", "名称", "值班电话", "人数"]
    assert "2026-10-01" in book["日子"]["B1"].comment.text
    assert book["日子"]["B2"].number_format == "@"
    (rule,) = book["假期"].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "'_'!$A$1:$A$4", "B2:B5000")


@pytest.mark.parametrize(
    "kind",
    [
        "complaints.ticket",
        "estate.register",
        "estate.workbook",
        "fees.balance",
        "fees.parking",
        "fees.prepayment",
        "fees.reading",
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_our_own_templates_are_read_back_without_a_question(kind, language, tmp_path):
    path, importer = tmp_path / "template.xlsx", importer_for(kind)
    with override(language), path.open("wb") as stream:
        template.write_template(stream, importer)
    tables = read_table(path, "xlsx")
    chosen = maps.guess(importer, tables)
    assert (maps.faults(importer, tables, chosen), maps.repeated_headers(tables, chosen)) == ([], [])
    assert {name: len(place["columns"]) for name, place in chosen.items()} == {
        sheet.name: len(sheet.columns) for sheet in importer.sheets
    }


def test_template_as_it_is_holds_no_rows_and_filled_in_holds_them(written, tmp_path):
    tables = read_table(written, "xlsx")
    chosen = guessed(*tables)
    assert {name: place["sheet"] for name, place in chosen.items()} == {"sets": 0, "days": 1}
    assert rows_of(tables[1], chosen["days"]) == [None]
    book = load_workbook(written)
    for column, text in enumerate(ONE, 1):
        book["日子"].cell(3, column, text)
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    rows = rows_of(read_table(filled, "xlsx")[1], chosen["days"])
    assert [row.raw["name"] for row in rows if row] == ["国庆"]


def test_own_workbook_round_trips(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(table())
    assert [len(data.rows) for data in read_table(path, "xlsx")] == [2, 4]
    assert load_workbook(io.BytesIO(table())).sheetnames == ["假期", "日子"]
