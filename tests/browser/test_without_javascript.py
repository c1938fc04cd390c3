"""An old PC, a script blocked: tickets are taken, dispatched and found all the same."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_take_a_ticket(sit_down, clerk, home):
    page = sit_down(clerk, java_script_enabled=False)
    page.get_by_role("link", name=_("Find a household")).click()
    page.get_by_role("searchbox", name=_("Unit, name, phone or plate")).fill("欧阳")
    page.get_by_role("button", name=_("Find"), exact=True).click()
    page.get_by_role("link", name="3-2-1502").click()
    page.get_by_label(_("Who is calling"), exact=True).select_option(index=1)
    page.get_by_label(_("Subject")).fill("门禁打不开")
    page.get_by_role("button", name=_("Record ticket")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    ticket = Ticket.objects.get()
    assert (ticket.unit, ticket.person.name, ticket.subject) == (home, "欧阳娜", "门禁打不开")


def test_type_the_unit_where_nothing_can_be_searched(sit_down, clerk, home):
    page = sit_down(clerk, java_script_enabled=False)
    page.get_by_role("link", name=_("Take a ticket")).first.click()
    page.get_by_label(_("Type it in full")).fill("3-2-1502")
    page.get_by_label(_("Subject")).fill("门禁打不开")
    page.get_by_role("button", name=_("Record ticket")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    assert Ticket.objects.get().unit == home


def test_dispatch_a_ticket(sit_down, supervisor, engineer, office):
    ticket = TicketFactory(office=office)
    page = sit_down(supervisor, java_script_enabled=False)
    page.get_by_role("link", name=ticket.subject).first.click()
    page.get_by_role("link", name=_("Dispatch"), exact=True).click()
    page.get_by_label(_("Engineer or colleague")).select_option(label="李强")
    page.get_by_role("button", name=_("Dispatch")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.DISPATCHED.label))
    ticket.refresh_from_db()
    assert ticket.assignee == engineer


def test_filter_and_sort_the_list(sit_down, clerk, office):
    for number, subject in enumerate(("电梯异响", "厨房水龙头漏水", "卫生间漏水"), 1):
        TicketFactory(office=office, number=f"2026-{number:05d}", subject=subject)
    page = sit_down(clerk, java_script_enabled=False)
    page.get_by_role("link", name=_("Tickets"), exact=True).first.click()
    page.get_by_role("main").get_by_role("searchbox").fill("漏水")
    page.get_by_role("button", name=_("Filter"), exact=True).click()
    expect(page.locator("td.main")).to_have_count(2)
    page.get_by_role("columnheader", name=_("No.")).get_by_role("link").click()
    expect(page.locator("td.main")).to_have_text(["2026-00002", "2026-00003"])
