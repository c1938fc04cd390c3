"""Reading: real tables, spoilt tables, tables made to do harm. Never a crash, always a sentence."""

import datetime as dt
import io
import random
import struct
import zipfile
from functools import partial

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from frontdesk.kit.errors import DeskError
from frontdesk.kit.imports import reading, sandbox
from frontdesk.kit.imports.reading import Fault, read_table
from tests.kit.tables import table

MOMENT = dt.datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - Excel knows no time zones


@pytest.fixture
def read(tmp_path):
    """Read a table, and see that the sandbox says the same inside this process as in its own."""

    def read(data, extension="xlsx"):
        path = tmp_path / f"table.{extension}"
        path.write_bytes(data)
        sheets = read_table(path, extension)
        most = sandbox.MOST_ROWS + sandbox.SLACK
        lines = sandbox.from_xlsx(str(path), most) if extension == "xlsx" else sandbox.from_csv(data, most)
        assert list(lines) == list(reading._lines(path, extension, 0))
        return sheets

    return read


def book(fill):
    """Return a workbook filled by `fill(sheet)`."""
    made = Workbook()
    fill(made.active)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def rebuilt(data, **parts):
    """Return a workbook with parts of its archive replaced by bytes or changed by a function."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            key = name.rpartition("/")[2].replace(".", "_")
            change = parts.get(key, lambda text: text)
            new.writestr(name, change(old.read(name)))
    return stream.getvalue()


def sheet_with(rows_xml):
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return rebuilt(table(), sheet1_xml=lambda _old: head + rows_xml + b"</sheetData></worksheet>")


def refused(code):
    return str(reading.FILE_FAULTS[code])


def test_values_become_the_text_a_person_would_type(read):
    def fill(sheet):
        sheet.append([1, 1.5, 94.56, 0.1 + 0.2, True, dt.date(2026, 1, 2), MOMENT, dt.time(8, 30)])
        sheet.append(["001", " x\t", "１２３", "a\u00a0b", "王\u200b敏", "_x0000_空", "张\n三", "👩\u200d👧"])

    (sheet,) = read(book(fill))
    assert sheet.rows == [
        (0, ["1", "1.5", "94.56", "0.3", "TRUE", "2026-01-02", "2026-01-02 03:04:00", "08:30:00"]),
        (1, ["001", "x", "123", "a b", "王敏", "空", "张\n三", "👩\u200d👧"]),
    ]


def test_dates_counted_from_1904(read):
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    made.active.append([dt.date(2026, 1, 2)])
    stream = io.BytesIO()
    made.save(stream)
    assert read(stream.getvalue())[0].rows == [(0, ["2026-01-02"])]


def test_cells_without_a_usable_value_say_why(read):
    def fill(sheet):
        sheet.append(["=1+1", 110101199001011234, "1.10101E+17", "文"])
        sheet["E1"] = "#N/A"
        sheet["E1"].data_type = "e"

    (sheet,) = read(book(fill))
    cells = sheet.rows[0][1]
    assert [cell.code if isinstance(cell, Fault) else cell for cell in cells] == [
        "formula", "long_number", "long_number", "文", "error_cell",
    ]  # fmt: skip
    assert cells[0] == ""


def test_formula_with_its_value_is_read(read):
    (sheet, *_rest) = read(
        sheet_with(b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1</f><v>x</v></c></row>')
    )
    assert sheet.rows == [(0, ["2", "x"])]


def test_rows_and_columns_keep_their_places(read):
    def fill(sheet):
        sheet["C3"] = "x"
        sheet["D5"] = 2

    assert read(book(fill))[0].rows == [(2, ["", "", "x"]), (4, ["", "", "", "2"])]


def test_reading_ends_after_200_blank_rows(read):
    def fill(sheet):
        sheet["A1"] = sheet["A201"] = "x"
        sheet["A500"] = "far below"

    assert [number for number, _cells in read(book(fill))[0].rows] == [0, 200]


def test_cells_merged_downwards_hold_in_each_row(read):
    def fill(sheet):
        for row in (["3栋", "101"], [None, "102"], [None, "103"], ["4栋", "101"]):
            sheet.append(row)
        sheet.merge_cells("A1:A3")
        sheet.merge_cells("C1:D1")

    assert [cells[0] for _number, cells in read(book(fill))[0].rows] == ["3栋", "3栋", "3栋", "4栋"]


def test_hidden_sheets_are_known_as_hidden(read):
    def hide(made):
        made["假期"].sheet_state = "hidden"

    assert [sheet.hidden for sheet in read(table(change=hide))] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_any_usual_encoding(read, encoding):
    rare = "𠮷㐂" if encoding != "gbk" else "吉"
    data = f'编号,名称\r\n001,{rare}\r\n"a,b","两\n行"\r\n'.encode(encoding)
    (sheet,) = read(data, "csv")
    assert sheet.rows == [(0, ["编号", "名称"]), (1, ["001", rare]), (2, ["a,b", "两\n行"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter(read, delimiter):
    assert read(delimiter.join(["a", "b"]).encode(), "csv")[0].rows == [(0, ["a", "b"])]


def encrypted():
    """An OLE file as Excel writes it for a table with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(100)


