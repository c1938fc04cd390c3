"""R-TKT-10: a fault of quality is put to an expert, who answers with a paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints import services
from complaints.models import Assessment
from complaints.workflow import ASSESSMENT
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attach, attachments_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Attachment
from frontdesk.staff.models import User
from tests.complaints.conftest import photo, said
from tests.factories import AssessmentFactory, MembershipFactory, TicketFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

LIST = "/assessments/"
WORDS = {"question": "外墙裂缝是否影响结构安全?", "expert": "市房屋安全鉴定站"}
NEXT_WEEK = dt.timedelta(days=7)


def pdf(name="鉴定报告.pdf", data=b"%PDF-1.7\n%%EOF"):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


@pytest.fixture
def complaint(office, clerk):
    """A complaint about a crack, the clerk answers for it."""
    return TicketFactory(office=office, kind="complaint", first_contact=clerk, subject="外墙裂缝")


@pytest.fixture
def asked(complaint, supervisor):
    """Asked by the supervisor, to be answered within a week."""
    return services.request_assessment(complaint, due_on=local_date() + NEXT_WEEK, by=supervisor, **WORDS)


def move_url(assessment, move):
    return reverse("complaints:assessment_move", args=[assessment.pk, move])


def test_request_writes_it_on_the_ticket_and_tells_who_answers_for_it(complaint, clerk, supervisor, told):
    due = local_date() + NEXT_WEEK
    made = services.request_assessment(complaint, due_on=due, by=supervisor, **WORDS)
    assert (made.state, made.asked_by, made.due_on) == ("asked", supervisor, due)
    rows = [history_of(one).first() for one in (made, complaint)]
    assert [(row.verb, row.actor) for row in rows] == [("request_assessment", supervisor)] * 2
    assert rows[1].note == f"市房屋安全鉴定站 · {due}"
    text = "{by} asks {expert} to assess {number} {subject}, answer by {due}."
    assert told(clerk) == [said(text, complaint, by=supervisor, expert=made.expert, due=due)]


@pytest.mark.parametrize(
    ("words", "field"), [({"question": " "}, "question"), ({"expert": ""}, "expert"), ({"days": -1}, "due_on")]
)
def test_request_is_refused_without_words_or_by_a_day_that_has_passed(complaint, supervisor, words, field):
    words = dict(words)
    due = local_date() + dt.timedelta(days=words.pop("days", 0))
    with pytest.raises(DeskError) as refusal:
        services.request_assessment(complaint, due_on=due, by=supervisor, **{**WORDS, **words})
    assert (refusal.value.field, Assessment.objects.exists()) == (field, False)


def test_request_is_for_open_tickets_with_a_damage(office, supervisor):
    for facts, error in (({"kind": "enquiry"}, DeskError), ({"kind": "repair", "state": "archived"}, Conflict)):
        with pytest.raises(error):
            services.request_assessment(
                TicketFactory(office=office, **facts), due_on=local_date(), by=supervisor, **WORDS
            )


def test_request_is_refused_without_the_role_or_in_another_office(
    complaint, clerk, cashier, engineer, company, admin, outsider, other_office
):
    MembershipFactory(user=outsider, office=other_office, role="supervisor")
    for person in (clerk, cashier, engineer, company, admin, User.objects.get(pk=outsider.pk)):
        with pytest.raises(PermissionDenied):
            services.request_assessment(complaint, due_on=local_date(), by=person, **WORDS)


@pytest.mark.parametrize(("paper", "kind"), [(pdf, "document"), (lambda: photo("报告.jpg"), "photo")])
def test_answer_keeps_the_finding_with_its_paper_and_tells(asked, clerk, supervisor, manager, told, paper, kind):
    told(clerk)
    done = services.answer_assessment(asked, finding=" 非结构裂缝 ", paper=paper(), by=manager)
    assert (done.state, done.finding, bool(done.answered_at)) == ("answered", "非结构裂缝", True)
    assert [one.kind for one in attachments_of(done)] == [kind]
    text = "{expert} has answered on {number} {subject}: {finding}"
    sentence = said(text, done.ticket, expert=done.expert, finding="非结构裂缝")
    assert [told(person) for person in (clerk, supervisor, manager)] == [[sentence], [sentence], []]
    row = history_of(done.ticket).first()
    assert (row.verb, row.note) == ("answer_assessment", "市房屋安全鉴定站: 非结构裂缝")


@pytest.mark.parametrize(
    "paper",
    [
        lambda: pdf("报告.docx"),
        lambda: pdf("报告.pdf", b"not a pdf"),
        lambda: pdf("报告.pdf", b""),
        lambda: pdf("报告.jpg"),
        lambda: pdf("报告"),
    ],
)
def test_answer_is_refused_for_a_paper_that_is_neither_pdf_nor_photo(asked, supervisor, paper):
    with pytest.raises(DeskError) as refusal:
        services.answer_assessment(asked, finding="非结构裂缝", paper=paper(), by=supervisor)
    asked.refresh_from_db()
    assert (refusal.value.field, asked.state, asked.finding) == ("paper", "asked", "")
    assert not Attachment.objects.exists()


def test_answer_is_refused_without_a_finding(asked, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.answer_assessment(asked, finding=" ", paper=pdf(), by=supervisor)
    assert refusal.value.field == "finding"


def test_withdraw_says_why(asked, clerk, supervisor, manager, told):
    told(clerk)
    services.withdraw_assessment(asked, reason="业主自行委托", by=manager)
    text = "{by} withdrew the question to {expert} on {number} {subject}: {reason}"
    sentence = said(text, asked.ticket, by=manager, expert=asked.expert, reason="业主自行委托")
    assert [told(person) for person in (clerk, supervisor)] == [[sentence], [sentence]]
    assert history_of(asked).first().note == "业主自行委托"


def test_withdraw_is_refused_without_a_reason(asked, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.withdraw_assessment(asked, reason="", by=supervisor)
    assert refusal.value.field == "reason"


def test_answered_or_withdrawn_is_settled(complaint, supervisor):
    for state in ("answered", "withdrawn"):
        over = AssessmentFactory(ticket=complaint, state=state)
        with pytest.raises(Conflict):
            services.answer_assessment(over, finding="f", paper=pdf(), by=supervisor)
        with pytest.raises(Conflict):
            services.withdraw_assessment(over, reason="r", by=supervisor)


def test_settling_is_refused_without_the_role(asked, clerk, engineer, company, outsider):
    for person in (clerk, engineer, company, outsider):
        with pytest.raises(PermissionDenied):
            services.answer_assessment(asked, finding="f", paper=pdf(), by=person)
        with pytest.raises(PermissionDenied):
            services.withdraw_assessment(asked, reason="r", by=person)


# ---- pages ----


def test_page_asks_for_the_paper_and_keeps_what_was_typed(asked, supervisor, client_of):
    client, url = client_of(supervisor), move_url(asked, "answer_assessment")
    for paper in ({}, {"paper": pdf("报告.exe")}):
        answer = client.post(url, {"finding": "非结构裂缝", **paper})
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["paper"])
        assert "非结构裂缝" in answer.content.decode()
    answer = client.post(url, {"finding": "非结构裂缝", "paper": pdf()})
    assert (answer.status_code, Assessment.objects.get().state) == (302, "answered")


def test_page_of_a_late_answer_shows_who_was_quicker(asked, supervisor, manager, client_of):
    services.withdraw_assessment(asked, reason="r", by=manager)
    answer = client_of(supervisor).post(move_url(asked, "answer_assessment"), {"finding": "非结构裂缝", "paper": pdf()})
    page = answer.content.decode()
    assert (answer.status_code, "刘建国" in page, "非结构裂缝" in page) == (409, True, True)


def test_the_paper_is_read_by_who_sees_the_ticket(asked, supervisor, clerk, engineer, outsider, guard, client_of):
    done = services.answer_assessment(asked, finding="f", paper=pdf(), by=supervisor)
    url = attachments_of(done).get().get_absolute_url()

    def status(user):
        answer = client_of(user).get(url)
        if answer.streaming:
            answer.getvalue()
        return answer.status_code

    assert [status(user) for user in (clerk, engineer, outsider, guard)] == [200, 404, 404, 404]
    type(done.ticket).objects.filter(pk=done.ticket_id).update(assignee=engineer, state="dispatched")
    assert status(engineer) == 200


def test_ticket_page_lists_them(asked, clerk, client_of):
    page = client_of(clerk).get(asked.ticket.get_absolute_url()).content.decode()
    assert (asked.get_absolute_url() in page, "市房屋安全鉴定站" in page) == (True, True)


def listed(client, **query):
    return client.get(LIST, query).context["screen"].count


def test_list_finds_late_ones_and_marks_them(complaint, supervisor, clerk, client_of):
    AssessmentFactory(ticket=complaint, asked_by=supervisor, due_on=local_date() - dt.timedelta(days=1))
    AssessmentFactory(ticket=complaint, asked_by=supervisor, due_on=local_date())
    AssessmentFactory(ticket=complaint, asked_by=supervisor, due_on=dt.date(2020, 1, 1), state="answered")
    client = client_of(clerk)
    assert [listed(client, state=state) for state in ("asked", "late", "answered", "")] == [2, 1, 1, 3]
    assert client.get(LIST).content.decode().count('<tr class="tone-danger">') == 1


def test_list_is_of_the_own_office(asked, outsider, clerk, client_of):
    assert [listed(client_of(user)) for user in (clerk, outsider)] == [1, 0]


def test_list_in_excel_holds_the_question(asked, clerk, cashier, client_of):
    assert client_of(clerk, confirmed=True).get(LIST, {"export": "xlsx"}).status_code == 200
    assert client_of(cashier, confirmed=True).get(LIST, {"export": "xlsx"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_nine_queries_however_many_rows(
    complaint, supervisor, clerk, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        AssessmentFactory(ticket=complaint, asked_by=supervisor)
    client = client_of(clerk)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


@pytest.mark.parametrize("files", [1, 3])
def test_detail_takes_the_same_queries_however_many_files(
    asked, supervisor, clerk, files, client_of, django_assert_num_queries
):
    for number in range(files):
        attach(asked, pdf(f"{number}.pdf", f"%PDF-1.7 {number}".encode()), by=supervisor)
    client = client_of(clerk)
    client.get(asked.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(asked.get_absolute_url())


# ---- two at once ----


def settle_twice(assessment, people):
    """Let one answer while the other withdraws."""
    copies = [Assessment.objects.get(pk=assessment.pk) for _person in people]
    users = [User.objects.get(pk=person.pk) for person in people]
    return together(
        lambda: services.answer_assessment(copies[0], finding="非结构裂缝", paper=pdf(), by=users[0]),
        lambda: services.withdraw_assessment(copies[1], reason="r", by=users[1]),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_settle_it_at_once_and_one_wins(asked, supervisor, manager, _round):
    assert kinds(settle_twice(asked, [supervisor, manager])) == ["Assessment", "Conflict"]


@pytest.mark.django_db(transaction=True)
def test_without_the_state_guard_both_would_settle_it(asked, supervisor, manager, monkeypatch):
    """Negative control."""
    for name in ("answer_assessment", "withdraw_assessment"):
        move = ASSESSMENT.moves[name]
        monkeypatch.setitem(ASSESSMENT.moves, name, replace(move, sources=frozenset(Assessment.State)))
    assert kinds(settle_twice(asked, [supervisor, manager])) == ["Assessment", "Assessment"]
