"""What the ticket list can be asked about clocks, hands and the office's own lists, and what it shows of them."""

from __future__ import annotations

import datetime as dt

import pytest

from frontdesk.kit.calendar import now
from tests.factories import (
    CategoryFactory,
    CauseFactory,
    ContractorFactory,
    DepartmentFactory,
    PartFactory,
    TicketFactory,
)

pytestmark = pytest.mark.django_db
URL = "/tickets/"
HOUR = dt.timedelta(hours=1)


def listed(client, **query):
    """Return the numbers on the page, in order."""
    screen = client.get(URL, query).context["screen"]
    return [row[screen.table.at["number"]] for row in screen.rows]


def test_every_new_filter_keeps_its_rows(office, clerk, client_of):
    past = now() - HOUR
    branch = CategoryFactory(office=office)
    leaf = CategoryFactory(office=office, parent=branch)
    department, contractor = DepartmentFactory(office=office), ContractorFactory(office=office)
    wanted = TicketFactory(
        office=office,
        first_contact=clerk,
        state="dispatched",
        category=leaf,
        department=department,
        contractor=contractor,
        accept_due_at=past,
        close_due_at=past,
        due_at=past,
        paused_until=now() + HOUR,
        major=True,
        is_incident=True,
    )
    TicketFactory(office=office, first_contact=clerk, category=CategoryFactory(office=office), paused_until=past)
    client = client_of(clerk)
    for query in (
        {"category": leaf.pk},
        {"category": branch.pk},
        {"department": department.pk},
        {"contractor": contractor.pk},
        {"late": "accept"},
        {"late": "finish"},
        {"late": "close"},
        {"paused": "true"},
        {"major": "true"},
        {"incident": "is"},
    ):
        assert listed(client, **query) == [wanted.number], query
    assert listed(client, late="dispatch") == []
    assert wanted.number not in listed(client, paused="false")


def test_incident_tells_the_incident_from_what_belongs_to_it(office, clerk, client_of):
    incident = TicketFactory(office=office, first_contact=clerk, is_incident=True)
    child = TicketFactory(office=office, first_contact=clerk, incident=incident)
    other = TicketFactory(office=office, first_contact=clerk)
    client = client_of(clerk)
    found = {word: listed(client, incident=word) for word in ("is", "belongs", "neither")}
    assert found == {"is": [incident.number], "belongs": [child.number], "neither": [other.number]}


def test_filters_offer_the_offices_own_lists_as_they_read(office, other_office, clerk, client_of):
    second = CategoryFactory(office=office, name="电梯", position=2)
    first = CategoryFactory(office=office, name="水", position=1)
    leaf = CategoryFactory(office=office, name="漏水", parent=first, position=9)
    for factory in (CategoryFactory, DepartmentFactory, ContractorFactory):
        factory(office=other_office, name="别处")
    form = client_of(clerk).get(URL, {"unfold": "1"}).context["filters"].form
    shown = [(key, str(label)) for key, label in form.fields["category"].choices][2:]
    assert shown == [(first.pk, "水"), (leaf.pk, "水 / 漏水"), (second.pk, "电梯")]
    assert [len(list(form.fields[name].choices)) for name in ("department", "contractor")] == [1, 2]


@pytest.mark.parametrize("name", ["category", "department", "contractor", "late", "incident", "major", "paused"])
def test_a_filter_that_means_nothing_is_said_and_left_out(office, clerk, client_of, name):
    ticket = TicketFactory(office=office)
    answer = client_of(clerk).get(URL, {name: "x' OR 1"})
    assert len(answer.context["problems"]) == 1
    assert listed(client_of(clerk)) == [ticket.number]


def test_column_of_hands_shows_department_or_contractor_where_there_is_no_person(office, clerk, engineer, client_of):
    department = DepartmentFactory(office=office, name="工程部<1>")
    sent = {"office": office, "state": "dispatched"}
    TicketFactory(**sent, department=department, assignee=engineer, number="1")
    TicketFactory(**sent, department=department, number="2")
    TicketFactory(**sent, contractor=ContractorFactory(office=office, name="宏达防水"), number="3")
    page = client_of(clerk).get(URL).content.decode()
    assert page.count("<td data-label=") > 0
    for shown in (">李强</td>", ">工程部&lt;1&gt;</td>", ">宏达防水</td>"):
        assert page.count(shown) == 1, shown


def test_optional_columns_show_what_they_are_asked_for(office, clerk, client_of):
    branch = CategoryFactory(office=office, name="给排水")
    TicketFactory(
        office=office,
        category=CategoryFactory(office=office, name="漏水", parent=branch),
        part=PartFactory(office=office, name="水龙头"),
        cause=CauseFactory(office=office, name="阀芯老化"),
        department=DepartmentFactory(office=office, name="工程部"),
        contractor=ContractorFactory(office=office, name="宏达防水"),
        dispatch_due_at=now() - HOUR,
        major=True,
    )
    names = [
        "category",
        "part",
        "cause",
        "department",
        "contractor",
        "dispatch_due",
        "accept_due",
        "close_due",
        "major",
    ]
    clerk.preferences = {"columns": {"complaints.TicketTable": names}}
    clerk.save()
    page = client_of(clerk).get(URL).content.decode()
    for shown in ("给排水 / 漏水", "水龙头", "阀芯老化", ">工程部</td>", ">宏达防水</td>"):
        assert shown in page, shown
    assert page.count('<tr class="tone-danger">') == 1


def test_a_major_ticket_carries_a_badge(office, clerk, client_of):
    TicketFactory(office=office, first_contact=clerk, major=True, urgent=True)
    TicketFactory(office=office, first_contact=clerk)
    page = client_of(clerk).get(URL).content.decode()
    assert page.partition("<tbody>")[2].count("badge tone-danger") == 2
