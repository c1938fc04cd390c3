"""R-TKT-06: four clocks, begun and ended by moves, counted in the office's working time, standing still when paused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given, settings, strategies as st

from complaints import services
from complaints.models import Pause, Ticket
from complaints.services.clocks import Clock, clocks_of, deadline, set_deadlines, visit_to_offer
from complaints.views.sections import clocks_section
from frontdesk.kit.calendar import now
from frontdesk.kit.working_hours import WorkingHours
from tests.complaints.conftest import FACTS
from tests.factories import (
    CategoryFactory,
    EscalationFactory,
    HolidayFactory,
    PauseFactory,
    TargetFactory,
    TicketFactory,
    TicketSettingsFactory,
)

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
SLOW = settings(max_examples=40)


def at(text):
    """Return a moment of the office's wall clock: 2026-03-05 was a Thursday."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Stand at nine on a Thursday; return the way to other moments."""
    time_machine.move_to(at("2026-03-05 09:00"), tick=False)
    return lambda text: time_machine.move_to(at(text), tick=False)


def stored(ticket):
    """Return what lists read: dispatch, accept, finish, close."""
    ticket.refresh_from_db()
    return [ticket.dispatch_due_at, ticket.accept_due_at, ticket.finish_due_at, ticket.close_due_at]


def reading(ticket, clock):
    return next(one for one in clocks_of(Ticket.objects.get(pk=ticket.pk)) if one.clock == clock)


def dispatch(ticket, engineer, supervisor, due=None):
    return services.dispatch_ticket(ticket, to=engineer, due_at=due, by=supervisor)


# -- deadlines


def test_record_sets_what_the_targets_of_its_kind_say(recorded):
    assert stored(recorded) == [at("2026-03-05 09:30"), None, at("2026-03-06 09:00"), at("2026-03-10 09:00")]


def test_record_before_opening_counts_from_the_opening(office, clerk, clock):
    clock("2026-03-07 22:00")  # Saturday night
    ticket = services.record_ticket(office=office, by=clerk, **FACTS)
    assert stored(ticket)[0] == at("2026-03-09 09:00")


def test_an_office_has_its_own_hours_targets_and_days(office, clerk):
    TicketSettingsFactory(office=office, opens_at=dt.time(9), closes_at=dt.time(12))
    TargetFactory(office=office, dispatch=60, finish=240, close=600)
    HolidayFactory(office=office, date=dt.date(2026, 3, 6))
    ticket = services.record_ticket(office=office, by=clerk, **FACTS)
    assert stored(ticket) == [at("2026-03-05 10:00"), None, at("2026-03-09 10:00"), at("2026-03-11 10:00")]


def test_statutory_holiday_is_left_out_and_make_up_workday_counts(office, clerk, clock):
    clock("2026-09-30 17:00")
    holiday = services.record_ticket(office=office, by=clerk, **FACTS)
    assert stored(holiday)[2] == at("2026-10-08 17:00")
    clock("2026-10-09 17:00")  # a Friday before a make-up Saturday
    make_up = services.record_ticket(office=office, by=clerk, **FACTS)
    assert stored(make_up)[0] == at("2026-10-09 17:30")
    assert stored(make_up)[2] == at("2026-10-10 17:00")


def test_around_the_clock_counts_nights_and_weekends(office, clerk, clock):
    TargetFactory(office=office, urgent=True, dispatch=10, finish=120, close=1440, around_the_clock=True)
    clock("2026-03-07 23:30")
    ticket = services.record_ticket(office=office, by=clerk, urgent=True, **FACTS)
    assert stored(ticket) == [at("2026-03-07 23:40"), None, at("2026-03-08 01:30"), at("2026-03-08 23:30")]


def test_the_category_may_say_when_it_is_to_be_finished(office, clerk):
    category = CategoryFactory(office=office, finish_minutes=60)
    ticket = services.record_ticket(office=office, by=clerk, category=category, **FACTS)
    assert stored(ticket)[2] == at("2026-03-05 10:00")


