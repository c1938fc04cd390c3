"""The intake form under quick hands: nothing moves away from the pointer between two clicks."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_click_a_kind_right_after_choosing_the_household(sit_down, clerk, home):
    page = sit_down(clerk)
    page.goto("/tickets/add/")
    page.keyboard.type("3-2-1502")  # the cursor stands in the household
    expect(page.get_by_role("option").filter(has_text=home.code)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#household .household-unit")).to_have_text(home.code)

    complaint = page.get_by_role("radio", name=str(Ticket.Kind.COMPLAINT.label))
    box = page.locator(".form-check", has=complaint).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75)  # as a hand does it: pressed, let go
    expect(complaint).to_be_checked()


def test_choosing_the_household_keeps_the_form_where_it_is(sit_down, clerk, home):
    page = sit_down(clerk)
    page.goto("/tickets/add/")
    kinds = page.locator("#div_id_kind")
    before = kinds.bounding_box()
    page.keyboard.type("3-2-1502")
    expect(page.get_by_role("option").filter(has_text=home.code)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#household .household-unit")).to_have_text(home.code)
    with_focus = kinds.bounding_box()
    page.get_by_label(_("Subject")).focus()
    assert (before["y"], with_focus["y"], kinds.bounding_box()["y"]) == (before["y"],) * 3
