"""Lists: what stands on the screen, in what order, with how many queries, and what an address may ask for."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch
from django.utils.translation import override
from django_filters.widgets import DateRangeWidget
from pytest_django.asserts import assertHTMLEqual

from complaints.models import Ticket
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.listing import (
    ChoiceColumn,
    Column,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    PhoneColumn,
    StateColumn,
    Table,
    TagsColumn,
)
from frontdesk.kit.listing.columns import Row
from frontdesk.kit.listing.filters import PlainInput, PlainRange
from frontdesk.kit.listing.links import query, url_maker
from frontdesk.kit.listing.screen import Screen
from frontdesk.kit.money import format_amount, format_yuan
from tests.factories import BuildingFactory, TicketFactory, UnitFactory
from tests.kit.desk import TicketFilter, TrialTable

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kit.desk_urls")]
LIST = "/trial/tickets/"
HTMX = {"HX-Request": "true", "HX-Target": "list"}


@pytest.fixture
def desk(client_of, clerk):
    """The clerk's browser, in English."""
    clerk.language = "en"
    clerk.save(update_fields=["language"])
    return client_of(clerk)


def numbers(response):
    """The first cells of the rows, from top to bottom."""
    return re.findall(r'<td class="main"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def cell(column, value, **others):
    """One cell as the screen shows it."""
    column.__set_name__(object, "it")
    at = {"it": 0, "pk": 1} | {name: 2 + i for i, name in enumerate(others)}
    values = (value, 7, *others.values())
    return column.writer(at, main=False, linked=True)(values, Row(values, at))


def test_cell_escapes_value_and_label():
    html = cell(Column('<"label">'), "<script>alert('x')</script>&")
    assert html == (
        '<td data-label="&lt;&quot;label&quot;&gt;">&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;</td>'
    )


def test_cell_of_render_escapes_plain_text():
    assert cell(Column("L", render=lambda value, _row: f"<b>{value}"), "x") == '<td data-label="L">&lt;b&gt;x</td>'


def test_empty_cell_stays_empty():
    assert cell(Column("L", link="trial:ticket"), None) == '<td data-label="L"></td>'


def test_link_cell_leads_to_its_record():
    assert cell(Column("L", link="trial:ticket"), "a") == '<td data-label="L"><a href="/trial/tickets/7/">a</a></td>'


def test_late_cell_says_so_in_words():
    with override("en"):
        html = cell(Column("L", late=lambda _value, row: row["state"] == "open", needs=("state",)), "a", state="open")
    assert html == '<td class="late" data-label="L"><span class="visually-hidden">overdue </span>a</td>'


def test_moment_is_shown_in_the_offices_time():
    at = dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC)
    assert cell(DateTimeColumn("L"), at) == '<td class="date" data-label="L">2027-01-01 01:30</td>'


def test_amount_is_shown_with_fen():
    assert cell(MoneyColumn("L"), Decimal("1234.5")) == '<td class="num" data-label="L">1,234.50</td>'


def test_amount_below_nothing_has_the_same_sign_everywhere():
    amount = Decimal("-1234.5")
    written = (MoneyColumn("欠费").text(amount), format_amount(amount), format_yuan(amount))
    assert written == ("-1,234.50", "-1,234.50", "-¥1,234.50")


def test_late_cell_says_the_tables_own_word():
    column = Column("L", late=lambda _value, _row: True, late_word="past due")
    assert cell(column, "a") == '<td class="late" data-label="L"><span class="visually-hidden">past due </span>a</td>'


def test_number_keeps_zero():
    assert cell(NumberColumn("L"), 0) == '<td class="num" data-label="L">0</td>'


def test_word_of_a_choice_is_escaped_and_looked_up_once_for_all_rows():
    asked = []

    class Words(dict):
        def get(self, value, _default):
            asked.append(value)
            return f"<{value}>"

    column = ChoiceColumn("L", choices=())
    column.words = Words()
    column.__set_name__(object, "it")
    at = {"it": 0}
    write = column.writer(at, main=False, linked=True)
    cells = [write((value,), Row((value,), at)) for value in ("a", "b", "a", None)]
    assert cells == [f'<td data-label="L">{text}</td>' for text in ("&lt;a&gt;", "&lt;b&gt;", "&lt;a&gt;", "")]
    assert asked == ["a", "b"]
    assert column.exported("a", Row(("a",), at)) == "<a>"


