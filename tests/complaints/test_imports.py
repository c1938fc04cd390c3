"""R-TKT-02: tickets out of other systems' files, once each."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from complaints import services
from complaints.imports import MomentCell, TicketOptions
from complaints.models import Callback, Ticket
from frontdesk.kit import search
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.imports import run_import
from tests.factories import CategoryFactory, TicketFactory, UnitFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPTIONS = {"kind": "complaint", "channel": "forum", "state": "recorded"}
MESSAGES = (
    ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"),
    (
        "188039",
        "A00081379",
        "二区步行街污水外排",
        "2019/8/19 11:48:23",
        "\n\t\t\t\t\n\t\t\t\t\t第一段。\n\t\t\t第二段。\n\n\n\n\t\t第三段\n\t\t\t",
        "0",
        "1",
    ),
    ("188073", "A909164", "架空层改建😀", "2019/3/11 11:40:42", "内容", "0", "0"),
)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def imported(office, supervisor):
    """Return a function that imports rows or CSV text and gives back the run."""

    def run(source, name="messages.xlsx", **options):
        data = source.encode() if isinstance(source, str) else workbook(source)
        return run_import(
            "complaints.ticket", data, office=office, by=supervisor, options={**OPTIONS, **options}, name=name
        )

    return run


def test_a_message_board_comes_in_numbered_by_time(imported, office, supervisor):
    run = imported(MESSAGES)
    assert (run.status, run.counts["new"], run.messages) == ("done", 2, [])
    older, newer = Ticket.objects.order_by("number")
    year = local_date().year
    assert (older.number, newer.number) == (f"{year}-00001", f"{year}-00002")
    assert (older.source_id, newer.source_id) == ("188073", "188039")
    assert newer.received_at == dt.datetime(2019, 8, 19, 11, 48, 23, tzinfo=SHANGHAI)
    assert newer.body == "第一段。\n第二段。\n\n第三段"
    assert (newer.caller_name, newer.subject) == ("A00081379", "二区步行街污水外排")
    assert (newer.kind, newer.channel, newer.state, newer.first_contact) == (
        "complaint",
        "forum",
        "recorded",
        supervisor,
    )
    assert [(row.verb, row.actor) for row in history_of(newer)] == [("import_ticket", supervisor)]
    assert [hit[:2] for hit in search.lookup([office.pk], newer.number, kinds=["ticket"])] == [("ticket", newer.pk)]


def test_what_was_received_long_ago_goes_into_the_archive_unless_asked_otherwise(imported, supervisor):
    days = (31, 29)
    rows = [(str(age), "x", "噪音", f"{now() - dt.timedelta(days=age):%Y-%m-%d %H:%M}", "", "", "") for age in days]
    imported((MESSAGES[0], *rows), state=TicketOptions.base_fields["state"].initial)
    assert dict(Ticket.objects.values_list("source_id", "state")) == {"31": "archived", "29": "recorded"}
    assert Ticket.objects.mine(supervisor).count() == Ticket.objects.waiting().count() == 1
    assert Ticket.objects.get(source_id="31").archived_at is not None


def test_the_same_file_again_adds_nothing(imported):
    imported(MESSAGES)
    run = imported((MESSAGES[0], MESSAGES[2], MESSAGES[1], ("999", "x", "新的", "2026/1/1 8:00:00", "", "", "")))
    assert (run.counts["new"], run.counts["same"]) == (1, 2)
    assert Ticket.objects.count() == 3


def test_another_offices_numbers_are_its_own(imported, other_office, outsider):
    TicketFactory(office=other_office, first_contact=outsider, source_id="188039")
    assert imported(MESSAGES).counts["new"] == 2


SERVICE_REQUESTS = (
    "Unique Key,Created Date,Closed Date,Complaint Type,Descriptor,Incident Address,Due Date,Resolution Description\n"
    "33648024,06/20/2016 10:04:21 PM,06/20/2016 11:12:32 PM,Noise - Residential,Loud Music/Party,70 BUSH STREET,"
    '06/21/2016 06:04:21 AM,"The Police Department responded, and fixed the condition."\n'
    "33654645,06/21/2016 12:14:50 AM,,Noise,Banging,175 DIKEMAN STREET,,\n"
)


def test_service_requests_come_in_with_their_ends(imported):
    run = imported(SERVICE_REQUESTS, "311.csv")
    assert run.counts["new"] == 2
    closed, still_open = Ticket.objects.order_by("number")
    assert closed.received_at == dt.datetime(2016, 6, 20, 22, 4, 21, tzinfo=SHANGHAI)
    assert closed.archived_at == closed.replied_at == dt.datetime(2016, 6, 20, 23, 12, 32, tzinfo=SHANGHAI)
    assert (closed.state, closed.place, closed.body) == ("archived", "70 BUSH STREET", "Loud Music/Party")
    assert closed.reply == "The Police Department responded, and fixed the condition."
    assert still_open.received_at == dt.datetime(2016, 6, 21, 0, 14, 50, tzinfo=SHANGHAI)
    assert (still_open.state, still_open.archived_at) == ("recorded", None)


def test_rows_without_an_end_may_go_to_the_archive(imported):
    imported(MESSAGES, state="archived")
    assert {(ticket.state, ticket.archived_at is None) for ticket in Ticket.objects.all()} == {("archived", False)}


def test_units_kinds_and_channels_are_recognised(imported, office):
    unit = UnitFactory(office=office, code="3-2-1502")
    imported((("主题", "房号", "类型", "渠道"), ("漏水", "3栋2单元1502室", "报修", "来电")))
    ticket = Ticket.objects.get()
    assert (ticket.unit, ticket.kind, ticket.channel) == (unit, "repair", "phone")


def test_rows_without_a_number_come_in_once(imported):
    rows = (("主题", "内容"), ("漏水", "厨房"), ("漏水", "卫生间"), ("漏水", "厨房"))
    assert imported(rows).counts["new"] == 2
    assert imported(rows).counts["same"] == 2


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("1", "", "2026-01-01", "", ""), "C"),
        (("1", "漏水", "昨天", "", ""), "B"),
        (("1", "漏水", "2099-01-01", "", ""), "B"),
        (("1", "漏水", "2026-01-02", "2026-01-01", ""), "D"),
        (("1", "漏水", "2026-01-02", "", "8-8-8888"), "E"),
        (("1", "长" * 121, "2026-01-02", "", ""), "C"),
        (("1" * 41, "漏水", "2026-01-02", "", ""), "A"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out_and_is_named(imported, row, column):
    source, subject, received, closed, unit = row
    good = ("2", "2026-01-01 08:00", "好的", "", "")
    bad = (source, received, subject, closed, unit)
    run = imported((("编号", "受理时间", "主题", "办结时间", "房号"), good, bad))
    assert (run.status, run.counts["wrong"], Ticket.objects.count()) == ("checked", 1, 0)
    assert (run.messages[0]["row"], run.messages[0]["column"][0]) == (3, column)


def test_the_same_number_with_other_words_is_an_error(imported):
    run = imported((("编号", "主题"), ("1", "漏水"), ("1", "停电")))
    assert run.counts["wrong"] == 1
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "+86", "@x", "<script>"])
def test_odd_text_is_kept_as_text(imported, text):
    imported(f'主题,内容\n"{text}","{text}"\n', "a.csv")
    assert list(Ticket.objects.values_list("subject", "body")) == [(text, text)]


@pytest.mark.parametrize("text", ["13/45/2016 10:04:21 PM", "06/20/2016", "6/20/2016 25:00:00 PM"])
def test_a_moment_that_is_none_is_refused(text):
    with pytest.raises(ValidationError):
        MomentCell().clean(text)


def test_a_category_comes_in_by_its_name_with_or_without_its_branch(imported, office):
    water, house = CategoryFactory(office=office, name="给排水"), CategoryFactory(office=office, name="房屋本体")
    leak, other = (CategoryFactory(office=office, parent=parent, name="渗漏") for parent in (water, house))
    only = CategoryFactory(office=office, parent=water, name="堵塞")
    names = ("给排水", "堵塞", "给排水 / 渗漏", "房屋本体-渗漏", "")
    imported((("主题", "分类"), *((f"{place}", name) for place, name in enumerate(names))))
    found = dict(Ticket.objects.values_list("subject", "category"))
    assert found == {"0": water.pk, "1": only.pk, "2": leak.pk, "3": other.pk, "4": None}


@pytest.mark.parametrize("name", ["电梯", "渗漏", "别处", "停用"])
def test_a_category_that_is_unknown_or_means_several_is_named(imported, office, other_office, name):
    for parent in ("给排水", "房屋本体"):
        CategoryFactory(office=office, parent=CategoryFactory(office=office, name=parent), name="渗漏")
    CategoryFactory(office=other_office, name="别处")
    CategoryFactory(office=office, name="停用", is_active=False)
    run = imported((("主题", "分类"), ("漏水", name)))
    assert (run.counts["wrong"], run.messages[0]["column"][0]) == (1, "B")
    assert not Ticket.objects.exists()


def test_imported_tickets_neither_go_up_nor_are_called_back(imported, office, supervisor):
    rows = (("编号", "主题", "受理时间", "要求完成时间", "办结时间"),
            ("1", "漏水", "2026-01-05 08:30", "2026-01-06 08:30", ""),
            ("2", "停电", "2026-01-05 08:30", "2026-01-06 08:30", "2026-01-09 08:30"))  # fmt: skip
    imported(rows)
    assert Ticket.objects.count() == 2
    for day in range(1, 20):
        at = dt.datetime(2026, 11, day, 10, 0, tzinfo=SHANGHAI)
        assert services.escalate_due(at) == 0
        services.call_the_day(office, at)
    assert not Callback.objects.exists()
