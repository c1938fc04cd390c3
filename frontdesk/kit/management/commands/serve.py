"""`manage.py serve`: the whole installation in one terminal; Ctrl-C ends it."""

from __future__ import annotations

import errno
import socket
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from frontdesk.kit import preparation, translations
from frontdesk.kit.errors import DeskError
from frontdesk.kit.supervisor import Part, Supervisor

PARTS = ("web", "worker", "beat")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PORT_WAIT = 2.0  # seconds in which a server that was just killed gives its port back


class Command(BaseCommand):
    """Prepare what is missing, then run web server, background worker and clock until told to end."""

    help = "Start Frontdesk: web server, background worker and clock. The first start prepares everything."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        """Say where to listen and which parts to run here."""
        parser.add_argument("--demo", action="store_true", help="fill an empty database with a demonstration estate")
        parser.add_argument("--only", choices=PARTS, help="run one part here; the others run elsewhere")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", default=8000, type=int, help="port to listen on")

    def handle(self, *args: Any, demo: bool, only: str | None, host: str, port: int, **options: Any) -> None:
        """Check, prepare, run."""
        translations.compile_catalogs()  # a worker's sentences too are in the office's language
        names = (only,) if only else PARTS
        if "web" in names:
            _check_address(host, port)
            self._prepare(demo=demo)
            address = {"host": host, "port": port}
            self.stdout.write(self.style.SUCCESS(_("Frontdesk: http://%(host)s:%(port)s") % address))
            self.stdout.write(_("Ctrl-C ends it."))
        else:
            self._check()
        self.stdout.flush()
        commands = _commands(host, port)
        Supervisor([Part(name, commands[name]) for name in names]).run()

    def _prepare(self, *, demo: bool) -> None:
        try:
            preparation.prepare(self._say)
        except DeskError as error:
            raise CommandError(str(error)) from error
        if demo:
            call_command("demo", stdout=self.stdout)
        if account := import_string(settings.FIRST_ADMIN)():
            shown = {"name": account[0], "password": account[1]}
            self.stdout.write(_("Administrator: %(name)s  Password: %(password)s") % shown)
            self.stdout.write(_("Write it down: it is shown only this once."))

    def _check(self) -> None:
        """Start nothing beside a database that is older than the code or was written with other keys."""
        if missing := preparation.missing_migrations():
            raise CommandError(
                _("The database is not up to date (%(count)s steps). Start the web server first.")
                % {"count": len(missing)}
            )
        try:
            preparation.check_keys()
        except DeskError as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _commands(host: str, port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A", "frontdesk", "--quiet"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    level = ["--loglevel", settings.ENV["FRONTDESK_LOG_LEVEL"]]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    threads = ["--workers", "1", "--blocking-threads", str(settings.ENV["FRONTDESK_WEB_THREADS"])]
    at_once = ["--pool", "threads", "--concurrency", str(settings.ENV["FRONTDESK_WORKER_THREADS"])]
    return {
        "web": [*web, *threads, "--log-level", "warning", "frontdesk.wsgi:application"],
        "worker": [*celery, "worker", *at_once, *quiet, *level],
        "beat": [*celery, "beat", "--pidfile=", *level],
    }


def _check_address(host: str, port: int) -> None:
    """Refuse an address nobody could use, and a port somebody else has."""
    if host not in LOOPBACK and settings.ONLY_THIS_MACHINE:
        raise CommandError(
            _("Other machines cannot reach it yet: set FRONTDESK_HOSTS to the name they use, then start again.")
        )
    deadline = time.monotonic() + PORT_WAIT
    while (error := _listen_error(host, port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(0.2)
    if error == errno.EADDRINUSE:
        raise CommandError(
            _("Port %(port)s is taken: Frontdesk or another program runs there already. Choose another with --port.")
            % {"port": port}
        )
    if error:
        raise CommandError(_("Cannot listen on %(host)s:%(port)s.") % {"host": host, "port": port})


def _listen_error(host: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error.errno or errno.EIO
    return None
