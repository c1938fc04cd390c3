"""R-TKT-11: the month's workbooks, made by themselves and when asked for, kept, handed out on record."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext
from openpyxl import load_workbook

from complaints.models import MonthlyReport, Ticket
from complaints.services import reporting
from complaints.services.settings import change_settings, settings_of
from frontdesk.kit import files, jobs
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Attachment, Job
from frontdesk.kit.periods import month_of
from frontdesk.staff.models import User
from tests.factories import (
    BuildingFactory,
    CallbackFactory,
    CategoryFactory,
    CauseFactory,
    CompensationFactory,
    ContractorFactory,
    MonthlyReportFactory,
    PartFactory,
    TicketFactory,
    UnitFactory,
)
from tests.kit.uploads import book_of
from tests.racing import together

pytestmark = pytest.mark.django_db

ZONE = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 11, 3, 9, 0, tzinfo=ZONE)
OCTOBER = dt.date(2026, 10, 1)
REWORK, COMPLAINTS = MonthlyReport.Kind.REWORK, MonthlyReport.Kind.COMPLAINTS


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def at(month, day, hour=10):
    return dt.datetime(2026, month, day, hour, tzinfo=ZONE)


def made(office, kind, by=None):
    """Return a month's report, made, and its workbook as it is read by what does not calculate."""
    report, _new = MonthlyReport.objects.get_or_create(office=office, kind=kind, month=OCTOBER)
    attachment = reporting.make_report(report, by=by, progress=lambda *_args: None)
    report.refresh_from_db()
    return report, book_of(attachment, data_only=True)


def facts_of(book):
    """Return the summary's facts: label → what stands beside it."""
    return {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=5, values_only=True) if row[0]}


@pytest.fixture
def reworks(office):
    """Rework of October in every way it can stand to the month."""
    firm = ContractorFactory(office=office, name="宏达防水", contact="黄工")
    part, cause = PartFactory(office=office, name="卫生间防水"), CauseFactory(office=office, name="老化")
    unit = UnitFactory(office=office, code="3-2-1502")
    facts = {"office": office, "kind": "rework", "contractor": firm, "part": part, "cause": cause, "unit": unit}
    done = {"state": "archived", "confirmed_at": at(10, 21)}
    TicketFactory(**facts, **done, received_at=at(9, 1), finish_due_at=at(9, 20), done_at=at(9, 15))  # not October's
    TicketFactory(**facts, received_at=at(11, 1), finish_due_at=at(11, 20))  # nor this
    return {
        "carried": TicketFactory(**facts, **done, received_at=at(9, 20), finish_due_at=at(10, 5), done_at=at(10, 4)),
        "late": TicketFactory(**facts, **done, received_at=at(10, 2), finish_due_at=at(10, 12), done_at=at(10, 20)),
        "open": TicketFactory(**facts, state="dispatched", received_at=at(10, 28), finish_due_at=at(11, 9),
                              subject="=1+1"),
        "overdue": TicketFactory(office=office, kind="rework", received_at=at(9, 28), finish_due_at=at(10, 8)),
        "after": TicketFactory(**facts, **done, received_at=at(10, 30), finish_due_at=at(11, 3), done_at=at(11, 2)),
    }  # fmt: skip


def test_rework_report_counts_what_came_was_done_and_is_open_at_the_months_end(office, reworks):
    report, book = made(office, REWORK)
    facts = list(facts_of(book).values())
    assert facts == [2, 3, 2, 3, 1, 1, 1, 0.5, 2, 3]
    assert report.tickets == len(reworks)


def test_a_report_made_later_says_the_same(office, reworks):
    _report, book = made(office, REWORK)
    before = facts_of(book)
    Ticket.objects.filter(pk=reworks["open"].pk).update(state="archived", done_at=NOW, confirmed_at=NOW)
    with time_machine.travel(NOW + dt.timedelta(days=20), tick=False):
        _report, book = made(office, REWORK)
    assert facts_of(book) == before


