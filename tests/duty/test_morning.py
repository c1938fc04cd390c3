"""The morning page: what was, what is unsolved, what is due (R-DUTY-12)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from duty.services import log, records
from duty.services.morning import MOST, morning_of
from frontdesk.kit.models import Counter
from tests.factories import (
    SHANGHAI,
    FindingFactory,
    HandoverFactory,
    HandoverItemFactory,
    LoanFactory,
    LogEntryFactory,
    PostFactory,
    PromiseFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 12, 7, 8, 45, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MORNING, tick=False):
        yield


def test_the_morning_shows_yesterday_and_what_is_unsolved(office, clerk, manager):
    LogEntryFactory(office=office, at=MORNING - DAY * 2, text="前天的")
    old = LogEntryFactory(office=office, at=MORNING - DAY * 9, kind="nonconf", text="围墙破损")
    LogEntryFactory(office=office, at=MORNING - DAY, text="昨天的")
    LogEntryFactory(at=MORNING - DAY, text="别处的")
    Counter.objects.create(office=office, kind="log", year=0, last=100_000)
    said = log.annotate(office=office, by=manager, text="注意防冻")
    ticket = TicketFactory(office=office, first_contact=clerk)
    PromiseFactory(ticket=ticket, made_by=clerk, due_at=MORNING + dt.timedelta(hours=3), text="今天回电")
    PromiseFactory(ticket=ticket, made_by=clerk, due_at=MORNING + DAY, text="明天回电")
    LoanFactory(office=office, lent_at=MORNING - DAY * 2, due_at=MORNING - DAY)
    found = morning_of(office, clerk)
    assert {entry.text for entry in found.log} == {"注意防冻", "昨天的"}
    assert found.to_read == [said]
    assert found.not_put_right == [old]
    assert [promise.text for promise in found.promises] == ["今天回电"]
    assert (found.keys_overdue, found.callbacks, found.tickets_overdue) == (1, 0, 0)


def test_what_was_handed_over_stands_there_until_it_is_done(office, clerk, steward):
    ticket = TicketFactory(office=office, first_contact=steward, received_at=MORNING - DAY)
    shift = records.begin_shift(PostFactory(office=office), by=clerk)
    before = HandoverFactory(office=office, state="done", next_shift=shift, accepted_at=MORNING)
    HandoverItemFactory(handover=before, object_id=ticket.pk)
    assert [item.object_id for item in morning_of(office, clerk).carried] == [ticket.pk]
    type(ticket).objects.filter(pk=ticket.pk).update(state="replied")
    assert morning_of(office, clerk).carried == []


def test_what_was_handed_over_and_stands_in_a_list_of_its_own_is_said_once(office, clerk):
    promise = PromiseFactory(ticket=TicketFactory(office=office), made_by=clerk, due_at=MORNING)
    finding = FindingFactory(office=office, plan_by=MORNING.date())
    entry = LogEntryFactory(office=office, at=MORNING - DAY, kind="nonconf")
    shift = records.begin_shift(PostFactory(office=office), by=clerk)
    before = HandoverFactory(office=office, state="done", next_shift=shift, accepted_at=MORNING)
    for kind, row in (("promise", promise), ("finding", finding), ("nonconf", entry)):
        HandoverItemFactory(handover=before, kind=kind, object_id=row.pk)
    found = morning_of(office, clerk)
    assert [item.kind for item in found.carried] == ["nonconf"]
    assert (found.promises, found.findings, found.not_put_right) == ([promise], [finding], [])


def test_of_a_long_log_the_morning_says_how_many_more_there_are(office, clerk, client_of):
    for _ in range(MOST + 3):
        LogEntryFactory(office=office, at=MORNING, kind="nonconf")
    found = morning_of(office, clerk)
    assert (len(found.log), found.log_more, len(found.not_put_right), found.not_put_right_more) == (MOST, 3, MOST, 3)
    page = client_of(clerk).get(reverse("duty:morning")).content.decode()
    assert page.count("另有3项") == 2


def test_who_may_not_look_at_promises_sees_none(office, guard):
    PromiseFactory(ticket=TicketFactory(office=office), due_at=MORNING)
    found = morning_of(office, guard)
    assert (found.promises, found.keys_overdue) == ([], 0)


def test_what_was_found_stands_there_until_it_is_planned_and_solved(office, clerk, outsider):
    late = FindingFactory(office=office, plan_by=MORNING.date() - DAY)
    open_still = FindingFactory(office=office, plan_by=MORNING.date() + DAY)
    planned = {"office": office, "state": "planned", "plan": "叫保洁"}
    today = FindingFactory(**planned, solve_by=MORNING.date())
    FindingFactory(**planned, solve_by=MORNING.date() + DAY)
    FindingFactory(**planned, ticket=TicketFactory(office=office))
    FindingFactory(office=office, state="solved")
    FindingFactory()
    assert morning_of(office, clerk).findings == [late, today, open_still]
    assert morning_of(office, outsider).findings == []


def test_a_finding_in_the_log_stands_there_once(office, clerk):
    entry = LogEntryFactory(office=office, at=MORNING, kind="nonconf")
    finding = FindingFactory(office=office, log_entry=entry)
    found = morning_of(office, clerk)
    assert (found.findings, found.not_put_right) == ([finding], [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_morning_asks_as_often_for_little_as_for_much(count, office, clerk, client_of, django_assert_num_queries):
    for _ in range(count):
        LogEntryFactory(office=office, at=MORNING - DAY, kind="nonconf")
        PromiseFactory(ticket=TicketFactory(office=office), due_at=MORNING)
        FindingFactory(office=office, unit=UnitFactory(office=office))
    client = client_of(clerk)
    client.get(reverse("duty:morning"))
    with django_assert_num_queries(PAGE):
        assert client.get(reverse("duty:morning")).status_code == 200


PAGE = 18
