import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.kit.roles import RoleTable, require
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, UnitFactory


def test_role_table_adds_up_roles():
    table = RoleTable({"a": {"x.one"}, "b": {"x.two"}})
    assert table.permissions(["a", "b"]) == {"x.one", "x.two"}
    assert table.permissions(["unknown"]) == frozenset()
    assert table.roles_with("x.two") == {"b"}


@pytest.mark.django_db
def test_has_perm_answers_for_the_office_of_the_object(office, other_office, clerk):
    assert clerk.has_perm("estate.view_unit", UnitFactory(office=office))
    assert not clerk.has_perm("estate.view_unit", UnitFactory(office=other_office))
    assert clerk.has_perm("estate.view_unit")
    assert not clerk.has_perm("complaints.dispatch_ticket")


@pytest.mark.django_db
def test_roles_of_one_office_do_not_count_in_another(office, other_office, clerk):
    MembershipFactory(user=clerk, office=other_office, role="supervisor")
    clerk = User.objects.get(pk=clerk.pk)
    assert clerk.has_perm("complaints.dispatch_ticket", UnitFactory(office=other_office))
    assert not clerk.has_perm("complaints.dispatch_ticket", UnitFactory(office=office))


@pytest.mark.django_db
def test_a_role_ends_with_its_last_day(office, clerk):
    clerk.memberships.update(ends=dt.date(2026, 1, 2))
    clerk = User.objects.get(pk=clerk.pk)
    assert clerk.visible_office_ids() == set()
    assert not clerk.has_perm("estate.view_unit")


@pytest.mark.django_db
def test_an_account_switched_off_may_nothing(clerk):
    clerk.is_active = False
    assert not clerk.has_perm("estate.view_unit")


@pytest.mark.django_db
def test_a_superuser_gets_no_desk_permission_by_that_alone(office):
    user = User.objects.create_superuser("root", "pass-word-123", name="root")
    assert user.has_perm("auth.add_group")
    assert not user.has_perm("complaints.dispatch_ticket", office)


@pytest.mark.django_db
def test_require_stops_with_403(clerk, outsider, office):
    require(clerk, "estate.view_unit", office)
    with pytest.raises(PermissionDenied):
        require(outsider, "estate.view_unit", office)
