"""What is taken away or changed in bulk needs the password: asked once, then it goes on where it was begun."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client

from frontdesk.kit import confirmation
from frontdesk.kit.attachments import attach
from frontdesk.kit.imports import runs
from frontdesk.kit.jobs import store_result
from frontdesk.kit.models import Job
from frontdesk.kit.pages import list as list_page
from tests.factories import ImportRunFactory, JobFactory, TicketFactory
from tests.kit.tables import DayImporter, table
from tests.kit.uploads import picture, upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kit.desk_urls")]

LIST = "/trial/tickets/"
PASSWORD = "desk-password-1"


@pytest.fixture
def tickets(office):
    return [TicketFactory(office=office) for _index in range(3)]


@pytest.fixture
def unsure(client_of, clerk):
    """A browser in which no password was given lately."""
    return client_of(clerk)


def test_export_asks_for_the_password_and_then_starts_on_the_list(unsure, tickets):
    asked = unsure.get(LIST, {"state": "recorded", "export": "xlsx", "page": "2"})
    back = f"{LIST}?state=recorded&export=ready"
    assert asked.url == f"/confirm/?{urlencode({'next': back})}"

    assert unsure.post("/confirm/", {"password": "wrong", "next": back}).status_code == 400
    assert unsure.post("/confirm/", {"password": PASSWORD, "next": back}).url == back
    page = unsure.get(back)
    assert page.status_code == 200
    assert page.headers["Refresh"] == f"0; url={LIST}?state=recorded&export=xlsx"
    assert "export=ready" not in page.content.decode()
    file = unsure.get(f"{LIST}?state=recorded&export=xlsx")
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_export_of_who_gave_the_password_just_now_is_not_asked_again(clerk, tickets):
    client = Client()
    client.post("/login/", {"username": clerk.username, "password": PASSWORD})

    assert client.get(LIST, {"export": "xlsx"}).status_code == 200


def test_list_starts_no_export_without_the_password(unsure, tickets):
    page = unsure.get(LIST, {"export": "ready"})

    assert (page.status_code, "Refresh" in page.headers) == (200, False)


def test_password_gives_nobody_an_export_they_may_not_have(client_of, cashier, tickets):
    for confirmed in (False, True):
        client = client_of(cashier, confirmed=confirmed)
        assert client.get(LIST, {"export": "xlsx"}).status_code == 403
        assert client.post(LIST).status_code == 403


def test_ordered_file_asks_for_the_password_and_then_goes_on_by_itself(unsure, tickets, monkeypatch):
    monkeypatch.setattr(list_page, "AT_ONCE", 2)
    once = str(uuid.uuid4())
    asked = unsure.post(f"{LIST}?state=recorded", {"once": once})
    assert (asked.status_code, Job.objects.count()) == (401, 0)

    page = unsure.post("/confirm/", {"password": PASSWORD, "kept": asked.context["kept"]}).content.decode()
    assert f'<form method="post" action="{LIST}?state=recorded" data-go-on' in page
    assert f'name="once" value="{once}"' in page
    answer = unsure.post(f"{LIST}?state=recorded", {"once": once})
    assert answer.url == Job.objects.get().get_absolute_url()


def test_lists_taken_away_before_need_the_password_again(client_of, manager, clerk, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    job = JobFactory(office=office, created_by=clerk)
    store_result(job, "住户.csv", lambda stream: stream.write("张伟".encode()))
    run, _tables = runs.start(DayImporter, upload("放假.xlsx", table()), office=office, by=manager)

    for person, record, file in ((clerk, job, job.result), (manager, run, run.file)):
        asked = client_of(person).get(file.get_absolute_url())
        assert asked.url == f"/confirm/?{urlencode({'next': record.get_absolute_url()})}"
        answer = client_of(person, confirmed=True).get(file.get_absolute_url())
        assert (answer.status_code, len(answer.getvalue()) > 0) == (200, True)


def test_photos_of_daily_work_need_no_password(client_of, clerk, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    photo = attach(TicketFactory(office=office), upload("漏水.jpg", picture()), by=clerk, kind="photo")

    answer = client_of(clerk).get(photo.get_absolute_url())
    assert (answer.status_code, len(answer.getvalue()) > 0) == (200, True)


def test_import_is_carried_out_only_behind_the_password(client_of, manager, office):
    run = ImportRunFactory(office=office, created_by=manager)
    address = f"{run.get_absolute_url()}commit/"

    asked = client_of(manager).post(address)
    assert (asked.status_code, asked.context["next"]) == (401, run.get_absolute_url())
    assert client_of(manager, confirmed=True).post(address).status_code == 409  # the run of this factory has no table


def test_password_counts_for_five_minutes_and_not_before(rf, time_machine):
    time_machine.move_to("2026-11-20 12:00:00+08:00", tick=False)
    request = rf.get("/")
    request.session = {}
    assert not confirmation.confirmed_recently(request)
    confirmation.confirm(request)
    time_machine.shift(5 * 60 - 1)
    assert confirmation.confirmed_recently(request)
    time_machine.shift(1)
    assert not confirmation.confirmed_recently(request)
    time_machine.shift(-6 * 60)  # the clock of the PC was put back: what was given "later" does not count
    assert not confirmation.confirmed_recently(request)
