"""A colleague leaves: all that is open is shown and goes to others (R-TKT-05)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from complaints.models import Ticket
from frontdesk.home.services import hand_over
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Activity
from tests.factories import (
    BuildingFactory,
    DepartmentFactory,
    DocumentLoanFactory,
    MembershipFactory,
    PromiseFactory,
    RoutineFactory,
    RoutineTaskFactory,
    TicketFactory,
    UserFactory,
)


@pytest.fixture
def followed(office, clerk):
    """A ticket the clerk answers for."""
    return TicketFactory(office=office, first_contact=clerk, subject="等我回复")


@pytest.fixture
def in_hand(office, engineer, steward):
    """A ticket the engineer has in hand."""
    return TicketFactory(office=office, assignee=engineer, first_contact=steward, state="accepted", subject="在我手上")


def url(person):
    return reverse("home:leaver", args=[person.pk])


def second(office, role, name="小新"):
    """Hire one more colleague."""
    return MembershipFactory(office=office, role=role, user=UserFactory(name=name)).user


def sent(office, **people):
    """Return the form of one office filled in."""
    return {"office": office.pk, **{f"office-{office.pk}-{name}": person.pk for name, person in people.items()}}


def test_hand_over_gives_each_kind_to_its_own_colleague(office, supervisor, steward, clerk):
    leaver = second(office, "supervisor")
    mine = TicketFactory(office=office, first_contact=leaver)
    hands = TicketFactory(office=office, first_contact=clerk, assignee=leaver, state="dispatched")
    building = BuildingFactory(office=office, steward=leaver)
    engineer = second(office, "engineer")
    moved = hand_over(
        leaver, office=office, by=supervisor, followed_to=clerk, in_hand_to=engineer, buildings_to=steward
    )
    for row in (mine, hands, building):
        row.refresh_from_db()
    assert moved == 3
    assert (mine.first_contact, hands.assignee, building.steward) == (clerk, engineer, steward)


def test_hand_over_leaves_what_nobody_was_named_for(office, followed, clerk, engineer, supervisor):
    hands = TicketFactory(office=office, assignee=clerk, first_contact=supervisor, state="dispatched")
    assert hand_over(clerk, office=office, by=supervisor, followed_to=supervisor) == 1
    hands.refresh_from_db()
    assert hands.assignee == clerk


def test_hand_over_is_all_or_nothing(office, followed, clerk, guard, steward, supervisor):
    hands = TicketFactory(office=office, assignee=clerk, first_contact=supervisor, state="dispatched")
    with pytest.raises(DeskError):
        hand_over(clerk, office=office, by=supervisor, followed_to=steward, in_hand_to=guard)
    followed.refresh_from_db()
    hands.refresh_from_db()
    assert (followed.first_contact, hands.assignee) == (clerk, clerk)


def test_hand_over_is_written_down(office, followed, clerk, steward, supervisor):
    hand_over(clerk, office=office, by=supervisor, followed_to=steward)
    row = Activity.objects.get(verb="transfer_ticket", object_id=followed.pk)
    assert (row.actor, row.after["first_contact_id"]) == (supervisor, steward.pk)


def test_hand_over_is_refused_to_a_clerk(office, followed, clerk, steward):
    with pytest.raises(PermissionDenied):
        hand_over(clerk, office=office, by=steward, followed_to=steward)


def test_hand_over_keeps_to_its_office(other_office, followed, clerk, outsider, company, admin):
    MembershipFactory(user=clerk, office=other_office, role="clerk")
    there = TicketFactory(office=other_office, first_contact=clerk)
    assert hand_over(clerk, office=other_office, by=admin, followed_to=outsider) == 1
    followed.refresh_from_db()
    there.refresh_from_db()
    assert (followed.first_contact, there.first_contact) == (clerk, outsider)


def test_leaver_page_shows_all_that_is_open(office, followed, clerk, supervisor, client_of):
    BuildingFactory(office=office, steward=clerk, name="七栋", position=7)
    TicketFactory(office=office, first_contact=clerk, state="archived", subject="早已归档")
    page = client_of(supervisor).get(url(clerk)).content.decode()
    assert "等我回复" in page
    assert "七栋" in page
    assert "早已归档" not in page
    assert 'name="office-' in page
    assert "in_hand_to" not in page


def test_leaver_page_hands_on(office, in_hand, engineer, supervisor, client_of):
    other = second(office, "engineer")
    answer = client_of(supervisor).post(url(engineer), sent(office, in_hand_to=other))
    assert answer.status_code == 302
    in_hand.refresh_from_db()
    assert (in_hand.assignee, in_hand.state) == (other, "dispatched")


@pytest.fixture
def to_settle(office, clerk, steward):
    """What the clerk promised on a colleague's ticket, and papers that are out: lent by the clerk, and to the clerk."""
    promise = PromiseFactory(ticket__office=office, ticket__first_contact=steward, made_by=clerk, text="送回备用钥匙")
    lent = DocumentLoanFactory(document__office=office, lent_by=clerk, document__title="竣工图")
    taken = DocumentLoanFactory(document__office=office, borrower=f"客服 {clerk.name}", document__title="委托书")
    return promise, lent, taken


