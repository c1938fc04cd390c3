"""The receiver on the shoulder, both hands on the keys: a ticket without the mouse, and the focus always in sight."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

IS_CLEAR = """() => {
  const here = document.activeElement;
  const box = here.closest(".ts-wrapper") || here;
  const parts = [here, here.closest("label"), box.querySelector(".ts-control"), ...here.labels || []];
  const isDrawn = (part) => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const place = box.getBoundingClientRect();
  const onTop = document.elementFromPoint((place.left + place.right) / 2, (place.top + place.bottom) / 2);
  const isSeen = onTop && (box.contains(onTop) || onTop.contains(box));
  return parts.filter(Boolean).some(isDrawn) && isSeen;
}"""
MOST_STOPS = 150


def _tab_to(page, target):
    """Press Tab until the focus is there."""
    for _stop in range(MOST_STOPS):
        if target.evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never comes to {target}")


def test_take_a_ticket(sit_down, clerk, home):
    page = sit_down(clerk)
    _tab_to(page, page.get_by_role("link", name=_("Take a ticket")).first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Take a ticket"))

    _tab_to(page, page.get_by_role("combobox", name=_("Household")).and_(page.locator("input")))
    page.keyboard.type("oyn")
    expect(page.get_by_role("option").filter(has_text="3-2-1502")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#household .household-unit")).to_have_text("3-2-1502")

    _tab_to(page, page.get_by_label(_("Who is calling"), exact=True))
    page.keyboard.press("ArrowDown")
    _tab_to(page, page.get_by_role("radio", name=str(Ticket.Kind.REPAIR.label)))
    page.keyboard.press("ArrowRight")
    _tab_to(page, page.get_by_label(_("Subject")))
    page.keyboard.type("楼上半夜装修")
    _tab_to(page, page.get_by_label(_("Urgent")))
    page.keyboard.press("Space")
    _tab_to(page, page.get_by_role("button", name=_("Record ticket")))
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    ticket = Ticket.objects.get()
    assert (ticket.unit, ticket.person.name, ticket.subject) == (home, "欧阳娜", "楼上半夜装修")
    assert (ticket.kind, ticket.urgent) == (Ticket.Kind.COMPLAINT, True)


@pytest.mark.parametrize(
    ("path", "first"),
    [("/", "To the content"), ("/tickets/", "To the content"), ("/tickets/add/", "Not on the list")],
)
def test_one_sees_where_the_focus_is(sit_down, clerk, home, path, first):
    """A ticket begins in its first field, the household: the caller comes next."""
    page = sit_down(clerk)
    page.goto(path)
    stops = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
        if here.startswith("<body") or here in stops[:1]:
            break
        stops.append(here)
        page.wait_for_function(IS_CLEAR)  # scrolling there may take a moment
    assert len(stops) > 15
    assert _(first) in stops[0]
