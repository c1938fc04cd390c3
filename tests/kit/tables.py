"""A small importer and tables for it: days off, grouped in sets, on two sheets that belong together."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from openpyxl import Workbook

from frontdesk.kit.imports import CHANGED, NEW, SAME, ImportColumn, Importer, RowForm, Sheet
from frontdesk.kit.imports.cells import ChoiceCell, CodeCell, DateCell, IntegerCell, TextCell
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.models import Holiday


class SetRow(RowForm):
    """One set of days."""

    code = CodeCell(max_length=10)
    kind = ChoiceCell(choices=Holiday.Kind.choices, synonyms={"放假": "statutory_holiday"})


class DayRow(RowForm):
    """One day of a set."""

    code = CodeCell(max_length=10)
    date = DateCell()
    name = TextCell(max_length=20, required=False)
    phone = TextCell(max_length=11, required=False)
    people = IntegerCell(required=False, min_value=0)

    def clean_name(self) -> str:
        """Refuse one word."""
        if self.cleaned_data["name"] == "不行":
            raise forms.ValidationError("不能叫这个")
        return self.cleaned_data["name"]


class Options(forms.Form):
    """Asked for the whole table."""

    suffix = forms.CharField(label="后缀", required=False, initial="", max_length=5)


class DayImporter(Importer):
    """The tests' own importer."""

    kind = "tests.days"
    label = "放假安排"
    help = "每年的放假和调休。"
    permission = "estate.import_unit"
    options_form = Options
    sheets = (
        Sheet(
            "sets",
            "假期",
            names=("假期表",),
            form_class=SetRow,
            key=("code",),
            repeats=True,
            columns=(
                ImportColumn("code", "编号", labels=("假期编号",), required=True, example="GQ"),
                ImportColumn("kind", "性质", required=True, choices=[kind.label for kind in Holiday.Kind]),
            ),
        ),
        Sheet(
            "days",
            "日子",
            names=("日期表",),
            form_class=DayRow,
            key=("date",),
            columns=(
                ImportColumn("code", "编号", labels=("假期编号",), required=True, help="与“假期”表一致", example="GQ"),
                ImportColumn("date", "日期", required=True, example="2026-10-01"),
                ImportColumn("name", "名称", labels=("节日",), example="国庆"),
                ImportColumn("phone", "值班电话", mask=mask_phone),
                ImportColumn("people", "人数"),
            ),
        ),
    )

    def prepare(self) -> None:
        """Read what is there."""
        self.known = {day.date: day for day in Holiday.objects.filter(office=self.office)}

    def check(self, rows: dict[str, list[Any]]) -> None:
        """Find days of sets nobody named."""
        self.kinds = {row.data["code"]: row.data["kind"] for row in rows["sets"]}
        for row in rows["days"]:
            if row.data["code"] not in self.kinds:
                row.error("code", "没有这个假期")

    def compare(self, row: Any) -> str:
        """A set is only said along; a day is new, changed or the same."""
        if row.sheet == "sets":
            return SAME
        row.existing = self.known.get(row.data["date"])
        if row.existing is None:
            return NEW
        now = (row.existing.kind, row.existing.name)
        return SAME if now == (self.kinds[row.data["code"]], self.name_of(row)) else CHANGED

    def name_of(self, row: Any) -> str:
        """The name with the suffix asked for."""
        return row.data["name"] + self.options["suffix"]

    def commit(self, rows: dict[str, list[Any]], *, progress: Any) -> None:
        """Write the days."""
        progress(0, len(rows["days"]), "写入")
        for row in rows["days"]:
            values = {"kind": self.kinds[row.data["code"]], "name": self.name_of(row)}
            if row.outcome != SAME:
                Holiday.objects.update_or_create(office=self.office, date=row.data["date"], defaults=values)


SETS = [["编号", "性质"], ["GQ", "放假"]]
DAYS = [["编号", "日期", "名称"], ["GQ", "2026-10-01", "国庆"], ["GQ", "2026.10.2", "国庆"], ["GQ", 20261003, "国庆"]]


def table(days: Any = None, sets: Any = None, change: Any = None) -> bytes:
    """Return a workbook of the two sheets; `change(workbook)` may spoil it."""
    book = Workbook()
    for name, rows in (("假期", sets or SETS), ("日子", days or DAYS)):
        paper = book.create_sheet(name)
        for row in rows:
            paper.append(row)
    del book["Sheet"]
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def days_with(*rows: Any, header: Any = ("编号", "日期", "名称")) -> bytes:
    """Return a workbook whose days are these."""
    return table([list(header), *map(list, rows)])
