"""kill -9 at every write of every step of a handover: it stands as before the step or as after it, never in between.

As in `test_kill_duty` the web process is forked with everything loaded; each child answers the same form and kills
itself before its n-th write, until one lives long enough to finish. Pressing again leads on and changes nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.prepared import copy_into
from tests.serving import ROOT, place

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

RUN = """
import django; django.setup()
import json, os, signal
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.urls import reverse
from django.utils import timezone
from duty.models import Handover, HandoverItem, HandoverLine, Shift
from duty.services import records
from frontdesk.kit import verification
from frontdesk.kit.models import Activity
from frontdesk.staff.models import Holding
from tests.factories import KeyFactory, MembershipFactory, OfficeFactory, PostFactory, TicketFactory, UserFactory

PASSWORD = "desk-password-1"
setup_test_environment()
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected here
override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()
office = OfficeFactory(code="south")
outgoing, incoming = [MembershipFactory(office=office, user=UserFactory(name=name)).user for name in ("王敏", "赵洁")]
post = PostFactory(office=office, keeps_keys=True, keeps_money=True)
article = post.articles.create(name="对讲机", number=2)
key = KeyFactory(office=office)
shift = records.begin_shift(post, by=outgoing)
ticket = TicketFactory(office=office, first_contact=outgoing, received_at=timezone.now())
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(outgoing, backend="django.contrib.auth.backends.ModelBackend")


def stands():
    plain = {"begun_at", "signed_at", "accepted_at"}
    rows = [
        {name: str(value) for name, value in row.items() if name not in plain}
        for model in (Handover, HandoverLine, HandoverItem)
        for row in model.objects.order_by("pk").values()
    ]
    return {
        "rows": rows,
        "shifts": [[one.clerk.name, one.is_open] for one in Shift.objects.order_by("pk")],
        "there": [
            [one.person.name, one.until is None, one.signed_at is None] for one in Holding.objects.order_by("pk")
        ],
        "recorded": Activity.objects.filter(content_type__app_label="duty").count(),
    }


def move(name):
    return reverse("duty:handover_move", args=[Handover.objects.get().pk, name])


def explained():
    return {f"line_{line.pk}": "送修" for line in HandoverLine.objects.differing()}


STEPS = (
    ("begin", lambda: reverse("duty:shift_hand_over", args=[shift.pk]), lambda: {"incoming": incoming.pk}),
    ("count_articles", lambda: move("count_articles"), lambda: {f"article_{article.pk}": 1}),
    ("call_keys", lambda: move("call_keys"), lambda: {"there": [key.pk]}),
    ("count_cash", lambda: move("count_cash"), lambda: {"count_100": 3, "receipt_book": "0001201"}),
    ("check_area", lambda: move("check_area"), lambda: {"finding": "门禁坏", "explained": "已报修"}),
    ("read_log", lambda: move("read_log"), dict),
    ("explain_differences", lambda: move("explain_differences"), explained),
    ("note_work", lambda: move("note_work"), lambda: {f"note_ticket-{ticket.pk}": "等配件"}),
    ("sign_over", lambda: move("sign_over"), lambda: {"secret": PASSWORD}),
    ("accept_shift", lambda: move("accept_shift"), lambda: {"secret": PASSWORD}),
)


def play(url, data):
    shown = {field.html_name: field.value() for field in client.get(url).context["form"]}
    sent = {name: value for name, value in shown.items() if value not in (None, "")} | data
    seen = [stands()]
    while seen[-1] == seen[0]:
        connections.close_all()
        child = os.fork()
        if not child:
            with connection.execute_wrapper(die_before(len(seen))):
                client.post(url, sent)
            connections.close_all()
            os.kill(os.getpid(), signal.SIGKILL)  # it is committed, and nobody was answered
        os.waitpid(child, 0)
        seen.append(stands())
        assert len(seen) < 90, url
    return {"cut_off": len(seen) - 2, "status": client.post(url, sent).status_code, "again": stands() == seen[-1]}


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


played = {name: play(url(), data()) for name, url, data in STEPS}
print(json.dumps({"played": played, "end": stands(), "wrong": verification.findings()}))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """What was seen while a shift was handed over."""
    with place(tmp_path_factory.mktemp("killed")) as environment:
        copy_into(environment)
        command = [sys.executable, "-c", RUN]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    "step",
    [
        "begin",
        "count_articles",
        "call_keys",
        "count_cash",
        "check_area",
        "read_log",
        "explain_differences",
        "note_work",
        "sign_over",
        "accept_shift",
    ],
)
def test_every_step_is_done_whole_or_not_at_all(killed, step):
    said = killed["played"][step]
    assert said["cut_off"] > 2
    assert (said["status"], said["again"]) == (302, True)


def test_in_the_end_the_shift_is_handed_over_once(killed):
    assert killed["end"]["shifts"] == [["王敏", False], ["赵洁", True]]
    assert [row[:2] for row in killed["end"]["there"]] == [["王敏", False], ["赵洁", True]]
    assert killed["wrong"] == []
