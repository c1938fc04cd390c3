"""What is done every minute."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from frontdesk.staff.tasks import forget_ended_sessions


def test_ended_sessions_are_forgotten_and_open_ones_kept(clerk, supervisor, log_in, clock):
    log_in(clerk)
    clock.shift(11 * 3600)
    log_in(supervisor)
    clock.shift(2 * 3600)

    for _tick in range(2):
        forget_ended_sessions(timezone.now())

    assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [str(supervisor.pk)]
