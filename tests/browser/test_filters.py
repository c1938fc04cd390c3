"""Filters folded away: fetched when they are opened, at work at once."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_opened_they_stand_there_and_filter(sit_down, office, clerk):
    urgent, calm = (
        TicketFactory(office=office, subject="水管爆裂", urgent=True),
        TicketFactory(office=office, subject="灯不亮"),
    )
    page = sit_down(clerk)
    page.goto("/tickets/")
    page.get_by_text(_("More filters")).click()
    page.locator(".filters-extra").get_by_label(_("Urgent"), exact=True).select_option("true")
    expect(page.locator("#list")).to_contain_text(urgent.number)
    expect(page.locator("#list")).not_to_contain_text(calm.number)
    page.reload()
    expect(page.locator(".filters-extra").get_by_label(_("Urgent"), exact=True)).to_have_value("true")
    expect(page.locator("#list")).not_to_contain_text(calm.number)
