"""R-TKT-10: who has to answer for a damage, in shares that make a hundred."""

from __future__ import annotations

import re
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from complaints import services
from complaints.models import Party, Responsibility, Ticket
from complaints.services import responsible_parties
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.staff.models import User
from tests.complaints.conftest import said
from tests.factories import CompensationFactory, MembershipFactory, ResponsibilityFactory, TicketFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

SHARED = {"contractor": (60, "防水未做闭水试验"), "owner": (40, "")}
ALONE = {"property": (100, "巡查不到位")}


@pytest.fixture
def complaint(office, clerk):
    """A complaint about a soaked ceiling, the clerk answers for it."""
    return TicketFactory(office=office, kind="complaint", first_contact=clerk, subject="楼上漏水泡坏吊顶")


def as_it_stands(ticket):
    return {row.party: (row.share, row.reason) for row in Responsibility.objects.filter(ticket=ticket)}


def url_of(ticket):
    return reverse("complaints:responsibility_edit", args=[ticket.pk])


def filled_in(client, ticket, **changes):
    """Return what the page's form would send, with some cells typed over."""
    form = client.get(url_of(ticket)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in {**data, **changes}.items()}


def test_analyse_writes_the_shares_down_in_words_and_tells_who_answers_for_it(complaint, clerk, supervisor, told):
    services.analyse_responsibility(complaint, shares=SHARED, by=supervisor)
    assert as_it_stands(complaint) == SHARED
    row = history_of(complaint).first()
    words = f"{Party.CONTRACTOR.label} 60 % (防水未做闭水试验); {Party.OWNER.label} 40 %"
    assert (row.verb, row.actor, row.before, row.after) == (
        "analyse_responsibility", supervisor, {"party": ""}, {"party": words},
    )  # fmt: skip
    text = "{by} analysed the responsibility for {number} {subject}: {shares}"
    assert told(clerk) == [said(text, complaint, by=supervisor, shares=words)]


def test_analyse_replaces_the_whole_with_before_and_after(complaint, supervisor, manager):
    services.analyse_responsibility(complaint, shares=SHARED, by=supervisor)
    services.analyse_responsibility(complaint, shares=ALONE, by=manager)
    assert as_it_stands(complaint) == ALONE
    row = history_of(complaint).first()
    assert row.before == {"party": f"{Party.CONTRACTOR.label} 60 % (防水未做闭水试验); {Party.OWNER.label} 40 %"}
    assert row.after == {"party": f"{Party.PROPERTY.label} 100 % (巡查不到位)"}


def test_analyse_with_the_same_words_leaves_no_trace(complaint, supervisor):
    services.analyse_responsibility(complaint, shares=SHARED, by=supervisor)
    services.analyse_responsibility(complaint, shares={**SHARED, "third": (0, "")}, by=supervisor)
    assert history_of(complaint).filter(verb="analyse_responsibility").count() == 1


