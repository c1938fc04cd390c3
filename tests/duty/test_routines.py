"""Routine work: when it is due, listed ahead once, changed, given up, done with evidence (R-RTN-01…05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from duty.models import DutySettings, Routine, RoutineTask
from duty.services.recurrence import occurrences
from duty.services.routine_defaults import DEFAULTS
from duty.services.routine_figures import shares_of
from duty.services.routine_planning import plan_routines, remind_of_routines
from duty.services.routine_work import call_off_task, do_task, reopen_task, skip_task
from duty.services.routines import add_routine, edit_routine, give_defaults, horizon, plan_ahead, retire_routine
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attach, attachments_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Holiday, Notification
from tests.factories import MembershipFactory, OfficeFactory, RoutineFactory, RoutineTaskFactory, UserFactory
from tests.world import _picture

pytestmark = pytest.mark.django_db

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
STATE = RoutineTask.State


def at(day, hour=9):
    """Return a moment of November 2026."""
    return dt.datetime(2026, 11, day, hour, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _monday():
    """Let it be Monday 16 November 2026, nine o'clock."""
    with time_machine.travel(at(16), tick=False):
        yield


def due(routine, first, last):
    """Return the days something falls due."""
    return [one.due_on for one in occurrences(routine, first, last)]


def stands(routine):
    """Return what stands on the list: day and state."""
    return [(task.due_on.isoformat(), task.state) for task in routine.tasks.order_by("due_on", "turn")]


# When it is due


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"cycle": "month", "day": 30}, ["2026-01-30", "2026-02-28", "2026-03-30"]),
        ({"cycle": "month", "day": 31}, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ({"cycle": "month", "day": 28}, ["2026-01-28", "2026-02-28", "2026-03-28"]),
        ({"cycle": "quarter"}, ["2026-03-31"]),
        ({"cycle": "year", "month": 2, "day": 30}, ["2026-02-28"]),
    ],
)
def test_occurrences_know_february(fields, days):
    found = due(Routine(since=YEAR[0], **fields), YEAR[0], dt.date(2026, 3, 31))
    assert [day.isoformat() for day in found] == days


def test_occurrences_in_a_leap_year():
    routine = Routine(since=dt.date(2028, 1, 1), cycle="month", day=31)
    assert due(routine, dt.date(2028, 2, 1), dt.date(2028, 2, 29)) == [dt.date(2028, 2, 29)]


def test_occurrences_of_a_quarter_and_a_year():
    quarters = due(Routine(since=YEAR[0], cycle="quarter"), *YEAR)
    assert [day.isoformat() for day in quarters] == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
    assert due(Routine(since=YEAR[0], cycle="year", month=12, day=31), *YEAR) == [dt.date(2026, 12, 31)]


