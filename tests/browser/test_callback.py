"""R-CB-01 as a clerk does it: the form is open, one answer after the other, a bad one begins anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from complaints.models import Callback, Ticket
from tests.factories import CallbackFactory, QuestionFormFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_calls_one_after_the_other(office, clerk, sit_down, problems):
    form = QuestionFormFactory(office=office)
    first, second = (
        CallbackFactory(ticket__office=office, ticket__first_contact=clerk, ticket__caller_phone=number, form=form)
        for number in ("13812345678", "13900000001")
    )
    page = sit_down(clerk)
    page.goto(first.get_absolute_url())
    card, slot = page.locator("#card"), page.locator("#move")
    expect(slot.locator("input[name=satisfaction]")).to_have_count(5)
    card.locator("form[action$='/caller/'] button").click()
    expect(card.get_by_role("link", name="13812345678")).to_be_visible()

    slot.locator("input[name=satisfaction][value='1']").check()
    slot.locator("button.btn-primary").click()
    expect(slot.locator(".invalid-feedback")).to_have_count(1)
    slot.locator("input[name=outcome][value=dissatisfied]").check()
    slot.locator("textarea[name=remarks]").fill("又漏了")
    slot.locator("button.btn-primary").click()

    expect(page).to_have_url(re.compile(second.get_absolute_url()))
    expect(page.locator("#messages")).to_contain_text(first.ticket.number)
    slot.locator("input[name=satisfaction][value='5']").check()
    slot.locator("button.btn-primary").click()
    expect(page).to_have_url(re.compile("/callbacks/"))
    expect(page.locator("#list")).to_be_visible()

    assert set(Callback.objects.values_list("satisfaction", "state")) == {(1, "done"), (5, "done")}
    assert list(Ticket.objects.followed_by(clerk)) == [first.ticket]
    assert not problems
