"""Every address × every role: the table in `pages.txt` says who gets what, and an address missing there fails.

The outsider is a clerk of another office. A row that is wrong on purpose of a change: read the row this test prints,
ask yourself whether each number in it is meant, and only then put it into the table.
"""

from __future__ import annotations

import html
import re
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from tests.factories import TenureFactory
from tests.world import standing_world

pytestmark = pytest.mark.django_db

ACTORS = (
    "anonymous", "clerk", "steward", "cashier", "engineer", "guard",
    "supervisor", "manager", "company", "admin", "outsider",
)  # fmt: skip
NOT_OURS = {"admin", "djdt"}
TABLE = [
    (name, method, tuple(int(status) for status in statuses))
    for line in Path(__file__).with_name("pages.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
    for name, method, *statuses in [line.split()]
]


def _names(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace not in NOT_OURS:
            yield from _names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


NAMES = sorted(set(_names(get_resolver())))


def _lists_of(actor):
    """Give the addresses without a number that show this person something, forms for a new record apart."""
    for name, method, statuses in TABLE:
        if method == "GET" and statuses[ACTORS.index(actor)] == 200 and not name.endswith("_add"):
            with suppress(NoReverseMatch):
                yield reverse(name)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One record of each kind in the cast's office, and the cast itself: the same for all tests of this module."""
    with django_db_blocker.unblock(), standing_world() as world:
        yield world


@pytest.fixture(scope="module")
def rows(world):
    """How many rows each table of the world has."""
    return world.counts()


@contextmanager
def _undone():
    """Take back whatever a request does."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _ask(world, actor, url, method):
    """Send one request whose effects are undone."""
    with _undone():
        response = world.browser_of(actor).generic(method, url, content_type="application/x-www-form-urlencoded")
        _read_to_the_end(response)
    return response


def _read_to_the_end(response):
    """Take a download in, so that its file is closed."""
    if response.streaming:
        response.getvalue()


def _links(response):
    """Give the addresses on a page that lead to pages of ours."""
    if response.status_code == 200 and not response.streaming:
        for href in re.findall(r'<a [^>]*?href="([^"]+)"', response.content.decode()):
            link = urljoin(response.wsgi_request.path, html.unescape(href))
            if link.startswith("/") and not link.startswith("/static/"):
                yield link.partition("#")[0]


def _without_query(link):
    """Take sorting, filters and page off an address, not whether it asks for a file."""
    path, _mark, query = link.partition("?")
    return f"{path}?export" if "export=" in query else path


def _row(world, name, method):
    url = reverse(name, kwargs=world.arguments(name))
    return tuple(_ask(world, actor, url, method).status_code for actor in ACTORS)


def _line(name, method, statuses):
    return f"{name:<32}{method:<6}" + "".join(f"{status:<5}" for status in statuses).rstrip()


@pytest.mark.parametrize(("name", "method", "statuses"), TABLE, ids=lambda value: value if type(value) is str else "")
def test_every_page_answers_each_role_as_the_table_says(name, method, statuses, world):
    found = _row(world, name, method)
    assert _line(name, method, found) == _line(name, method, statuses)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_takes_other_methods(name, world):
    url = reverse(name, kwargs=world.arguments(name))
    for actor, method in zip_longest(("clerk", "manager"), ("PUT", "PATCH", "DELETE"), fillvalue="admin"):
        assert _ask(world, actor, url, method).status_code in {302, 403, 404, 405}


@pytest.mark.parametrize("name", NAMES)
def test_every_page_stands_in_the_table(name, world):
    missing = {"GET", "POST"} - {method for listed, method, _statuses in TABLE if listed == name}
    lines = [_line(name, method, _row(world, name, method)) for method in sorted(missing)]
    assert not lines, "not in tests/pages.txt:\n" + "\n".join(lines)


def test_the_table_lists_no_page_that_is_gone():
    assert {name for name, _method, _statuses in TABLE} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_posting_without_the_token_is_refused(name, world):
    client = world.browser_of("manager", enforce_csrf_checks=True)
    with _undone():
        assert client.post(reverse(name, kwargs=world.arguments(name))).status_code in {403, 405}


@pytest.mark.parametrize("name", NAMES)
def test_looking_changes_nothing(name, world, rows):
    for actor in ("clerk", "manager", "admin"):
        with _undone():
            _read_to_the_end(world.browser_of(actor).get(reverse(name, kwargs=world.arguments(name))))
            assert world.counts() == rows


@pytest.mark.parametrize("actor", ACTORS[1:])
def test_no_link_of_a_list_leads_to_a_refusal(actor, world):
    """What is drawn as a link may be followed."""
    answers, found = {}, {}
    for url in _lists_of(actor):
        answers[url] = _ask(world, actor, url, "GET")
        for link in _links(answers[url]):
            found.setdefault(_without_query(link), (url, link))
    refused = [
        f"{page}: {link}"
        for path, (page, link) in sorted(found.items())
        if (answers.get(path) or _ask(world, actor, link, "GET")).status_code == 403
    ]
    assert refused == []


def test_a_stale_edit_names_no_record_of_another_office(world):
    """The page with both texts speaks only of what the form itself may offer."""
    elsewhere = world.cast["outsider"].memberships.get().office
    theirs = TenureFactory(unit__office=elsewhere, unit__code="9-9-9999", person__name="别处住户")
    client = world.browser_of("clerk")
    posted = {"person": theirs.person.pk, "unit": theirs.unit.pk, "subject": "改", "kind": "repair", "channel": "phone"}
    answer = client.post(reverse("complaints:ticket_edit", args=[world.ticket.pk]), posted)
    assert answer.status_code == 409
    assert "别处住户" not in answer.content.decode()
    assert "9-9-9999" not in answer.content.decode()


def test_a_file_goes_only_on_what_one_may_look_at(world):
    client = world.browser_of("engineer")
    kind = ContentType.objects.get_for_model(world.person)
    url = reverse("kit:attachment_add", args=[kind.pk, world.person.pk])
    assert client.post(url, headers={"HX-Request": "true"}).status_code == 403
