"""R-TKT-11: the ledger on the screen and in Excel."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.utils.translation import gettext

from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.kit.calendar import local_date, now
from tests.factories import (
    AssessmentFactory,
    BuildingFactory,
    CallbackFactory,
    CompensationFactory,
    ContractorFactory,
    EscalationFactory,
    MonthlyReportFactory,
    PhoneFactory,
    PromiseFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

URL = "/tickets/"


def listed(client, **query):
    """Return the numbers on the page, in order."""
    screen = client.get(URL, query).context["screen"]
    at = screen.table.at["number"]
    return [row[at] for row in screen.rows]


def sheet_of(answer):
    workbook = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return list(workbook.active.iter_rows())


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_nine_queries_however_many_rows(office, clerk, engineer, rows, client_of, django_assert_num_queries):
    for _row in range(rows):
        TicketFactory(office=office, first_contact=clerk, assignee=engineer, unit=UnitFactory(office=office))
    client = client_of(clerk)
    client.get(URL)
    with django_assert_num_queries(9):
        client.get(URL)


def test_list_is_refused_to_the_guard(office, guard, client_of):
    assert client_of(guard).get(URL).status_code == 403


def test_list_shows_only_the_own_office(office, other_office, clerk, company, client_of):
    own, other = TicketFactory(office=office), TicketFactory(office=other_office)
    assert listed(client_of(clerk)) == [own.number]
    assert set(listed(client_of(company))) == {own.number, other.number}
    assert listed(client_of(company), office=other_office.pk) == [other.number]


LEDGERS = {
    "/tickets/": TicketFactory,
    "/callbacks/": CallbackFactory,
    "/promises/": PromiseFactory,
    "/escalations/": EscalationFactory,
    "/compensations/": CompensationFactory,
    "/assessments/": AssessmentFactory,
    "/contractors/": ContractorFactory,
    "/reports/": MonthlyReportFactory,
}


@pytest.mark.parametrize(("url", "factory"), LEDGERS.items())
def test_ledgers_of_all_offices_say_whose_each_row_is(office, other_office, manager, company, client_of, url, factory):
    factory(**{"office" if hasattr(factory._meta.model, "office") else "ticket__office": office})
    shown = [client_of(user).get(url).context["screen"] for user in (company, manager)]
    heads = [[head.name for head in screen.heads] for screen in shown]
    assert [names.count("office") for names in heads] == [1, 0]
    assert f">{office.name}</td>" in shown[0].body


@pytest.mark.parametrize("rows", [1, 3])
def test_ledger_of_all_offices_takes_the_same_queries_however_many_rows(
    office, other_office, company, rows, client_of, django_assert_num_queries
):
    TicketFactory.create_batch(rows, office=other_office)
    client = client_of(company)
    client.get(URL)
    with django_assert_num_queries(11):
        client.get(URL)


def test_excel_of_all_offices_says_whose_each_row_is(office, other_office, company, client_of):
    TicketFactory(office=office)
    head, row, *_total = sheet_of(client_of(company, confirmed=True).get(URL, {"export": "xlsx"}))
    line = {cell.value: value.value for cell, value in zip(head, row, strict=True)}
    assert line[gettext("Office")] == office.name


def test_list_shows_an_engineer_what_is_dispatched_to_them(office, engineer, clerk, client_of):
    mine = TicketFactory(office=office, first_contact=clerk, assignee=engineer, state="dispatched")
    TicketFactory(office=office, first_contact=clerk)
    assert listed(client_of(engineer)) == [mine.number]


@pytest.mark.parametrize("word", ["open", "waiting", "under_way", "to_answer", "overdue"])
def test_a_group_of_states_is_the_word_of_the_query_set(office, clerk, client_of, word):
    past = now() - dt.timedelta(hours=1)
    for state in TicketState:
        TicketFactory(office=office, first_contact=clerk, state=state, due_at=past)
    expected = set(getattr(Ticket.objects, word)().values_list("number", flat=True))
    assert set(listed(client_of(clerk), state=word)) == expected


def test_every_filter_keeps_its_rows(office, clerk, steward, engineer, client_of):
    building = BuildingFactory(office=office, name="9")
    unit = UnitFactory(office=office, building=building, code="9-1-101")
    yesterday = now() - dt.timedelta(days=1)
    wanted = TicketFactory(
        office=office,
        first_contact=steward,
        assignee=engineer,
        state="dispatched",
        unit=unit,
        kind="complaint",
        channel="hotline",
        urgent=True,
        received_at=yesterday,
        subject="楼上装修噪音",
    )
    TicketFactory(office=office, first_contact=clerk)
    client = client_of(clerk)
    day = local_date() - dt.timedelta(days=1)
    for query in (
        {"state": "dispatched"},
        {"kind": "complaint"},
        {"channel": "hotline"},
        {"assignee": engineer.pk},
        {"first_contact": steward.pk},
        {"building": building.pk},
        {"urgent": "true"},
        {"received_after": day, "received_before": day},
        {"q": "装修"},
        {"q": "9-1-101 噪音"},
        {"q": wanted.number},
    ):
        assert listed(client, **query) == [wanted.number], query


def test_whose_tells_answering_for_from_having_in_hand(office, clerk, steward, client_of):
    follows = TicketFactory(office=office, first_contact=clerk)
    in_hand = TicketFactory(office=office, first_contact=steward, assignee=clerk, state="accepted")
    TicketFactory(office=office, first_contact=steward)
    client = client_of(clerk)
    assert listed(client, whose="followed") == [follows.number]
    assert listed(client, whose="in_hand") == [in_hand.number]
    assert set(listed(client, whose="mine")) == {follows.number, in_hand.number}


def test_filters_offer_nothing_of_another_office(office, other_office, clerk, outsider, client_of):
    BuildingFactory(office=other_office)
    TicketFactory(office=other_office, first_contact=outsider)
    form = client_of(clerk).get(URL, {"unfold": "1"}).context["filters"].form
    assert "office" not in form.fields
    assert list(form.fields["first_contact"].choices) == [("", form.fields["state"].empty_label), (clerk.pk, "王敏")]
    assert len(list(form.fields["building"].choices)) == 2


def test_a_filter_that_means_nothing_is_said_and_left_out(office, clerk, client_of):
    ticket = TicketFactory(office=office)
    answer = client_of(clerk).get(URL, {"state": "lost", "received_after": "2026-13-45", "assignee": "x"})
    assert len(answer.context["problems"]) == 3
    assert listed(client_of(clerk), state="lost") == [ticket.number]


def test_the_questions_carry_their_counts(office, clerk, steward, client_of):
    past = now() - dt.timedelta(hours=1)
    TicketFactory(office=office, first_contact=clerk)
    TicketFactory(office=office, first_contact=steward, due_at=past)
    TicketFactory(office=office, first_contact=steward, state="archived")
    presets = client_of(clerk).get(URL).context["presets"]
    found = [str(label).rpartition('count">')[2].removesuffix("</span>") for label, _url, _current in presets]
    assert found[:4] == ["1", "2", "1", "2"]
    assert [url for _label, url, _current in presets][:4] == [
        "?whose=mine",
        "?state=waiting",
        "?state=overdue",
        "?state=open",
    ]


def test_an_overdue_row_is_marked(office, clerk, client_of):
    TicketFactory(office=office, first_contact=clerk, due_at=now() - dt.timedelta(hours=1))
    TicketFactory(office=office, first_contact=clerk, due_at=now() - dt.timedelta(hours=1), state="done")
    html = client_of(clerk).get(URL).content.decode()
    assert html.count('<tr class="tone-danger">') == 1


def test_ledger_names_and_calls_who_was_chosen_from_the_register(office, clerk, client_of):
    person = PhoneFactory(person__office=office, person__name="欧阳娜", number="13900001111").person
    PhoneFactory(person=person, number="13900002222", position=1)
    TicketFactory(office=office, person=person, caller_name="")
    TicketFactory(office=office, person=person, caller_name="她女儿", caller_phone="13812345678")
    TicketFactory(office=office, caller_name="")
    clerk.preferences = {"columns": {"complaints.TicketTable": ["caller", "phone"]}}
    clerk.save()
    head, *rows = sheet_of(client_of(clerk, confirmed=True).get(URL, {"export": "xlsx", "sort": "number"}))
    names = [cell.value for cell in head]
    said = [[row[names.index(gettext(word))].value for word in ("Caller", "Phone")] for row in rows]
    assert said == [["欧阳娜", "139****1111"], ["她女儿", "138****5678"], [None, None]]
    html = client_of(clerk).get(URL).content.decode()
    assert ("139****1111" in html, "13900001111" in html) == (True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_callers_and_phones_take_a_query_each_however_many_rows(
    office, clerk, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        TicketFactory(office=office, person=PhoneFactory(person__office=office).person, caller_name="")
    clerk.preferences = {"columns": {"complaints.TicketTable": ["caller", "phone"]}}
    clerk.save()
    client = client_of(clerk)
    client.get(URL)
    with django_assert_num_queries(11):
        client.get(URL)


def test_excel_keeps_text_as_text_and_masks_the_phone(office, clerk, client_of):
    odd = ("=1+1", "+8613812345678", "@SUM(A1)", "-2", "😀 电梯", "\tx")
    for subject in odd:
        TicketFactory(office=office, first_contact=clerk, subject=subject, caller_phone="13812345678")
    clerk.preferences = {"columns": {"complaints.TicketTable": ["phone", "body"]}}
    clerk.save()
    head, *rows = sheet_of(client_of(clerk, confirmed=True).get(URL, {"export": "xlsx"}))
    at = {cell.value: index for index, cell in enumerate(head)}
    subjects = [row[1] for row in rows]
    assert len(head) == 11
    assert {cell.data_type for cell in subjects} == {"s"}
    assert {cell.value.strip() for cell in subjects} == {text.strip() for text in odd}
    phones = {row[index].value for row in rows for index in at.values() if "****" in str(row[index].value)}
    assert phones == {"138****5678"}


def test_excel_holds_the_rows_of_the_filter_and_dates_as_dates(office, clerk, client_of):
    due = now().replace(second=0, microsecond=0)
    TicketFactory(office=office, first_contact=clerk, due_at=due, state="done")
    TicketFactory(office=office, first_contact=clerk)
    _head, row = sheet_of(client_of(clerk, confirmed=True).get(URL, {"export": "xlsx", "state": "done"}))
    assert next(cell.value for cell in row if cell.is_date) == due.replace(tzinfo=None)


def test_excel_is_refused_without_the_role(office, cashier, client_of):
    assert client_of(cashier).get(URL, {"export": "xlsx"}).status_code == 403


def test_markup_in_a_subject_is_shown_not_run(office, clerk, client_of):
    TicketFactory(office=office, first_contact=clerk, subject="<script>alert(1)</script>", urgent=True)
    html = client_of(clerk).get(URL).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
