"""R-TKT-06: what is late goes up level by level, once per level, in the office's hours; what is major at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from complaints import services, tasks
from complaints.models import Escalation, Ticket
from complaints.services.clocks import Clock
from complaints.services.escalating import LATE
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Heartbeat, Notification
from frontdesk.kit.pages.history import entries_of
from tests.complaints.conftest import said
from tests.factories import EscalationFactory, MembershipFactory, TicketFactory, TicketSettingsFactory

pytestmark = pytest.mark.django_db
CLERK, SUPERVISOR, MANAGER, COMPANY = Escalation.Level


def at(text):
    """Return a moment of the office's wall clock: 2026-03-05 was a Thursday."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Stand at nine on a Thursday; return the way to other moments."""
    time_machine.move_to(at("2026-03-05 09:00"), tick=False)
    return lambda text: time_machine.move_to(at(text), tick=False)


@pytest.fixture
def staff(clerk, supervisor, manager, company):
    """Somebody at every level."""
    return [clerk, supervisor, manager, company]


def steps(ticket=None, clock="dispatch"):
    """Return the levels a clock went up to, in order."""
    rows = Escalation.objects.filter(clock=clock).order_by("at", "pk")
    return list((rows.filter(ticket=ticket) if ticket else rows).values_list("level", flat=True))


def sweep(clock, *moments):
    """Sweep at some moments; return how many steps each made."""
    made = []
    for moment in moments:
        clock(moment)
        made.append(services.escalate_due())
    return made


def bell(text, ticket, **more):
    with translation.override("zh-hans"):
        return said(text, ticket, **{name: str(value) for name, value in more.items()})


# -- climbing


def test_late_climbs_level_by_level_once_each(recorded, staff, clock, told):
    assert sweep(clock, "2026-03-05 09:30", "2026-03-05 09:31", "2026-03-05 09:36") == [0, 1, 0]
    assert sweep(clock, "2026-03-05 10:30", "2026-03-05 10:31", "2026-03-05 10:36") == [0, 1, 0]
    assert sweep(clock, "2026-03-05 13:31", "2026-03-05 13:36") == [1, 0]
    assert steps() == [CLERK, SUPERVISOR, MANAGER]
    late = LATE[Clock.DISPATCH]
    up = bell("Went up to you, {late}: {number} {subject}", recorded, late=late)
    expected = [[bell("Overdue, {late}: {number} {subject}", recorded, late=late)], [up], [up], []]
    assert [told(person) for person in staff] == expected


def test_an_incident_climbs_once_for_all_who_called(recorded, staff, clock, office, clerk, supervisor):
    Ticket.objects.filter(pk=recorded.pk).update(is_incident=True)
    due = at("2026-03-05 09:30")
    callers = TicketFactory.create_batch(3, office=office, first_contact=clerk, incident=recorded, due_at=due)
    Ticket.objects.filter(incident=recorded).update(dispatch_due_at=due)
    assert sweep(clock, "2026-03-05 09:31") == [1]
    services.leave_incident(callers[0], by=supervisor)
    assert sweep(clock, "2026-03-05 09:36") == [2]
    assert steps(callers[0]) == [CLERK]


def test_the_company_comes_after_a_day_of_working_time(recorded, staff, clock, told):
    sweep(clock, "2026-03-06 09:29")
    assert COMPANY not in steps()
    sweep(clock, "2026-03-06 09:31")
    assert steps() == [CLERK, SUPERVISOR, MANAGER, COMPANY]
    assert [row.told.get() for row in Escalation.objects.filter(clock="dispatch").order_by("level")] == staff


def test_the_weekend_does_not_count(recorded, staff, clock):
    Ticket.objects.update(dispatch_due_at=at("2026-03-06 17:00"), finish_due_at=None, close_due_at=None)
    assert sweep(clock, "2026-03-06 17:29", "2026-03-09 08:59", "2026-03-09 09:01") == [1, 0, 1]
    assert steps() == [CLERK, SUPERVISOR]


