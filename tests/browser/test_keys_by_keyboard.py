"""Lending and taking back without a mouse, in a handful of key presses: the counter at rush hour."""

from __future__ import annotations

import sys
import time

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from frontdesk.estate.models import Person
from keys.models import Key, LentKey, Loan
from tests.factories import ContractorFactory, KeyFactory, TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20
"""Within which a key leaves the counter; the script types at once, the software must not be what takes the time."""


class Hands:
    """Two hands on the keyboard: they count what they press."""

    def __init__(self, page):
        self.page, self.pressed, self.began = page, 0, time.monotonic()

    def type(self, text):
        """Type a text as a scanner or a hand does."""
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def press(self, *names):
        """Press single keys."""
        for name in names:
            self.page.keyboard.press(name)
            self.pressed += 1

    def report(self, what):
        """Return key presses and seconds, and write them out."""
        seconds = time.monotonic() - self.began
        sys.stdout.write(f"\n{what}: {self.pressed} key presses, {seconds:.1f} s\n")
        return self.pressed, seconds


@pytest.fixture
def key(home):
    """Entrusted by the owner."""
    return KeyFactory(office=home.office, unit=home, tag="K-0012", deposited_by=Person.objects.get(name="欧阳娜"))


def _at_counter(page):
    page.goto(reverse("keys:counter"))
    expect(page.locator("#id_q")).to_be_focused()
    return Hands(page)


def test_owner_gets_a_key_and_brings_it_back(sit_down, key, clerk):
    page = sit_down(clerk)
    hands = _at_counter(page)
    hands.type("k-0012")
    hands.press("Enter")
    expect(page.locator("#id_id_number")).to_be_focused()  # who and which document are answered already
    assert page.locator("#div_id_id_number").locator("xpath=..").evaluate("part => part.matches('.is-needed')")
    hands.type("110101199003074514")
    hands.press("Enter")
    expect(page.locator("#state")).to_contain_text(_("Lent out"))
    pressed, seconds = hands.report("lend to the owner")
    assert (pressed, seconds < SECONDS) == (26, True)

    hands = _at_counter(page)
    hands.type("k-0012")
    hands.press("Enter")
    expect(page.get_by_role("button", name=_("Take back"))).to_be_focused()
    hands.press("Enter")
    expect(page.locator("#state")).to_contain_text(_("All back"))
    pressed, seconds = hands.report("take back")
    assert (pressed, seconds < SECONDS) == (8, True)
    assert LentKey.objects.get().condition == "good"


def test_contractor_gets_a_key_and_brings_it_back_with_the_unit_looked_at(sit_down, home, clerk):
    contractor = ContractorFactory(office=home.office, name="宏达防水", contact="邓建平")
    TicketFactory(office=home.office, unit=home, kind="rework", state="dispatched", contractor=contractor)
    key = KeyFactory(office=home.office, unit=home, tag="K-0020", kind="rework", deposited_by=None)
    page = sit_down(clerk)
    hands = _at_counter(page)
    hands.type("k-0020")
    hands.press("Enter")
    expect(page.locator("#id_in_person")).to_be_focused()
    hands.press("Space", "Tab")
    hands.type("邓建平")
    hands.press("Tab")
    hands.type("13800138002")
    hands.press("Tab", "Tab")
    hands.type("44030519750303888X")
    hands.press("Enter")
    expect(page.locator("#state")).to_contain_text(_("Lent out"))
    pressed, seconds = hands.report("lend to a contractor")
    assert (pressed, seconds < SECONDS) == (45, True)

    hands = _at_counter(page)
    hands.type("k-0020")
    hands.press("Enter")
    expect(page.locator("input[name=doors_ok]").first).to_be_focused()
    hands.press("Space", "Tab", "Space", "Tab", "Space", "Tab", "Tab", "Space", "Tab")
    hands.type("重做防水层")
    hands.press("Tab", "Enter")
    expect(page.locator("#state")).to_contain_text(_("All back"))
    pressed, seconds = hands.report("take back from a contractor")
    assert (pressed, seconds < SECONDS) == (23, True)
    key.refresh_from_db()
    assert (key.state, Loan.objects.get().ticket.state) == (Key.State.IN, "done")
