"""The pages of routine work: lists, one occurrence, the month, the share done; the sheet and the morning (R-RTN-05)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from duty.models import Routine
from duty.services.handover.work import open_work
from duty.services.morning import morning_of
from tests.factories import (
    SHANGHAI,
    FindingFactory,
    HandoverFactory,
    RoutineFactory,
    RoutineTaskFactory,
    ShiftFactory,
    UnitFactory,
    UserFactory,
)
from tests.world import _picture

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)
LIST, CALENDAR, SHARE, ROUTINES, MORNING_PAGE, TASK = 8, 6, 5, 6, 18, 8


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MORNING, tick=False):
        yield


def some_tasks(office, count):
    """Make occurrences of as many routines, with different people."""
    return [
        RoutineTaskFactory(
            office=office,
            person=UserFactory(),
            state="done",
            done_by=UserFactory(),
            done_at=MORNING,
            done_on=MORNING.date(),
            due_on=dt.date(2026, 11, 10 + place),
        )
        for place in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("routinetask_list", LIST), ("routine_calendar", CALENDAR), ("routine_share", SHARE)]
)
def test_a_page_asks_as_often_for_one_as_for_three(
    name, queries, count, office, clerk, client_of, django_assert_num_queries
):
    some_tasks(office, count)
    client = client_of(clerk)
    url = reverse(f"duty:{name}")
    client.get(url)
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_routines_asks_as_often_for_one_as_for_three(
    count, office, supervisor, client_of, django_assert_num_queries
):
    for _ in range(count):
        RoutineFactory(office=office, person=UserFactory())
    client = client_of(supervisor)
    client.get(reverse("duty:routine_list"))
    with django_assert_num_queries(ROUTINES):
        assert client.get(reverse("duty:routine_list")).status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"逾期的", "今天的", "以后的", "做完的", "晚做的"}),
        ("state=open", {"逾期的", "今天的", "以后的"}),
        ("state=overdue", {"逾期的"}),
        ("state=today", {"逾期的", "今天的"}),
        ("state=done", {"做完的", "晚做的"}),
        ("state=late", {"晚做的"}),
        ("state=open&whose=mine", {"今天的"}),
        ("role=clerk", {"今天的"}),
        ("due_after=2026-11-20", {"以后的"}),
        ("q=逾期", {"逾期的"}),
    ],
)
def test_the_list_answers(query, shown, office, clerk, client_of):
    done = {"state": "done", "done_by": clerk, "done_at": MORNING}
    for name, day, fields in (
        ("逾期的", 15, {}),
        ("今天的", 16, {"role": "clerk"}),
        ("以后的", 20, {}),
        ("做完的", 14, {**done, "done_on": dt.date(2026, 11, 14)}),
        ("晚做的", 13, {**done, "done_on": dt.date(2026, 11, 14)}),
    ):
        RoutineTaskFactory(office=office, routine__name=name, due_on=dt.date(2026, 11, day), **fields)
    RoutineTaskFactory(routine__name="别处的", role="clerk")
    page = client_of(clerk).get(f"{reverse('duty:routinetask_list')}?{query}").content.decode()
    every = {"逾期的", "今天的", "以后的", "做完的", "晚做的", "别处的"}
    assert {name for name in every if f">{name}</a>" in page} == shown


def test_a_named_colleague_has_it_alone(office, clerk, client_of):
    RoutineTaskFactory(office=office, role="clerk", person=UserFactory(), routine__name="别人的")
    RoutineTaskFactory(office=office, role="", person=clerk, routine__name="我的")
    page = client_of(clerk).get(reverse("duty:routinetask_list"), {"whose": "mine"}).content.decode()
    assert (">我的</a>" in page, ">别人的</a>" in page) == (True, False)


def test_it_is_reported_done_in_the_browser_and_sent_twice_is_done_once(office, clerk, client_of):
    task = RoutineTaskFactory(office=office, role="clerk", evidence="both")
    client = client_of(clerk)
    page = client.get(task.get_absolute_url()).content.decode()
    act = reverse("duty:routinetask_move", args=[task.pk, "do_task"])
    assert (act in page, "skip_task" in page) == (True, False)
    once = str(uuid4())
    refused = client.post(act, {"result": "已巡查", "once": once})
    assert (refused.status_code, "照片" in refused.content.decode()) == (200, True)
    for _twice in range(2):
        assert client.post(act, {"result": "已巡查", "photos": _picture(), "once": once}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.result, task.done_by) == ("done", "已巡查", clerk)
    assert "已巡查" in client.get(task.get_absolute_url()).content.decode()


def test_it_is_passed_over_and_opened_again_in_the_browser(office, supervisor, client_of):
    task = RoutineTaskFactory(office=office)
    client = client_of(supervisor)
    client.post(reverse("duty:routinetask_move", args=[task.pk, "skip_task"]), {"reason": "停工"})
    assert "停工" in client.get(task.get_absolute_url()).content.decode()
    client.post(reverse("duty:routinetask_move", args=[task.pk, "reopen_task"]), {"note": "明天补做"})
    task.refresh_from_db()
    assert task.state == "open"


def test_it_is_called_off_and_resumed_in_the_browser(office, supervisor, clerk, client_of):
    task = RoutineTaskFactory(office=office, role="clerk")
    client = client_of(supervisor)
    off, on = (reverse("duty:routinetask_move", args=[task.pk, move]) for move in ("call_off_task", "resume_task"))
    assert client_of(clerk).post(off, {"reason": "放假"}).status_code == 403
    assert client.post(off, {"reason": ""}).status_code == 200
    client.post(off, {"reason": "放假"})
    task.refresh_from_db()
    assert (task.state, task.reason) == ("off", "放假")
    client.post(on)
    task.refresh_from_db()
    assert (task.state, task.reason) == ("open", "")


FORM = {
    "name": "消防通道检查",
    "task": "检查楼道堆放",
    "cycle": "week",
    "times": 2,
    "weekday": 0,
    "day": 31,
    "month": 12,
    "on_day_off": "stays",
    "since": "2026-11-16",
    "role": "guard",
    "person": "",
    "evidence": "photo",
    "lead_days": 1,
}


def test_a_supervisor_sets_up_changes_and_gives_up_a_routine(office, supervisor, client_of):
    client = client_of(supervisor)
    client.post(reverse("duty:routine_add"), {**FORM, "once": str(uuid4())})
    row = Routine.objects.get()
    assert row.tasks.open().count() == 16
    page = client.get(row.get_absolute_url())
    version = page.context["form"]["version"].value()
    client.post(row.get_absolute_url(), {**FORM, "cycle": "month", "version": version})
    row.refresh_from_db()
    assert (row.cycle, row.day, str(row.rhythm)) == ("month", 31, "每月末")
    assert "每月末" in client.get(reverse("duty:routine_list")).content.decode()
    stale = client.post(row.get_absolute_url(), {**FORM, "name": "旧页面", "version": version})
    assert stale.status_code == 409
    client.post(reverse("duty:routine_retire", args=[row.pk]))
    row.refresh_from_db()
    assert row.retired_at is not None
    assert not row.tasks.open().exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("times", 0), ("times", 8), ("day", 32), ("month", 13), ("lead_days", 61), ("role", ""), ("since", "2026-02-30")],
)
def test_a_routine_that_cannot_be_is_refused(field, value, office, supervisor, client_of):
    answer = client_of(supervisor).post(reverse("duty:routine_add"), {**FORM, field: value, "once": str(uuid4())})
    assert answer.context["form"].errors.keys() == {field}
    assert not Routine.objects.exists()


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "2026-12-05", "x", "9999-12", "0001-01", ""])
def test_the_month_of_the_address_is_shown_or_this_one(month, office, clerk, client_of):
    for name in ("routine_calendar", "routine_share"):
        page = client_of(clerk).get(reverse(f"duty:{name}"), {"month": month})
        assert page.context["month"] == dt.date(2026, 12 if month == "2026-12" else 11, 1)


def test_the_calendar_shows_a_month_without_what_was_called_off(office, clerk, client_of):
    RoutineTaskFactory(office=office, routine__name="本月的")
    RoutineTaskFactory(office=office, routine__name="取消的", state="off")
    RoutineTaskFactory(office=office, routine__name="下月的", due_on=dt.date(2026, 12, 1))
    page = client_of(clerk).get(reverse("duty:routine_calendar")).content.decode()
    assert [name in page for name in ("本月的", "取消的", "下月的")] == [True, False, False]


def test_the_share_done_leads_to_its_rows(office, clerk, client_of):
    some_tasks(office, 2)
    page = client_of(clerk).get(reverse("duty:routine_share")).content.decode()
    assert "?due_after=2026-11-01&amp;due_before=2026-11-30&amp;state=done" in page
    assert "100 %" in page


# The handover sheet and the morning page


def due_by(office, day, **fields):
    """Make an occurrence that is due on a day of November."""
    return RoutineTaskFactory(office=office, due_on=dt.date(2026, 11, day), **fields)


def test_the_handover_lists_what_is_overdue_or_due_within_the_next_shift(office, clerk, steward):
    handover = HandoverFactory(office=office, shift=ShiftFactory(office=office, clerk=clerk), incoming=steward)
    today, overdue = due_by(office, 16), due_by(office, 15)
    mine = due_by(office, 15, person=clerk, role="")
    due_by(office, 18)
    due_by(office, 15, state="off")
    RoutineTaskFactory(due_on=dt.date(2026, 11, 15))
    work = open_work(handover)
    assert [(one.kind, one.object_id, one.is_important) for one in work] == [
        ("routine", mine.pk, True),
        ("routine", overdue.pk, False),
        ("routine", today.pk, False),
    ]
    assert all(one.kind_label == "周期工作" for one in work)


def test_the_morning_shows_what_is_due_today(office, clerk, company, client_of):
    today, overdue = due_by(office, 16), due_by(office, 15)
    due_by(office, 17)
    RoutineTaskFactory(due_on=dt.date(2026, 11, 16))
    assert morning_of(office, clerk).routines == [overdue, today]
    page = client_of(clerk).get(reverse("duty:morning")).content.decode()
    assert overdue.get_absolute_url() in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_morning_asks_as_often_for_one_as_for_three(count, office, clerk, client_of, django_assert_num_queries):
    for _ in range(count):
        due_by(office, 16, person=UserFactory())
    client = client_of(clerk)
    client.get(reverse("duty:morning"))
    with django_assert_num_queries(MORNING_PAGE):
        client.get(reverse("duty:morning"))


# What is found on the spot


def test_what_is_found_while_it_is_done_becomes_a_finding_or_a_ticket(office, steward, client_of):
    task = RoutineTaskFactory(office=office, role="steward")
    client, url = client_of(steward), reverse("duty:routinetask_finding", args=[task.pk])
    said = {"text": "草坪灯不亮", "place": "中心花园", "solution": "", "becomes": ""}
    for fields in ({}, {"text": "落叶堆积", "solution": "当场清扫"}, {"text": "井盖破损", "becomes": "ticket"}):
        answer = client.post(url, {**said, **fields, "once": str(uuid4())})
        assert answer.url == task.get_absolute_url()
    found = {one.text: one for one in task.findings.all()}
    assert [found[text].state for text in ("草坪灯不亮", "落叶堆积", "井盖破损")] == ["open", "solved", "planned"]
    assert found["草坪灯不亮"].plan_by == dt.date(2026, 11, 19)
    assert found["井盖破损"].ticket.channel == "patrol"
    page = client.get(task.get_absolute_url()).content.decode()
    assert all(text in page for text in found)
    assert task.get_absolute_url() in client.get(found["草坪灯不亮"].get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_one_asks_as_often_for_one_finding_as_for_three(
    count, office, clerk, client_of, django_assert_num_queries
):
    task = RoutineTaskFactory(office=office, role="clerk")
    for _ in range(count):
        FindingFactory(office=office, routine_task=task, unit=UnitFactory(office=office))
    client = client_of(clerk)
    client.get(task.get_absolute_url())
    with django_assert_num_queries(TASK):
        client.get(task.get_absolute_url())
