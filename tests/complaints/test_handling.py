"""R-TKT-03, R-TKT-06: somebody is sent, by a deadline, and reports back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.translation import gettext

from complaints import services
from complaints.models import Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import photo, said
from tests.factories import (
    CauseFactory,
    ContractorFactory,
    DepartmentFactory,
    MembershipFactory,
    PartFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def soon():
    return now() + dt.timedelta(hours=2)


@pytest.fixture
def second_engineer(office):
    return MembershipFactory(office=office, role="engineer", user__name="高明").user


@pytest.fixture
def team(office, engineer, second_engineer):
    """A department of two, and a third who left it in all but name."""
    leaver = MembershipFactory(office=office, role="engineer", ends=local_date() - dt.timedelta(days=1)).user
    return DepartmentFactory(office=office, name="工程部", members=[engineer, second_engineer, leaver])


@pytest.fixture
def free(recorded, team, supervisor):
    """Sent to the department, taken on by nobody yet."""
    return services.dispatch_ticket(recorded, department=team, by=supervisor)


@pytest.fixture
def contractor(office):
    return ContractorFactory(office=office, name="捷安电梯")


def test_dispatch_puts_it_into_hands_and_tells_them(recorded, supervisor, engineer, told):
    due = soon()
    ticket = services.dispatch_ticket(recorded, to=engineer, due_at=due, by=supervisor, note="带阀芯")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.due_at) == ("dispatched", engineer, due)
    assert ticket.dispatched_at
    assert told(engineer) == [said("Dispatched to you: {number} {subject}", ticket)]
    assert history_of(ticket).first().note == "带阀芯"


@pytest.mark.parametrize("role", ["engineer", "clerk", "steward", "cashier", "supervisor", "manager"])
def test_dispatch_may_go_to_whoever_handles_tickets(recorded, supervisor, role, request):
    person = request.getfixturevalue(role)
    assert services.dispatch_ticket(recorded, to=person, due_at=soon(), by=supervisor).assignee == person


@pytest.mark.parametrize("role", ["guard", "company", "admin", "outsider"])
def test_dispatch_is_refused_to_whoever_does_not(recorded, supervisor, role, request):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, to=request.getfixturevalue(role), due_at=soon(), by=supervisor)
    assert refusal.value.field == "to"


def test_dispatch_is_refused_to_a_leaver(recorded, supervisor, engineer):
    engineer.memberships.update(ends=local_date() - dt.timedelta(days=1))
    with pytest.raises(DeskError):
        services.dispatch_ticket(recorded, to=engineer, due_at=soon(), by=supervisor)


def test_dispatch_is_refused_with_a_deadline_that_is_over(recorded, supervisor, engineer):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, to=engineer, due_at=now(), by=supervisor)
    recorded.refresh_from_db()
    assert (refusal.value.field, recorded.state) == ("due_at", "recorded")


@pytest.mark.parametrize("role", ["clerk", "engineer", "cashier", "outsider"])
def test_dispatch_is_refused_without_the_role(recorded, engineer, role, request):
    with pytest.raises(PermissionDenied):
        services.dispatch_ticket(recorded, to=engineer, due_at=soon(), by=request.getfixturevalue(role))


def test_dispatch_twice_is_a_conflict(dispatched, supervisor, second_engineer):
    with pytest.raises(Conflict):
        services.dispatch_ticket(dispatched, to=second_engineer, due_at=soon(), by=supervisor)


def test_redispatch_tells_both(accepted, supervisor, engineer, second_engineer, told):
    told(engineer)
    ticket = services.redispatch_ticket(accepted, to=second_engineer, due_at=soon(), by=supervisor)
    assert (ticket.state, ticket.assignee, ticket.accepted_at) == ("dispatched", second_engineer, None)
    assert told(engineer) == [said("No longer yours: {number} {subject}", ticket)]
    assert told(second_engineer) == [said("Dispatched to you: {number} {subject}", ticket)]


def test_redispatch_to_the_same_engineer_sets_another_deadline(dispatched, supervisor, engineer, told):
    told(engineer)
    due = now() + dt.timedelta(days=2)
    assert services.redispatch_ticket(dispatched, to=engineer, due_at=due, by=supervisor).due_at == due
    assert told(engineer) == [said("Dispatched to you: {number} {subject}", dispatched)]


def test_redispatch_of_what_somebody_else_redispatched_is_a_conflict(
    dispatched, supervisor, manager, second_engineer, engineer
):
    stale = Ticket.objects.get(pk=dispatched.pk)
    services.redispatch_ticket(dispatched, to=second_engineer, due_at=soon(), by=supervisor)
    with pytest.raises(Conflict):
        services.redispatch_ticket(stale, to=engineer, due_at=soon(), by=manager)


def test_accept_is_for_the_one_it_was_dispatched_to(dispatched, engineer, second_engineer):
    with pytest.raises(PermissionDenied):
        services.accept_ticket(dispatched, by=second_engineer)
    ticket = services.accept_ticket(dispatched, by=engineer)
    assert ticket.state == "accepted"
    assert ticket.accepted_at
    with pytest.raises(Conflict):
        services.accept_ticket(dispatched, by=engineer)


def test_finish_keeps_what_was_found_and_photos_and_tells_first_contact(accepted, engineer, clerk, office, told):
    part, cause = PartFactory(office=office), CauseFactory(office=office)
    ticket = services.finish_ticket(
        accepted,
        result=" 更换阀芯 ",
        charge=Decimal("35.50"),
        part=part,
        cause=cause,
        material=" 陶瓷阀芯一只 ",
        photo_before=[photo("前.png")],
        photo_after=[photo("后一.png", "navy"), photo("后二.png", "olive")],
        by=engineer,
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.result, ticket.charge) == ("done", "更换阀芯", Decimal("35.50"))
    assert (ticket.part, ticket.cause, ticket.material) == (part, cause, "陶瓷阀芯一只")
    assert ticket.done_at
    files = [(file.kind, file.name, file.is_picture) for file in attachments_of(ticket)]
    assert files == [("before", "前.png", True), ("after", "后一.png", True), ("after", "后二.png", True)]
    assert told(clerk) == [said("Done, please reply to the resident: {number} {subject}", ticket)]


@pytest.mark.parametrize("field", ["part", "cause"])
def test_finish_is_refused_with_what_another_office_has_on_its_list(accepted, engineer, other_office, field):
    makers = {"part": PartFactory, "cause": CauseFactory}
    with pytest.raises(DeskError) as refusal:
        services.finish_ticket(accepted, result="修好", by=engineer, **{field: makers[field](office=other_office)})
    accepted.refresh_from_db()
    assert (refusal.value.field, accepted.state) == (field, "accepted")


@pytest.mark.parametrize("field", ["photo_before", "photo_after"])
def test_finish_is_refused_with_a_photo_that_is_none_and_keeps_none(accepted, engineer, field):
    fake = SimpleUploadedFile("图.png", b"<svg onload=alert(1)>", "image/png")
    with pytest.raises(DeskError) as refusal:
        services.finish_ticket(accepted, result="修好", by=engineer, **{field: [photo(), fake]})
    accepted.refresh_from_db()
    assert (refusal.value.field, accepted.state) == (field, "accepted")
    assert not attachments_of(accepted).exists()


def test_finish_without_accepting_first_is_possible(dispatched, engineer):
    assert services.finish_ticket(dispatched, result="现场已修", by=engineer).state == "done"


def test_finish_may_be_reported_by_the_dispatcher(accepted, supervisor):
    assert services.finish_ticket(accepted, result="电话告知已修", by=supervisor).state == "done"


def test_finish_is_refused_to_others(accepted, second_engineer, clerk, outsider):
    for person in (second_engineer, clerk, outsider):
        with pytest.raises(PermissionDenied):
            services.finish_ticket(accepted, result="修好", by=person)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"result": " "}, "result"), ({"result": "修好", "charge": Decimal(-1)}, "charge")],
)
def test_finish_is_refused_when_incomplete(accepted, engineer, given, field):
    with pytest.raises(DeskError) as refusal:
        services.finish_ticket(accepted, by=engineer, **given)
    accepted.refresh_from_db()
    assert (refusal.value.field, accepted.state) == (field, "accepted")


def test_finish_twice_is_a_conflict(done, engineer):
    with pytest.raises(Conflict):
        services.finish_ticket(done, result="又修", by=engineer)


def test_hand_back_frees_it_and_tells_dispatchers_and_first_contact(
    accepted, engineer, supervisor, manager, clerk, told
):
    ticket = services.hand_back_ticket(accepted, reason="需电梯厂家", by=engineer)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.dispatched_at, ticket.accepted_at) == ("recorded", None, None, None)
    assert ticket.due_at
    sentence = said("{by} handed back {number} {subject}: {reason}", ticket, by=engineer, reason="需电梯厂家")
    assert told(supervisor) == told(manager) == told(clerk) == [sentence]


def test_hand_back_is_refused_without_reason_or_when_not_yours(accepted, engineer, second_engineer):
    with pytest.raises(DeskError):
        services.hand_back_ticket(accepted, reason="", by=engineer)
    with pytest.raises(PermissionDenied):
        services.hand_back_ticket(accepted, reason="累", by=second_engineer)


def test_hand_back_of_what_is_done_is_a_conflict(done, engineer):
    with pytest.raises(Conflict):
        services.hand_back_ticket(done, reason="晚了", by=engineer)


def test_dispatch_to_a_department_tells_its_members_and_waits(free, team, engineer, second_engineer, told):
    free.refresh_from_db()
    assert (free.state, free.department, free.assignee, free.handler) == ("dispatched", team, None, "工程部")
    sentence = said("For {department}, who takes it on? {number} {subject}", free, department="工程部")
    assert told(engineer) == told(second_engineer) == [sentence]
    leaver = team.members.exclude(pk__in=[engineer.pk, second_engineer.pk]).get()
    assert told(leaver) == []


def test_dispatch_without_a_deadline_leaves_it_to_the_target(recorded, supervisor, engineer):
    target = recorded.finish_due_at
    ticket = services.dispatch_ticket(recorded, to=engineer, by=supervisor)
    assert (ticket.due_at, ticket.finish_due_at) == (None, target)


def test_dispatch_to_one_of_a_department_names_both(recorded, team, engineer, second_engineer, supervisor, told):
    ticket = services.dispatch_ticket(recorded, department=team, to=engineer, by=supervisor)
    assert (ticket.department, ticket.assignee) == (team, engineer)
    assert told(engineer) == [said("Dispatched to you: {number} {subject}", ticket)]
    assert told(second_engineer) == []


def test_dispatch_is_refused_to_somebody_outside_the_department(recorded, team, steward, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, department=team, to=steward, by=supervisor)
    assert refusal.value.field == "to"


def test_dispatch_is_refused_to_nobody(recorded, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, by=supervisor)
    recorded.refresh_from_db()
    assert (refusal.value.field, recorded.state) == ("department", "recorded")


@pytest.mark.parametrize("fault", ["empty", "left", "guards", "aside", "elsewhere"])
def test_dispatch_is_refused_to_a_department_that_could_not_take_it(
    office, other_office, recorded, supervisor, engineer, guard, fault
):
    gone = UserFactory()
    departments = {
        "empty": {},
        "left": {"members": [gone]},
        "guards": {"members": [guard]},
        "aside": {"members": [engineer], "is_active": False},
        "elsewhere": {"members": [engineer], "office": other_office},
    }
    department = DepartmentFactory(**{"office": office, **departments[fault]})
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, department=department, by=supervisor)
    recorded.refresh_from_db()
    assert (refusal.value.field, recorded.state) == ("department", "recorded")


@pytest.mark.parametrize("fault", ["aside", "elsewhere"])
def test_dispatch_is_refused_to_a_contractor_not_on_the_list(office, other_office, recorded, supervisor, fault):
    where = {"aside": {"office": office, "is_active": False}, "elsewhere": {"office": other_office}}
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, contractor=ContractorFactory(**where[fault]), by=supervisor)
    assert refusal.value.field == "contractor"


def test_a_contractors_work_is_followed_by_the_dispatchers(recorded, contractor, supervisor, manager, engineer, told):
    ticket = services.dispatch_ticket(recorded, contractor=contractor, by=supervisor)
    assert (ticket.contractor, ticket.handler) == (contractor, "捷安电梯")
    assert told(engineer) == told(manager) == []
    for person in (engineer, UserFactory()):
        with pytest.raises(PermissionDenied):
            services.accept_ticket(ticket, by=person)
    ticket = services.accept_ticket(ticket, by=manager, note="电话说明天来")
    ticket = services.arrive_ticket(ticket, by=supervisor)
    assert services.finish_ticket(ticket, result="已更换门机", by=manager).state == "done"


def test_a_contractors_coordinator_follows_it_and_can_hand_it_back(recorded, contractor, supervisor, steward, told):
    ticket = services.dispatch_ticket(recorded, contractor=contractor, to=steward, by=supervisor)
    assert told(steward) == [said("Dispatched to you: {number} {subject}", ticket)]
    ticket = services.accept_ticket(ticket, by=steward)
    ticket = services.hand_back_ticket(ticket, reason="厂家不修", by=steward)
    assert (ticket.state, ticket.contractor, ticket.assignee) == ("recorded", None, None)


def test_a_dispatcher_takes_it_back_from_a_contractor(recorded, contractor, supervisor, manager):
    ticket = services.dispatch_ticket(recorded, contractor=contractor, by=supervisor)
    assert services.hand_back_ticket(ticket, reason="一直不来", by=manager).contractor is None


def test_grab_puts_it_into_my_hands(free, engineer, team):
    ticket = services.grab_ticket(free, by=engineer)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.department) == ("accepted", engineer, team)
    assert ticket.accepted_at
    assert history_of(ticket).first().verb == "grab_ticket"


def test_grab_after_a_colleague_says_who_has_it(free, engineer, second_engineer):
    services.grab_ticket(free, by=engineer)
    with pytest.raises(Conflict) as refusal:
        services.grab_ticket(free, by=second_engineer)
    with translation.override("zh-hans"):
        assert str(refusal.value) == gettext("%(person)s has taken it on already.") % {"person": "李强"}


def test_grab_of_what_was_meanwhile_given_to_a_colleague_says_who_has_it(
    free, team, engineer, second_engineer, manager
):
    services.redispatch_ticket(free, department=team, to=engineer, by=manager)
    with pytest.raises(Conflict) as refusal:
        services.grab_ticket(free, by=second_engineer)
    assert "李强" in str(refusal.value)


def test_grab_is_refused_outside_the_department(free, dispatched_elsewhere, steward, engineer, supervisor):
    for ticket, person in ((free, steward), (free, supervisor), (dispatched_elsewhere, engineer)):
        with pytest.raises(PermissionDenied):
            services.grab_ticket(ticket, by=person)


@pytest.fixture
def dispatched_elsewhere(office, clerk, steward, supervisor):
    """Sent to a colleague in person."""
    ticket = services.record_ticket(office=office, by=clerk, subject="另一件")
    return services.dispatch_ticket(ticket, to=steward, by=supervisor)


def test_a_department_hands_back_what_is_not_its_own(free, second_engineer, supervisor, clerk, told):
    ticket = services.hand_back_ticket(free, reason="属于绿化", by=second_engineer)
    assert (ticket.state, ticket.department) == ("recorded", None)
    words = {"by": second_engineer, "reason": "属于绿化"}
    sentence = said("{by} handed back {number} {subject}: {reason}", ticket, **words)
    assert told(supervisor) == told(clerk) == [sentence]


def test_redispatch_between_department_person_and_contractor(
    free, team, engineer, contractor, manager, supervisor, told
):
    ticket = services.grab_ticket(free, by=engineer)
    told(engineer)
    ticket = services.redispatch_ticket(ticket, contractor=contractor, by=manager)
    assert (ticket.assignee, ticket.department, ticket.contractor) == (None, None, contractor)
    assert told(engineer) == [said("No longer yours: {number} {subject}", ticket)]
    ticket = services.redispatch_ticket(ticket, department=team, by=supervisor)
    assert (ticket.state, ticket.department, ticket.contractor) == ("dispatched", team, None)


def test_redispatch_of_what_somebody_took_on_meanwhile_is_a_conflict(free, engineer, steward, supervisor):
    stale = Ticket.objects.get(pk=free.pk)
    services.grab_ticket(free, by=engineer)
    with pytest.raises(Conflict) as refusal:
        services.redispatch_ticket(stale, to=steward, by=supervisor)
    assert "李强" in str(refusal.value)


def test_arrive_notes_when_and_how_it_looked(accepted, engineer, clerk, second_engineer):
    for person in (second_engineer, clerk):
        with pytest.raises(PermissionDenied):
            services.arrive_ticket(accepted, by=person)
    ticket = services.arrive_ticket(accepted, by=engineer, note="业主在家", photo_before=[photo()])
    assert ticket.arrived_at
    assert ticket.state == "accepted"
    assert [file.kind for file in attachments_of(ticket)] == ["before"]
    assert history_of(ticket).first().note == "业主在家"
    with pytest.raises(PermissionDenied):
        services.arrive_ticket(ticket, by=engineer)


def test_arrive_before_accepting_is_a_conflict(dispatched, engineer):
    with pytest.raises(Conflict):
        services.arrive_ticket(dispatched, by=engineer)


@time_machine.travel(dt.datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), tick=False)
def test_agreed_visit_is_noted_and_told(office, clerk, supervisor, engineer, told):
    ticket = services.record_ticket(office=office, by=clerk, subject="渗水")
    ticket = services.dispatch_ticket(ticket, to=engineer, by=supervisor)
    told(engineer)
    start = now() + dt.timedelta(hours=4)
    ticket = services.agree_visit(
        ticket, visit_from=start, visit_to=start + dt.timedelta(hours=2), note="先打电话", by=clerk
    )
    ticket.refresh_from_db()
    assert (ticket.visit_from, ticket.visit_agreed_at, ticket.state) == (start, now(), "dispatched")
    sentence = said("Visit agreed, {time}: {number} {subject}", ticket, time="11-23 14:00–16:00")
    assert told(engineer) == [sentence]
    later = start + dt.timedelta(days=1, hours=20)
    services.agree_visit(ticket, visit_from=later, visit_to=later + dt.timedelta(hours=4), by=supervisor)
    assert told(engineer) == [said("Visit agreed, {time}: {number} {subject}", ticket, time="11-25 10:00–14:00")]


def test_agreed_visit_is_told_to_the_department_nobody_of_which_has_it(free, engineer, second_engineer, clerk, told):
    for person in (engineer, second_engineer):
        told(person)
    services.agree_visit(free, visit_from=soon(), visit_to=soon() + dt.timedelta(hours=1), by=clerk)
    assert [len(told(person)) for person in (engineer, second_engineer)] == [1, 1]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(-1, 2, "visit_from"), (0, 2, "visit_from"), (2, 2, "visit_to"), (3, 2, "visit_to")],
)
def test_agreed_visit_is_refused_at_a_time_that_cannot_be(dispatched, clerk, start, end, field):
    at = now()
    times = {"visit_from": at + dt.timedelta(hours=start), "visit_to": at + dt.timedelta(hours=end)}
    with time_machine.travel(at, tick=False), pytest.raises(DeskError) as refusal:
        services.agree_visit(dispatched, by=clerk, **times)
    dispatched.refresh_from_db()
    assert (refusal.value.field, dispatched.visit_agreed_at) == (field, None)


def test_agreed_visit_of_what_is_done_is_a_conflict(done, clerk, guard, outsider):
    times = {"visit_from": soon(), "visit_to": soon() + dt.timedelta(hours=1)}
    with pytest.raises(Conflict):
        services.agree_visit(done, by=clerk, **times)
    for person in (guard, outsider):
        with pytest.raises(PermissionDenied):
            services.agree_visit(done, by=person, **times)
