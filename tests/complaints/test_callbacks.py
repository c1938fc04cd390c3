"""R-CB-01: who is called back, and what the calls bring."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine as machine
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from complaints import services
from complaints.models import Callback, CallbackRule, QuestionForm, Ticket
from complaints.services.callbacks import is_drawn
from complaints.tasks_callbacks import draw_callbacks
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import add_working_days, local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Activity, Holiday, Notification
from frontdesk.staff.models import User
from tests.complaints.conftest import said
from tests.factories import (
    CallbackFactory,
    CallbackRuleFactory,
    CallerFactory,
    PersonFactory,
    PhoneFactory,
    QuestionFormFactory,
    TicketFactory,
    TicketSettingsFactory,
)
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)  # nine o'clock
DAY = dt.timedelta(days=1)


@pytest.fixture
def monday(time_machine):
    """Stop the clock on Monday, 23 November 2026, at nine."""
    time_machine.move_to(MONDAY, tick=False)


def closed(office, *, days=0, kind="complaint", **facts):
    """Return a ticket that was closed so many days ago."""
    return TicketFactory(office=office, state="archived", kind=kind, archived_at=now() - days * DAY, **facts)


def drawn(office, *, days=0):
    """Draw as of today, or some days on; return whom."""
    return services.draw_callbacks(office, local_date() + days * DAY)


def counts(ticket):
    return Callback.objects.filter(ticket=ticket).count()


# ---- drawing ----


def test_a_complaint_is_drawn_two_working_days_after_it_was_closed(office, monday):
    ticket = closed(office)  # on a Monday
    assert drawn(office, days=1) == []
    [callback] = drawn(office, days=2)
    assert (callback.ticket, callback.caller, callback.closed_at) == (ticket, None, ticket.archived_at)
    assert (callback.due_on, callback.state) == (dt.date(2026, 11, 25), "waiting")
    row = history_of(callback).get()
    assert (row.verb, row.actor, row.office) == ("draw_callback", None, office)


def test_drawing_again_draws_nobody(office, monday):
    closed(office)
    assert len(drawn(office, days=2)) == 1
    assert drawn(office, days=2) == drawn(office, days=9) == []


def test_working_days_leave_out_the_national_holiday_and_count_the_make_up_day(office, time_machine):
    time_machine.move_to(dt.datetime(2026, 9, 30, 8, tzinfo=dt.UTC), tick=False)
    closed(office)  # Wednesday; 1 to 7 October are off, Saturday 10 October is worked
    assert drawn(office, days=8) == []
    [callback] = drawn(office, days=9)
    assert callback.due_on == add_working_days(office, dt.date(2026, 9, 30), 2) == dt.date(2026, 10, 9)
    CallbackRuleFactory(office=office, after_days=3)
    late = closed(office)
    assert [row.ticket for row in drawn(office, days=10)] == [late]
    assert Callback.objects.get(ticket=late).due_on == dt.date(2026, 10, 10)


def test_the_offices_own_day_off_is_no_working_day(office, monday):
    Holiday.objects.create(office=office, date=dt.date(2026, 11, 24), kind="weekend", name="停电检修")
    closed(office)
    assert drawn(office, days=2) == []
    assert [row.due_on for row in drawn(office, days=3)] == [dt.date(2026, 11, 26)]


def test_with_no_days_between_it_is_due_on_the_day_it_was_closed(office, monday):
    CallbackRuleFactory(office=office, after_days=0)
    closed(office)
    assert [row.due_on for row in drawn(office)] == [local_date()]


def test_a_missed_draw_is_made_up_for_thirty_days(office, monday):
    old, older = closed(office, days=30), closed(office, days=33)
    assert [row.ticket for row in drawn(office)] == [old]
    assert counts(older) == 0


def test_a_rule_with_many_days_is_drawn_when_they_are_over(office, monday):
    CallbackRuleFactory(office=office, after_days=40)
    closed(office, days=64)
    assert [row.due_on for row in drawn(office)] == [add_working_days(office, local_date() - 64 * DAY, 40)]


def test_only_what_is_closed_and_was_heard_here_is_drawn(office, other_office, monday):
    TicketFactory(office=office, kind="complaint", state="replied", archived_at=None)
    closed(office, days=9, source_id="12345-1")
    closed(other_office, days=9)
    closed(office, days=9, kind="praise")  # share 0
    assert drawn(office) == []


def test_share_0_draws_nobody_and_100_everybody(office, monday):
    for kind, share in (("repair", 0), ("help", 100)):
        CallbackRuleFactory(office=office, kind=kind, share=share)
        for _n in range(20):
            closed(office, days=4, kind=kind)
    assert [row.ticket.kind for row in drawn(office)] == ["help"] * 20


def test_a_share_is_close_to_itself_over_a_thousand_tickets(office, monday):
    CallbackRuleFactory(office=office, kind="repair", share=30)
    user = TicketFactory(office=office).first_contact
    Ticket.objects.bulk_create(
        Ticket(
            office=office,
            number=f"x-{n}",
            subject="s",
            caller_name="张伟",
            first_contact=user,
            state="archived",
            received_at=now() - 9 * DAY,
            archived_at=now() - 4 * DAY - dt.timedelta(minutes=n),
        )
        for n in range(1000)
    )
    chosen = {row.ticket_id for row in drawn(office)}
    assert 255 <= len(chosen) <= 345
    tickets = Ticket.objects.filter(state="archived")
    assert chosen == {ticket.pk for ticket in tickets if is_drawn(ticket, ticket.archived_at, 30)}
    assert drawn(office, days=1) == []


def test_the_same_closing_is_always_in_or_out_and_another_one_is_another(office):
    ticket = closed(office)
    answers = {
        is_drawn(ticket, ticket.archived_at.astimezone(dt.timezone(dt.timedelta(hours=n))), 30) for n in range(9)
    }
    assert len(answers) == 1
    days = [is_drawn(ticket, ticket.archived_at + n * DAY, 30) for n in range(60)]
    assert any(days)
    assert not all(days)
    assert all(is_drawn(ticket, ticket.archived_at + n * DAY, 100) for n in range(60))


def test_a_raised_share_holds_for_what_is_due_from_that_day_on(office, monday, supervisor):
    before = closed(office, days=7, kind="praise")
    after = closed(office, kind="praise")
    values = {"praise": {"after_days": 2, "share": 100, "form": None}}
    services.change_rules(office, by=supervisor, expected=0, rules=values)
    assert [row.ticket for row in drawn(office, days=2)] == [after]
    assert counts(before) == 0


def test_everybody_who_called_is_drawn(office, monday):
    ticket = closed(office, days=4)
    callers = [CallerFactory(ticket=ticket, name=name) for name in ("李娜", "王芳")]
    assert [row.caller for row in drawn(office)] == [None, *callers]
    assert [row.name for row in Callback.objects.filter(ticket=ticket)] == ["张伟", "李娜", "王芳"]


def test_whoever_left_nothing_to_ask_for_is_not_drawn(office, monday):
    ticket = closed(office, days=4, caller_name="")
    closed(office, days=4, channel="patrol")  # the caller's name is a colleague's
    assert drawn(office) == []
    for facts in ({"caller_phone": "13800000000"}, {"person": PersonFactory(office=office)}):
        one = closed(office, days=4, caller_name="", channel="patrol", **facts)
        assert [row.ticket for row in drawn(office)] == [one]
    assert counts(ticket) == 0


def test_of_an_incident_and_what_belongs_to_it_everybody_is_drawn_whatever_the_share(office, monday):
    CallbackRuleFactory(office=office, kind="repair", share=0)
    incident = closed(office, days=4, kind="repair", is_incident=True)
    child = closed(office, days=4, kind="repair", incident=incident)
    caller = CallerFactory(ticket=child)
    closed(office, days=4, kind="repair")
    found = {(row.ticket, row.caller) for row in drawn(office)}
    assert found == {(incident, None), (child, None), (child, caller)}


def test_a_ticket_closed_again_is_drawn_again(office, monday, clerk):
    ticket = closed(office, days=4)
    [first] = drawn(office)
    services.answer_callback(first, satisfaction=5, outcome="satisfied", by=clerk)
    Ticket.objects.filter(pk=ticket.pk).update(archived_at=now())
    [second] = drawn(office, days=2)
    assert (second.pk != first.pk, second.closed_at) == (True, now())


def test_a_call_still_waiting_when_it_is_closed_again_moves_on_to_that_closing(office, monday):
    ticket = closed(office, days=4)
    [first] = drawn(office)
    Ticket.objects.filter(pk=ticket.pk).update(archived_at=None, state="recorded")
    assert not Callback.objects.due().exists()
    Ticket.objects.filter(pk=ticket.pk).update(archived_at=now(), state="archived")
    assert not Callback.objects.due().exists()
    assert [row.pk for row in drawn(office, days=2)] == [first.pk]
    first.refresh_from_db()
    assert (first.closed_at, first.due_on) == (now(), dt.date(2026, 11, 25))
    assert counts(ticket) == 1


def test_a_callback_asks_what_the_rule_of_its_kind_asks(office, monday):
    form = QuestionFormFactory(office=office)
    CallbackRuleFactory(office=office, form=form)
    closed(office, days=4)
    assert [row.form for row in drawn(office)] == [form]


# ---- an incident's closing ----


def test_queue_asks_everybody_of_an_incident_and_its_children_at_once(office, monday):
    incident = closed(office, kind="repair", is_incident=True)
    child = closed(office, kind="repair", incident=incident)
    still_open = TicketFactory(office=office, incident=incident)
    caller = CallerFactory(ticket=child)
    made = services.queue_callbacks(incident)
    assert {(row.ticket, row.caller) for row in made} == {(incident, None), (child, None), (child, caller)}
    assert {row.due_on for row in made} == {dt.date(2026, 11, 25)}
    assert services.queue_callbacks(incident) == drawn(office, days=3) == []
    assert counts(still_open) == 0


def test_closing_an_incident_queues_everybody_and_the_morning_adds_nobody(office, replied, clerk, monday):
    Ticket.objects.filter(pk=replied.pk).update(is_incident=True, kind="enquiry")
    child = TicketFactory(office=office, state="replied", incident=replied, kind="enquiry", replied_at=now())
    caller = CallerFactory(ticket=child)
    replied.refresh_from_db()
    services.archive_ticket(replied, by=clerk)
    found = {(row.ticket_id, row.caller) for row in Callback.objects.all()}
    assert found == {(replied.pk, None), (child.pk, None), (child.pk, caller)}
    assert drawn(office, days=5) == []


def test_queue_takes_the_closing_from_the_record_in_hand(office, replied, monday):
    """Inside the move that archives it the row is not saved yet."""
    replied.archived_at = now()
    [callback] = services.queue_callbacks(replied)
    assert callback.closed_at == now()


# ---- once a day ----


def bells(user):
    return list(Notification.objects.filter(user=user).values_list("text", "url"))


def test_the_tick_draws_once_a_day_from_eight_and_tells_the_desk(office, other_office, clerk, steward, engineer):
    with machine.travel(MONDAY - 4 * DAY, tick=False):
        closed(office)
    for hour in (7, 8, 9, 23):
        with machine.travel(MONDAY.replace(hour=0) - dt.timedelta(hours=8 - hour), tick=False):
            draw_callbacks(now())
            draw_callbacks(now())
            assert Callback.objects.count() == (hour >= 8)
    sentence = [(said("To be called back today: {count}", Ticket(), count=1), "/callbacks/?state=due")]
    assert [bells(person) for person in (clerk, steward, engineer)] == [sentence, sentence, []]
    with machine.travel(MONDAY + DAY, tick=False):
        draw_callbacks(now())
    assert len(bells(clerk)) == 2


def test_the_tick_tells_nobody_on_a_day_off_or_when_nobody_waits(office, clerk, time_machine):
    time_machine.move_to(MONDAY - DAY, tick=False)  # Sunday
    CallbackFactory(ticket__office=office)
    draw_callbacks(now())
    assert bells(clerk) == []
    Callback.objects.update(state="done")
    time_machine.move_to(MONDAY, tick=False)
    draw_callbacks(now())
    assert bells(clerk) == []


def test_a_draw_that_fails_is_tried_again_and_keeps_no_other_office_from_its_own(
    office, other_office, monday, monkeypatch, caplog
):
    for place in (office, other_office):
        closed(place, days=4)
    real, broken = services.draw_callbacks, [True]

    def draw(place, day):
        if place == office and broken:
            raise ValueError(place)
        return real(place, day)

    monkeypatch.setattr("complaints.services.callbacks.draw_callbacks", draw)
    draw_callbacks(now())
    assert [row.ticket.office for row in Callback.objects.all()] == [other_office]
    assert "callbacks of south failed" in caplog.text
    broken.clear()
    draw_callbacks(now())
    assert Callback.objects.count() == 2


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_draws_at_once_draw_everybody_once(office, _round):
    for _n in range(5):
        closed(office, days=9)
    day = local_date()
    outcomes = together(*[lambda: len(services.draw_callbacks(office, day))] * 2)
    assert sorted(outcomes) == [0, 5]
    assert Callback.objects.count() == Activity.objects.filter(verb="draw_callback").count() == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_look_behind_the_lock_the_second_draw_meets_the_rule_of_the_database(office, monkeypatch):
    """Negative control: both draw what neither has seen drawn; only the unique constraint is left between them."""
    closed(office, days=9)
    day, gate = local_date(), threading.Barrier(2)
    closed_before, iterate = services.callbacks._closed, QuerySet.__iter__

    def both_see_it_undrawn(*words):
        found = list(closed_before(*words))
        gate.wait(10)
        return found

    def blind(rows):
        return iter(()) if rows.model is Callback else iterate(rows)

    monkeypatch.setattr("complaints.services.callbacks._closed", both_see_it_undrawn)
    monkeypatch.setattr(QuerySet, "__iter__", blind)
    outcomes = together(*[lambda: len(services.draw_callbacks(office, day))] * 2)
    assert kinds(outcomes) == ["IntegrityError", "int"]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_the_desk_once(office, clerk):
    with machine.travel(MONDAY - 4 * DAY, tick=False):
        closed(office)
    together(*[lambda: services.call_the_day(office, MONDAY)] * 2)
    assert len(bells(clerk)) == Callback.objects.count() == 1


# ---- not reached ----


@pytest.fixture
def callback(office, clerk, steward):
    """A waiting call about a complaint the clerk answers for."""
    ticket = TicketFactory(
        office=office,
        kind="complaint",
        state="archived",
        archived_at=now(),
        first_contact=clerk,
        caller_phone="13812345678",
        result="更换阀芯",
        reply="已修好",
    )
    return CallbackFactory(ticket=ticket, form=QuestionFormFactory(office=office))


def test_no_answer_is_tried_again_on_the_next_working_day_and_given_up_after_three(callback, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC), tick=False)  # Friday
    for due in (dt.date(2026, 11, 23), dt.date(2026, 11, 24)):
        callback = services.attempt_callback(callback, result="no_answer", note="关机", by=clerk)
        assert (callback.state, callback.due_on) == ("waiting", due)
        time_machine.move_to(dt.datetime.combine(due, dt.time(2), dt.UTC), tick=False)
    callback = services.attempt_callback(callback, result="no_answer", by=clerk)
    callback.refresh_from_db()
    assert (callback.state, callback.ended_by, callback.ended_at) == ("ended", clerk, now())
    assert [(row.result, row.note, row.by) for row in callback.attempts.all()] == [
        ("no_answer", "关机", clerk),
        ("no_answer", "关机", clerk),
        ("no_answer", "", clerk),
    ]
    assert [row.verb for row in history_of(callback)] == ["end_callback"] + ["attempt_callback"] * 3


def test_the_office_says_after_how_many_attempts_it_gives_up(callback, clerk):
    TicketSettingsFactory(office=callback.ticket.office, callback_attempts=1)
    assert services.attempt_callback(callback, result="no_answer", by=clerk).state == "ended"


def test_to_be_called_again_is_no_failed_attempt_and_due_at_that_hour(callback, clerk, monday, time_machine):
    for hours in (1, 2, 3, 4):
        again = now() + dt.timedelta(hours=hours)
        callback = services.attempt_callback(callback, result="call_again", again_at=again, by=clerk)
    assert (callback.state, callback.again_at, callback.due_on) == ("waiting", again, local_date())
    assert not Callback.objects.due().exists()
    time_machine.shift(dt.timedelta(hours=4))
    assert Callback.objects.due().get() == callback
    callback = services.attempt_callback(callback, result="no_answer", by=clerk)
    assert (callback.state, callback.again_at, callback.due_on) == ("waiting", None, local_date() + DAY)


@pytest.mark.parametrize(
    ("result", "ahead", "field"),
    [
        ("call_again", None, "again_at"),
        ("call_again", dt.timedelta(0), "again_at"),
        ("call_again", 400 * DAY, "again_at"),
        ("reached", None, "result"),
        ("", None, "result"),
    ],
)
def test_an_attempt_is_refused_without_result_or_a_time_that_can_be(callback, clerk, result, ahead, field, monday):
    again = None if ahead is None else now() + ahead
    with pytest.raises(DeskError) as refusal:
        services.attempt_callback(callback, result=result, again_at=again, by=clerk)
    assert (refusal.value.field, callback.attempts.count()) == (field, 0)


def test_who_wants_no_callback_is_left_alone(callback, clerk):
    ended = services.end_callback(callback, note="别再打了", by=clerk)
    assert (ended.state, ended.ended_by) == ("ended", clerk)
    assert [(row.result, row.note) for row in ended.attempts.all()] == [("refused", "别再打了")]


def test_calling_back_is_refused_without_the_role(callback, engineer, company, outsider, admin):
    for person in (engineer, company, outsider, admin):
        for act in (
            lambda p=person: services.attempt_callback(callback, result="no_answer", by=p),
            lambda p=person: services.end_callback(callback, by=p),
            lambda p=person: services.answer_callback(callback, satisfaction=5, outcome="satisfied", by=p),
            lambda p=person: services.reveal_called(callback, by=p),
        ):
            with pytest.raises(PermissionDenied):
                act()


# ---- reached ----


def answer(callback, by, satisfaction=5, outcome="satisfied", remarks="", **more):
    return services.answer_callback(
        callback, satisfaction=satisfaction, outcome=outcome, remarks=remarks, by=by, **more
    )


def test_an_answer_is_kept_with_questions_and_stands_on_the_ticket(callback, cashier, clerk, supervisor, told):
    done = answer(callback, cashier, 4, remarks=" 不错 ", answers=["是", ""])
    done.refresh_from_db()
    assert (done.state, done.satisfaction, done.outcome, done.remarks) == ("done", 4, "satisfied", "不错")
    assert done.answers == [{"question": "维修人员是否按时到场?", "answer": "是"}]
    assert (done.ended_by, bool(done.ended_at)) == (cashier, True)
    assert [row.result for row in done.attempts.all()] == ["reached"]
    done.ticket.refresh_from_db()
    assert done.ticket.state == "archived"
    assert history_of(done.ticket).first().verb == "answer_callback"
    assert history_of(done.ticket).first().note.startswith("张伟: 4/5")
    assert [told(person) for person in (clerk, supervisor)] == [[], []]


@pytest.mark.parametrize(
    ("satisfaction", "outcome", "remarks", "field"),
    [
        (0, "satisfied", "", "satisfaction"),
        (6, "satisfied", "", "satisfaction"),
        (5, "", "", "outcome"),
        (5, "fine", "", "outcome"),
        (2, "satisfied", "慢", "outcome"),
        (1, "dissatisfied", " ", "remarks"),
        (2, "explained", "", "remarks"),
        (5, "explained", "", "remarks"),
        (4, "dissatisfied", "", "remarks"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(callback, clerk, satisfaction, outcome, remarks, field):
    with pytest.raises(DeskError) as refusal:
        answer(callback, clerk, satisfaction, outcome, remarks)
    callback.refresh_from_db()
    assert (refusal.value.field, callback.state) == (field, "waiting")


@pytest.mark.parametrize("satisfaction", [1, 2, 4])
def test_who_is_not_satisfied_begins_anew_whoever_called(callback, cashier, clerk, supervisor, told, satisfaction):
    """A cashier may not reopen tickets; the rule does."""
    assert not cashier.has_perm("complaints.reopen_ticket", callback.ticket)
    answer(callback, cashier, satisfaction, "dissatisfied", "又漏水了")
    ticket = Ticket.objects.get(pk=callback.ticket_id)
    assert (ticket.state, ticket.first_contact, ticket.result) == ("recorded", clerk, "")
    assert list(Ticket.objects.followed_by(clerk)) == [ticket]
    assert [(row.verb, row.actor) for row in history_of(ticket)[:2]] == [
        ("reopen_ticket", cashier),
        ("answer_callback", cashier),
    ]
    words = f"{satisfaction}/5 · {said('Not settled', ticket)} · 又漏水了"
    assert len(told(clerk)) == 1
    assert told(supervisor) == [said("Dissatisfied: {number} {subject}: {words}", ticket, words=words)]


def test_an_explained_misunderstanding_stays_closed_and_bad_marks_are_told(callback, clerk, supervisor, told):
    answer(callback, clerk, 2, "explained", "以为免费，已解释收费标准")
    callback.ticket.refresh_from_db()
    assert (callback.ticket.state, len(told(supervisor))) == ("archived", 1)


def test_explained_with_a_good_mark_tells_nobody(callback, clerk, supervisor, told):
    answer(callback, clerk, 3, "explained", "已解释")
    assert told(supervisor) == []


def test_an_answer_is_kept_when_somebody_opened_the_ticket_meanwhile(callback, clerk, steward, supervisor, told):
    services.reopen_ticket(callback.ticket, reason="业主来电", by=supervisor)
    told(clerk)
    done = answer(callback, steward, 1, "dissatisfied", "还在漏")
    ticket = Ticket.objects.get(pk=callback.ticket_id)
    assert (done.state, ticket.state) == ("done", "recorded")
    assert history_of(ticket).filter(verb="reopen_ticket").count() == 1
    text = "{by} called back on {number} {subject}: {words}"
    assert told(clerk) == [said(text, ticket, by=steward, words=f"1/5 · {said('Not settled', ticket)} · 还在漏")]


def test_answered_once_is_answered(callback, clerk, steward):
    answer(callback, clerk)
    for act in (
        lambda: answer(callback, steward),
        lambda: services.attempt_callback(callback, result="no_answer", by=steward),
        lambda: services.end_callback(callback, by=steward),
    ):
        with pytest.raises(Conflict):
            act()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_answer_one_callback_and_one_wins(callback, clerk, supervisor, _round):
    people = [User.objects.get(pk=person.pk) for person in (clerk, supervisor)]
    rows = [Callback.objects.get(pk=callback.pk) for _person in people]
    outcomes = together(
        *(lambda c=row, u=user: answer(c, u, 1, "dissatisfied", "漏") for row, user in zip(rows, people, strict=True))
    )
    assert kinds(outcomes) == ["Callback", "Conflict"]
    assert history_of(callback.ticket).filter(verb="reopen_ticket").count() == callback.attempts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answering_and_reopening_at_once_lose_nothing(callback, clerk, supervisor):
    people = [User.objects.get(pk=person.pk) for person in (clerk, supervisor)]
    row, ticket = Callback.objects.get(pk=callback.pk), Ticket.objects.get(pk=callback.ticket_id)
    answered, opened = together(
        lambda: answer(row, people[0], 1, "dissatisfied", "漏"),
        lambda: services.reopen_ticket(ticket, reason="来电", by=people[1]),
    )
    assert isinstance(answered, Callback)
    assert isinstance(opened, Ticket | Conflict)
    assert Ticket.objects.get(pk=ticket.pk).state == "recorded"
    assert Callback.objects.get(pk=row.pk).remarks == "漏"


# ---- the number ----


def test_the_number_is_shown_on_record(callback, cashier):
    assert services.reveal_called(callback, by=cashier) == "13812345678"
    row = history_of(callback.ticket).first()
    assert (row.verb, row.actor, row.note) == ("reveal_caller", cashier, "张伟")


def test_the_number_of_an_added_caller_is_their_own(callback, clerk):
    caller = CallerFactory(ticket=callback.ticket, name="李娜", phone="13900000001")
    theirs = CallbackFactory(ticket=callback.ticket, caller=caller)
    assert services.reveal_called(theirs, by=clerk) == "13900000001"
    assert history_of(callback.ticket).first().note == "李娜"


def test_a_number_of_the_register_is_written_down_with_the_person(office, steward):
    person = PhoneFactory(person__office=office, number="13700000007").person
    callback = CallbackFactory(ticket__office=office, ticket__person=person)
    assert services.reveal_called(callback, by=steward) == "13700000007"
    assert [history_of(one).first().verb for one in (callback.ticket, person)] == ["reveal_caller", "call_person"]


@pytest.mark.parametrize("of_caller", [False, True])
def test_a_number_of_the_register_follows_the_rule_of_tickets(office, cashier, of_caller):
    person = PhoneFactory(person__office=office, number="13700000007").person
    callback = CallbackFactory(ticket__office=office, ticket__first_contact=cashier)
    if of_caller:
        callback.caller = CallerFactory(ticket=callback.ticket, person=person, phone="")
    else:
        callback.ticket.person, callback.ticket.caller_phone = person, ""
    assert not services.may_reveal_called(callback, cashier)
    with pytest.raises(PermissionDenied):
        services.reveal_called(callback, by=cashier)
    assert not history_of(person).exists()


def test_the_number_is_hidden_again_when_the_call_is_over(callback, clerk):
    answer(callback, clerk)
    callback.refresh_from_db()
    with pytest.raises(PermissionDenied):
        services.reveal_called(callback, by=clerk)


def test_a_callback_without_a_number_shows_none(office, clerk):
    callback = CallbackFactory(ticket__office=office)
    assert services.reveal_called(callback, by=clerk) == ""
    assert not history_of(callback.ticket).exists()


# ---- the rules ----


def rules(office, **changed):
    """Return every kind's figures as they are, some of them changed."""
    return {
        kind: {"after_days": rule.after_days, "share": rule.share, "form": rule.form, **changed.get(kind, {})}
        for kind, rule in services.settings.rules_of(office).items()
    }


