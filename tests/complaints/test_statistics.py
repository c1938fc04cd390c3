"""R-TKT-11: the figures of a period, and that behind every figure stand exactly its tickets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from complaints import services
from complaints.models import Contractor, Ticket
from complaints.services import measures
from complaints.services.ranking import ranked
from complaints.services.statistics import Line, Statistics, as_tree
from frontdesk.kit.periods import Period, month_before, month_of, next_month, quarter_of, year_of
from tests.factories import (
    BuildingFactory,
    CallbackFactory,
    CategoryFactory,
    CauseFactory,
    CompensationFactory,
    ContractorFactory,
    EscalationFactory,
    PartFactory,
    ReopeningFactory,
    TicketFactory,
    TicketSettingsFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

URL = "/statistics/"
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def hours_ago(hours):
    return NOW - dt.timedelta(hours=hours)


def finished(office, *, late=False, **facts):
    """Return a ticket closed in time, or too late."""
    due = hours_ago(30 if late else 10)
    moments = {"received_at": hours_ago(50), "finish_due_at": due, "close_due_at": due + dt.timedelta(hours=5)}
    ended = {"done_at": hours_ago(20), "replied_at": hours_ago(19), "archived_at": hours_ago(18)}
    return TicketFactory(office=office, state="archived", **{**moments, **ended, **facts})


@pytest.fixture
def estate(office):
    """A month of every kind of answer: some of each dimension, some that say nothing."""
    buildings = BuildingFactory.create_batch(2, office=office)
    units = [UnitFactory(office=office, building=building) for building in buildings]
    branch = CategoryFactory(office=office, name="给排水")
    leaves = [CategoryFactory(office=office, parent=branch, name=name) for name in ("漏水", "堵塞")]
    part, causes = PartFactory(office=office), CauseFactory.create_batch(2, office=office)
    contractors = ContractorFactory.create_batch(2, office=office)
    tickets = [
        finished(office, kind="complaint", unit=units[0], category=leaves[0], cause=causes[0], part=part),
        finished(office, kind="complaint", unit=units[0], category=leaves[1], late=True, contractor=contractors[0]),
        finished(office, kind="repair", unit=units[1], category=branch, cause=causes[0], contractor=contractors[1]),
        TicketFactory(office=office, kind="repair", finish_due_at=hours_ago(1), close_due_at=hours_ago(-9)),
        TicketFactory(office=office, kind="rework", unit=units[1], finish_due_at=hours_ago(-5)),
        TicketFactory(office=office, kind="praise", unit=UnitFactory(office=office)),
        # The same part of the unit for the same cause, done once more: a repeat repair.
        finished(office, kind="repair", unit=units[0], cause=causes[0], part=part, done_at=hours_ago(2)),
    ]
    for ticket, mark in zip(tickets, (5, 2, 5), strict=False):
        CallbackFactory(ticket=ticket, state="done", satisfaction=mark)
    CallbackFactory(ticket=tickets[0], state="done", satisfaction=4, closed_at=hours_ago(3))
    CallbackFactory(ticket=tickets[6])  # not called yet
    for level in (1, 2):
        EscalationFactory(ticket=tickets[3], level=level)
    EscalationFactory(ticket=tickets[3], level=2, clock="close")
    CompensationFactory(ticket=tickets[0], state="paid", amount=Decimal("300.10"))
    CompensationFactory(ticket=tickets[1], state="paid", amount=Decimal("200.20"))
    CompensationFactory(ticket=tickets[2], state="withdrawn", amount=Decimal("999.00"))
    TicketFactory(office=office, received_at=NOW - dt.timedelta(days=40))  # last month's
    return tickets


def of(office):
    return Statistics(Ticket.objects.of_office(office), NOVEMBER)


def test_totals_tell_in_time_late_and_what_may_still_be(office, estate):
    found = of(office)
    assert (found.total.count, found.total.in_time, found.total.late, found.total.undecided) == (7, 2, 3, 2)
    assert (found.closed.in_time, found.closed.late, found.open) == (3, 1, 3)
    assert found.total.share == 40


def test_what_was_done_too_late_counts_as_late_when_it_was_opened_again(office, clerk, client_of):
    contractor = ContractorFactory(office=office)
    job = TicketFactory(office=office, kind="rework", contractor=contractor, finish_due_at=hours_ago(-5))
    ReopeningFactory(ticket=job, contractor=contractor, due_at=hours_ago(3), ended_at=hours_ago(2))
    found = of(office)
    assert (found.total.late, found.total.undecided) == (1, 0)
    assert [(line.label, line.late) for line in found.by_contractor] == [(contractor.name, 1)]
    listed = client_of(clerk).get("/tickets/", {"in_time": "finish_late", "contractor": contractor.pk})
    assert listed.context["screen"].count == 1


@pytest.fixture
def sent_again(office):
    """Two contractors; work of the first came back, and the second was sent, or a colleague, or the first again."""
    first, second = ContractorFactory(office=office, name="甲"), ContractorFactory(office=office, name="乙")
    facts = {"office": office, "kind": "rework", "finish_due_at": hours_ago(-5)}
    late, kept = {"due_at": hours_ago(3), "ended_at": hours_ago(2)}, {"due_at": hours_ago(1), "ended_at": hours_ago(2)}
    for holder, was in ((second, late), (second, kept), (None, late), (first, kept)):
        ReopeningFactory(ticket=TicketFactory(contractor=holder, **facts), contractor=first, **was)
    nobodys = TicketFactory(contractor=second, **facts)  # a colleague was late, before the second was sent
    ReopeningFactory(ticket=nobodys, **late)
    ReopeningFactory(ticket=TicketFactory(**facts), **late)
    return first, second


def test_what_came_back_counts_for_the_contractor_who_had_done_it(office, sent_again):
    lines = [(line.label, line.count, line.in_time, line.late) for line in of(office).by_contractor]
    assert lines == [("甲", 4, 1, 2), ("乙", 3, 0, 0), ("", 1, 0, 1)]


def test_contractors_are_counted_as_they_are_ranked(office, sent_again):
    ranks = ranked(Contractor.objects.of_office(office), NOVEMBER, at=NOW)
    rows = {(row.name, row.received, row.in_time, row.late) for row in ranks}
    lines = {(line.label, line.count, line.in_time, line.late) for line in of(office).by_contractor if line.key}
    assert lines == rows


def test_behind_every_contractors_number_stand_exactly_his_tickets(office, supervisor, sent_again, client_of):
    client = client_of(supervisor)
    found = {name: cell for name, cell in cells_of(client.get(URL)) if name.startswith("contractor")}
    assert {name: count_behind(client, cell.url) for name, cell in found.items()} == {
        name: cell.value for name, cell in found.items()
    }
    assert len(found) == 12


def test_kinds_come_by_number_with_their_words(office, estate):
    lines = [(line.key, line.label, line.count) for line in of(office).by_kind]
    assert lines[:2] == [("repair", "报修", 3), ("complaint", "投诉", 2)]
    assert sorted(lines[2:]) == [("praise", "表扬", 1), ("rework", "返修", 1)]


def test_a_branch_counts_what_hangs_on_it(office, estate):
    lines = [(line.label, line.depth, line.count, line.in_time, line.late) for line in of(office).by_category]
    assert lines == [("给排水", 0, 3, 2, 1), ("堵塞", 1, 1, 0, 1), ("漏水", 1, 1, 1, 0), ("", 0, 4, 0, 2)]


def test_as_tree_keeps_a_branch_nobody_named_itself():
    tree = as_tree([Line(2, "漏水", 4), Line(None, "", 1)], {2: (1, "给排水")})
    assert [(line.key, line.label, line.count, line.depth) for line in tree] == [
        (1, "给排水", 4, 0),
        (2, "漏水", 4, 1),
        (None, "", 1, 0),
    ]


def test_satisfaction_counts_tickets_and_averages_answers(office, estate):
    found = of(office)
    assert {line.key: line.count for line in found.satisfaction} == {5: 2, 4: 1, 3: 0, 2: 1, 1: 0}
    assert (found.answers, found.average_satisfaction) == (4, 4.0)


def test_without_answers_there_is_no_average(office):
    assert of(office).average_satisfaction is None
    assert of(office).total.share is None


def test_escalations_count_a_ticket_once_per_level(office, estate):
    assert {line.key: line.count for line in of(office).escalations} == {1: 1, 2: 1, 3: 0, 4: 0}


def test_compensation_adds_up_to_the_fen_and_leaves_out_what_was_withdrawn(office, estate):
    rows = {row.key: (row.count, row.amount) for row in of(office).compensations}
    nothing = (0, Decimal("0.00"))
    assert rows == {"proposed": nothing, "approved": nothing, "paid": (2, Decimal("500.30"))}


def test_repeat_is_the_same_part_and_cause_within_the_offices_days(office, estate):
    assert of(office).repeats == 1
    settings = TicketSettingsFactory(office=office, repeat_days=1)
    Ticket.objects.filter(pk=estate[0].pk).update(done_at=hours_ago(80))
    assert of(office).repeats == 0
    settings.repeat_days = 5
    settings.save()
    assert of(office).repeats == 1


def test_other_offices_are_counted_apart(office, other_office, estate):
    finished(other_office)
    assert of(office).total.count == 7
    assert Statistics(Ticket.objects.all(), NOVEMBER).total.count == 8


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_take_a_fixed_number_of_queries(office, rows, django_assert_num_queries):
    for _row in range(rows):
        finished(office, unit=UnitFactory(office=office, building=BuildingFactory(office=office)))
    found = of(office)
    names = (
        "total", "closed", "open", "by_kind", "by_category", "by_building", "by_cause", "by_contractor", "by_office",
        "satisfaction", "average_satisfaction", "escalations", "compensations", "repeats",
    )  # fmt: skip
    with django_assert_num_queries(13):
        assert [getattr(found, name) for name in names]


@pytest.mark.parametrize(
    ("make", "day", "first", "last"),
    [
        (month_of, "2026-02-14", "2026-02-01", "2026-02-28"),
        (month_of, "2026-12-31", "2026-12-01", "2026-12-31"),
        (month_before, "2026-01-01", "2025-12-01", "2025-12-31"),
        (quarter_of, "2026-11-18", "2026-10-01", "2026-12-31"),
        (quarter_of, "2026-01-01", "2026-01-01", "2026-03-31"),
        (year_of, "2028-02-29", "2028-01-01", "2028-12-31"),
    ],
)
def test_periods_begin_and_end_on_their_days(make, day, first, last):
    assert make(dt.date.fromisoformat(day)) == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_a_period_holds_its_last_second_and_not_the_next(office):
    zone = NOW.tzinfo
    inside = TicketFactory(office=office, received_at=dt.datetime(2026, 11, 30, 23, 59, 59, tzinfo=zone))
    TicketFactory(office=office, received_at=dt.datetime(2026, 12, 1, tzinfo=zone))
    assert list(Ticket.objects.filter(NOVEMBER.holds("received_at"))) == [inside]
    assert next_month(dt.date(2026, 12, 1)) == dt.date(2027, 1, 1)


# ---- the page -------------------------------------------------------------------------------------------------------


def cells_of(page):
    """Return every number of the page's tables with the address it leads to."""
    for section in page.context["sections"]:
        for row in section.rows:
            for place, cell in enumerate(row.cells):
                yield f"{section.name} · {row.label} · {place}", cell
    for row in page.context["money"]:
        yield f"money · {row['label']}", row["cell"]


