"""What the migrations do with a register that was there before."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from frontdesk.estate.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

encrypting = import_module("frontdesk.estate.migrations.0003_emergency_phones_are_encrypted")


def lying(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT emergency_phone FROM estate_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def lay(person, text):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE estate_person SET emergency_phone = %s WHERE id = %s", [text, person.pk])


def test_emergency_phones_in_clear_are_encrypted_once():
    old, new, without = PersonFactory(), PersonFactory(emergency_phone="13900139000"), PersonFactory()
    lay(old, "13700137000")
    kept = lying(new)

    encrypting.encrypt(apps, None)
    encrypting.encrypt(apps, None)

    assert "13700137000" not in lying(old)
    assert (lying(new), lying(without)) == (kept, "")
    numbers = [Person.objects.get(pk=person.pk).emergency_phone for person in (old, new, without)]
    assert numbers == ["13700137000", "13900139000", ""]


def test_the_way_back_leaves_emergency_phones_in_clear():
    person, without = PersonFactory(emergency_phone="13900139000"), PersonFactory()
    encrypting.decrypt(apps, None)
    encrypting.decrypt(apps, None)
    assert (lying(person), lying(without)) == ("13900139000", "")
