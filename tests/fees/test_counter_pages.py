"""The counter and its papers as a cashier uses them (R-FEE-08, R-FEE-09, R-FEE-11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fees.forms.counter import mark
from fees.models import Payment, Reversal, Till
from fees.services import approve_reversal, balance_of, count_till, request_reversal
from frontdesk.estate.services import index_person, index_unit, index_vehicle
from frontdesk.kit.calendar import local_date
from tests.factories import (
    PaymentFactory,
    PersonFactory,
    PhoneFactory,
    ReversalFactory,
    TenderFactory,
    TenureFactory,
    TillFactory,
    UnitFactory,
    VehicleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(office):
    """3-2-1502, where 欧阳娜 lives, findable by whatever is at hand."""
    unit = UnitFactory(office=office, code="3-2-1502")
    person = PersonFactory(office=office, name="欧阳娜")
    PhoneFactory(person=person, number="13800138000")
    TenureFactory(unit=unit, person=person)
    car = VehicleFactory(person=person, plate="粤B12345")
    index_unit(unit)
    index_person(person)
    index_vehicle(car)
    return unit


@pytest.fixture
def desk(cashier, client_of):
    """The cashier's browser."""
    return client_of(cashier)


def take_url(unit):
    return reverse("fees:take", args=[unit.pk])


def form_of(*bills, **data):
    values = {"once": str(uuid4()), "bills": [mark(bill) for bill in bills], "method": "cash"}
    return values | data


# ---- finding ----


@pytest.mark.parametrize("text", ["3-2-1502", "oyn", "欧阳", "8000", "粤B12345"])
def test_counter_leads_from_whatever_is_at_hand_to_the_bills(home, desk, text):
    assert desk.get(reverse("fees:counter"), {"q": text}).url == take_url(home)


def test_counter_offers_several_with_what_they_owe(home, office, owe, desk):
    neighbour = UnitFactory(office=office, code="3-2-1503")
    index_unit(neighbour)
    owe("100", unit=home)
    answer = desk.get(reverse("fees:counter"), {"q": "3-2-150"})
    assert [(row.unit.code, row.names, row.owed) for row in answer.context["found"]] == [
        ("3-2-1502", ["欧阳娜"], Decimal(100)), ("3-2-1503", [], 0),
    ]  # fmt: skip


def test_counter_finds_nothing_of_another_office(desk):
    index_unit(UnitFactory(code="9-9-9999"))
    answer = desk.get(reverse("fees:counter"), {"q": "9-9-9999"})
    assert answer.context["found"] == []


def test_another_offices_unit_is_not_there(desk):
    assert desk.get(take_url(UnitFactory())).status_code == 404


# ---- the household's bills ----


