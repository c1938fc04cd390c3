"""Two people at one desk: a key is missing, a ticket blocks, one refuses, then both sign (R-DUTY-07…11)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext
from playwright.sync_api import expect

from duty.models import Handover, Shift
from duty.services import records
from duty.services.handover import begin_handover
from frontdesk.kit.calendar import now
from frontdesk.kit.pages.ways import address
from tests.browser.conftest import PASSWORD
from tests.browser.looking import too_wide, violations
from tests.chromium import DESK, PHONE
from tests.factories import KeyFactory, TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shift(office, clerk, supervisor):
    """The clerk's shift at a desk with two radios and a cabinet of two keys, an urgent ticket taken in it."""
    post = records.set_up_post(office=office, by=supervisor, name="前台", keeps_keys=True, articles="对讲机 2")
    for tag in ("K-0001", "K-0002"):
        KeyFactory(office=office, tag=tag)
    made = records.begin_shift(post, by=clerk)
    TicketFactory(office=office, first_contact=clerk, received_at=now(), urgent=True, subject="水管爆裂")
    return made


class Desk:
    """The screen both stand at."""

    def __init__(self, page):
        self.page = page

    def step(self, name):
        """Open one step from the page of the handover."""
        self.page.goto(address("duty:handover_move", Handover.objects.get().pk, name))

    def send(self):
        """Press the button of the step, and be back on the handover."""
        self.page.locator("form.stack .btn-primary, #move form .btn-primary").click()
        self.page.wait_for_url(f"**{Handover.objects.get().get_absolute_url()}")

    def sign(self, name):
        """Open a signature and give the password."""
        self.step(name)
        self.page.locator("#id_secret").fill(PASSWORD)
        self.page.locator("#move form .btn-primary, #move form .btn-danger").click()


def _do_the_steps(desk, page):
    """Count, call, look, read, explain and note: one key is missing, one ticket is open."""
    desk.step("count_articles")
    expect(page.locator(".count-grid")).not_to_contain_text("2")  # counted blind
    page.get_by_label("对讲机").fill("2")
    desk.send()
    desk.step("call_keys")
    page.get_by_role("checkbox", name="K-0001").check()
    desk.send()
    expect(page.locator("#card")).to_contain_text("K-0002")
    desk.step("check_area")
    desk.send()
    desk.step("read_log")
    desk.send()
    desk.step("explain_differences")
    page.get_by_role("textbox").last.fill("工程部借用未登记")
    desk.send()
    desk.step("note_work")
    page.locator(".work-note input").fill("维修已到场")
    desk.send()
    expect(page.get_by_role("status")).to_contain_text(["水管爆裂"])
    expect(page.locator(".action-bar").get_by_role("link", name=_("Sign over"))).to_have_count(0)


def test_two_people_hand_over_and_nothing_is_dropped(sit_down, shift, clerk, steward, supervisor):
    page = sit_down(clerk)
    desk = Desk(page)
    page.goto(shift.get_absolute_url())
    page.get_by_role("link", name=_("Hand over")).click()
    page.locator("#id_incoming").select_option(label=steward.name)
    page.locator("#move form .btn-primary").click()
    page.wait_for_url("**/handovers/*/")

    _do_the_steps(desk, page)

    boss = sit_down(supervisor)
    boss.goto(address("duty:handover_move", Handover.objects.get().pk, "release_work"))
    boss.get_by_role("checkbox").check()
    boss.locator("#id_reason").fill("维修继续处理")
    boss.locator("#move form .btn-primary").click()
    boss.wait_for_url("**/handovers/*/")

    desk.sign("sign_over")
    page.wait_for_url("**/accept_shift/")
    assert page.evaluate("scrollY") == 0  # the sheet is read before it is signed
    desk.step("refuse_shift")
    page.locator("#id_note").fill("钥匙没找到")
    page.locator("#id_secret").fill(PASSWORD)
    page.locator("#move form .btn-danger").click()
    page.wait_for_url(f"**{Handover.objects.get().get_absolute_url()}")
    expect(page.get_by_role("alert")).to_contain_text("钥匙没找到")
    assert Shift.objects.open().get().clerk == clerk
    boss.goto(address("duty:handover_move", Handover.objects.get().pk, "settle_refusal"))
    boss.locator("#id_note").fill("钥匙已送回")
    boss.locator("#move form .btn-primary").click()
    boss.wait_for_url("**/handovers/*/")

    desk.sign("sign_over")
    page.wait_for_url("**/accept_shift/")
    desk.sign("accept_shift")
    page.wait_for_url("**/shift-records/*/")
    assert Shift.objects.open().get().clerk == steward
    expect(page.locator("main")).to_contain_text("水管爆裂")
    expect(page.locator("main")).to_contain_text(pgettext("work", "open"))

    page.goto(reverse("duty:handover_sheet", args=[Handover.objects.get().pk]))
    for words in ("K-0002", "工程部借用未登记", "水管爆裂", "维修继续处理", "钥匙已送回", clerk.name, steward.name):
        expect(page.locator("main")).to_contain_text(words)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name=_("Print"))).to_be_hidden()


def test_the_total_of_the_cash_stands_above_the_bar_of_a_low_screen(sit_down, office, clerk, steward, supervisor):
    post = records.set_up_post(office=office, by=supervisor, name="前台", keeps_money=True, articles="")
    handover = begin_handover(records.begin_shift(post, by=clerk), incoming=steward, by=clerk)
    page = sit_down(clerk, viewport=DESK)
    page.goto(address("duty:handover_move", handover.pk, "count_cash"))
    page.get_by_label(_("%(value)s yuan") % {"value": 100}, exact=True).fill("5")
    total = page.locator("[data-cash-counted]")
    expect(total).to_have_text("¥500.00")
    bottom = total.bounding_box()["y"] + total.bounding_box()["height"]
    assert bottom <= page.locator(".action-bar").bounding_box()["y"]


def test_the_log_is_written_on_a_phone_by_keyboard_alone(sit_down, shift, clerk):
    phone = sit_down(clerk, viewport=PHONE)
    phone.goto(shift.get_absolute_url())
    assert (violations(phone), too_wide(phone)) == ([], [])
    phone.locator("#log-text").fill("门厅灯坏，已报修")
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_contain_text("门厅灯坏，已报修")
    assert shift.log_entries.get().text == "门厅灯坏，已报修"
