"""The statistics as people use them: a bar leads to its tickets; without JavaScript the tables say the same."""

from __future__ import annotations

import pytest
from django.db import connection
from playwright.sync_api import expect

from tests.factories import TicketFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="a chart does not depend on the database: seen on SQLite"),
]

URL = "/statistics/?period=year"


@pytest.fixture
def repairs(office, clerk):
    """Three repairs and a complaint, none of them late."""
    return [TicketFactory(office=office, first_contact=clerk, kind=kind) for kind in ("repair",) * 3 + ("complaint",)]


def test_a_bar_leads_to_the_tickets_it_counts(repairs, supervisor, sit_down):
    page = sit_down(supervisor)
    page.goto(URL)
    bars = page.locator("[data-chart=kind] svg path[fill='#aab6bc']")
    expect(bars.first).to_be_visible()
    longest = max(bars.all(), key=lambda bar: bar.bounding_box()["width"])
    longest.click(force=True)
    page.wait_for_url("**/tickets/?**kind=repair**")
    expect(page.locator("#list tbody tr")).to_have_count(3)


def test_a_phone_turned_draws_the_charts_anew(repairs, supervisor, sit_down):
    page = sit_down(supervisor)
    page.goto(URL)
    chart = page.locator("[data-chart=kind] svg")
    expect(chart).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.querySelector('[data-chart=kind] svg').getBoundingClientRect().width < 390")


def test_without_javascript_the_tables_stand_alone(repairs, supervisor, sit_down):
    page = sit_down(supervisor, java_script_enabled=False)
    page.goto(URL)
    expect(page.locator("[data-chart]").first).to_be_hidden()
    page.locator("#by-kind td a").first.click()
    page.wait_for_url("**kind=repair**")
    expect(page.locator("#list tbody tr")).to_have_count(3)
