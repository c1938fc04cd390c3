"""Patrols: routes, rounds walked point by point, what was left out and why (R-DUTY-03, R-RTN-01)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from duty.models import Finding, PatrolCheck, PatrolRound
from duty.services import patrols
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import PatrolCheckFactory, PatrolPointFactory, PatrolRouteFactory
from tests.kit.uploads import picture, upload
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

EVENING = dt.datetime.fromisoformat("2026-12-07T20:00:00+08:00")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


@pytest.fixture
def route(office, supervisor):
    """Three points."""
    return patrols.add_route(office=office, name="夜巡", points="水泵房\n配电房\n地下车库", by=supervisor)


@pytest.fixture
def walk(route, guard):
    """A round of the guard's, with its points in their order."""
    patrol = patrols.start_round(route, by=guard)
    return patrol, list(patrol.checks.select_related("point"))


@pytest.mark.parametrize("points", ["", " \n ", "水泵房\n水泵房", "长" * 61, "\n".join(str(n) for n in range(81))])
def test_a_route_has_points_each_once(office, supervisor, points):
    with pytest.raises(DeskError) as caught:
        patrols.add_route(office=office, name="夜巡", points=points, by=supervisor)
    assert caught.value.field == "points"


def test_routes_are_the_supervisors_and_one_of_a_name(office, route, guard, supervisor):
    with pytest.raises(PermissionDenied):
        patrols.add_route(office=office, name="早巡", points="大门", by=guard)
    with pytest.raises(DeskError) as caught:
        patrols.add_route(office=office, name="夜巡", points="大门", by=supervisor)
    assert caught.value.field == "name"


def test_a_changed_route_keeps_its_points_and_their_order_and_the_round_under_way(route, supervisor, walk):
    before = {point.name: point.pk for point in route.points.in_use()}
    patrols.change_route(route, name="夜巡", points="地下车库\n大门\n水泵房", by=supervisor)
    after = {point.name: point.pk for point in route.points.in_use()}
    assert list(after) == ["地下车库", "大门", "水泵房"]
    assert (after["水泵房"], after["地下车库"]) == (before["水泵房"], before["地下车库"])
    assert {check.point.name for check in walk[0].checks.all()} == {"水泵房", "配电房", "地下车库"}


def test_a_route_given_up_begins_no_round(route, supervisor, guard):
    patrols.retire_route(route, by=supervisor)
    with pytest.raises(Conflict):
        patrols.start_round(route, by=guard)
    with pytest.raises(Conflict):
        patrols.change_route(route, name="夜巡", points="大门", by=supervisor)


def test_who_starts_twice_goes_on_with_the_same_round_and_others_walk_their_own(route, guard, engineer):
    first = patrols.start_round(route, by=guard)
    assert patrols.start_round(route, by=guard) == first
    assert patrols.start_round(route, by=engineer) != first


def test_a_point_is_ticked_with_remark_and_photo_and_a_second_word_is_added(walk, guard):
    check = walk[1][0]
    patrols.tick_point(check, by=guard, remark="压力正常", photos=[upload("泵.jpg", picture())])
    fresh = patrols.tick_point(check, by=guard, remark="地面干燥")
    assert (fresh.state, fresh.remark, fresh.at) == ("seen", "压力正常\n地面干燥", EVENING)
    assert attachments_of(fresh).count() == 1


def test_what_is_found_at_a_point_is_a_finding_with_the_photos_and_a_ticket(walk, guard):
    patrol, (check, *_rest) = walk
    patrols.tick_point(check, by=guard, found="水泵漏水", becomes="ticket", photos=[upload("泵.jpg", picture())])
    finding = Finding.objects.get()
    assert (finding.patrol_round, finding.patrol_point, finding.where) == (patrol, check.point, "夜巡 水泵房")
    assert (finding.ticket.subject, finding.state) == ("水泵漏水", "planned")
    assert (attachments_of(finding).count(), attachments_of(check).count()) == (1, 0)


def test_a_tick_that_reached_the_office_late_counts_from_when_the_phone_was_there(walk, guard, clock):
    _patrol, (first, second, third) = walk
    clock.shift(MINUTE * 10)
    moments = {first: EVENING + MINUTE, second: EVENING - MINUTE, third: EVENING + MINUTE * 60}
    at = {check: patrols.tick_point(check, by=guard, at=moment).at for check, moment in moments.items()}
    assert at == {first: EVENING + MINUTE, second: EVENING + MINUTE * 10, third: EVENING + MINUTE * 10}


def test_a_point_is_left_out_with_a_reason_only_and_may_still_be_seen(walk, guard):
    check = walk[1][1]
    with pytest.raises(DeskError):
        patrols.skip_point(check, reason=" ", by=guard)
    patrols.skip_point(check, reason="门锁着", by=guard)
    fresh = patrols.tick_point(check, by=guard)
    assert (fresh.state, fresh.remark) == ("seen", "")
    with pytest.raises(Conflict):
        patrols.skip_point(check, reason="门锁着", by=guard)