def test_rules_are_kept_where_they_differ_and_written_down(office, supervisor):
    form = QuestionFormFactory(office=office)
    changed = rules(office, repair={"share": 50, "form": form}, praise={"after_days": 5})
    assert services.change_rules(office, by=supervisor, expected=0, rules=changed) == 2
    own = {rule.kind: rule for rule in CallbackRule.objects.all()}
    assert {kind: (rule.after_days, rule.share, rule.form) for kind, rule in own.items()} == {
        "repair": (2, 50, form),
        "praise": (5, 0, None),
    }
    assert (own["repair"].since, own["praise"].since) == (local_date(), None)
    row = history_of(own["repair"]).get()
    assert (row.verb, row.before["share"], row.after["share"]) == ("change_rule", 30, 50)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"after_days": 61}, "repair_after_days"),
        ({"after_days": -1}, "repair_after_days"),
        ({"share": 101}, "repair_share"),
        ({"share": -1}, "repair_share"),
    ],
)
def test_rules_out_of_range_are_refused_at_their_field(office, supervisor, values, field):
    with pytest.raises(DeskError) as refusal:
        services.change_rules(office, by=supervisor, expected=0, rules=rules(office, repair=values))
    assert (refusal.value.field, CallbackRule.objects.exists()) == (field, False)


