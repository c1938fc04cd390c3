"""The first page by role: what stands there, and that every number leads to exactly the rows it counts."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Ticket
from frontdesk.home.desk import Desk
from frontdesk.home.measures import MEASURES
from frontdesk.home.views.desk import abreast
from frontdesk.kit.calendar import local_date
from frontdesk.staff.models import User
from tests.factories import (
    CallbackFactory,
    DepartmentFactory,
    EscalationFactory,
    MembershipFactory,
    PromiseFactory,
    RoutineTaskFactory,
    TicketFactory,
    UnitFactory,
)

DESK = reverse("home:desk")
LATE = dt.timedelta(hours=2)


@pytest.fixture
def matters(office, other_office, clerk, engineer):
    """Tickets in every state, some late, some of another office."""
    now = timezone.now()
    some = {"office": office, "first_contact": clerk, "received_at": now - dt.timedelta(days=3)}
    TicketFactory(**some)
    TicketFactory(**some, state="recorded", due_at=now - LATE)
    TicketFactory(**some, state="dispatched", assignee=engineer, due_at=now - LATE)
    TicketFactory(**some, state="accepted", assignee=engineer, due_at=now + LATE)
    TicketFactory(**some, state="done", assignee=engineer, due_at=now - LATE)
    TicketFactory(**some, state="replied")
    TicketFactory(**some, state="archived", due_at=now - LATE)
    TicketFactory(office=office, state="done")
    TicketFactory(office=other_office, due_at=now - LATE)
    EscalationFactory(ticket=Ticket.objects.earliest("pk"), told=User.objects.all())


def tiles(page):
    """Return address → number of every tile and every number of the offices' table."""
    text = page.content.decode()
    found = re.findall(r'<a class="stat [^"]*" href="([^"]+)">.*?stat-value">(\d+)<', text)
    found += re.findall(r'<td class="num[^>]*><a href="([^"]+)">(\d+)</a>', text)
    return {unescape(url): int(number) for url, number in found}


def rows_of(client, url):
    """Return how many rows the list behind an address shows."""
    text = client.get(url).content.decode()
    return len(re.findall(r'<td class="[^"]*main', text))


def names(user, office):
    """Return the measures a person's desk shows."""
    wanted = {measure.label: name for name, measure in MEASURES.items()}
    return [wanted[tile.label] for tile in Desk(user, office).tiles()]


def test_desk_shows_each_role_its_measures(office, clerk, engineer, supervisor, manager, guard, company, admin):
    assert names(clerk, office) == ["followed", "waiting", "done", "overdue"]
    assert names(engineer, office) == ["in_hand"]
    assert names(supervisor, office) == ["waiting", "overdue", "done", "followed", "today"]
    assert names(manager, office) == ["overdue", "waiting", "done", "open", "today"]
    assert names(guard, office) == []
    assert names(company, None) == []
    assert names(admin, None) == []


def test_desk_shows_somebody_with_two_roles_each_measure_once(office, clerk):
    MembershipFactory(user=clerk, office=office, role="supervisor")
    assert names(clerk, office) == ["followed", "waiting", "done", "overdue", "today"]


def test_desk_counts_what_the_words_say(matters, office, clerk, engineer, manager):
    counted = {tile.url: tile.value for tile in Desk(clerk, office).tiles()}
    assert list(counted.values()) == [1, 6, 2, 2, 2]
    assert [tile.value for tile in Desk(engineer, office).tiles()] == [2]
    assert [tile.value for tile in Desk(manager, office).tiles()] == [2, 2, 2, 7, 1]


def test_desk_says_what_went_up_to_a_person_and_only_then(office, clerk, manager, company):
    assert names(company, None) == []
    EscalationFactory(ticket__office=office, ticket__first_contact=clerk, told=[manager, company])
    EscalationFactory(ticket__office=office, told=[manager], seen_at=timezone.now())
    assert [(tile.value, tile.url) for tile in Desk(company, None).tiles()] == [(1, "/escalations/?whose=unseen")]
    assert (names(manager, office)[0], Desk(manager, office).tiles()[0].value) == ("escalated", 1)
    assert "escalated" not in names(clerk, office)


@pytest.mark.parametrize("role", ["clerk", "engineer", "supervisor", "manager", "company"])
def test_every_number_leads_to_its_rows(matters, client_of, request, role):
    client = client_of(request.getfixturevalue(role))
    shown = tiles(client.get(DESK))
    assert shown
    assert {url: rows_of(client, url) for url in shown} == shown


def test_what_is_free_to_take_on_comes_up_for_engineers(office, clerk, engineer, client_of):
    assert names(engineer, office) == ["in_hand"]
    team = DepartmentFactory(office=office, members=[engineer])
    TicketFactory(office=office, first_contact=clerk, department=team, state="dispatched")
    TicketFactory(office=office, first_contact=clerk, department=DepartmentFactory(office=office), state="dispatched")
    assert names(engineer, office) == ["in_hand", "free"]
    client = client_of(engineer)
    shown = tiles(client.get(DESK))
    assert list(shown.values()) == [0, 1]
    assert {url: rows_of(client, url) for url in shown} == shown