def count_behind(client, url):
    """Return how many tickets the list has at an address, nothing of which was left out."""
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.context["problems"] == []
    asked = {name.removesuffix("_after").removesuffix("_before") for name in parse_qs(urlsplit(url).query)}
    assert asked == set(answer.context["filters"].understood)
    return answer.context["screen"].count


@pytest.mark.parametrize("query", ["", "?kind=repair"])
def test_behind_every_number_stand_exactly_its_tickets(office, supervisor, estate, client_of, query):
    client = client_of(supervisor)
    page = client.get(URL + query)
    found = dict(cells_of(page))
    assert {name.partition(" ")[0] for name in found} == {
        "kind", "category", "building", "cause", "contractor", "on_time", "satisfaction", "escalated", "money",
    }  # fmt: skip
    wrong = {
        name: (cell.value, n) for name, cell in found.items() if (n := count_behind(client, cell.url)) != cell.value
    }
    assert wrong == {}
    assert sum(cell.value for cell in found.values()) > 0


def test_every_bar_leads_where_its_row_leads(office, supervisor, estate, client_of):
    page = client_of(supervisor).get(URL)
    for section in page.context["sections"]:
        chart = page.context["charts"].get(section.name)
        if chart is None:
            assert section.is_empty
            continue
        bars = {
            (value, url) for part in chart["series"] for value, url in zip(part["values"], part["urls"], strict=True)
        }
        assert bars <= {(cell.value, cell.url) for row in section.rows for cell in row.cells}
        assert len(chart["labels"]) == len(section.tops)


