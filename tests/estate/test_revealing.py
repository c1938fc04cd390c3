"""Full numbers are shown on request only, with a reason, and it is written down (R-EST-04)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Notification
from tests.factories import MembershipFactory, PersonFactory, PhoneFactory

pytestmark = pytest.mark.django_db
ID = "110101199003074514"


@pytest.fixture
def person(office):
    person = PersonFactory(office=office, id_number=ID, emergency_phone="13700137000")
    PhoneFactory(person=person, number="13800138000")
    return person


def test_reveal_gives_all_and_writes_down_who_and_why(clerk, person):
    shown = services.reveal_person(person, reason="核对身份证", by=clerk)
    assert shown == (ID, ("13800138000",), "13700137000")
    act = history_of(person).get()
    assert (act.verb, act.actor, act.note, act.before, act.after) == ("reveal_person", clerk, "核对身份证", {}, {})


def test_reveal_without_a_reason_is_refused(clerk, person):
    with pytest.raises(DeskError) as refusal:
        services.reveal_person(person, reason=" \n", by=clerk)
    assert refusal.value.field == "reason"
    assert not history_of(person).exists()


@pytest.mark.parametrize("who", ["cashier", "engineer", "guard", "company", "outsider"])
def test_reveal_needs_the_role_in_that_office(who, person, request):
    with pytest.raises(PermissionDenied):
        services.reveal_person(person, reason="x", by=request.getfixturevalue(who))
    assert not history_of(person).exists()


def test_more_than_thirty_in_an_hour_warns_the_manager_once(clerk, manager, person):
    for _ in range(30):
        services.reveal_person(person, reason="催缴", by=clerk)
    assert not Notification.objects.exists()
    for _ in range(3):
        services.reveal_person(person, reason="催缴", by=clerk)
    row = Notification.objects.get()
    assert row.user == manager
    assert clerk.name in row.text


# ---- phones guessed place by place (R-EST-05) ----


def search(user, *texts, office=None):
    for text in texts:
        services.note_phone_search(text, by=user, office=office)


def different(count, start=0):
    return [f"{number:05d}" for number in range(start, start + count)]


def test_more_than_sixty_different_phone_searches_in_an_hour_warn_the_manager_once(clerk, manager, office):
    search(clerk, *different(60), office=office)
    assert not Notification.objects.exists()
    search(clerk, *different(3, 60), office=office)
    row = Notification.objects.get()
    assert (row.user, row.url) == (manager, clerk.get_absolute_url())
    assert clerk.name in row.text


def test_the_same_search_again_and_searches_without_four_digits_do_not_count(clerk, manager, office):
    search(clerk, *(["1380"] * 100), *different(59), "1380", office=office)
    for number in range(100):
        search(clerk, f"张{number:03d}", f"{number:03d}", office=office)
    assert not Notification.objects.exists()


def test_typing_on_is_one_search_and_taking_a_place_back_is_another(clerk, manager, office):
    for number in different(60):
        search(clerk, number, f"{number}7", f"{number}777", office=office)
    assert not Notification.objects.exists()
    search(clerk, "99990", "9999", "99991", office=office)
    assert Notification.objects.count() == 1


def test_an_attack_place_by_place_is_noticed(clerk, manager, office):
    """Three digits are in sight; ten tries for each of the four hidden ones, person after person."""
    for known in ("138", "139", "137"):
        for _place in range(4):
            search(clerk, *(f"{known}{digit}" for digit in range(10)), office=office)
            known += "9"  # noqa: PLW2901 - found
    assert Notification.objects.exists()


def test_searches_are_forgotten_after_an_hour(clerk, manager, office, time_machine):
    time_machine.move_to("2026-11-22T10:00:00+08:00")
    search(clerk, *different(60), office=office)
    time_machine.move_to("2026-11-22T11:00:01+08:00")
    search(clerk, *different(60, 60), office=office)
    assert not Notification.objects.exists()


def test_searches_of_all_offices_are_told_where_they_went(company, manager, office, other_office):
    other = MembershipFactory(office=other_office, role="manager").user
    search(company, *different(61))
    assert {row.user for row in Notification.objects.all()} == {manager, other}


def test_what_was_searched_for_is_not_kept_readable(clerk, office):
    search(clerk, "13800138000", office=office)
    assert "1380" not in str([cache.get(key.partition(":1:")[2]) for key in cache._cache])