def test_an_agreed_deadline_counts_instead_of_the_target(recorded, engineer, supervisor):
    due = at("2026-03-05 16:00")
    assert stored(dispatch(recorded, engineer, supervisor, due))[2] == due


# -- every service that bends a clock


def test_dispatch_begins_the_accept_clock(recorded, engineer, supervisor, clock):
    clock("2026-03-05 10:00")
    assert stored(dispatch(recorded, engineer, supervisor))[1] == at("2026-03-05 10:30")


def test_redispatch_begins_the_accept_clock_anew_and_no_other(recorded, engineer, clerk, supervisor, clock):
    before = stored(dispatch(recorded, engineer, supervisor))
    clock("2026-03-05 11:00")
    after = stored(services.redispatch_ticket(Ticket.objects.get(pk=recorded.pk), to=clerk, by=supervisor))
    assert after == [before[0], at("2026-03-05 11:30"), *before[2:]]


def test_hand_back_lets_the_dispatch_clock_go_on_from_its_beginning(recorded, engineer, supervisor, clock):
    before = stored(recorded)
    clock("2026-03-05 09:20")
    dispatch(recorded, engineer, supervisor)
    assert not reading(recorded, Clock.DISPATCH).is_late
    clock("2026-03-05 10:00")
    services.hand_back_ticket(recorded, reason="不会修", by=engineer)
    assert stored(recorded) == before
    found = reading(recorded, Clock.DISPATCH)
    assert (found.start, found.end, found.minutes, found.is_late) == (at("2026-03-05 09:00"), None, 30, True)


@pytest.mark.parametrize(
    ("facts", "finish"),
    [
        ({"urgent": True}, "2026-03-05 11:00"),
        ({"kind": "complaint"}, "2026-03-10 09:00"),
    ],
)
def test_change_gives_another_target_counted_from_the_same_beginning(recorded, clerk, facts, finish, clock):
    clock("2026-03-05 10:30")
    assert stored(services.change_ticket(recorded, by=clerk, **facts))[2] == at(finish)


def test_change_of_category_gives_its_own_deadline_counted_from_the_same_beginning(recorded, clerk, office, clock):
    clock("2026-03-05 10:30")
    quick = CategoryFactory(office=office, finish_minutes=60)
    assert stored(services.change_ticket(recorded, by=clerk, category=quick))[2] == at("2026-03-05 10:00")
    assert reading(recorded, Clock.FINISH).is_late


def test_change_back_and_forth_ends_where_it_began(recorded, clerk, clock):
    before = stored(recorded)
    clock("2026-03-05 15:00")
    services.change_ticket(Ticket.objects.get(pk=recorded.pk), by=clerk, urgent=True)
    services.change_ticket(Ticket.objects.get(pk=recorded.pk), by=clerk, urgent=False)
    assert stored(recorded) == before


def test_reopen_begins_anew(done, clerk, supervisor, clock):
    clock("2026-03-06 14:00")
    services.reopen_ticket(done, reason="又漏了", by=supervisor)
    assert stored(done) == [at("2026-03-06 14:30"), None, at("2026-03-09 14:00"), at("2026-03-11 14:00")]
    assert {one.start for one in clocks_of(Ticket.objects.get(pk=done.pk))} == {at("2026-03-06 14:00")}


def test_take_over_from_a_leaver_begins_the_accept_clock_anew(accepted, office, engineer, clerk, supervisor, clock):
    before = stored(accepted)
    clock("2026-03-05 11:00")
    services.reassign_open(engineer, office=office, to=clerk, by=supervisor, only="in_hand")
    assert stored(accepted) == [before[0], at("2026-03-05 11:30"), *before[2:]]


# -- readings


