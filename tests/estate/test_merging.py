"""One person found twice: everything follows, nothing is lost, nobody merges twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.estate.models import Person, Phone, Tenure
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.fields import blind_index
from tests.estate.finding import found
from tests.factories import PersonFactory, PhoneFactory, TenureFactory, TicketFactory, UnitFactory, VehicleFactory
from tests.racing import together

pytestmark = pytest.mark.django_db
ID = "110101199003074514"


@pytest.fixture
def pair(office):
    """The record to keep and the one found to be the same person."""
    keep = PersonFactory(office=office, name="张伟")
    gone = PersonFactory(
        office=office, name="张 伟", id_number=ID, id_index=blind_index(ID), employer="华为", note="夜班"
    )
    return keep, gone


def test_everything_follows(supervisor, office, pair):
    keep, gone = pair
    PhoneFactory(person=keep, number="13800138000")
    PhoneFactory(person=gone, number="13800138000")
    PhoneFactory(person=gone, number="13900139000")
    stay, car = TenureFactory(unit__office=office, person=gone), VehicleFactory(person=gone)
    ticket = TicketFactory(office=office, person=gone)
    earlier = PersonFactory(office=office, merged_into=gone)
    services.merge_people(keep, gone=gone, by=supervisor, note="同一身份证")
    for row in (keep, gone, stay, car, ticket, earlier):
        row.refresh_from_db()
    assert (stay.person, car.person, ticket.person, earlier.merged_into, gone.merged_into) == (keep,) * 5
    assert (keep.id_number, keep.employer, keep.note) == (ID, "华为", "夜班")
    assert [phone.number for phone in keep.phones.all()] == ["13800138000", "13900139000"]
    assert not Phone.objects.filter(person=gone).exists()
    assert list(Person.objects.known()) == [keep]


def test_record_kept_is_found_by_both_phones_and_the_other_not_at_all(supervisor, office, pair):
    keep, gone = pair
    PhoneFactory(person=gone, number="13900139000")
    services.merge_people(keep, gone=gone, by=supervisor)
    assert found(office, "13900139000") == [("person", keep.pk)]
    assert found(office, "zw") == [("person", keep.pk)]


def test_what_is_known_of_the_kept_record_counts_more(supervisor, office, pair):
    keep, gone = pair
    keep.employer = "腾讯"
    keep.save()
    services.merge_people(keep, gone=gone, by=supervisor)
    keep.refresh_from_db()
    assert keep.employer == "腾讯"


def test_the_same_open_stay_becomes_one_from_the_earlier_day(supervisor, office, pair):
    keep, gone = pair
    unit = UnitFactory(office=office, code="3-2-1502")
    kept = TenureFactory(unit=unit, person=keep, starts=dt.date(2026, 5, 1))
    double = TenureFactory(unit=unit, person=gone, starts=dt.date(2026, 3, 1))
    child = TenureFactory(unit=unit, role="family", person=PersonFactory(office=office), head=double)
    services.merge_people(keep, gone=gone, by=supervisor)
    kept.refresh_from_db()
    child.refresh_from_db()
    assert (kept.starts, child.head) == (dt.date(2026, 3, 1), kept)
    assert Tenure.objects.filter(unit=unit, role="owner").count() == 1
    assert "3-2-1502" in history_of(keep).first().note


def test_ended_stays_are_kept_as_they_are(supervisor, office, pair):
    keep, gone = pair
    unit = UnitFactory(office=office)
    TenureFactory(unit=unit, person=keep)
    TenureFactory(unit=unit, person=gone, starts=dt.date(2020, 1, 1), ends=dt.date(2021, 1, 1))
    services.merge_people(keep, gone=gone, by=supervisor)
    assert keep.tenures.count() == 2


def test_both_records_tell_of_it_without_the_number(supervisor, pair):
    keep, gone = pair
    services.merge_people(keep, gone=gone, by=supervisor, note="核对过身份证")
    for record in (keep, gone):
        act = history_of(record).get()
        assert act.verb == "merge_people"
        assert "核对过身份证" in act.note
        assert ID not in str(act.after) + str(act.before) + act.note


def test_two_different_id_cards_are_two_people(supervisor, office, pair):
    keep, gone = pair
    keep.id_number = "11010119900307563" + "8"
    keep.id_index = "x"
    keep.save()
    with pytest.raises(DeskError):
        services.merge_people(keep, gone=gone, by=supervisor)
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_id_card_and_passport_may_be_one_person(supervisor, pair):
    keep, gone = pair
    Person.objects.filter(pk=keep.pk).update(
        id_kind="passport", id_number="E12345678", id_index=blind_index("E12345678")
    )
    services.merge_people(keep, gone=gone, by=supervisor)
    keep.refresh_from_db()
    assert (keep.id_kind, keep.id_number) == ("passport", "E12345678")


def test_merging_into_itself_or_twice_is_refused(supervisor, office, pair):
    keep, gone = pair
    with pytest.raises(DeskError):
        services.merge_people(keep, gone=keep, by=supervisor)
    services.merge_people(keep, gone=gone, by=supervisor)
    with pytest.raises(Conflict):
        services.merge_people(PersonFactory(office=office), gone=gone, by=supervisor)


def test_people_of_two_offices_are_not_merged(admin, pair, other_office):
    with pytest.raises(DeskError):
        services.merge_people(pair[0], gone=PersonFactory(office=other_office), by=admin)


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_merging_needs_the_role_in_that_office(who, pair, request):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        services.merge_people(pair[0], gone=pair[1], by=by)
    with pytest.raises(PermissionDenied):
        services.tell_apart(*pair, by=by)


def test_suggestions_by_phone_and_by_name_in_a_unit(supervisor, office, other_office, pair):
    keep, gone = pair
    for person in (*pair, PersonFactory(office=other_office)):
        PhoneFactory(person=person, number="13800138000")
    unit = UnitFactory(office=office)
    namesakes = [TenureFactory(unit=unit, person__name="李娜", role=role).person for role in ("owner", "contact")]
    TenureFactory(unit__office=office, person__name="李娜")
    pairs = [(row.first, row.second) for row in services.doubles(office)]
    assert sorted(pairs) == sorted([(keep.pk, gone.pk), tuple(person.pk for person in namesakes)])


def test_the_likeliest_pair_comes_first(supervisor, office):
    unit = UnitFactory(office=office)
    for name in ("张伟", "李娜"):
        for role in ("owner", "contact"):
            stay = TenureFactory(unit=unit, role=role, person__name=name)
            if name == "李娜":
                PhoneFactory(person=stay.person, number="13800138000")
    first, second = services.doubles(office)
    assert Person.objects.get(pk=first.first).name == "李娜"
    assert ("," in first.reason, "," in second.reason) == (True, False)


def test_two_different_id_cards_are_not_suggested(office):
    unit = UnitFactory(office=office)
    for role, number in (("owner", ID), ("family", "11010119900307555X")):
        paper = {"person__id_number": number, "person__id_index": blind_index(number)}
        TenureFactory(unit=unit, role=role, person__name="赵斌", **paper)
    assert services.doubles(office) == []


def test_a_switchboard_number_suggests_nobody(office):
    for person in PersonFactory.create_batch(6, office=office):
        PhoneFactory(person=person, number="075526789012")
    assert services.doubles(office) == []


def test_told_apart_is_not_suggested_again(supervisor, office, pair):
    keep, gone = pair
    for person in pair:
        PhoneFactory(person=person, number="13800138000")
    for _ in range(2):
        services.tell_apart(gone, keep, by=supervisor)
    assert services.doubles(office) == []
    assert history_of(keep).get().verb == "tell_apart"
    services.merge_people(keep, gone=gone, by=supervisor)


def test_suggestions_take_six_queries_however_many(office, django_assert_max_num_queries):
    unit = UnitFactory(office=office)
    for number in range(12):
        for role in ("owner", "contact"):
            TenureFactory(unit=unit, role=role, person__name=f"业主{number}")
    with django_assert_max_num_queries(6):
        assert len(services.doubles(office)) == 12


@pytest.mark.django_db(transaction=True)
def test_two_desks_merge_the_same_pair_both_ways_at_once(supervisor, manager, pair):
    keep, gone = pair
    outcomes = together(
        lambda: services.merge_people(keep, gone=gone, by=supervisor),
        lambda: services.merge_people(gone, gone=keep, by=manager),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Person"]
    assert Person.objects.known().count() == 1
