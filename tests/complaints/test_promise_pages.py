"""R-TKT-08 in the browser: promising, the promises of a ticket, and all of them with their counts."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Promise
from frontdesk.kit.calendar import now
from tests.factories import PromiseFactory, TicketFactory, UnitFactory

pytestmark = pytest.mark.django_db

LIST = "/promises/"
HX = {"HX-Request": "true", "HX-Target": "card"}
DAY = dt.timedelta(days=1)


@pytest.fixture
def ticket(office, clerk):
    """A ticket the clerk answers for."""
    return TicketFactory(office=office, first_contact=clerk, unit=UnitFactory(office=office))


@pytest.fixture
def promise(ticket, clerk):
    """What the clerk promised on it."""
    return PromiseFactory(ticket=ticket, made_by=clerk)


def add_url(ticket):
    return reverse("complaints:promise_add", args=[ticket.pk])


def move_url(promise, move):
    return reverse("complaints:promise_move", args=[promise.pk, move])


def listed(client, **query):
    screen = client.get(LIST, query).context["screen"]
    return [row[screen.table.at["text"]] for row in screen.rows]


def figures(client, **query):
    return [number.value for number in client.get(LIST, query).context["numbers"]]


@pytest.mark.parametrize(
    ("until", "due"),
    [("today", (23, 18)), ("noon", (24, 12)), ("days", (26, 18))],
)
def test_promising_off_hand_means_a_moment(ticket, clerk, client_of, until, due, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC), tick=False)
    answer = client_of(clerk).post(add_url(ticket), {"text": "明天回电", "until": until})
    assert (answer.status_code, answer.url) == (302, ticket.get_absolute_url())
    at = timezone.localtime(Promise.objects.get().due_at, ZoneInfo("Asia/Shanghai"))
    assert (at.day, at.hour, at.minute) == (*due, 0)


def test_today_is_not_offered_in_the_evening(ticket, clerk, client_of, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC), tick=False)
    choices = client_of(clerk).get(add_url(ticket)).context["form"].fields["until"].choices
    assert [name for name, _label in choices] == ["noon", "days", "other"]


def test_a_time_typed_in_counts_more_than_the_choice(ticket, clerk, client_of):
    due = (now() + 5 * DAY).replace(second=0, microsecond=0)
    client_of(clerk).post(add_url(ticket), {"text": "回电", "until": "noon", "due_at": f"{due:%Y-%m-%dT%H:%M}"})
    assert Promise.objects.get().due_at == due


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "长" * 201}, "text"),
        ({"until": "other"}, "due_at"),
        ({"due_at": "2020-01-01T10:00"}, "due_at"),
        ({"until": "never"}, "until"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_at_its_field_and_keeps_the_text(ticket, clerk, client_of, posted, field):
    answer = client_of(clerk).post(add_url(ticket), {"text": "明天回电", "until": "noon", **posted})
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (200, [field])
    assert form["text"].value() == posted.get("text", "明天回电")
    assert not Promise.objects.exists()


def test_promising_on_what_was_archived_meanwhile_keeps_the_text(ticket, clerk, client_of):
    ticket.state = "archived"
    ticket.save()
    answer = client_of(clerk).post(add_url(ticket), {"text": "明天回电", "until": "noon"})
    assert (answer.status_code, answer.context["form"]["text"].value()) == (409, "明天回电")


def test_odd_text_is_kept_and_shown_escaped(ticket, clerk, client_of):
    client = client_of(clerk)
    client.post(add_url(ticket), {"text": "<b>=1+1</b> 😀\u202e x", "until": "noon"})
    assert Promise.objects.get().text == "<b>=1+1</b> 😀 x"
    assert "&lt;b&gt;=1+1" in client.get(ticket.get_absolute_url()).content.decode()
    assert "<b>=1+1" not in client.get(LIST).content.decode()


def test_the_ticket_shows_its_promises_with_what_can_be_done(ticket, promise, clerk, engineer, client_of):
    PromiseFactory(ticket=ticket, text="早该回电", due_at=now() - DAY)
    PromiseFactory(ticket=ticket, text="做到了", state="kept")
    html = client_of(clerk).get(ticket.get_absolute_url()).content.decode()
    part = html[html.index('id="promises"') :]
    part = part[: part.index("</section>")]
    assert part.count("keep_promise") == 2 * 2  # href and hx-get of the two that are open
    assert part.count(" late") == 1
    assert add_url(ticket) in part
    ticket.assignee = engineer
    ticket.save()
    html = client_of(engineer).get(ticket.get_absolute_url()).content.decode()
    assert "早该回电" in html
    assert "keep_promise" not in html
    assert add_url(ticket) not in html


def test_an_archived_ticket_without_promises_says_nothing_of_them(ticket, clerk, client_of):
    ticket.state = "archived"
    ticket.save()
    assert 'id="promises"' not in client_of(clerk).get(ticket.get_absolute_url()).content.decode()


def test_a_ticket_takes_the_same_queries_with_one_promise_and_with_three(ticket, promise, clerk, client_of):
    client, counts = client_of(clerk), []
    client.get(ticket.get_absolute_url())
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(ticket.get_absolute_url())
        counts.append(len(queries))
        PromiseFactory.create_batch(2, ticket=ticket)
    assert counts[0] == counts[1]


def test_settling_leads_back_to_the_ticket(promise, clerk, client_of):
    client = client_of(clerk)
    answer = client.post(move_url(promise, "keep_promise"), {"note": "已上门"})
    assert (answer.status_code, answer.url) == (302, promise.get_absolute_url())
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_renegotiating_in_place_shows_the_card_of_the_ticket_anew(promise, clerk, client_of):
    client = client_of(clerk)
    form = client.get(move_url(promise, "renegotiate_promise"), headers=HX)
    assert (form.headers["HX-Retarget"], form.context["form"]["text"].value()) == ("#move", promise.text)
    posted = {"reason": "配件未到", "text": promise.text, "until": "days"}
    there = {**HX, "HX-Current-URL": f"http://testserver{promise.ticket.get_absolute_url()}"}
    answer = client.post(move_url(promise, "renegotiate_promise"), posted, headers=there, follow=True)
    assert answer.status_code == 200
    assert [one.state for one in Promise.objects.order_by("pk")] == ["renegotiated", "open"]


def test_who_comes_second_is_told_and_keeps_the_reason(promise, clerk, steward, client_of):
    client_of(clerk).post(move_url(promise, "keep_promise"), {"note": ""})
    answer = client_of(steward).post(move_url(promise, "break_promise"), {"reason": "电工请假三天"})
    assert answer.status_code == 409
    assert "电工请假三天" in answer.content.decode()
    assert "王敏" in answer.content.decode()


# ---- the list ----


@pytest.fixture
def promises(ticket, clerk, steward, supervisor):
    """One of each kind: mine and open, another's late, kept too late, renegotiated, broken."""
    some = {"ticket__office": ticket.office, "ticket__first_contact": supervisor, "made_by": steward}
    late = now() - DAY
    PromiseFactory(ticket=ticket, text="mine", made_by=steward)
    PromiseFactory(**some, text="late", due_at=late)
    PromiseFactory(**some, text="kept", state="kept", due_at=late, settled_at=now())
    PromiseFactory(**some, text="renegotiated", state="renegotiated")
    PromiseFactory(**some, text="broken", state="broken")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_however_many_rows(ticket, clerk, rows, client_of, django_assert_num_queries):
    for _row in range(rows):
        PromiseFactory(ticket=TicketFactory(office=ticket.office, unit=UnitFactory(office=ticket.office)))
    client = client_of(clerk)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_questions_and_filters_keep_their_rows(promises, clerk, steward, client_of):
    client = client_of(clerk)
    for query, texts in (
        ({"state": "open", "whose": "mine"}, ["mine"]),
        ({"state": "late"}, ["late"]),
        ({"state": "open"}, ["late", "mine"]),
        ({"state": "kept"}, ["kept"]),
        ({"state": "broken"}, ["broken"]),
        ({"q": "negotia"}, ["renegotiated"]),
        ({"first_contact": clerk.pk}, ["mine"]),
        ({"made_by": steward.pk, "state": "open"}, ["late", "mine"]),
        ({"due_before": f"{now() - DAY:%Y-%m-%d}"}, ["late", "kept"]),
        ({"kind": "complaint"}, []),
    ):
        assert sorted(listed(client, **query)) == sorted(texts), query


