"""Fees as the counter lives them: found, paid by keyboard, printed; voided by two people; the till counted blind."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext
from openpyxl import load_workbook
from playwright.sync_api import expect

from fees.models import Bill, BillRun, Payment, Till
from fees.services import take_over_tariffs
from frontdesk.kit import verification
from frontdesk.kit.calendar import local_date
from frontdesk.kit.jobs import run_job
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE
from tests.factories import BillFactory, TenureFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Keys:
    """A keyboard that counts what is pressed."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, key):
        self.pressed += 1
        self.page.keyboard.press(key)


@pytest.fixture
def bills(home):
    """Two months overdue, one of this month not due yet."""
    today = local_date()
    due = (dt.date(2026, 9, 5), dt.date(2026, 10, 5), today + dt.timedelta(days=4))
    return [BillFactory(unit=home, month=day.replace(day=1), due_on=day, source="charge") for day in due]


def _find(page):
    """Open the counter and type the unit; what is pressed from now on counts."""
    page.goto(reverse("fees:counter"))
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("3-2-1502")
    return Keys(page)


def _painted(page):
    """Wait until the next page stands on the screen: a browser drops keys that are pressed before."""
    expect(page.locator("[data-ticks]")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_common_case_takes_two_keys_and_the_receipt_is_printed_with_a_third(sit_down, bills, home, cashier):
    page = sit_down(cashier)
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    keys = _find(page)
    keys.press("Enter")
    _painted(page)
    expect(page.locator("#id_amount")).to_be_focused()
    expect(page.locator("#id_amount")).to_have_value("340.10")
    keys.press("Enter")
    page.wait_for_url("**/receipt/")
    expect(page.get_by_role("button", name=_("Print"), exact=True)).to_be_focused()
    payment = Payment.objects.get()
    assert (payment.amount, payment.payer, keys.pressed) == (Decimal("340.10"), "欧阳娜", 2)
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
    expect(page.get_by_role("link", name=_("Next household"))).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    payment.refresh_from_db()
    assert (payment.printed, keys.pressed) == (1, 4)


def test_wechat_by_keyboard_takes_six_keys_with_the_print(sit_down, bills, cashier):
    page = sit_down(cashier)
    page.add_init_script("window.print = () => {}")
    keys = _find(page)
    keys.press("Enter")
    _painted(page)
    expect(page.locator("#id_amount")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowRight")
    expect(page.locator("#id_handed_over")).to_be_hidden()
    keys.press("Enter")
    page.wait_for_url("**/receipt/")
    assert (Payment.objects.get().tenders.get().method, keys.pressed) == ("wechat", 4)


def test_total_parts_and_change_follow_what_is_ticked_and_typed(sit_down, bills, cashier):
    page = sit_down(cashier)
    keys = _find(page)
    keys.press("Enter")
    due, parts = page.locator("[data-due]"), page.locator("[data-part]")
    expect(due).to_have_text("¥340.10")
    page.get_by_role("button", name=_("All"), exact=True).click()
    expect(due).to_have_text("¥510.15")
    page.locator("input[name=bills]").first.uncheck()
    expect(due).to_have_text("¥340.10")
    page.locator("#id_amount").fill("200")
    expect(parts.nth(0)).to_have_text("")
    expect(parts.nth(1)).to_have_text("¥170.05")
    expect(parts.nth(2)).to_have_text("¥29.95")
    expect(page.locator("[data-rest]")).to_contain_text("¥140.10")
    page.locator("#id_handed_over").fill("500")
    expect(page.locator("[data-change]")).to_have_text("¥300.00")
    page.locator("#id_amount").fill("400")
    expect(page.locator("[data-rest]")).to_contain_text("¥59.90")
    page.get_by_role("button", name=_("Take the money")).click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    assert not Payment.objects.exists()
    page.get_by_label(_("Keep what is too much as an advance")).check()
    page.get_by_role("button", name=_("Take the money")).click()
    page.wait_for_url("**/receipt/")
    expect(page.locator(".receipt")).to_contain_text("肆佰元")


def test_a_month_from_its_preview_to_the_collection_in_excel(
    sit_down, home, office, cashier, supervisor, manager, tmp_path
):
    """Looked at, billed, paid, voided and paid again, the day closed; what was collected is read back from Excel."""
    take_over_tariffs(office, by=supervisor)
    month = local_date().replace(day=1)
    chief, desk = sit_down(supervisor), sit_down(cashier)
    _bill(chief, month)
    bill = Bill.objects.get()
    assert (bill.unit, bill.month, bill.amount) == (home, month, Decimal("170.05"))
    payment = _take(desk, bill)
    _void(desk, sit_down(manager), payment)
    _take(desk, bill)
    _count_right(desk)
    lines = _collection(chief, tmp_path / "收缴台账.xlsx")
    assert lines[f"{month:%Y-%m}"] == [1, 170.05, 170.05, 0, 1]
    assert lines["合计"] == lines[f"{month:%Y-%m}"]
    assert verification.findings() == []


def _bill(page, month):
    """Look at the month and start its run; the worker makes the bills."""
    page.goto(reverse("fees:billrun_add") + f"?month={month}")
    expect(page.get_by_role("region", name=_("What would be billed"))).to_contain_text("170.05")
    assert not Bill.objects.exists()
    page.get_by_role("button", name=_("Bill %(month)s now") % {"month": f"{month:%Y-%m}"}).click()
    page.wait_for_url(re.compile(r"/bill-runs/\d+/"))
    assert run_job(BillRun.objects.get().job_id)
    page.reload()
    expect(page.locator("#main")).to_contain_text("170.05")


def _take(page, bill):
    """Take what a bill comes to, whether it is overdue or not."""
    keys = _find(page)
    keys.press("Enter")
    page.get_by_role("button", name=_("All"), exact=True).click()
    expect(page.locator("#id_amount")).to_have_value(str(bill.amount))
    page.get_by_role("button", name=_("Take the money")).click()
    page.wait_for_url("**/receipt/")
    expect(page.locator(".receipt")).to_contain_text("壹佰柒拾元零伍分")
    return Payment.objects.latest("pk")


def _count_right(page):
    """Count what is there: 170.05 less the five fen nobody has a coin for, with the reason."""
    page.goto(reverse("fees:till_mine"))
    page.get_by_role("link", name=_("Count and close")).click()
    for value, pieces in (("100", 1), ("50", 1), ("20", 1)):
        page.locator(f"input[name='count_{value}']").fill(str(pieces))
    page.locator("[name=reason]").fill("五分硬币")
    page.get_by_role("button", name=_("Count and close")).click()
    expect(page.locator("#state")).to_contain_text(_("Counted"))


def _collection(page, path):
    """Take the ledger away as Excel; return its lines by month: bills, charged, paid, open, share."""
    page.goto(reverse("fees:ledger"))
    with page.expect_download() as file:
        page.get_by_role("link", name="Excel", exact=True).click()
    file.value.save_as(path)
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A2"
    return {row[0]: list(row[1:]) for row in sheet.iter_rows(min_row=2, values_only=True)}


def test_from_payment_to_void_and_the_day_closed_by_two(sit_down, bills, cashier, supervisor, manager):
    desk = sit_down(cashier)
    payment = _take_cash(desk)
    _void(desk, sit_down(manager), payment)
    assert _take_cash(desk).amount == payment.amount  # what was voided is owed again
    _count(desk)
    second = sit_down(supervisor)
    second.goto("/")
    second.get_by_role("link", name=_("Tills to confirm")).click()
    second.get_by_role("link", name=Till.objects.get().number).click()
    second.get_by_role("link", name=_("Confirm the count")).click()
    second.locator("#move").get_by_role("button", name=_("Confirm the count")).click()
    expect(second.locator("#state")).to_contain_text(_("Confirmed"))
    till = Till.objects.get()
    assert (till.state, till.difference, till.confirmed_by) == ("confirmed", 0, supervisor)
    assert verification.findings() == []


def _take_cash(page):
    """Take what is overdue, with two keys."""
    keys = _find(page)
    keys.press("Enter")
    _painted(page)
    expect(page.locator("#id_amount")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/receipt/")
    return Payment.objects.latest("pk")


def _void(desk, boss, payment):
    """One asks, another agrees; both receipts stay and point to each other."""
    desk.goto(payment.get_absolute_url())
    desk.get_by_role("link", name=_("Void or refund"), exact=True).click()
    desk.get_by_label(_("Reason")).fill("收错房号")
    desk.get_by_role("button", name=_("Ask for it")).click()
    expect(desk.locator("#state")).to_contain_text(_("To be decided"))
    boss.goto("/")
    boss.get_by_role("link", name=_("Voids and refunds to decide")).click()
    boss.get_by_role("link", name=payment.number).click()
    boss.get_by_role("link", name=_("Approve"), exact=True).click()
    boss.locator("#move").get_by_role("button", name=_("Approve")).click()
    expect(boss.locator("#state")).to_contain_text(_("Approved"))
    boss.get_by_role("link", name=Payment.objects.get(kind="void").number).click()
    expect(boss.locator("#main")).to_contain_text(payment.number)
    desk.goto(reverse("fees:payment_receipt", args=[payment.pk]))
    expect(desk.locator(".receipt-void")).to_be_visible()


def _count(desk):
    """First ten yuan too many: a reason is asked for and nothing is lost; counted again it is right."""
    desk.goto(reverse("fees:till_mine"))
    expect(desk.locator("#state")).to_contain_text(pgettext("till", "Open"))
    desk.get_by_role("link", name=_("Count and close")).click()
    desk.wait_for_load_state()  # keys are pressed blindly: not before the page listens
    desk.locator("input[name=count_100]").fill("3")
    desk.keyboard.press("Enter")
    desk.keyboard.type("1")
    desk.locator("input[name='count_0.1']").fill("1")
    expect(desk.locator("[data-cash-counted]")).to_have_text("¥350.10")
    desk.get_by_role("button", name=_("Count and close")).click()
    expect(desk.locator(".invalid-feedback")).to_be_visible()
    expect(desk.locator("input[name=count_100]")).to_have_value("3")
    desk.locator("input[name=count_50]").fill("")
    desk.locator("input[name=count_20]").fill("2")
    desk.get_by_role("button", name=_("Count and close")).click()
    expect(desk.locator("#state")).to_contain_text(_("Counted"))


def test_counter_on_a_phone_and_for_a_screen_reader(sit_down, bills, home, office, cashier):
    space = UnitFactory(office=office, code="P-017", kind="parking")
    TenureFactory(unit=space, person=home.tenures.get().person)
    BillFactory(unit=space)
    page = sit_down(cashier, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(reverse("fees:take", args=[home.pk]))
    assert (too_wide(page), violations(page)) == ([], [])
    page.get_by_role("link", name="P-017").tap()
    expect(page.locator("input[name=bills]")).to_have_count(4)
    page.get_by_role("button", name=_("Take the money")).tap()
    page.wait_for_url("**/receipt/")
    assert (too_wide(page), violations(page)) == ([], [])
    page.goto(Till.objects.get().get_absolute_url() + "count_till/")
    assert (too_wide(page), violations(page)) == ([], [])


def test_counter_works_without_javascript(sit_down, bills, cashier):
    page = sit_down(cashier, java_script_enabled=False)
    page.goto(reverse("fees:counter"))
    page.locator("#id_q").fill("3-2-1502")
    page.keyboard.press("Enter")
    page.locator("input[name=bills]").first.uncheck()
    page.get_by_role("button", name=_("Work it out again")).click()
    expect(page.locator("#id_amount")).to_have_value("170.05")
    page.get_by_role("button", name=_("Take the money")).click()
    expect(page.locator(".receipt")).to_contain_text("¥170.05")
    assert Payment.objects.get().amount == Decimal("170.05")
