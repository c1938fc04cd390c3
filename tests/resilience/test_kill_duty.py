"""kill -9 at every write while the supervisor approves: the shifts are as before or as decided, never in between.

The web process is forked with everything loaded; each child answers the same form and kills itself before its n-th
write, until one lives long enough to finish. What lies on the disk is looked at by another process each time.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.prepared import copy_into
from tests.serving import ROOT, place

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

RUN = """
import django; django.setup()
import datetime as dt, json, os, signal, sys
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.utils import timezone
from duty.models import Assignment, Leave, Roster, RosterChange, StandIn, Swap
from frontdesk.kit.models import Activity, Notification
from tests.factories import (
    AssignmentFactory, LeaveFactory, MembershipFactory, OfficeFactory, RosteredFactory, RosterFactory, ShiftTypeFactory,
    SwapFactory, UserFactory,
)

VERBS = ("approve_leave", "appoint_stand_in", "approve_swap", "swap_shifts")
setup_test_environment()
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected here
override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()
month = (timezone.localdate().replace(day=1) + dt.timedelta(days=40)).replace(day=1)
first, second = month.replace(day=10), month.replace(day=11)


def play(what):
    office = OfficeFactory(code=what)
    supervisor = MembershipFactory(office=office, role="supervisor").user
    mine, theirs = [MembershipFactory(office=office, user=UserFactory(name=name)).user for name in ("王敏", "赵洁")]
    for person in (mine, theirs):
        RosteredFactory(office=office, person=person)
    early = ShiftTypeFactory(office=office, code="早")
    roster = RosterFactory(office=office, month=month, state="published", edition=1)
    AssignmentFactory(roster=roster, person=mine, date=first, shift_type=early)
    if what == "leave":
        begins = timezone.make_aware(dt.datetime.combine(first, dt.time()))
        thing = LeaveFactory(office=office, person=mine, starts_at=begins, ends_at=begins + dt.timedelta(days=1))
    else:
        AssignmentFactory(roster=roster, person=theirs, date=second, shift_type=early)
        dates = {"date": first, "other_date": second, "shift_type": early}
        thing = SwapFactory(office=office, person=mine, other=theirs, state="agreed", **dates)
    url = f"{thing.get_absolute_url()}approve_{what}/"

    def stands():
        cells = roster.assignments.working().order_by("date").values_list("person__name", "date__day")
        thing.refresh_from_db()
        return {
            "state": thing.state,
            "decided": thing.decided_by_id is not None,
            "cells": [list(cell) for cell in cells],
            "edition": Roster.objects.get(pk=roster.pk).edition,
            "changes": RosterChange.objects.filter(roster=roster).count(),
            "stand_ins": StandIn.objects.filter(leave__office=office).count(),
            "told": Notification.objects.filter(user__in=(mine, theirs)).count(),
            "recorded": Activity.objects.filter(office=office, verb__in=VERBS).count(),
        }

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    sent = {field.html_name: field.value() or "" for field in client.get(url).context["form"]}
    seen = [stands()]
    while seen[-1]["state"] != "approved":
        connections.close_all()
        child = os.fork()
        if not child:
            with connection.execute_wrapper(die_before(len(seen))):
                client.post(url, sent)
            connections.close_all()
            os.kill(os.getpid(), signal.SIGKILL)  # it is committed, and nobody was answered
        os.waitpid(child, 0)
        seen.append(stands())
        assert len(seen) < 200
    return {"seen": seen, "status": client.post(url, sent).status_code, "again": stands()}


def die_before(count):
    left = count

    def look(execute, sql, *rest):
        nonlocal left
        if sql.lstrip().split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *rest)

    return look


print(json.dumps({what: play(what) for what in ("leave", "swap")}))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """What was seen while leave and a swap were being approved."""
    with place(tmp_path_factory.mktemp("killed")) as environment:
        copy_into(environment)
        command = [sys.executable, "-c", RUN]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        (
            "leave",
            {"state": "requested", "cells": [["王敏", 10]], "stand_ins": 0},
            {"state": "approved", "cells": [["赵洁", 10]], "changes": 2, "stand_ins": 1, "told": 3, "recorded": 2},
        ),
        (
            "swap",
            {"state": "agreed", "cells": [["王敏", 10], ["赵洁", 11]], "stand_ins": 0},
            {"state": "approved", "cells": [["赵洁", 10], ["王敏", 11]], "changes": 4, "told": 4, "recorded": 2},
        ),
    ],
)
def test_approving_is_done_whole_or_not_at_all(killed, what, before, after):
    old = {"decided": False, "edition": 1, "changes": 0, "stand_ins": 0, "told": 0, "recorded": 0} | before
    new = {"decided": True, "edition": 2, "stand_ins": 0} | after
    first, *cut_off, done = killed[what]["seen"]
    assert first == old
    assert len(cut_off) > 8
    assert [state for state in cut_off if state != old] == []
    assert done == new
    assert killed[what]["status"] == 302  # whoever presses again is led where the first answer would have led
    assert killed[what]["again"] == new
