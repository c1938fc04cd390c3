from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest

from frontdesk.kit import supervisor
from frontdesk.kit.supervisor import Part, Supervisor
from tests.serving import command_of, wait_for

pytestmark = pytest.mark.processes
SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
STUBBORN = [sys.executable, "-S", "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
WITH_CHILD = [sys.executable, "-S", "-c", "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"]


@pytest.fixture
def part():
    part = Part("sleeper", SLEEP)
    yield part
    part.signal_group(signal.SIGKILL)
    if part.process:
        part.process.wait()


@pytest.fixture
def old_handlers():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_look_starts_a_part_that_was_never_started(part):
    part.look()
    assert psutil.pid_exists(part.process.pid)


def test_look_leaves_a_living_part_alone(part):
    part.look()
    first = part.process.pid
    part.look()
    assert part.process.pid == first


def test_look_waits_before_starting_a_dead_part_again_and_longer_each_time(part, caplog):
    for _ in range(3):
        part.start_at = 0
        part.look()
        part.process.kill()
        part.process.wait()
        part.look()
        assert part.process is None
    assert part.pause == supervisor.FIRST_PAUSE * 8
    assert [record.args[2] for record in caplog.records if "ended by itself" in record.msg] == [1.0, 2.0, 4.0]


def test_pause_is_never_longer_than_half_a_minute(part):
    part.pause = supervisor.LONGEST_PAUSE
    part.look()
    part.process.kill()
    part.process.wait()
    part.look()
    assert part.pause == supervisor.LONGEST_PAUSE


def test_pause_is_short_again_after_a_steady_life(part):
    part.pause = supervisor.LONGEST_PAUSE
    part.look()
    part.started -= supervisor.STEADY_AFTER + 1
    part.process.kill()
    part.process.wait()
    part.look()
    assert part.pause == supervisor.FIRST_PAUSE * 2


def test_what_a_dead_part_left_behind_is_ended(part):
    part.command = WITH_CHILD
    part.look()
    wait_for(lambda: psutil.Process(part.process.pid).children() != [])
    orphan = psutil.Process(part.process.pid).children()[0]
    part.process.kill()
    part.process.wait()
    part.look()
    wait_for(lambda: command_of(orphan) == [])


def test_signalling_a_group_that_is_gone_is_no_error(part):
    part.look()
    part.process.kill()
    part.process.wait()
    part.signal_group(signal.SIGTERM)
    assert part.process.returncode == -signal.SIGKILL


@pytest.mark.usefixtures("old_handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_ends_every_part_on_a_signal(part, number):
    other = Part("other", SLEEP)
    threading.Timer(1.0, os.kill, (os.getpid(), number)).start()
    Supervisor([part, other]).run()
    assert [part.process.returncode, other.process.returncode] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_part_that_does_not_finish_is_ended_all_the_same(part, monkeypatch):
    monkeypatch.setattr(supervisor, "END_WITHIN", 0.5)
    part.command = STUBBORN
    part.look()
    wait_for(lambda: _ignores_sigterm(part.process.pid))
    Supervisor([part]).end_all()
    assert part.process.returncode == -signal.SIGKILL


def test_end_all_passes_over_what_never_ran():
    idle = Part("idle", SLEEP)
    Supervisor([idle]).end_all()
    assert idle.process is None


def _ignores_sigterm(pid):
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigIgn"], 16) & (1 << (signal.SIGTERM - 1)))