def test_state_is_a_badge_of_its_tone():
    column = StateColumn("L", choices=[("open", "Open")], styles={"open": "warn"})
    assert cell(column, "open") == '<td data-label="L"><span class="badge tone-warn">Open</span></td>'
    assert cell(column, "gone") == '<td data-label="L"><span class="badge tone-neutral">gone</span></td>'


@pytest.mark.parametrize("value", ["", None, "2026-11-22", '"><script>'])
def test_inputs_written_in_one_go_are_djangos_own(value):
    attrs = {"class": "x", "maxlength": 5, "required": True, "disabled": False, "title": '"<&'}
    for plain, own in ((PlainInput, forms.TextInput), (PlainRange, DateRangeWidget)):
        typed = [value, None] if plain is PlainRange else value
        html = plain(attrs={"type": "search"}).render("q", typed, {"id": "filter_q", **attrs})
        assertHTMLEqual(html, own(attrs={"type": "search"}).render("q", typed, {"id": "filter_q", **attrs}))


def test_filters_of_two_requests_do_not_meet(office, clerk, other_office, outsider):
    first, second = (
        TicketFilter(QueryDict("mine=true"), Ticket.objects.all(), user=user, office=place)
        for user, place in ((clerk, office), (outsider, other_office))
    )
    first.filters["state"].extra["choices"] = []
    assert len(second.form.fields["state"].choices) > len(first.form.fields["state"].choices) == 1
    mine = TicketFactory(office=office, assignee=clerk)
    theirs = TicketFactory(office=office, assignee=outsider)
    assert (list(first.qs), list(second.qs)) == ([mine], [theirs])
    assert [name for name, one in TicketFilter.base_filters.items() if hasattr(one, "_field")] == []


def test_phone_is_masked_on_screen_and_in_excel():
    column = PhoneColumn("L")
    assert cell(column, "13800138000") == '<td class="date" data-label="L">138****8000</td>'
    assert column.exported("13800138000", Row((), {})) == "138****8000"


def test_tags_are_escaped():
    column = TagsColumn("L", load=lambda _pks: {})
    assert cell(column, ["<a>", "b"]) == (
        '<td data-label="L"><span class="tag">&lt;a&gt;</span> <span class="tag">b</span></td>'
    )


def test_url_maker_reverses_once_for_numbers_and_uuids():
    assert url_maker("trial:ticket")(12) == "/trial/tickets/12/"
    assert url_maker("kit:attachment")("0a") == "/f/0a/"


def test_url_maker_complains_of_a_page_that_does_not_exist():
    with pytest.raises(NoReverseMatch):
        url_maker("trial:nowhere")


def test_query_changes_one_thing_and_drops_what_is_empty():
    params = QueryDict("q=&state=open&page=3&sort=due")
    assert query(params, sort="-due") == "?state=open&sort=-due"
    assert query(params, state=None, sort=None) == "?"


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_queries_for_any_number_of_rows(desk, office, count, django_assert_num_queries):
    building = BuildingFactory(office=office)
    for _index in range(count):
        TicketFactory(office=office, unit=UnitFactory(office=office, building=building))
    desk.get(LIST)
    with django_assert_num_queries(8):
        response = desk.get(LIST)
    assert len(numbers(response)) == min(count, 2)


def test_list_is_ordered_by_the_table_and_stable_for_equal_rows(desk, office):
    at = now()
    tickets = [TicketFactory(office=office, received_at=at) for _index in range(3)]
    shown = numbers(desk.get(LIST)) + numbers(desk.get(LIST, {"page": 2}))
    assert shown == [ticket.number for ticket in reversed(tickets)]