def test_figures_on_top_lead_to_their_tickets(office, supervisor, estate, client_of):
    client = client_of(supervisor)
    figures = client.get(URL).context["figures"]
    numbers = {figure["url"]: figure["value"] for figure in figures if isinstance(figure["value"], int)}
    assert {url: count_behind(client, url) for url in numbers} == numbers
    assert len(numbers) == 3


def test_the_company_sees_all_offices_and_each_by_its_name(office, other_office, company, estate, client_of):
    finished(other_office, category=CategoryFactory(office=other_office, name="给排水"))
    client = client_of(company)
    page = client.get(URL)
    found = dict(cells_of(page))
    assert {name: count_behind(client, cell.url) for name, cell in found.items()} == {
        name: cell.value for name, cell in found.items()
    }
    labels = {row.label for section in page.context["sections"] if section.name == "category" for row in section.tops}
    assert {"南湖管理处 · 给排水", "北苑管理处 · 给排水"} <= labels


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-11-01", "2026-11-30"),
        ("?period=last_month", "2026-10-01", "2026-10-31"),
        ("?period=quarter", "2026-10-01", "2026-12-31"),
        ("?period=year", "2026-01-01", "2026-12-31"),
        ("?period=nonsense", "2026-11-01", "2026-11-30"),
        ("?first=2026-11-03&last=2026-11-04", "2026-11-03", "2026-11-04"),
    ],
)
def test_the_days_asked_for_are_shown(supervisor, client_of, query, first, last):
    period = client_of(supervisor).get(URL + query).context["period"]
    assert (str(period.first), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?first=2026-11-30&last=2026-11-01", "last"),
        ("?first=2015-01-01&last=2026-11-01", "last"),
        ("?first=2026-13-01&last=2026-11-01", "first"),
        ("?first=&last=2026-11-01", "first"),
        ("?first=2026-11-01&last=2026-11-02&kind=lost", "kind"),
    ],
)
def test_days_that_cannot_be_are_said_and_nothing_typed_is_lost(supervisor, client_of, query, field):
    page = client_of(supervisor).get(URL + query)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert page.context["period"] == NOVEMBER
    typed = parse_qs(query[1:], keep_blank_values=True)
    assert {name: [page.context["form"][name].value()] for name in typed} == typed


