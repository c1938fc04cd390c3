"""What pictures of the pages showed: nothing is cut, nothing lies on a letter, what is current is in sight."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frontdesk.kit.calendar import now
from tests.chromium import PHONE
from tests.factories import ContractorFactory, PartFactory, TicketFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)

ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
CUT = "part => part.scrollWidth - part.clientWidth"


@pytest.fixture
def late(office, clerk):
    """A ticket overdue for an hour."""
    return TicketFactory(office=office, first_contact=clerk, due_at=now() - dt.timedelta(hours=1))


def test_the_mark_of_a_late_row_stands_beside_its_number(sit_down, clerk, late):
    page = sit_down(clerk, **ON_A_PHONE)
    page.goto("/tickets/?state=overdue")
    row = page.locator("#list tr.tone-danger")
    shadow = "part => getComputedStyle(part).boxShadow"
    assert row.locator("td").first.evaluate(shadow) == "none"
    assert "inset" in row.evaluate(shadow)


def test_a_contractors_table_fits_its_page(sit_down, office, supervisor):
    contractor = ContractorFactory(office=office, name="宏达防水工程")
    part, unit = PartFactory(office=office, name="外墙、外窗防渗漏"), UnitFactory(office=office, code="7-1-2301")
    visit = now() + dt.timedelta(days=1)
    some = {"office": office, "contractor": contractor, "part": part, "unit": unit, "visit_from": visit}
    TicketFactory(**some, state="dispatched", due_at=visit, subject="主卧外窗渗水，墙皮起泡脱落")
    page = sit_down(supervisor)
    page.goto(reverse("complaints:contractor", args=[contractor.pk]))
    assert page.locator(".table-wrap").evaluate(CUT) == 0
    expect(page.locator("#history")).to_be_visible()