def test_sort_by_a_column_both_ways_puts_empty_ones_last(desk, office):
    for code in ("B", "A"):
        TicketFactory(office=office, number=code, unit=UnitFactory(office=office, code=code))
    TicketFactory(office=office, number="none")
    up, down = desk.get(LIST, {"sort": "unit"}), desk.get(LIST, {"sort": "-unit"})
    assert numbers(up) == ["A", "B"]
    assert numbers(down) == ["B", "A"]
    assert 'aria-sort="ascending"><a id="sort-unit" href="?sort=-unit"' in up.content.decode()


@pytest.mark.parametrize("sort", ["phone", "office__name", "-", "password", "unit__office__code", "\x00"])
def test_sort_by_anything_else_is_left_out_with_a_word(desk, office, sort):
    TicketFactory(office=office)
    response = desk.get(LIST, {"sort": sort})
    assert response.status_code == 200
    assert "The list cannot be sorted by that." in response.content.decode()


@pytest.mark.parametrize(
    ("page", "shown"), [("2", 1), ("99", 1), ("0", 2), ("-1", 2), ("x", 2), ("9" * 30, 2), ("²", 2)]
)
def test_page_out_of_range_leads_to_the_nearest(desk, office, page, shown):
    for _index in range(3):
        TicketFactory(office=office)
    assert len(numbers(desk.get(LIST, {"page": page}))) == shown


def test_list_of_another_office_stays_empty_and_says_what_to_do_first(client_of, outsider, office):
    TicketFactory(office=office)
    outsider.language = "en"
    outsider.save()
    html = client_of(outsider).get(LIST).content.decode()
    assert numbers(client_of(outsider).get(LIST)) == []
    assert "No tickets here" in html
    assert '<a class="btn btn-primary" href="/trial/tickets/add/">Take a ticket</a>' in html


def test_list_without_the_role_is_refused(client_of, guard):
    assert client_of(guard).get(LIST).status_code == 403


def test_total_is_of_the_whole_list_not_of_the_page(desk, office):
    for _index in range(3):
        TicketFactory(office=office, charge=Decimal("0.10"))
    assert '<td class="num" data-label="Charged (yuan)">0.30</td>' in desk.get(LIST).content.decode()


def test_overdue_row_is_marked(desk, office):
    TicketFactory(office=office, due_at=now() - dt.timedelta(hours=1))
    html = desk.get(LIST).content.decode()
    assert html.count('<tr class="tone-danger">') == 1
    assert '<td class="date late" data-label="Deadline"><span class="visually-hidden">overdue </span>' in html


def test_htmx_gets_only_the_list_and_a_clean_address(desk, office):
    TicketFactory(office=office)
    response = desk.get(LIST, {"q": "", "state": "recorded", "page": "1"}, headers=HTMX)
    html = response.content.decode()
    assert html.lstrip().startswith('<section class="card card-flush" id="list"')
    assert '<nav class="tabs" id="presets"' in html
    assert "<html" not in html
    assert response["HX-Push-Url"] == "/trial/tickets/?state=recorded&page=1"
    assert "HX-Request" in response["Vary"]