@pytest.mark.parametrize("total", [0, 1, 99, 101, 200])
def test_analyse_is_refused_when_the_shares_make_no_hundred(complaint, supervisor, total):
    shares = {"developer": (total // 2, ""), "owner": (total - total // 2, "")}
    with pytest.raises(DeskError, match=rf"\b{total} %"):
        services.analyse_responsibility(complaint, shares=shares, by=supervisor)
    assert as_it_stands(complaint) == {}


@pytest.mark.parametrize(
    "shares",
    [{"owner": (-1, ""), "third": (101, "")}, {"neighbour": (100, "")}, {"owner": (100, "x" * 201)}],
)
def test_analyse_is_refused_for_what_is_no_share_of_a_party(complaint, supervisor, shares):
    with pytest.raises(DeskError):
        services.analyse_responsibility(complaint, shares=shares, by=supervisor)


@pytest.mark.parametrize(
    ("kind", "may"),
    [("complaint", True), ("repair", True), ("rework", True), ("enquiry", False), ("praise", False), ("help", False)],
)
def test_analyse_is_for_kinds_behind_which_there_can_be_a_damage(office, supervisor, kind, may):
    ticket = TicketFactory(office=office, kind=kind)
    if may:
        services.analyse_responsibility(ticket, shares=ALONE, by=supervisor)
    else:
        with pytest.raises(DeskError):
            services.analyse_responsibility(ticket, shares=ALONE, by=supervisor)
    assert bool(as_it_stands(ticket)) == may


def test_analyse_is_refused_on_an_archived_ticket(office, supervisor):
    with pytest.raises(Conflict):
        services.analyse_responsibility(
            TicketFactory(office=office, kind="complaint", state="archived"), shares=ALONE, by=supervisor
        )


def test_analyse_is_refused_without_the_role_or_in_another_office(
    complaint, clerk, cashier, engineer, company, admin, outsider, other_office
):
    MembershipFactory(user=outsider, office=other_office, role="supervisor")
    for person in (clerk, cashier, engineer, company, admin, User.objects.get(pk=outsider.pk)):
        with pytest.raises(PermissionDenied):
            services.analyse_responsibility(complaint, shares=ALONE, by=person)


def test_a_proposal_that_waits_counts_as_changed_by_another_analysis(complaint, supervisor, manager, steward):
    ResponsibilityFactory(ticket=complaint)
    waiting = CompensationFactory(ticket=complaint, proposed_by=steward)
    services.analyse_responsibility(complaint, shares=SHARED, by=supervisor)
    with pytest.raises(Conflict):
        services.approve_compensation(waiting, as_seen=waiting.version, by=manager)
    services.approve_compensation(waiting, as_seen=waiting.version + 1, by=manager)


# ---- the page ----


def test_page_writes_it_down_and_leads_back_to_the_ticket(complaint, supervisor, client_of):
    client = client_of(supervisor)
    cells = {"contractor_share": "60", "contractor_reason": "防水未做闭水试验", "owner_share": "40"}
    answer = client.post(url_of(complaint), filled_in(client, complaint, **cells))
    assert answer.url == complaint.get_absolute_url()
    assert as_it_stands(complaint) == SHARED


def test_page_says_how_much_the_shares_make_and_keeps_what_was_typed(complaint, supervisor, client_of):
    client = client_of(supervisor)
    typed = filled_in(client, complaint, contractor_share="60", contractor_reason="渗漏", owner_share="30")
    answer = client.post(url_of(complaint), typed)
    page = answer.content.decode()
    assert [re.findall("[0-9]+", error) for error in answer.context["form"].non_field_errors()] == [["90", "100"]]
    assert ('value="60"' in page, 'value="渗漏"' in page, 'value="30"' in page) == (True, True, True)


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"owner_share": "-5"}, "owner_share"),
        ({"owner_share": "101"}, "owner_share"),
        ({"owner_share": "33.3"}, "owner_share"),
        ({"owner_share": "一半"}, "owner_share"),
        ({"owner_share": "1e2"}, "owner_share"),
        ({"owner_reason": "装修改动"}, "owner_share"),
        ({"owner_share": "100", "owner_reason": "x" * 201}, "owner_reason"),
    ],
)
def test_page_refuses_what_is_no_share_at_its_field(complaint, supervisor, client_of, cells, field):
    client = client_of(supervisor)
    answer = client.post(url_of(complaint), filled_in(client, complaint, **cells))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert as_it_stands(complaint) == {}


def test_page_of_a_stale_analysis_shows_both_and_takes_it_the_second_time(complaint, supervisor, manager, client_of):
    client = client_of(supervisor)
    typed = filled_in(client, complaint, owner_share="100", owner_reason="自行改动水管")
    services.analyse_responsibility(complaint, shares=ALONE, by=manager)
    answer = client.post(url_of(complaint), typed)
    assert answer.status_code == 409
    rows = {(row.now, row.yours) for row in answer.context["differences"]}
    assert rows == {("", "100"), ("", "自行改动水管"), ("100", ""), ("巡查不到位", "")}
    assert as_it_stands(complaint) == ALONE
    form = answer.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert (again["owner_share"], again["owner_reason"]) == ("100", "自行改动水管")
    assert again["property_share"] == 100  # nobody touched it: it stays as it is now, and the sum says so
    again.update(property_share="", property_reason="")
    assert client.post(url_of(complaint), again).status_code == 302
    assert as_it_stands(complaint) == {"owner": (100, "自行改动水管")}


