"""Rules and people that contradict each other: in sentences which, and the least that would have to give."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from duty.models import DutySettings, Roster
from duty.services import contradictions, drafting
from frontdesk.kit.jobs import Progress
from frontdesk.kit.models import Holiday
from tests.duty.months import BEFORE, day, month_of, put, takes, team
from tests.factories import HeadcountFactory, HolidayFactory, LeaveFactory, UnavailabilityFactory

MIDNIGHT = dt.datetime(2026, 12, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def _before_the_month():
    with time_machine.travel(BEFORE, tick=True):
        yield


@pytest.fixture
def wednesday(draft, office, early, late):
    """Only the 9th takes somebody, early: one is on leave, one comes off a late shift, one never works Wednesdays."""
    DutySettings.objects.create(office=office, draft_seconds=2)
    HolidayFactory(office=office, date=day(9), kind=Holiday.Kind.STATUTORY)
    HeadcountFactory(shift_type=early, day_kind=Holiday.Kind.STATUTORY, people=1)
    away, tired, never = team(office, 3)
    LeaveFactory(
        office=office, person=away, state="approved", starts_at=MIDNIGHT, ends_at=MIDNIGHT + dt.timedelta(days=1)
    )
    put(draft, tired, late, 8, is_fixed=True)
    UnavailabilityFactory(rostered=never.rostered.get(), weekday=2)
    return draft


def drafted(roster):
    """Draft a month and return what is said to contradict each other."""
    drafting.draft(Roster.objects.get(pk=roster.pk), Progress(), by=None)
    month = month_of(roster)
    return contradictions.said(month, month.roster.figures)


def test_an_empty_shift_names_who_is_kept_from_it_by_what(wednesday):
    found = drafted(wednesday)
    assert found.gaps == [
        (
            "12-09 早班没有人",
            [
                "同事1：12-09请假",
                "同事2：12-09上班前只休息了8小时，至少要10小时",
                "同事3：12-09不能上这个班（固定不可排班）",
            ],
        )
    ]
    assert found.relax == ["同事2：12-09上班前只休息了8小时，至少要10小时"]
    assert found.left == []


def test_the_same_in_english(wednesday):
    drafted(wednesday)
    month = month_of(wednesday)
    with translation.override("en"):
        found = contradictions.said(month, month.roster.figures)
    assert found.gaps[0][0] == "nobody is on 早班 on 12-09"
    assert found.gaps[0][1][0] == "同事1: on leave on 12-09"
    assert found.relax == ["同事2: only 8 hours of rest before the shift on 12-09, at least 10 are needed"]


def test_what_is_short_whatever_gives_way(draft, office, early, late):
    """One person, two shifts of one day: no rule is in the way, there is simply nobody else."""
    DutySettings.objects.create(office=office, draft_seconds=2)
    HolidayFactory(office=office, date=day(9), kind=Holiday.Kind.STATUTORY)
    for row in (early, late):
        HeadcountFactory(shift_type=row, day_kind=Holiday.Kind.STATUTORY, people=1)
    team(office, 1)
    found = drafted(draft)
    assert found.relax == []
    assert found.left in (["12-09 早班没有人"], ["12-09 晚班没有人"])


def test_once_somebody_is_put_on_the_empty_shift_nothing_is_said_any_more(wednesday, office, early):
    assert drafted(wednesday).gaps
    (helper,) = team(office, 1)
    put(wednesday, helper, early, 9)
    month = month_of(wednesday)
    assert not contradictions.said(month, month.roster.figures)


def test_where_everybody_is_covered_nothing_is_said(draft, office, early):
    DutySettings.objects.create(office=office, draft_seconds=2)
    HolidayFactory(office=office, date=day(9), kind=Holiday.Kind.STATUTORY)
    HeadcountFactory(shift_type=early, day_kind=Holiday.Kind.STATUTORY, people=1)
    team(office, 2)
    assert not drafted(draft)


def test_the_months_page_says_it_and_marks_the_gap(wednesday, client_of, supervisor):
    drafted(wednesday)
    page = client_of(supervisor).get(wednesday.get_absolute_url())
    assert page.context["contradictions"].relax
    text = page.content.decode()
    assert "同事2：12-09上班前只休息了8小时" in text
    assert "12-09 早班没有人" in text
    assert 'class="is-holiday is-under"' in text or "is-under" in text
    assert '<td class="is-holiday is-under">0/1</td>' in text


def test_leave_for_everybody_says_whose_leave_would_help(draft, office, early):
    DutySettings.objects.create(office=office, draft_seconds=2)
    takes(early, people=0)
    early.headcounts.filter(day_kind=Holiday.Kind.STATUTORY).update(people=1)
    HolidayFactory(office=office, date=day(9), kind=Holiday.Kind.STATUTORY)
    for person in team(office, 2):
        LeaveFactory(
            office=office, person=person, state="approved", starts_at=MIDNIGHT, ends_at=MIDNIGHT + dt.timedelta(days=1)
        )
    found = drafted(draft)
    assert found.relax in (["同事1：12-09请假"], ["同事2：12-09请假"])
    assert [why for _gap, why in found.gaps] == [["同事1、同事2：12-09请假"]]
