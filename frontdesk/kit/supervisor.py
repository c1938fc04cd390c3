"""Keeps the parts of the installation running together: starts them, starts again what dies, ends them all."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_AFTER = 60.0  # seconds a part must live before its next death counts as the first again
END_WITHIN = 20.0  # seconds a part gets to finish what it is doing
LOOK_EVERY = 0.2

logger = logging.getLogger(__name__)
libc = ctypes.CDLL(None)


@dataclass
class Part:
    """One child process and what is known of its lives."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = 0.0
    starts: int = field(default=0)

    def start(self) -> None:
        """Start it at the head of a process group of its own, tied to our life."""
        parent = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603 -- our own command lines
            self.command,
            start_new_session=True,  # Ctrl-C in the terminal is ours to pass on
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 -- this process has one thread
        )
        self.started = time.monotonic()
        self.starts += 1
        logger.info("%s started (%s)", self.name, self.process.pid)

    def look(self) -> None:
        """Start it when its time has come; when it died, sweep up after it and set the time of the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.pause = FIRST_PAUSE if now - self.started > STEADY_AFTER else self.pause
        logger.error("%s ended by itself (%s); next start in %.0f s", self.name, code, self.pause)
        self.signal_group(signal.SIGKILL)  # what it left behind would hold the port or the queue
        self.process = None
        self.start_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the part and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    """Runs the parts until told to end."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)
        self._ending = False

    def run(self) -> None:
        """Block until SIGINT, SIGTERM or SIGHUP; then end every part."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self._ending:
                for part in self.parts:
                    part.look()
                time.sleep(LOOK_EVERY)
        finally:
            self.end_all()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def end_all(self) -> None:
        """Ask every part to finish, wait, then insist."""
        for part in self.parts:
            if part.process is not None and part.process.poll() is None:
                part.process.terminate()
        deadline = time.monotonic() + END_WITHIN
        for part in self.parts:
            if part.process is None:
                continue
            try:
                part.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning("%s did not finish within %.0f s", part.name, END_WITHIN)
            part.signal_group(signal.SIGKILL)
            part.process.wait()
            logger.info("%s ended", part.name)


def _die_with(parent: int) -> None:
    """Ask the kernel to end this child when its parent dies, even by kill -9."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(1)
