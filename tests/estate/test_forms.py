"""Forms of the register: an edit loses nothing that nobody touched, and a wrong number can be taken away."""

from __future__ import annotations

import datetime as dt

import pytest

from frontdesk.estate.models import Building, Person
from frontdesk.kit.activity import history_of
from frontdesk.kit.forms import version_token
from tests.factories import (
    BuildingFactory,
    MembershipFactory,
    PersonFactory,
    TenureFactory,
    UnitFactory,
    UserFactory,
    VehicleFactory,
)

pytestmark = pytest.mark.django_db
ID, EMERGENCY = "110101199003074514", "13700137000"
LONG_AGO, PAST = dt.date(2020, 1, 1), dt.date(2025, 1, 31)


@pytest.fixture
def owner(office):
    return PersonFactory(office=office, name="张伟", id_number=ID, emergency_phone=EMERGENCY)


def offered(answer, name):
    """Return the keys a page's form offers in a field."""
    return {row.pk for row in answer.context["form"].fields[name].queryset}


# ---- what stands there stays ----


def test_steward_may_be_whoever_can_take_a_leavers_buildings(
    office, supervisor, steward, clerk, engineer, outsider, client_of
):
    answer = client_of(supervisor).get("/buildings/add/")
    assert offered(answer, "steward") == {supervisor.pk, steward.pk, clerk.pk}


@pytest.mark.parametrize("steward_is", ["left", "engineer"])
def test_renaming_a_building_keeps_a_steward_who_is_no_longer_offered(steward_is, office, supervisor, client_of):
    person = UserFactory(name="旧管家")
    MembershipFactory(user=person, office=office, role="steward", starts=LONG_AGO, ends=PAST)
    if steward_is == "engineer":
        MembershipFactory(user=person, office=office, role="engineer")
    building = BuildingFactory(office=office, name="3", steward=person)
    client, address = client_of(supervisor), f"/buildings/{building.pk}/edit/"
    assert f'<option value="{person.pk}" selected>' in client.get(address).content.decode()
    values = {"name": "三栋", "position": "3", "steward": person.pk, "version": version_token(building)}
    assert client.post(address, values).status_code == 302
    building.refresh_from_db()
    assert (building.name, building.steward) == ("三栋", person)


def test_a_building_offers_nobody_elses_former_steward(office, supervisor, client_of):
    former = MembershipFactory(office=office, role="steward", starts=LONG_AGO, ends=PAST).user
    BuildingFactory(office=office, name="3", steward=former)
    other = BuildingFactory(office=office, name="4")
    client = client_of(supervisor)
    assert former.pk not in offered(client.get(f"/buildings/{other.pk}/edit/"), "steward")
    values = {"name": "4", "position": "4", "steward": former.pk, "version": version_token(other)}
    assert client.post(f"/buildings/{other.pk}/edit/", values).status_code == 200
    assert Building.objects.get(pk=other.pk).steward is None


def test_correcting_a_stay_keeps_a_head_whose_own_stay_has_ended(office, clerk, client_of):
    unit = UnitFactory(office=office)
    head = TenureFactory(unit=unit, role="owner", starts=LONG_AGO, ends=PAST)
    child = TenureFactory(unit=unit, role="family", head=head, starts=LONG_AGO)
    client, address = client_of(clerk), f"/tenures/{child.pk}/edit/"
    assert f'<option value="{head.pk}" selected>' in client.get(address).content.decode()
    values = {"role": "family", "relation": "子", "head": head.pk, "starts": "2020-01-01"}
    assert client.post(address, values | {"version": version_token(child)}).status_code == 302
    child.refresh_from_db()
    assert (child.relation, child.head) == ("子", head)


def test_a_stay_offers_no_other_head_who_has_left(office, clerk, client_of):
    unit = UnitFactory(office=office)
    here = TenureFactory(unit=unit, role="tenant")
    TenureFactory(unit=unit, role="owner", starts=LONG_AGO, ends=PAST)
    child = TenureFactory(unit=unit, role="family")
    assert offered(client_of(clerk).get(f"/tenures/{child.pk}/edit/"), "head") == {here.pk}


