"""One's own shifts: what is next, what changed, wishes, and the calendar's secret address."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from duty.models import CalendarFeed, Wish
from duty.services import cells, mine as services
from duty.services.cells import Change
from duty.services.now import next_on_duty, on_duty
from frontdesk.kit.errors import DeskError
from frontdesk.kit.logs import ContextFilter
from tests.duty.conftest import MONDAY
from tests.factories import SHANGHAI, AssignmentFactory, WishFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
BEFORE = dt.datetime(2026, 12, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(BEFORE, tick=False):
        yield


def at(date, hour=0, minute=0):
    return dt.datetime.combine(date, dt.time(hour, minute), tzinfo=SHANGHAI)


def url_of(token):
    return reverse("duty:calendar", args=[token])


def test_my_shifts_shows_ones_own_published_shifts_alone(put_on, clerk, steward, early, late, client_of):
    put_on(clerk, MONDAY, early)
    put_on(steward, MONDAY, late)
    html = client_of(clerk).get(reverse("duty:my_shifts")).content.decode()
    assert ("06:00–13:00" in html, "13:00–22:00" in html) == (True, False)


def test_my_shifts_of_a_draft_stay_unseen(draft, clerk, early, client_of):
    AssignmentFactory(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    assert "06:00–13:00" not in client_of(clerk).get(reverse("duty:my_shifts")).content.decode()


def test_changes_stay_until_they_were_seen(published, clerk, supervisor, early, client_of):
    put = {"by": supervisor, "source": "hand"}
    cells.put(published, [Change(clerk, MONDAY, early, None)], **put)
    assert services.unseen_changes(clerk).count() == 1
    until = BEFORE.isoformat()
    with time_machine.travel(BEFORE + dt.timedelta(minutes=5), tick=False):
        cells.put(published, [Change(clerk, MONDAY + DAY, early, None)], **put)
        client_of(clerk).post(reverse("duty:my_shifts_seen"), {"until": until})
        clerk.refresh_from_db()
        assert [change.date for change in services.unseen_changes(clerk)] == [MONDAY + DAY]


@pytest.mark.parametrize("until", ["", "tomorrow", "2099-01-01T00:00:00+08:00", "2026-12-04T09:00:00"])
def test_seen_with_an_odd_moment_breaks_nothing(clerk, client_of, until):
    assert client_of(clerk).post(reverse("duty:my_shifts_seen"), {"until": until}).status_code == 302


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "9999-12"])
def test_my_shifts_of_an_odd_month_shows_this_one(clerk, client_of, month):
    html = client_of(clerk).get(reverse("duty:my_shifts"), {"month": month}).content.decode()
    assert '<h2 class="num">2026-12</h2>' in html


# ---- wishes


def test_wishes_are_taken_until_the_month_is_published(office, clerk, published):
    january = dt.date(2027, 1, 9)
    wish = services.add_wish(office=office, by=clerk, date=january, kind="avoid")
    with pytest.raises(DeskError):
        services.add_wish(office=office, by=clerk, date=january, kind="want")
    with pytest.raises(DeskError):
        services.add_wish(office=office, by=clerk, date=MONDAY, kind="avoid")
    with pytest.raises(DeskError):
        services.add_wish(office=office, by=clerk, date=BEFORE.date() - DAY, kind="avoid")
    services.remove_wish(wish, by=clerk)
    assert Wish.objects.count() == 0


def test_a_colleagues_wish_is_not_ones_own_to_take_back(office, clerk, steward, client_of):
    wish = WishFactory(office=office, person=steward, date=dt.date(2027, 1, 9))
    assert client_of(clerk).post(reverse("duty:wish_remove", args=[wish.pk])).status_code == 404


# ---- the calendar


def events_of(response):
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return [(str(event["summary"]), event.decoded("dtstart"), event.decoded("dtend")) for event in found]


def test_calendar_has_the_published_shifts_in_the_right_zone_and_past_midnight(put_on, clerk, early, night, client):
    put_on(clerk, MONDAY, early)
    put_on(clerk, MONDAY + DAY, night)
    response = client.get(url_of(services.make_feed(clerk)))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert events_of(response) == [
        ("早班 · 南湖管理处", at(MONDAY, 6), at(MONDAY, 13)),
        ("夜班 · 南湖管理处", at(MONDAY + DAY, 22), at(MONDAY + 2 * DAY, 6)),
    ]
    assert b"DTSTART:20261206T220000Z" in response.content


def test_calendar_leaves_drafts_and_colleagues_out(draft, clerk, steward, early, client):
    AssignmentFactory(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    assert events_of(client.get(url_of(services.make_feed(clerk)))) == []


def test_calendar_of_who_left_the_office_is_empty(put_on, clerk, early, client):
    put_on(clerk, MONDAY, early)
    token = services.make_feed(clerk)
    clerk.memberships.update(ends=BEFORE.date() - DAY)
    assert events_of(client.get(url_of(token))) == []


def test_calendar_moves_a_changed_shift_instead_of_showing_two(
    published, put_on, clerk, early, late, supervisor, client
):
    put_on(clerk, MONDAY, early)
    token = services.make_feed(clerk)
    first = client.get(url_of(token))
    cells.put(published, [Change(clerk, MONDAY, late, early)], by=supervisor, source="hand")
    second = client.get(url_of(token))
    one, other = (Calendar.from_ical(answer.content).walk("VEVENT")[0] for answer in (first, second))
    assert one["uid"] == other["uid"]
    assert (int(one["sequence"]), int(other["sequence"])) == (1, 2)
    assert first["ETag"] != second["ETag"]


def test_calendar_that_is_unchanged_is_not_sent_again(put_on, clerk, early, client):
    put_on(clerk, MONDAY, early)
    token = services.make_feed(clerk)
    first = client.get(url_of(token))
    again = client.get(url_of(token), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, first["Cache-Control"]) == (304, b"", "private, max-age=900")


def test_only_a_digest_of_the_address_is_kept_and_it_is_shown_once(clerk, client_of):
    browser = client_of(clerk)
    made = browser.post(reverse("duty:feed_make")).content.decode()
    token = made.split("/shift-calendar/")[1].split(".ics")[0]
    assert (len(token), token in str(CalendarFeed.objects.values().get())) == (43, False)
    assert token not in browser.get(reverse("duty:feed")).content.decode()


def test_the_address_is_in_no_line_of_the_log(clerk, client, caplog):
    caplog.handler.addFilter(ContextFilter())
    caplog.set_level(logging.INFO)
    token = services.make_feed(clerk)
    answers = [client.get(url_of(token)).status_code for _read in range(61)]
    services.stop_feed(clerk)
    answers.append(client.get(url_of(token)).status_code)
    assert (answers[0], answers[-2:]) == (200, [429, 404])
    assert "/shift-calendar/" in caplog.text
    assert token not in caplog.text


def test_a_renewed_or_stopped_address_is_found_no_more(clerk, client, client_of):
    old = services.make_feed(clerk)
    new = services.make_feed(clerk)
    assert [client.get(url_of(token)).status_code for token in (old, new)] == [404, 200]
    client_of(clerk).post(reverse("duty:feed_stop"))
    assert client.get(url_of(new)).status_code == 404


def test_a_closed_account_has_no_calendar(clerk, client):
    token = services.make_feed(clerk)
    clerk.is_active = False
    clerk.save()
    assert client.get(url_of(token)).status_code == 404


def test_who_reads_or_guesses_too_often_must_wait(clerk, client):
    token = services.make_feed(clerk)
    assert {client.get(url_of(token)).status_code for _read in range(60)} == {200}
    late = client.get(url_of(token))
    assert (late.status_code, late["Retry-After"]) == (429, "900")
    assert [client.get(url_of("x" * 43)).status_code for _guess in range(61)][-2:] == [404, 429]


def test_calendar_notes_when_it_was_read_once_an_hour(clerk, client):
    token = services.make_feed(clerk)
    client.get(url_of(token))
    with time_machine.travel(BEFORE + dt.timedelta(minutes=30), tick=False):
        client.get(url_of(token))
        assert CalendarFeed.objects.get().read_at == BEFORE


# ---- now and next


@pytest.mark.parametrize(
    ("moment", "names", "coming"),
    [
        (at(MONDAY, 5, 59), [], ["王敏"]),
        (at(MONDAY, 6), ["王敏"], ["赵洁"]),
        (at(MONDAY, 12, 59), ["王敏"], ["赵洁"]),
        (at(MONDAY, 13), ["赵洁"], ["孙丽"]),
        (at(MONDAY + DAY, 5, 59), ["孙丽"], []),
        (at(MONDAY + DAY, 6), [], []),
    ],
)
def test_on_duty_and_next(office, put_on, clerk, steward, cashier, early, late, night, moment, names, coming):
    for person, shift in ((clerk, early), (steward, late), (cashier, night)):
        put_on(person, MONDAY, shift)
    assert [cell.person.name for cell in on_duty(office, moment)] == names
    assert [cell.person.name for cell in next_on_duty(office, moment)] == coming


def test_on_duty_is_by_what_is_published(office, draft, clerk, early):
    AssignmentFactory(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    assert on_duty(office, at(MONDAY, 7)) == []
