"""Opening balances, prepayments and parking history out of old tables: once each (R-EST-07)."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from fees.models import AccountEntry, Allocation, Bill, Payment
from fees.services import balance_of
from frontdesk.kit.activity import history_of
from frontdesk.kit.imports import run_import
from tests.factories import UnitFactory, VehicleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well", "tariffs")]

OWED = ("房号", "收费项目", "月份", "欠费金额", "备注")
BEFORE = ("房号", "类型", "余额", "备注")
PARKED = (
    "车牌号",
    "收费项目",
    "缴费周期",
    "开始时间",
    "结束时间",
    "缴费时间",
    "应缴金额",
    "实缴金额",
    "收银员",
    "备注",
)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def imported(office, supervisor):
    """Return a function that imports rows and gives back the run."""

    def run(kind, *rows):
        return run_import(f"fees.{kind}", workbook(rows), office=office, by=supervisor)

    return run


def said(run):
    return [message["text"] for message in run.messages]


def test_opening_balances_become_bills_brought_forward(imported, flat, supervisor):
    run = imported(
        "balance",
        OWED,
        (flat.code, "物业管理费（住宅）", "2026-08", "170.05", "旧系统"),
        (flat.code, "物业管理费（住宅）", "2026年9月", 170.05, ""),
    )
    assert (run.status, run.counts["new"], run.messages) == ("done", 2, [])
    first, second = Bill.objects.order_by("month")
    facts = (first.unit, first.month, first.amount, first.outstanding, first.due_on, first.source, first.subject)
    august = dt.date(2026, 8, 1)
    assert facts == (flat, august, Decimal("170.05"), Decimal("170.05"), dt.date(2026, 8, 5), "import", "旧系统")
    assert second.month == dt.date(2026, 9, 1)
    assert history_of(first).get().actor == supervisor


def test_the_same_file_again_adds_nothing(imported, flat):
    rows = (OWED, (flat.code, "物业管理费（住宅）", "2026-08", "170.05", ""))
    imported("balance", *rows)
    again = imported("balance", *rows)
    assert (again.counts["new"], again.counts["same"], Bill.objects.count()) == (0, 1, 1)
    changed = imported("balance", OWED, (flat.code, "物业管理费（住宅）", "2026-08", "99", ""))
    assert (changed.counts["wrong"], Bill.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("9-9-999", "物业管理费（住宅）", "2026-08", "1"), "unit"),
        ((None, "不收的费", "2026-08", "1"), "tariff"),
        ((None, "停车费", "2026-08", "1"), "tariff"),
        ((None, "物业管理费（住宅）", "八月", "1"), "month"),
        ((None, "物业管理费（住宅）", "2030-08", "1"), "month"),
        ((None, "物业管理费（住宅）", "2026-08", "0"), "amount"),
        ((None, "物业管理费（住宅）", "2026-08", "-1"), "amount"),
        ((None, "物业管理费（住宅）", "2026-08", "1.005"), "amount"),
    ],
)
def test_wrong_rows_are_named_and_nothing_is_written(row, column, imported, flat):
    code, *rest = row
    run = imported("balance", OWED[:4], (flat.code, "物业管理费（住宅）", "2026-07", "1"), (code or flat.code, *rest))
    heads = dict(zip(("unit", "tariff", "month", "amount"), "ABCD", strict=True))
    assert [message["column"][0] for message in run.messages] == [heads[column]]
    assert not Bill.objects.exists()


def test_a_month_the_office_has_billed_itself_is_refused(imported, owe, flat, tariffs):
    own = tariffs.get(name="物业管理费（住宅）")
    owe(tariff=own, month=dt.date(2026, 10, 1), source="run")
    run = imported("balance", OWED, (flat.code, own.name, "2026-10", "170.05", ""))
    assert said(run) == ["这个月的账单已经出过了。"]


def test_prepayments_go_into_the_accounts_without_receipts(imported, flat):
    rows = (BEFORE, (flat.code, "", "1,200.50", ""), (flat.code, "公摊水电", "500", "旧收据 0012"))
    run = imported("prepayment", *rows)
    assert (run.status, run.counts["new"]) == ("done", 2)
    assert (balance_of(flat), balance_of(flat, "utilities")) == (Decimal("1200.50"), Decimal(500))
    assert not Payment.objects.exists()
    again = imported("prepayment", *rows)
    assert (again.counts["new"], again.counts["same"], AccountEntry.objects.count()) == (0, 2, 2)


def test_parking_history_is_charged_and_paid_before(imported, flat, office):
    space = UnitFactory(office=office, kind="parking", space_kind="shared")
    car = VehicleFactory(person=flat.tenures.get().person, plate="粤B12345", space=space)
    tariff = "公共车位停车费"
    rows = (
        PARKED,
        ("粤b12345", tariff, 12, dt.date(2024, 1, 1), dt.date(2025, 1, 1), "2024-01-03", 3120, 3120, "", "手工导入"),
        ("粤B12345", tariff, 12, dt.date(2025, 1, 1), dt.date(2026, 1, 1), None, 3120, 1000, "张三", ""),
    )  # fmt: skip
    run = imported("parking", *rows)
    assert (run.status, run.counts["new"], run.messages) == ("done", 2, [])
    paid, part = Bill.objects.order_by("month")
    assert (paid.unit, paid.vehicle, paid.outstanding, part.outstanding) == (flat, car, 0, Decimal(2120))
    assert paid.subject == "2024-01-01 – 2025-01-01 手工导入"
    assert balance_of(flat) == 0
    assert Allocation.objects.get(bill=paid).at.date() == dt.date(2024, 1, 3)
    again = imported("parking", *rows)
    assert (again.counts["new"], again.counts["same"], Bill.objects.count()) == (0, 2, 2)


def test_parking_history_names_what_is_wrong(imported, office, flat):
    VehicleFactory(person=flat.tenures.get().person, plate="粤B12345")
    tariff, day = "公共车位停车费", "2024-01-01"
    run = imported(
        "parking",
        PARKED,
        ("粤B99999", tariff, 12, day, "2025-01-01", day, 100, 100, "", ""),
        ("粤B12345", tariff, 12, day, "2023-01-01", day, 100, 100, "", ""),
        ("粤B12345", tariff, 12, day, "2025-01-01", day, 100, 101, "", ""),
    )
    assert [message["column"][0] for message in run.messages] == ["A", "E", "H"]
    assert not Bill.objects.exists()


@pytest.mark.parametrize("kind", ["balance", "prepayment", "parking"])
def test_imports_need_the_right(kind, clerk, supervisor, manager, client_of):
    """What gives households money to their name is the manager's to bring in."""
    url = reverse("kit:import_new", args=[f"fees.{kind}"])
    assert client_of(manager, confirmed=True).get(url).status_code == 200
    assert client_of(supervisor, confirmed=True).get(url).status_code == (403 if kind == "prepayment" else 200)
    assert client_of(clerk, confirmed=True).get(url).status_code == 403
