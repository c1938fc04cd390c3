import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from complaints.workflow import TicketState
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict
from frontdesk.kit.workflow import allowed, apply
from tests.factories import CallbackFactory, TicketFactory

pytestmark = pytest.mark.django_db


def test_apply_sets_the_state_counts_the_version_and_writes_it_down(office, supervisor, engineer):
    ticket = TicketFactory(office=office)
    with apply("dispatch_ticket", ticket, by=supervisor, note="请尽快") as fresh:
        fresh.assignee = engineer
    ticket.refresh_from_db()
    act = history_of(ticket).get()
    assert (ticket.state, ticket.version, ticket.assignee) == (TicketState.DISPATCHED, 2, engineer)
    assert fresh.version == 2
    assert (act.verb, act.actor, act.actor_name, act.office, act.note) == (
        "dispatch_ticket", supervisor, "陈静", office, "请尽快",
    )  # fmt: skip
    assert act.before == {"state": "recorded", "assignee_id": None}
    assert act.after == {"state": "dispatched", "assignee_id": engineer.pk}


def test_apply_refuses_a_state_it_does_not_start_from(office, supervisor):
    ticket = TicketFactory(office=office, state=TicketState.ARCHIVED)
    with pytest.raises(Conflict, match="已归档"), apply("dispatch_ticket", ticket, by=supervisor):
        pytest.fail("must not be carried out")
    assert not history_of(ticket).exists()


def test_a_refusal_reads_right_whatever_the_move_is_called(office, clerk):
    """Labels are no verbs: one of them is “reached”."""
    callback = CallbackFactory(ticket__office=office, state="done")
    with pytest.raises(Conflict) as refusal, apply("answer_callback", callback, by=clerk):
        pytest.fail("must not be carried out")
    assert str(refusal.value) == "当前状态为“已回访”，不能办理“已接通”。"


def test_apply_refuses_whoever_may_not(office, clerk, outsider):
    ticket = TicketFactory(office=office)
    for person in (clerk, outsider):
        with pytest.raises(PermissionDenied), apply("dispatch_ticket", ticket, by=person):
            pytest.fail("must not be carried out")


def test_apply_refuses_whom_the_condition_excludes(office, engineer, supervisor):
    ticket = TicketFactory(office=office, state=TicketState.DISPATCHED, assignee=engineer)
    with pytest.raises(PermissionDenied), apply("accept_ticket", ticket, by=supervisor):
        pytest.fail("must not be carried out")


def test_apply_asks_for_what_the_act_takes_that_brings_the_move_about(office, cashier, engineer):
    ticket = TicketFactory(office=office, state=TicketState.ARCHIVED)
    with pytest.raises(PermissionDenied), apply("reopen_ticket", ticket, by=cashier):
        pytest.fail("must not be carried out")
    with (
        pytest.raises(PermissionDenied),
        apply("reopen_ticket", ticket, by=engineer, permission="complaints.call_back"),
    ):
        pytest.fail("must not be carried out")
    with apply("reopen_ticket", ticket, by=cashier, permission="complaints.call_back") as fresh:
        pass
    assert (fresh.state, history_of(ticket).get().actor) == (TicketState.RECORDED, cashier)


def test_apply_undoes_everything_when_the_block_fails(office, supervisor):
    ticket = TicketFactory(office=office)
    with pytest.raises(ZeroDivisionError), apply("dispatch_ticket", ticket, by=supervisor):
        1 / 0  # noqa: B018 - the failure itself
    ticket.refresh_from_db()
    assert ticket.state == TicketState.RECORDED
    assert not history_of(ticket).exists()


def test_apply_without_a_target_leaves_the_state(office, clerk):
    ticket = TicketFactory(office=office)
    with apply("comment_ticket", ticket, by=clerk, note="已电话联系"):
        pass
    ticket.refresh_from_db()
    assert ticket.state == TicketState.RECORDED
    assert history_of(ticket).get().note == "已电话联系"


def test_allowed_draws_the_buttons_of_state_person_and_condition(office, supervisor, engineer, clerk):
    ticket = TicketFactory(office=office, state=TicketState.DISPATCHED, assignee=engineer)
    names = {who: {move.name for move in allowed(ticket, who)} for who in (supervisor, engineer, clerk)}
    steps = {"redispatch_ticket", "accept_ticket", "finish_ticket", "hand_back_ticket", "transfer_ticket"}
    assert names[engineer] & steps == {"accept_ticket", "finish_ticket", "hand_back_ticket"}
    assert names[clerk] & steps == set()
    assert names[supervisor] & steps == {"redispatch_ticket", "finish_ticket", "transfer_ticket"}


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_one_wins_and_the_other_is_told(office, clerk, supervisor):
    ticket = TicketFactory(office=office, state=TicketState.REPLIED)
    outcomes, barrier = [], threading.Barrier(2)

    def archive(person):
        barrier.wait()
        try:
            with apply("archive_ticket", ticket, by=person):
                pass
            outcomes.append("done")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=archive, args=[person]) for person in (clerk, supervisor)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "told"]
    assert history_of(ticket).count() == 1