@pytest.mark.parametrize("moment", ["2026-03-05 18:00", "2026-03-06 08:29", "2026-03-07 10:00", "2026-10-01 10:00"])
def test_nothing_climbs_outside_the_offices_hours(recorded, staff, clock, moment):
    assert sweep(clock, moment) == [0]


def test_what_went_late_at_night_climbs_when_the_office_opens(office, clerk, staff, clock):
    ticket = TicketFactory(office=office, first_contact=clerk, due_at=at("2026-03-05 23:00"))
    assert sweep(clock, "2026-03-05 23:30", "2026-03-06 08:30", "2026-03-06 09:31") == [0, 1, 1]
    assert steps(ticket, "finish") == [CLERK, SUPERVISOR]


def test_a_missed_sweep_makes_all_steps_that_are_due_now_in_order(recorded, staff, clock):
    assert sweep(clock, "2026-03-05 14:00") == [3]
    assert list(Escalation.objects.order_by("pk").values_list("level", flat=True)) == [CLERK, SUPERVISOR, MANAGER]


def test_each_clock_climbs_by_itself(accepted, staff, clock):
    """Dispatched and accepted in time, it is late to be finished and later to be closed."""
    Ticket.objects.update(finish_due_at=at("2026-03-05 10:00"), close_due_at=at("2026-03-05 10:30"))
    sweep(clock, "2026-03-05 11:05")
    assert (steps(clock="dispatch"), steps(clock="accept")) == ([], [])
    assert (steps(clock="finish"), steps(clock="close")) == ([CLERK, SUPERVISOR], [CLERK])


@pytest.mark.parametrize(
    ("state", "clocks"),
    [
        ("recorded", {"dispatch", "finish", "close"}),
        ("dispatched", {"accept", "finish", "close"}),
        ("accepted", {"finish", "close"}),
        ("done", {"close"}),
        ("replied", {"close"}),
        ("archived", set()),
    ],
)
def test_a_clock_that_was_met_climbs_no_more(office, clerk, staff, clock, state, clocks):
    due = at("2026-03-05 09:10")
    TicketFactory(
        office=office,
        first_contact=clerk,
        state=state,
        due_at=due,
        dispatch_due_at=due,
        accept_due_at=due,
        close_due_at=due,
    )
    sweep(clock, "2026-03-05 09:20")
    assert set(Escalation.objects.values_list("clock", flat=True)) == clocks


def test_a_paused_ticket_stands_still_until_its_pause_is_over(recorded, supervisor, staff, clock):
    """Late when it was paused, it was late for a minute and is so again when its clocks go on."""
    sweep(clock, "2026-03-05 09:31")
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-06 09:00"), by=supervisor)
    assert sweep(clock, "2026-03-05 15:00", "2026-03-06 08:55", "2026-03-06 09:31") == [0, 0, 0]
    assert sweep(clock, "2026-03-06 09:58", "2026-03-06 10:00") == [0, 1]
    assert steps() == [CLERK, SUPERVISOR]


def test_an_imported_ticket_never_climbs(office, clerk, staff, clock):
    TicketFactory(office=office, first_contact=clerk, due_at=at("2026-03-01 09:00"), source_id="A-1")
    assert sweep(clock, "2026-03-05 14:00") == [0]


def test_a_reopened_ticket_climbs_anew(done, clerk, supervisor, staff, clock):
    Ticket.objects.update(close_due_at=at("2026-03-05 09:00"))
    sweep(clock, "2026-03-05 09:05")
    services.reopen_ticket(Ticket.objects.get(), reason="又漏了", by=supervisor)
    sweep(clock, "2026-03-05 09:34", "2026-03-05 09:36")
    assert (steps(clock="close"), steps(clock="dispatch")) == ([CLERK], [CLERK])
    sweep(clock, "2026-03-10 12:00")
    assert steps(clock="close") == [CLERK, CLERK, SUPERVISOR]


