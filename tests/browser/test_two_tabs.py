"""The same ticket open twice: whoever saves second sees both texts, and nothing is lost."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from tests.browser.looking import violations
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_second_tab_is_shown_both_texts_and_saves_on_top(sit_down, clerk, steward, office, problems):
    ticket = TicketFactory(office=office, subject="水管漏水", place="大堂")
    path = f"{ticket.get_absolute_url()}edit/"
    mine, theirs = sit_down(clerk), sit_down(steward)
    mine.goto(path)
    theirs.goto(path)
    _change(theirs, _("Subject"), "厨房水管漏水")
    expect(theirs.locator("#history")).to_contain_text("赵洁")
    _change(mine, _("Subject"), "卫生间水管漏水")

    texts = mine.get_by_role("region", name=_("Both texts"))
    expect(texts.locator("td")).to_have_text(["厨房水管漏水", "卫生间水管漏水"])
    expect(texts).to_contain_text("赵洁")
    assert violations(mine) == []
    problems.remove(f"409 {path}")
    mine.get_by_role("button", name=_("Save"), exact=True).click()
    expect(mine.locator("#history")).to_contain_text("王敏")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.place) == ("卫生间水管漏水", "大堂")


def test_second_tab_keeps_what_the_first_wrote_elsewhere(sit_down, clerk, office, problems):
    ticket = TicketFactory(office=office, subject="水管漏水", place="大堂")
    page = sit_down(clerk)
    other = page.context.new_page()
    path = f"{ticket.get_absolute_url()}edit/"
    for tab in (page, other):
        tab.goto(path)
    _change(page, _("Place"), "二号楼大堂")
    expect(page.locator("#history")).to_contain_text("王敏")
    _change(other, _("Subject"), "水管爆裂")
    expect(other.get_by_role("textbox", name=_("Place"))).to_have_value("二号楼大堂")
    problems.remove(f"409 {path}")
    other.get_by_role("button", name=_("Save"), exact=True).click()
    other.wait_for_url(f"**{ticket.get_absolute_url()}")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.place) == ("水管爆裂", "二号楼大堂")


def _change(page, label, text):
    page.get_by_role("textbox", name=label).fill(text)
    page.get_by_role("button", name=_("Save"), exact=True).click()
