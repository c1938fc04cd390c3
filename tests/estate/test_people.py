"""People: registered once, numbers checked, encrypted at rest, masked in every record (R-EST-03, R-EST-04)."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from frontdesk.estate import services
from frontdesk.estate.models import Person, Phone
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Activity
from tests.estate.finding import found
from tests.factories import PersonFactory, PhoneFactory
from tests.racing import together

pytestmark = pytest.mark.django_db
ID = "110101199003074514"
MOBILE = "13800138000"


def register(office, by, **fields):
    return services.add_person(
        office=office, by=by, **({"name": "单小明", "id_number": ID, "phones": [MOBILE]} | fields)
    )


def test_add_person_is_found_by_name_pinyin_initials_and_phone(clerk, office):
    person = register(office, clerk)
    for typed in ("单小明", "小明", "shanxiaoming", "sxm", "8000", MOBILE):
        assert found(office, typed) == [("person", person.pk)]


def test_id_number_cannot_be_read_in_the_database(clerk, office):
    person = register(office, clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_index FROM estate_person WHERE id = %s", [person.pk])
        stored, index = cursor.fetchone()
    assert ID not in stored
    assert ID not in index
    assert stored.startswith("gAAAA")
    assert Person.objects.get(pk=person.pk).id_number == ID


def test_activity_holds_no_full_number(clerk, office):
    person = register(office, clerk, emergency_phone="13900139000")
    services.edit_person(
        person, by=clerk, id_number="44030519900101123" + "1", id_kind="other", emergency_phone="13700137000"
    )
    services.add_phone(person, number="13600136000", by=clerk)
    services.remove_phone(person.phones.get(number=MOBILE), by=clerk)
    text = json.dumps(list(Activity.objects.values("before", "after", "note")), ensure_ascii=False)
    for number in (ID, MOBILE, "13900139000", "13700137000", "13600136000", "440305199001011231"):
        assert number not in text
    assert "110***********4514" in text


def test_same_paper_twice_in_one_office_is_refused(clerk, outsider, office, other_office):
    register(office, clerk)
    with pytest.raises(DeskError) as refusal:
        register(office, clerk, name="另一人")
    assert (refusal.value.field, refusal.value.person.name) == ("id_number", "单小明")
    assert register(other_office, outsider).office == other_office


def test_edit_to_somebody_elses_paper_is_refused(clerk, office):
    register(office, clerk)
    other = register(office, clerk, name="另一人", id_number="")
    with pytest.raises(services.AlreadyRegisteredError):
        services.edit_person(other, by=clerk, id_number=ID)


@pytest.mark.parametrize("fields", [{"id_number": "123"}, {"phones": ["12"]}, {"emergency_phone": "x"}])
def test_wrong_numbers_register_nobody(fields, clerk, office):
    with pytest.raises(DeskError):
        register(office, clerk, **fields)
    assert not Person.objects.exists()


def test_two_people_without_paper_are_no_doubles(clerk, office):
    register(office, clerk, id_number="")
    register(office, clerk, id_number="")
    assert Person.objects.count() == 2


def test_edit_person_keeps_numbers_it_is_not_given(clerk, office):
    person = register(office, clerk)
    services.edit_person(person, by=clerk, name="单大明")
    person.refresh_from_db()
    assert (person.name, person.id_number, person.version) == ("单大明", ID, 2)
    assert found(office, "sdm") == [("person", person.pk)]
    assert found(office, "sxm") == []


def test_edit_person_who_was_merged_is_a_conflict(clerk, office):
    person = PersonFactory(office=office, merged_into=PersonFactory(office=office))
    with pytest.raises(Conflict):
        services.edit_person(person, by=clerk, name="x")


def test_phones_are_added_ordered_and_removed(clerk, office):
    person = register(office, clerk)
    second = services.add_phone(person, number="0755-26789012", by=clerk)
    services.first_phone(second, by=clerk)
    assert [phone.number for phone in person.phones.all()] == ["075526789012", MOBILE]
    services.remove_phone(second, by=clerk)
    assert found(office, "9012") == []
    with pytest.raises(Conflict):
        services.remove_phone(Phone(pk=second.pk, person=person, number="x"), by=clerk)


@pytest.mark.parametrize("number", [MOBILE, "", "12"])
def test_phone_twice_or_wrong_is_refused(number, clerk, office):
    person = register(office, clerk)
    with pytest.raises(DeskError):
        services.add_phone(person, number=number, by=clerk)
    assert person.phones.count() == 1


@pytest.mark.parametrize("who", ["cashier", "engineer", "company", "outsider"])
def test_people_need_the_role_in_that_office(who, office, request):
    by = request.getfixturevalue(who)
    phone = PhoneFactory(person__office=office)
    for act in (
        lambda: register(office, by),
        lambda: services.edit_person(phone.person, by=by, name="x"),
        lambda: services.add_phone(phone.person, number=MOBILE, by=by),
        lambda: services.remove_phone(phone, by=by),
        lambda: services.first_phone(phone, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_desks_register_one_paper_at_once(clerk, steward, office):
    outcomes = together(lambda: register(office, clerk), lambda: register(office, steward, name="单小茗"))
    refused, registered = sorted(outcomes, key=lambda outcome: isinstance(outcome, Person))
    assert (isinstance(refused, DeskError), isinstance(registered, Person)) == (True, True)
    assert Person.objects.count() == 1


def test_emergency_phone_is_unreadable_in_the_database(office, clerk):
    person = register(office, clerk, emergency_phone="13900139000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT emergency_phone FROM estate_person WHERE id = %s", [person.pk])
        assert "13900139000" not in cursor.fetchone()[0]
