"""While the phone rings: the form asks what the matter needs, says by when, and knows who called about it before."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Caller, Ticket
from tests.chromium import DESK
from tests.factories import CategoryFactory, DepartmentFactory, TicketFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lift(office, home, clerk):
    """A lift that stopped, reported by a neighbour."""
    neighbour = UnitFactory(office=office, building=home.building, code="3-2-1601")
    return TicketFactory(office=office, unit=neighbour, first_contact=clerk, subject="3号楼电梯又坏了")


@pytest.fixture
def intake(sit_down, clerk, office, home):
    """The intake page, the household chosen."""
    department = DepartmentFactory(office=office, name="工程部")
    CategoryFactory(
        office=office,
        name="电梯",
        is_urgent=True,
        asks_visit=False,
        asks_place=True,
        finish_minutes=30,
        department=department,
    )
    CategoryFactory(office=office, name="收费", asks_visit=False, position=1)
    page = sit_down(clerk)
    page.goto(f"/tickets/add/?unit={home.pk}")
    expect(page.locator("#household .household-unit")).to_have_text("3-2-1502")
    return page


def choose(page, category):
    page.locator("#div_id_category .ts-control").click()
    page.keyboard.type(category)
    page.locator("#div_id_category .ts-dropdown .option", has_text=category).click()


def test_the_whole_form_is_seen_without_scrolling(intake):
    bar = intake.locator(".action-bar").bounding_box()
    for name in ("unit", "subject", "body", "visit_from", "due_at"):
        box = intake.locator(f"#div_id_{name}").bounding_box()
        assert box["y"] + box["height"] <= bar["y"] + 1, name
    assert bar["y"] + bar["height"] <= DESK["height"]


def test_kind_and_category_decide_what_is_asked(intake):
    visit, place, due = intake.locator("#id_visit_from"), intake.locator("#id_place"), intake.locator("#due")
    expect(visit).to_be_visible()
    expect(due).not_to_be_empty()
    choose(intake, "电梯")
    expect(intake.get_by_label(_("Urgent"))).to_be_checked()
    expect(visit).to_be_hidden()
    expect(place).to_be_visible()
    expect(due).to_contain_text("工程部")
    choose(intake, "收费")
    expect(intake.get_by_label(_("Urgent"))).not_to_be_checked()
    expect(place).to_be_hidden()
    intake.get_by_role("radio", name=str(Ticket.Kind.ENQUIRY.label)).check()
    expect(intake.locator("#id_reply")).to_be_hidden()
    intake.get_by_label(_("Answered on the spot")).check()
    expect(intake.locator("#id_reply")).to_be_visible()
    expect(due).to_be_hidden()


def test_what_holds_a_text_is_never_hidden(intake):
    intake.locator("#id_place").fill("2号电梯")
    intake.locator("#id_visit_from").fill("2027-01-04T09:00")
    choose(intake, "收费")
    expect(intake.locator("#id_place")).to_be_visible()
    expect(intake.locator("#id_visit_from")).to_be_visible()
    expect(intake.locator("#id_visit_to")).to_be_hidden()


def test_who_calls_about_the_same_is_added_to_it(intake, lift):
    intake.get_by_label(_("Caller's name")).fill("刘女士")
    intake.get_by_label(_("Caller's phone")).fill("13911112222")
    intake.locator("#id_body").fill("老人下不了楼")
    intake.get_by_label(_("Subject")).press_sequentially("电梯停了")
    intake.locator("#hints").get_by_role("button", name=_("Add this caller to it")).click()
    expect(intake.get_by_label(_("Caller's name"))).to_have_value("刘女士")

    intake.get_by_role("button", name=_("It is something else: back to the new ticket")).click()
    expect(intake.get_by_label(_("Subject"))).to_have_value("电梯停了")
    expect(intake.get_by_label(_("Caller's phone"))).to_have_value("13911112222")
    intake.locator("#hints").get_by_role("button", name=_("Add this caller to it")).click()

    intake.get_by_role("button", name=_("Add this caller"), exact=True).click()
    intake.wait_for_url(f"**{lift.get_absolute_url()}")
    expect(intake.locator("#callers")).to_contain_text("刘女士")
    caller = Caller.objects.get()
    assert (caller.ticket, caller.phone, caller.said) == (lift, "13911112222", "电梯停了\n老人下不了楼")
    assert Ticket.objects.get() == lift


def test_enter_in_the_subject_records_the_ticket(intake, lift):
    intake.get_by_label(_("Subject")).press_sequentially("电梯停了")
    expect(intake.locator("#hints").get_by_role("button")).to_be_visible()
    intake.get_by_label(_("Subject")).press("Enter")
    expect(intake.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    assert Ticket.objects.count() == 2
    expect(intake.locator("#similar")).to_contain_text(lift.subject)
