"""What the environment does to the settings, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.serving import ROOT

NAMES = (
    "DEBUG", "HTTPS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
    "DATABASES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS", "TRUSTED_PROXIES",
)  # fmt: skip


@pytest.fixture
def settings_with(tmp_path):
    def read(**values):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        program = f"import json; from frontdesk import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}, default=str))"  # noqa: E501
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=kept | {"FRONTDESK_DATA_DIR": str(tmp_path)} | values,
            capture_output=True,
            text=True,
            check=False,
        )

    return read


def values_of(answer):
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_this_machine_alone_needs_no_https(settings_with):
    found = values_of(settings_with())
    assert [found[name] for name in NAMES[:6]] == [False, False, False, False, False, 0]


def test_a_name_on_the_network_turns_https_on(settings_with):
    found = values_of(settings_with(FRONTDESK_HOSTS="desk.example.com"))
    assert [found[name] for name in NAMES[:6]] == [False, True, True, True, True, 31_536_000]


def test_plain_http_on_an_intranet_is_a_switch(settings_with):
    found = values_of(settings_with(FRONTDESK_HOSTS="desk.lan", FRONTDESK_PLAIN_HTTP="yes"))
    assert [found[name] for name in NAMES[:6]] == [False, False, False, False, False, 0]


def test_debug_is_refused_on_the_network(settings_with):
    answer = settings_with(FRONTDESK_HOSTS="desk.example.com", FRONTDESK_DEBUG="yes")
    assert answer.returncode == 1
    assert "works only while FRONTDESK_HOSTS names this machine alone" in answer.stderr


def test_sqlite_takes_the_write_lock_first_and_waits_for_the_disk(settings_with, tmp_path):
    database = values_of(settings_with())["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "frontdesk.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "PRAGMA synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert "ATOMIC_REQUESTS" not in database


def test_postgresql_is_asked_whether_it_still_lives(settings_with):
    database = values_of(settings_with(DATABASE_URL="postgres://u:p@h:5432/n"))["DATABASES"]["default"]
    assert (database["ENGINE"], database["CONN_HEALTH_CHECKS"]) == ("django.db.backends.postgresql", True)


def test_without_redis_the_queue_lies_in_the_data_folder(settings_with, tmp_path):
    found = values_of(settings_with())
    assert found["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["data_folder_in"] == str(tmp_path / "queue" / "messages")


def test_with_redis_work_of_a_killed_worker_is_handed_out_again(settings_with):
    found = values_of(settings_with(REDIS_URL="redis://h:6379/0"))
    assert found["CELERY_BROKER_URL"] == "redis://h:6379/0"
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] == 900


def test_a_lost_key_file_beside_a_database_stops_the_start(settings_with, tmp_path):
    values_of(settings_with())
    (tmp_path / "frontdesk.sqlite3").touch()
    (tmp_path / "keys" / "field_keys").unlink()
    answer = settings_with()
    assert answer.returncode == 1
    assert "Put the file back" in answer.stderr


def test_no_key_is_made_before_postgresql_was_asked(settings_with, tmp_path):
    values_of(settings_with(DATABASE_URL="postgres://u:p@h:5432/n"))
    assert not (tmp_path / "keys").exists()
