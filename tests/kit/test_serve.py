"""`manage.py serve` as an office starts it: real processes, real signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from frontdesk.kit.models import KeyFingerprint
from tests.serving import ROOT, command_of, free_port, installation, place, wait_for

pytestmark = pytest.mark.processes


def manage(environment, *words):
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def parts_seen():
    """End this process's supervisor after three seconds as a terminal would; tell which parts ran until then."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in numbers}
    seen = []

    def end():
        seen.extend(command_of(child) for child in psutil.Process().children())
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Timer(3, end).start()
    yield seen
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with place(tmp_path_factory.mktemp("serve")) as environment:
        yield environment


@pytest.fixture(scope="module")
def desk(environment):
    with installation(environment) as desk:
        desk.wait_until_ready()
        yield desk


def test_first_start_makes_keys_for_the_owner_only(desk):
    folder = desk.log_file.parent / "keys"
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "secret_key": 0o600,
        "field_keys": 0o600,
    }


def test_first_start_prints_the_administrator_once(desk):
    assert desk.log.count("admin") == 1


def test_clock_and_worker_are_seen_by_the_health_page(desk):
    wait_for(lambda: "frontdesk.kit.tasks.tick" in desk.log and "succeeded" in desk.log)
    assert desk.status("/readyz") == 200


def test_second_start_on_the_same_port_says_so(desk, environment):
    second = manage(environment, "serve", "--port", str(desk.port))
    assert second.returncode == 1
    assert str(desk.port) in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("part", ["granian", "worker", "beat"])
def test_a_part_that_is_killed_is_started_again(desk, part):
    before = desk.child(part)
    before.kill()
    wait_for(lambda: desk.child(part) not in {None, before})
    wait_for(lambda: desk.status("/healthz") == 200)


def test_sigterm_ends_every_process(environment):
    with installation(environment) as desk:
        desk.wait_until_ready()
        everything = desk.everything()
        desk.process.terminate()
        assert desk.process.wait(40) == 0
        assert [process for process in everything if process.is_running()] == []


def test_kill_9_of_the_head_takes_its_children_along(environment):
    with installation(environment) as desk:
        desk.wait_until_ready()
        children = desk.everything()[1:]
        desk.process.kill()
        _gone, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []


def test_second_start_after_pulling_the_plug_is_ready_again(environment):
    port = free_port()
    with installation(environment, port=port) as desk:
        desk.wait_until_ready()
        desk.kill_everything()
    started = time.monotonic()
    with installation(environment, port=port) as desk:
        desk.wait_until_ready()
        assert time.monotonic() - started < 60


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_only_runs_one_part_and_ends_on_a_signal(part, parts_seen, capsys):
    call_command("serve", "--only", part, "--port", str(free_port()))
    [command] = [command for command in parts_seen if "-m" in command]
    assert ("granian" if part == "web" else part) in command
    assert ("http://127.0.0.1" in capsys.readouterr().out) == (part == "web")


@pytest.mark.django_db
def test_only_worker_refuses_a_database_nobody_prepared():
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    with pytest.raises(CommandError, match="1"):
        call_command("serve", "--only", "worker")


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_only_refuses_keys_that_are_not_the_databases(part):
    KeyFingerprint.objects.create(digest="0" * 64)
    with pytest.raises(CommandError, match="密钥"):
        call_command("serve", "--only", part, "--port", str(free_port()))


@pytest.mark.django_db
@pytest.mark.usefixtures("parts_seen")
def test_only_worker_compiles_the_catalogues(tmp_path, settings):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    call_command("serve", "--only", "worker")
    assert source.with_suffix(".mo").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite there is one machine")
def test_a_second_machine_without_the_keys_is_refused_and_makes_none(desk, environment, tmp_path):
    second = manage(environment | {"FRONTDESK_DATA_DIR": str(tmp_path)}, "serve", "--only", "worker")
    assert (second.returncode, "密钥" in second.stderr) == (1, True)
    assert not (tmp_path / "keys").exists()


def test_an_address_nobody_could_use_is_refused():
    with pytest.raises(CommandError, match="FRONTDESK_HOSTS"):
        call_command("serve", "--host", "0.0.0.0", "--port", str(free_port()))


def test_an_address_of_another_machine_is_refused(settings):
    settings.ONLY_THIS_MACHINE = False
    with pytest.raises(CommandError, match=r"192\.0\.2\.1"):
        call_command("serve", "--host", "192.0.2.1")


def test_a_taken_port_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CommandError, match="--port"):
        call_command("serve", "--port", str(other.getsockname()[1]))


def test_a_misspelt_setting_stops_the_start(environment):
    answer = manage(environment | {"FRONTDESK_HOST": "desk.example.com"}, "check")
    assert answer.returncode == 1
    assert "Did you mean FRONTDESK_HOSTS?" in answer.stderr


def test_production_settings_pass_the_deployment_check(environment):
    answer = manage(
        environment | {"FRONTDESK_HOSTS": "desk.example.com"}, "check", "--deploy", "--fail-level", "WARNING"
    )
    assert (answer.returncode, answer.stderr) == (0, "")