def test_occurrences_of_a_weekday():
    found = due(Routine(since=YEAR[0], cycle="weekday", weekday=0), dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert [day.day for day in found] == [2, 9, 16, 23, 30]


def test_occurrences_of_a_week_are_due_by_its_sunday_and_begin_with_a_whole_week():
    routine = Routine(since=dt.date(2026, 11, 18), cycle="week", times=2)  # a Wednesday
    found = occurrences(routine, dt.date(2026, 11, 16), dt.date(2026, 11, 30))
    assert [(one.period.day, one.turn, one.due_on.day) for one in found] == [(23, 1, 29), (23, 2, 29)]


@pytest.mark.parametrize(
    ("moved", "days"),
    [
        ("stays", ["2026-09-28", "2026-10-05", "2026-10-12"]),
        ("after", ["2026-09-28", "2026-10-08", "2026-10-12"]),
        ("before", ["2026-09-28", "2026-09-30", "2026-10-12"]),
    ],
)
def test_occurrences_of_a_holiday_go_where_the_routine_says(office, moved, days):
    routine = Routine(office=office, since=YEAR[0], cycle="weekday", weekday=0, on_day_off=moved)
    found = occurrences(routine, dt.date(2026, 9, 28), dt.date(2026, 10, 12))
    assert [one.due_on.isoformat() for one in found] == days
    assert [one.day.day for one in found] == [28, 5, 12]


def test_occurrences_follow_the_offices_own_holidays_and_never_lie_before_it_counts(office):
    Holiday.objects.create(office=office, date=dt.date(2026, 11, 16), kind="weekend")
    routine = Routine(office=office, since=YEAR[0], cycle="month", day=16, on_day_off="before")
    assert due(routine, dt.date(2026, 11, 1), dt.date(2026, 11, 30)) == [dt.date(2026, 11, 13)]
    routine.since = dt.date(2026, 11, 15)
    assert due(routine, dt.date(2026, 11, 1), dt.date(2026, 11, 30)) == [dt.date(2026, 11, 16)]


def test_a_changed_routine_loses_no_day_that_moves_beyond_what_is_listed(office, supervisor):
    """The last Monday that is listed is a holiday: its meeting is due after that, and stays on the list."""
    with time_machine.travel(dt.datetime(2026, 8, 6, 9, tzinfo=SHANGHAI), tick=False):
        row = add_routine(
            office=office, by=supervisor, name="例会", task="开会", cycle="weekday", role="clerk", on_day_off="after"
        )
        edit_routine(row, by=supervisor, name="周例会")
    with time_machine.travel(dt.datetime(2026, 8, 20, 9, tzinfo=SHANGHAI), tick=False):
        plan_ahead(row, until=horizon(office, dt.date(2026, 8, 20)))
    october = row.tasks.filter(due_on__month=10).order_by("due_on")
    assert [task.due_on.day for task in october] == [8, 12, 19]


@pytest.mark.parametrize("day", [1, 10, 16, 28, 31])
def test_occurrences_begun_in_the_middle_of_a_month_are_the_same_days(day):
    """The rule does not hang on the day from which it is asked."""
    routine = Routine(since=YEAR[0], cycle="month", day=day)
    whole = due(routine, *YEAR)
    for first in (dt.date(2026, 2, 11), dt.date(2026, 5, 31), dt.date(2026, 8, 1)):
        assert due(routine, first, YEAR[1]) == [one for one in whole if one >= first]


# By itself, once


def test_plan_gives_each_office_the_customers_routines_once(office):
    other = OfficeFactory()
    plan_routines(at(16))
    plan_routines(at(16))
    for one in (office, other):
        assert set(Routine.objects.of_office(one).values_list("code", flat=True)) == {d.code for d in DEFAULTS}
    names = {row.code: (row.cycle, row.times, row.weekday, row.day) for row in Routine.objects.of_office(office)}
    assert names["joint_patrol"][:2] == ("week", 2)
    assert names["department_meeting"] == ("weekday", 1, 0, 28)
    assert names["cleaning_assessment"] == ("month", 1, 0, 28)
    assert {code for code, row in names.items() if row[0] == "quarter"} == {
        "water_tanks",
        "water_features",
        "pipe_wells",
    }
    assert {code for code, row in names.items() if row[0] == "year"} == {"septic_tanks", "year_summary"}


def test_defaults_an_office_gave_up_do_not_come_back(office, supervisor):
    for row in give_defaults(office):
        retire_routine(row, by=supervisor)
    plan_routines(at(16))
    assert not Routine.objects.of_office(office).in_use().exists()
    assert not RoutineTask.objects.open().exists()


def test_plan_lists_ahead_as_far_as_the_office_wants_and_once(office):
    row = RoutineFactory(office=office, cycle="weekday", weekday=0, since=dt.date(2026, 11, 1))
    RoutineFactory(office=office, code="x", name="有默认")
    DutySettings.objects.create(office=office, routine_days=14)
    plan_routines(at(16))
    listed = ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]
    assert stands(row) == [(day, "open") for day in listed]
    plan_routines(at(16))
    plan_routines(at(16, 23))
    assert row.tasks.count() == 5
    DutySettings.objects.update(routine_days=28)
    plan_routines(at(16))
    assert stands(row)[5:] == [("2026-12-07", "open"), ("2026-12-14", "open")]


