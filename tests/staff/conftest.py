"""What the tests of accounts and screens use: the password everybody has, a desk PC, a moment by day."""

from __future__ import annotations

import pytest
import time_machine
from django.core.signing import get_cookie_signer
from django.test import Client

from frontdesk.staff import desks, services

PASSWORD = "desk-password-1"
PIN = "258046"
NOON = "2026-11-20 12:00:00+08:00"


@pytest.fixture(autouse=True)
def _in_english(settings):
    """Let the log-in pages speak the language of the source; what people choose themselves counts more."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def clock():
    """Stop the time at noon of a working day; `clock.shift(seconds)` moves it on."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def log_in():
    """Log a person in through the page, as people do."""

    def act(user, password=PASSWORD, client=None, **fields):
        client = client or Client()
        client.response = client.post("/login/", {"username": user.username, "password": password, **fields})
        return client

    return act


@pytest.fixture
def with_pin():
    """Give a person the PIN of these tests."""

    def act(user):
        services.set_pin(user, pin=PIN)
        user.refresh_from_db()
        return user

    return act


def make_desk(office, by):
    """Give a browser that is a desk PC of an office, nobody logged in."""
    device, secret = services.enrol_device(office=office, name="前台1号", by=by)
    client = Client()
    client.cookies[desks.COOKIE] = get_cookie_signer(salt=desks.COOKIE + desks.SALT).sign(secret)
    client.device = device
    return client


@pytest.fixture
def desk(office, supervisor):
    """A desk PC of the cast's office."""
    return make_desk(office, supervisor)
