"""R-TKT-08: what was promised is written down and tracked until it is kept."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet

from complaints import services
from complaints.models import Promise
from complaints.tasks_callbacks import remind_of_promises
from complaints.workflow import PROMISE
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from frontdesk.staff.models import User
from tests.complaints.conftest import said
from tests.factories import PromiseFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

TOMORROW = dt.timedelta(days=1)
LIST = "/promises/"


def due(promise):
    return f"{promise.due_at.astimezone(now().tzinfo):%m-%d %H:%M}"


@pytest.fixture
def promised(recorded, clerk):
    """Promised by the clerk for tomorrow, on a ticket the clerk answers for."""
    return services.make_promise(recorded, text="明天电工上门", due_at=now() + TOMORROW, by=clerk)


def test_make_writes_it_on_the_ticket_and_tells_who_answers_for_it(recorded, clerk, steward, told):
    told(clerk)
    promise = services.make_promise(recorded, text=" 明天电工上门 ", due_at=now() + TOMORROW, by=steward)
    assert (promise.state, promise.made_by, promise.text) == ("open", steward, "明天电工上门")
    row = history_of(recorded).first()
    assert (row.verb, row.actor, row.note) == ("make_promise", steward, f"明天电工上门 · {due(promise)}")
    assert told(clerk) == [
        said("{by} promised on {number} {subject}: {promise}", recorded, by=steward, promise=promise.text)
    ]
    assert told(steward) == []


@pytest.mark.parametrize(
    ("words", "field"),
    [({"text": "  "}, "text"), ({"due_at": dt.timedelta(0)}, "due_at"), ({"due_at": -TOMORROW}, "due_at")],
)
def test_make_is_refused_without_words_or_in_the_past(recorded, clerk, words, field):
    words = {"text": "回电", **words, "due_at": now() + words.get("due_at", TOMORROW)}
    with pytest.raises(DeskError) as refusal:
        services.make_promise(recorded, by=clerk, **words)
    assert refusal.value.field == field
    assert not Promise.objects.exists()


def test_make_is_refused_on_an_archived_ticket(archived, clerk):
    with pytest.raises(Conflict):
        services.make_promise(archived, text="回电", due_at=now() + TOMORROW, by=clerk)


def test_make_is_refused_without_the_role_or_in_another_office(recorded, engineer, outsider, company):
    for person in (engineer, outsider, company):
        with pytest.raises(PermissionDenied):
            services.make_promise(recorded, text="回电", due_at=now() + TOMORROW, by=person)


def test_keep_settles_it_and_stands_on_the_ticket(promised, steward):
    kept = services.keep_promise(promised, note="已上门", by=steward)
    kept.refresh_from_db()
    assert (kept.state, bool(kept.settled_at)) == ("kept", True)
    assert [history_of(one).first().verb for one in (kept, kept.ticket)] == ["keep_promise"] * 2
    assert history_of(kept.ticket).first().note == "明天电工上门 · 已上门"


def test_renegotiate_begins_a_new_one_that_follows_and_tells_both(promised, supervisor, clerk, told):
    told(clerk)
    later = now() + 3 * TOMORROW
    new = services.renegotiate_promise(promised, due_at=later, reason="配件未到", by=supervisor)
    promised.refresh_from_db()
    assert (promised.state, new.state, new.follows) == ("renegotiated", "open", promised)
    assert (new.text, new.due_at, new.made_by) == (promised.text, later, supervisor)
    words = f"{new.text} · {due(new)}"
    sentence = said("{by} renegotiated on {number} {subject}: {promise}", new.ticket, by=supervisor, promise=words)
    assert told(clerk) == [sentence]
    verbs = [(row.verb, row.note) for row in history_of(new.ticket)[:2]]
    assert verbs == [("renegotiate_promise", "明天电工上门 · 配件未到"), ("make_promise", words)]


def test_renegotiate_may_promise_something_else(promised, clerk):
    new = services.renegotiate_promise(promised, due_at=now() + TOMORROW, reason="r", text="先装临时阀", by=clerk)
    assert (new.text, promised.text) == ("先装临时阀", "明天电工上门")


@pytest.mark.parametrize(("words", "field"), [({"reason": " "}, "reason"), ({"due_at": -TOMORROW}, "due_at")])
def test_renegotiate_is_refused_without_reason_or_in_the_past(promised, clerk, words, field):
    words = {"reason": "配件未到", **words, "due_at": now() + words.get("due_at", TOMORROW)}
    with pytest.raises(DeskError) as refusal:
        services.renegotiate_promise(promised, by=clerk, **words)
    promised.refresh_from_db()
    assert (refusal.value.field, promised.state, Promise.objects.count()) == (field, "open", 1)


def test_break_says_why_and_tells_the_supervisors(promised, clerk, steward, supervisor, manager, told):
    for person in (clerk, supervisor):
        told(person)
    broken = services.break_promise(promised, reason="电工请假", by=steward)
    assert broken.state == "broken"
    text = "A promise was not kept on {number} {subject}: {promise} ({reason})"
    sentence = said(text, broken.ticket, promise=broken.text, reason="电工请假")
    assert [told(person) for person in (clerk, supervisor, manager)] == [[sentence], [sentence], []]


def test_break_tells_the_manager_where_there_is_no_supervisor(recorded, clerk, manager, steward, told):
    promise = PromiseFactory(ticket=recorded, made_by=clerk)
    services.break_promise(promise, reason="忘了", by=steward)
    assert len(told(manager)) == 1


def test_break_is_refused_without_a_reason(promised, clerk):
    with pytest.raises(DeskError) as refusal:
        services.break_promise(promised, reason="", by=clerk)
    assert refusal.value.field == "reason"


def test_settled_once_is_settled(promised, clerk, steward):
    services.keep_promise(promised, by=clerk)
    for act in (
        lambda: services.keep_promise(promised, by=steward),
        lambda: services.break_promise(promised, reason="r", by=steward),
        lambda: services.renegotiate_promise(promised, due_at=now() + TOMORROW, reason="r", by=steward),
    ):
        with pytest.raises(Conflict):
            act()


def test_settling_is_refused_without_the_role(promised, engineer, outsider, company):
    for person in (engineer, outsider, company):
        with pytest.raises(PermissionDenied):
            services.keep_promise(promised, by=person)


def test_open_promises_keep_a_ticket_from_being_put_away(recorded, promised, clerk):
    second = PromiseFactory(ticket=recorded, text="周五回电")
    with pytest.raises(DeskError, match=r"明天电工上门.*周五回电"):
        services.must_have_kept_promises(recorded)
    services.keep_promise(promised, by=clerk)
    services.break_promise(second, reason="忘了", by=clerk)
    services.must_have_kept_promises(recorded)


def test_archiving_waits_for_what_was_promised(replied, clerk):
    promise = services.make_promise(replied, text="送收据上门", due_at=now() + TOMORROW, by=clerk)
    with pytest.raises(DeskError, match="送收据上门"):
        services.archive_ticket(replied, by=clerk)
    services.keep_promise(promise, by=clerk)
    assert services.archive_ticket(replied, by=clerk).state == "archived"


# ---- the bell ----


def bells():
    return list(Notification.objects.order_by("pk").values_list("user__name", "text"))


@pytest.fixture
def to_come(recorded, steward, time_machine):
    """Promised by the steward at ten for four o'clock; the clerk answers for the ticket."""
    time_machine.move_to(dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC), tick=False)
    promise = services.make_promise(recorded, text="四点前回电", due_at=now() + dt.timedelta(hours=6), by=steward)
    Notification.objects.all().delete()
    return promise


