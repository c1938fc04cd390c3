from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import translation

from frontdesk.kit import fingerprints, preparation
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import KeyFingerprint
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def _key():
    return Fernet.generate_key().decode()


@pytest.fixture
def no_keys(settings, tmp_path):
    settings.KEY_DIR = tmp_path / "keys"
    settings.FIELD_KEYS = []
    return settings.KEY_DIR


def test_note_keeps_one_digest_a_key_and_never_the_key(settings):
    settings.FIELD_KEYS = [_key(), _key()]
    fingerprints.note()
    fingerprints.note()
    digests = [mark.digest for mark in KeyFingerprint.objects.all()]
    assert len(set(digests)) == len(digests) == 2
    assert not {*digests} & {*settings.FIELD_KEYS}


def test_compare_refuses_other_keys_in_the_language_of_the_office(settings):
    fingerprints.note()
    settings.FIELD_KEYS = [_key()]
    with pytest.raises(DeskError, match="密钥"):
        fingerprints.compare()
    with translation.override("en"), pytest.raises(DeskError, match=str(settings.KEY_DIR)):
        fingerprints.compare()


def test_prepare_refuses_other_keys(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    fingerprints.note()
    settings.FIELD_KEYS = [_key()]
    with pytest.raises(DeskError):
        preparation.prepare(print)


def test_compare_takes_a_newer_key_before_the_noted_ones(settings):
    fingerprints.note()
    settings.FIELD_KEYS = [_key(), *settings.FIELD_KEYS]
    fingerprints.compare()
    fingerprints.note()
    assert KeyFingerprint.objects.count() == 2


def test_compare_refuses_an_older_key_behind_the_noted_ones(settings):
    fingerprints.note()
    settings.FIELD_KEYS = [*settings.FIELD_KEYS, _key()]
    with pytest.raises(DeskError):
        fingerprints.compare()


def test_compare_refuses_a_key_file_that_misses_the_newest(settings):
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [_key(), *old]
    fingerprints.note()
    settings.FIELD_KEYS = old
    with pytest.raises(DeskError):
        fingerprints.compare()


def test_compare_makes_the_keys_of_an_empty_database(settings, no_keys):
    fingerprints.compare()
    assert sorted(path.name for path in no_keys.iterdir()) == ["field_keys", "secret_key"]
    assert [(no_keys / "field_keys").read_text().strip()] == settings.FIELD_KEYS


def test_compare_makes_no_keys_beside_noted_ones(settings, no_keys):
    KeyFingerprint.objects.create(digest="0" * 64)
    with pytest.raises(DeskError, match="密钥"):
        fingerprints.compare()
    assert not no_keys.exists()


def test_compare_makes_no_keys_beside_encrypted_data(settings, no_keys):
    settings.FIELD_KEYS = [_key()]
    PersonFactory(id_number="110101199001011237")
    settings.FIELD_KEYS = []
    with pytest.raises(DeskError):
        fingerprints.compare()
    assert not no_keys.exists()


def test_compare_makes_no_keys_beside_a_database_of_an_older_version(no_keys):
    _without_fingerprints()
    with pytest.raises(DeskError):
        fingerprints.compare()
    assert not no_keys.exists()


def test_compare_tries_the_data_of_an_older_version(settings):
    PersonFactory(id_number="110101199001011237")
    _without_fingerprints()
    fingerprints.compare()
    settings.FIELD_KEYS = [_key()]
    with pytest.raises(DeskError):
        fingerprints.compare()


def _without_fingerprints():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {KeyFingerprint._meta.db_table}")
