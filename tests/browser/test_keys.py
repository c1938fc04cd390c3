"""Keys as the counter lives them: an agent with a letter, overdue, back with the unit looked at; a sealed key anew."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext
from playwright.sync_api import expect

from complaints.models import Ticket
from frontdesk.estate.models import Person
from frontdesk.kit.calendar import local_date
from frontdesk.kit.tasks import tick
from keys import services
from keys.models import Key, Loan, SealOpening
from tests.browser.looking import too_wide
from tests.chromium import PHONE
from tests.factories import CabinetFactory, ContractorFactory, KeyFactory, RingFactory, TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(home):
    """欧阳娜, as the register knows her."""
    return Person.objects.get(name="欧阳娜")


@pytest.fixture
def cabinet(office):
    """Where the keys hang."""
    return CabinetFactory(office=office, name="A柜", hooks=20)


@pytest.fixture
def key(home, owner, cabinet):
    """The home's key for rework, entrusted by the owner."""
    made = KeyFactory(
        office=home.office, unit=home, kind="rework", tag="K-0012", deposited_by=owner, cabinet=cabinet, hook=12
    )
    services.index_keys([made])
    return made


@pytest.fixture
def rework(home, steward):
    """Warranty rework in the home, in a contractor's hands; the steward answers for it."""
    contractor = ContractorFactory(office=home.office, name="宏达防水", contact="邓建平", phone="13800138002")
    return TicketFactory(
        office=home.office, unit=home, kind="rework", state="dispatched", contractor=contractor, first_contact=steward,
        subject="卫生间渗水",
    )  # fmt: skip


def test_agent_with_letter_from_lending_to_the_ticket_moved_on(sit_down, key, owner, rework, clerk, steward):
    """The agent lets the workers in; overdue, called, back with the unit looked at: the rework is to be inspected."""
    page = sit_down(clerk)
    loan = _lend_to_agent(page, key, owner, rework)
    with time_machine.travel(loan.due_at + dt.timedelta(minutes=5), tick=True):
        tick()
    reminder = loan.reminders.get()
    assert (reminder.kind, reminder.told) == ("after", str(clerk))
    page.goto("/notices/")
    expect(page.locator("#main")).to_contain_text(loan.number)
    page.goto(loan.get_absolute_url())
    expect(page.locator("#main")).to_contain_text(_("Reminders and calls"))
    page.get_by_role("link", name=_("Called the holder")).click()
    page.locator("#move").get_by_label(_("What they said")).fill("半小时内送回")
    page.locator("#move").get_by_role("button").click()
    expect(page.locator("#main")).to_contain_text("半小时内送回")
    page.goto(f"/k/{loan.token}/")
    page.get_by_role("button", name=_("Take back")).click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    for name in ("doors_ok", "power_ok", "rework_done"):
        page.locator(f"input[name={name}][value=yes]").check()
    page.locator("input[name=water_ok][value=no]").check()
    page.get_by_label(_("What was not in order")).fill("总阀关不严，已报修")
    page.get_by_label(_("What was done")).fill("重做防水层，闭水 24 小时")
    page.get_by_role("button", name=_("Take back")).click()
    expect(page.locator("#state")).to_contain_text(_("All back"))
    expect(page.locator("#main")).to_contain_text("总阀关不严，已报修")
    key.refresh_from_db()
    rework.refresh_from_db()
    assert (key.state, rework.state, rework.result) == (
        Key.State.IN, Ticket.State.DONE, "重做防水层，闭水 24 小时",
    )  # fmt: skip
    owner_of_rework = sit_down(steward)
    owner_of_rework.goto("/notices/")
    expect(owner_of_rework.locator("#main")).to_contain_text(rework.number)


