"""An act opened at its own address, from a notice or in a new tab: afterwards one stands on the record's page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from complaints.models import Ticket
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_dispatching_at_the_acts_own_address_leads_to_the_ticket(sit_down, office, supervisor, engineer):
    ticket = TicketFactory(office=office, first_contact=supervisor)
    page = sit_down(supervisor)
    page.goto(reverse("complaints:ticket_move", args=[ticket.pk, "dispatch_ticket"]))
    button = page.get_by_role("button", name=_("Dispatch"), exact=True)
    button.click()
    expect(page.locator("#move .invalid-feedback, #move .alert").first).to_be_visible()  # to whom?
    page.get_by_label(_("Engineer or colleague")).select_option(label=engineer.name)
    button.click()
    expect(page).to_have_url(re.compile(f"{ticket.get_absolute_url()}$"))
    expect(page.locator("#state")).to_have_text(str(Ticket.State.DISPATCHED.label))
    expect(page.locator("#messages")).to_contain_text(_("Dispatched."))
