"""Who may do what about whom: the one question `has_perm`."""

from __future__ import annotations

import datetime as dt

import pytest

from frontdesk.staff.models import User
from frontdesk.staff.roles import GRANTS, ROLES, Role
from tests.factories import DeviceFactory, MembershipFactory, UserFactory


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_permission_counts_only_in_the_office_it_is_held_in(manager, office, other_office):
    MembershipFactory(user=manager, office=other_office, role="clerk")
    user = fresh(manager)

    assert user.has_perm("staff.enrol_device", DeviceFactory(office=office))
    assert not user.has_perm("staff.enrol_device", DeviceFactory(office=other_office))
    assert user.has_perm("staff.enrol_device")


def test_manager_here_and_clerk_there_has_no_say_over_the_people_there(manager, outsider, other_office):
    MembershipFactory(user=manager, office=other_office, role="clerk")
    user = fresh(manager)

    assert not user.has_perm("staff.change_member", outsider)
    assert not user.has_perm("staff.view_member", outsider)


@pytest.mark.parametrize(
    ("who", "sees"), [("clerk", False), ("supervisor", True), ("manager", True), ("admin", True), ("company", False)]
)
def test_colleagues_account_is_seen_by_who_manages_people(request, steward, who, sees):
    assert request.getfixturevalue(who).has_perm("staff.view_member", steward) is sees


def test_account_without_any_role_is_the_administrators(manager, admin):
    stray = UserFactory()

    assert admin.has_perm("staff.change_member", stray)
    assert not manager.has_perm("staff.change_member", stray)


def test_past_manager_stays_out_of_a_managers_hands(manager, admin, office):
    past = MembershipFactory(office=office, role="manager", ends=dt.date(2026, 2, 1)).user

    assert not manager.has_perm("staff.change_member", past)
    assert admin.has_perm("staff.change_member", past)


def test_closed_account_may_nothing(clerk, office):
    clerk.is_active = False

    assert not clerk.has_perm("estate.view_unit", office)
    assert not clerk.may_give("clerk", office.pk)


def test_superuser_flag_opens_the_admin_site_and_nothing_of_the_offices(office):
    root = UserFactory(is_superuser=True)

    assert root.has_perm("auth.view_group")
    assert not root.has_perm("estate.view_unit", office)
    assert root.has_perms(["auth.view_group", "auth.add_group"])


def test_nobody_gives_what_only_the_table_of_a_higher_role_holds():
    for giver, given in GRANTS.items():
        for role in given - {giver}:
            if giver is not Role.ADMIN:
                assert ROLES.permissions([role]) <= ROLES.permissions([giver]), (giver, role)


def test_who_may_names_whom_to_tell(office, clerk, supervisor, outsider, manager):
    assert set(User.objects.who_may("complaints.dispatch_ticket", office)) == {supervisor, manager}
    assert set(User.objects.working_in(office, "clerk")) == {clerk}
    assert not User.objects.working_in(None).exists()


def test_offices_where_something_may_be_done(clerk, admin, office, other_office):
    MembershipFactory(user=clerk, office=other_office, role="guard")
    user = fresh(clerk)

    assert user.offices_where("estate.view_unit") == {office.pk, other_office.pk}
    assert user.offices_where("estate.view_person") == {office.pk}
    assert user.offices_where("estate.add_office") == set()
    assert admin.offices_where("estate.add_office") is None
    user.is_active = False
    assert user.offices_where("estate.view_unit") == set()


def test_people_of_the_offices_where_something_may_be_done(company, clerk, outsider, office):
    MembershipFactory(user=company, office=office, role="supervisor")
    user = fresh(company)

    assert set(User.objects.where_may(user, "estate.view_unit")) == {company, clerk, outsider}
    assert set(User.objects.where_may(user, "staff.view_member")) == {company, clerk}


def test_offices_of_a_person_are_told_by_code(clerk, office, other_office):
    MembershipFactory(user=clerk, office=other_office, role="guard")

    assert fresh(clerk).offices() == [other_office, office]


@pytest.mark.parametrize(("word", "names"), [("left", {"gone"}), ("at_work", {"clerk-south"})])
def test_words_for_who_is_here_and_who_is_not(clerk, office, word, names):
    MembershipFactory(user__username="gone", office=office, ends=dt.date(2026, 2, 1))

    assert {user.username for user in getattr(User.objects.of_office(office), word)(office)} == names