def test_plan_after_a_long_standstill_leaves_no_day_out(office):
    row = RoutineFactory(office=office, code="x", cycle="month", day=28, since=dt.date(2026, 6, 1))
    plan_ahead(row, until=dt.date(2026, 7, 1))
    plan_routines(at(16))
    days = [day for day, _state in stands(row)]
    assert days == [f"2026-{month:02d}-28" for month in (6, 7, 8, 9, 10, 11, 12)]


def test_plan_of_one_routine_that_fails_leaves_the_others(office, monkeypatch):
    broken, sound = RoutineFactory(office=office, code="x"), RoutineFactory(office=office)

    def plan(row, **kwargs):
        if row.pk == broken.pk:
            raise ValueError
        return plan_ahead(row, **kwargs)

    monkeypatch.setattr("duty.services.routine_planning.plan_ahead", plan)
    plan_routines(at(16))
    assert (broken.tasks.count(), sound.tasks.exists()) == (0, True)


def test_plan_killed_in_the_middle_leaves_nothing_and_is_done_again(office, monkeypatch):
    row = RoutineFactory(office=office)
    monkeypatch.setattr("frontdesk.kit.activity.record_many", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        plan_ahead(row, until=dt.date(2026, 12, 31))
    row.refresh_from_db()
    assert (row.tasks.count(), row.planned_until) == (0, None)
    monkeypatch.undo()
    assert plan_ahead(row, until=dt.date(2026, 12, 31)) == row.tasks.count() == 12


def test_plan_of_settled_offices_asks_little(office, django_assert_num_queries):
    RoutineFactory(office=office, code="x")
    plan_routines(at(16))
    with django_assert_num_queries(3):  # offices without any, settings, routines behind the furthest day
        plan_routines(at(16))


# Set up, changed, given up


def weekly(office, supervisor, **fields):
    """Set up two patrols a week of the stewards."""
    values = {"name": "巡查", "task": "巡查小区", "cycle": "week", "times": 2, "role": "steward", "evidence": "text"}
    return add_routine(office=office, by=supervisor, **{**values, "since": dt.date(2026, 11, 2), **fields})


def test_add_routine_lists_what_is_due_at_once(office, supervisor):
    DutySettings.objects.create(office=office, routine_days=7)
    row = weekly(office, supervisor)
    assert [day for day, _state in stands(row)] == ["2026-11-08"] * 2 + ["2026-11-15"] * 2 + ["2026-11-22"] * 2
    assert history_of(row).get().verb == "add_routine"
    assert {entry.verb for task in row.tasks.all() for entry in history_of(task)} == {"plan_task"}


def test_add_routine_refuses_a_name_that_is_taken_and_work_that_falls_to_nobody(office, supervisor, outsider):
    weekly(office, supervisor)
    for fields, field in (
        ({}, "name"),
        ({"name": "甲", "role": ""}, "role"),
        ({"name": "乙", "person": outsider}, "person"),
    ):
        with pytest.raises(DeskError) as refused:
            weekly(office, supervisor, **fields)
        assert refused.value.field == field
    assert Routine.objects.count() == 1


def test_edit_routine_moves_only_what_is_open_and_to_come(office, supervisor, clerk):
    row = RoutineFactory(office=office, day=28, since=dt.date(2026, 9, 1))
    plan_ahead(row, until=dt.date(2026, 12, 31))
    september, october, november, december = row.tasks.order_by("due_on")
    do_task(september, by=supervisor, result="已考核")
    edit_routine(row, by=supervisor, day=20, role="clerk", evidence="photo")
    assert stands(row) == [
        ("2026-09-28", "done"),
        ("2026-10-28", "open"),  # overdue: it stays what it was
        ("2026-11-20", "open"),
        ("2026-12-20", "open"),
    ]
    for task, owner in ((september, "supervisor"), (october, "supervisor"), (november, "clerk"), (december, "clerk")):
        task.refresh_from_db()
        assert task.role == owner
    assert [entry.verb for entry in history_of(november)] == ["move_task", "plan_task"]


def test_edit_routine_to_a_day_that_is_over_keeps_this_months_day(office, supervisor):
    row = RoutineFactory(office=office, day=28, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 12, 31))
    edit_routine(row, by=supervisor, day=10)
    assert stands(row)[:2] == [("2026-11-28", "open"), ("2026-12-10", "open")]