def test_an_office_without_tickets_sees_what_to_do(supervisor, client_of):
    page = client_of(supervisor).get(URL)
    assert page.context["sections"] == []
    assert "echarts" not in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("clerk", 200), ("company", 200), ("engineer", 403), ("guard", 403)])
def test_statistics_are_for_who_may_look_at_reports(request, client_of, who, status):
    assert client_of(request.getfixturevalue(who)).get(URL).status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_sixteen_queries_however_many_rows(
    office, supervisor, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        finished(office, unit=UnitFactory(office=office, building=BuildingFactory(office=office)))
    client = client_of(supervisor)
    client.get(URL)
    with django_assert_num_queries(16):
        client.get(URL)


def test_labels_are_shown_not_run(office, supervisor, client_of):
    finished(office, category=CategoryFactory(office=office, name="</script><b>1</b>"))
    html = client_of(supervisor).get(URL).content.decode()
    assert "</script><b>1" not in html
    assert "\\u003C/script\\u003E" in html


# ---- the ledger's questions -----------------------------------------------------------------------------------------


def test_the_ledger_can_be_asked_for_everything_it_is_counted_by(office, clerk, client_of):
    fields = set(client_of(clerk).get(reverse("complaints:ticket_list")).context["filters"].form.fields)
    wanted = {
        "kind", "category", "building", "cause", "part", "contractor", "department", "received", "satisfaction",
        "in_time", "repeated", "escalated", "compensation", "state", "channel", "urgent", "major",
    }  # fmt: skip
    assert wanted <= fields


def test_who_may_not_see_callbacks_and_money_is_not_told_by_a_filter(office, engineer, client_of):
    fields = set(client_of(engineer).get(reverse("complaints:ticket_list")).context["filters"].form.fields)
    assert not fields & {"satisfaction", "escalated", "compensation"}


@pytest.mark.parametrize("clock", [measures.FINISH, measures.CLOSE])
def test_every_ticket_stands_to_each_deadline_in_one_way(office, supervisor, estate, client_of, clock):
    client = client_of(supervisor)
    counts = [
        client.get("/tickets/", {"in_time": f"{clock}{how}"}).context["screen"].count for how in ("", "_late", "_open")
    ]
    assert sum(counts) == Ticket.objects.count()


def test_repeat_repairs_and_all_else_make_the_whole(office, supervisor, estate, client_of):
    client = client_of(supervisor)
    again, other = (client.get("/tickets/", {"repeated": word}).context["screen"].count for word in ("true", "false"))
    assert (again, again + other) == (1, Ticket.objects.count())


def test_excel_with_all_columns_holds_every_column_whatever_the_screen_shows(office, clerk, estate, client_of):
    answer = client_of(clerk, confirmed=True).get("/tickets/", {"export": "xlsx", "columns": "all"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    page = client_of(clerk).get("/tickets/")
    assert sheet.max_column == len(page.context["screen"].table.columns) > len(page.context["screen"].table.shown)
    assert page.context["export_all_url"] == "?export=xlsx&columns=all"
    assert sheet.max_row == 1 + Ticket.objects.count() + 1  # the head, and what was charged in all


@pytest.mark.parametrize(("late", "then"), [(True, measures.LATE), (False, measures.UNDECIDED)])
def test_what_was_closed_too_late_stays_late_when_it_is_opened_again(office, clerk, late, then):
    ticket = finished(office, late=late, first_contact=clerk)
    services.reopen_ticket(ticket, reason="又漏了", by=clerk)
    standings = Ticket.objects.annotate(standing=measures.standing("close")).values_list("standing", flat=True)
    assert list(standings) == [then]


def test_closing_in_time_at_last_does_not_make_up_for_the_first_time(office):
    ticket = finished(office)
    ReopeningFactory(ticket=ticket, close_due_at=hours_ago(40), closed_at=hours_ago(30))
    assert list(Ticket.objects.filter(measures.too_late("close"))) == [ticket]
    assert not Ticket.objects.filter(measures.in_time("close")).exists()
