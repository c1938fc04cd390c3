"""The navigation shows what a person may open, and marks where they are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.home.navigation import GROUPS, Entry, navigation
from frontdesk.kit.calendar import local_date
from frontdesk.staff.roles import ROLES
from tests.factories import MembershipFactory

ENTRIES = [entry for group in GROUPS for entry in group.entries]


def who_may(*perms):
    """Return the question whether somebody with a few permissions may do something."""
    return lambda perm: perm in perms


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_entry_leads_somewhere_and_names_known_permissions(entry):
    assert reverse(entry.url_name).startswith("/")
    assert set(entry.permissions) <= ROLES.all


def test_navigation_without_permissions_is_the_desk_alone():
    assert [[line.url for line in group.entries] for group in navigation(who_may())] == [[reverse("home:desk")]]


def test_navigation_leaves_out_empty_groups():
    groups = navigation(who_may("estate.view_unit"))
    assert [[entry.icon for entry in group.entries] for group in groups] == [["house-door"], ["door-open", "buildings"]]


@pytest.mark.parametrize(
    ("view_name", "covered"),
    [
        ("complaints:ticket_list", True),
        ("complaints:ticket", True),
        ("complaints:ticket_move", True),
        ("complaints:ticketing", False),
        ("estate:unit", False),
        ("", False),
    ],
)
def test_entry_covers_the_pages_of_its_noun(view_name, covered):
    assert Entry("", "", "complaints:ticket_list").covers(view_name) is covered


@pytest.mark.parametrize(
    ("view_name", "covered"),
    [("complaints:catalogue", True), ("complaints:part_edit", True), ("complaints:partition", False)],
)
def test_entry_covers_the_pages_of_its_further_nouns(view_name, covered):
    assert Entry("", "", "complaints:catalogue", nouns=("complaints:part",)).covers(view_name) is covered


def shown(client):
    """Return the addresses in the navigation of the desk page, asked for anew."""
    page = client.get(reverse("home:desk")).content.decode()
    side = page.partition('<nav class="side')[2].partition("</nav>")[0]
    return re.findall(r'href="(/[^"]*)"', side)


def test_ended_role_loses_its_lines_at_once(client, supervisor):
    client.force_login(supervisor)
    MembershipFactory(user=supervisor, office=supervisor.offices()[0], role="cashier")
    assert reverse("fees:counter") in shown(client)
    supervisor.memberships.filter(role="cashier").update(ends=local_date() - timedelta(days=1))
    lines = shown(client)
    assert reverse("fees:counter") not in lines
    assert reverse("complaints:ticket_list") in lines


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ("guard", ["home:desk", "duty:patrolround_list", "movein:gate", "fees:gate"]),
        ("clerk", ["home:desk", "complaints:ticket_list", "duty:my_shifts", "estate:unit_list"]),
    ],
)
def test_a_phone_offers_what_somebody_does_on_foot(client, request, who, wanted):
    client.force_login(request.getfixturevalue(who))
    page = client.get(reverse("home:desk")).content.decode()
    bottom = page.partition('<nav class="bottom')[2].partition("</nav>")[0]
    assert re.findall(r'href="(/[^"]*)"', bottom) == [reverse(name) for name in wanted]


def test_another_language_names_the_lines_in_that_language(client, clerk):
    client.force_login(clerk)
    assert "工单" in client.get(reverse("home:desk")).content.decode()
    clerk.language = "en"
    clerk.save()
    assert "</i>Tickets</a>" in client.get(reverse("home:desk")).content.decode()


def test_only_the_line_of_the_page_is_marked(client, clerk):
    client.force_login(clerk)
    for name in ("complaints:ticket_list", "estate:unit_list", "complaints:ticket_list"):
        page = client.get(reverse(name)).content.decode()
        side = page.partition('<nav class="side')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]*)" aria-current="page"', side) == [reverse(name)]
