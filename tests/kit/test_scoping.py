import pytest

from frontdesk.estate.models import Entrance, Office, Unit
from frontdesk.kit.scoping import office_id_of, office_of
from tests.factories import EntranceFactory, MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db


def test_visible_to_keeps_the_persons_offices(office, other_office, clerk, company):
    mine, theirs = UnitFactory(office=office), UnitFactory(office=other_office)
    assert set(Unit.objects.visible_to(clerk)) == {mine}
    assert set(Unit.objects.visible_to(company)) == {mine, theirs}


def test_visible_to_follows_a_path_and_the_office_itself(office, other_office, clerk):
    mine = EntranceFactory(building__office=office)
    EntranceFactory(building__office=other_office)
    assert list(Entrance.objects.visible_to(clerk)) == [mine]
    assert list(Office.objects.visible_to(clerk)) == [office]


def test_of_office_with_none_keeps_all(office, other_office):
    UnitFactory(office=office)
    UnitFactory(office=other_office)
    assert Unit.objects.of_office(None).count() == 2
    assert Unit.objects.of_office(office).count() == 1


def test_office_of_a_row(office):
    entrance = EntranceFactory(building__office=office)
    assert office_of(entrance) == office
    assert office_id_of(entrance) == office.pk
    assert office_of(office) == office
    assert office_id_of(office) == office.pk
    assert office_of(object()) is None
    assert office_id_of(object()) is None


def test_office_id_of_a_row_needs_no_query(office, django_assert_num_queries):
    unit = Unit.objects.get(pk=UnitFactory(office=office).pk)
    with django_assert_num_queries(0):
        assert office_id_of(unit) == office.pk


def test_where_may_keeps_the_offices_in_which_it_is_allowed(office, other_office, clerk, company):
    MembershipFactory(user=clerk, office=other_office, role="guard")
    mine, theirs = UnitFactory(office=office), UnitFactory(office=other_office)
    assert set(Unit.objects.where_may(clerk, "estate.view_unit")) == {mine, theirs}
    assert set(Unit.objects.where_may(clerk, "estate.view_person")) == {mine}
    assert set(Unit.objects.where_may(clerk, "estate.change_unit")) == set()
    assert set(Unit.objects.where_may(company, "estate.view_person")) == {mine, theirs}
    assert list(Office.objects.where_may(clerk, "estate.view_person")) == [office]
