from __future__ import annotations

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from frontdesk.kit import preparation


@pytest.fixture
def static_root(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


def test_static_files_are_collected_once(static_root):
    assert not preparation.is_collected()
    preparation.collect()
    assert preparation.is_collected()
    assert (static_root / "vendor/bootstrap/bootstrap.min.css").exists()


@pytest.mark.usefixtures("static_root")
def test_a_changed_source_is_collected_again(tmp_path, settings):
    preparation.collect()
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, tmp_path / "more"]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "new.css").touch()
    assert not preparation.is_collected()


@pytest.mark.django_db
@pytest.mark.usefixtures("static_root")
def test_prepare_says_what_takes_time_and_nothing_the_second_time():
    said = []
    preparation.prepare(said.append)
    assert len(said) == 1
    preparation.prepare(said.append)
    assert len(said) == 1


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_misses_nothing():
    assert preparation.missing_migrations() == []


@pytest.mark.django_db(transaction=True)
def test_two_preparations_wait_for_each_other():
    entered = []

    def second():
        with preparation.alone():
            entered.append("second")
        connection.close()

    with preparation.alone():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        entered.append("first")
    thread.join(10)
    assert entered == ["first", "second"]


@pytest.mark.django_db
def test_fetch_assets_has_nothing_to_do_when_they_are_there(capsys):
    call_command("fetch_assets")
    assert capsys.readouterr().out.count("\n") == 1