def test_promises_and_callbacks_come_up_with_their_rows(office, clerk, steward, supervisor, client_of):
    assert "promised" not in names(clerk, office)
    now = timezone.now()
    mine = PromiseFactory(ticket__office=office, ticket__first_contact=clerk, due_at=now - LATE, text="昨天该回电")
    PromiseFactory(ticket=mine.ticket, made_by=steward, state="kept")
    PromiseFactory(ticket__office=office, ticket__first_contact=supervisor, made_by=steward)
    CallbackFactory(ticket__office=office)
    CallbackFactory(ticket__office=office, due_on=now.date() + dt.timedelta(days=3))
    counts = {tile.url: tile.value for tile in Desk(clerk, office).tiles()}
    url, calls = reverse("complaints:promise_list"), reverse("complaints:callback_list")
    assert (counts[f"{url}?state=open&whose=mine"], counts[f"{calls}?state=due"]) == (1, 1)
    assert {tile.url: tile.value for tile in Desk(supervisor, office).tiles()}[f"{url}?state=late"] == 1
    page = client_of(clerk).get(DESK).content.decode()
    assert page.count('<span class="late">') == 1
    for person in (clerk, supervisor):
        client = client_of(person)
        shown = tiles(client.get(DESK))
        assert {url: rows_of(client, url) for url in shown} == shown


def test_company_sees_offices_side_by_side(matters, client_of, company):
    page = client_of(company).get(DESK)
    assert list(tiles(page).values()) == [1, 1, 1, 7, 2, 1]
    assert page.content.decode().index("北苑管理处") < page.content.decode().index("南湖管理处")


def test_company_sees_one_office_when_one_is_chosen(matters, office, company):
    rows = Desk(company, office).offices()
    assert [(row.name, [number for number, _url in row.cells]) for row in rows] == [("南湖管理处", [7, 2, 1])]


def test_others_do_not_see_offices_side_by_side(office, manager):
    assert Desk(manager, office).offices() == []


def test_admin_sees_what_is_set_up(office, clerk, admin):
    assert [step.count for step in Desk(admin, None).steps()] == [1, 0, 1]
    UnitFactory(office=office)
    assert [step.count for step in Desk(admin, None).steps()] == [1, 1, 1]


def test_admin_of_an_empty_installation_sees_all_steps_open(client_of, admin):
    page = client_of(admin).get(DESK).content.decode()
    assert page.count("badge tone-warn") == 3
    assert reverse("estate:office_add") in page


def test_engineer_gets_to_own_work_at_once(client_of, engineer):
    assert f'btn-big" href="{reverse("complaints:my_work")}"' in client_of(engineer).get(DESK).content.decode()


def test_clerk_gets_to_a_new_ticket_and_a_guard_does_not(client_of, clerk, guard):
    link = reverse("complaints:ticket_add")
    assert link in client_of(clerk).get(DESK).content.decode()
    assert link not in client_of(guard).get(DESK).content.decode()


def test_desk_says_the_shift_of_the_office(office, client_of, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC), tick=False)
    assert "06:00–13:00" in client_of(clerk).get(DESK).content.decode()


def test_desk_lists_overdue_tickets_with_their_deadline(matters, client_of, supervisor):
    page = client_of(supervisor).get(DESK).content.decode()
    assert page.count('<span class="late">') == 2


def test_desk_counts_routine_work_that_is_due(office, clerk, guard, supervisor, client_of):
    today = local_date()
    RoutineTaskFactory(office=office, role="guard", due_on=today)
    RoutineTaskFactory(office=office, person=clerk, due_on=today - dt.timedelta(days=1))
    RoutineTaskFactory(office=office, person=clerk, due_on=today + dt.timedelta(days=1))
    RoutineTaskFactory(due_on=today)
    for user, number in ((guard, 1), (clerk, 1), (supervisor, 2)):
        client = client_of(user)
        shown = {url: value for url, value in tiles(client.get(DESK)).items() if "routine-work" in url}
        assert list(shown.values()) == [number]
        assert [rows_of(client, url) for url in shown] == [number]


def test_desk_costs_a_fixed_number_of_queries(office, clerk, client_of, supervisor, django_assert_num_queries):
    client = client_of(supervisor)
    client.get(DESK)
    for _n in (1, 3):
        TicketFactory(office=office, first_contact=clerk, unit=UnitFactory(office=office))
        with django_assert_num_queries(
            25
        ):  # keys lost, keys opened and not sealed again, tills, who is on duty among them
            client.get(DESK)


def test_desk_of_the_company_costs_a_fixed_number_of_queries(matters, client_of, company, django_assert_num_queries):
    client = client_of(company)
    client.get(DESK)
    for _n in (1, 3):
        MembershipFactory()
        with django_assert_num_queries(11):
            client.get(DESK)


def test_engineer_sees_own_tickets_with_deadlines_late_ones_marked(matters, client_of, engineer):
    page = client_of(engineer).get(DESK).content.decode()
    assert page.count('class="row-link"') == 2
    assert page.count('class="late"') == 1


@pytest.mark.parametrize(("count", "in_a_row"), [(0, 0), (7, 0), (8, 4), (9, 5), (11, 6), (13, 5), (18, 6)])
def test_abreast_leaves_no_number_alone_in_a_row(count, in_a_row):
    assert abreast(count) == in_a_row


def test_first_button_leads_where_the_role_works(cashier, guard, clerk, client_of):
    buttons = {
        user: re.findall(r'<a class="btn btn-primary" href="([^"]+)"', client_of(user).get("/").content.decode())
        for user in (cashier, guard, clerk)
    }
    assert buttons == {
        cashier: [reverse("fees:counter")],
        guard: [reverse("fees:gate")],
        clerk: [reverse("complaints:ticket_add")],
    }
