"""The plug is pulled while five desks record tickets: what the office was told is kept, once, without a gap.

The moment between the commit and its answer is short, so power cuts alone would seldom hit it; every third form is
therefore sent by somebody who hangs up at once and presses the button again.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

import pytest

from tests.serving import ROOT, free_port, installation, place, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

DESKS, TICKETS_EACH = 5, 10
ALL = DESKS * TICKETS_EACH
PULLED_AT = (5, 14, 24, 34, 44)
"""After so many confirmed tickets everything is killed."""
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
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


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hand a redirect back as the answer: where it leads is the confirmation."""

    def redirect_request(self, *_args):
        """Follow nothing."""


@dataclass
class Desk:
    """A clerk whose browser sends the same form again until the server has confirmed it."""

    url: str
    name: str
    closed: threading.Event
    confirmed: dict[str, str] = field(default_factory=dict)
    cut_off: int = 0

    def __post_init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), NoRedirect)

    def log_in(self):
        form = {"username": self.name, "password": "desk-password-1"}
        assert self.ask("/login/", form | self.hidden(self.ask("/login/")[2]))[0] == 302

    def work(self):
        """Record one ticket after the other."""
        for number in range(TICKETS_EACH):
            subject = f"{self.name} 第{number}单"
            form = {"kind": "repair", "channel": "phone", "subject": subject, "place": "大堂"}
            form |= self.hidden(self.until_answered("/tickets/add/")[2])
            if number % 3 == 0:
                self.press_and_not_wait("/tickets/add/", form)
            status, location, _page = self.until_answered("/tickets/add/", form)
            assert status == 302, (status, subject)
            self.confirmed[subject] = location

    def press_and_not_wait(self, path, form):
        """Send a form and hang up before the answer: the server may have done it, and nobody was told."""
        with suppress(OSError, http.client.HTTPException):
            self.ask(path, form, patience=0.05)

    def until_answered(self, path, form=None):
        """Ask again and again, as somebody who presses the button until the page moves on."""
        while not self.closed.wait(0.05):
            try:
                status, location, page = self.ask(path, form)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    self.cut_off += 1
            except (http.client.HTTPException, OSError):
                self.cut_off += 1
            else:
                if status < 500:
                    return status, location, page
        raise SystemExit  # the test is over

    def ask(self, path, form=None, *, patience=30):
        """Send one request; return status, where it leads, and the page."""
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.url + path, data, headers={"Referer": self.url + path})
        try:
            with self.opener.open(request, timeout=patience) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode()

    @staticmethod
    def hidden(page):
        """Return the hidden fields of a form: token and key."""
        inputs = re.findall(r'<input type="hidden" [^>]*>', page)
        named = [(re.search(r'name="(\w+)"', text), re.search(r'value="([^"]*)"', text)) for text in inputs]
        wanted = {"csrfmiddlewaretoken", "once"}
        return {name[1]: value[1] for name, value in named if name and value and name[1] in wanted}


def run(environment, script):
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_every_confirmed_ticket_is_there_once_after_kill_9(tmp_path):
    port, closed = free_port(), threading.Event()
    desks = [Desk(f"http://127.0.0.1:{port}", f"desk{number}", closed) for number in range(DESKS)]
    with place(tmp_path) as environment:
        run(environment, PREPARE)
        try:
            _record_while_the_plug_is_pulled(environment, desks, port)
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


def _record_while_the_plug_is_pulled(environment, desks, port):
    """Let all desks work at once through five power cuts."""
    threads = [threading.Thread(target=desk.work, daemon=True) for desk in desks]
    for number, pulled_at in enumerate((*PULLED_AT, None)):
        with installation(environment, port=port) as server:
            server.wait_until_ready()
            if number == 0:
                for desk, thread in zip(desks, threads, strict=True):
                    desk.log_in()
                    thread.start()
            if pulled_at is None:
                wait_for(lambda: not any(thread.is_alive() for thread in threads))
            else:
                wait_for(lambda count=pulled_at: sum(len(desk.confirmed) for desk in desks) >= count)
                server.kill_everything()
