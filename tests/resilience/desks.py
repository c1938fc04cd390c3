"""People at their desks while the plug is pulled: who sent a form sends it again until the server has confirmed it."""

from __future__ import annotations

import http.client
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

from tests.serving import ROOT, installation, wait_for


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hand a redirect back as the answer: where it leads is the confirmation."""

    def redirect_request(self, *_args):
        """Follow nothing."""


@dataclass
class Desk:
    """Somebody whose browser sends the same form again until the server has confirmed it."""

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


def work_while_the_plug_is_pulled(environment, desks, port, pulled_at):
    """Let all desks work at once; kill everything after so many confirmed forms, start again, until all are done."""
    threads = [threading.Thread(target=desk.work, daemon=True) for desk in desks]
    for number, confirmed in enumerate((*pulled_at, None)):
        with installation(environment, port=port) as server:
            server.wait_until_ready()
            if number == 0:
                for desk, thread in zip(desks, threads, strict=True):
                    desk.log_in()
                    thread.start()
            if confirmed is None:
                wait_for(lambda: not any(thread.is_alive() for thread in threads))
            else:
                wait_for(lambda count=confirmed: sum(len(desk.confirmed) for desk in desks) >= count)
                server.kill_everything()