def _lend_to_agent(page, key, owner, rework):
    """With the keyboard and few clicks: find, choose who came, what they showed, lend, sign on the screen."""
    page.goto(reverse("keys:counter"))
    page.locator("#id_q").fill("oyn")
    page.locator("#found").get_by_role("link", name=_("Lend"), exact=True).click()
    expect(page.get_by_label(_("For the ticket"))).to_have_value(str(rework.pk))  # the one that is under way here
    page.get_by_label(_("Owner's agent"), exact=True).check()
    expect(page.get_by_label(_("Contractor"), exact=True).last).to_be_hidden()
    page.get_by_label(_("Name"), exact=True).fill("钱代理")
    page.get_by_label(_("Phone"), exact=True).fill("13700000007")
    page.get_by_label(_("Its number")).fill("110101198505121232")
    page.get_by_label(_("Letter of authority valid until")).fill(local_date().isoformat())
    page.get_by_label(_("Letter filed as")).fill("委托书 2026-11")
    page.get_by_role("button", name=_("Lend"), exact=True).click()
    expect(page.locator(".invalid-feedback")).to_be_visible()
    assert not Loan.objects.exists()
    page.get_by_label(_("I have called this owner, who agrees")).check()
    _sign(page)
    page.get_by_role("button", name=_("Lend"), exact=True).click()
    expect(page.locator("#state")).to_contain_text(_("Lent out"))
    loan = Loan.objects.get()
    assert (loan.confirmed_with, loan.signed_at is not None) == (owner, True)
    page.get_by_role("link", name=_("Print the slip")).click()
    expect(page.locator("svg.qr")).to_be_visible()
    expect(page.locator("table.order")).not_to_contain_text("1502")
    return loan


