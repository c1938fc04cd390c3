"""What was tried and refused is in the log: who, where, which right was missing; nothing else changes."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from django.urls import reverse

from fees.services import count_till, request_reversal
from frontdesk.kit.logs import ContextFilter
from frontdesk.kit.models import Activity, Notification
from tests.factories import CorrectionFactory, ReductionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(caplog):
    """The lines of the log with whose they are."""
    caplog.handler.addFilter(ContextFilter())
    caplog.set_level(logging.INFO)

    def lines():
        ours = ("django.request", "frontdesk.kit.errorviews", "frontdesk.kit.pages.acting")
        return [(row.getMessage(), row.user_id) for row in caplog.records if row.name in ours and row.user_id]

    return lines


@pytest.fixture
def void(owe, pay, cashier):
    """A void the cashier asked for."""
    return request_reversal(pay(owe()), kind="void", reason="收错", by=cashier)


@pytest.fixture
def tried(client_of, log):
    """Send a form as somebody and return what the log says of it; no row of the history and no notice may appear."""

    def send(user, path, **data):
        before = Activity.objects.count(), Notification.objects.count()
        status = client_of(user, confirmed=True).post(path, {"once": str(uuid4()), **data}).status_code
        assert (Activity.objects.count(), Notification.objects.count()) == before
        return status, log()

    return send


def act(obj, name):
    """The address of a move."""
    return reverse(f"fees:{obj._meta.model_name}_move", args=[obj.pk, name])


@pytest.mark.parametrize("who", ["clerk", "cashier", "supervisor"])
def test_void_approved_by_who_may_not(void, tried, request, who):
    user, path = request.getfixturevalue(who), act(void, "approve_reversal")
    assert tried(user, path) == (403, [(f"Forbidden (Permission denied): {path}", user.pk)])


def test_void_asked_for_by_who_approves_it(owe, pay, manager, tried):
    path = act(request_reversal(pay(owe()), kind="void", reason="收错", by=manager), "approve_reversal")
    assert tried(manager, path) == (403, [(f"Forbidden (Permission denied): {path}", manager.pk)])


@pytest.mark.parametrize(
    ("make", "move"), [(ReductionFactory, "approve_reduction"), (CorrectionFactory, "approve_correction")]
)
def test_reduction_and_correction_approved_by_a_clerk(office, clerk, tried, make, move):
    where = {"unit__office": office} if make is ReductionFactory else {"bill__unit__office": office}
    path = act(make(**where), move)
    assert tried(clerk, path) == (403, [(f"Forbidden (Permission denied): {path}", clerk.pk)])


def test_till_confirmed_by_who_counted_it(owe, pay, cashier, tried):
    path = act(count_till(pay(owe()).till, counts={}, slips={}, by=cashier, reason="差额"), "confirm_till")
    assert tried(cashier, path) == (403, [(f"Forbidden (Permission denied): {path}", cashier.pk)])


def test_void_of_another_office_is_not_there(void, outsider, tried):
    path = act(void, "approve_reversal")
    assert tried(outsider, path) == (404, [(f"POST {path} is not there, or not for this person", outsider.pk)])


def test_what_a_rule_refuses_is_logged_without_its_sentence(void, manager, tried):
    path = act(void, "refuse_reversal")
    assert tried(manager, path, note=" ") == (200, [])  # the form itself asks for the reason
    assert tried(manager, act(void, "approve_reversal"), note="x" * 5000)[0] == 200


def test_void_decided_twice_is_logged_as_too_late(void, manager, client_of, log):
    path, client = act(void, "refuse_reversal"), client_of(manager, confirmed=True)
    for _twice in range(2):
        client.post(path, {"once": str(uuid4()), "note": "收据无误"})
    assert log() == [(f"POST {path} refused: Conflict ", manager.pk)]
