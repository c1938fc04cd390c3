"""The number to call: in full for half a minute in place of the button, then the button again (R-EST-04)."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket
from frontdesk.kit.activity import history_of
from tests.chromium import PHONE
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(home, office, engineer):
    """In the engineer's hands, its number that of the resident on the register."""
    person = home.tenures.get().person
    state = Ticket.State.ACCEPTED
    return TicketFactory(office=office, unit=home, person=person, caller_phone="", assignee=engineer, state=state)


@pytest.mark.parametrize("path", ["/my-work/", "ticket"])
def test_number_goes_after_half_a_minute_and_the_button_works_again(sit_down, engineer, ticket, path):
    page = sit_down(engineer, viewport=PHONE)
    page.clock.install()
    page.goto(ticket.get_absolute_url() if path == "ticket" else path)
    button = page.get_by_role("button", name=_("Call"), exact=True)
    number = page.locator("a[href^='tel:']")
    for looks in (1, 2):
        button.click()
        expect(number).to_have_text(ticket.phone_number)
        expect(button).to_have_count(0)
        page.clock.run_for(29_000)  # not a jump: htmx settles first, then the half minute begins
        expect(number).to_be_visible()
        page.clock.run_for(2_000)
        expect(number).to_have_count(0)
        assert ticket.phone_number not in page.content()
        expect(button).to_be_visible()
        assert history_of(ticket.person).filter(verb="call_person").count() == looks