def _sign(page):
    """Draw a stroke on the pad."""
    pad = page.locator("[data-signature] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 70, steps=4)
    page.mouse.up()
    expect(page.locator("[data-signature] input")).to_have_value(re.compile("^data:image/png"))


def test_contractors_responsible_person_takes_the_key_in_person(sit_down, key, rework, clerk):
    page = sit_down(clerk)
    page.goto(key.get_absolute_url())
    page.get_by_role("link", name=_("Lend"), exact=True).click()
    page.get_by_label(_("Name"), exact=True).fill("小工")
    page.get_by_label(_("Its number")).fill("44030519750303888X")
    page.get_by_label(_("The responsible person came in person")).check()
    page.get_by_role("button", name=_("Lend"), exact=True).click()
    expect(page.locator(".invalid-feedback")).to_contain_text("邓建平")
    page.get_by_label(_("Name"), exact=True).fill("邓建平")
    page.get_by_role("button", name=_("Lend"), exact=True).click()
    expect(page.locator("#state")).to_contain_text(_("Lent out"))
    expect(page.locator("#main")).to_contain_text(_("came in person"))
    loan = Loan.objects.get()
    assert (loan.in_person, loan.name, loan.phone, loan.ticket) == (True, "邓建平", "13800138002", rework)


def test_sealed_key_from_request_to_new_seal(sit_down, home, owner, office, cabinet, clerk, manager):
    sealed = KeyFactory(
        office=office, unit=home, kind="sealed", tag="K-0030", seal_number="F10001", deposited_by=owner,
        cabinet=cabinet, hook=3,
    )  # fmt: skip
    desk, boss = sit_down(clerk), sit_down(manager)
    desk.goto(sealed.get_absolute_url())
    desk.get_by_role("link", name=_("Ask to open it")).click()
    desk.get_by_label(_("What it is needed for")).fill("业主出差，家中漏水")
    desk.get_by_role("button", name=_("Ask the manager")).click()
    opening_url = SealOpening.objects.get().get_absolute_url()
    expect(desk.locator("#state")).to_contain_text(pgettext("opening of a seal", "Asked for"))

    boss.goto("/")
    boss.get_by_role("link", name=re.compile(_("Sealed keys to decide"))).click()
    boss.get_by_role("link", name="K-0030").first.click()
    boss.get_by_role("link", name=_("Approve"), exact=True).click()
    boss.locator("#move").get_by_role("button", name=_("Approve")).click()
    expect(boss.locator("#state")).to_contain_text(_("Approved"))

    desk.goto(opening_url)
    desk.get_by_role("link", name=_("Open the seal"), exact=True).click()
    desk.get_by_label(_("Number on the seal")).fill("F10001")
    desk.get_by_label(_("In the presence of")).fill("周勇")
    desk.locator("#move").get_by_role("button", name=_("Open the seal")).click()
    expect(desk.locator("#state")).to_contain_text(_("Opened"))
    desk.get_by_role("link", name=_("Seal it again"), exact=True).click()
    desk.get_by_label(_("Number of the new seal")).fill("F20002")
    desk.get_by_label(_("In the presence of")).fill("周勇")
    desk.locator("#move").get_by_role("button", name=_("Seal it again")).click()
    expect(desk.locator("#state")).to_contain_text(_("Sealed again"))
    sealed.refresh_from_db()
    assert (sealed.seal_number, sealed.state) == ("F20002", Key.State.IN)


def test_cabinet_is_counted_on_a_phone(sit_down, key, clerk, cabinet, office):
    KeyFactory(office=office, tag="K-0040", cabinet=cabinet, hook=4)
    page = sit_down(clerk, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(reverse("keys:stocktake_add"))
    page.get_by_role("button", name=_("Begin")).tap()
    page.locator("#id_tag").fill("k-0012")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("K-0012")
    assert too_wide(page) == []
    page.get_by_role("link", name=_("All counted")).tap()
    page.locator("#move").get_by_role("button", name=_("All counted")).tap()
    page.get_by_role("link", name=_("Explain"), exact=True).tap()
    page.get_by_label(_("Found since")).check()
    page.get_by_label(_("How it came")).fill("压在柜底")
    page.get_by_role("button", name=_("Explained")).tap()
    page.get_by_role("link", name=_("Close the stock-take")).tap()
    page.locator("#move").get_by_role("button", name=_("Close the stock-take")).tap()
    expect(page.locator("#state")).to_contain_text(pgettext("stock-take", "Closed"))


CAMERA = """
  window.BarcodeDetector = class { async detect() { return [{ rawValue: "https://desk.example.com/k/K-0012/" }]; } };
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
  HTMLMediaElement.prototype.play = async () => {};
"""


def test_camera_reads_a_label_where_the_browser_can_and_typing_is_said_where_it_cannot(sit_down, key, rework, clerk):
    page = sit_down(clerk, viewport=PHONE, has_touch=True, is_mobile=True)
    page.add_init_script("delete window.BarcodeDetector")
    page.goto(reverse("keys:counter"))
    expect(page.locator("[data-scan-note]")).to_be_visible()
    expect(page.get_by_role("button", name=_("Scan with the camera"))).to_be_hidden()
    page.add_init_script(CAMERA)
    page.goto(reverse("keys:counter"))
    expect(page.locator("[data-scan-note]")).to_be_hidden()
    page.get_by_role("button", name=_("Scan with the camera")).tap()
    page.wait_for_url("**/lend_key/")


@pytest.mark.parametrize(("width", "height"), [("210mm", "148mm"), ("148mm", "210mm"), ("80mm", "200mm")])
def test_slip_fits_one_sheet_of_a5_and_the_80_mm_roll(sit_down, key, owner, clerk, width, height):
    loan = services.lend_key(
        key,
        by=clerk,
        borrower="owner",
        person=owner,
        id_kind="id_card",
        id_number="110101199003074514",
        purpose="回家取东西，一小时内送回",
    )
    page = sit_down(clerk)
    page.goto(reverse("keys:loan_slip", args=[loan.pk]))
    sheet = page.pdf(width=width, height=height)
    assert sheet.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(
    "name", ["counter", "cabinet_map", "key_list", "loan_list", "sealopening_list", "stocktake_list"]
)
def test_pages_of_keys_fit_a_phone(sit_down, key, clerk, cabinet, office, name):
    ring = RingFactory(office=office, cabinet=cabinet, hook=7, tag="R-007")
    KeyFactory(office=office, tag="K-0070", ring=ring)
    page = sit_down(clerk, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(reverse(f"keys:{name}"))
    assert (too_wide(page), page.evaluate("innerWidth")) == ([], PHONE["width"])
