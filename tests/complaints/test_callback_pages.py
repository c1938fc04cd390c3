"""R-CB-01 in the browser: the queue, one call, the rules, the question forms."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import services
from complaints.models import Callback, CallbackRule, QuestionForm
from complaints.services.settings import rules_of
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from tests.factories import (
    CallbackAttemptFactory,
    CallbackFactory,
    CallerFactory,
    MembershipFactory,
    PersonFactory,
    PhoneFactory,
    PromiseFactory,
    QuestionFormFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

LIST, RULES, FORMS = "/callbacks/", "/callback-rules/", "/callback-rules/forms/"
HX = {"HX-Request": "true", "HX-Target": "card"}
DAY = dt.timedelta(days=1)


@pytest.fixture
def callback(office, clerk, engineer):
    """Somebody to be called now about a repair, with two questions."""
    ticket = TicketFactory(
        office=office,
        unit=UnitFactory(office=office, code="3-2-1502"),
        state="archived",
        archived_at=now(),
        first_contact=clerk,
        assignee=engineer,
        caller_phone="13812345678",
        body="一直在滴水",
        result="更换阀芯",
        reply="已修好，请观察",
        done_at=now(),
    )
    return CallbackFactory(ticket=ticket, form=QuestionFormFactory(office=office))


def url(callback, move=""):
    return reverse("complaints:callback_move", args=[callback.pk, move]) if move else callback.get_absolute_url()


def listed(client, **query):
    screen = client.get(LIST, query).context["screen"]
    return [row[screen.table.at["called"]] for row in screen.rows]


def asked(client, callback):
    """Return the names of the fields of the questions, in their order."""
    return list(client.get(url(callback, "answer_callback")).context["form"].asked)


# ---- one call ----


def test_the_page_holds_what_one_needs_at_one_look(callback, clerk, steward, client_of):
    PromiseFactory(ticket=callback.ticket, text="会再来看", state="kept")
    CallbackAttemptFactory(callback=callback, note="关机", by=steward)
    html = client_of(clerk).get(url(callback)).content.decode()
    for text in (
        "张伟",
        "138****5678",
        "3-2-1502",
        "厨房水龙头漏水",
        "一直在滴水",
        "更换阀芯",
        "李强",
        "已修好，请观察",
    ):
        assert text in html, text
    assert "会再来看" in html
    assert "关机" in html
    assert "13812345678" not in html
    assert f'hx-get="{url(callback, "answer_callback")}" hx-trigger="load"' in html


def test_who_replied_is_named(office, clerk, steward, replied, client_of):
    services.archive_ticket(replied, by=clerk)
    replied.refresh_from_db()
    callback = CallbackFactory(ticket=replied)
    assert client_of(steward).get(url(callback)).context["replied_by"] == "王敏"


def test_the_company_looks_on_and_cannot_call(callback, company, client_of):
    answer = client_of(company).get(url(callback))
    assert (answer.status_code, answer.context["form_url"], answer.context["may_reveal"]) == (200, "", False)


def test_the_page_takes_the_same_queries_with_one_attempt_and_with_three(callback, clerk, client_of):
    client, counts = client_of(clerk), []
    client.get(url(callback))
    for _more in range(2):
        CallbackAttemptFactory(callback=callback, by=clerk)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(callback))
        counts.append(len(queries))
        CallbackAttemptFactory.create_batch(2, callback=callback)
        PromiseFactory.create_batch(2, ticket=callback.ticket)
    assert counts[0] == counts[1] == 9


def test_the_number_shows_for_half_a_minute_and_on_record(callback, cashier, client_of):
    where = reverse("complaints:callback_caller", args=[callback.pk])
    client = client_of(cashier)
    for answer in (client.post(where), client.post(where, headers={"HX-Request": "true"})):
        assert "13812345678" in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store, private"
    assert client.post(where).headers["Refresh"].endswith(url(callback))
    assert history_of(callback.ticket).filter(verb="reveal_caller").count() == 3


def test_a_registered_number_needs_the_password(office, clerk, cashier, client_of):
    person = PhoneFactory(person__office=office, number="13700000007").person
    callback = CallbackFactory(ticket__office=office, ticket__person=person)
    where = reverse("complaints:callback_caller", args=[callback.pk])
    for user, confirmed, status in ((clerk, False, 401), (clerk, True, 200), (cashier, False, 403)):
        answer = client_of(user, confirmed=confirmed).post(where)
        assert (answer.status_code, "13700000007" in answer.content.decode()) == (status, status == 200)


def test_a_callback_without_a_number_leads_back(office, clerk, client_of):
    callback = CallbackFactory(ticket__office=office)
    answer = client_of(clerk).post(reverse("complaints:callback_caller", args=[callback.pk]))
    assert (answer.status_code, answer.url) == (302, url(callback))


# ---- what came of it ----


def test_answering_keeps_all_and_leads_to_the_next_call(callback, clerk, client_of):
    following = CallbackFactory(ticket__office=callback.ticket.office)
    client = client_of(clerk)
    first, second = asked(client, callback)
    posted = {"satisfaction": "4", "outcome": "satisfied", "remarks": "不错", first: "是", second: "否"}
    answer = client.post(url(callback, "answer_callback"), posted)
    assert (answer.status_code, answer.url) == (302, url(following))
    callback.refresh_from_db()
    assert (callback.satisfaction, callback.remarks) == (4, "不错")
    assert [row["answer"] for row in callback.answers] == ["是", "否"]
    html = client.get(url(callback)).content.decode()
    assert "维修人员是否按时到场?" in html
    assert "4 / 5" in html


def test_the_last_call_leads_to_the_queue(callback, clerk, client_of):
    answer = client_of(clerk).post(url(callback, "end_callback"), {"note": "不用了"}, headers=HX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"{LIST}?state=due")


def test_a_dissatisfied_answer_opens_the_ticket_to_whoever_answers_for_it(callback, cashier, clerk, client_of):
    posted = {"satisfaction": "1", "outcome": "dissatisfied", "remarks": "又漏了"}
    client_of(cashier).post(url(callback, "answer_callback"), posted)
    page = client_of(clerk).get("/tickets/", {"state": "open", "whose": "followed"})
    assert callback.ticket.number in page.content.decode()
    html = client_of(clerk).get(callback.ticket.get_absolute_url()).content.decode()
    assert "又漏了" in html
    assert url(callback) in html


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"satisfaction": ""}, "satisfaction"),
        ({"satisfaction": "9"}, "satisfaction"),
        ({"satisfaction": "1"}, "outcome"),
        ({"satisfaction": "2", "outcome": "dissatisfied", "remarks": ""}, "remarks"),
        ({"outcome": "explained", "remarks": " "}, "remarks"),
        ({"remarks": "长" * 1001}, "remarks"),
    ],
)
def test_an_answer_that_says_too_little_comes_back_with_what_was_typed(callback, clerk, client_of, posted, field):
    client = client_of(clerk)
    first, _second = asked(client, callback)
    posted = {"satisfaction": "5", "outcome": "satisfied", "remarks": "说了很多", first: "是的", **posted}
    answer = client.post(url(callback, "answer_callback"), posted)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (200, [field])
    assert (form["remarks"].value(), form[first].value()) == (posted["remarks"], "是的")


def test_who_comes_second_is_told_and_keeps_remarks_and_answers(callback, clerk, steward, client_of):
    client = client_of(steward)
    first, _second = asked(client, callback)
    services.answer_callback(callback, satisfaction=5, outcome="satisfied", by=clerk)
    posted = {"satisfaction": "4", "outcome": "satisfied", "remarks": "他说还行", first: "迟到半小时"}
    answer = client.post(url(callback, "answer_callback"), posted)
    html = answer.content.decode()
    assert answer.status_code == 409
    for text in ("他说还行", "迟到半小时", "王敏"):
        assert text in html


def test_an_answer_to_a_question_changed_meanwhile_is_shown_not_lost(callback, clerk, client_of):
    client = client_of(clerk)
    first, second = asked(client, callback)
    QuestionForm.objects.update(questions="维修人员是否按时到场?\n收费是否说明?")
    posted = {"satisfaction": "5", "outcome": "satisfied", first: "是", second: "没有清理"}
    answer = client.post(url(callback, "answer_callback"), posted)
    form = answer.context["form"]
    assert "没有清理" in str(form.non_field_errors())
    assert form[first].value() == "是"
    del posted[second]
    assert client.post(url(callback, "answer_callback"), posted).status_code == 302


def test_not_reached_in_one_click(callback, clerk, client_of):
    answer = client_of(clerk).post(url(callback, "attempt_callback"), {"how": "no_answer"})
    assert answer.status_code == 302
    callback.refresh_from_db()
    assert (callback.state, callback.due_on > local_date(), callback.attempts.get().result) == (
        "waiting",
        True,
        "no_answer",
    )


@pytest.mark.parametrize(("how", "ahead"), [("hour", 1), ("evening", 8.5), ("morning", 24)])
def test_to_be_called_again_off_hand(callback, clerk, client_of, how, ahead, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC), tick=False)
    client_of(clerk).post(url(callback, "attempt_callback"), {"how": how, "note": "在开会"})
    callback.refresh_from_db()
    assert callback.again_at == now() + dt.timedelta(hours=ahead)


def test_to_be_called_again_at_a_time_of_their_own(callback, clerk, client_of):
    again = (now() + 3 * DAY).replace(second=0, microsecond=0)
    client_of(clerk).post(
        url(callback, "attempt_callback"), {"how": "no_answer", "again_at": f"{again:%Y-%m-%dT%H:%M}"}
    )
    callback.refresh_from_db()
    assert (callback.again_at, callback.attempts.get().result) == (again, "call_again")


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"how": "other"}, "again_at"),
        ({"how": "other", "again_at": "2020-01-01T10:00"}, "again_at"),
        ({"how": ""}, "how"),
        ({"how": "never"}, "how"),
        ({"how": "no_answer", "note": "长" * 201}, "note"),
    ],
)
def test_an_attempt_that_cannot_be_is_refused_at_its_field(callback, clerk, client_of, posted, field):
    form = client_of(clerk).post(url(callback, "attempt_callback"), posted).context["form"]
    assert list(form.errors) == [field]


def test_a_ticket_opened_meanwhile_says_so_and_the_answer_is_kept(callback, clerk, supervisor, client_of):
    services.reopen_ticket(callback.ticket, reason="来电", by=supervisor)
    client = client_of(clerk)
    assert client.get(url(callback)).context["is_open_again"]
    posted = {"satisfaction": "1", "outcome": "dissatisfied", "remarks": "还在漏"}
    assert client.post(url(callback, "answer_callback"), posted).status_code == 302
    assert Callback.objects.get().remarks == "还在漏"


# ---- the queue ----


@pytest.fixture
def queue(office, clerk, steward):
    """Due since yesterday, due tomorrow, later today, satisfied, dissatisfied, given up; one of an added caller."""
    some = {"ticket__office": office}
    due = CallbackFactory(**some, ticket__caller_name="due", due_on=local_date() - DAY, ticket__first_contact=clerk)
    CallbackFactory(ticket=due.ticket, caller=CallerFactory(ticket=due.ticket, name="added"), due_on=local_date() - DAY)
    CallbackFactory(**some, ticket__caller_name="tomorrow", due_on=local_date() + DAY)
    CallbackFactory(**some, ticket__caller_name="later", again_at=now() + dt.timedelta(hours=1))
    done = {**some, "state": "done", "ended_at": now(), "ended_by": steward, "due_on": local_date() - 2 * DAY}
    CallbackFactory(**done, ticket__caller_name="good", satisfaction=5, outcome="satisfied", ticket__kind="complaint")
    CallbackFactory(**done, ticket__caller_name="bad", satisfaction=2, outcome="dissatisfied", remarks="慢")
    CallbackFactory(**some, ticket__caller_name="ended", state="ended")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_however_many_rows(office, clerk, rows, client_of, django_assert_num_queries):
    for _row in range(rows):
        person = PhoneFactory(person__office=office).person
        callback = CallbackFactory(
            ticket__office=office, ticket__person=person, ticket__unit=UnitFactory(office=office)
        )
        CallbackAttemptFactory(callback=callback, by=clerk)
    client = client_of(clerk)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)


def test_questions_and_filters_keep_their_rows(queue, clerk, steward, client_of):
    client = client_of(clerk)
    yesterday, today = local_date() - DAY, local_date()
    for query, whom in (
        ({"state": "due"}, ["due", "added"]),
        ({"state": "waiting"}, ["due", "added", "later", "tomorrow"]),
        ({"state": "done"}, ["good", "bad"]),
        ({"satisfaction": "low"}, ["bad"]),
        ({"satisfaction": "5"}, ["good"]),
        ({"state": "ended"}, ["ended"]),
        ({"kind": "complaint"}, ["good"]),
        ({"first_contact": clerk.pk}, ["due", "added"]),
        ({"ended_by": steward.pk, "outcome": "dissatisfied"}, ["bad"]),
        ({"due_after": yesterday, "due_before": yesterday}, ["due", "added"]),
        ({"called_after": today}, ["good", "bad"]),
        ({"q": "add"}, ["added"]),
    ):
        assert sorted(listed(client, **query)) == sorted(whom), query
    assert listed(client)[:2] == ["due", "added"]
    assert listed(client)[-2:] == ["bad", "ended"] or set(listed(client)[-3:]) == {"good", "bad", "ended"}


def test_the_figures_say_share_and_satisfaction_whatever_state_is_asked_for(queue, clerk, client_of):
    client = client_of(clerk)
    for query in ({}, {"state": "due"}, {"satisfaction": "low"}):
        numbers = client.get(LIST, query).context["numbers"]
        assert [str(number.value) for number in numbers] == ["7", "2", "3.5", "1", "1"]
        assert [number.note for number in numbers] == ["", "29%", "", "50%", ""]
    numbers = client.get(LIST, {"kind": "praise"}).context["numbers"]
    assert [str(number.value) for number in numbers] == ["0", "0", "—", "0", "0"]


def test_numbers_are_masked_whoever_they_are_of(office, clerk, client_of):
    person = PhoneFactory(person=PersonFactory(office=office, name="王芳"), number="13700000007").person
    CallbackFactory(ticket__office=office, ticket__person=person, ticket__caller_name="")
    own = CallbackFactory(ticket__office=office, ticket__caller_phone="13812345678")
    CallbackFactory(ticket=own.ticket, caller=CallerFactory(ticket=own.ticket, phone="13900000001"))
    html = client_of(clerk).get(LIST).content.decode()
    for masked in ("137****0007", "138****5678", "139****0001"):
        assert masked in html
    assert "王芳" in html
    assert "13812345678" not in html


def test_list_shows_only_the_own_office(queue, other_office, outsider, company, client_of):
    CallbackFactory(ticket__office=other_office, ticket__caller_name="theirs")
    assert listed(client_of(outsider)) == ["theirs"]
    assert listed(client_of(company), office=other_office.pk) == ["theirs"]
    assert len(listed(client_of(company))) == 8


def test_questions_count_what_their_lists_show_to_who_works_with_tickets_in_one_office_only(
    queue, other_office, office, admin, client_of
):
    MembershipFactory(user=admin, office=office, role="clerk")
    CallbackFactory(ticket__office=other_office)
    client = client_of(admin)
    counts = [re.search(r'count">(\d+)', str(label))[1] for label, *_rest in client.get(LIST).context["presets"][:2]]
    assert counts == [str(len(listed(client, state=state))) for state in ("due", "waiting")]


def test_whoever_waits_since_yesterday_is_marked(queue, clerk, client_of):
    assert client_of(clerk).get(LIST).content.decode().count('<tr class="tone-danger">') == 2


def test_excel_holds_the_filtered_rows_with_masked_numbers(office, clerk, client_of):
    CallbackFactory(ticket__office=office, ticket__caller_name="=1+1", ticket__caller_phone="13812345678")
    answer = client_of(clerk, confirmed=True).get(LIST, {"export": "xlsx", "state": "due"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    row = [cell.value for cell in list(sheet.iter_rows())[1]]
    assert row[:2] == ["=1+1", "138****5678"]


# ---- the rules ----


def figures(office, **changed):
    """Return what the form of the rules sends when nothing but these figures is changed."""
    posted = {}
    for kind, rule in rules_of(office).items():
        posted |= {
            f"{kind}_after_days": rule.after_days,
            f"{kind}_share": rule.share,
            f"{kind}_form": rule.form_id or "",
        }
    return {**posted, **changed}


def opened(client):
    return client.get(RULES).context["form"]["version"].value()


def test_rules_are_saved_and_their_history_shown(office, supervisor, client_of):
    form = QuestionFormFactory(office=office)
    client = client_of(supervisor)
    posted = figures(office, version=opened(client), repair_share=50, repair_form=form.pk)
    answer = client.post(RULES, posted, follow=True)
    assert (answer.redirect_chain[0][0], [entry.who for entry in answer.context["entries"]]) == (RULES, ["陈静"])
    rule = CallbackRule.objects.get()
    assert (rule.kind, rule.share, rule.form) == ("repair", 50, form)


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"repair_share": 101}, "repair_share"),
        ({"help_after_days": ""}, "help_after_days"),
        ({"praise_form": 99999}, "praise_form"),
    ],
)
def test_rules_out_of_range_come_back_at_their_field(office, supervisor, client_of, posted, field):
    client = client_of(supervisor)
    answer = client.post(RULES, figures(office, version=opened(client), enquiry_share=77, **posted))
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert 'value="77"' in answer.content.decode()
    assert not CallbackRule.objects.exists()


def test_rules_offer_no_form_of_another_office(office, other_office, supervisor, client_of):
    QuestionFormFactory(office=other_office)
    own = QuestionFormFactory(office=office)
    QuestionFormFactory(office=office, is_active=False)
    field = client_of(supervisor).get(RULES).context["form"].fields["repair_form"]
    assert list(field.queryset) == [own]


def test_two_change_the_rules_and_both_texts_are_shown(office, supervisor, manager, client_of):
    first, second = client_of(supervisor), client_of(manager)
    version = opened(second)
    first.post(RULES, figures(office, version=opened(first), repair_share=50, help_share=60))
    answer = second.post(
        RULES, {**figures(office), "version": version, "repair_share": 80, "praise_share": 5, "help_share": 20}
    )
    assert answer.status_code == 409
    rows = {(row.now, row.yours, row.mine) for row in answer.context["differences"]}
    assert rows == {("50", "80", True), ("60", "20", False), ("0", "5", True)}
    assert answer.context["change"].who == "陈静"
    form = answer.context["form"]
    assert [form[name].value() for name in ("repair_share", "help_share", "praise_share")] == ["80", 60, "5"]
    again = {name: form[name].value() for name in form.fields if name != "once"}
    again = {name: "" if value is None else value for name, value in again.items()}
    assert second.post(RULES, again).status_code == 302
    assert {rule.kind: rule.share for rule in CallbackRule.objects.all()} == {"repair": 80, "help": 60, "praise": 5}


def test_rules_without_a_mark_of_what_was_seen_are_a_conflict(office, supervisor, client_of):
    assert client_of(supervisor).post(RULES, figures(office, repair_share=50)).status_code == 409


def test_rules_of_all_offices_ask_for_one(office, other_office, admin, client_of):
    answer = client_of(admin).get(RULES)
    assert (answer.status_code, answer.context["lacks_office"]) == (200, True)


# ---- question forms ----


def test_a_question_form_is_added_changed_and_set_aside(office, supervisor, client_of):
    client = client_of(supervisor)
    answer = client.post(f"{FORMS}add/", {"name": "报修回访", "questions": "准时吗?\n干净吗?", "is_active": "on"})
    assert (answer.status_code, answer.url) == (302, FORMS)
    form = QuestionForm.objects.get()
    page = client.get(form.get_absolute_url())
    version = page.context["form"]["version"].value()
    posted = {"name": "报修回访", "questions": "准时吗?", "version": version}
    assert client.post(form.get_absolute_url(), posted).status_code == 302
    form.refresh_from_db()
    assert (form.lines, form.is_active) == (["准时吗?"], False)


def test_a_question_form_says_what_is_wrong_at_its_field(office, supervisor, client_of):
    QuestionFormFactory(office=office, name="报修回访")
    client = client_of(supervisor)
    for posted, field in (
        ({"name": "报修回访", "questions": "好吗?"}, "name"),
        ({"name": "投诉回访", "questions": "\n".join(f"{n}?" for n in range(11))}, "questions"),
    ):
        form = client.post(f"{FORMS}add/", {**posted, "is_active": "on"}).context["form"]
        assert (field in form.errors or "__all__" in form.errors, form["questions"].value()) == (
            True,
            posted["questions"],
        )
    assert QuestionForm.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_question_forms_take_the_same_queries_however_many(
    office, supervisor, rows, client_of, django_assert_num_queries
):
    QuestionFormFactory.create_batch(rows, office=office)
    client = client_of(supervisor)
    client.get(FORMS)
    with django_assert_num_queries(6):
        client.get(FORMS)