def test_rework_by_contractor_adds_up_for_whoever_does_not_calculate(office, reworks):
    sheet = made(office, REWORK)[1].worksheets[1]
    firm, nobody, total = list(sheet.iter_rows(min_row=2, values_only=True))
    assert firm == ("宏达防水", "黄工", 1, 3, 2, 1, 1, 0.5, 2, 0)
    assert nobody[2:] == (1, 0, 0, 0, 0, None, 1, 1)
    assert total[2:] == (2, 3, 2, 1, 1, 0.5, 3, 1)


def test_rework_by_part_and_cause_lists_each_pair(office, reworks):
    sheet = made(office, REWORK)[1].worksheets[2]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ["卫生间防水", "老化", 3, 2, 3, "卫生间防水 · 老化"]
    assert rows[-1][2:5] == [3, 2, 3]


def test_rework_lists_hold_the_tickets_themselves(office, reworks):
    book = made(office, REWORK)[1]
    still_open, finished = book.worksheets[3], book.worksheets[4]
    assert {row[0].value for row in still_open.iter_rows(min_row=2)} == {
        reworks[name].number for name in ("open", "overdue", "after")
    }
    assert [row[0].value for row in finished.iter_rows(min_row=2)] == [
        reworks["carried"].number,
        reworks["late"].number,
    ]


def test_what_starts_like_a_formula_stays_text_and_a_number_stays_a_code(office, reworks):
    sheet = made(office, REWORK)[1].worksheets[3]
    cells = {cell.value: cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)}
    assert cells["=1+1"].data_type == "s"
    number = cells[reworks["open"].number]
    assert (number.data_type, number.number_format) == ("s", "@")
    assert cells["3-2-1502"].data_type == "s"


@pytest.mark.parametrize("kind", [REWORK, COMPLAINTS])
def test_every_sheet_prints_on_a4_and_keeps_its_head_in_sight(office, reworks, complaints, kind):
    book = made(office, kind)[1]
    assert len(book.worksheets) == (5 if kind == REWORK else 9)
    for sheet in book.worksheets:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToWidth == 1
    for sheet in book.worksheets[1:]:
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")


def test_charts_are_excels_own_and_name_the_cells_they_draw(office, reworks, complaints):
    rework, other = made(office, REWORK)[1], made(office, COMPLAINTS)[1]
    assert [len(sheet._charts) for sheet in rework.worksheets] == [1, 1, 1, 0, 0]
    assert [len(sheet._charts) for sheet in other.worksheets] == [1, 1, 1, 1, 1, 1, 0, 0, 0]
    chart = rework.worksheets[1]._charts[0]
    assert [series.val.numRef.f.rpartition("!")[2] for series in chart.series] == ["$F$2:$F$3", "$G$2:$G$3"]
    flow = rework.worksheets[0]._charts[0].series[0]
    assert (flow.val.numRef.f.rpartition("!")[2], flow.cat.numRef.f.rpartition("!")[2]) == ("$B$5:$B$8", "$A$5:$A$8")


@pytest.fixture
def complaints(office):
    """Three complaints of October, and one of September."""
    branch = CategoryFactory(office=office, name="噪音")
    leaf = CategoryFactory(office=office, parent=branch, name="装修")
    unit = UnitFactory(office=office, building=BuildingFactory(office=office, name="3"))
    facts = {"office": office, "kind": "complaint", "unit": unit}
    rows = [
        TicketFactory(**facts, category=leaf, state="archived", received_at=at(10, 2), finish_due_at=at(10, 5),
                      close_due_at=at(10, 8), done_at=at(10, 4), replied_at=at(10, 4), archived_at=at(10, 9)),
        TicketFactory(**facts, category=branch, state="archived", received_at=at(10, 3), finish_due_at=at(10, 5),
                      done_at=at(10, 6), replied_at=at(10, 6), archived_at=at(10, 7)),
        TicketFactory(**facts, received_at=at(10, 31), finish_due_at=at(11, 30), cause=CauseFactory(office=office)),
        TicketFactory(**facts, received_at=at(9, 10)),
    ]  # fmt: skip
    for ticket, mark in zip(rows, (5, 2), strict=False):
        CallbackFactory(ticket=ticket, state="done", satisfaction=mark, outcome="satisfied", remarks="=好")
    CompensationFactory(ticket=rows[0], state="paid", amount=Decimal("300.10"), payee="=张伟")
    CompensationFactory(ticket=rows[1], state="proposed", amount=Decimal("99.90"))
    return rows


