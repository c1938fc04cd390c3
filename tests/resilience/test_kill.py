"""The plug is pulled while five desks record tickets: what the office was told is kept, once, without a gap.

The moment between the commit and its answer is short, so power cuts alone would seldom hit it; every third form is
therefore sent by somebody who hangs up at once and presses the button again.
"""

from __future__ import annotations

import json
import threading

import pytest

from tests.prepared import copy_into
from tests.resilience.desks import Desk, run, work_while_the_plug_is_pulled
from tests.serving import free_port, place

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

DESKS, TICKETS_EACH = 5, 10
ALL = DESKS * TICKETS_EACH
PULLED_AT = (5, 14, 24, 34, 44)
"""After so many confirmed tickets everything is killed."""
PREPARE = f"""
import django; django.setup()
from tests.factories import MembershipFactory, OfficeFactory, UserFactory
office = OfficeFactory(code="south", name="南湖管理处")
for number in range({DESKS}):
    MembershipFactory(office=office, user=UserFactory(username=f"desk{{number}}"))
"""
LOOK = """
import django; django.setup()
import json
from complaints.models import Ticket
from frontdesk.kit.models import Activity, Counter
print(json.dumps({
    "tickets": [[row.get_absolute_url(), row.number, row.subject] for row in Ticket.objects.order_by("number")],
    "counter": [row.last for row in Counter.objects.filter(kind="ticket")],
    "recorded": Activity.objects.filter(verb="record_ticket").count(),
}))
"""


class Clerk(Desk):
    """Records one ticket after the other."""

    def work(self):
        """Record what callers say."""
        for number in range(TICKETS_EACH):
            subject = f"{self.name} 第{number}单"
            form = {"kind": "repair", "channel": "phone", "subject": subject, "place": "大堂"}
            form |= self.hidden(self.until_answered("/tickets/add/")[2])
            if number % 3 == 0:
                self.press_and_not_wait("/tickets/add/", form)
            status, location, _page = self.until_answered("/tickets/add/", form)
            assert status == 302, (status, subject)
            self.confirmed[subject] = location


def test_every_confirmed_ticket_is_there_once_after_kill_9(tmp_path):
    port, closed = free_port(), threading.Event()
    desks = [Clerk(f"http://127.0.0.1:{port}", f"desk{number}", closed) for number in range(DESKS)]
    with place(tmp_path) as environment:
        copy_into(environment)
        run(environment, PREPARE)
        try:
            work_while_the_plug_is_pulled(environment, desks, port, PULLED_AT)
        finally:
            closed.set()
        found = json.loads(run(environment, LOOK))
    confirmed = {subject: location for desk in desks for subject, location in desk.confirmed.items()}
    assert len(confirmed) == ALL
    assert {subject: url for url, _number, subject in found["tickets"]} == confirmed
    numbers = [number for _url, number, _subject in found["tickets"]]
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, ALL + 1))
    assert (found["counter"], found["recorded"]) == ([ALL], ALL)
    assert sum(desk.cut_off for desk in desks) >= len(PULLED_AT)