def test_clocks_end_with_their_moves(recorded, engineer, clerk, supervisor, clock):
    steps = (
        ("2026-03-05 09:20", lambda: dispatch(recorded, engineer, supervisor)),
        ("2026-03-05 10:00", lambda: services.accept_ticket(recorded, by=engineer)),
        ("2026-03-05 16:00", lambda: services.finish_ticket(recorded, result="修好", by=engineer)),
        ("2026-03-10 08:00", lambda: services.reply_ticket(recorded, reply="好了", by=clerk)),
        ("2026-03-10 09:15", lambda: services.archive_ticket(recorded, by=clerk)),
    )
    for moment, act in steps:
        clock(moment)
        act()
    clock("2026-04-01 09:00")
    found = clocks_of(Ticket.objects.get(pk=recorded.pk))
    assert [(one.clock.value, one.minutes, one.is_late) for one in found] == [
        ("dispatch", 10, False),
        ("accept", 10, True),
        ("finish", 120, False),
        ("close", 15, True),
    ]


def test_answered_on_the_spot_ends_every_clock_in_time(office, clerk):
    ticket = services.record_ticket(office=office, by=clerk, answered_on_the_spot=True, reply="八点半", **FACTS)
    assert [(one.clock.value, one.is_late) for one in clocks_of(ticket)] == [
        ("dispatch", False),
        ("finish", False),
        ("close", False),
    ]


def test_given_to_another_it_was_dispatched_in_time_all_the_same(recorded, engineer, clerk, supervisor, clock):
    clock("2026-03-05 09:20")
    dispatch(recorded, engineer, supervisor)
    clock("2026-03-05 16:00")
    services.redispatch_ticket(Ticket.objects.get(pk=recorded.pk), to=clerk, by=supervisor)
    found = reading(recorded, Clock.DISPATCH)
    assert (found.end, found.is_late) == (at("2026-03-05 09:20"), False)


def test_a_running_clock_says_the_working_time_left(recorded, clock):
    clock("2026-03-05 17:00")
    found = reading(recorded, Clock.FINISH)
    assert (found.end, found.minutes, found.is_late, found.is_paused) == (None, 60, False, False)


def test_a_clock_is_late_only_after_its_moment(recorded, clock):
    clock("2026-03-05 09:30")
    assert not reading(recorded, Clock.DISPATCH).is_late
    clock("2026-03-05 09:31")
    assert (reading(recorded, Clock.DISPATCH).minutes, reading(recorded, Clock.DISPATCH).is_late) == (1, True)


def test_a_paused_clock_says_what_is_left_when_it_goes_on(recorded, supervisor, clock):
    clock("2026-03-05 09:10")
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-06 09:00"), by=supervisor)
    clock("2026-03-05 15:00")
    found = reading(recorded, Clock.DISPATCH)
    assert (found.minutes, found.is_late, found.is_paused) == (20, False, True)


def test_a_pause_does_not_excuse_what_was_late_before(recorded, supervisor, clock):
    clock("2026-03-05 10:00")
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-06 09:00"), by=supervisor)
    found = reading(recorded, Clock.DISPATCH)
    assert (found.due, found.is_late, found.is_paused) == (at("2026-03-05 09:30"), True, False)


# -- pauses


def test_a_pause_before_a_clock_began_does_not_count(recorded, engineer, supervisor, clock):
    PauseFactory(ticket=recorded, starts_at=at("2026-03-05 09:05"), until=at("2026-03-05 09:45"), by=supervisor)
    clock("2026-03-05 10:00")
    dispatch(recorded, engineer, supervisor)
    assert stored(recorded)[:2] == [at("2026-03-05 10:10"), at("2026-03-05 10:30")]


def test_a_pause_after_a_deadline_does_not_count_for_it(recorded, supervisor, clock):
    clock("2026-03-05 12:00")
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-05 14:00"), by=supervisor)
    assert stored(recorded) == [at("2026-03-05 09:30"), None, at("2026-03-06 11:00"), at("2026-03-10 11:00")]


def test_a_pause_moves_an_agreed_deadline(recorded, engineer, supervisor):
    dispatch(recorded, engineer, supervisor, at("2026-03-05 16:00"))
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-05 11:00"), by=supervisor)
    assert stored(recorded)[2] == at("2026-03-06 09:00")


def test_a_pause_over_a_weekend_costs_working_time_only(recorded, supervisor, clock):
    clock("2026-03-06 08:30")
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-09 08:30"), by=supervisor)
    assert stored(recorded)[2] == at("2026-03-09 09:00")