def test_complaint_report_says_the_same_as_the_database(office, complaints):
    report, book = made(office, COMPLAINTS)
    facts = list(facts_of(book).values())
    assert facts == [3, 1, 1, 1, 0, 1, 0, 2, 3.5, 300.1, 0.5, 0]
    assert report.tickets == 3


def test_complaint_report_compares_with_the_month_before(office, complaints):
    sheet = made(office, COMPLAINTS)[1].worksheets[0]
    received = next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] == 3)
    assert received[1:4] == (3, 1, 2)


def test_complaint_sheets_hold_categories_callbacks_money_and_every_complaint(office, complaints):
    sheets = made(office, COMPLAINTS)[1].worksheets
    by_category, callbacks, money, listed = sheets[1], sheets[6], sheets[7], sheets[8]
    assert [row[0:2] for row in by_category.iter_rows(min_row=2, max_row=3, values_only=True)] == [
        ("噪音", 2),
        (gettext("Not said"), 1),
    ]
    assert [row[4] for row in callbacks.iter_rows(min_row=2, values_only=True)] == [5, 2]
    assert money["H4"].value == pytest.approx(400.0)
    assert {cell.data_type for (cell,) in money["B2:B3"]} == {"s"}
    rows = {row[0]: row for row in listed.iter_rows(min_row=2, values_only=True)}
    assert set(rows) == {ticket.number for ticket in complaints[:3]}
    assert rows[complaints[0].number][3] == "噪音 / 装修"
    assert [rows[ticket.number][-1] for ticket in complaints[:3]] == [5, 2, None]


@pytest.mark.parametrize("kind", [REWORK, COMPLAINTS])
def test_an_empty_month_makes_a_workbook_without_charts_of_nothing(office, kind):
    report, book = made(office, kind)
    assert report.tickets == 0
    assert sum(len(sheet._charts) for sheet in book.worksheets) == (1 if kind == REWORK else 3)


# ---- making, remaking, telling ----


def test_making_again_replaces_the_file_and_says_who_and_when(office, supervisor, reworks):
    report, _book = made(office, REWORK)
    first = report.file
    report, _book = made(office, REWORK, by=supervisor)
    first.refresh_from_db()
    assert (report.made_by, report.made_at) == (supervisor, NOW)
    assert first.removed_at is not None
    assert report.file.pk != first.pk
    assert report.file.expires_at is None
    entries = history_of(report)
    assert [(entry.verb, entry.actor) for entry in entries] == [("make_report", supervisor), ("make_report", None)]


def test_whoever_counts_is_told_and_else_the_supervisors(office, supervisor, clerk, manager, told):
    made(office, REWORK)
    assert [len(told(user)) for user in (supervisor, clerk, manager)] == [1, 0, 0]
    change_settings(office, by=supervisor, expected=0, targets={}, counts=clerk)
    made(office, COMPLAINTS)
    assert [len(told(user)) for user in (supervisor, clerk, manager)] == [0, 1, 0]
    clerk.memberships.update(ends=NOW.date() - dt.timedelta(days=1))
    made(office, COMPLAINTS)
    assert [len(told(user)) for user in (supervisor, clerk, manager)] == [1, 0, 0]


def test_only_who_may_look_at_the_reports_is_named_to_count(office, supervisor, engineer, outsider):
    for person in (engineer, outsider):
        with pytest.raises(DeskError) as refusal:
            change_settings(office, by=supervisor, expected=0, targets={}, counts=person)
        assert refusal.value.field == "counts"


def test_the_settings_page_names_who_counts(office, supervisor, clerk, engineer, client_of):
    client = client_of(supervisor)
    form = client.get("/ticket-settings/").context["form"]
    offered = set(form.fields["counts"].queryset)
    assert {clerk, supervisor} <= offered
    assert engineer not in offered
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post("/ticket-settings/", {**data, "counts": clerk.pk}).status_code == 302
    assert settings_of(office).counts == clerk


