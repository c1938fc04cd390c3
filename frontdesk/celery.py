"""The background worker's application. The job row in the database is the truth; the queue only carries hints."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.settings")

app = Celery("frontdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def tick_at_once(sender: Any, **_signal: Any) -> None:
    """Look for work left behind by a worker that was killed, without waiting for the next minute."""
    sender.app.send_task("frontdesk.kit.tasks.tick")
