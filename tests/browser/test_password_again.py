"""What the password stands before, at a real screen: asked once, then what was begun goes on by itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket
from frontdesk.kit.confirmation import _MARK
from frontdesk.kit.models import Job
from frontdesk.kit.pages import list as list_page
from frontdesk.staff.models import User
from tests.browser.conftest import PASSWORD
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


def forget_the_password():
    """Let five minutes pass for everybody who is logged in."""
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        session.pop(_MARK, None)
        session.save()


def give_password(page):
    expect(page.get_by_role("heading", name=_("Your password, please"))).to_be_visible()
    page.get_by_label(_("Password")).fill(PASSWORD)
    page.get_by_role("button", name=_("Go on")).click()


def address_of(page):
    return page.evaluate("location.pathname + location.search")


@pytest.fixture
def expected(problems):
    """Take the answers 401 of what waits for the password off the list of problems, and what htmx says of them."""
    yield
    problems[:] = [one for one in problems if not one.startswith("401 ") and "Status Error Code 401 from" not in one]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_excel_file_starts_on_the_list_after_the_password(sit_down, home, manager, scripts):
    page = sit_down(manager, java_script_enabled=scripts)
    page.goto("/people/?q=欧阳娜")
    forget_the_password()
    page.get_by_role("link", name=_("Excel"), exact=True).click()
    with page.expect_download() as file:
        give_password(page)

    assert file.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("heading", name=_("People"), level=1)).to_be_visible()
    expect(page.get_by_role("cell", name="欧阳娜")).to_be_visible()
    assert urlsplit(page.url).path == "/people/"
    with page.expect_download():
        page.get_by_role("link", name=_("Excel"), exact=True).click()


def test_long_file_is_ordered_by_itself_after_the_password(sit_down, home, manager, monkeypatch, expected):
    monkeypatch.setattr(list_page, "AT_ONCE", 0)
    page = sit_down(manager)
    page.goto("/people/?q=欧阳娜")
    forget_the_password()
    page.get_by_role("button", name=_("Order Excel file")).click()
    give_password(page)

    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    assert page.url.endswith(Job.objects.get().get_absolute_url())


def test_number_of_the_register_comes_by_itself_after_the_password(sit_down, home, office, engineer, expected):
    person = home.tenures.get().person
    ticket = TicketFactory(
        office=office, unit=home, person=person, caller_phone="", assignee=engineer, state=Ticket.State.ACCEPTED
    )
    page = sit_down(engineer)
    page.goto(ticket.get_absolute_url())
    forget_the_password()
    page.get_by_role("button", name=_("Call"), exact=True).click()
    give_password(page)
    expect(page.locator("a[href^='tel:']")).to_have_text(ticket.phone_number)


def test_colour_is_chosen_and_stands_behind_the_name(sit_down, clerk):
    page = sit_down(clerk)
    name = page.locator(".topbar .whose")
    before = name.evaluate("box => getComputedStyle(box).backgroundColor")
    page.goto("/account/")
    page.get_by_label(_("Crimson")).check()
    page.get_by_role("button", name=_("Save")).click()
    expect(page.get_by_text(_("Saved."))).to_be_visible()

    after = name.evaluate("box => getComputedStyle(box).backgroundColor")
    assert (before, after) == ("rgb(11, 100, 119)", "rgb(161, 29, 79)")
    assert User.objects.get(pk=clerk.pk).colour == User.Colour.CRIMSON