def test_back_button_gets_the_whole_page(desk, office):
    response = desk.get(LIST, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in response.content.decode()


def test_print_shows_every_row_without_links_and_frame(desk, office):
    for _index in range(3):
        TicketFactory(office=office)
    html = desk.get(LIST, {"print": "1"}).content.decode()
    assert html.count('<td class="main">') == 3
    assert '<td class="main"><a' not in html
    assert 'class="filters' not in html


def test_columns_are_kept_for_the_person_and_only_by_post(desk, clerk, office):
    TicketFactory(office=office)
    sent = {"table": TrialTable.key, "columns": ["urgent", "office__name", "number"], "next": f"{LIST}?state=recorded"}
    response = desk.post("/columns/", sent)
    clerk.refresh_from_db()
    assert clerk.preferences == {"columns": {TrialTable.key: ["urgent"]}}
    assert response["Location"] == f"{LIST}?state=recorded"
    html = desk.get(LIST).content.decode()
    assert 'data-label="Urgent"' in html
    assert 'data-label="Phone"' not in html
    assert desk.get("/columns/", sent).status_code == 405


def test_columns_of_an_unknown_table_are_not_found(desk, clerk):
    assert desk.post("/columns/", {"table": "x.Y", "columns": ["a"]}).status_code == 404


def test_get_writes_nothing(desk, office):
    TicketFactory(office=office)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        for params in ({}, {"export": "xlsx"}, {"print": "1"}, {"sort": "due"}, {"q": "x"}):
            desk.get(LIST, params)
    written = [row["sql"] for row in asked.captured_queries if re.match("INSERT|UPDATE|DELETE", row["sql"])]
    assert [sql for sql in written if "session" not in sql] == []


def test_words_of_search_must_all_occur(desk, office):
    TicketFactory(office=office, number="1", subject="厨房水龙头漏水")
    TicketFactory(office=office, number="2", subject="厨房灯不亮")
    assert numbers(desk.get(LIST, {"q": "厨房 漏水"})) == ["1"]


def test_search_folds_full_width_and_ignores_invisible_characters(desk, office):
    TicketFactory(office=office, number="1", unit=UnitFactory(office=office, code="3-2-1502"))
    assert numbers(desk.get(LIST, {"q": "３-２-１５０２\u200b"})) == ["1"]


@pytest.mark.parametrize(
    "params",
    [
        {"state": "exploded"},
        {"building": "abc"},
        {"building": "999999999999999999999999"},
        {"received_after": "31.02.2026"},
        {"received_after": "2026-02-02", "received_before": "2026-01-01"},
        {"mine": "perhaps"},
        {"q": "\x00"},
        {"q": "x" * 101},
    ],
)
def test_bad_filter_value_gets_a_message_and_is_left_out(desk, office, params):
    TicketFactory(office=office)
    response = desk.get(LIST, params)
    assert response.status_code == 200
    assert len(numbers(response)) == 1
    assert "This part of the address was left out." in response.content.decode()


def test_filter_offers_only_the_own_offices_records(desk, office, other_office):
    mine, theirs = BuildingFactory(office=office, name="11"), BuildingFactory(office=other_office, name="22")
    html = desk.get(LIST).content.decode()
    assert f'<option value="{mine.pk}">Building 11</option>' in html
    assert f'value="{theirs.pk}"' not in html
    assert "left out" in desk.get(LIST, {"building": theirs.pk}).content.decode()


def test_date_range_includes_both_local_days(desk, office):
    zone = ZoneInfo("Asia/Shanghai")
    for number, at in (
        ("before", dt.datetime(2026, 3, 31, 23, 59, tzinfo=zone)),
        ("first", dt.datetime(2026, 4, 1, 0, 0, tzinfo=zone)),
        ("last", dt.datetime(2026, 4, 2, 23, 59, tzinfo=zone)),
        ("after", dt.datetime(2026, 4, 3, 0, 0, tzinfo=zone)),
    ):
        TicketFactory(office=office, number=number, received_at=at)
    found = numbers(desk.get(LIST, {"received_after": "2026-04-01", "received_before": "2026-04-02"}))
    assert found == ["last", "first"]


def test_rows_without_a_filter_are_those_all_its_answers_share(office, clerk):
    TicketFactory(office=office, state="recorded", urgent=True)
    TicketFactory(office=office, state="done")
    TicketFactory(office=office, state="done", subject="电梯异响")
    rows = Ticket.objects.all()
    filters = TicketFilter(QueryDict("state=done&q=厨房"), rows, user=clerk, office=office)
    assert (filters.qs.count(), filters.without("state").count(), filters.without("state", "q").count()) == (1, 2, 3)


def test_chips_name_each_filter_and_lead_out_of_it(desk, office):
    building = BuildingFactory(office=office, name="<3>", position=1)
    params = {"state": "recorded", "building": building.pk, "mine": "false", "received_after": "2026-04-01", "q": "a&b"}
    html = desk.get(LIST, params).content.decode()
    chips = re.findall(r'<li class="chip"><a href="([^"]+)"[^>]*><span>([^<]+)</span>', html)
    assert [text for _url, text in chips] == [
        "Search: a&amp;b",
        "State: Recorded",
        "Building: &lt;3&gt;",
        "Received: 2026-04-01 – …",
        "Mine: No",
    ]
    assert chips[3][0] == f"/trial/tickets/?state=recorded&amp;building={building.pk}&amp;mine=false&amp;q=a%26b"
    assert '<details class="filter-more" open>' in html


def test_filter_with_no_answer_offers_the_way_back(desk, office):
    TicketFactory(office=office)
    html = desk.get(LIST, {"state": "archived"}).content.decode()
    assert "Nothing fits these filters" in html
    assert '<a class="btn btn-primary" href="/trial/tickets/">Show all</a>' in html


def test_query_keeps_the_order_and_every_value_of_a_parameter():
    params = QueryDict("a=1&b=&a=&c=%E4%B8%AD+%26&b=2&export=xlsx&print=1&page=4")
    assert query(params) == "?a=1&a=&b=&b=2&c=%E4%B8%AD+%26"
    assert query(params, a=9, page=2) == "?b=&b=2&c=%E4%B8%AD+%26&a=9&page=2"
    assert params["page"] == "4"


def test_preset_in_force_is_marked(desk, office):
    html = desk.get(LIST, {"state": "recorded", "sort": "due", "q": ""}).content.decode()
    assert '<a href="?state=recorded" aria-current="page">Recorded</a>' in html


def test_only_mine_uses_the_person(desk, clerk, office):
    TicketFactory(office=office, number="mine", assignee=clerk)
    TicketFactory(office=office, number="other")
    assert numbers(desk.get(LIST, {"mine": "true"})) == ["mine"]


def test_list_without_filters_needs_no_form(client_of, clerk, office):
    UnitFactory(office=office, code="3-2-101")
    response = client_of(clerk).get("/trial/units/", {"print": "1"})
    assert '<td class="main">3-2-101</td>' in response.content.decode()


# ---- rows that are groups ----


class ByUnit(Table):
    """One line for each unit that has tickets."""

    code = Column("房号", load=lambda units: dict(Unit.objects.filter(pk__in=units[:1]).values_list("pk", "code")))
    tickets = NumberColumn("工单", sort=True, total=True)

    class Meta:
        model = Ticket
        row = "unit"
        default_sort = ("-tickets",)


def test_a_table_of_groups_counts_sorts_and_adds_up_groups(office, clerk):
    one, two = UnitFactory(office=office, code="1-1-101"), UnitFactory(office=office)
    for unit in (one, one, two):
        TicketFactory(office=office, unit=unit)
    rows = Ticket.objects.order_by().values("unit").annotate(tickets=Count("pk"))
    table = ByUnit(rows, user=clerk, params=QueryDict("sort=-tickets"))
    assert list(table.read_all()) == [(one.pk, 2, "1-1-101"), (two.pk, 1, None)]
    assert table.figures() == {"count": 2, "tickets": 3}
    assert "<td" in Screen(table).body
    assert "None" not in Screen(table).body


def test_folded_filters_come_once_they_are_opened(desk, office):
    """A list stands without them; opened, in force or asked for without a script, they are there."""
    field = 'name="received_after"'
    plain = desk.get(LIST, {"state": "recorded"}).content.decode()
    assert (f'hx-get="{LIST}?unfold=1"' in plain, field in plain) == (True, False)
    opened = desk.get(LIST, {"unfold": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert ("<table" in opened, field in opened) == (False, True)
    sorted_ = desk.get(LIST, {"unfold": "1"}, headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert (field in sorted_, 'id="list"' in sorted_) == (False, True)
    for asked in ({"unfold": "1"}, {"received_after": "2026-04-01"}):
        html = desk.get(LIST, asked).content.decode()
        assert ('<details class="filter-more" open>' in html, field in html) == (True, True)
