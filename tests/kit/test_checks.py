from __future__ import annotations

import pytest
from django.db import connection

from frontdesk.kit import checks


def test_key_files_readable_by_others_are_an_error(tmp_path, settings):
    settings.KEY_DIR = tmp_path
    for name, mode in (("secret_key", 0o640), ("field_keys", 0o600)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    [error] = checks.key_files_are_private()
    assert error.msg == f"{tmp_path}/secret_key can be read by others: chmod 600 {tmp_path}/secret_key"


def test_a_machine_without_keys_has_none_that_others_can_read(tmp_path, settings):
    settings.KEY_DIR = tmp_path / "none"
    assert checks.key_files_are_private() == []


def test_workbooks_are_read_with_defusedxml():
    assert checks.workbooks_are_read_safely() == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_sqlite_that_does_not_wait_for_the_disk_is_an_error():
    assert [error.msg for error in checks.sqlite_keeps_what_it_says()] == [
        "SQLite runs with synchronous=0 instead of 2."
    ]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
def test_postgresql_is_not_asked_for_pragmas():
    assert checks.sqlite_keeps_what_it_says() == []