def test_the_figures_count_the_period_whatever_state_is_asked_for(promises, clerk, client_of):
    client = client_of(clerk)
    assert figures(client) == figures(client, state="kept") == [2, 1, 1, 1]
    assert figures(client, due_before=f"{now() - DAY:%Y-%m-%d}") == [1, 1, 0, 0]
    numbers = client.get(LIST).context["numbers"]
    assert [bool(number.note) for number in numbers] == [True, True, False, False]
    assert client.get(LIST).content.decode().count("<dt>") == 4
    presets = client.get(LIST).context["presets"]
    counts = [str(label).rpartition('count">')[2].removesuffix("</span>") for label, _url, _current in presets]
    assert counts[:3] == ["1", "1", "2"]


def test_the_figures_come_along_when_htmx_filters(promises, clerk, client_of):
    answer = client_of(clerk).get(LIST, {"state": "kept"}, headers={"HX-Request": "true", "HX-Target": "list"})
    assert 'class="figures"' in answer.content.decode()


def test_list_shows_only_the_own_office(promises, other_office, outsider, company, client_of):
    PromiseFactory(ticket__office=other_office, text="theirs")
    assert listed(client_of(outsider)) == ["theirs"]
    assert len(listed(client_of(company))) == 6
    assert listed(client_of(company), office=other_office.pk) == ["theirs"]


def test_a_late_row_is_marked(promises, clerk, client_of):
    assert client_of(clerk).get(LIST).content.decode().count('<tr class="tone-danger">') == 1


def test_excel_holds_the_filtered_rows(promises, clerk, client_of):
    PromiseFactory(ticket__office=clerk.memberships.get().office, text="=1+1", state="kept")
    answer = client_of(clerk, confirmed=True).get(LIST, {"export": "xlsx", "state": "kept"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == {"kept", "=1+1"}
    assert {cell.data_type for cell in cells} == {"s"}
