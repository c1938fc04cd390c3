"""R-TKT-05: who took it answers for it; a change has a reason, and a leaver leaves nothing behind."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from complaints import services
from frontdesk.home.desk import Desk
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from tests.complaints.conftest import said
from tests.factories import DepartmentFactory, MembershipFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver(office):
    return MembershipFactory(office=office, role="engineer", user=UserFactory(name="小吴")).user


@pytest.fixture
def team(office, leaver, engineer):
    return DepartmentFactory(office=office, name="工程部", members=[leaver, engineer])


@pytest.fixture
def taken_on(recorded, team, leaver, supervisor):
    """What the leaver took on for the department."""
    ticket = services.dispatch_ticket(recorded, department=team, by=supervisor)
    return services.grab_ticket(ticket, by=leaver)


@pytest.fixture
def in_person(office, clerk, leaver, supervisor):
    """What was sent to the leaver in person."""
    ticket = services.record_ticket(office=office, by=clerk, subject="另一件")
    return services.dispatch_ticket(ticket, to=leaver, by=supervisor)


def test_mine_to_follow_up_is_first_on_the_clerks_desk(office, clerk, steward, cashier):
    for person in (clerk, steward, cashier):
        desk = Desk(person, office)
        assert desk.tiles()[0].label == desk.panels()[0].label
        assert "whose=followed" in desk.tiles()[0].url


def test_who_answers_for_it_changes_with_a_reason_on_record(recorded, supervisor, steward, clerk):
    ticket = services.transfer_ticket(recorded, to=steward, reason="王敏休假", by=supervisor)
    row = history_of(ticket).first()
    assert (row.verb, row.actor, row.note) == ("transfer_ticket", supervisor, "王敏休假")
    assert (row.before["first_contact_id"], row.after["first_contact_id"]) == (clerk.pk, steward.pk)
    with pytest.raises(DeskError) as refusal:
        services.transfer_ticket(ticket, to=clerk, reason=" ", by=supervisor)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("role", ["engineer", "clerk", "cashier", "guard"])
def test_who_answers_for_it_is_changed_by_supervisors_only(dispatched, steward, role, request, client_of):
    person = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        services.transfer_ticket(dispatched, to=steward, reason="想换", by=person)
    page = reverse("complaints:ticket_move", args=[dispatched.pk, "transfer_ticket"])
    assert client_of(person).post(page, {"to": steward.pk, "reason": "想换"}).status_code == 403


def test_everything_of_a_leaver_goes_to_the_colleague(
    office, leaver, steward, supervisor, taken_on, in_person, team, engineer
):
    MembershipFactory(office=office, role="clerk", user=leaver)
    followed = TicketFactory(office=office, first_contact=leaver)
    assert services.reassign_open(leaver, office=office, to=steward, by=supervisor) == 4
    for ticket in (followed, taken_on, in_person):
        ticket.refresh_from_db()
    assert followed.first_contact == steward
    assert {taken_on.assignee, in_person.assignee} == {steward}
    assert list(team.members.all()) == [engineer]
    row = history_of(team).get()
    assert (row.verb, row.note, row.actor) == ("leave_department", "小吴", supervisor)


def test_what_was_taken_on_goes_back_to_the_department(
    office, leaver, supervisor, taken_on, in_person, team, engineer, told
):
    told(engineer)
    due = taken_on.finish_due_at
    assert services.reassign_open(leaver, office=office, by=supervisor, only="departments") == 2
    for ticket in (taken_on, in_person):
        ticket.refresh_from_db()
    assert (taken_on.state, taken_on.assignee, taken_on.department) == ("dispatched", None, team)
    assert (taken_on.accepted_at, taken_on.finish_due_at) == (None, due)
    assert in_person.assignee == leaver
    assert list(team.members.all()) == [engineer]
    text = "For {department}, who takes it on? {number} {subject}"
    assert told(engineer) == [said(text, taken_on, department="工程部")]
    assert services.grab_ticket(taken_on, by=engineer).assignee == engineer


def test_going_back_is_refused_when_the_department_has_nobody_left(
    office, leaver, supervisor, taken_on, team, engineer
):
    team.members.remove(engineer)
    with pytest.raises(DeskError) as refusal:
        services.reassign_open(leaver, office=office, by=supervisor, only="departments")
    taken_on.refresh_from_db()
    assert (refusal.value.field, taken_on.assignee) == ("to", leaver)
    assert list(team.members.all()) == [leaver]


def test_what_came_through_no_department_wants_a_colleague(office, leaver, supervisor, in_person):
    with pytest.raises(DeskError) as refusal:
        services.reassign_open(leaver, office=office, by=supervisor)
    in_person.refresh_from_db()
    assert (refusal.value.field, in_person.assignee) == ("to", leaver)


def test_departments_of_another_office_stay(office, other_office, leaver, supervisor, team):
    there = DepartmentFactory(office=other_office, members=[leaver])
    services.reassign_open(leaver, office=office, by=supervisor, only="departments")
    assert list(there.members.all()) == [leaver]


@pytest.mark.parametrize("role", ["clerk", "engineer", "outsider", "company"])
def test_a_leavers_work_is_handed_on_by_supervisors_only(office, leaver, role, request):
    with pytest.raises(PermissionDenied):
        services.reassign_open(leaver, office=office, by=request.getfixturevalue(role), only="departments")
