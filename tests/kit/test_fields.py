import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from frontdesk.estate.models import Person
from frontdesk.kit.fields import blind_index, seal
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

NUMBER = "110101199001011237"


def _stored(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM estate_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def test_encrypted_text_is_unreadable_in_the_database():
    person = PersonFactory(id_number=NUMBER)
    assert NUMBER not in _stored(person)
    assert Person.objects.get(pk=person.pk).id_number == NUMBER


def test_encrypted_text_keeps_an_empty_text_empty():
    person = PersonFactory(id_number="")
    assert _stored(person) == ""
    assert Person.objects.get(pk=person.pk).id_number == ""


def test_a_second_key_still_opens_what_the_first_one_wrote(settings):
    person = PersonFactory(id_number=NUMBER)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert Person.objects.get(pk=person.pk).id_number == NUMBER


def test_a_wrong_key_stops_instead_of_showing_ciphertext(settings):
    person = PersonFactory(id_number=NUMBER)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured):
        Person.objects.get(pk=person.pk)


def test_blind_index_is_the_same_for_the_same_number_however_typed(settings):
    assert blind_index("11010119900101123x") == blind_index(" １１０１０１１９９００１０１１２３X ")
    assert blind_index(NUMBER) != blind_index("110101199001011229")
    assert blind_index("") == ""
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    before = blind_index(NUMBER)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert blind_index(NUMBER) != before


def test_seal_without_any_key_says_what_is_missing(settings):
    settings.FIELD_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="serve"):
        seal(NUMBER)
