from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from frontdesk import keyfiles


def test_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = keyfiles.secret_key(tmp_path / "keys")
    assert keyfiles.secret_key(tmp_path / "keys") == first
    assert len(first) > 50
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_many_first_starts_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: keyfiles.secret_key(tmp_path), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_field_keys_are_made_beside_no_data(tmp_path):
    [key] = keyfiles.field_keys(tmp_path, data_exists=False)
    assert keyfiles.field_keys(tmp_path, data_exists=True) == [key]


def test_field_keys_are_never_made_beside_data(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="Put the file back"):
        keyfiles.field_keys(tmp_path, data_exists=True)
    assert list(tmp_path.iterdir()) == []


def test_several_field_keys_come_in_the_order_of_the_file(tmp_path):
    keys = [Fernet.generate_key().decode() for _ in range(3)]
    (tmp_path / "field_keys").write_text("\n".join(keys) + "\n")
    assert keyfiles.field_keys(tmp_path, data_exists=True) == keys


@pytest.mark.parametrize(("text", "sentence"), [("not a key\n", "not a key"), ("\n", "is empty")])
def test_damaged_field_keys_stop_the_start(tmp_path, text, sentence):
    (tmp_path / "field_keys").write_text(text)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        keyfiles.field_keys(tmp_path, data_exists=True)