def test_leaver_page_shows_promises_and_papers_to_settle(office, to_settle, clerk, supervisor, client_of):
    promise, lent, taken = to_settle
    page = client_of(supervisor).get(url(clerk)).content.decode()
    for thing in (promise, lent.document, taken.document):
        assert f'href="{thing.get_absolute_url()}"' in page
    assert all(text in page for text in ("送回备用钥匙", "竣工图", "委托书"))
    assert 'name="office"' not in page  # nothing of it is handed on


def test_leaver_page_shows_routines_to_give_to_somebody_else(office, clerk, steward, supervisor, client_of):
    routine = RoutineFactory(office=office, person=clerk, name="抄表")
    late = RoutineTaskFactory(office=office, person=clerk, due_on=local_date() - timedelta(days=1))
    RoutineTaskFactory(office=office, person=clerk, due_on=local_date() + timedelta(days=1))
    RoutineFactory(office=office, person=clerk, name="不做了", retired_at=now())
    RoutineFactory(office=office, person=steward, name="别人的")
    page = client_of(supervisor).get(url(clerk)).content.decode()
    assert [f'href="{row.get_absolute_url()}"' in page for row in (routine, late)] == [True, True]
    assert page.count("/routine-work/") - page.count('href="/routine-work/"') == 1
    assert not [text for text in ("不做了", "别人的") if text in page]


def test_leaver_page_leaves_out_what_is_settled_or_goes_with_its_ticket(
    office, other_office, followed, clerk, supervisor, client_of
):
    PromiseFactory(ticket=followed, made_by=clerk, text="随工单移交")
    PromiseFactory(ticket__office=office, made_by=clerk, text="已经做到", state="kept")
    PromiseFactory(ticket__office=other_office, made_by=clerk, text="北苑的承诺")
    DocumentLoanFactory(document__office=office, lent_by=clerk, document__title="已还", back_at=now())
    DocumentLoanFactory(document__office=office, document__title="别人的")
    page = client_of(supervisor).get(url(clerk)).content.decode()
    assert not [text for text in ("随工单移交", "已经做到", "北苑的承诺", "已还", "别人的") if text in page]


