"""R-TKT-06: the clocks stand still for a reason, until a moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from complaints import services
from complaints.models import Pause, Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import said

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DEADLINES = ("dispatch_due_at", "finish_due_at", "close_due_at")


def at(text):
    """Return a moment of the office's wall clock."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.fixture(autouse=True)
def _thursday(time_machine):
    time_machine.move_to(at("2026-03-05 09:00"), tick=False)


def pause(ticket, by, until="2026-03-06 09:00", reason=" 等配件 "):
    return services.pause_ticket(ticket, reason=reason, until=at(until), by=by)


def dues(ticket):
    return [getattr(ticket, name) for name in DEADLINES]


def test_pause_puts_every_deadline_off_by_its_working_time(recorded, supervisor):
    assert dues(recorded) == [at("2026-03-05 09:30"), at("2026-03-06 09:00"), at("2026-03-10 09:00")]
    ticket = pause(recorded, supervisor)
    ticket.refresh_from_db()
    assert dues(ticket) == [at("2026-03-06 09:30"), at("2026-03-09 09:00"), at("2026-03-11 09:00")]
    assert (ticket.paused_until, ticket.is_paused, ticket.state) == (at("2026-03-06 09:00"), True, "recorded")


def test_pause_keeps_who_why_and_until_when(recorded, supervisor):
    row = pause(recorded, supervisor).pauses.get()
    assert (row.reason, row.starts_at, row.until, row.ended_at, row.by) == (
        "等配件",
        now(),
        at("2026-03-06 09:00"),
        None,
        supervisor,
    )
    entry = history_of(recorded).first()
    assert (entry.verb, entry.note, entry.actor) == ("pause_ticket", "等配件", supervisor)


def test_pause_tells_who_answers_for_it_and_who_has_it(accepted, supervisor, clerk, engineer, told):
    told(engineer)
    ticket = pause(accepted, supervisor)
    text = "{by} paused the clocks of {number} {subject}: {reason}"
    assert told(clerk) == told(engineer) == [said(text, ticket, by=supervisor, reason="等配件")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"until": "2026-03-05 09:00"}, "until"),
        ({"until": "2026-06-03 09:01"}, "until"),
    ],
)
def test_pause_is_refused_without_reason_or_a_sensible_end(recorded, supervisor, given, field):
    with pytest.raises(DeskError) as refusal:
        pause(recorded, supervisor, **given)
    assert (refusal.value.field, Pause.objects.exists()) == (field, False)


def test_pause_may_last_ninety_days(recorded, supervisor):
    assert pause(recorded, supervisor, until="2026-06-03 09:00").is_paused


@pytest.mark.parametrize("who", ["clerk", "engineer", "company", "admin", "outsider"])
def test_pause_needs_the_role_in_that_office(recorded, who, request):
    with pytest.raises(PermissionDenied):
        pause(recorded, request.getfixturevalue(who))


def test_paused_clocks_carry_a_mark_of_their_own_not_that_of_the_archive(recorded, supervisor, client_of):
    pause(recorded, supervisor)
    page = client_of(supervisor).get(recorded.get_absolute_url())
    assert {line.tone for line in page.context["clocks"]} == {"paused"}
    assert page.content.decode().count("badge tone-paused") == 2


def test_pause_of_what_is_paused_or_done_is_a_conflict(recorded, supervisor, manager, clerk):
    pause(recorded, supervisor)
    with pytest.raises(Conflict) as refusal:
        pause(recorded, manager)
    assert str(refusal.value)
    services.resume_ticket(recorded, by=supervisor)
    services.reply_ticket(recorded, reply="好了", by=clerk)
    with pytest.raises(Conflict):
        pause(recorded, supervisor)


def test_pause_is_over_by_itself_and_another_may_follow(recorded, supervisor, time_machine):
    pause(recorded, supervisor)
    time_machine.move_to(at("2026-03-06 09:00"), tick=False)
    ticket = Ticket.objects.get(pk=recorded.pk)
    assert not ticket.is_paused
    assert not Ticket.objects.paused().exists()
    assert Ticket.objects.running().get() == ticket
    ticket = pause(ticket, supervisor, until="2026-03-09 09:00")
    assert dues(ticket) == [at("2026-03-09 09:30"), at("2026-03-10 09:00"), at("2026-03-12 09:00")]


