"""Every page as its people see it: axe finds nothing, the console is silent, no other host is asked, a phone holds it.

A new page is looked at by existing; parts of pages and downloads are seen where they belong.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from tests.browser.looking import too_wide, violations
from tests.chromium import DESK, PHONE
from tests.test_every_page import NAMES
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="what a page looks like does not depend on the database: seen on SQLite"
    ),
]

IS_COMPLETE = "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
ROLES = ("manager", "admin", "clerk", "engineer")
"""Asked in this order: the first who may open a page looks at it."""
PUBLIC = ("staff:login", "staff:lock_screen", "staff:confirm")
STATES = {
    "manager": (
        "/no-such-page/",
        "/search/?q=张伟",
        "/search/?q=nobody",
        "/tickets/?state=archived",
        "/tickets/?print=1",
        "/tickets/{ticket.pk}/redispatch_ticket/",
        "/tickets/{ticket.pk}/transfer_ticket/",
    ),
    "clerk": ("/", "/tickets/add/?unit={unit.pk}"),
    "engineer": ("/", "/my-work/"),
}
"""Addresses that show what the walk does not: nothing found, on paper, forms of moves, the first page of others."""
ON_THE_PHONE = {
    "home:desk", "complaints:ticket_list", "complaints:ticket", "complaints:ticket_add", "complaints:ticket_move",
    "complaints:my_work", "estate:unit_list", "estate:unit", "estate:person", "estate:asset_board", "kit:import",
    "staff:member", "staff:profile",
}  # fmt: skip
"""Pages axe looks at on a phone as well: one of each shape, and those that are used on one."""


@pytest.fixture
def world(office, clerk, steward, engineer, manager, admin):
    """One record of each kind."""
    cast = {"clerk": clerk, "steward": steward, "engineer": engineer, "manager": manager, "admin": admin}
    return World(office, cast)


def test_every_page_is_for_everybody(world, sit_down, problems):
    found = []
    screens = {role: sit_down(world.cast[role]) for role in ROLES}
    for role, urls in STATES.items():
        for url in urls:
            found += _look(screens[role], url.format(ticket=world.ticket, unit=world.unit), problems)
    for name in NAMES:
        if name not in PUBLIC:
            url = reverse(name, kwargs=world.arguments(name))
            page = _who_sees(screens, url)
            found += _look(page, url, problems, phone=name in ON_THE_PHONE) if page else []
    assert found == []


def test_the_way_in_is_for_everybody(world, sit_down, problems):
    stranger, clerk = sit_down(None), sit_down(world.cast["clerk"])
    found = _look(stranger, reverse("staff:login"), problems, phone=True)
    found += _look(clerk, reverse("staff:confirm"), problems, phone=True)
    clerk.goto("/")
    clerk.locator("#lock-form").get_by_role("button").click()
    found += _look(clerk, reverse("staff:lock_screen"), problems, phone=True)
    assert found == []


def _who_sees(screens, url):
    """Return the screen of the first role that gets a whole page there; none for parts of pages, files, mere acts."""
    for role in ROLES:
        answer = screens[role].context.request.get(url, max_redirects=0)
        if answer.status not in {403, 404}:
            is_html = answer.status == 200 and answer.headers["content-type"].startswith("text/html")
            return screens[role] if is_html and answer.text().lstrip().startswith("<!doctype") else None
    return None


def _look(page, url, problems, *, phone=False):
    """Open a page; return what is wrong with it."""
    problems.clear()
    page.goto(url)
    page.wait_for_function(IS_COMPLETE)
    found = [problem for problem in problems if not problem.startswith("404 /no-such-page/")]
    problems.clear()
    found += violations(page)
    page.set_viewport_size(PHONE)
    found += too_wide(page)
    found += violations(page) if phone else []
    page.set_viewport_size(DESK)
    return [f"{url}: {problem}" for problem in found]