def test_leaver_page_takes_a_form_for_nothing_to_hand_on_as_done(
    office, to_settle, clerk, steward, supervisor, client_of
):
    assert client_of(supervisor).post(url(clerk), sent(office, followed_to=steward)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_leaver_page_takes_the_same_queries_however_much_is_open(
    office, clerk, supervisor, client_of, rows, django_assert_num_queries
):
    for _row in range(rows):
        TicketFactory(office=office, first_contact=clerk)
        PromiseFactory(ticket__office=office, made_by=clerk)
        DocumentLoanFactory(document__office=office, lent_by=clerk)
    client = client_of(supervisor)
    client.get(url(clerk))
    with django_assert_num_queries(16):
        client.get(url(clerk))


def test_leaver_page_says_when_nothing_is_left(office, clerk, supervisor, client_of):
    assert 'class="empty"' in client_of(supervisor).get(url(clerk)).content.decode()


def test_leaver_page_wants_somebody_named(office, followed, clerk, supervisor, client_of):
    answer = client_of(supervisor).post(url(clerk), sent(office))
    assert answer.status_code == 400
    assert Ticket.objects.get().first_contact == clerk


def test_leaver_page_offers_only_who_may_take_over(
    office, followed, clerk, guard, steward, outsider, supervisor, client_of
):
    page = client_of(supervisor).get(url(clerk)).content.decode()
    assert f'<option value="{steward.pk}">' in page
    for nobody in (guard, outsider, clerk):
        assert f'<option value="{nobody.pk}">' not in page
    assert client_of(supervisor).post(url(clerk), sent(office, followed_to=guard)).status_code == 400


def test_leaver_page_is_refused_to_a_clerk(office, followed, clerk, steward, client_of):
    assert client_of(steward).get(url(clerk)).status_code == 403
    assert client_of(steward).post(url(clerk), sent(office, followed_to=steward)).status_code == 403


def test_leaver_page_of_a_stranger_is_not_found(other_office, followed, clerk, client_of):
    boss = second(other_office, "supervisor")
    assert client_of(boss).get(url(clerk)).status_code == 404


def test_leaver_page_shows_other_offices_only_to_who_may_reassign_there(
    other_office, followed, clerk, supervisor, admin, client_of
):
    MembershipFactory(user=clerk, office=other_office, role="clerk")
    TicketFactory(office=other_office, first_contact=clerk, subject="北苑的事")
    assert "北苑的事" not in client_of(supervisor).get(url(clerk)).content.decode()
    assert "北苑的事" in client_of(admin).get(url(clerk)).content.decode()
    assert client_of(supervisor).post(url(clerk), sent(other_office, followed_to=supervisor)).status_code == 200
    assert Ticket.objects.get(subject="北苑的事").first_contact == clerk


def test_leaver_is_taken_out_of_departments_and_their_work_is_free_again(office, engineer, supervisor, client_of):
    other = second(office, "engineer")
    team = DepartmentFactory(office=office, name="工程部", members=[engineer, other])
    ticket = TicketFactory(
        office=office, first_contact=supervisor, assignee=engineer, department=team, state="accepted"
    )
    client = client_of(supervisor)
    page = client.get(url(engineer)).content.decode()
    assert "工程部" in page
    sent_off = {"office": office.pk, f"office-{office.pk}-leaves_departments": "on"}
    assert client.post(url(engineer), sent_off).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.department, ticket.state) == (None, team, "dispatched")
    assert list(team.members.all()) == [other]


def test_leaver_in_a_department_can_name_a_colleague_for_what_is_in_hand(office, engineer, supervisor, client_of):
    other = second(office, "engineer")
    team = DepartmentFactory(office=office, members=[engineer])
    ticket = TicketFactory(
        office=office, first_contact=supervisor, assignee=engineer, department=team, state="accepted"
    )
    data = {**sent(office, in_hand_to=other), f"office-{office.pk}-leaves_departments": "on"}
    assert client_of(supervisor).post(url(engineer), data).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.assignee, team.members.count()) == (other, 0)


def test_leaver_of_a_department_with_nobody_else_needs_a_colleague(office, engineer, supervisor, client_of):
    team = DepartmentFactory(office=office, members=[engineer])
    TicketFactory(office=office, first_contact=supervisor, assignee=engineer, department=team, state="accepted")
    data = {"office": office.pk, f"office-{office.pk}-leaves_departments": "on"}
    answer = client_of(supervisor).post(url(engineer), data)
    assert answer.status_code == 400
    assert list(team.members.all()) == [engineer]
