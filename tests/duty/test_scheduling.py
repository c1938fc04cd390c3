"""Once a minute: a draft per office and month on its day, a reminder, and nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest

from duty import tasks
from duty.models import DutySettings, Roster
from frontdesk.kit import jobs
from frontdesk.kit.models import Job, Notification
from tests.duty.months import takes, team
from tests.factories import RosterFactory
from tests.racing import together

CHINA = dt.timezone(dt.timedelta(hours=8))
DECEMBER = dt.date(2026, 12, 1)


def at(number, hour=10, month=11):
    return dt.datetime(2026, month, number, hour, tzinfo=CHINA)


@pytest.fixture
def ready(office, early):
    """An office that can be drafted."""
    takes(early)
    return team(office, 3)


def test_before_its_day_nothing_is_drafted(ready, supervisor):
    tasks.draft_due_months(at(24, 23))
    assert not Roster.objects.exists()


def test_midnight_is_the_offices(ready, supervisor):
    tasks.draft_due_months(dt.datetime(2026, 11, 24, 15, 59, tzinfo=dt.UTC))
    assert not Roster.objects.exists()
    tasks.draft_due_months(dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC))
    assert Roster.objects.get().month == DECEMBER


def test_on_its_day_one_draft_is_made_and_the_supervisor_told(ready, office, supervisor):
    DutySettings.objects.create(office=office, draft_seconds=1)
    for minute in range(3):
        tasks.draft_due_months(at(25) + dt.timedelta(minutes=minute))
    roster, job = Roster.objects.get(), Job.objects.get()
    assert (roster.month, roster.job, job.created_by) == (DECEMBER, job, None)
    assert jobs.run_job(job.pk)
    assert not jobs.run_job(job.pk)
    tasks.draft_due_months(at(29))
    assert (Roster.objects.count(), Job.objects.count()) == (1, 1)
    assert [row.text for row in Notification.objects.filter(user=supervisor)] == [
        "2026-12的排班表已自动排好，请核对后发布。"
    ]


def test_a_late_tick_still_drafts(ready, supervisor):
    tasks.draft_due_months(at(30, 23))
    assert Roster.objects.get().month == DECEMBER


def test_a_month_begun_by_hand_is_left_alone(ready, office, supervisor):
    RosterFactory(office=office)
    tasks.draft_due_months(at(25))
    assert not Job.objects.exists()


def test_the_day_is_the_offices_own(ready, office, supervisor):
    DutySettings.objects.create(office=office, draft_day=20)
    tasks.draft_due_months(at(20))
    assert Roster.objects.exists()


def test_what_cannot_be_drafted_is_said_once(office, supervisor):
    team(office, 2)
    for minute in range(3):
        tasks.draft_due_months(at(25) + dt.timedelta(minutes=minute))
    assert [row.text for row in Notification.objects.filter(user=supervisor)] == [
        "2026-12的排班表没能自动排出：本管理处还没有设置班次，请先设置。"
    ]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_draft(ready, supervisor):
    together(lambda: tasks.draft_due_months(at(25)), lambda: tasks.draft_due_months(at(25)))
    assert (Roster.objects.count(), Job.objects.count()) == (1, 1)


def test_on_the_last_day_the_supervisor_is_reminded_once_a_day(ready, office, supervisor):
    RosterFactory(office=office)
    tasks.remind_of_publishing(at(29))
    assert not Notification.objects.exists()
    for minute in range(3):
        tasks.remind_of_publishing(at(30) + dt.timedelta(minutes=minute))
    assert [row.text for row in Notification.objects.filter(user=supervisor)] == ["2026-12的排班表还没有发布。"]
    tasks.remind_of_publishing(at(1, month=12))
    assert Notification.objects.filter(user=supervisor).count() == 2


def test_a_published_month_needs_no_reminder(ready, office, supervisor):
    RosterFactory(office=office, state="published", edition=1)
    tasks.remind_of_publishing(at(30))
    assert not Notification.objects.exists()