def test_edit_routine_done_this_month_does_not_bring_it_again(office, supervisor):
    row = RoutineFactory(office=office, day=16, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 11, 30))
    do_task(row.tasks.get(), by=supervisor, result="已考核")
    edit_routine(row, by=supervisor, day=28)
    assert [one for one in stands(row) if one[0] < "2026-12"] == [("2026-11-16", "done")]


def test_edit_routine_to_a_day_beyond_what_is_listed_keeps_the_task(office, supervisor):
    DutySettings.objects.create(office=office, routine_days=7)
    row = RoutineFactory(office=office, day=20, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 11, 23))
    edit_routine(row, by=supervisor, day=28)
    assert stands(row) == [("2026-11-28", "open")]
    plan_ahead(row, until=dt.date(2026, 12, 31))
    assert stands(row) == [("2026-11-28", "open"), ("2026-12-28", "open")]


def test_edit_routine_to_fewer_times_calls_off_and_back_resumes(office, supervisor):
    DutySettings.objects.create(office=office, routine_days=7)
    row = weekly(office, supervisor, since=dt.date(2026, 11, 16))
    edit_routine(row, by=supervisor, times=1)
    assert stands(row) == [("2026-11-22", "open"), ("2026-11-22", "off")]
    edit_routine(row, by=supervisor, times=3)
    assert stands(row) == [("2026-11-22", "open")] * 3
    verbs = [entry.verb for entry in history_of(row.tasks.get(turn=2))]
    assert verbs == ["resume_task", "call_off_task", "plan_task"]


def test_edit_routine_resumes_nothing_that_a_supervisor_called_off(office, supervisor):
    row = RoutineFactory(office=office, day=28, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 11, 30))
    call_off_task(row.tasks.get(), reason="放假", by=supervisor)
    edit_routine(row, by=supervisor, day=27)
    assert stands(row)[0] == ("2026-11-28", "off")


def test_edit_routine_to_another_cycle_calls_off_what_is_to_come(office, supervisor):
    DutySettings.objects.create(office=office, routine_days=14)
    row = weekly(office, supervisor, since=dt.date(2026, 11, 16))
    edit_routine(row, by=supervisor, cycle="month", day=28)
    assert {(task.cycle, task.state) for task in row.tasks.all()} == {("week", "off"), ("month", "open")}
    plan_routines(at(16))
    assert [day for day, state in stands(row) if state == "open"] == ["2026-11-28"]


def test_edit_routine_moved_to_another_day_is_reminded_of_again(office, supervisor):
    row = RoutineFactory(office=office, day=18, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 11, 30))
    remind_of_routines(at(16))
    edit_routine(row, by=supervisor, day=28)
    assert row.tasks.get(period=dt.date(2026, 11, 1)).reminded_at is None


def test_retire_routine_calls_off_what_is_to_come_and_keeps_what_is_overdue(office, supervisor):
    row = RoutineFactory(office=office, day=10, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 12, 31))
    retire_routine(row, by=supervisor)
    assert stands(row) == [("2026-11-10", "open"), ("2026-12-10", "off")]
    for act in (retire_routine, edit_routine):
        with pytest.raises(Conflict):
            act(row, by=supervisor)
    assert plan_ahead(row, until=dt.date(2027, 12, 31)) == 0


@pytest.mark.parametrize("who", ["clerk", "steward", "engineer", "guard", "company", "outsider"])
def test_routines_are_the_supervisors(who, office, request):
    row, user = RoutineFactory(office=office), request.getfixturevalue(who)
    for act in (lambda: edit_routine(row, by=user, day=5), lambda: retire_routine(row, by=user)):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(PermissionDenied):
        weekly(office, user)