def test_order_report_is_refused_for_a_month_that_is_not_over(office, supervisor):
    with pytest.raises(DeskError) as refusal:
        reporting.order_report(office=office, kind=REWORK, month=dt.date(2026, 11, 1), by=supervisor)
    assert refusal.value.field == "month"
    assert not MonthlyReport.objects.exists()


def test_order_report_is_refused_to_the_clerk_and_to_others(office, clerk, company, outsider):
    for user in (clerk, company, outsider):
        with pytest.raises(PermissionDenied):
            reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=user)


def test_ordering_twice_while_it_is_being_made_is_one_job(office, supervisor, manager):
    first = reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=supervisor)
    assert reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=manager) == first
    jobs.run_job(first.pk)
    assert reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=manager) != first


def test_the_job_makes_it_for_whoever_ordered(office, supervisor, reworks):
    job = reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=supervisor)
    assert jobs.run_job(job.pk)
    job.refresh_from_db()
    report = MonthlyReport.objects.get()
    assert (job.status, job.url) == (Job.Status.DONE, report.get_absolute_url())
    assert (report.made_by, report.tickets) == (supervisor, 5)
    assert job.text == report.file.name


# ---- by itself ----


def months_ordered():
    return sorted((report.kind, f"{report.month:%Y-%m}") for report in MonthlyReport.objects.all())


def test_the_month_before_is_ordered_once(office, other_office):
    TicketFactory(office=office, received_at=at(10, 3))
    for _tick in range(3):
        reporting.order_due_reports(NOW)
    assert months_ordered() == [(COMPLAINTS, "2026-10"), (REWORK, "2026-10")]
    assert Job.objects.filter(kind=reporting.JOB).count() == 2
    assert set(MonthlyReport.objects.values_list("office", flat=True)) == {office.pk}


def test_nothing_is_ordered_before_the_month_is_over(office):
    TicketFactory(office=office, received_at=at(10, 3))
    with time_machine.travel(at(10, 31, 23), tick=False):
        reporting.order_due_reports(at(10, 31, 23))
    assert months_ordered() == []
    reporting.order_due_reports(dt.datetime(2026, 11, 1, 0, 0, tzinfo=ZONE))
    assert len(months_ordered()) == 2


def test_missed_months_are_made_up_for_a_year_at_most(office):
    TicketFactory(office=office, received_at=at(5, 3))
    MonthlyReportFactory(office=office, kind=REWORK, month=dt.date(2026, 7, 1))
    MonthlyReportFactory(office=office, kind=COMPLAINTS, month=dt.date(2024, 1, 1))
    reporting.order_due_reports(NOW)
    ordered = months_ordered()
    assert [month for kind, month in ordered if kind == REWORK] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert len([month for kind, month in ordered if kind == COMPLAINTS]) == 1 + 12


def test_a_report_that_failed_is_not_ordered_again_by_itself(office, supervisor):
    TicketFactory(office=office, received_at=at(10, 3))
    reporting.order_due_reports(NOW)
    Job.objects.update(status=Job.Status.FAILED)
    reporting.order_due_reports(NOW)
    assert Job.objects.filter(status=Job.Status.WAITING).count() == 0
    reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=supervisor)
    assert Job.objects.filter(status=Job.Status.WAITING).count() == 1


def test_made_by_itself_stands_without_a_name(office, clerk, client_of):
    TicketFactory(office=office, received_at=at(10, 3), kind="complaint")
    reporting.order_due_reports(NOW)
    for job in Job.objects.filter(kind=reporting.JOB):
        assert jobs.run_job(job.pk)
    assert set(MonthlyReport.objects.values_list("made_by", flat=True)) == {None}
    assert MonthlyReport.objects.get(kind=COMPLAINTS).tickets == 1
    assert client_of(clerk).get(reverse("complaints:report_list")).context["screen"].count == 2


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_order_each_report_once(office):
    TicketFactory(office=office, received_at=at(10, 3))
    outcomes = together(*(lambda: reporting.order_due_reports(NOW) for _worker in range(4)))
    assert outcomes == [None] * 4
    assert len(months_ordered()) == 2
    assert Job.objects.filter(kind=reporting.JOB).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_order_at_once_get_the_same_job(office, supervisor, manager):
    people = [User.objects.get(pk=person.pk) for person in (supervisor, manager)]
    found = together(
        *(lambda u=user: reporting.order_report(office=office, kind=REWORK, month=OCTOBER, by=u).pk for user in people)
    )
    assert len(set(found)) == 1
    assert isinstance(found[0], int)


