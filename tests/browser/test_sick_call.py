"""05:40, somebody calls in sick: three clicks, and everybody sees who comes instead (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext
from playwright.sync_api import expect

from duty.models import Assignment, Leave, StandIn, Swap
from frontdesk.kit.calendar import ONE_DAY, local_date
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE
from tests.factories import AssignmentFactory, RosteredFactory, RosterFactory, ShiftTypeFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Clicks:
    """A mouse that counts."""

    def __init__(self):
        self.made = 0

    def on(self, what):
        self.made += 1
        what.click()


@pytest.fixture
def today():
    """Tomorrow's date, at 05:40 of which the test happens."""
    date = local_date() + ONE_DAY
    with time_machine.travel(timezone.make_aware(dt.datetime.combine(date, dt.time(5, 40))), tick=True):
        yield date


@pytest.fixture
def month(office, today, clerk, steward, cashier):
    """A published month: the clerk is on early today, the steward late in three days; three are on the roster."""
    early = ShiftTypeFactory(office=office, code="早", name="早班")
    late = ShiftTypeFactory(office=office, code="晚", name="晚班", starts=dt.time(13), minutes=540, is_late=True)
    for person in (clerk, steward, cashier):
        RosteredFactory(office=office, person=person)
    rosters = {}
    for person, date, shift in (
        (clerk, today, early),
        (clerk, today + ONE_DAY * 2, early),
        (steward, today + ONE_DAY * 3, late),
    ):
        first = date.replace(day=1)
        if first not in rosters:
            rosters[first] = RosterFactory(office=office, month=first, state="published", edition=1)
        AssignmentFactory(roster=rosters[first], person=person, date=date, shift_type=shift)
    return rosters


def test_a_sick_call_takes_three_clicks_and_everybody_sees_who_comes(sit_down, month, today, clerk, supervisor):
    page, mouse = sit_down(supervisor), Clicks()
    page.goto("/")
    mouse.on(page.get_by_role("link", name=_("Sick call")))
    mouse.on(page.get_by_role("button", name=clerk.name).first)
    expect(page.locator(".stand-ins input:checked")).to_have_count(1)
    assert violations(page) == []
    mouse.on(page.get_by_role("button", name=_("Approve"), exact=True))
    page.wait_for_url("**/leave/*/")
    expect(page.locator("#state")).to_contain_text(pgettext("leave", "Approved"))
    assert mouse.made == 3

    stand_in = StandIn.objects.get().person
    assert Leave.objects.get().person == clerk
    assert Assignment.objects.get(date=today).person == stand_in
    page.goto("/")
    expect(page.locator(".on-duty")).to_contain_text(stand_in.name)
    expect(page.locator(".on-duty")).not_to_contain_text(clerk.name)

    phone = sit_down(stand_in, viewport=PHONE)
    expect(phone.locator(".topbar")).to_contain_text("1")  # the bell
    phone.goto(reverse("duty:my_shifts"))
    expect(phone.locator(".next-main")).to_contain_text("06:00–13:00")
    expect(phone.locator(".changes")).to_contain_text("早班")
    assert (violations(phone), too_wide(phone)) == ([], [])
    phone.get_by_role("button", name=_("I have seen it")).click()
    expect(phone.locator(".changes")).to_have_count(0)

    home = sit_down(clerk, viewport=PHONE)
    home.goto(reverse("duty:my_shifts"))
    expect(home.locator(".changes .was")).to_contain_text("早班")
    expect(home.locator(".next-main")).to_contain_text(f"{today + ONE_DAY * 2:%m-%d}")


def test_two_swap_on_their_phones_and_the_supervisor_approves(sit_down, month, today, clerk, steward, supervisor):
    there = [(cell.person.name, cell.date) for cell in Assignment.objects.order_by("date")]
    phone = sit_down(clerk, viewport=PHONE)
    phone.goto(reverse("duty:my_shifts") + f"?month={today + ONE_DAY * 2:%Y-%m}")
    phone.get_by_role("link", name=pgettext("verb on a shift", "Swap")).last.click()
    phone.get_by_label(_("Swap with")).select_option(label=steward.name)
    phone.wait_for_url("**other=*")
    assert (violations(phone), too_wide(phone)) == ([], [])
    phone.get_by_role("radio").last.check()
    phone.get_by_role("button", name=pgettext("swap", "Propose"), exact=True).click()
    phone.wait_for_url("**/swaps/*/")

    other = sit_down(steward, viewport=PHONE)
    other.goto(Swap.objects.get().get_absolute_url())
    other.get_by_role("link", name=_("Agree"), exact=True).click()
    other.locator("#move").get_by_role("button", name=_("Agree"), exact=True).click()
    expect(other.locator("#state")).to_contain_text(pgettext("swap", "Agreed, waits for the supervisor"))
    assert [(cell.person.name, cell.date) for cell in Assignment.objects.order_by("date")] == there

    page = sit_down(supervisor)
    page.goto("/")
    page.get_by_role("link", name=_("Swaps to approve")).click()
    page.get_by_role("link", name=clerk.name).click()
    page.locator(".action-bar").get_by_role("link", name=_("Approve"), exact=True).click()
    page.locator("#move").get_by_role("button", name=_("Approve"), exact=True).click()
    expect(page.locator("#state")).to_contain_text(pgettext("swap", "Approved"))
    assert [(cell.person.name, cell.date) for cell in Assignment.objects.order_by("date")] != there
