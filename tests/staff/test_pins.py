"""The six digits: which are refused, how often one may guess."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from frontdesk.kit.errors import DeskError
from frontdesk.staff import services
from frontdesk.staff.models import PIN_TRIES, User
from tests.factories import UserFactory
from tests.staff.conftest import PIN

WEAK = (
    "111111",
    "123456",
    "654321",
    "890123",
    "121212",
    "112211",
    "123123",
    "907907",
    "900214",
    "000229",
    "199002",
    "201512",
)
NOT_SIX = ("", "12345", "1234567", "25804a", "２５８０４６", "258 046", "-25804")


@pytest.mark.parametrize("pin", WEAK)
def test_set_pin_refuses_what_everybody_tries_first(clerk, pin):
    with pytest.raises(DeskError, match="too easy"):
        services.set_pin(clerk, pin=pin)


@pytest.mark.parametrize("pin", NOT_SIX)
def test_set_pin_refuses_anything_but_six_digits(clerk, pin):
    with pytest.raises(DeskError, match="six digits"):
        services.set_pin(clerk, pin=pin)


def test_set_pin_refuses_a_part_of_the_phone_number(db):
    with pytest.raises(DeskError, match="phone number"):
        services.set_pin(UserFactory(phone="138-2580-4617"), pin="258046")


@pytest.mark.parametrize("pin", ["258046", "907341", "310231", "991332", "195013"])
def test_set_pin_takes_other_digits_and_keeps_no_trace_of_them(clerk, pin, clock):
    services.set_pin(clerk, pin=pin)
    clerk.refresh_from_db()

    assert services.verify_pin(clerk, pin) is True
    assert pin not in clerk.pin


def test_verify_pin_refuses_the_right_one_after_five_wrong(clerk, with_pin, clock):
    with_pin(clerk)
    assert [services.verify_pin(clerk, "907341") for _try in range(PIN_TRIES)] == [False] * PIN_TRIES

    with pytest.raises(DeskError, match="five times"):
        services.verify_pin(clerk, PIN)
    services.forgive_pin(clerk)
    assert services.verify_pin(clerk, PIN) is True


def test_removed_pin_opens_nothing(clerk, with_pin, clock):
    with_pin(clerk)
    services.remove_pin(clerk)
    clerk.refresh_from_db()

    assert services.verify_pin(clerk, PIN) is False


@pytest.mark.django_db(transaction=True)
def test_guesses_made_at_once_are_no_more_than_five(clerk, with_pin, clock):
    with_pin(clerk)

    def guess(_number):
        try:
            return services.verify_pin(User.objects.get(pk=clerk.pk), "907341")
        except DeskError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))

    assert (answers.count(False), answers.count("refused")) == (5, 19)