def test_resume_lets_the_clocks_go_on_at_once(recorded, supervisor, clerk, told, time_machine):
    pause(recorded, supervisor, until="2026-03-20 09:00")
    told(clerk)
    time_machine.move_to(at("2026-03-05 11:00"), tick=False)
    ticket = services.resume_ticket(recorded, by=supervisor, note="配件到了")
    ticket.refresh_from_db()
    assert dues(ticket) == [at("2026-03-05 11:30"), at("2026-03-06 11:00"), at("2026-03-10 11:00")]
    assert (ticket.paused_until, ticket.pauses.get().ended_at) == (None, now())
    assert told(clerk) == [said("{by} let the clocks of {number} {subject} go on.", ticket, by=supervisor)]
    assert history_of(ticket).first().note == "配件到了"


def test_resume_of_what_runs_is_a_conflict_and_needs_the_role(recorded, supervisor, clerk):
    with pytest.raises(Conflict):
        services.resume_ticket(recorded, by=supervisor)
    pause(recorded, supervisor)
    with pytest.raises(PermissionDenied):
        services.resume_ticket(recorded, by=clerk)


def test_what_it_waited_for_is_done_and_the_clocks_go_on(accepted, supervisor, engineer, clerk, time_machine):
    pause(accepted, supervisor, until="2026-03-20 09:00")
    time_machine.move_to(at("2026-03-05 11:00"), tick=False)
    ticket = services.finish_ticket(accepted, result="修好", by=engineer)
    assert (ticket.paused_until, ticket.close_due_at) == (None, at("2026-03-10 11:00"))
    assert ticket.pauses.get().ended_at == now()


def test_an_answer_on_the_phone_ends_the_pause(recorded, supervisor, clerk):
    pause(recorded, supervisor)
    assert services.reply_ticket(recorded, reply="好了", by=clerk).paused_until is None


def test_whoever_paused_is_reminded_once_when_it_is_over(recorded, supervisor, told, time_machine):
    pause(recorded, supervisor)
    assert services.remind_of_pauses(now()) == 0
    time_machine.move_to(at("2026-03-06 09:02"), tick=False)
    assert (services.remind_of_pauses(now()), services.remind_of_pauses(now())) == (1, 0)
    text = "The pause is over, the clocks of {number} {subject} run again: {reason}"
    assert told(supervisor) == [said(text, recorded, reason="等配件")]
    recorded.refresh_from_db()
    assert (recorded.paused_until, recorded.finish_due_at) == (None, at("2026-03-09 09:00"))


def test_nobody_is_reminded_of_what_was_resumed_or_archived(recorded, supervisor, clerk, told, time_machine):
    pause(recorded, supervisor)
    services.resume_ticket(recorded, by=supervisor)
    pause(recorded, supervisor)
    services.archive_ticket(services.reply_ticket(recorded, reply="好了", by=clerk), by=clerk)
    time_machine.move_to(at("2026-03-06 09:02"), tick=False)
    assert services.remind_of_pauses(now()) == 0
    assert told(supervisor) == []


def test_pages_pause_and_resume(recorded, supervisor, client_of):
    client = client_of(supervisor)
    page = client.get(f"/tickets/{recorded.pk}/pause_ticket/")
    assert page.context["style"] == "primary"  # drawn behind "More" on the ticket, on its own page it is the one button
    assert page.context["form"]["until"].value() == dt.datetime(2026, 3, 6, 8, 30)  # noqa: DTZ001 - as the input shows it
    answer = client.post(f"/tickets/{recorded.pk}/pause_ticket/", {"reason": "等配件", "until": "2026-03-06T12:00"})
    assert answer.url == recorded.get_absolute_url()
    recorded.refresh_from_db()
    assert recorded.paused_until == at("2026-03-06 12:00")
    assert "等配件" in client.get(recorded.get_absolute_url()).content.decode()
    client.post(f"/tickets/{recorded.pk}/resume_ticket/", {})
    recorded.refresh_from_db()
    assert recorded.paused_until is None


def test_page_tells_who_comes_second_and_keeps_what_was_typed(recorded, supervisor, manager, client_of):
    pause(recorded, supervisor)
    sent = {"reason": "等厂家回复", "until": "2026-03-06T12:00"}
    answer = client_of(manager).post(f"/tickets/{recorded.pk}/pause_ticket/", sent)
    assert (answer.status_code, answer.context["form"]) == (409, None)
    assert "等厂家回复" in answer.content.decode()
    assert client_of(manager).get(f"/tickets/{recorded.pk}/pause_ticket/").status_code == 409
    assert client_of(supervisor).get(f"/tickets/{recorded.pk}/").status_code == 200


def test_page_shows_an_error_at_its_field(recorded, supervisor, client_of):
    sent = {"reason": "等配件", "until": "2026-03-05T08:00"}
    answer = client_of(supervisor).post(f"/tickets/{recorded.pk}/pause_ticket/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["until"])
