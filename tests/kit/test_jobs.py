"""Jobs: the row is the truth. Whatever dies, the work is done once; whoever may not see it, does not."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from frontdesk.kit import jobs, tasks
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.jobs import running
from frontdesk.kit.models import Heartbeat, Holiday, Job, OnceKey

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 5, 1)
calls = []


@jobs.job("tests.note", label="记一笔")
def note(job, progress):
    """Note that it ran and how far it came."""
    calls.append(job.pk)
    progress(1, 2, "一半")
    progress(2, 2, "完")


@jobs.job("tests.refuse", label="拒绝")
def refuse(job, progress):
    calls.append(job.pk)
    raise DeskError("楼栋不存在")


@jobs.job("tests.crash", label="崩溃")
def crash(job, progress):
    calls.append(job.pk)
    raise ZeroDivisionError


@jobs.job("tests.report", label="报表")
def report(job, progress):
    jobs.store_result(job, "结果.csv", lambda stream: stream.write("房号\n".encode()))
    return "1 行"


@jobs.job("tests.slow", label="慢")
def slow(job, progress):
    """Write one row, then go on for long: killed after the effect, it must not happen twice."""
    calls.append(job.pk)
    with transaction.atomic():
        Holiday.objects.get_or_create(office=job.office, date=DAY, defaults={"kind": Holiday.Kind.OFF})
    if job.params.get("flag"):
        Path(job.params["flag"]).touch()
    for number in range(job.params["steps"]):
        progress(number, job.params["steps"], "走着")
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def _nothing_called():
    calls.clear()


def order(kind, office, by, **kwargs):
    with transaction.atomic():
        return jobs.enqueue(kind, office=office, by=by, **kwargs)


def test_run_does_the_work_and_writes_its_end(office, clerk):
    job = order("tests.note", office, clerk)
    assert jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.total, job.text, job.attempts) == ("done", 2, 2, "完", 1)
    assert job.percent == 100
    assert job.finished_at is not None
    assert job.lease is None


def test_run_of_a_done_job_does_nothing(office, clerk):
    job = order("tests.note", office, clerk)
    assert [jobs.run_job(job.pk), jobs.run_job(job.pk), jobs.run_job(job.pk)] == [True, False, False]
    assert calls == [job.pk]


def test_enqueue_with_the_same_key_is_the_same_job(office, clerk):
    first = order("tests.note", office, clerk, key="k")
    second = order("tests.note", office, clerk, key="k")
    assert first.pk == second.pk
    assert Job.objects.count() == 1


def test_enqueue_of_a_failed_key_starts_it_again(office, clerk):
    job = order("tests.refuse", office, clerk, key="k")
    jobs.run_job(job.pk)
    again = order("tests.refuse", office, clerk, key="k")
    assert (again.pk, again.status, again.error, again.attempts) == (job.pk, "waiting", "", 0)


def test_enqueue_of_an_unknown_kind_is_refused(office, clerk):
    with pytest.raises(LookupError):
        order("tests.nobody", office, clerk)


def test_enqueue_rolled_back_leaves_no_job(office, clerk):
    with transaction.atomic():
        jobs.enqueue("tests.note", office=office, by=clerk)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_refusal_fails_at_once_with_its_sentence(office, clerk):
    job = order("tests.refuse", office, clerk)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error, job.attempts) == ("failed", "楼栋不存在", 1)


def test_crash_is_tried_three_times_then_given_up(office, clerk, time_machine):
    job = order("tests.crash", office, clerk)
    time_machine.move_to(timezone.now())
    for attempt, status in ((1, "waiting"), (2, "waiting"), (3, "failed")):
        assert jobs.run_job(job.pk)
        assert not jobs.run_job(job.pk)
        job.refresh_from_db()
        assert (job.attempts, job.status) == (attempt, status)
        time_machine.shift(200)
    assert "ZeroDivision" not in job.error
    assert f"job-{job.pk}" in job.error
    assert len(calls) == 3


def test_waiting_job_is_cancelled_at_once(office, clerk):
    job = order("tests.note", office, clerk)
    jobs.cancel(job, by=clerk)
    assert job.status == "cancelled"
    assert not jobs.run_job(job.pk)


def test_cancel_of_an_ended_job_is_refused(office, clerk):
    job = order("tests.note", office, clerk)
    jobs.run_job(job.pk)
    with pytest.raises(Conflict):
        jobs.cancel(job, by=clerk)


def test_retry_starts_a_cancelled_job_again(office, clerk):
    job = order("tests.note", office, clerk)
    jobs.cancel(job, by=clerk)
    jobs.retry(job, by=clerk)
    assert jobs.run_job(job.pk)
    with pytest.raises(Conflict):
        jobs.retry(job, by=clerk)


def test_speed_and_time_left_come_from_the_progress():
    start = timezone.now() - dt.timedelta(seconds=10)
    job = Job(status=Job.Status.RUNNING, started_at=start, done=100, total=400)
    assert job.percent == 25
    assert round(job.speed) == 10
    assert job.seconds_left == 30


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_run_it_once(office, clerk):
    job = order("tests.slow", office, clerk, params={"steps": 10})
    barrier = threading.Barrier(2)
    done = []

    def work():
        barrier.wait()
        done.append(jobs.run_job(job.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
    assert calls == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_running_job_is_cancelled_at_its_next_report(office, clerk, monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 0.05)
    job = order("tests.slow", office, clerk, params={"steps": 1000})
    thread = threading.Thread(target=lambda: (jobs.run_job(job.pk), connection.close()))
    thread.start()
    wait_for(lambda: Job.objects.filter(pk=job.pk, done__gt=0).exists())
    jobs.cancel(job, by=clerk)
    thread.join(10)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert 0 < job.done < 1000


@pytest.mark.django_db(transaction=True)
def test_worker_that_lost_its_lease_does_not_write_the_end(office, clerk, monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 0.05)
    job = order("tests.slow", office, clerk, params={"steps": 1000})
    thread = threading.Thread(target=lambda: (jobs.run_job(job.pk), connection.close()))
    thread.start()
    wait_for(lambda: Job.objects.filter(pk=job.pk, done__gt=0).exists())
    Job.objects.filter(pk=job.pk).update(lease="00000000-0000-0000-0000-000000000001")
    thread.join(10)
    job.refresh_from_db()
    assert (job.status, str(job.lease)) == ("running", "00000000-0000-0000-0000-000000000001")


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_killed_worker_is_replaced_and_the_effect_happens_once(office, clerk, tmp_path):
    flag = tmp_path / "started"
    job = order("tests.slow", office, clerk, params={"steps": 3000, "flag": str(flag)})
    worker = child(
        "from tests.kit import test_jobs; from frontdesk.kit.jobs import run_job; run_job(int(sys.argv[2]))", job.pk
    )
    wait_for(flag.exists, 30)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate(timeout=10)
    assert Job.objects.get(pk=job.pk).status == "running"
    tasks.tick()
    assert Job.objects.get(pk=job.pk).attempts == 1
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1), params={"steps": 1})
    with start_worker(current_app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        tasks.tick()
        wait_for(lambda: Job.objects.filter(pk=job.pk, status="done").exists(), 20)
    assert Job.objects.get(pk=job.pk).attempts == 2
    assert Holiday.objects.filter(date=DAY).count() == 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_unreachable_queue_does_not_fail_the_order(office, clerk):
    code = (
        "from tests.kit import test_jobs; from django.apps import apps; import time;"
        "start = time.monotonic();"
        "job = test_jobs.order('tests.note', apps.get_model('estate.Office').objects.get(), None);"
        "print(job.pk, time.monotonic() - start)"
    )
    run = child(code, REDIS_URL="redis://127.0.0.1:1/0")
    said, _nothing = run.communicate(timeout=30)
    assert run.returncode == 0
    pk, seconds = said.split()
    assert float(seconds) < 3
    assert Job.objects.get(pk=int(pk)).status == "waiting"
    assert jobs.sweep(timezone.now()) == 1


def test_sweep_gives_up_what_was_cut_off_three_times(office, clerk):
    past = timezone.now() - dt.timedelta(minutes=5)
    values = {"kind": "tests.note", "office": office, "status": "running", "lease_until": past}
    dead = Job.objects.create(key="dead", attempts=3, **values)
    called_off = Job.objects.create(key="called off", attempts=1, cancel_asked=True, **values)
    left = Job.objects.create(key="left", attempts=1, **values)
    assert jobs.sweep(timezone.now()) == 1
    for job in (dead, called_off, left):
        job.refresh_from_db()
    assert [dead.status, called_off.status, left.status] == ["failed", "cancelled", "running"]
    assert jobs.run_job(left.pk)


def test_tick_is_seen_and_forgets_old_once_keys(clerk):
    old = OnceKey.objects.create(user=clerk, key="00000000-0000-0000-0000-000000000001", path="/", body="x")
    OnceKey.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=8))
    OnceKey.objects.create(user=clerk, key="00000000-0000-0000-0000-000000000002", path="/", body="x")
    tasks.tick()
    assert OnceKey.objects.count() == 1
    assert Heartbeat.objects.filter(name="tick", at__gt=timezone.now() - dt.timedelta(seconds=9)).exists()


def test_tick_goes_on_after_one_failure(db, monkeypatch):
    seen = []

    def broken(now):
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "_each_minute", [broken, seen.append])
    tasks.tick()
    assert len(seen) == 1


# Helpers ---------------------------------------------------------------------------------------------------------
def child(code, *arguments, **environment):
    """Run code in a process of its own that works on this test's database."""
    setup = (
        "import sys; from frontdesk import settings; settings.DATABASES['default']['NAME'] = sys.argv[1];"
        "import django; django.setup();"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "frontdesk.settings", "PYTHONPATH": str(ROOT)} | environment
    env["FRONTDESK_DATA_DIR"] = str(settings.DATA_DIR)
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", setup + code, database, *map(str, arguments)]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