spans = st.lists(st.integers(0, 6 * 1440), max_size=6, unique=True).map(
    lambda points: sorted(points)[: len(points) // 2 * 2]
)


@SLOW
@given(start=st.integers(0, 6 * 1440), minutes=st.integers(1, 2000), points=spans, around=st.booleans())
def test_deadline_with_pauses_is_counting_minute_by_minute(office, start, minutes, points, around):
    zero = at("2026-09-25 00:00")  # a weekend, National Day and a make-up workday lie ahead
    hours = WorkingHours(office, dt.time(8, 30), dt.time(17, 30), around_the_clock=around)
    pairs = list(zip(points[::2], points[1::2], strict=True))
    pauses = [Pause(starts_at=zero + first * MINUTE, until=zero + last * MINUTE) for first, last in pairs]
    moment, left = zero + start * MINUTE, minutes
    while left:
        stands_still = any(pause.starts_at <= moment < pause.end for pause in pauses)
        left -= hours.is_open(moment) and not stands_still
        moment += MINUTE
    assert deadline(hours, zero + start * MINUTE, minutes, pauses) == moment


def test_deadlines_of_an_unsaved_ticket_ask_for_no_pauses(office, clerk, django_assert_num_queries):
    ticket = Ticket(office=office, received_at=now(), first_contact=clerk)
    with django_assert_num_queries(3):  # target, settings, calendar
        set_deadlines(ticket)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("2026-03-05 09:20", ("2026-03-05 10:00", "2026-03-05 12:00")),
        ("2026-03-05 15:20", ("2026-03-05 16:00", "2026-03-05 17:00")),  # closed at half past five
        ("2026-03-05 16:20", ("2026-03-06 09:00", "2026-03-06 11:00")),
        ("2026-03-06 22:14", ("2026-03-09 09:00", "2026-03-09 11:00")),  # a Friday night
    ],
)
def test_a_visit_is_offered_while_the_office_works(recorded, asked, offered):
    assert visit_to_offer(recorded, at(asked)) == tuple(map(at, offered))


def test_a_visit_is_offered_at_night_where_the_clocks_run_all_day(recorded):
    TargetFactory(office=recorded.office, kind="repair", around_the_clock=True)
    assert visit_to_offer(recorded, at("2026-03-06 22:14"))[0] == at("2026-03-06 23:00")


# -- the page


def test_section_says_how_each_clock_stands(recorded, clerk, clock):
    clock("2026-03-05 10:00")
    lines = clocks_section(Ticket.objects.get(pk=recorded.pk), clerk)["clocks"]
    assert [(line.due, line.tone) for line in lines] == [
        (at("2026-03-05 09:30"), "danger"),
        (at("2026-03-06 09:00"), "info"),
        (at("2026-03-10 09:00"), "info"),
    ]


@pytest.mark.parametrize("urgent", [True, False])
def test_section_says_in_which_time_it_counts(recorded, clerk, urgent):
    recorded.urgent = urgent
    assert clocks_section(recorded, clerk)["all_day"] == urgent


def test_section_shows_an_imported_ticket_without_clocks_nothing(office, clerk):
    ticket = TicketFactory(office=office, first_contact=clerk)
    found = clocks_section(ticket, clerk)
    assert (found["clocks"], found["pauses"], list(found["steps_up"])) == ([], [], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_section_takes_seven_queries_however_much_there_is(
    recorded, supervisor, manager, rows, django_assert_num_queries, clock
):
    for n in range(rows):
        EscalationFactory(
            ticket=recorded, level=2, due_at=at("2026-03-05 09:30") + n * MINUTE, told=[supervisor, manager]
        )
        start = at("2026-03-05 12:00") + n * MINUTE
        PauseFactory(ticket=recorded, starts_at=start, until=start + MINUTE, by=supervisor)
    clock("2026-04-01 09:00")
    ticket = Ticket.objects.select_related("office").get(pk=recorded.pk)
    with django_assert_num_queries(7):
        assert len(clocks_section(ticket, supervisor)["steps_up"]) == rows
