"""The month's roster as the supervisor makes it: drafted in a job, changed by keys, published, read by everybody."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from duty.models import DutySettings, Roster
from frontdesk.kit.calendar import local_date
from frontdesk.kit.jobs import run_job
from frontdesk.kit.periods import next_month
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE
from tests.duty.months import takes, team
from tests.factories import RosteredFactory, RosterFactory, ShiftTypeFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def month(office, clerk):
    """Next month, begun: two shifts, five colleagues, one of them the clerk."""
    early = ShiftTypeFactory(office=office, code="早", name="早班", starts=dt.time(6), minutes=420)
    late = ShiftTypeFactory(
        office=office, code="晚", name="晚班", starts=dt.time(13), minutes=540, is_late=True, colour=1
    )
    takes(early, late)
    DutySettings.objects.create(office=office, draft_seconds=1)
    RosteredFactory(office=office, person=clerk)
    team(office, 4)
    return RosterFactory(office=office, month=next_month(local_date().replace(day=1)))


def _cell(page, name, number):
    return page.locator("#grid tbody tr", has_text=name).locator(f"td:nth-child({number + 1}) > a")


def test_a_month_is_drafted_edited_and_published(sit_down, month, office, clerk, supervisor):
    page = sit_down(supervisor)
    page.goto(month.get_absolute_url())
    page.get_by_role("link", name="自动排班").click()
    page.get_by_role("button", name="自动排班").click()
    expect(page.get_by_role("button", name="停止并采用目前最好的")).to_be_visible()
    assert run_job(Roster.objects.get().job_id)
    expect(page.locator("#grid")).to_be_visible(timeout=20_000)
    expect(page.locator("#grid td.shift").first).to_be_visible()

    free = next(d for d in range(1, 29) if not month.assignments.filter(person=clerk, date__day=d).exists())
    cell = _cell(page, "王敏", free)
    cell.focus()
    page.keyboard.press("f")
    expect(_cell(page, "王敏", free).locator("xpath=..")).to_have_class(re.compile("is-fixed"))
    page.keyboard.press("ArrowRight")
    expect(_cell(page, "王敏", free + 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cell-head")).to_contain_text("王敏")

    page.get_by_role("link", name="发布").click()
    page.get_by_role("button", name="发布").click()
    expect(page.locator("#state")).to_have_text("已发布")
    assert Roster.objects.get().edition == 1

    reader = sit_down(clerk)
    reader.goto(reverse("duty:roster_list"))
    reader.get_by_role("link", name=f"{month.month:%Y-%m}").click()
    expect(reader.locator("#grid")).to_be_visible()
    expect(reader.get_by_role("link", name="自动排班")).to_have_count(0)


def test_a_key_that_breaks_a_rule_says_so_and_a_soft_one_asks(sit_down, month, office, clerk, supervisor):
    late = month.office.shift_types.get(is_late=True)
    month.assignments.create(person=clerk, date=month.month + dt.timedelta(days=6), shift_type=late)
    page = sit_down(supervisor)
    page.goto(month.get_absolute_url())
    _cell(page, "王敏", 8).focus()
    page.keyboard.press("1")
    expect(page.locator(".cell-menu")).to_contain_text("至少要10小时")
    page.keyboard.press("Escape")
    _cell(page, "同事1", 7).focus()
    page.keyboard.press("2")
    expect(page.locator(".cell-menu")).to_contain_text("分")
    page.get_by_role("button", name="仍然这样排").click()
    expect(_cell(page, "同事1", 7)).to_have_text("晚")
    _cell(page, "同事2", 3).click()
    page.locator(".cell-menu").get_by_role("button", name="早班").click()
    expect(_cell(page, "同事2", 3)).to_have_text("早")
    assert month.assignments.count() == 3


def test_two_supervisors_at_one_cell_the_second_sees_it(sit_down, month, clerk, supervisor, manager):
    one, other = sit_down(supervisor), sit_down(manager)
    for page in (one, other):
        page.goto(month.get_absolute_url())
    _cell(one, "王敏", 7).focus()
    one.keyboard.press("1")
    expect(_cell(one, "王敏", 7)).to_have_text("早")
    _cell(other, "王敏", 7).focus()
    other.keyboard.press("2")
    expect(other.locator(".cell-menu")).to_contain_text("陈静")
    expect(_cell(other, "王敏", 7)).to_have_text("早")


@pytest.mark.parametrize("phone", [False, True])
def test_the_grid_fits_and_is_accessible(sit_down, month, supervisor, phone):
    page = sit_down(supervisor, **({"viewport": PHONE} if phone else {}))
    page.goto(month.get_absolute_url())
    expect(page.locator("#grid")).to_be_visible()
    assert too_wide(page) == []
    assert violations(page) == []
