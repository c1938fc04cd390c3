"""Findings: told at once, planned within the office's days, solved or given to a ticket (R-RTN-01, R-DUTY-03)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from complaints.models import Ticket
from duty.models import DutySettings, Finding, LogEntry
from duty.services import findings
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from tests.factories import BuildingFactory, FindingFactory, UnitFactory
from tests.kit.uploads import picture, upload
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime.fromisoformat("2026-12-07T10:00:00+08:00")
THURSDAY = dt.date(2026, 12, 10)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def report(office, guard):
    """Write down what a guard found."""

    def make(text="楼道灯不亮", **fields):
        return findings.report_finding(**{"office": office, "by": guard, "text": text, "place": "1栋3层", **fields})

    return make


def _told(person):
    return [row.text for row in Notification.objects.filter(user=person).order_by("pk")]


def test_what_is_not_solved_on_the_spot_is_planned_within_three_days_and_the_manager_told(report, manager, supervisor):
    finding = report()
    assert (finding.state, finding.plan_by, finding.due, finding.number) == ("open", THURSDAY, THURSDAY, "X2026-0001")
    assert len(_told(manager)) == 1
    assert _told(supervisor) == []


def test_the_days_and_who_answers_for_quality_are_the_offices_own(office, report, manager, supervisor):
    DutySettings.objects.create(office=office, plan_days=5, quality=supervisor)
    assert report().plan_by == dt.date(2026, 12, 12)
    assert (len(_told(manager)), len(_told(supervisor))) == (0, 1)


def test_who_answers_for_quality_and_left_is_not_told_but_the_managers(office, report, manager, outsider):
    DutySettings.objects.create(office=office, quality=outsider)
    report()
    assert (len(_told(manager)), len(_told(outsider))) == (1, 0)


def test_what_is_solved_on_the_spot_has_no_clock(report):
    finding = report(solution="换了灯泡", photos=[upload("灯.jpg", picture())])
    assert (finding.state, finding.solution, finding.due) == ("solved", "换了灯泡", None)
    assert attachments_of(finding).count() == 1


@pytest.mark.parametrize("fields", [{"text": " "}, {"place": ""}])
def test_a_finding_says_what_and_where(report, fields):
    with pytest.raises(DeskError):
        report(**fields)
    assert not Finding.objects.exists()


def test_a_finding_names_nothing_of_another_office(report, other_office):
    with pytest.raises(DeskError):
        report(building=BuildingFactory(office=other_office))


def test_a_plan_says_by_when_and_its_day_counts_from_then(report, steward, guard):
    finding = report()
    with pytest.raises(DeskError):
        findings.plan_solution(finding, plan="换灯", solve_by=dt.date(2026, 12, 6), by=steward)
    fresh = findings.plan_solution(finding, plan="周五前换灯", solve_by=dt.date(2026, 12, 11), by=steward)
    assert (fresh.state, fresh.due, fresh.planned_by) == ("planned", dt.date(2026, 12, 11), steward)
    assert len(_told(guard)) == 1
    with time_machine.travel(MONDAY + dt.timedelta(days=4)):
        assert not Finding.objects.overdue(dt.date(2026, 12, 11)).exists()
    assert list(Finding.objects.overdue(dt.date(2026, 12, 12))) == [fresh]


def test_a_guard_plans_nothing(report, guard):
    with pytest.raises(PermissionDenied):
        findings.plan_solution(report(), plan="换灯", by=guard)


def test_a_finding_is_solved_once(report, clerk):
    finding = report()
    findings.solve_finding(finding, solution="换了", by=clerk)
    with pytest.raises(Conflict):
        findings.solve_finding(finding, solution="又换了", by=clerk)
    assert not Finding.objects.unsolved().exists()


def test_a_guard_and_an_engineer_let_a_finding_become_a_ticket_at_once(office, report, guard, engineer, clerk):
    unit = UnitFactory(office=office)
    for person in (guard, engineer):
        finding = report("水管渗水", unit=unit, becomes="ticket", by=person)
        ticket = Ticket.objects.get(finding=finding)
        assert (ticket.channel, ticket.unit, ticket.first_contact, finding.state) == ("patrol", unit, person, "planned")
        assert (finding.due, ticket.subject) == (None, "水管渗水")
    with pytest.raises(PermissionDenied):
        findings.make_ticket(finding, by=clerk)  # it is one already


def test_a_ticket_that_is_archived_leaves_nothing_unsolved(report):
    finding = report(becomes="ticket")
    assert list(Finding.objects.unsolved()) == [finding]
    Ticket.objects.filter(finding=finding).update(state="archived")
    assert not Finding.objects.unsolved().exists()


def test_a_nonconformity_stands_in_the_log_until_the_finding_is_solved(report, engineer, clerk):
    finding = report(becomes="entry", by=engineer)
    assert (finding.state, list(LogEntry.objects.not_put_right())) == ("open", [finding.log_entry])
    findings.solve_finding(finding, solution="换了灯泡", by=clerk)
    assert not LogEntry.objects.not_put_right().exists()


def test_a_nonconformity_solved_on_the_spot_is_put_right_at_once(report):
    finding = report(becomes="entry", solution="换了灯泡")
    assert (finding.state, finding.log_entry.kind) == ("solved", "nonconf")
    assert not LogEntry.objects.not_put_right().exists()


def test_it_is_reminded_of_on_the_morning_of_the_day_and_once_after_it(report, guard, manager):
    report()
    Notification.objects.all().delete()
    for day, hour in ((2, 12), (3, 7), (3, 8), (3, 9), (4, 7), (4, 8), (4, 9), (5, 8)):
        findings.remind_of_findings((MONDAY + dt.timedelta(days=day)).replace(hour=hour))
    assert (len(_told(guard)), len(_told(manager))) == (2, 2)


def test_a_new_plan_is_reminded_of_anew(report, steward):
    finding = report()
    findings.remind_of_findings(MONDAY + dt.timedelta(days=3))
    with time_machine.travel(MONDAY + dt.timedelta(days=3)):
        findings.plan_solution(finding, plan="下周一换", solve_by=dt.date(2026, 12, 14), by=steward)
    findings.remind_of_findings(MONDAY + dt.timedelta(days=7))
    assert len(_told(steward)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_make_a_ticket_of_it_and_there_is_one(report, clerk, steward):
    finding = report()
    got = kinds(together(*(lambda by=by: findings.make_ticket(finding, by=by) for by in (clerk, steward))))
    assert sorted(got) == ["Finding", "PermissionDenied"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(count, office, clerk, client_of, django_assert_num_queries):
    for _ in range(count):
        FindingFactory(office=office, found_by=clerk, unit=UnitFactory(office=office))
    client = client_of(clerk)
    client.get(reverse("duty:finding_list"))
    with django_assert_num_queries(FINDING_PAGE):
        assert client.get(reverse("duty:finding_list"), {"q": "灯"}).status_code == 200


FINDING_PAGE = 8


def test_it_is_written_down_on_its_page_and_ticket_and_finding_lead_to_each_other(office, clerk, client_of):
    client = client_of(clerk)
    form = client.get(reverse("duty:finding_add")).context["form"]
    data = {"text": "护栏松动", "place": "花园东侧", "becomes": "", "once": form["once"].value()}
    for _ in range(2):
        answer = client.post(reverse("duty:finding_add"), data)
    finding = Finding.objects.get()
    assert answer.url == finding.get_absolute_url()
    client.post(reverse("duty:finding_move", args=[finding.pk, "make_ticket"]), {})
    finding.refresh_from_db()
    assert finding.ticket.get_absolute_url() in client.get(finding.get_absolute_url()).content.decode()
    address = reverse("home:ticket_finding", args=[finding.ticket_id])
    assert address in client.get(finding.ticket.get_absolute_url()).content.decode()
    assert finding.get_absolute_url() in client.get(address).content.decode()