def test_both_are_reminded_an_hour_before_and_only_once(to_come, time_machine):
    time_machine.shift(dt.timedelta(hours=4, minutes=59))
    remind_of_promises(now())
    assert bells() == []
    time_machine.shift(dt.timedelta(minutes=1))
    for _tick in range(3):
        remind_of_promises(now())
    sentence = said(
        "Promised until {due}: {number} {subject}: {promise}", to_come.ticket, due="11-23 16:00", promise="四点前回电"
    )
    assert sorted(bells()) == [("王敏", sentence), ("赵洁", sentence)]


def test_once_late_it_comes_back_to_who_answers_for_it(to_come, time_machine):
    time_machine.shift(dt.timedelta(hours=6, minutes=1))
    for _tick in range(3):
        remind_of_promises(now())
    assert bells() == [
        ("王敏", said("Promise late: {number} {subject}: {promise}", to_come.ticket, promise="四点前回电"))
    ]


def test_what_was_promised_within_the_hour_needs_no_reminder(recorded, clerk):
    services.make_promise(recorded, text="马上", due_at=now() + dt.timedelta(minutes=50), by=clerk)
    remind_of_promises(now())
    assert bells() == []


def test_nobody_is_reminded_of_what_is_settled(to_come, clerk, time_machine):
    services.keep_promise(to_come, by=clerk)
    time_machine.shift(dt.timedelta(hours=7))
    remind_of_promises(now())
    assert bells() == []


