"""From where an act was done: for who answers for others, on each entry of the activity."""

from __future__ import annotations

import pytest

from frontdesk.kit.activity import record
from frontdesk.kit.context import context
from frontdesk.kit.pages.history import entries_of
from tests.factories import AreaFactory, TicketFactory

pytestmark = pytest.mark.django_db

PLACES = ["192.0.2.7", "前台一号机"]


@pytest.fixture
def ticket(office, clerk):
    """Done with from a desk PC, from another machine, and by the software itself."""
    ticket = TicketFactory(office=office)
    with context(ip="192.0.2.9", device="前台一号机"):
        record(ticket, "record_ticket", by=clerk)
    with context(ip="192.0.2.7"):
        record(ticket, "comment_ticket", by=clerk)
    record(ticket, "escalate_ticket", by=None)
    return ticket


@pytest.mark.parametrize("who", ["supervisor", "manager", "admin"])
def test_entries_say_from_where_to_who_answers_for_others(ticket, who, request):
    entries, _more = entries_of(ticket, viewer=request.getfixturevalue(who))
    assert [entry.place for entry in entries] == ["", *PLACES]


@pytest.mark.parametrize("who", ["clerk", "cashier", "engineer", "company", "outsider"])
def test_entries_keep_from_where_to_themselves_before_others(ticket, who, request):
    entries, _more = entries_of(ticket, viewer=request.getfixturevalue(who))
    assert [entry.place for entry in entries] == ["", "", ""]


def test_entries_say_from_where_in_the_office_answered_for_only(ticket, supervisor, other_office):
    elsewhere = AreaFactory(office=other_office)
    with context(ip="192.0.2.7"):
        record(elsewhere, "edit", by=None)
    assert [entry.place for entry in entries_of(elsewhere, viewer=supervisor)[0]] == [""]


def test_the_page_shows_it_small_to_a_supervisor_and_not_to_a_clerk(ticket, supervisor, clerk, client_of):
    for user, shown in ((supervisor, True), (clerk, False)):
        html = client_of(user).get(ticket.get_absolute_url()).content.decode()
        found = [f'<span class="timeline-place">{place}</span>' in html for place in PLACES]
        assert found == [shown, shown]
        assert "192.0.2.9" not in html
