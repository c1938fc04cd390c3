"""The reading book as Excel (R-FEE-03)."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import Workbook

from fees.models import MeterReading
from frontdesk.kit.imports import run_import
from tests.factories import MeterFactory

pytestmark = pytest.mark.django_db
HEAD = ("表号", "类型", "本次读数", "抄表日期")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def bring(office, supervisor):
    def bring(*rows, by=supervisor):
        book, stream = Workbook(), io.BytesIO()
        for row in (HEAD, *rows):
            book.active.append(row)
        book.save(stream)
        return run_import("fees.reading", stream.getvalue(), office=office, by=by)

    return bring


@pytest.fixture
def meter(office, flat):
    return MeterFactory(office=office, unit=flat, number="W-1")


def test_readings_come_in_and_the_same_file_again_changes_nothing(bring, meter, flat):
    MeterFactory(unit=flat, number="W-2", first_reading=Decimal(99_995))
    rows = [("W-1", "", 90, "2026-10-31"), ("w-2", "水表", 12, "2026-10-31")]
    assert bring(*rows).counts["new"] == 2
    assert list(MeterReading.objects.order_by("pk").values_list("used", "rolled_over")) == [(90, False), (17, True)]
    assert MeterReading.objects.first().read_on == dt.date(2026, 10, 31)
    run = bring(*rows)
    assert (run.counts["same"], run.counts["new"], MeterReading.objects.count()) == (2, 0, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("W-9", "", 1, "2026-11-01"), "A 表号"),
        (("W-1", "", 80, "2026-11-01"), "C 本次读数"),
        (("W-1", "", 123456, "2026-11-01"), "C 本次读数"),
        (("W-1", "", "九十", "2026-11-01"), "C 本次读数"),
        (("W-1", "", 100, "2026-10-01"), "D 抄表日期"),
        (("W-1", "", 100, "2099-01-01"), "D 抄表日期"),
        (("E-1", "", 100, "2026-11-01"), "B 类型"),
    ],
)
def test_wrong_row_stops_the_table_with_its_place(bring, meter, flat, row, column):
    bring(("W-1", "", 90, "2026-10-31"))
    for kind in ("water", "electricity"):
        MeterFactory(unit=flat, number="E-1", kind=kind)
    run = bring(row)
    assert (run.counts["wrong"], [said["column"] for said in run.messages]) == (1, [column])
    assert MeterReading.objects.count() == 1


def test_unusually_high_reading_comes_in_and_waits(bring, meter):
    bring(("W-1", "", 90, "2026-09-30"))
    bring(("W-1", "", 190, "2026-10-31"))
    assert MeterReading.objects.to_confirm().count() == 1


def test_administrator_brings_the_book_in(bring, meter, admin):
    assert bring(("W-1", "", 90, "2026-10-31"), by=admin).counts["new"] == 1