# ---- two at once ----


def settle(promise, people, *verbs):
    """Let people settle the promise they all see as open."""
    copies = [Promise.objects.get(pk=promise.pk) for _person in people]
    users = [User.objects.get(pk=person.pk) for person in people]
    return together(
        *(lambda c=copy, u=user, v=verb: v(c, by=u) for copy, user, verb in zip(copies, users, verbs, strict=True))
    )


def renegotiate(promise, *, by):
    return services.renegotiate_promise(promise, due_at=now() + TOMORROW, reason="配件未到", by=by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_settle_one_promise_and_one_wins(promised, clerk, supervisor, _round):
    outcomes = settle(promised, [clerk, supervisor], services.keep_promise, renegotiate)
    assert kinds(outcomes) == ["Conflict", "Promise"]
    promised.refresh_from_db()
    assert Promise.objects.count() == (2 if promised.state == "renegotiated" else 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_state_guard_both_would_settle_it(promised, clerk, supervisor, monkeypatch):
    """Negative control."""
    for name in ("keep_promise", "renegotiate_promise"):
        move = PROMISE.moves[name]
        monkeypatch.setitem(PROMISE.moves, name, replace(move, sources=frozenset(Promise.State)))
    assert kinds(settle(promised, [clerk, supervisor], services.keep_promise, renegotiate)) == ["Promise", "Promise"]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_remind_once(to_come, time_machine):
    time_machine.shift(dt.timedelta(hours=5, minutes=30))
    at = now()
    assert sorted(together(*[lambda: services.remind_of_promises(at)] * 2)) == [0, 1]
    assert len(bells()) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_mark_two_ticks_would_remind_twice(to_come, time_machine, monkeypatch):
    """Negative control: what lets only one of them speak is that the mark is set where it is not set yet."""
    time_machine.shift(dt.timedelta(hours=5, minutes=30))
    gate, update = threading.Barrier(2), QuerySet.update

    def forgetful(rows, **values):
        if "reminded_at" in values and connection.vendor == "postgresql":
            gate.wait(10)
        return (
            update(Promise.objects.filter(pk=to_come.pk), **values)
            if "reminded_at" in values
            else update(rows, **values)
        )

    monkeypatch.setattr(QuerySet, "update", forgetful)
    rows = list(Promise.objects.to_remind(now()))
    monkeypatch.setattr("complaints.querysets.PromiseQuerySet.to_remind", lambda _rows, _at: rows)
    together(*[lambda: services.remind_of_promises(now())] * 2)
    assert len(bells()) == 4
