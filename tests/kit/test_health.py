from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from frontdesk.kit import health
from frontdesk.kit.models import Heartbeat, Job
from tests.factories import MembershipFactory

GB = 1 << 30


@pytest.fixture
def ticking(db):
    Heartbeat.objects.create(name="tick", at=timezone.now())


def findings(answer):
    return {finding["name"]: finding["status"] for finding in answer.json()["checks"]}


@pytest.fixture
def manager(client, db):
    user = MembershipFactory(role="manager").user
    client.force_login(user)
    return user


def test_healthz_answers_strangers_without_a_query(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_healthz_is_read_only(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.usefixtures("ticking")
def test_readyz_is_ok_when_everything_is(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_tells_a_manager_every_check(client):
    assert findings(client.get("/readyz")) == dict.fromkeys(
        ("database", "migrations", "disk", "broker", "tick", "jobs"), "ok"
    )


@pytest.mark.usefixtures("ticking")
def test_readyz_tells_a_clerk_no_details(client):
    client.force_login(MembershipFactory(role="clerk").user)
    assert client.get("/readyz").json() == {"status": "ok"}


@pytest.mark.usefixtures("ticking")
def test_readyz_leaves_no_row_behind(client):
    client.get("/readyz")
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["tick"]


@pytest.mark.usefixtures("manager")
def test_readyz_without_a_tick_is_degraded_and_still_serves(client):
    answer = client.get("/readyz")
    assert (answer.status_code, findings(answer)["tick"]) == (200, "degraded")


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_after_a_late_tick_is_degraded(client):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=4))
    assert findings(client.get("/readyz"))["tick"] == "degraded"


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_with_a_job_nobody_takes_is_degraded(client):
    Job.objects.create(kind="x", key="x")
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert findings(client.get("/readyz"))["jobs"] == "degraded"


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_with_a_job_put_off_is_ok(client):
    Job.objects.create(kind="x", key="x", not_before=timezone.now() + timedelta(hours=1))
    Job.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert findings(client.get("/readyz"))["jobs"] == "ok"


@pytest.mark.usefixtures("ticking", "manager")
@pytest.mark.parametrize(
    ("total", "free", "status", "code"),
    [(100 * GB, GB - 1, "failed", 503), (100 * GB, 9 * GB, "degraded", 200), (100 * GB, 11 * GB, "ok", 200)],
)
def test_readyz_looks_at_the_disk(client, monkeypatch, total, free, status, code):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=total, free=free))
    answer = client.get("/readyz")
    assert (answer.status_code, findings(answer)["disk"]) == (code, status)


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_with_a_migration_missing_fails(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    answer = client.get("/readyz")
    assert (answer.status_code, findings(answer)["migrations"]) == (503, "failed")


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_with_the_broker_down_is_degraded(client, monkeypatch):
    monkeypatch.setitem(settings.ENV, "REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert findings(client.get("/readyz"))["broker"] == "degraded"


@pytest.mark.usefixtures("ticking", "manager")
def test_readyz_with_the_queue_folder_gone_is_degraded(client, monkeypatch, tmp_path):
    monkeypatch.setitem(settings.ENV, "REDIS_URL", "")
    monkeypatch.setattr(settings, "QUEUE_DIR", tmp_path)
    assert findings(client.get("/readyz"))["broker"] == "degraded"


@pytest.mark.django_db(transaction=True)
def test_readyz_with_the_database_gone_fails_without_details(client):
    with connection.cursor() as cursor:
        for table in ("kit_heartbeat", "kit_job"):
            cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
    try:
        answer = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            for table in ("kit_heartbeat", "kit_job"):
                cursor.execute(f"ALTER TABLE {table}_gone RENAME TO {table}")
    assert (answer.status_code, answer.json()) == (503, {"status": "failed"})
