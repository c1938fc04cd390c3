"""The ledgers (R-FEE-10, R-FEE-11): collection and journal, on the page and read back from Excel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from fees.models import Bill, Payment
from fees.services import Collection, Journal, adjust_bill, approve_reversal, as_month, request_reversal
from tests.factories import BuildingFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]

LEDGER, JOURNAL, BILLS = reverse("fees:ledger"), reverse("fees:journal"), reverse("fees:ledgerbill_list")
SEPTEMBER, OCTOBER, NOVEMBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _on_a_saturday():
    with time_machine.travel(dt.datetime(2026, 11, 28, 4, tzinfo=dt.UTC), tick=False):
        yield


def book(answer):
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def two_months(owe, pay, flat, office, tariffs, supervisor):
    """September: 100 paid, 50 corrected by −10 and half paid; October: 30 of another house, open."""
    first = BuildingFactory(office=office, name="1栋", position=1)
    second = BuildingFactory(office=office, name="2栋", position=2)
    flat.building = first
    flat.save(update_fields=["building"])
    home, parking = tariffs.get(name="物业管理费（住宅）"), tariffs.get(name="公共车位停车费")
    paid = owe("100.00", month=SEPTEMBER, tariff=home)
    part = owe("50.00", month=SEPTEMBER, tariff=parking)
    adjust_bill(part, amount=Decimal("-10.00"), reason="算错", by=supervisor)
    part.refresh_from_db()
    pay(paid)
    pay(part, amount="20.00", method="wechat")
    owe("30.00", month=OCTOBER, tariff=home, unit=UnitFactory(office=office, building=second))
    return first, second


def facts(lines):
    return [(line.label, line.bills, line.charged, line.paid, line.open) for line in lines]


@pytest.mark.usefixtures("two_months")
def test_collection_by_month_building_and_tariff_comes_to_the_same(office):
    found = Collection(Bill.objects.filter(office=office), SEPTEMBER, NOVEMBER)
    assert facts(found.lines("month")) == [("2026-09", 2, 140, 120, 20), ("2026-10", 1, 30, 0, 30)]
    assert facts(found.lines("building")) == [("1栋", 2, 140, 120, 20), ("2栋", 1, 30, 0, 30)]
    assert facts(found.lines("tariff")) == [("物业管理费（住宅）", 2, 130, 100, 30), ("公共车位停车费", 1, 40, 20, 20)]
    total = found.total
    assert (total.bills, total.charged, total.paid, total.open, total.percent) == (3, 170, 120, 50, "70.5%")


@pytest.mark.usefixtures("two_months")
def test_collection_keeps_to_the_months_asked_for(office):
    found = Collection(Bill.objects.filter(office=office), OCTOBER, OCTOBER)
    assert facts(found.lines("month")) == [("2026-10", 1, 30, 0, 30)]
    assert Collection(Bill.objects.filter(office=office), NOVEMBER, NOVEMBER).total.percent == "—"


def test_every_number_of_the_ledger_leads_to_its_bills(two_months, clerk, client_of):
    client = client_of(clerk)
    page = client.get(LEDGER, {"first": "2026-09", "last": "2026-11"})
    for section in page.context["sections"]:
        for row in section["rows"]:
            line = row["line"]
            behind = [client.get(row[name]).context["screen"] for name in ("all_url", "paid_url", "open_url")]
            every, paid, left = behind
            assert (every.count, every.figures["charged"]) == (line.bills, line.charged)
            assert every.figures["paid"] == line.paid
            assert (paid.figures["paid"] or 0) == line.paid
            assert (left.figures["outstanding"] or 0) == line.open


def test_ledger_of_one_building(two_months, clerk, client_of):
    _first, second = two_months
    page = client_of(clerk).get(LEDGER, {"first": "2026-09", "last": "2026-11", "building": second.pk})
    assert page.context["total"].charged == 30


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": "2026-13", "last": "2026-12"}, "first"),
        ({"first": "2026-12", "last": "2026-01"}, "last"),
        ({"first": "2001-01", "last": "2026-01"}, "last"),
        ({"first": "", "last": "2026-01"}, "first"),
    ],
)
def test_ledger_says_what_it_cannot_read_and_shows_this_year(asked, field, clerk, client_of):
    page = client_of(clerk).get(LEDGER, asked)
    assert field in page.context["form"].errors
    assert (page.context["first"], page.context["last"]) == (dt.date(2026, 1, 1), NOVEMBER)


@pytest.mark.usefixtures("two_months")
def test_ledger_as_excel_with_sums_and_heads_in_sight(cashier, clerk, client_of):
    asked = {"first": "2026-09", "last": "2026-11", "export": "xlsx"}
    workbook = book(client_of(cashier, confirmed=True).get(LEDGER, asked))
    assert workbook.sheetnames == ["按月份", "按楼栋", "按收费项目"]
    assert values(workbook["按月份"]) == [
        ["月份", "账单笔数", "应收", "实收", "欠费", "收缴率"],
        ["2026-09", 2, 140, 120, 20, pytest.approx(120 / 140)],
        ["2026-10", 1, 30, 0, 30, 0],
        ["合计", 3, 170, 120, 50, pytest.approx(120 / 170)],
    ]
    for sheet in workbook:
        assert sheet.freeze_panes == "A2"
        assert sheet["A2"].data_type == "s"
    assert client_of(clerk, confirmed=True).get(LEDGER, asked).status_code == 403
    assert "attachment" not in client_of(cashier).get(LEDGER, asked).headers.get("Content-Disposition", "")


def test_ledger_of_another_office_is_not_seen(two_months, outsider, company, client_of):
    asked = {"first": "2026-09", "last": "2026-11"}
    assert client_of(outsider).get(LEDGER, asked).context["total"].bills == 0
    assert client_of(company).get(LEDGER, asked).context["total"].bills == 3


def test_ledger_costs_the_same_queries_however_much_there_is(owe, office, clerk, client_of, django_assert_num_queries):
    client = client_of(clerk)
    for rows in (1, 3):
        for _row in range(rows):
            owe(month=OCTOBER, unit=UnitFactory(office=office, building=BuildingFactory(office=office)))
        client.get(LEDGER)
        with django_assert_num_queries(11):
            client.get(LEDGER)


@pytest.mark.parametrize("rows", [1, 3])
def test_bills_of_the_ledger_cost_the_same_queries(rows, owe, clerk, client_of, django_assert_num_queries):
    for _row in range(rows):
        owe(month=OCTOBER)
    client = client_of(clerk)
    client.get(BILLS)
    with django_assert_num_queries(8):
        assert client.get(BILLS).context["screen"].count == rows


@pytest.mark.parametrize("query", ["first=x&last=2026-99", "building=null", "state=paid", "kind=late&q=3-2"])
def test_bills_of_the_ledger_take_any_question(query, owe, clerk, client_of):
    owe(month=OCTOBER)
    assert client_of(clerk).get(f"{BILLS}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("text", "month"),
    [("2026-11", NOVEMBER), (" 2026-11 ", NOVEMBER), ("2026-13", None), ("0000-01", None), ("x", None)],
)
def test_as_month_reads_a_month_or_nothing(text, month):
    assert as_month(text) == month


# ---- the day's journal ----


@pytest.fixture
def a_day(owe, pay, cashier, manager, supervisor):
    """Two cashiers; one payment by two means is voided."""
    kept = pay(owe("100.00"), payer="=王五")
    undone = pay(owe("40.00"), method="wechat")
    approve_reversal(request_reversal(undone, kind="void", reason="重复收款", by=cashier), by=manager)
    with time_machine.travel(dt.datetime(2026, 11, 27, 4, tzinfo=dt.UTC), tick=False):
        pay(owe("7.00"))
    return kept, undone


def test_journal_adds_up_a_day_by_cashier_and_means_with_voids_apart(a_day, cashier):
    found = Journal(Payment.objects.all(), dt.date(2026, 11, 28))
    by_name = {line.cashier: line for line in found.cashiers}
    line = found.total
    assert (line.receipts, line.total, line.voids, line.voided) == (2, Decimal(100), 1, Decimal(40))
    assert (line.by_method["cash"], line.by_method["wechat"]) == (Decimal(100), Decimal(0))
    assert by_name[str(cashier)].receipts == 2
    assert len(found.rows) == 3


def test_journal_page_says_the_receipts_and_what_they_take_back(a_day, clerk, client_of):
    _kept, undone = a_day
    page = client_of(clerk).get(JOURNAL)
    text = page.content.decode()
    assert page.context["day"] == dt.date(2026, 11, 28)
    assert text.count(undone.number) == 2
    before = client_of(clerk).get(JOURNAL, {"day": "2026-11-27"})
    assert before.context["journal"].total.total == Decimal(7)
    wrong = client_of(clerk).get(JOURNAL, {"day": "gestern"})
    assert "day" in wrong.context["form"].errors


def test_journal_costs_the_same_queries_for_one_and_three_receipts(
    owe, pay, clerk, client_of, django_assert_num_queries
):
    client = client_of(clerk)
    for rows in (1, 2):
        for _row in range(rows):
            pay(owe())
        client.get(JOURNAL)
        with django_assert_num_queries(7):  # one of them asks whether one's own till is still to be counted
            client.get(JOURNAL)


def test_journal_as_excel_with_sums_and_numbers_that_are_names_as_text(a_day, manager, client_of):
    workbook = book(client_of(manager, confirmed=True).get(JOURNAL, {"export": "xlsx"}))
    assert workbook.sheetnames == ["按收费员", "收据"]
    cashiers, receipts = (values(workbook[name]) for name in workbook.sheetnames)
    heads = "收费员 收据 现金 刷卡 银行转账 微信 支付宝 合计 作废笔数 作废金额 退款笔数 退款金额"
    assert cashiers[0] == heads.split()
    total = dict(zip(cashiers[0], cashiers[-1], strict=True))
    assert (total["收费员"], total["收据"], total["现金"], total["微信"], total["合计"]) == ("合计", 2, 100, 0, 100)
    assert (total["作废笔数"], total["作废金额"]) == (1, 40)
    rows = [dict(zip(receipts[0], row, strict=True)) for row in receipts[1:]]
    assert [row["收据号"] for row in rows] == ["S2026-000001", "S2026-000002", "S2026-000003", "合计"]
    assert (rows[0]["缴款人"], rows[2]["原收据"], rows[2]["金额"]) == ("=王五", "S2026-000002", -40)
    assert {cell.data_type for cell in workbook["收据"]["E"]} <= {"s", "n"}
    assert workbook["收据"].freeze_panes == "A2"
    assert rows[-1]["金额"] == 100


def test_journal_does_not_tell_who_is_still_to_count(a_day, cashier, clerk, client_of):
    mine = client_of(cashier).get(JOURNAL)
    assert (mine.context["journal"].rows, mine.context["is_without_mine"]) == ([], True)
    assert len(client_of(clerk).get(JOURNAL).context["journal"].rows) == 3


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x"])
def test_journal_of_no_day_is_of_one_that_was(office, clerk, client_of, day):
    assert client_of(clerk).get(JOURNAL, {"day": day}).status_code == 200


def test_what_is_prepaid_is_not_collected_before_it_is_drawn(owe, pay, tariffs, office):
    pay(owe("500.00", month=OCTOBER, tariff=tariffs.get(kind="prepayment")))
    owe("30.00", month=OCTOBER, tariff=tariffs.get(kind="shared"))
    found = Collection(Bill.objects.of_office(office), OCTOBER, OCTOBER).total
    assert (found.bills, found.charged, found.paid) == (1, 30, 0)
