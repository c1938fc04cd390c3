from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from frontdesk import environment

README = Path(__file__).resolve().parent.parent / "README.md"


def read(**values):
    return environment.read(values)


def test_nothing_set_gives_one_office_on_one_machine():
    settings = read()
    assert settings["FRONTDESK_DATA_DIR"] == Path("var")
    assert settings["FRONTDESK_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert (settings["DATABASE_URL"], settings["REDIS_URL"]) == (None, "")


def test_empty_value_counts_as_not_set():
    assert read(FRONTDESK_WEB_THREADS=" ")["FRONTDESK_WEB_THREADS"] == 4


def test_unknown_name_stops_with_the_likely_one():
    with pytest.raises(ImproperlyConfigured, match=r"FRONTDESK_DATADIR is not a setting.*mean FRONTDESK_DATA_DIR\?"):
        read(FRONTDESK_DATADIR="x")


def test_unknown_name_like_nothing_stops_without_a_guess():
    with pytest.raises(ImproperlyConfigured, match=r"FRONTDESK_ZZZQQQ is not a setting of Frontdesk\.$"):
        read(FRONTDESK_ZZZQQQ="x")


def test_names_of_other_programs_are_left_alone():
    assert "PATH" not in read(PATH="/bin")


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("off", False)])
def test_switch_reads_yes_and_no(text, value):
    assert read(FRONTDESK_DEBUG=text)["FRONTDESK_DEBUG"] is value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FRONTDESK_DEBUG", "maybe"),
        ("FRONTDESK_WEB_THREADS", "four"),
        ("FRONTDESK_WEB_THREADS", "0"),
        ("FRONTDESK_WORKER_THREADS", "65"),
        ("FRONTDESK_LOG_FORMAT", "xml"),
        ("FRONTDESK_LOG_LEVEL", "info"),
        ("FRONTDESK_TRUSTED_PROXIES", "10.0.0.5, proxy"),
    ],
)
def test_value_that_cannot_be_used_stops_and_is_shown(name, text):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: “{text}” cannot be used: "):
        read(**{name: text})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "mysql://u:secret-word@h/n"),
        ("DATABASE_URL", "secret-word"),
        ("DATABASE_URL", "postgres://u:secret-word@h:5432/"),
        ("REDIS_URL", "amqp://u:secret-word@h"),
    ],
)
def test_address_that_cannot_be_used_stops_without_showing_its_password(name, text):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: its value cannot be used: ") as caught:
        read(**{name: text})
    assert "secret-word" not in str(caught.value)


def test_database_address_is_taken_apart():
    found = read(DATABASE_URL="postgres://desk:pass@db:5433/front")["DATABASE_URL"]
    assert (found["NAME"], found["USER"], found["HOST"], found["PORT"]) == ("front", "desk", "db", 5433)


def test_proxies_are_a_list_of_addresses():
    assert read(FRONTDESK_TRUSTED_PROXIES="10.0.0.5, ::1")["FRONTDESK_TRUSTED_PROXIES"] == ["10.0.0.5", "::1"]


def test_readme_holds_the_table_as_it_is_read():
    assert environment.as_table() in README.read_text()
