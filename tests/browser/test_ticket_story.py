"""One matter through the office: the call, the engineer, the callback that begins it anew, the end, the ledger."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints import services
from complaints.models import Callback, Ticket
from frontdesk.kit.calendar import local_date
from frontdesk.kit.masking import mask_phone
from tests.browser.handling import archive, dispatch, exported, finish_on_the_phone, reply
from tests.chromium import PHONE
from tests.factories import CallbackRuleFactory

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECT = "厨房水龙头漏水"
STILL = "又滴水了，跟没修一样。"
SETTLED = "主管上门致歉，重新更换阀芯，业主当场试水确认。"


@pytest.fixture
def everybody_is_called(office):
    """All repairs, on the day they are closed."""
    return CallbackRuleFactory(office=office, kind="repair", after_days=0, share=100)


def test_from_the_call_over_a_bad_answer_to_the_ledger(
    sit_down, home, photo, tmp_path, everybody_is_called, office, clerk, supervisor, engineer, manager
):
    desk, lead = sit_down(clerk), sit_down(supervisor)
    ticket = _take_the_call(desk, home)
    dispatch(lead, ticket)
    finish_on_the_phone(sit_down(engineer, viewport=PHONE, has_touch=True, is_mobile=True), ticket, photo)
    reply(desk, ticket, "已换阀芯，请您验收。")
    archive(desk)

    assert len(services.draw_callbacks(office, local_date())) == 1  # as the clock does in the morning
    _call_back(desk, ticket)
    _find_it_opened_again(desk, lead, ticket)
    reply(desk, ticket, SETTLED, was=Ticket.State.RECORDED)
    archive(desk)
    _read_the_ledger(sit_down(manager), ticket, tmp_path / "ledger.xlsx")


def _take_the_call(page, home):
    """Choose the household by the caller's initials, see its card, write down what is the matter; return the ticket."""
    page.get_by_role("link", name=_("Take a ticket")).first.click()
    expect(page.get_by_role("combobox", name=_("Household")).and_(page.locator("input"))).to_be_focused()
    page.keyboard.type("oyn")
    expect(page.get_by_role("option").filter(has_text=home.code)).to_be_visible()
    page.keyboard.press("Enter")
    card = page.locator("#household")
    expect(card.locator(".household-unit")).to_have_text(home.code)
    expect(card).to_contain_text("欧阳娜")
    page.get_by_label(_("Who is calling"), exact=True).select_option(index=1)
    page.get_by_label(_("Subject")).fill(SUBJECT)
    page.get_by_role("button", name=_("Record ticket"), exact=True).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    return Ticket.objects.get(subject=SUBJECT, unit=home, first_contact__name="王敏")


def _call_back(page, ticket):
    """Take the next call from the queue; the resident is not content."""
    page.goto("/callbacks/?state=due")
    page.locator("#list").get_by_role("link", name="欧阳娜").click()
    expect(page.locator("main")).to_contain_text("已换阀芯，请您验收。")
    answer = page.locator("#move")
    answer.get_by_label(_("1 Very dissatisfied")).check()
    answer.get_by_label(str(Callback.Outcome.DISSATISFIED.label)).check()
    answer.get_by_label(_("What they said")).fill(STILL)
    answer.get_by_role("button", name=_("Write down")).click()
    expect(page.locator("#messages")).to_contain_text(ticket.number)


def _find_it_opened_again(desk, lead, ticket):
    """It is the clerk's again, first thing on the desk, with what the resident said; the supervisor was told."""
    desk.goto("/")
    desk.get_by_role("link", name=SUBJECT).first.click()
    expect(desk.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    expect(desk.locator("#history")).to_contain_text(STILL)
    lead.goto("/notices/")
    expect(lead.locator("main")).to_contain_text(ticket.number)


def _read_the_ledger(page, ticket, path):
    """Ask the ledger for what was opened again, take it away with every column, open it."""
    page.goto("/tickets/?reopened=true&satisfaction=1")
    page.get_by_text(_("Columns"), exact=True).click()
    with page.expect_download() as file:
        page.get_by_role("link", name=_("Excel with all columns")).click()
    file.value.save_as(path)
    header, row, *total = exported(path)
    line = dict(zip(header, row, strict=True))
    assert len(total) == 1  # what was charged in all
    assert (line[_("No.")], line[_("Unit")], line[_("Caller")]) == (ticket.number, "3-2-1502", "欧阳娜")
    assert (line[_("State")], line[_("What was replied")]) == (str(Ticket.State.ARCHIVED.label), SETTLED)
    assert line[_("Phone")] == mask_phone(ticket.phone_number)