def test_overdue_bills_are_ticked_and_a_disputed_one_is_not(home, owe, desk):
    late, disputed = owe("100", unit=home), owe("30", unit=home, disputed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    coming = owe("70", unit=home, due=local_date() + dt.timedelta(days=3))
    answer = desk.get(take_url(home))
    assert [(bill, ticked) for bill, _mark, ticked, _part in answer.context["rows"]] == [
        (late, True), (disputed, False), (coming, False),
    ]  # fmt: skip
    assert (answer.context["due"], answer.context["owed"]) == (Decimal(100), Decimal(200))
    assert answer.context["form"]["amount"].value() == Decimal(100)
    assert answer.context["form"]["payer"].value() == "欧阳娜"


def test_all_is_ticked_where_nothing_is_overdue(home, owe, desk):
    owe("70", unit=home, due=local_date())
    assert desk.get(take_url(home)).context["due"] == Decimal(70)


def test_other_units_of_the_same_people_join_with_a_click(home, office, owe, desk):
    space = UnitFactory(office=office, code="P-017", kind="parking")
    TenureFactory(unit=space, person=home.tenures.get().person)
    bill = owe("260", unit=space)
    shown = desk.get(take_url(home))
    [(row, added, url)] = shown.context["others"]
    assert (row.unit, row.owed, added) == (space, Decimal(260), False)
    again = desk.get(take_url(home) + url)
    assert [one for one, *_rest in again.context["rows"]] == [bill]


# ---- taking money ----


def test_take_leads_to_the_receipt_ready_to_print(home, owe, desk):
    bill = owe("170.05", unit=home)
    answer = desk.post(take_url(home), form_of(bill, amount="170.05", payer="欧阳娜"))
    payment = Payment.objects.get()
    assert answer.url == reverse("fees:payment_receipt", args=[payment.pk])
    assert (payment.amount, payment.payer, payment.unit) == (Decimal("170.05"), "欧阳娜", home)
    assert "autofocus" in desk.get(answer.url).content.decode()


def test_an_empty_amount_takes_what_the_ticked_bills_come_to(home, owe, desk):
    desk.post(take_url(home), form_of(owe("100", unit=home), owe("20", unit=home)))
    assert Payment.objects.get().amount == Decimal(120)


def test_part_of_a_bill_stays_open(home, owe, desk):
    bill = owe("100", unit=home)
    desk.post(take_url(home), form_of(bill, amount="40"))
    bill.refresh_from_db()
    assert bill.outstanding == Decimal(60)


def test_more_than_due_is_kept_only_when_that_was_meant(home, owe, desk):
    bill = owe("100", unit=home)
    answer = desk.post(take_url(home), form_of(bill, amount="1000", note="先存着"))
    assert list(answer.context["form"].errors) == ["amount"]
    assert "900.00" in answer.content.decode()
    assert "先存着" in answer.content.decode()
    desk.post(take_url(home), form_of(bill, amount="1000", keep_rest="on"))
    assert balance_of(home) == Decimal(900)


def test_money_without_a_bill_is_an_advance(home, desk):
    assert "keep_rest" not in desk.get(take_url(home)).content.decode()
    answer = desk.post(take_url(home), form_of(amount="￥１，０００"))
    assert answer.status_code == 302
    assert balance_of(home) == Decimal(1000)


def test_two_means_share_the_amount_and_cash_gives_change(home, owe, desk):
    bill = owe("100", unit=home)
    data = form_of(bill, amount="100", amount2="40", method2="wechat", reference2="42000", handed_over="100")
    desk.post(take_url(home), data)
    rows = Payment.objects.get().tenders.values_list("method", "amount", "handed_over", "reference")
    assert list(rows) == [("cash", 60, 100, ""), ("wechat", 40, None, "42000")]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "abc"}, "amount"),
        ({"amount": "100", "amount2": "100", "method2": "wechat"}, "amount2"),
        ({"amount": "100", "amount2": "40", "method2": "cash"}, "method2"),
        ({"amount": "100", "handed_over": "50"}, "handed_over"),
        ({"amount": "100", "method": "shells"}, "method"),
        ({"bills": ["no bill"]}, "bills"),
        ({"bills": ["999999-100"]}, "bills"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(home, owe, desk, data, field):
    answer = desk.post(take_url(home), form_of(owe("100", unit=home), note="备注留着") | data)
    assert list(answer.context["form"].errors) == [field]
    assert "备注留着" in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_bill_of_another_office_is_not_taken(home, owe, desk):
    stranger = owe("100", unit=UnitFactory())
    answer = desk.post(take_url(home), form_of(stranger))
    assert list(answer.context["form"].errors) == ["bills"]


def test_nothing_ticked_and_nothing_written_is_asked_for(home, desk):
    assert list(desk.post(take_url(home), form_of()).context["form"].errors) == ["amount"]


def test_work_out_again_takes_nothing(home, owe, desk):
    one, other = owe("100", unit=home), owe("20", unit=home)
    answer = desk.post(take_url(home), form_of(one, other, amount="100", again="1", note="两笔"))
    assert answer.context["form"]["amount"].value() == Decimal(120)
    assert (answer.context["form"]["note"].value(), Payment.objects.count()) == ("两笔", 0)


def test_sent_twice_takes_once_and_leads_to_the_same_receipt(home, owe, desk):
    data = form_of(owe("100", unit=home))
    first, second = (desk.post(take_url(home), data) for _click in range(2))
    assert (first.url, second.url, Payment.objects.count()) == (first.url, first.url, 1)


def test_second_cashier_is_told_who_took_it_and_loses_nothing(home, owe, pay, supervisor, office, desk, client_of):
    bill, other = owe("100", unit=home), owe("30", unit=home)
    data = form_of(bill, other, amount="130", payer="欧阳娜的父亲", note="现金")
    paid = pay(bill)
    answer = desk.post(take_url(home), data)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert f"已由{paid.taken_by}收款" in said
    assert paid.number in said
    form = answer.context["form"]
    assert (form["payer"].value(), form["note"].value()) == ("欧阳娜的父亲", "现金")
    assert form["amount"].value() == Decimal(30)
    assert [(row, ticked) for row, _mark, ticked, _part in answer.context["rows"]] == [(other, True)]
    assert Payment.objects.count() == 1


def test_advance_pays_open_bills_at_the_counter(home, owe, pay, desk):
    pay(amount="150", unit=home)
    bill = owe("100", unit=home)
    assert desk.get(take_url(home)).context["advances"] == [(home, Decimal(150))]
    answer = desk.post(reverse("fees:advance_use", args=[home.pk]), {"once": str(uuid4())}, follow=True)
    assert "100.00" in answer.content.decode()
    bill.refresh_from_db()
    assert (bill.outstanding, balance_of(home)) == (0, Decimal(50))


# ---- the paper ----


def test_looking_at_a_receipt_counts_nothing_and_each_print_is_counted(owe, pay, desk):
    payment = pay(owe("170.05"))
    url = reverse("fees:payment_receipt", args=[payment.pk])
    assert "壹佰柒拾元零伍分" in desk.get(url).content.decode()
    first, second = desk.post(url).content.decode(), desk.post(f"{url}?paper=80mm").content.decode()
    payment.refresh_from_db()
    assert payment.printed == 2
    assert "receipt-mark" not in first
    assert 'receipt-mark">补打' in second
    assert ("receipt-a5" in first, "receipt-80mm" in second) == (True, True)


def test_receipt_shows_what_was_printed_without_being_counted_as_a_draft(owe, pay, desk):
    url = reverse("fees:payment_receipt", args=[pay(owe("1")).pk])
    assert "receipt-draft" in desk.get(url).content.decode()
    assert "receipt-draft" not in desk.post(url).content.decode()


def test_void_receipt_says_so_and_links_both_ways(owe, pay, cashier, manager, desk):
    payment = pay(owe("100"))
    asked = request_reversal(payment, kind="void", reason="收错房号", by=cashier)
    mirror = approve_reversal(asked, by=manager).mirror
    receipt = desk.get(reverse("fees:payment_receipt", args=[payment.pk])).content.decode()
    assert ("receipt-void" in receipt, mirror.number in receipt) == (True, True)
    assert mirror.get_absolute_url() in desk.get(payment.get_absolute_url()).content.decode()
    assert payment.get_absolute_url() in desk.get(mirror.get_absolute_url()).content.decode()


# ---- taking back ----


def test_ask_for_a_void_and_the_manager_approves_with_the_password(owe, pay, desk, manager, client_of):
    bill = owe("100")
    payment = pay(bill)
    answer = desk.post(
        reverse("fees:reversal_add", args=[payment.pk]),
        {"once": str(uuid4()), "kind": "void", "reason": "收错房号"},
    )
    asked = Reversal.objects.get()
    assert answer.url == asked.get_absolute_url()
    url = reverse("fees:reversal_move", args=[asked.pk, "approve_reversal"])
    assert client_of(manager).post(url).status_code == 401
    client_of(manager, confirmed=True).post(url, {"once": str(uuid4())})
    asked.refresh_from_db()
    bill.refresh_from_db()
    assert (asked.state, asked.mirror.amount, bill.outstanding) == ("approved", Decimal(-100), Decimal(100))


def test_the_form_says_how_much_can_be_paid_back(home, owe, pay, desk):
    payment = pay(owe("100", unit=home), amount="130", unit=home)
    url = reverse("fees:reversal_add", args=[payment.pk])
    assert "30.00" in str(desk.get(url).context["form"].fields["amount"].help_text)
    data = {"once": str(uuid4()), "kind": "refund", "amount": "31", "method": "cash", "reason": "多交"}
    answer = desk.post(url, data)
    assert list(answer.context["form"].errors) == ["amount"]
    assert desk.post(url, data | {"once": str(uuid4()), "amount": "30"}).status_code == 302


def test_a_reason_is_asked_for(owe, pay, desk):
    url = reverse("fees:reversal_add", args=[pay(owe("100")).pk])
    assert list(desk.post(url, {"once": str(uuid4()), "kind": "void"}).context["form"].errors) == ["reason"]


def test_refuse_and_withdraw(owe, pay, cashier, desk, manager, client_of):
    asked = request_reversal(pay(owe("100")), kind="void", reason="收错", by=cashier)
    boss = client_of(manager)
    url = reverse("fees:reversal_move", args=[asked.pk, "refuse_reversal"])
    assert list(boss.post(url, {"note": ""}).context["form"].errors) == ["note"]
    boss.post(url, {"note": "没有收错"})
    asked.refresh_from_db()
    assert (asked.state, asked.decision) == ("refused", "没有收错")
    again = request_reversal(asked.payment, kind="void", reason="再看", by=cashier)
    desk.post(reverse("fees:reversal_move", args=[again.pk, "withdraw_reversal"]), {})
    again.refresh_from_db()
    assert again.state == "withdrawn"


# ---- the till ----


def count(till, desk, **data):
    return desk.post(reverse("fees:till_move", args=[till.pk, "count_till"]), {"once": str(uuid4()), **data})


def test_my_till_leads_to_the_open_one(owe, pay, desk):
    assert desk.get(reverse("fees:till_mine")).url == f"{reverse('fees:till_list')}?whose=mine"
    pay(owe("100"))
    assert desk.get(reverse("fees:till_mine")).url == Till.objects.get().get_absolute_url()


def test_open_till_tells_no_sum_before_it_is_counted(owe, pay, desk):
    pay(owe("123.45"))
    pay(owe("200"))
    till = Till.objects.get()
    urls = (
        till.get_absolute_url(),
        reverse("fees:till_move", args=[till.pk, "count_till"]),
        reverse("fees:till_sheet", args=[till.pk]),
        reverse("fees:payment_list"),
        reverse("fees:till_list"),
    )
    for url in urls:
        assert "323.45" not in desk.get(url).content.decode()


def test_count_as_the_books_say_closes_the_till(owe, pay, desk):
    pay(owe("170"))
    till = Till.objects.get()
    answer = count(till, desk, count_100="1", count_50="1", count_20="1")
    till.refresh_from_db()
    assert (answer.url, till.state, till.difference) == (till.get_absolute_url(), "counted", 0)


def test_counted_till_shows_the_comparison_and_its_history_the_pieces(owe, pay, desk):
    pay(owe("170"))
    till = Till.objects.get()
    count(till, desk, count_100="1", count_50="1", reason="二十元找错")
    said = desk.get(till.get_absolute_url()).content.decode()
    assert ("170.00" in said, "-¥20.00" in said, "二十元找错" in said) == (True, True, True)
    assert "100: 1, 50: 1" in said or "50: 1, 100: 1" in said  # each database keeps them in an order of its own


def test_a_difference_asks_for_the_reason_and_loses_nothing(owe, pay, desk):
    pay(owe("170"))
    till = Till.objects.get()
    counted = {"count_100": "1", "count_50": "1", "count_0.5": "3", "slip_wechat": "12.5"}
    answer = count(till, desk, **counted)
    form = answer.context["form"]
    assert list(form.errors) == ["reason"]
    assert {name: form[name].value() for name in counted} == counted
    assert "170.00" not in answer.content.decode()
    count(till, desk, **counted, reason="找错零钱")
    till.refresh_from_db()
    assert (till.difference, till.slips["wechat"], till.reason) == (Decimal("-18.50"), "12.50", "找错零钱")


def test_counting_again_is_not_done_by_whoever_counted(owe, pay, desk, cashier, supervisor, client_of):
    pay(owe("100"))
    till = Till.objects.get()
    count(till, desk, count_100="1")
    assert desk.post(reverse("fees:till_move", args=[till.pk, "confirm_till"])).status_code == 403
    other = client_of(supervisor)
    url = reverse("fees:till_move", args=[till.pk, "recount_till"])
    assert list(other.post(url, {"note": ""}).context["form"].errors) == ["note"]
    other.post(url, {"note": "五十元少一张"})
    till.refresh_from_db()
    assert till.state == "open"
    assert count(till, desk, count_100="1").status_code == 302
    other.post(reverse("fees:till_move", args=[till.pk, "confirm_till"]), {})
    till.refresh_from_db()
    assert (till.state, till.confirmed_by) == ("confirmed", supervisor)


def test_deposit_and_the_sheet_with_the_last_seal(owe, pay, desk, cashier, supervisor):
    payment = pay(owe("100"))
    till = count_till(payment.till, counts={"100": 1}, slips={}, by=cashier)
    Till.objects.filter(pk=till.pk).update(state="confirmed")
    url = reverse("fees:till_move", args=[till.pk, "deposit_till"])
    assert list(desk.post(url, {"amount": "101", "slip": "B1"}).context["form"].errors) == ["amount"]
    desk.post(url, {"amount": "100", "slip": "B1"})
    sheet = desk.get(reverse("fees:till_sheet", args=[till.pk])).content.decode()
    assert (payment.digest in sheet, "B1" in sheet, payment.number in sheet) == (True, True, True)


# ---- lists ----


def test_payments_are_asked_for_by_means_unit_and_void(home, owe, pay, cashier, manager, desk):
    cash, wechat = pay(owe("100", unit=home)), pay(owe("50"), method="wechat")
    approve_reversal(request_reversal(cash, kind="void", reason="收错", by=cashier), by=manager)
    mirror = Payment.objects.get(kind="void")

    def found(**asked):
        answer = desk.get(reverse("fees:payment_list"), asked)
        return {
            number for number in (cash.number, wechat.number, mirror.number) if f">{number}<" in answer.content.decode()
        }

    assert found(method="wechat") == {wechat.number}
    assert found(unit=home.pk) == {cash.number, mirror.number}
    assert found(kind="voided") == {cash.number}
    assert found(kind="valid") == {wechat.number}
    assert found(paid_before="2020-01-01") == set()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("payment_list", 13), ("reversal_list", 12), ("till_list", 14)])
def test_lists_take_the_same_queries_however_many_rows(
    office, supervisor, client_of, rows, name, queries, django_assert_num_queries
):
    make = {
        "payment_list": lambda: TenderFactory(payment=PaymentFactory(till__office=office)),
        "reversal_list": lambda: ReversalFactory(payment__till__office=office),
        "till_list": lambda: TillFactory(office=office),
    }[name]
    for _row in range(rows):
        make()
    client = client_of(supervisor)
    with django_assert_num_queries(queries):
        client.get(reverse(f"fees:{name}"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_household_takes_the_same_queries_however_much_is_open(home, owe, desk, rows, django_assert_num_queries):
    for _bill in range(rows):
        owe("100", unit=home)
    with django_assert_num_queries(14):
        desk.get(take_url(home))


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_one_take_the_same_queries_however_long(owe, pay, desk, rows, django_assert_num_queries):
    payment = pay(*[owe("10") for _bill in range(rows)])
    for url, queries in (
        (payment.get_absolute_url(), 15),
        (reverse("fees:payment_receipt", args=[payment.pk]), 9),
        (payment.till.get_absolute_url(), 9),
    ):
        with django_assert_num_queries(queries):
            desk.get(url)