def test_page_without_its_mark_changes_nothing(complaint, supervisor, client_of):
    assert client_of(supervisor).post(url_of(complaint), {"owner_share": "100"}).status_code == 409
    assert as_it_stands(complaint) == {}


def test_ticket_page_draws_the_bar_and_the_buttons_of_the_role(complaint, supervisor, clerk, engineer, client_of):
    services.analyse_responsibility(complaint, shares=SHARED, by=supervisor)
    Ticket.objects.filter(pk=complaint.pk).update(assignee=engineer, state="dispatched")
    pages = [
        client_of(user).get(complaint.get_absolute_url()).content.decode() for user in (supervisor, clerk, engineer)
    ]
    assert [page.count("<rect") for page in pages] == [2, 2, 2]
    assert '<rect class="party-owner" x="60" y="0" width="40" height="2"/>' in pages[0]
    links = [reverse(f"complaints:{name}", args=[complaint.pk]) for name in ("compensation_add", "assessment_add")]
    assert [[f'href="{link}"' in page for link in [url_of(complaint), *links]] for page in pages] == [
        [True, True, True], [False, False, False], [False, False, False],
    ]  # fmt: skip


def test_ticket_page_draws_no_empty_part_for_who_can_do_nothing_there(complaint, clerk, supervisor, client_of):
    pages = [client_of(user).get(complaint.get_absolute_url()).content.decode() for user in (clerk, supervisor)]
    assert ['id="responsibility"' in page for page in pages] == [False, True]
    enquiry = TicketFactory(office=complaint.office, kind="enquiry")
    assert 'id="responsibility"' not in client_of(supervisor).get(enquiry.get_absolute_url()).content.decode()


# ---- two at once ----


def analyse_twice(ticket, people):
    """Let two people write down what each of them found, both having seen no analysis."""
    users = [User.objects.get(pk=person.pk) for person in people]
    copies = [Ticket.objects.get(pk=ticket.pk) for _person in people]
    found = [SHARED, ALONE]
    return together(
        *(
            lambda c=copy, u=user, s=shares: services.analyse_responsibility(c, shares=s, seen=0, by=u)
            for copy, user, shares in zip(copies, users, found, strict=True)
        )
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_analyse_at_once_and_the_shares_do_not_mix(complaint, supervisor, manager, _round):
    assert kinds(analyse_twice(complaint, [supervisor, manager])) == ["Conflict", "Ticket"]
    assert as_it_stands(complaint) in (SHARED, ALONE)


@pytest.mark.django_db(transaction=True)
def test_without_the_look_at_what_was_seen_the_second_would_overwrite_the_first(
    complaint, supervisor, manager, monkeypatch
):
    """Negative control."""
    monkeypatch.setattr("complaints.services.responsible_parties._standing", lambda _rows: 0)
    assert kinds(analyse_twice(complaint, [supervisor, manager])) == ["Ticket", "Ticket"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_the_ticket_the_shares_would_mix(complaint, supervisor, manager, monkeypatch):
    """Negative control: nobody sees the other's rows, and both sets stand side by side."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other, with or without row locks")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    gate, standing = threading.Barrier(2), responsible_parties._standing
    monkeypatch.setattr(
        "complaints.services.responsible_parties._standing", lambda rows: (gate.wait(10), standing(rows))[1]
    )
    assert kinds(analyse_twice(complaint, [supervisor, manager])) == ["Ticket", "Ticket"]
    assert sum(share for share, _reason in as_it_stands(complaint).values()) == 200
