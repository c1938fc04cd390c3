"""A whole installation of its own for a test: `serve` in a child process, with fresh data, killed at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 60.0


@dataclass
class Installation:
    """A running `serve`."""

    process: subprocess.Popen
    port: int
    log_file: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything it printed so far."""
        return self.log_file.read_text()

    def status(self, path: str) -> int:
        """Ask for a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait_until_ready(self) -> None:
        """Wait for the first page."""
        wait_for(lambda: self.process.poll() is not None or self.status("/readyz") == 200, START_WITHIN)
        assert self.process.poll() is None, self.log

    def child(self, word: str) -> psutil.Process | None:
        """Return the running part whose command line has this word: granian, worker, beat."""
        parts = psutil.Process(self.process.pid).children()
        return next((part for part in parts if word in command_of(part)), None)

    def everything(self) -> list[psutil.Process]:
        """Return all its processes."""
        head = psutil.Process(self.process.pid)
        return [head, *head.children(recursive=True)]

    def kill_everything(self) -> None:
        """Pull the plug: kill -9 for all of it at once."""
        for process in self.everything():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(10)


def command_of(process: psutil.Process) -> list[str]:
    """Return the words of a command line; none of a process that has ended, be it while it is asked."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@contextmanager
def place(folder: Path) -> Iterator[dict[str, str]]:
    """Make room for one installation: its settings, on PostgreSQL a database of its own, on Redis a queue apart."""
    ours = ("FRONTDESK_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept |= {
        "DJANGO_SETTINGS_MODULE": "frontdesk.settings",
        "FRONTDESK_DATA_DIR": str(folder),
        "FRONTDESK_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }
    if redis := kept.get("REDIS_URL"):
        kept["REDIS_URL"] = urlsplit(redis)._replace(path=f"/{2 + os.getpid() % 14}").geturl()  # two runs do not meet
    if not (url := kept.get("DATABASE_URL")):
        yield kept
        return
    name = f"serve_{os.getpid()}_{folder.name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield kept | {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def installation(environment: dict[str, str], *arguments: str, port: int | None = None) -> Iterator[Installation]:
    """Run `serve` with these settings and leave no process behind."""
    port = port or free_port()
    log_file = Path(environment["FRONTDESK_DATA_DIR"]) / "serve.log"
    with log_file.open("ab") as log:
        command = [sys.executable, "manage.py", "serve", "--port", str(port), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield Installation(process, port, log_file)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(40)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds:.0f} s"
        time.sleep(0.1)
