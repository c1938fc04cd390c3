"""What people do with a ticket at their screens, each step with what they see of it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from playwright.sync_api import expect

from complaints.models import Ticket
from tests.browser.looking import too_wide


def dispatch(page, ticket):
    """Send the engineer, from the list of what waits."""
    page.goto("/tickets/?state=waiting")
    page.get_by_role("link", name=ticket.number, exact=True).click()
    page.get_by_role("link", name=_("Dispatch"), exact=True).click()
    page.locator("#move").get_by_label(_("Engineer or colleague")).select_option(label="李强")
    page.locator("#move").get_by_label(_("In 2 hours")).check()
    page.locator("#move").get_by_role("button", name=_("Dispatch")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.DISPATCHED.label))
    expect(page.locator("#history")).to_contain_text("陈静")


def finish_on_the_phone(page, ticket, photo):
    """Accept it, repair the tap, send a photo."""
    page.get_by_role("link", name=_("My work")).tap()
    expect(page.get_by_role("heading", name=ticket.subject)).to_be_visible()
    page.get_by_role("button", name=_("Accept")).tap()
    page.get_by_role("link", name=_("Report done")).tap()
    page.get_by_label(_("What was done")).fill("换了阀芯，试水不漏。")
    page.get_by_label(_("Charged (yuan)")).fill("35")
    page.get_by_label(_("Photos after the work")).set_input_files(photo)
    page.get_by_role("button", name=_("Report done")).tap()
    expect(page.get_by_text(_("Nothing in your hands"))).to_be_visible()
    page.get_by_role("link", name=str(ticket)).tap()
    expect(page.get_by_role("img", name=photo["name"])).to_be_visible()
    assert too_wide(page) == []


def reply(page, ticket, words, *, was=Ticket.State.DONE):
    """Tell the resident, on the ticket's page without leaving it."""
    page.goto(ticket.get_absolute_url())
    expect(page.locator("#state")).to_have_text(str(was.label))
    page.get_by_role("link", name=_("Reply"), exact=True).click()
    page.get_by_label(_("What was replied")).fill(words)
    page.locator("#move").get_by_role("button", name=_("Reply")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.REPLIED.label))


def archive(page):
    """Put away the ticket whose page is open."""
    page.get_by_role("link", name=_("Archive"), exact=True).click()
    page.locator("#move").get_by_role("button", name=_("Archive")).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.ARCHIVED.label))


def exported(path):
    """The rows of an exported list, from its header on."""
    rows = [row for row in load_workbook(path).active.values if any(row)]
    start = next(number for number, row in enumerate(rows) if _("No.") in row)
    return rows[start:]