def test_a_round_ends_with_a_reason_for_what_is_left(walk, guard):
    patrol, (first, *_rest) = walk
    patrols.tick_point(first, by=guard)
    with pytest.raises(DeskError) as caught:
        patrols.finish_round(patrol, by=guard)
    assert caught.value.field == "left"
    patrols.finish_round(patrol, left="临时支援大门", note="无异常", by=guard)
    row = PatrolRound.objects.with_counts().get()
    assert (row.points, row.seen, row.left_out, row.found, row.note) == (3, 1, 2, 0, "无异常")
    assert list(PatrolRound.objects.missed()) == [row]
    for late in (
        lambda: patrols.finish_round(patrol, left="x", by=guard),
        lambda: patrols.tick_point(first, by=guard),
        lambda: patrols.skip_point(first, reason="x", by=guard),
    ):
        with pytest.raises(Conflict):
            late()


def test_nobody_walks_somebody_elses_round(walk, supervisor):
    patrol, (check, *_rest) = walk
    for act in (
        lambda: patrols.tick_point(check, by=supervisor),
        lambda: patrols.skip_point(check, reason="x", by=supervisor),
        lambda: patrols.finish_round(patrol, left="x", by=supervisor),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db(transaction=True)
def test_a_round_is_started_once_by_two_taps_at_once(route, guard):
    assert kinds(together(*[lambda: patrols.start_round(route, by=guard)] * 2)) == ["PatrolRound"] * 2
    assert PatrolRound.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_round_ends_before_or_after_a_tick_never_in_between(walk, guard):
    patrol, checks = walk
    ticks = [lambda check=check: patrols.tick_point(check, by=guard) for check in checks]
    got = kinds(together(*ticks, lambda: patrols.finish_round(patrol, left="x", by=guard)))
    seen = PatrolCheck.objects.filter(state="seen").count()
    assert (got.count("PatrolCheck"), got.count("PatrolRound")) == (seen, 1)
    assert not PatrolCheck.objects.filter(state="waiting").exists()


def _send(client, check, once, **data):
    url = reverse("duty:patrolcheck_tick", args=[check.pk])
    return client.post(url, {"once": once, **data}, headers={"X-Kept-Entry": "1"})


def test_what_a_phone_sends_twice_arrives_once(walk, guard, client_of):
    client, once, check = client_of(guard), uuid4(), walk[1][0]
    at = int(EVENING.timestamp() * 1000)
    for _ in range(2):
        answer = _send(client, check, once, found="水泵漏水", at=at, photos=upload("泵.jpg", picture()))
        assert (answer.status_code, answer.json()) == (200, {"done": walk[0].get_absolute_url()})
    assert attachments_of(Finding.objects.get()).count() == 1


def test_a_phone_is_told_in_words_why_something_is_refused(walk, guard, client_of):
    patrol, (check, *_rest) = walk
    answer = _send(client_of(guard), check, uuid4(), skip="on")
    assert (answer.status_code, len(answer.json()["refused"])) == (422, 1)
    patrols.finish_round(patrol, left="x", by=guard)
    answer = _send(client_of(guard), check, uuid4())
    assert (answer.status_code, len(answer.json()["refused"])) == (409, 1)


def test_without_javascript_a_point_is_ticked_by_its_form(walk, guard, client_of):
    patrol, (check, *_rest) = walk
    client = client_of(guard)
    page = client.get(patrol.get_absolute_url())
    url = reverse("duty:patrolcheck_tick", args=[check.pk])
    answer = client.post(url, {"once": page.context["rows"][0]["once"], "remark": "正常"})
    check.refresh_from_db()
    assert (answer.url, check.state, check.remark) == (patrol.get_absolute_url(), "seen", "正常")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_and_a_round_ask_as_often_for_one_as_for_three(
    count, office, guard, client_of, django_assert_num_queries
):
    route = PatrolRouteFactory(office=office)
    first = PatrolCheckFactory(round__office=office, round__route=route, round__walker=guard)
    for _ in range(count - 1):
        PatrolCheckFactory(round=first.round, point=PatrolPointFactory(route=route))
        PatrolCheckFactory(round__office=office)
    client = client_of(guard)
    for name, queries in (("duty:patrolround_list", ROUNDS), ("duty:patrolroute_list", ROUTES)):
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            assert client.get(reverse(name)).status_code == 200
    with django_assert_num_queries(ROUND):
        assert client.get(first.round.get_absolute_url()).status_code == 200


ROUNDS, ROUTES, ROUND = 7, 6, 9