def test_steps_follow_the_offices_own_figures(office, recorded, staff, clock):
    TicketSettingsFactory(office=office, supervisor_after=0, manager_after=0, company_after=10)
    assert sweep(clock, "2026-03-05 09:31", "2026-03-05 09:41") == [3, 1]


def test_each_office_climbs_by_its_own_people(office, other_office, recorded, staff, outsider, clock):
    theirs = MembershipFactory(office=other_office, role="supervisor").user
    TicketFactory(office=other_office, first_contact=outsider, due_at=at("2026-03-05 09:10"))
    sweep(clock, "2026-03-05 10:31")
    told = Escalation.objects.filter(level=SUPERVISOR).values_list("ticket__office", "told")
    assert set(told) == {(office.pk, staff[1].pk), (other_office.pk, theirs.pk)}


def test_a_level_nobody_holds_passes_on_at_once_and_says_so(recorded, clerk, manager, clock, told):
    sweep(clock, "2026-03-05 10:31")
    rows = {row.level: list(row.told.all()) for row in Escalation.objects.all()}
    assert rows == {CLERK: [clerk], SUPERVISOR: [], MANAGER: [manager]}
    assert len(told(manager)) == 1
    notes = dict(history_of(recorded).filter(verb="escalate_ticket").values_list("after__level", "note"))
    assert (notes[CLERK], notes[MANAGER], bool(notes[SUPERVISOR])) == ("", "", True)
    sweep(clock, "2026-03-05 14:00")
    assert told(manager) == []


def test_nobody_at_all_ends_at_the_top(office, clock):
    TicketFactory(office=office, due_at=at("2026-03-05 09:10"))
    assert sweep(clock, "2026-03-05 09:15", "2026-03-06 15:00") == [4, 0]
    assert not Notification.objects.exists()


def test_a_first_contact_who_left_is_passed_over(recorded, staff, clock):
    staff[0].memberships.update(ends=local_date() - dt.timedelta(days=1))
    sweep(clock, "2026-03-05 09:31")
    assert steps() == [CLERK, SUPERVISOR]
    assert Escalation.objects.get(level=SUPERVISOR).told.get() == staff[1]


def test_a_first_contact_who_is_a_guard_now_is_passed_over(recorded, staff, clock):
    staff[0].memberships.update(role="guard")
    sweep(clock, "2026-03-05 09:31")
    assert steps() == [CLERK, SUPERVISOR]
    assert Escalation.objects.get(level=CLERK).told.count() == 0


def test_each_step_is_recorded_as_the_softwares_own_act(recorded, staff, clock):
    sweep(clock, "2026-03-05 09:31")
    row = history_of(recorded).first()
    assert (row.verb, row.actor, row.after, row.office) == (
        "escalate_ticket",
        None,
        {"clock": "dispatch", "level": 1},
        recorded.office,
    )
    with translation.override("en"):
        entry = entries_of(recorded, viewer=None)[0][0]
    shown = [(change.label, change.new) for change in entry.changes]
    assert (entry.who, entry.verb, shown) == (
        "The system",
        "went up",
        [("clock", "dispatch"), ("went to", "Whoever answers for it")],
    )


@pytest.mark.parametrize("late", [1, 3])
def test_sweep_takes_a_fixed_number_of_queries(office, clerk, staff, late, clock, django_assert_num_queries):
    TicketFactory.create_batch(late, office=office, first_contact=clerk, due_at=at("2026-03-05 09:10"))
    TicketFactory.create_batch(5, office=office, first_contact=clerk)
    clock("2026-03-05 09:20")
    history_of(office).exists()  # the kinds of records are read once and for all
    with django_assert_num_queries(21):
        services.escalate_due()
    with django_assert_num_queries(12):  # what is late is read, and nothing locked
        services.escalate_due()
    Ticket.objects.update(finish_due_at=None)
    with django_assert_num_queries(5):  # offices, settings, calendar before and after, nothing late
        services.escalate_due()


