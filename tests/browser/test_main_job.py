"""The main job, start to end, as an office does it: fill the register, take a call, send somebody, tell the caller."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from complaints.models import Ticket
from frontdesk.estate.models import Person, Unit
from frontdesk.kit.jobs import run_job
from frontdesk.kit.models import Job
from tests.browser.handling import archive, dispatch, exported, finish_on_the_phone, reply
from tests.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ("楼栋", "单元", "房号", "建筑面积", "业主姓名", "联系电话", "身份证号")
RIGHT = [
    ("3", "2", f"{floor}01", "89.50", name, f"1380013{floor:04d}", "")
    for floor, name in enumerate(("欧阳娜", "张伟", "李敏", "王芳", "刘洋", "陈静", "杨帆"), 2)
]
WRONG = [
    ("3", "2", "1001", "八十九", "赵磊", "13800130010", ""),
    ("3", "2", "1101", "89.50", "孙丽", "1380013", ""),
    ("3", "2", "1201", "89.50", "周勇", "13800130012", "110101199003074515"),
]
CORRECTIONS = {"八十九": "89", "1380013": "13800130011", "110101199003074515": "110101199003074514"}


@pytest.fixture
def register(tmp_path):
    """An office's list of ten flats; three rows hold something that cannot be right."""
    book = Workbook()
    for row in (HEADER, *RIGHT[:4], *WRONG, *RIGHT[4:]):
        book.active.append(row)
    book.active.title = "业主花名册"
    path = tmp_path / "南湖业主花名册.xlsx"
    book.save(path)
    return path


def test_from_the_register_to_the_archived_ticket(
    sit_down, register, photo, tmp_path, admin, clerk, supervisor, engineer, manager
):
    office_pc = sit_down(admin)
    corrected = _import_with_three_wrong_rows(office_pc, register)
    _import_the_same_file_again(office_pc, corrected)

    desk = sit_down(clerk)
    _find_by_initials(desk)
    ticket = _take_repair(desk)
    dispatch(sit_down(supervisor), ticket)
    finish_on_the_phone(sit_down(engineer, viewport=PHONE, has_touch=True, is_mobile=True), ticket, photo)
    reply(desk, ticket, "已修好，您验收满意。")
    archive(desk)
    _export(sit_down(manager), ticket, tmp_path / "tickets.xlsx")


def _import_with_three_wrong_rows(page, register):
    """Upload, see what is wrong, correct the marked table, upload it, import it; return the corrected table."""
    page.get_by_role("link", name=_("Imports")).click()
    _choose_register(page)
    _upload(page, register)
    expect(_figure(page, _("Wrong"))).to_have_text("3")
    expect(page.get_by_role("region", name=_("To correct")).locator("tbody tr")).to_have_count(3)
    expect(page.get_by_role("button", name=_("Import"), exact=True)).to_have_count(0)
    with page.expect_download() as marked:
        page.get_by_role("link", name=_("Table with the wrong cells marked")).click()
    corrected = register.with_name("订正后.xlsx")
    marked.value.save_as(corrected)
    _correct(corrected)

    page.get_by_role("link", name=_("Upload the corrected table")).click()
    _upload(page, corrected)
    expect(_figure(page, _("Wrong"))).to_have_text("0")
    expect(_figure(page, _("New"))).to_have_text("10")
    assert Unit.objects.count() == 0
    page.get_by_role("button", name=_("Import"), exact=True).click()
    expect(page.locator("#job")).to_contain_text(str(Job.Status.WAITING.label))
    assert run_job(Job.objects.get(kind="kit.commit_import").pk)
    expect(page.locator("#job")).to_contain_text(str(Job.Status.DONE.label))
    assert (Unit.objects.count(), Person.objects.count()) == (10, 10)
    return corrected


def _import_the_same_file_again(page, corrected):
    """Upload it a third time: the page says who imported it when, and there is nothing to import."""
    page.goto("/imports/")
    _choose_register(page)
    _upload(page, corrected)
    expect(page.get_by_text(_("There is nothing to import: every row is already there as it is."))).to_be_visible()
    expect(page.locator(".notice.tone-warn")).to_contain_text("管理员")
    expect(_figure(page, _("Already there"))).to_have_text("10")
    expect(page.get_by_role("button", name=_("Import"), exact=True)).to_have_count(0)
    assert (Unit.objects.count(), Person.objects.count()) == (10, 10)


def _choose_register(page):
    page.get_by_role("link", name=_("Upload a table")).filter(has_text=_("Units and people (one sheet)")).click()


def _upload(page, path):
    page.get_by_label(_("File"), exact=True).set_input_files(path)
    page.get_by_role("button", name=_("Upload and look at the preview")).click()


def _figure(page, label):
    """The number under a label of the preview."""
    return page.locator(".stat", has=page.get_by_text(label, exact=True)).locator(".stat-value")


def _correct(path):
    """Do with the marked table what the office does in Excel: look at the red cells and write the right thing."""
    book = load_workbook(path)
    paper = book.active
    red = [cell for row in paper.iter_rows(min_row=2, min_col=2) for cell in row if cell.fill.fill_type]
    assert sorted(cell.value for cell in red) == sorted(CORRECTIONS)
    assert [bool(row[0].value) for row in paper.iter_rows(min_row=2)] == [True] * 3 + [False] * 7
    for cell in red:
        cell.value = CORRECTIONS[cell.value]
    book.save(path)


def _find_by_initials(page):
    """Find a resident with the keyboard alone: slash, initials, arrow, Enter."""
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("oyn")
    hit = page.get_by_role("option").filter(has_text="欧阳娜").last
    expect(hit).to_be_visible()
    while hit.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("欧阳娜")
    expect(page.locator("main")).not_to_contain_text("13800130002")


def _take_repair(page):
    """Write down what the caller says; the household stands beside the form. Return the ticket."""
    page.get_by_role("link", name="3-2-201").first.click()
    page.get_by_role("link", name=_("Take a ticket")).click()
    card = page.locator("#household")
    expect(card.locator(".household-unit")).to_have_text("3-2-201")
    expect(card).to_contain_text("欧阳娜")
    page.get_by_label(_("Who is calling"), exact=True).select_option(index=1)
    page.get_by_label(_("Subject")).fill("厨房水龙头漏水")
    page.get_by_label(_("In detail")).fill("阀门关不紧，一直滴水。")
    page.get_by_role("button", name=_("Record ticket"), exact=True).click()
    expect(page.locator("#state")).to_have_text(str(Ticket.State.RECORDED.label))
    return Ticket.objects.get(subject="厨房水龙头漏水", unit__code="3-2-201", person__name="欧阳娜")


def _export(page, ticket, path):
    """Take the list away as Excel and read it back."""
    page.get_by_role("link", name=_("Tickets"), exact=True).first.click()
    with page.expect_download() as file:
        page.get_by_role("link", name=_("Excel"), exact=True).click()
    file.value.save_as(path)
    header, row, *others = exported(path)
    line = dict(zip(header, row, strict=True))
    assert others == []
    assert line[_("No.")] == ticket.number
    assert line[_("Subject")] == "厨房水龙头漏水"
    assert line[_("Unit")] == "3-2-201"
    assert line[_("State")] == str(Ticket.State.ARCHIVED.label)
    assert (line[_("Answers for it")], line[_("In the hands of")]) == ("王敏", "李强")
