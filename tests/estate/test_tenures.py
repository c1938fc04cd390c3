"""Who lives where, from when to when: begun, ended, sold, moved out, and never forgotten (R-EST-03)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.estate.models import Tenure
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import PersonFactory, TenureFactory, UnitFactory
from tests.racing import together

pytestmark = pytest.mark.django_db
START, SALE = dt.date(2026, 1, 1), dt.date(2026, 7, 1)


@pytest.fixture
def unit(office):
    return UnitFactory(office=office, code="3-2-1502")


@pytest.fixture
def family(unit):
    """An owner with wife, a tenant with child, and a contact."""
    owner = TenureFactory(unit=unit, person__name="张伟")
    tenant = TenureFactory(unit=unit, person__name="李娜", role="tenant")
    return {
        "owner": owner,
        "wife": TenureFactory(unit=unit, person__name="王芳", role="family", head=owner),
        "tenant": tenant,
        "child": TenureFactory(unit=unit, person__name="李小宝", role="family", head=tenant),
        "contact": TenureFactory(unit=unit, person__name="刘洋", role="contact"),
    }


def ended(rows):
    for row in rows.values():
        row.refresh_from_db()
    return {name: row.ends for name, row in rows.items() if row.ends}


def test_move_in_is_recorded_at_unit_and_person(clerk, office, unit):
    person = PersonFactory(office=office)
    tenure = services.move_in(unit, person=person, role="tenant", starts=START, by=clerk)
    assert list(unit.tenures.current()) == [tenure]
    for thing in (unit, person):
        act = history_of(thing).get()
        assert (act.verb, act.after["starts"]) == ("move_in", "2026-01-01")


@pytest.mark.parametrize(
    ("starts", "ends", "refused"),
    [
        (dt.date(2026, 3, 1), None, True),
        (None, None, True),
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31), False),
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1), True),
    ],
)
def test_same_person_in_the_same_role_twice_at_one_time_is_refused(starts, ends, refused, clerk, unit):
    stay = TenureFactory(unit=unit, starts=START)
    act = lambda: services.move_in(unit, person=stay.person, role="owner", starts=starts, ends=ends, by=clerk)  # noqa: E731
    if refused:
        with pytest.raises(DeskError):
            act()
    else:
        act()
        assert unit.tenures.count() == 2


def test_one_person_may_be_owner_and_contact(clerk, unit):
    stay = TenureFactory(unit=unit)
    services.move_in(unit, person=stay.person, role="contact", by=clerk)
    assert unit.tenures.count() == 2


def test_dates_the_wrong_way_round_are_refused(clerk, unit, office):
    with pytest.raises(DeskError) as refusal:
        services.move_in(unit, person=PersonFactory(office=office), role="owner", starts=SALE, ends=START, by=clerk)
    assert refusal.value.field == "ends"


def test_person_of_another_office_is_refused(company, admin, unit, other_office):
    with pytest.raises(DeskError):
        services.move_in(unit, person=PersonFactory(office=other_office), role="owner", by=admin)


@pytest.mark.parametrize("who", ["cashier", "engineer", "outsider", "company"])
def test_tenures_need_the_role_in_that_office(who, unit, request):
    by = request.getfixturevalue(who)
    stay = TenureFactory(unit=unit)
    for act in (
        lambda: services.move_in(unit, person=stay.person, role="contact", by=by),
        lambda: services.edit_tenure(stay, by=by, starts=SALE),
        lambda: services.end_tenure(stay, ends=SALE, by=by),
        lambda: services.move_out(unit, ends=SALE, by=by),
        lambda: services.transfer_unit(unit, person=stay.person, on=SALE, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_end_tenure_ends_who_lives_there_through_it(clerk, family):
    services.end_tenure(family["tenant"], ends=SALE, reason="合同到期", by=clerk)
    assert ended(family) == {"tenant": SALE, "child": SALE}
    assert family["tenant"].reason == "合同到期"


def test_end_tenure_before_it_began_is_refused_and_ends_nobody(clerk, family):
    with pytest.raises(DeskError):
        services.end_tenure(family["tenant"], ends=dt.date(2025, 12, 31), by=clerk)
    assert ended(family) == {}


def test_end_tenure_that_is_over_is_a_conflict(clerk, family):
    services.end_tenure(family["contact"], ends=SALE, by=clerk)
    with pytest.raises(Conflict):
        services.end_tenure(family["contact"], ends=SALE, by=clerk)


def test_planned_end_may_be_moved(clerk, family):
    services.end_tenure(family["tenant"], ends=dt.date(2999, 1, 1), by=clerk)
    services.end_tenure(family["tenant"], ends=SALE, by=clerk)
    assert ended(family) == {"tenant": SALE, "child": SALE}


def test_move_out_leaves_the_owner(clerk, unit, family):
    services.move_out(unit, ends=SALE, reason="搬离", by=clerk)
    assert sorted(ended(family)) == ["child", "contact", "tenant", "wife"]
    with pytest.raises(DeskError):
        services.move_out(unit, ends=SALE, by=clerk)


def test_change_of_owner_keeps_tenants_and_history(clerk, office, unit, family):
    buyer = PersonFactory(office=office, name="陈晨")
    services.transfer_unit(unit, person=buyer, on=SALE, note="二手房", by=clerk)
    eve = SALE - dt.timedelta(days=1)
    assert ended(family) == {"owner": eve, "wife": eve, "contact": eve}
    assert [row.person for row in unit.tenures.current(eve).filter(role="owner")] == [family["owner"].person]
    assert [row.person for row in unit.tenures.current(SALE).filter(role="owner")] == [buyer]
    assert Tenure.objects.filter(unit=unit).count() == 6
    unit.refresh_from_db()
    assert (unit.state, unit.version) == ("sold", 2)
    assert "transfer_unit" in history_of(unit).values_list("verb", flat=True)


def test_change_of_owner_to_the_present_owner_is_refused(clerk, unit, family):
    with pytest.raises(DeskError) as refusal:
        services.transfer_unit(unit, person=family["owner"].person, on=SALE, by=clerk)
    assert refusal.value.field == "person"
    assert ended(family) == {}


def test_change_of_owner_on_the_first_day_is_refused(clerk, office, unit, family):
    with pytest.raises(DeskError):
        services.transfer_unit(unit, person=PersonFactory(office=office), on=START, by=clerk)
    assert ended(family) == {}


def test_edit_tenure_corrects_and_keeps_the_old_dates_in_the_units_activity(clerk, unit):
    stay = TenureFactory(unit=unit)
    services.edit_tenure(stay, by=clerk, starts=dt.date(2025, 5, 5), relation="本人")
    stay.refresh_from_db()
    assert (stay.starts, stay.version) == (dt.date(2025, 5, 5), 2)
    assert history_of(unit).get().before["starts"] == "2026-01-01"


def test_edit_tenure_to_a_head_in_another_unit_is_refused(clerk, office, unit):
    stay, elsewhere = TenureFactory(unit=unit), TenureFactory(unit__office=office)
    with pytest.raises(DeskError) as refusal:
        services.edit_tenure(stay, by=clerk, head=elsewhere)
    assert refusal.value.field == "head"


def test_current_and_past_know_the_last_day(unit):
    stay = TenureFactory(unit=unit, ends=SALE)
    assert list(Tenure.objects.current(SALE)) == [stay]
    assert list(Tenure.objects.past(SALE)) == []
    assert list(Tenure.objects.past(SALE + dt.timedelta(days=1))) == [stay]


@pytest.mark.django_db(transaction=True)
def test_two_desks_sell_one_unit_at_once(clerk, steward, office, unit):
    TenureFactory(unit=unit)
    buyers = [PersonFactory(office=office, name=name) for name in ("陈晨", "周洲")]
    outcomes = together(
        lambda: services.transfer_unit(unit, person=buyers[0], on=SALE, by=clerk),
        lambda: services.transfer_unit(unit, person=buyers[1], on=SALE, by=steward),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeskError", "Unit"]
    assert unit.tenures.filter(role="owner", ends__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_desks_register_the_same_owner_at_once(clerk, steward, office, unit):
    person = PersonFactory(office=office)
    outcomes = together(
        lambda: services.move_in(unit, person=person, role="owner", by=clerk),
        lambda: services.move_in(unit, person=person, role="owner", by=steward),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeskError", "Tenure"]
    assert unit.tenures.count() == 1