# Done, passed over


def task_of(office, **fields):
    """Return one occurrence of the 28th."""
    return RoutineTaskFactory(office=office, **fields)


def test_do_task_keeps_what_was_done_and_by_whom(office, supervisor):
    done = do_task(task_of(office), by=supervisor, result="保洁94分，绿化91分")
    assert (done.state, done.result, done.done_by, done.done_on) == (
        STATE.DONE,
        "保洁94分，绿化91分",
        supervisor,
        dt.date(2026, 11, 16),
    )


@pytest.mark.parametrize(
    ("evidence", "said", "has_photo", "field"),
    [
        ("text", "", False, "result"),
        ("photo", "已清洗", False, "photos"),
        ("both", "已清洗", False, "photos"),
        ("both", " ", True, "result"),
    ],
)
def test_do_task_without_its_evidence_is_refused(evidence, said, has_photo, field, office, supervisor):
    task = task_of(office, evidence=evidence)
    photos = [_picture()] if has_photo else []
    with pytest.raises(DeskError) as refused:
        do_task(task, by=supervisor, result=said, photos=photos)
    task.refresh_from_db()
    assert (refused.value.field, task.state, attachments_of(task).count()) == (field, STATE.OPEN, 0)


@pytest.mark.parametrize("before", [True, False])
def test_do_task_with_a_photo_sent_along_or_put_on_before(before, office, supervisor):
    task = task_of(office, evidence="photo")
    if before:
        attach(task, _picture(), by=supervisor, kind="photo")
    do_task(task, by=supervisor, photos=[] if before else [_picture()])
    assert (task.__class__.objects.get(pk=task.pk).state, attachments_of(task).count()) == (STATE.DONE, 1)


def test_do_task_takes_no_file_that_is_no_picture(office, supervisor):
    task = task_of(office, evidence="photo")
    with pytest.raises(DeskError):
        do_task(task, by=supervisor, photos=[SimpleUploadedFile("证明.jpg", b"no picture")])
    task.refresh_from_db()
    assert task.state == STATE.OPEN


def test_do_task_is_for_whom_it_falls_to_and_the_supervisor(office, clerk, steward, supervisor, manager, outsider):
    task = task_of(office, role="steward")
    for user in (clerk, outsider):
        with pytest.raises(PermissionDenied):
            do_task(task, by=user, result="已完成")
    named = task_of(office, role="steward", person=UserFactory())
    with pytest.raises(PermissionDenied):
        do_task(named, by=steward, result="已完成")
    assert do_task(task, by=steward, result="已完成").done_by == steward
    assert do_task(named, by=manager, result="已完成").done_by == manager


def test_do_task_twice_is_refused(office, supervisor):
    task = task_of(office)
    do_task(task, by=supervisor, result="一")
    with pytest.raises(Conflict):
        do_task(task, by=supervisor, result="二")
    task.refresh_from_db()
    assert task.result == "一"


def test_do_task_tells_who_answers_for_quality(office, supervisor, manager):
    do_task(task_of(office, routine__tells_quality=True), by=supervisor, result="已考核")
    do_task(task_of(office), by=supervisor, result="已考核")
    assert Notification.objects.filter(user=manager).count() == 1


def test_skip_task_is_the_supervisors_and_needs_a_reason(office, clerk, supervisor):
    task = task_of(office, role="clerk")
    with pytest.raises(PermissionDenied):
        skip_task(task, reason="没空", by=clerk)
    with pytest.raises(DeskError):
        skip_task(task, reason=" ", by=supervisor)
    assert skip_task(task, reason="台风停工", by=supervisor).state == STATE.SKIPPED


