"""R-TKT-12: warranty rework is done when the resident says so; contractors are followed and ranked."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext
from openpyxl import load_workbook

from complaints import services
from complaints.models import Contractor, Ticket
from complaints.services.ranking import ranked
from complaints.workflow import UNCONFIRMED, TicketState
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.periods import Period
from frontdesk.kit.workflow import allowed
from frontdesk.staff.models import User
from tests.complaints.conftest import FACTS, said
from tests.factories import ContractorFactory, ReopeningFactory, TargetFactory, TicketFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db


def names_allowed(ticket, user):
    return {move.name for move in allowed(Ticket.objects.get(pk=ticket.pk), User.objects.get(pk=user.pk))}


@pytest.fixture
def contractor(office):
    """A firm under warranty."""
    return ContractorFactory(office=office, name="宏达防水", contact="黄工", phone="13900001111", trade="防水")


@pytest.fixture
def rework(office, clerk, supervisor, contractor):
    """Reported done by a contractor, nobody asked the resident yet."""
    ticket = services.record_ticket(office=office, by=clerk, **{**FACTS, "kind": "rework"})
    services.dispatch_ticket(ticket, contractor=contractor, by=supervisor)
    services.accept_ticket(ticket, by=supervisor)
    return services.finish_ticket(ticket, result="重做防水,闭水48小时不漏", by=supervisor)


@pytest.fixture
def confirmed(rework, clerk):
    """The resident agrees."""
    return services.confirm_rework(rework, with_whom="张女士", note="现场看过,不漏了", by=clerk)


def test_confirm_rework_writes_down_who_and_when(confirmed):
    confirmed.refresh_from_db()
    assert (confirmed.state, bool(confirmed.confirmed_at)) == ("done", True)
    entry = history_of(confirmed).first()
    assert (entry.verb, entry.note) == ("confirm_rework", "张女士\n现场看过,不漏了")


def test_confirm_rework_tells_who_answers_for_it(rework, clerk, steward, told):
    told(clerk)
    services.confirm_rework(rework, with_whom="张女士", by=steward)
    assert told(clerk) == [said("{person} confirmed the rework: {number} {subject}", rework, person="张女士")]


def test_confirm_rework_is_refused_without_a_name(rework, clerk):
    with pytest.raises(DeskError) as refusal:
        services.confirm_rework(rework, with_whom="  ", by=clerk)
    assert refusal.value.field == "with_whom"


def test_confirm_rework_is_refused_twice(confirmed, steward):
    with pytest.raises(Conflict, match=gettext("It is confirmed by now, or is no warranty rework.")):
        services.confirm_rework(confirmed, with_whom="张女士", by=steward)


def test_confirm_rework_is_refused_for_a_plain_repair(done, clerk):
    with pytest.raises(Conflict):
        services.confirm_rework(done, with_whom="张女士", by=clerk)
    assert "confirm_rework" not in names_allowed(done, clerk)


def test_confirm_rework_is_refused_to_the_engineer_and_to_others(rework, engineer, outsider):
    for user in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.confirm_rework(rework, with_whom="张女士", by=user)


def test_reply_and_archive_wait_for_the_resident(rework, clerk):
    assert "reply_ticket" not in names_allowed(rework, clerk)
    with pytest.raises(Conflict) as refusal:
        services.reply_ticket(rework, reply="已修好", by=clerk)
    assert str(refusal.value) == str(UNCONFIRMED)
    services.confirm_rework(rework, with_whom="张女士", by=clerk)
    assert "reply_ticket" in names_allowed(rework, clerk)
    services.reply_ticket(rework, reply="已修好", by=clerk)
    assert services.archive_ticket(rework, by=clerk).state == TicketState.ARCHIVED


def test_rework_nobody_has_done_is_not_answered_either(office, clerk):
    ticket = services.record_ticket(office=office, by=clerk, **{**FACTS, "kind": "rework"})
    with pytest.raises(Conflict):
        services.reply_ticket(ticket, reply="不归我们管", by=clerk)


def test_rework_is_not_answered_on_the_spot(office, clerk):
    facts = {**FACTS, "kind": "rework", "answered_on_the_spot": True, "reply": "已修好"}
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, **facts)
    assert refusal.value.field == "answered_on_the_spot"
    assert not Ticket.objects.exists()


def test_a_repair_answered_and_then_called_rework_is_confirmed_before_it_is_closed(replied, clerk):
    services.change_ticket(replied, kind="rework", by=clerk)
    with pytest.raises(Conflict):
        services.archive_ticket(replied, by=clerk)
    services.confirm_rework(replied, with_whom="张女士", by=clerk)
    assert services.archive_ticket(replied, by=clerk).state == TicketState.ARCHIVED


def test_reopened_rework_is_confirmed_anew(confirmed, clerk):
    services.reopen_ticket(confirmed, reason="又漏了", by=clerk)
    confirmed.refresh_from_db()
    assert confirmed.confirmed_at is None


def test_rework_of_an_incident_is_not_answered_with_it(office, clerk, rework):
    incident = TicketFactory(office=office, first_contact=clerk, is_incident=True)
    Ticket.objects.filter(pk=rework.pk).update(incident=incident)
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    rework.refresh_from_db()
    assert rework.state == TicketState.DONE
    assert "follow_incident" not in names_allowed(rework, clerk)


def test_the_page_offers_the_caller_and_leads_back(rework, clerk, client_of):
    url = reverse("complaints:ticket_move", args=[rework.pk, "confirm_rework"])
    client = client_of(clerk)
    assert client.get(url).context["form"].initial == {"with_whom": "张伟"}
    answer = client.post(url, {"with_whom": "", "note": "看过"})
    assert "with_whom" in answer.context["form"].errors
    assert client.post(url, {"with_whom": "张伟", "note": "看过"}).url == rework.get_absolute_url()


def test_a_reply_begun_too_early_says_what_is_missing_and_keeps_the_words(rework, clerk, client_of):
    url = reverse("complaints:ticket_move", args=[rework.pk, "reply_ticket"])
    answer = client_of(clerk).post(url, {"reply": "已经全部修好,请验收"})
    assert answer.status_code == 409
    assert "已经全部修好,请验收" in answer.content.decode()


# ---- contractors ----------------------------------------------------------------------------------------------------

RANKING = "/contractors/"
NOON = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))  # a Wednesday
QUARTER = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))


@pytest.fixture
def wednesday():
    """Noon of a working day."""
    with time_machine.travel(NOON, tick=False):
        yield NOON


def given(contractor, *, due, done=None, **facts):
    """Return a ticket of a contractor, in hand or done."""
    state = "done" if done else "dispatched"
    facts = {"received_at": NOON - dt.timedelta(days=5), "state": state, "kind": "rework", **facts}
    return TicketFactory(office=contractor.office, contractor=contractor, finish_due_at=due, done_at=done, **facts)


def standing_of(contractor):
    return ranked(Contractor.objects.filter(pk=contractor.pk), QUARTER, at=NOON).get()


def test_ranked_counts_what_is_in_hand_overdue_in_time_and_late(contractor, wednesday):
    given(contractor, due=NOON + dt.timedelta(hours=1))
    given(contractor, due=NOON - dt.timedelta(hours=2))  # overdue by two working hours
    given(contractor, due=NOON, done=NOON - dt.timedelta(hours=1))
    given(contractor, due=NOON - dt.timedelta(hours=3), done=NOON - dt.timedelta(hours=2))  # late by one
    given(contractor, due=NOON, done=NOON, received_at=NOON - dt.timedelta(days=100))  # of an earlier quarter
    row = standing_of(contractor)
    assert (row.waiting, row.overdue, row.received, row.in_time, row.late) == (2, 1, 4, 1, 2)
    assert (row.share, row.late_hours) == (33, 1.5)


def test_lateness_counts_working_hours_only(contractor, wednesday):
    friday = dt.datetime(2026, 11, 13, 16, 30, tzinfo=NOON.tzinfo)
    given(contractor, due=friday, done=friday + dt.timedelta(days=2, hours=17, minutes=30))  # Monday 10:00
    assert standing_of(contractor).late_hours == 2.5  # an hour of Friday, one and a half of Monday


def test_lateness_of_what_runs_around_the_clock_counts_every_hour(contractor, wednesday):
    TargetFactory(office=contractor.office, kind="rework", around_the_clock=True)
    friday = dt.datetime(2026, 11, 13, 16, 30, tzinfo=NOON.tzinfo)
    given(contractor, due=friday, done=friday + dt.timedelta(hours=48))
    assert standing_of(contractor).late_hours == 48


def test_a_contractor_without_tickets_has_no_share(contractor, wednesday):
    row = standing_of(contractor)
    assert (row.waiting, row.share, row.late_hours) == (0, None, None)


def test_who_is_set_aside_stays_in_the_ranking_while_something_is_in_hand(contractor, wednesday):
    Contractor.objects.update(is_active=False)
    assert not ranked(Contractor.objects.all(), QUARTER, at=NOON).exists()
    given(contractor, due=NOON)
    assert ranked(Contractor.objects.all(), QUARTER, at=NOON).exists()


def test_ranking_puts_who_has_most_overdue_first_and_leads_to_the_tickets(
    office, clerk, client_of, contractor, wednesday
):
    worse = ContractorFactory(office=office, name="恒基装饰")
    given(contractor, due=NOON + dt.timedelta(hours=1))
    given(contractor, due=NOON - dt.timedelta(hours=3), done=NOON - dt.timedelta(hours=2))
    given(contractor, due=NOON, done=NOON - dt.timedelta(hours=2))
    for hours in (1, 2):
        given(worse, due=NOON - dt.timedelta(hours=hours))
    client = client_of(clerk)
    page = client.get(RANKING)
    html = page.content.decode()
    assert html.index("恒基装饰") < html.index("宏达防水")
    assert links_hold(client, html) == 12


def links_hold(client, html):
    """Follow every figure of the ranking to its tickets: there are as many as it says. Return how many figures."""
    links = re.findall(r'href="(/tickets/\?(?:contractor|work_of)=[^"]+)">(\d+)</a>', html)
    for url, number in links:
        listed = client.get(url.replace("&amp;", "&"))
        assert (listed.context["screen"].count, listed.context["problems"]) == (int(number), []), url
    return len(links)


def reopened(contractor, *, late, holder=None, **facts):
    """Return a ticket a contractor did, in time or an hour late, that came back and nobody was sent to since."""
    due = NOON - dt.timedelta(days=1)
    done = due + dt.timedelta(hours=1 if late else -1)
    facts = {"kind": "rework", "received_at": NOON - dt.timedelta(days=5), "finish_due_at": NOON, **facts}
    ticket = TicketFactory(office=contractor.office, contractor=holder, **facts)
    ReopeningFactory(ticket=ticket, contractor=contractor, due_at=due, ended_at=done, at=NOON)
    return ticket


def test_reopened_rework_stays_its_contractors(rework, clerk, contractor):
    services.reopen_ticket(rework, reason="又漏了", by=clerk)
    rework.refresh_from_db()
    assert (rework.state, rework.contractor, rework.dispatched_at) == ("recorded", contractor, None)
    back = rework.reopenings.get()
    assert (back.contractor, back.by, bool(back.ended_at), bool(back.due_at)) == (contractor, clerk, True, True)


def test_who_did_it_is_offered_when_it_is_dispatched_again(rework, clerk, supervisor, contractor, client_of):
    services.reopen_ticket(rework, reason="又漏了", by=clerk)
    page = client_of(supervisor).get(reverse("complaints:ticket_move", args=[rework.pk, "dispatch_ticket"]))
    assert page.context["form"].initial["contractor"] == contractor.pk


def test_the_list_says_nobody_has_what_came_back(rework, clerk, contractor, client_of):
    client = client_of(clerk)
    assert contractor.name in client.get("/tickets/").context["screen"].body
    services.reopen_ticket(rework, reason="又漏了", by=clerk)
    assert contractor.name not in client.get("/tickets/").context["screen"].body


@pytest.mark.parametrize(("late", "in_time", "too_late", "hours"), [(True, 0, 1, 1.0), (False, 0, 0, None)])
def test_work_that_came_back_stays_in_the_ranking(contractor, wednesday, late, in_time, too_late, hours):
    reopened(contractor, late=late, holder=contractor)
    row = standing_of(contractor)
    assert (row.received, row.came_back, row.in_time, row.late, row.late_hours) == (1, 1, in_time, too_late, hours)


@pytest.mark.parametrize(("late", "in_time", "too_late"), [(True, 0, 1), (False, 1, 0)])
def test_work_that_came_back_stays_in_the_ranking_when_others_are_sent(contractor, wednesday, late, in_time, too_late):
    other = ContractorFactory(office=contractor.office)
    reopened(contractor, late=late, holder=other, state="dispatched")
    row, others = standing_of(contractor), standing_of(other)
    assert (row.received, row.came_back, row.in_time, row.late, row.waiting) == (1, 1, in_time, too_late, 0)
    assert (others.received, others.came_back, others.late, others.waiting) == (1, 0, 0, 1)


def test_what_was_late_stays_late_when_it_is_done_again_in_time(contractor, wednesday):
    reopened(contractor, late=True, holder=contractor, state="done", done_at=NOON - dt.timedelta(hours=1))
    row = standing_of(contractor)
    assert (row.in_time, row.late, row.share) == (0, 1, 0)


def test_ranking_leads_to_the_tickets_that_came_back(office, clerk, client_of, contractor, wednesday):
    other = ContractorFactory(office=office)
    for late in (True, False):
        reopened(contractor, late=late, holder=contractor)
        reopened(contractor, late=late, holder=contractor, state="done", done_at=NOON)
        reopened(contractor, late=late, holder=other, state="dispatched")
        reopened(contractor, late=late, holder=other, state="done", done_at=NOON + dt.timedelta(hours=1))
    twice = reopened(contractor, late=True)
    ReopeningFactory(ticket=twice, contractor=contractor, due_at=NOON, ended_at=NOON, at=NOON)
    client = client_of(clerk)
    assert standing_of(contractor).came_back == 9
    assert links_hold(client, client.get(RANKING).content.decode()) == 12
    assert links_hold(client, client.get(f"/contractors/{contractor.pk}/").content.decode()) == 4


@pytest.mark.parametrize(
    "sort", ["name", "-waiting", "-overdue", "received", "-in_time", "late", "share", "-late_hours"]
)
def test_ranking_can_be_sorted_by_every_figure(clerk, client_of, contractor, wednesday, sort):
    page = client_of(clerk).get(RANKING, {"sort": sort})
    assert (page.status_code, page.context["problems"]) == (200, [])


@pytest.mark.parametrize(("period", "number"), [("", 1), ("last_quarter", 1), ("year", 2)])
def test_ranking_counts_the_period_chosen(clerk, client_of, contractor, wednesday, period, number):
    for days in (5, 80):
        given(contractor, due=NOON, done=NOON, received_at=NOON - dt.timedelta(days=days))
    page = client_of(clerk).get(RANKING, {"period": period})
    assert page.context["screen"].figures["received"] == number


@pytest.mark.parametrize("rows", [1, 3])
def test_ranking_takes_a_fixed_number_of_queries(office, clerk, rows, client_of, wednesday, django_assert_num_queries):
    for contractor in ContractorFactory.create_batch(rows, office=office):
        given(contractor, due=NOON - dt.timedelta(hours=1))
    client = client_of(clerk)
    client.get(RANKING)
    with django_assert_num_queries(14):
        client.get(RANKING)


def test_ranking_goes_out_as_excel_with_numbers(office, supervisor, client_of, contractor, wednesday):
    given(contractor, due=NOON - dt.timedelta(hours=3), done=NOON - dt.timedelta(hours=2))
    answer = client_of(supervisor, confirmed=True).get(RANKING, {"export": "xlsx"})
    head, row, total = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
    assert (row[0], total[3:9]) == ("宏达防水", (0, 0, 1, 0, 1, 0))
    assert row[3:] == (0, 0, 1, 0, 1, 0, 0, 1)
    assert len(head) == len(row)


def test_ranking_shows_no_other_office(other_office, clerk, client_of):
    ContractorFactory(office=other_office, name="别处")
    assert "别处" not in client_of(clerk).get(RANKING).content.decode()


def test_contractor_page_lists_what_is_in_hand_oldest_first_and_marks_what_is_late(
    office, clerk, client_of, contractor, wednesday
):
    new = given(contractor, due=NOON + dt.timedelta(hours=1))
    old = given(contractor, due=NOON - dt.timedelta(hours=1), received_at=NOON - dt.timedelta(days=9))
    waits = given(contractor, due=NOON, done=NOON)
    page = client_of(clerk).get(f"/contractors/{contractor.pk}/")
    assert page.context["tickets"] == [old, new]
    assert list(page.context["unconfirmed"]) == [waits]
    assert page.content.decode().count('<tr class="tone-danger">') == 1
    assert "黄工" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_contractor_page_takes_a_fixed_number_of_queries(
    clerk, rows, client_of, contractor, wednesday, django_assert_num_queries
):
    for _row in range(rows):
        given(contractor, due=NOON - dt.timedelta(hours=1))
    client = client_of(clerk)
    client.get(f"/contractors/{contractor.pk}/")
    with django_assert_num_queries(17):
        client.get(f"/contractors/{contractor.pk}/")


def test_contractor_of_another_office_is_not_found(contractor, outsider, engineer, client_of):
    assert client_of(outsider).get(f"/contractors/{contractor.pk}/").status_code == 404
    assert client_of(engineer).get(f"/contractors/{contractor.pk}/").status_code == 403


def test_contractor_with_nothing_in_hand_says_so(clerk, client_of, contractor):
    page = client_of(clerk).get(f"/contractors/{contractor.pk}/")
    assert page.context["tickets"] == []
    assert 'class="empty"' in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_wins(rework, clerk, steward):
    copies = [Ticket.objects.get(pk=rework.pk) for _desk in range(2)]
    people = [User.objects.get(pk=person.pk) for person in (clerk, steward)]
    outcomes = together(
        *(
            lambda c=copy, u=user: services.confirm_rework(c, with_whom="张女士", by=u)
            for copy, user in zip(copies, people, strict=True)
        )
    )
    assert kinds(outcomes) == ["Conflict", "Ticket"]
    assert history_of(rework).filter(verb="confirm_rework").count() == 1
