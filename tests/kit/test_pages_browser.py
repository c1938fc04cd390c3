"""Lists and record pages in the browser: parts are exchanged in place, the address follows, scripts are not needed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from complaints.models import Ticket
from frontdesk.kit.workflow import apply
from tests.factories import TicketFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.kit.desk_urls")]


@pytest.fixture(autouse=True)
def _record_pages_are_the_trial_ones(monkeypatch):
    monkeypatch.setattr(Ticket, "get_absolute_url", lambda self: f"/trial/tickets/{self.pk}/")


@pytest.fixture
def enter(live_server, client_of):
    """Put somebody's session into a page's browser."""

    def login(page, user):
        user.language = "en"
        user.save(update_fields=["language"])
        cookie = client_of(user).cookies["frontdesk_session"].value
        page.context.add_cookies([{"name": "frontdesk_session", "value": cookie, "url": live_server.url}])
        return live_server.url

    return login


@pytest.fixture
def tickets(office):
    """More than one page of them."""
    return [TicketFactory(office=office, number=f"T-{number}", subject=f"事 {number}") for number in range(5)]


def first_cells(page):
    """What the list shows, from top to bottom."""
    return page.locator("td.main").all_inner_texts()


@pytest.fixture
def clean(page):
    """Fail when the page reports an error or breaks the content security policy."""
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield
    assert problems == []


@pytest.mark.usefixtures("clean")
def test_typing_a_search_refreshes_only_the_list_and_the_back_button_returns(page, enter, clerk, tickets):
    page.goto(enter(page, clerk) + "/trial/tickets/")
    page.evaluate("window.stays = true")
    page.get_by_label("Search", exact=True).last.press_sequentially("T-3")
    expect(page.locator("td.main")).to_have_text(["T-3"])
    assert page.url.endswith("/trial/tickets/?q=T-3")
    assert page.evaluate("window.stays") is True
    page.go_back()
    expect(page.locator("td.main")).to_have_text(["T-4", "T-3"])


@pytest.mark.usefixtures("clean")
def test_sort_and_pager_keep_the_filter_and_the_focus(page, enter, clerk, tickets):
    page.goto(enter(page, clerk) + "/trial/tickets/?state=recorded")
    page.get_by_role("link", name="No.").click()
    expect(page.locator("td.main")).to_have_text(["T-0", "T-1"])
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("td.main")).to_have_text(["T-2", "T-3"])
    assert page.url.endswith("?state=recorded&sort=number&page=2")
    assert page.evaluate("document.activeElement.id") == "page-next"


@pytest.mark.usefixtures("clean")
def test_columns_are_chosen_in_the_panel(page, enter, clerk, tickets):
    page.goto(enter(page, clerk) + "/trial/tickets/?sort=number")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Phone").uncheck()
    page.locator(".panel-body").get_by_role("button", name="Save").click()
    expect(page.get_by_role("columnheader", name="Phone")).to_have_count(0)
    assert page.url.endswith("?sort=number")


@pytest.mark.usefixtures("clean")
def test_move_is_made_in_place(page, enter, clerk, tickets):
    page.goto(f"{enter(page, clerk)}/trial/tickets/{tickets[0].pk}/")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Reply").click()
    page.get_by_label("Note").fill("已电话回复")
    page.locator("#move").get_by_role("button", name="Reply").click()
    expect(page.locator("#state")).to_have_text("Replied")
    expect(page.locator("#messages")).to_contain_text("Done.")
    expect(page.locator("#history")).to_contain_text("已电话回复")
    expect(page.locator("#move")).to_be_empty()
    expect(page.get_by_role("link", name="Archive")).to_be_visible()
    assert page.evaluate("window.stays") is True


def test_move_that_comes_too_late_keeps_the_text_in_place(page, enter, clerk, supervisor, tickets):
    page.goto(f"{enter(page, clerk)}/trial/tickets/{tickets[0].pk}/")
    page.get_by_role("link", name="Reply").click()
    page.get_by_label("Note").fill("我写的")
    with apply("reply_ticket", tickets[0], by=supervisor):
        pass
    page.locator("#move").get_by_role("button", name="Reply").click()
    expect(page.locator("#move")).to_contain_text("This is “Replied” now")
    expect(page.locator("#move")).to_contain_text("我写的")


def test_everything_works_without_javascript(browser, enter, clerk, tickets):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(enter(page, clerk) + "/trial/tickets/")
        page.locator("#filter_q").fill("T-2")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("td.main")).to_have_text(["T-2"])
        page.get_by_role("link", name="T-2", exact=True).click()
        page.get_by_role("link", name="Reply").click()
        page.get_by_label("Note").fill("无脚本")
        page.get_by_role("button", name="Reply").click()
        expect(page.locator("#state")).to_have_text("Replied")


@pytest.mark.parametrize("path", ["", "add/", "{pk}/", "{pk}/edit/", "{pk}/reply_ticket/"])
def test_pages_fit_a_phone(page, enter, clerk, tickets, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{enter(page, clerk)}/trial/tickets/" + path.format(pk=tickets[0].pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert re.search("tickets|ticket|T-0", page.locator("h1").inner_text(), re.IGNORECASE)