def test_reopen_task_keeps_what_was_said_in_the_history(office, steward, supervisor):
    task = do_task(task_of(office, role="steward"), by=steward, result="已巡查")
    again = reopen_task(task, note="缺照片", by=supervisor)
    assert (again.state, again.result, again.done_by, again.done_at) == (STATE.OPEN, "", None, None)
    entry = history_of(task).first()
    assert (entry.verb, entry.note, entry.before["result"]) == ("reopen_task", "缺照片", "已巡查")
    assert "缺照片" in Notification.objects.get(user=steward).text


# Reminders


def test_remind_says_once_that_it_is_coming_to_all_who_hold_the_role(office, steward):
    second = UserFactory()
    MembershipFactory(user=second, office=office, role="steward")
    fields = {"role": "steward", "due_on": dt.date(2026, 11, 18), "remind_on": dt.date(2026, 11, 16)}
    first = task_of(office, **fields)
    task_of(office, routine=first.routine, **fields)  # the second of the week: one reminder for both
    remind_of_routines(at(16, 7))
    assert not Notification.objects.exists()
    for hour in (8, 8, 15):
        remind_of_routines(at(16, hour))
    texts = Notification.objects.values_list("user", "text")
    assert sorted(texts) == sorted((one.pk, f"11-18前完成：{first.routine} ×2") for one in (steward, second))


def test_remind_says_once_that_it_is_overdue_and_tells_the_supervisors(office, steward, supervisor, manager):
    task_of(office, role="steward", person=steward, due_on=dt.date(2026, 11, 15), remind_on=dt.date(2026, 11, 13))
    for _twice in range(2):
        remind_of_routines(at(16))
    assert {note.user for note in Notification.objects.all()} == {steward, supervisor, manager}
    assert Notification.objects.count() == 3


def test_remind_of_what_falls_to_somebody_who_left_tells_the_supervisors(office, supervisor):
    gone = UserFactory()
    task_of(office, person=gone, due_on=dt.date(2026, 11, 17), remind_on=dt.date(2026, 11, 16))
    remind_of_routines(at(16))
    assert [note.user for note in Notification.objects.all()] == [supervisor]


def test_remind_leaves_out_what_is_done_or_passed_over(office, supervisor):
    fields = {"due_on": dt.date(2026, 11, 15), "remind_on": dt.date(2026, 11, 13)}
    do_task(task_of(office, **fields), by=supervisor, result="已考核")
    skip_task(task_of(office, **fields), reason="停工", by=supervisor)
    remind_of_routines(at(16))
    assert not Notification.objects.exists()


# Share done


def test_shares_count_for_who_did_it_and_for_whom_it_falls_to(office, supervisor, steward, clerk, manager):
    patrol = RoutineFactory(office=office, name="巡查", role="steward")
    past = {"routine": patrol, "role": "steward", "due_on": dt.date(2026, 11, 8), "remind_on": dt.date(2026, 11, 6)}
    task_of(office, **past)  # overdue, the stewards'
    do_task(task_of(office, **past), by=steward, result="晚了")
    skip_task(task_of(office, **past), reason="台风", by=supervisor)
    task_of(office, person=clerk)  # to come
    do_task(task_of(office, person=clerk), by=manager, result="代办")
    RoutineTaskFactory(office=office, due_on=dt.date(2026, 12, 1))
    task_of(office, state="off")
    task_of(OfficeFactory())
    found = shares_of(supervisor, office, dt.date(2026, 11, 1))
    total = found.total
    assert (total.due, total.done, total.late, total.overdue, total.skipped, total.share) == (4, 2, 1, 1, 1, 66)
    people = {str(one.label): (one.due, one.done, one.share) for one in found.by_person}
    assert people == {
        str(clerk): (1, 0, None),
        str(manager): (1, 1, 100),
        str(steward): (1, 1, 100),
        "区域管家": (1, 0, 0),
    }
    assert next(one for one in found.by_routine if one.label == "巡查").share == 50


def test_shares_of_several_offices_are_the_companys_only(office, company, supervisor):
    task_of(office)
    task_of(OfficeFactory())
    assert shares_of(company, None, dt.date(2026, 11, 1)).total.due == 2
    assert shares_of(supervisor, None, dt.date(2026, 11, 1)).total.due == 1
