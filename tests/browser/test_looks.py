"""What pictures of the pages showed: nothing is cut, nothing lies on a letter, what is current is in sight."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from frontdesk.kit.calendar import now
from tests.chromium import PHONE
from tests.factories import (
    CallbackFactory,
    ContractorFactory,
    EscalationFactory,
    PartFactory,
    PromiseFactory,
    QuestionFormFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
CUT = "part => part.scrollWidth - part.clientWidth"


@pytest.fixture
def late(office, clerk):
    """A ticket overdue for an hour."""
    return TicketFactory(office=office, first_contact=clerk, due_at=now() - dt.timedelta(hours=1))


def test_the_mark_of_a_late_row_stands_beside_its_number(sit_down, clerk, late):
    page = sit_down(clerk, **ON_A_PHONE)
    page.goto("/tickets/?state=overdue")
    row = page.locator("#list tr.tone-danger")
    shadow = "part => getComputedStyle(part).boxShadow"
    assert row.locator("td").first.evaluate(shadow) == "none"
    assert "inset" in row.evaluate(shadow)


def test_a_contractors_table_fits_its_page(sit_down, office, supervisor):
    contractor = ContractorFactory(office=office, name="宏达防水工程")
    part, unit = PartFactory(office=office, name="外墙、外窗防渗漏"), UnitFactory(office=office, code="7-1-2301")
    visit = now() + dt.timedelta(days=1)
    some = {"office": office, "contractor": contractor, "part": part, "unit": unit, "visit_from": visit}
    TicketFactory(**some, state="dispatched", due_at=visit, subject="主卧外窗渗水，墙皮起泡脱落")
    page = sit_down(supervisor)
    page.goto(reverse("complaints:contractor", args=[contractor.pk]))
    assert page.locator(".table-wrap").evaluate(CUT) == 0
    expect(page.locator("#history")).to_be_visible()


def english(user):
    """Let somebody work in English."""
    user.language = "en"
    user.save()
    return user


def test_an_english_ticket_on_a_phone_shows_its_last_step_and_two_rows_of_acts(sit_down, office, engineer):
    ticket = TicketFactory(office=office, state="accepted", assignee=engineer)
    page = sit_down(english(engineer), **ON_A_PHONE)
    page.goto(ticket.get_absolute_url())
    last = page.locator(".steps li").last
    assert last.bounding_box()["width"] >= 14  # its dot
    rows = {round(act.bounding_box()["y"]) for act in page.locator(".action-bar .btn").all()}
    assert len(rows) == 2


@pytest.mark.parametrize("screen", [{}, ON_A_PHONE], ids=["desk", "phone"])
def test_english_statistics_fit(sit_down, office, supervisor, screen):
    for kind in ("help", "rework"):
        TicketFactory.create_batch(3, office=office, kind=kind)
    page = sit_down(english(supervisor), **screen)
    page.goto("/statistics/")
    expect(page.locator("#by-kind svg")).to_contain_text("Request for help")
    expect(page.locator("#by-kind svg")).to_contain_text("Warranty rework")
    assert {table.evaluate(CUT) for table in page.locator(".flow .table-wrap:visible").all()} == {0}


def test_the_tab_in_force_is_in_sight_on_a_phone(sit_down, clerk):
    page = sit_down(clerk, **ON_A_PHONE)
    page.goto("/callbacks/")
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_a_note_of_a_figure_is_not_broken_on_a_phone(sit_down, office, clerk):
    past = now() - dt.timedelta(hours=1)
    for count, done in ((11, now()), (10, past)):
        TicketFactory.create_batch(count, office=office, state="done", due_at=past, done_at=done)
    page = sit_down(clerk, **ON_A_PHONE)
    page.goto("/statistics/")
    note = page.locator(".figures .note").first
    assert note.evaluate("part => part.getClientRects().length") == 1
    assert note.bounding_box()["height"] < 30


def test_my_work_belongs_to_the_tickets_on_a_phone(sit_down, engineer):
    page = sit_down(engineer, **ON_A_PHONE)
    page.goto("/my-work/")
    expect(page.locator(".bottom [aria-current]")).to_have_text(_("Tickets"))


def test_labels_of_the_callback_rules_stand_clear_of_their_fields(sit_down, supervisor):
    page = sit_down(supervisor, **ON_A_PHONE)
    page.goto("/callback-rules/")
    below = "part => getComputedStyle(part, '::before').marginBottom"
    assert page.locator(".rules td[data-label]").first.evaluate(below) == "4px"


def test_a_call_begins_with_its_title_in_sight(sit_down, office, clerk):
    form = QuestionFormFactory(office=office, questions="一?\n二?\n三?\n四?\n五?\n六?")
    call = CallbackFactory(ticket__office=office, ticket__first_contact=clerk, ticket__caller_name="郭洁", form=form)
    page = sit_down(clerk)
    page.goto(call.get_absolute_url())
    expect(page.locator("#move input[name=satisfaction]").first).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


def test_seven_figures_of_the_desk_stand_in_one_row(sit_down, office, clerk, late):
    EscalationFactory(ticket=late, told=[clerk])
    PromiseFactory(ticket=late, made_by=clerk)
    CallbackFactory(ticket__office=office)
    page = sit_down(clerk)
    page.goto("/")
    figures = page.locator(".stats .stat")
    expect(figures).to_have_count(7)
    assert len({figure.bounding_box()["y"] for figure in figures.all()}) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_may_be_typed_for_a_household_is_read_to_its_end(sit_down, clerk, language):
    clerk.language = language
    clerk.save()
    page = sit_down(clerk)
    page.goto("/tickets/add/")
    typed = page.locator("#id_unit-ts-control")
    expect(typed).to_be_focused()
    assert typed.evaluate(
        """field => {
          const ruler = document.createElement("canvas").getContext("2d");
          ruler.font = getComputedStyle(field).font;
          return ruler.measureText(field.placeholder).width <= field.clientWidth;
        }"""
    )
