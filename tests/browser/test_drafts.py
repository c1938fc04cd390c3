"""Long texts are kept while they are typed, and gone once they were sent."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('frontdesk-draft:')).length"
MOMENT = 1_000
"""Longer than a text waits before it is kept."""


def wait_until_kept(page, drafts):
    """Wait until as many drafts are kept in the browser."""
    for _tenth in range(100):
        if page.evaluate(KEPT) == drafts:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == drafts


def test_what_was_typed_comes_back_until_it_was_sent(sit_down, home, clerk):
    """A reply left half-way stands there again; sent within the moment in which it would be kept, it does not."""
    ticket = TicketFactory(
        office=home.office, unit=home, state=Ticket.State.DONE, first_contact=clerk, subject="水龙头漏水"
    )
    page = sit_down(clerk)
    page.goto(ticket.get_absolute_url())
    page.get_by_role("link", name=_("Reply"), exact=True).click()
    words = page.get_by_label(_("What was replied"))
    words.fill("已换阀芯")
    wait_until_kept(page, 1)
    page.goto(ticket.get_absolute_url())
    page.get_by_role("link", name=_("Reply"), exact=True).click()
    expect(words).to_have_value("已换阀芯")
    words.fill("已换阀芯，请您验收。")
    page.locator("#move").get_by_role("button", name=_("Reply")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.REPLIED.label))
    page.wait_for_timeout(MOMENT)
    wait_until_kept(page, 0)
