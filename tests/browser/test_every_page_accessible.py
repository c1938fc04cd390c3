"""Every page as its people see it: axe finds nothing, the console is silent, no other host is asked, a phone holds it.

A new page is looked at by existing; parts of pages and downloads are seen where they belong.
"""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from fees.models import Till
from frontdesk.kit.calendar import ONE_DAY, now
from tests.browser.looking import too_wide, violations
from tests.chromium import DESK, PHONE
from tests.factories import TicketFactory
from tests.test_every_move import MAKERS, MOVES
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
ROLES = ("manager", "admin", "clerk", "engineer", "cashier", "guard")
"""Asked in this order: the first who may open a page looks at it."""
ANSWERS = {name: dict(zip(ACTORS, row, strict=True)) for name, method, row in TABLE if method == "GET"}
OPEN_TO_SOMEBODY = {name for name, answers in ANSWERS.items() if 200 in answers.values()}
NO_PAGES = {
    "complaints:ticket_callers", "complaints:ticket_hints", "duty:roster_workbook", "estate:person_choices",
    "estate:space_choices", "estate:unit_choices", "healthz", "home:household_choices", "kit:attachment",
    "kit:import_template", "movein:scan", "readyz",
}  # fmt: skip
"""Parts that pages load into themselves, files, answers for programs, and what leads on by itself."""
SHARES = 4
"""Into how many tests the walk is cut, so that each ends long before a slow machine gives up on it."""
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
    "complaints:my_work", "complaints:callback", "complaints:contractor", "complaints:statistics", "duty:patrolround",
    "duty:routine_calendar", "duty:routinetask", "estate:unit_list", "estate:unit", "estate:unit_card", "estate:person",
    "estate:asset_board", "fees:counter", "fees:take",
    "fees:payment", "fees:payment_receipt", "fees:till", "fees:till_move", "keys:counter",
    "keys:key", "keys:key_move", "keys:loan", "keys:loan_return", "keys:stockline_list", "kit:import", "movein:gate",
    "movein:goodspass", "movein:goodspass_move", "staff:member", "staff:profile",
}  # fmt: skip
"""Pages axe looks at on a phone as well: one of each shape, and those that are used on one."""


def _the_only_till_of(cashier):
    """Let a cashier have this till: the one they have is closed."""
    Till.objects.filter(cashier=cashier).update(state="confirmed")
    return {"cashier": cashier}


NEEDED = {
    "ask_again": lambda _world: {"approved_until": now() - ONE_DAY},
    "count_till": lambda world: _the_only_till_of(world.cast["cashier"]),
    "grab_ticket": lambda world: {"assignee": None, "department": world.department},
    "confirm_rework": lambda _world: {"kind": "rework"},
    "resume_ticket": lambda _world: {"paused_until": now() + ONE_DAY},
    "leave_incident": lambda world: {"incident": TicketFactory(office=world.office, is_incident=True)},
    "follow_incident": lambda world: {
        "incident": TicketFactory(office=world.office, is_incident=True, state="replied")
    },
}
"""What a record must be like, its state apart, for a move to start from it."""


@pytest.fixture
def world(office, clerk, steward, engineer, manager, admin, cashier, guard, supervisor):
    """One record of each kind."""
    cast = {"clerk": clerk, "steward": steward, "engineer": engineer, "manager": manager, "admin": admin}
    return World(office, cast | {"cashier": cashier, "guard": guard, "supervisor": supervisor})


@pytest.mark.parametrize("role", STATES)
def test_every_state_of_a_page_is_for_everybody(role, world, sit_down, problems):
    page = sit_down(world.cast[role])
    urls = [url.format(ticket=world.ticket, unit=world.unit) for url in STATES[role]]
    found = [problem for url in urls for problem in _look(page, url, problems)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_for_everybody(share, world, sit_down, problems):
    found = []
    seen, asked = set(), set(NAMES[share::SHARES]) - PUBLIC
    screens = {role: sit_down(world.cast[role]) for role in ROLES}
    for name in sorted(asked - NO_PAGES):
        url = reverse(name, kwargs=world.arguments(name))
        if page := _screen_for(name, url, screens):
            seen.add(name)
            found += _look(page, url, problems, phone=name in ON_THE_PHONE)
    assert not found, "\n".join(found)
    assert OPEN_TO_SOMEBODY & asked - seen == OPEN_TO_SOMEBODY & NO_PAGES & asked


@pytest.mark.parametrize("share", range(SHARES))
def test_every_move_form_is_for_everybody(share, world, sit_down, problems):
    found, screens = [], {}
    for label, move in MOVES[share::SHARES]:
        record, role = _where_it_starts(label, move, world)
        page = screens.get(role) or screens.setdefault(role, sit_down(world.cast[role]))
        namespace, noun = record._meta.app_label, record._meta.model_name
        found += _look(page, reverse(f"{namespace}:{noun}_move", args=[record.pk, move.name]), problems, desk_only=True)
    assert not found, "\n".join(found)


def test_what_is_no_page_is_still_there():
    assert set(NAMES) >= NO_PAGES


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


def _where_it_starts(label, move, world):
    """Return a new record in a state from which somebody of the cast makes this move, and who that is."""
    for make, state in product(MAKERS[label], sorted(move.sources)):
        record = make(world.office, world.cast["engineer"])
        needed = NEEDED.get(move.name, lambda _world: {})(world)
        type(record).objects.filter(pk=record.pk).update(state=state, **needed)
        record.refresh_from_db()
        for role in ROLES:
            if move.open_to(record, world.cast[role]) and not move.is_past(record, world.cast[role]):
                return record, role
    return pytest.fail(f"nobody makes {move.name}")


def _screen_for(name, url, screens):
    """Return the screen of the first role that gets this page; who was just asked for the password gets more."""
    for role in ROLES:
        status = ANSWERS[name][role]
        if status == 302:
            status = screens[role].context.request.get(url, max_redirects=0).status
        if status == 200:
            return screens[role]
    return None


def _look(page, url, problems, *, phone=False, desk_only=False):
    """Open a page; return what is wrong with it, on a desk's screen and on a phone's."""
    problems.clear()
    page.goto(url)
    expect(page.locator(LOADING)).to_have_count(0)
    found = [problem for problem in problems if not problem.startswith("404 /no-such-page/")]
    problems.clear()
    found += violations(page)
    if desk_only:
        return [f"{url}: {problem}" for problem in found]
    page.set_viewport_size(PHONE)
    found += too_wide(page)
    found += violations(page) if phone else []
    page.set_viewport_size(DESK)
    return [f"{url}: {problem}" for problem in found]