# -- the tick


def test_tick_sweeps_once_in_five_minutes_whoever_comes(recorded, staff, clock):
    clock("2026-03-05 09:31")
    for _doubled in range(3):
        tasks.escalate(now())
    assert (steps(), Heartbeat.objects.get(name="escalation").at) == ([CLERK], now())
    Ticket.objects.update(dispatch_due_at=at("2026-03-05 09:00"))
    clock("2026-03-05 09:34")
    tasks.escalate(now())
    assert steps() == [CLERK]
    clock("2026-03-05 09:35")
    tasks.escalate(now())
    assert steps() == [CLERK, CLERK]


def test_a_late_tick_changes_nothing(recorded, staff, clock):
    clock("2026-03-05 09:36")
    tasks.escalate(now())
    tasks.escalate(at("2026-03-05 09:31"))
    assert (steps(), Heartbeat.objects.get(name="escalation").at) == ([CLERK], now())


def test_tick_reminds_of_pauses_that_are_over(recorded, supervisor, told, clock):
    services.pause_ticket(recorded, reason="等配件", until=at("2026-03-05 22:00"), by=supervisor)
    clock("2026-03-05 22:01")
    tasks.escalate(now())
    assert len(told(supervisor)) == 1


# -- major


def test_major_goes_to_the_managers_at_once_even_at_night(recorded, clerk, manager, supervisor, told, clock):
    clock("2026-03-07 23:00")
    ticket = services.mark_major(recorded, reason=" 多户进水 ", by=clerk)
    step = Escalation.objects.get()
    assert (ticket.major, step.clock, step.level, list(step.told.all())) == (True, "major", MANAGER, [manager])
    text = "Major, says {by}: {number} {subject}: {reason}"
    assert told(manager) == [said(text, ticket, by=clerk, reason="多户进水")]
    assert told(supervisor) == []
    assert history_of(ticket).first().note == "多户进水"


def test_major_without_a_manager_goes_to_the_company(recorded, clerk, company, told):
    services.mark_major(recorded, reason="多户进水", by=clerk)
    assert steps(clock="major") == [MANAGER, COMPANY]
    assert len(told(company)) == 1


def test_major_is_refused_without_reason_role_or_a_second_time(
    recorded, clerk, engineer, outsider, supervisor, manager
):
    with pytest.raises(DeskError) as refusal:
        services.mark_major(recorded, reason=" ", by=clerk)
    assert refusal.value.field == "reason"
    for person in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.mark_major(recorded, reason="多户进水", by=person)
    services.mark_major(recorded, reason="多户进水", by=clerk)
    with pytest.raises(Conflict):
        services.mark_major(recorded, reason="还在漏", by=supervisor)
    assert Escalation.objects.count() == 1


def test_page_of_major_tells_who_comes_second(recorded, clerk, supervisor, client_of):
    url = f"/tickets/{recorded.pk}/mark_major/"
    assert client_of(clerk).post(url, {"reason": "多户进水"}).status_code == 302
    answer = client_of(supervisor).post(url, {"reason": "电梯困人"})
    assert (answer.status_code, "电梯困人" in answer.content.decode()) == (409, True)


# -- seen


@pytest.fixture
def step(recorded, manager):
    """What went up to the manager."""
    return EscalationFactory(ticket=recorded, level=MANAGER, told=[manager])


def test_seen_is_noted_once_with_who_and_when(step, manager, supervisor):
    assert Escalation.objects.unseen_by(manager).get() == step
    services.see_escalation(step, by=manager)
    seen = services.see_escalation(step, by=supervisor)
    assert (seen.seen_by, seen.seen_at) == (manager, now())
    assert not Escalation.objects.unseen_by(manager).exists()
    row = history_of(step.ticket).filter(verb="see_escalation").get()
    assert (row.actor, row.after) == (manager, {"clock": "finish", "level": MANAGER})


