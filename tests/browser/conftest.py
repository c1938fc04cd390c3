"""People at their screens: each a browser of their own, logged in as they would, watched for whatever goes wrong."""

from __future__ import annotations

import io

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image

from frontdesk.estate import services
from tests import factories

PASSWORD = "desk-password-1"


@pytest.fixture(autouse=True)
def _in_chinese():
    """Speak as the pages do, whatever the test before has spoken."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def home(office):
    """3-2-1502, where 欧阳娜 lives; found by whatever one types."""
    building = factories.BuildingFactory(office=office, name="3")
    unit = factories.UnitFactory(office=office, building=building, code="3-2-1502")
    person = factories.PersonFactory(office=office, name="欧阳娜")
    factories.PhoneFactory(person=person)
    factories.TenureFactory(unit=unit, person=person)
    services.index_unit(unit)
    services.index_person(person)
    return unit


@pytest.fixture
def photo():
    """What an engineer's phone sends."""
    stream = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(stream, "JPEG")
    return {"name": "IMG_0815.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


@pytest.fixture
def problems():
    """What the browsers complained about: script errors, broken security policy, refused or foreign requests.

    A test that expects one removes it; what is left at the end fails it.
    """
    found = []
    yield found
    assert found == []


@pytest.fixture
def sit_down(browser, browser_context_args, live_server, problems):
    """Give a person a screen of their own: a page of a new browser, logged in through the log-in page."""
    contexts = []

    def open_screen(user, **screen):
        context = browser.new_context(**browser_context_args | {"base_url": live_server.url} | screen)
        contexts.append(context)
        context.on("page", lambda page: _watch(page, live_server.url, problems))
        page = context.new_page()
        if user is not None:
            page.goto("/login/")
            page.get_by_label(_("Account")).fill(user.username)
            page.get_by_label(_("Password")).fill(PASSWORD)
            page.get_by_role("button", name=_("Log in"), exact=True).click()
            page.wait_for_url("**/")
        return page

    yield open_screen
    for context in contexts:
        context.close()


def _watch(page, home, problems):
    """Note everything on this page that no user should ever meet."""
    page.on("pageerror", lambda error: problems.append(f"{_path(page.url, home)}: {error}"))
    page.on("console", lambda message: _console(message, home, problems))
    page.on("request", lambda request: _request(request, home, problems))
    page.on("response", lambda answer: _response(answer, home, problems))


def _console(message, home, problems):
    if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
        problems.append(f"{_path(message.location['url'], home)}: {message.text}")


def _request(request, home, problems):
    if not request.url.startswith((f"{home}/", "data:", "blob:")):
        problems.append(f"asks another host: {request.url}")


def _response(answer, home, problems):
    if answer.status >= 400:
        problems.append(f"{answer.status} {_path(answer.url, home)}")


def _path(url, home):
    return url.removeprefix(home)