def test_editing_a_vehicle_keeps_a_space_that_became_something_else(office, clerk, client_of):
    space = UnitFactory(office=office, kind="storage", state="idle", code="B1-001")
    car = VehicleFactory(office=office, person=PersonFactory(office=office), plate="粤B12345", space=space)
    client, address = client_of(clerk), f"/vehicles/{car.pk}/edit/"
    assert f'<option value="{space.pk}" selected>' in client.get(address).content.decode()
    values = {"plate": "粤B12346", "space": space.pk, "version": version_token(car)}
    assert client.post(address, values).status_code == 302
    car.refresh_from_db()
    assert (car.plate, car.space) == ("粤B12346", space)


# ---- numbers that are wrong ----


def edited(client, person, **fields):
    values = {"name": person.name, "kind": "person", "id_kind": "id_card", "version": version_token(person)}
    answer = client.post(f"/people/{person.pk}/edit/", values | fields)
    person.refresh_from_db()
    return answer


@pytest.mark.parametrize(
    ("tick", "left"), [("remove_paper", ("", EMERGENCY)), ("remove_emergency", (ID, "")), ("", (ID, EMERGENCY))]
)
def test_a_number_is_removed_by_its_own_tick_only(tick, left, owner, clerk, client_of):
    assert edited(client_of(clerk), owner, **({tick: "on"} if tick else {})).status_code == 302
    assert (owner.id_number, owner.emergency_phone) == left


def test_a_removed_id_number_is_free_again_and_written_down_masked(owner, office, clerk, client_of):
    edited(client_of(clerk), owner, remove_paper="on", remove_emergency="on")
    act = history_of(owner).first()
    assert (act.verb, act.actor) == ("edit_person", clerk)
    assert act.before == {"id_number": "110***********4514", "emergency_phone": "137****7000"}
    assert act.after == {"id_number": "", "emergency_phone": ""}
    assert not Person.objects.exclude(id_index="").exists()
    other = PersonFactory(office=office, name="李娜")
    assert edited(client_of(clerk), other, paper=ID).status_code == 302
    assert other.id_number == ID


def test_a_number_is_not_removed_and_replaced_at_once(owner, clerk, client_of):
    answer = edited(client_of(clerk), owner, remove_emergency="on", emergency="13900139000")
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["remove_emergency"])
    assert owner.emergency_phone == EMERGENCY


def test_another_kind_of_paper_needs_no_number_when_the_old_one_goes(owner, clerk, client_of):
    assert edited(client_of(clerk), owner, id_kind="passport", remove_paper="on").status_code == 302
    assert (owner.id_kind, owner.id_number) == ("passport", "")


def test_the_ticks_stand_only_where_a_number_is(owner, office, clerk, client_of):
    client = client_of(clerk)
    bare = PersonFactory(office=office, emergency_phone=EMERGENCY)
    shown = {
        name: [tick for tick in ("remove_paper", "remove_emergency") if f'name="{tick}"' in page]
        for name, page in (
            ("owner", client.get(f"/people/{owner.pk}/edit/").content.decode()),
            ("bare", client.get(f"/people/{bare.pk}/edit/").content.decode()),
            ("new", client.get("/people/add/").content.decode()),
        )
    }
    assert shown == {"owner": ["remove_paper", "remove_emergency"], "bare": ["remove_emergency"], "new": []}


def test_a_number_somebody_else_removed_meanwhile_is_a_conflict_not_a_failure(owner, clerk, supervisor, client_of):
    token = version_token(owner)
    edited(client_of(supervisor), owner, remove_paper="on")
    answer = edited(client_of(clerk), owner, remove_paper="on", version=token)
    assert answer.status_code == 409


@pytest.mark.parametrize(("who", "status"), [("cashier", 403), ("engineer", 403), ("outsider", 404)])
def test_numbers_are_removed_by_who_may_change_people_only(who, status, owner, client_of, request):
    assert edited(client_of(request.getfixturevalue(who)), owner, remove_paper="on").status_code == status
    assert owner.id_number == ID