# ---- the pages ----


def test_a_month_is_asked_for_on_the_page_and_leads_to_its_job(office, supervisor, client_of):
    client = client_of(supervisor)
    form = client.get("/reports/add/").context["form"]
    assert next(iter(form.fields["month"].choices))[0] == "2026-10-01"
    answer = client.post("/reports/add/", {"kind": "rework", "month": "2026-10-01"})
    assert answer.url == Job.objects.get(kind=reporting.JOB).get_absolute_url()


def test_a_month_that_is_not_offered_is_refused_at_its_field(office, supervisor, client_of):
    page = client_of(supervisor).post("/reports/add/", {"kind": "rework", "month": "2026-11-01"})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["month"]


def test_the_company_chooses_an_office_first(company, admin, client_of):
    assert client_of(company).get("/reports/add/").status_code == 403
    assert client_of(admin).get("/reports/").status_code == 403


def test_the_page_of_a_report_says_who_made_it_and_offers_the_file(office, supervisor, client_of, reworks):
    report, _book = made(office, REWORK, by=supervisor)
    page = client_of(supervisor).get(report.get_absolute_url())
    assert page.context["file"] == report.file
    assert report.file.name in page.content.decode()
    assert client_of(supervisor).post(f"{report.get_absolute_url()}make/").url.startswith("/jobs/")
    assert client_of(supervisor).get(report.get_absolute_url()).context["job"].status == Job.Status.WAITING


def test_the_workbook_leaves_behind_the_password_and_on_record(office, clerk, client_of, reworks):
    report, _book = made(office, REWORK)
    url = f"{report.get_absolute_url()}download/"
    assert client_of(clerk).get(url).status_code == 405
    assert client_of(clerk).post(url).status_code == 401
    answer = client_of(clerk, confirmed=True).post(url)
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert len(book.worksheets) == 5
    entry = history_of(report).first()
    assert (entry.verb, entry.actor, entry.note) == ("download_report", clerk, report.file.name)


def test_the_workbook_has_no_other_way_out(office, clerk, supervisor, outsider, engineer, client_of):
    report, _book = made(office, REWORK)
    assert client_of(supervisor, confirmed=True).get(report.file.get_absolute_url()).status_code == 404
    url = f"{report.get_absolute_url()}download/"
    assert client_of(outsider, confirmed=True).post(url).status_code == 404
    assert client_of(engineer, confirmed=True).post(url).status_code == 403
    assert history_of(report).filter(verb="download_report").count() == 0


def test_a_report_not_made_yet_says_so(office, clerk, client_of):
    report = MonthlyReportFactory(office=office)
    assert client_of(clerk, confirmed=True).post(f"{report.get_absolute_url()}download/").status_code == 400
    with pytest.raises(DeskError):
        reporting.hand_out_report(report, by=clerk)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(office, clerk, rows, client_of, django_assert_num_queries):
    for month in range(1, rows + 1):
        MonthlyReportFactory(office=office, month=dt.date(2026, month, 1))
    client = client_of(clerk)
    client.get("/reports/")
    with django_assert_num_queries(6):
        client.get("/reports/")


def test_reports_of_another_office_are_not_found(office, outsider, company, client_of):
    report = MonthlyReportFactory(office=office)
    assert client_of(outsider).get(report.get_absolute_url()).status_code == 404
    assert client_of(company).get(report.get_absolute_url()).status_code == 200


def test_the_file_survives_the_sweep(office):
    report, _book = made(office, REWORK)
    files.sweep(NOW + dt.timedelta(days=4000))
    assert Attachment.objects.filter(pk=report.file.pk).exists()
    assert month_of(report.month).first == OCTOBER
