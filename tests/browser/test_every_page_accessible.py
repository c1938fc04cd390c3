"""Every page as its people see it: axe finds nothing, the console is silent, no other host is asked, a phone holds it.

A new page is looked at by existing; parts of pages and downloads are seen where they belong.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.looking import too_wide, violations
from tests.chromium import DESK, PHONE
from tests.test_every_page import ACTORS, NAMES, TABLE
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="what a page looks like does not depend on the database: seen on SQLite"
    ),
]

LOADING = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
ROLES = ("manager", "admin", "clerk", "engineer")
"""Asked in this order: the first who may open a page looks at it."""
ANSWERS = {name: dict(zip(ACTORS, row, strict=True)) for name, method, row in TABLE if method == "GET"}
OPEN_TO_SOMEBODY = {name for name, answers in ANSWERS.items() if 200 in answers.values()}
NO_PAGES = {
    "complaints:ticket_callers", "complaints:ticket_hints", "estate:person_choices", "estate:space_choices",
    "estate:unit_choices", "healthz", "home:household_choices", "kit:attachment", "kit:import_template", "readyz",
}  # fmt: skip
"""Parts that pages load into themselves, files, and answers for programs."""
PUBLIC = {"staff:login", "staff:lock_screen", "staff:confirm"}
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
    "complaints:my_work", "complaints:callback", "complaints:contractor", "complaints:statistics", "estate:unit_list",
    "estate:unit", "estate:person", "estate:asset_board", "keys:counter", "keys:key", "keys:key_move", "keys:loan",
    "keys:loan_return", "keys:stockline_list", "kit:import", "staff:member", "staff:profile",
}  # fmt: skip
"""Pages axe looks at on a phone as well: one of each shape, and those that are used on one."""


@pytest.fixture
def world(office, clerk, steward, engineer, manager, admin):
    """One record of each kind."""
    cast = {"clerk": clerk, "steward": steward, "engineer": engineer, "manager": manager, "admin": admin}
    return World(office, cast)


def test_every_page_is_for_everybody(world, sit_down, problems):
    found = []
    seen = PUBLIC.copy()
    screens = {role: sit_down(world.cast[role]) for role in ROLES}
    for role, urls in STATES.items():
        for url in urls:
            found += _look(screens[role], url.format(ticket=world.ticket, unit=world.unit), problems)
    for name in NAMES:
        url = reverse(name, kwargs=world.arguments(name))
        if name not in NO_PAGES | PUBLIC and (page := _screen_for(name, url, screens)):
            seen.add(name)
            found += _look(page, url, problems, phone=name in ON_THE_PHONE)
    assert not found, "\n".join(found)
    assert OPEN_TO_SOMEBODY - seen == NO_PAGES


def test_the_way_in_is_for_everybody(world, sit_down, problems):
    stranger, clerk = sit_down(None), sit_down(world.cast["clerk"])
    found = _look(stranger, reverse("staff:login"), problems, phone=True)
    found += _look(clerk, reverse("staff:confirm"), problems, phone=True)
    clerk.goto("/")
    clerk.locator("#lock-form").get_by_role("button").click()
    found += _look(clerk, reverse("staff:lock_screen"), problems, phone=True)
    assert not found, "\n".join(found)


def test_the_first_day_in_english_is_for_everybody(admin, sit_down, problems):
    admin.language = "en"
    admin.save(update_fields=["language"])
    page = sit_down(admin)
    names = (
        "home:desk",
        "estate:office_list",
        "estate:office_add",
        "estate:unit_list",
        "kit:imports",
        "staff:member_list",
    )
    found = [problem for name in names for problem in _look(page, reverse(name), problems, phone=True)]
    assert not found, "\n".join(found)
    expect(page.get_by_role("heading", level=1)).to_have_text("Colleagues")


def _screen_for(name, url, screens):
    """Return the screen of the first role that gets this page; who was just asked for the password gets more."""
    for role in ROLES:
        status = ANSWERS[name][role]
        if status == 302:
            status = screens[role].context.request.get(url, max_redirects=0).status
        if status == 200:
            return screens[role]
    return None


def _look(page, url, problems, *, phone=False):
    """Open a page; return what is wrong with it."""
    problems.clear()
    page.goto(url)
    expect(page.locator(LOADING)).to_have_count(0)
    found = [problem for problem in problems if not problem.startswith("404 /no-such-page/")]
    problems.clear()
    found += violations(page)
    page.set_viewport_size(PHONE)
    found += too_wide(page)
    found += violations(page) if phone else []
    page.set_viewport_size(DESK)
    return [f"{url}: {problem}" for problem in found]