def encrypted_entries():
    data = bytearray(table())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<H", data, place + 8, 1)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def with_entries(count=0, size=0, name="xl/media/{}.bin"):
    stream = io.BytesIO(table())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(name.format(number), bytes(size))
    return stream.getvalue()


def far_corner():
    return sheet_with(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def many_rows():
    return sheet_with(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 20_100)))


@pytest.mark.parametrize(
    ("make", "extension", "code"),
    [
        (lambda: b"", "xlsx", "empty"),
        (lambda: b"  \n", "csv", "empty"),
        (lambda: book(list), "xlsx", "empty"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx", "old_excel"),
        (encrypted, "xlsx", "encrypted"),
        (encrypted_entries, "xlsx", "encrypted"),
        (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "xlsx", "html"),
        (lambda: b"\xef\xbb\xbf<!DOCTYPE html><table>", "csv", "html"),
        ("编号,日期\n1,2".encode, "xlsx", "kind"),
        (table, "csv", "kind"),
        (lambda: table()[:2000], "xlsx", "broken"),
        (partial(with_entries, 250), "xlsx", "bomb"),
        (lambda: with_entries(1, 101 * 1024 * 1024), "xlsx", "bomb"),
        (lambda: with_entries(1, 9 * 1024 * 1024), "xlsx", "bomb"),
        (lambda: with_entries(1, 1, "xl/vbaProject.bin"), "xlsx", "macros"),
        (lambda: "好".encode("gbk") + "𠮷".encode() + b"\xff\xff", "csv", "encoding"),
        (lambda: rebuilt(table(), workbook_xml=lambda _old: b"<workbook"), "xlsx", "broken"),
        (lambda: rebuilt(table(), sheet1_xml=lambda old: old[: len(old) // 2]), "xlsx", "broken"),
    ],
)
def test_unreadable_file_says_what_to_do(read, make, extension, code):
    with pytest.raises(DeskError) as error:
        read(make(), extension)
    assert str(error.value) == refused(code)


@pytest.mark.parametrize("part", ["workbook_xml", "sheet1_xml", "sharedStrings_xml", "styles_xml"])
def test_entities_are_never_opened(read, part):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'

    def spoil(old):
        start = old.find(b"<", old.find(b"?>") + 2 if old.startswith(b"<?xml") else 0)
        return bomb + old[start:].replace("放假".encode(), b"&f;&b;")

    try:
        sheets = read(rebuilt(table(), **{part: spoil}))
    except DeskError:
        return
    assert "root:" not in str(sheets)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (far_corner, "too_large"),
        (many_rows, "too_many_rows"),
        (lambda: book(lambda sheet: sheet.append(["x"] * 101)), "too_many_columns"),
    ],
)
def test_sheet_too_large_spoils_only_itself(read, make, code):
    first = read(make())[0]
    assert first.fault == code
    assert str(first.fault_message) == str(reading.SHEET_FAULTS[code])


def test_million_claimed_rows_are_read_at_once(read):
    data = rebuilt(table(), sheet1_xml=lambda old: old.replace(b"A1:B2", b"A1:XFD1048576"))
    assert len(read(data)[0].rows) == 2


def test_formats_down_to_the_last_row_do_not_matter(read):
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read(sheet_with(rows))[0].rows == [(0, ["1"])]


def test_long_text_is_cut_at_excels_own_limit(read):
    (sheet,) = read(("长" * 40_000 + ",b").encode(), "csv")
    assert len(sheet.rows[0][1][0]) == 32_767


def test_mutated_files_never_crash_the_reader(read):
    chance = random.Random(26)
    valid = table(change=lambda made: setattr(made.active["A1"], "comment", Comment("x", "y")))
    outcomes = set()
    for _mutant in range(40):
        data = bytearray(valid)
        for _flip in range(max(1, len(data) // 250)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            read(bytes(data))
        except DeskError as error:
            outcomes.add(str(error))
    assert outcomes <= {refused(code) for code in reading.FILE_FAULTS}
