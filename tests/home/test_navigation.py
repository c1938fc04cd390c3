"""The navigation shows what a person may open, and marks where they are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from frontdesk.home.navigation import GROUPS, Entry, navigation
from frontdesk.staff.roles import ROLES

ENTRIES = [entry for group in GROUPS for entry in group.entries]


class Person:
    """Somebody with a few permissions."""

    def __init__(self, *perms):
        self.perms = perms

    def has_perm(self, perm, obj=None):  # noqa: ARG002 - the office does not matter here
        return perm in self.perms


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_entry_leads_somewhere_and_names_known_permissions(entry):
    assert reverse(entry.url_name).startswith("/")
    assert set(entry.permissions) <= ROLES.all


def test_navigation_without_permissions_is_the_desk_alone():
    assert [[line.url for line in group.entries] for group in navigation(Person(), None, "")] == [
        [reverse("home:desk")]
    ]


def test_navigation_leaves_out_empty_groups():
    groups = navigation(Person("estate.view_unit"), None, "")
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