def test_rules_take_no_form_of_another_office_or_set_aside(office, other_office, supervisor):
    for form in (QuestionFormFactory(office=other_office), QuestionFormFactory(office=office, is_active=False)):
        with pytest.raises(DeskError) as refusal:
            services.change_rules(office, by=supervisor, expected=0, rules=rules(office, help={"form": form}))
        assert refusal.value.field == "help_form"


def test_rules_changed_meanwhile_are_a_conflict(office, supervisor, manager):
    services.change_rules(office, by=manager, expected=0, rules=rules(office, repair={"share": 40}))
    with pytest.raises(Conflict):
        services.change_rules(office, by=supervisor, expected=0, rules=rules(office, repair={"share": 60}))
    services.change_rules(office, by=supervisor, expected=1, rules=rules(office, repair={"share": 60}))
    assert CallbackRule.objects.get().share == 60


def test_rules_are_refused_without_the_role(office, clerk, outsider, company):
    for person in (clerk, outsider, company):
        with pytest.raises(PermissionDenied):
            services.change_rules(office, by=person, expected=0, rules=rules(office))


def test_a_lowered_share_moves_no_day(office, supervisor):
    CallbackRuleFactory(office=office, kind="repair", share=80)
    services.change_rules(office, by=supervisor, expected=1, rules=rules(office, repair={"share": 20}))
    assert CallbackRule.objects.get().since is None