def test_seen_takes_along_what_else_of_the_ticket_went_to_that_person(step, manager, clerk):
    same = EscalationFactory(ticket=step.ticket, clock="close", told=[manager])
    others = EscalationFactory(ticket=step.ticket, level=1, told=[clerk]), EscalationFactory(told=[manager])
    services.see_escalation(step, by=manager)
    seen = set(Escalation.objects.filter(seen_at__isnull=False))
    assert seen == {step, same}
    assert not seen & set(others)


@pytest.mark.parametrize("who", ["clerk", "company", "engineer", "admin", "outsider"])
def test_seen_is_for_whom_it_went_to_and_dispatchers(step, who, request):
    with pytest.raises(PermissionDenied):
        services.see_escalation(step, by=request.getfixturevalue(who))


def test_page_notes_it_and_leads_back(step, manager, supervisor, clerk, outsider, client_of):
    url = f"/escalations/{step.pk}/seen/"
    assert client_of(outsider).post(url).status_code == 404
    assert client_of(clerk).post(url).status_code == 403
    assert client_of(manager).get(url).status_code == 405
    assert client_of(manager).post(url, {"next": "/escalations/?whose=unseen"}).url == "/escalations/?whose=unseen"
    answer = client_of(supervisor).post(url, {"next": "https://evil.example/"}, follow=True)
    assert answer.redirect_chain == [(step.ticket.get_absolute_url(), 302)]
    assert "刘建国" in answer.context["messages"]._loaded_data[0].message


# -- the list


def listed(client, **query):
    screen = client.get("/escalations/", query).context["screen"]
    return {row[0] for row in screen.rows}


def test_list_shows_what_went_to_oneself_and_what_nobody_saw(step, manager, supervisor, clerk, client_of):
    seen = EscalationFactory(
        ticket=step.ticket, clock="close", level=CLERK, told=[manager], seen_at=now(), seen_by=manager
    )
    mine = EscalationFactory(ticket=step.ticket, level=SUPERVISOR, told=[supervisor])
    client = client_of(manager)
    assert listed(client) == {step.pk, seen.pk, mine.pk}
    assert listed(client, whose="unseen") == {step.pk}
    assert listed(client, whose="mine") == {step.pk, seen.pk}
    assert listed(client, whose="unlooked") == {step.pk, mine.pk}
    assert listed(client, level=SUPERVISOR) == {mine.pk}
    assert listed(client, clock="close") == {seen.pk}
    assert listed(client, at_after=local_date() + dt.timedelta(days=1)) == set()
    assert listed(client, q=step.ticket.number) == {step.pk, seen.pk, mine.pk}


def test_list_has_a_button_for_whom_it_went_to(step, manager, supervisor, clerk, company, client_of):
    button = f'formaction="/escalations/{step.pk}/seen/"'
    pages = [client_of(user).get("/escalations/").content.decode() for user in (manager, supervisor, clerk, company)]
    assert [button in page for page in pages] == [True, False, False, False]
    assert all("刘建国" in page for page in pages)


def test_list_shows_only_the_own_office(step, outsider, company, client_of):
    assert listed(client_of(outsider)) == set()
    assert listed(client_of(company)) == {step.pk}


def test_list_goes_to_excel_with_who_saw_it(step, manager, client_of):
    services.see_escalation(step, by=manager)
    answer = client_of(manager, confirmed=True).get("/escalations/", {"export": "xlsx"})
    assert answer.status_code == 200
    answer.getvalue()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_eight_queries_however_many_rows(office, clerk, manager, rows, client_of, django_assert_num_queries):
    for _row in range(rows):
        EscalationFactory(ticket__office=office, told=[clerk, manager])
    client = client_of(manager)
    client.get("/escalations/")
    with django_assert_num_queries(8):
        client.get("/escalations/")
