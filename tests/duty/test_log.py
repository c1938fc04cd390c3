"""The duty log: nothing is rubbed out, and who must read it does (R-DUTY-03, R-DUTY-08, R-DUTY-12)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from duty.models import LogEntry, LogReader
from duty.services import log, records
from frontdesk.kit import ledger, verification
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Notification
from tests.factories import SHANGHAI, LogEntryFactory, PostFactory, TicketFactory, UnitFactory, UserFactory
from tests.kit.uploads import picture, upload
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 12, 7, 8, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def write(office, clerk):
    """Write into the log."""

    def make(text="门厅灯坏", **fields):
        return log.write_entry(**{"office": office, "by": clerk, "text": text, **fields})

    return make


def test_an_entry_belongs_to_the_shift_of_its_writer(office, clerk, write):
    loose = write()
    shift = records.begin_shift(PostFactory(office=office), by=clerk)
    entry = write(unit=UnitFactory(office=office), ticket=TicketFactory(office=office))
    assert (loose.post, loose.shift, loose.number) == (None, None, 1)
    assert (entry.post, entry.shift, entry.number) == (shift.post, shift, 2)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_entry_says_something(write, text):
    with pytest.raises(DeskError):
        write(text)


def test_an_entry_names_nothing_of_another_office(write, other_office):
    with pytest.raises(DeskError):
        write(unit=UnitFactory(office=other_office))


def test_high_priority_names_its_readers_and_says_who_has_not_read(write, clerk, supervisor, manager):
    with pytest.raises(DeskError) as caught:
        write(is_high=True)
    assert caught.value.field == "readers"
    entry = write("三栋水泵异响", is_high=True, readers=[supervisor, manager])
    assert [row.person for row in entry.readers.all()] == [supervisor, manager]
    assert {row.user for row in Notification.objects.all()} == {supervisor, manager}
    assert list(LogEntry.objects.unread()) == [entry]
    log.read_entry(entry, by=supervisor)
    log.read_entry(entry, by=supervisor)
    assert LogReader.objects.filter(read_at__isnull=False).count() == 1
    assert list(LogEntry.objects.to_read_by(manager)) == [entry]
    log.read_entry(entry, by=manager)
    assert not LogEntry.objects.unread().exists()


def test_who_does_not_work_here_is_no_reader(write, outsider):
    with pytest.raises(DeskError):
        write(readers=[outsider])


def test_a_corrected_entry_keeps_its_old_text(write, clerk, steward, supervisor):
    entry = write("三栋水泵停了")
    with pytest.raises(DeskError):
        log.correct_entry(entry, text="三栋水泵停了", by=clerk)
    with pytest.raises(PermissionDenied):
        log.correct_entry(entry, text="四栋", by=steward)
    made = log.correct_entry(entry, text="四栋水泵停了", by=clerk)
    again = log.correct_entry(made, text="四栋水泵异响", by=supervisor)
    entry.refresh_from_db()
    assert (entry.text, made.follows, again.follows) == ("三栋水泵停了", entry, entry)


def test_a_nonconformity_is_open_until_it_is_put_right(write, clerk):
    entry = write("花园垃圾未清", kind="nonconf")
    assert list(LogEntry.objects.not_put_right()) == [entry]
    log.put_right(entry, text="已通知保洁，现场清理完", photos=[upload("现场.jpg", picture())], by=clerk)
    assert not LogEntry.objects.not_put_right().exists()
    assert attachments_of(entry.followed_by.get()).count() == 1
    with pytest.raises(DeskError):
        log.put_right(write(), text="没事", by=clerk)


def test_annotations_are_the_supervisors(office, clerk, manager, write):
    with pytest.raises(PermissionDenied):
        log.annotate(office=office, text="注意防冻", by=clerk)
    with pytest.raises(PermissionDenied):
        write(kind="annotate")
    entry = write()
    made = log.annotate_entry(entry, text="请今天修好", by=manager)
    assert (made.follows, made.readers.get().person) == (entry, clerk)


def test_an_annotation_is_read_before_the_next_shift_begins(office, clerk, steward, manager):
    post = PostFactory(office=office)
    first = log.annotate(office=office, text="注意防冻", by=manager)
    with pytest.raises(DeskError):
        records.begin_shift(post, by=clerk)
    assert not LogReader.objects.exists()
    second = log.annotate(office=office, text="元旦值班表已定", by=manager)
    with pytest.raises(DeskError):
        records.begin_shift(post, by=clerk, seen=first.number)
    records.begin_shift(post, by=clerk, seen=second.number)
    assert not log.to_read(office, clerk).exists()
    assert log.to_read(office, steward).count() == 2
    with time_machine.travel(MORNING + dt.timedelta(days=31)):
        assert not log.to_read(office, steward).exists()


@pytest.mark.parametrize("change", ["UPDATE duty_logentry SET text = 'x'", "DELETE FROM duty_logentry"])
def test_the_database_refuses_to_alter_an_entry(write, change):
    write()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _behind(statement):
    ledger.take_down_guards()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1
    ledger.put_up_guards()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE duty_logentry SET text = '什么事也没有' WHERE number = 2", "2"),
        ("UPDATE duty_logentry SET at = '2026-12-06 00:00:00+00:00' WHERE number = 2", "2"),
        ("DELETE FROM duty_logentry WHERE number = 2", "3 after 1"),
    ],
)
def test_verify_finds_what_was_altered_behind_everybodys_back(office, write, statement, found):
    for number in range(3):
        write(f"第{number}条")
    assert verification.findings() == []
    _behind(statement)
    assert verification.findings() == [("D1", f"log {office.pk}: {found}")]


def test_verify_finds_a_post_nobody_answers_for(office, clerk):
    shift = records.begin_shift(PostFactory(office=office), by=clerk)
    assert verification.findings() == []
    _behind(f"UPDATE staff_holding SET person_id = {UserFactory().pk}")
    assert verification.findings() == [("D2", f"post {shift.post_id}")]


@pytest.mark.django_db(transaction=True)
def test_many_write_at_once_and_the_chain_is_whole(office, clerk, steward, cashier):
    acts = [
        lambda by=by, n=n: log.write_entry(office=office, by=by, text=f"第{n}条")
        for n, by in enumerate((clerk, steward, cashier, clerk, steward, cashier))
    ]
    assert kinds(together(*acts)) == ["LogEntry"] * 6
    assert sorted(LogEntry.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert verification.findings() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_as_often_for_one_entry_as_for_three(count, office, clerk, client_of, django_assert_num_queries):
    for _ in range(count):
        LogEntryFactory(office=office, by=clerk, unit=UnitFactory(office=office))
    client = client_of(clerk)
    client.get(reverse("duty:logentry_list"))
    with django_assert_num_queries(LOG_PAGE):
        assert client.get(reverse("duty:logentry_list"), {"q": "渗水"}).status_code == 200


LOG_PAGE = 8


def test_an_entry_is_written_from_the_shifts_page_and_looked_at(office, clerk, supervisor, client_of):
    shift = records.begin_shift(PostFactory(office=office), by=clerk)
    client = client_of(clerk)
    page = client.get(shift.get_absolute_url())
    data = {"text": "门厅灯坏", "kind": "note", "once": page.context["once"], "next": shift.get_absolute_url()}
    for _ in range(2):
        assert client.post(reverse("duty:logentry_add"), data).url == shift.get_absolute_url()
    entry = LogEntry.objects.get()
    assert "门厅灯坏" in client.get(shift.get_absolute_url()).content.decode()
    assert "更正" in client.get(entry.get_absolute_url()).content.decode()
    other = client_of(supervisor)
    form = other.get(reverse("duty:logentry_annotate", args=[entry.pk])).context["form"]
    answer = other.post(
        reverse("duty:logentry_annotate", args=[entry.pk]), {"text": "今天修", "once": form["once"].value()}
    )
    assert answer.url == entry.get_absolute_url()
    made = LogEntry.objects.annotations().get()
    assert client.post(reverse("duty:logentry_read", args=[made.pk])).url == entry.get_absolute_url()
    assert made.readers.get().read_at == MORNING


def test_an_unknown_ticket_is_said_at_its_field_and_nothing_is_lost(office, clerk, client_of):
    data = {"text": "门厅灯坏", "kind": "note", "ticket": "2026-99999", "once": "c0ffee00-0000-4000-8000-000000000000"}
    page = client_of(clerk).post(reverse("duty:logentry_add"), data)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["ticket"]
    assert page.context["form"]["text"].value() == "门厅灯坏"


def test_what_is_to_be_read_stands_on_the_page_that_begins_a_shift(office, clerk, manager, client_of):
    post = PostFactory(office=office)
    entry = log.annotate(office=office, text="注意防冻", by=manager)
    client = client_of(clerk)
    page = client.get(reverse("duty:shift_begin", args=[post.pk]))
    assert "注意防冻" in page.content.decode()
    assert client.post(reverse("duty:shift_begin", args=[post.pk])).status_code == 200
    data = {"seen": page.context["form"]["seen"].value()}
    assert client.post(reverse("duty:shift_begin", args=[post.pk]), data).status_code == 302
    assert entry.readers.get().person == clerk