# ---- question forms ----


@pytest.mark.parametrize("questions", [" \n ", "\n".join(f"问题{n}?" for n in range(11)), "长" * 101, "一样?\n一样?"])
def test_a_question_form_asks_something_and_not_too_much(office, supervisor, questions):
    with pytest.raises(DeskError) as refusal:
        services.add_question_form(office=office, by=supervisor, name="回访", questions=questions)
    assert (refusal.value.field, QuestionForm.objects.exists()) == ("questions", False)


def test_a_question_form_that_is_asked_cannot_be_set_aside(office, supervisor):
    form = QuestionFormFactory(office=office)
    rule = CallbackRuleFactory(office=office, form=form)
    with pytest.raises(DeskError) as refusal:
        services.change_question_form(form, is_active=False, by=supervisor)
    assert refusal.value.field == "is_active"
    rule.delete()
    form.refresh_from_db()
    services.change_question_form(form, is_active=False, by=supervisor)
    assert not QuestionForm.objects.in_use().exists()


def test_question_forms_are_refused_without_the_role(office, clerk):
    with pytest.raises(PermissionDenied):
        services.add_question_form(office=office, by=clerk, name="回访", questions="好吗?")
    with pytest.raises(PermissionDenied):
        services.change_question_form(QuestionFormFactory(office=office), name="x", by=clerk)
