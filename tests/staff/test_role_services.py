"""Giving and ending roles."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.staff import services
from frontdesk.staff.models import Membership, User
from tests.factories import MembershipFactory

pytestmark = pytest.mark.usefixtures("clock")
TODAY = dt.date(2026, 11, 20)
YESTERDAY = dt.date(2026, 11, 19)


def test_give_role_is_in_force_from_its_first_day(clerk, manager, office, clock):
    row = services.give_role(clerk, role="cashier", office=office, starts=TODAY + dt.timedelta(1), by=manager)

    assert User.objects.get(pk=clerk.pk).roles_in(office.pk) == {"clerk"}
    clock.shift(dt.timedelta(days=1))
    assert User.objects.get(pk=clerk.pk).roles_in(office.pk) == {"clerk", "cashier"}
    assert (history_of(row).get().verb, history_of(row).get().office) == ("give_role", office)


@pytest.mark.parametrize(
    ("actor", "target", "role", "where"),
    [
        ("manager", "manager", "clerk", "office"),
        ("admin", "admin", "clerk", "office"),
        ("manager", "clerk", "admin", "office"),
        ("manager", "clerk", "company", "office"),
        ("manager", "clerk", "manager", "office"),
        ("manager", "outsider", "clerk", "other_office"),
        ("supervisor", "clerk", "cashier", "office"),
        ("clerk", "steward", "cashier", "office"),
        ("company", "clerk", "cashier", "office"),
    ],
)
def test_give_role_refuses_what_is_not_the_actors_to_give(request, actor, target, role, where):
    by, user, office = (request.getfixturevalue(name) for name in (actor, target, where))
    before = Membership.objects.count()

    with pytest.raises(PermissionDenied):
        services.give_role(user, role=role, office=office, starts=TODAY, by=by)
    assert Membership.objects.count() == before


def test_company_wide_role_names_no_office(clerk, admin, office):
    row = services.give_role(clerk, role="company", office=office, starts=TODAY, by=admin)

    assert row.office is None
    assert User.objects.get(pk=clerk.pk).visible_office_ids() is None


def test_office_role_needs_its_office(clerk, admin):
    with pytest.raises(DeskError, match="Choose the office"):
        services.give_role(clerk, role="cashier", office=None, starts=TODAY, by=admin)


def test_dates_the_wrong_way_round_are_refused(clerk, manager, office):
    with pytest.raises(DeskError, match="before the first"):
        services.give_role(clerk, role="cashier", office=office, starts=TODAY, ends=YESTERDAY, by=manager)


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_role_held_already_is_not_given_twice(clerk, admin, office, role):
    where = None if role == "admin" else office
    if role == "admin":
        services.give_role(clerk, role=role, office=where, starts=TODAY, by=admin)

    with pytest.raises(DeskError, match="already holds"):
        services.give_role(clerk, role=role, office=where, starts=TODAY, by=admin)


def test_role_may_be_given_again_after_it_ended(clerk, manager, office):
    services.end_role(clerk.memberships.get(), on=YESTERDAY, by=manager)
    services.give_role(clerk, role="clerk", office=office, starts=TODAY, by=manager)

    assert clerk.memberships.count() == 2


def test_role_ended_yesterday_opens_nothing_any_more(clerk, manager, office):
    services.end_role(clerk.memberships.get(), on=YESTERDAY, by=manager)

    person = User.objects.get(pk=clerk.pk)
    assert (person.visible_office_ids(), person.has_perm("estate.view_unit")) == (set(), False)


def test_last_day_of_a_role_still_counts(clerk, manager, office):
    services.end_role(clerk.memberships.get(), on=TODAY, by=manager)

    assert User.objects.get(pk=clerk.pk).has_perm("estate.view_unit", office)


def test_role_that_never_began_is_taken_back(clerk, manager, office):
    row = services.give_role(clerk, role="cashier", office=office, starts=TODAY, by=manager)
    kept = Membership(pk=row.pk)

    assert services.end_role(row, on=YESTERDAY, by=manager, note="误选") is None
    assert not Membership.objects.filter(pk=kept.pk).exists()
    assert history_of(kept).first().verb == "take_back_role"


@pytest.mark.parametrize(
    ("actor", "target"), [("manager", "manager"), ("admin", "admin"), ("manager", "admin"), ("supervisor", "clerk")]
)
def test_end_role_refuses_what_is_not_the_actors_to_end(request, actor, target):
    by, user = request.getfixturevalue(actor), request.getfixturevalue(target)

    with pytest.raises(PermissionDenied):
        services.end_role(user.memberships.get(), on=TODAY, by=by)


def test_ended_role_is_not_prolonged_by_ending_it_again(clerk, manager):
    row = services.end_role(clerk.memberships.get(), on=YESTERDAY, by=manager)

    with pytest.raises(DeskError, match="already ends"):
        services.end_role(row, on=TODAY, by=manager)


def test_leaver_loses_all_roles_and_nobody_elses_say_is_taken(clerk, manager, office, other_office):
    MembershipFactory(user=clerk, office=office, role="cashier")
    elsewhere = MembershipFactory(user=clerk, office=other_office)

    assert services.end_all_roles(clerk, on=YESTERDAY, by=manager, note="离职") == [elsewhere]
    assert User.objects.get(pk=clerk.pk).visible_office_ids() == {other_office.pk}


def test_nobody_lets_themselves_leave(manager):
    with pytest.raises(PermissionDenied):
        services.end_all_roles(manager, on=YESTERDAY, by=manager)
