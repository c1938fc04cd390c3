"""What people do with tickets: one verb each, in the order a matter takes through the office."""

from complaints.services.assessing import answer_assessment, request_assessment, withdraw_assessment
from complaints.services.callback_rules import add_question_form, change_question_form, change_rules
from complaints.services.callbacks import call_the_day, draw_callbacks, queue_callbacks
from complaints.services.calling_back import (
    answer_callback,
    attempt_callback,
    end_callback,
    next_to_call,
)
from complaints.services.catalogue import add_entry, change_entry, take_over_defaults
from complaints.services.compensating import (
    approve_compensation,
    approvers_of,
    must_be_settled,
    pay_compensation,
    propose_again_compensation,
    propose_compensation,
    running_of,
    send_back_compensation,
    withdraw_compensation,
)
from complaints.services.escalating import escalate_due, mark_major, may_see_escalation, see_escalation
from complaints.services.handling import (
    accept_ticket,
    agree_visit,
    arrive_ticket,
    dispatch_ticket,
    finish_ticket,
    grab_ticket,
    hand_back_ticket,
    redispatch_ticket,
)
from complaints.services.incidents import add_caller, declare_incident, follow_incident, join_incident, leave_incident
from complaints.services.intake import change_ticket, expected_deadline, record_ticket
from complaints.services.merging import merge_ticket
from complaints.services.pausing import pause_ticket, remind_of_pauses, resume_ticket
from complaints.services.promises import (
    break_promise,
    keep_promise,
    make_promise,
    must_have_kept_promises,
    remind_of_promises,
    renegotiate_promise,
)
from complaints.services.repeats import earlier_repairs, incidents_near, similar_open
from complaints.services.replying import (
    archive_ticket,
    comment_ticket,
    reopen_ticket,
    reply_ticket,
)
from complaints.services.responsibility import reassign_open, transfer_ticket
from complaints.services.responsible_parties import LIABLE, analyse_responsibility, standing_of
from complaints.services.revealing import (
    may_reveal_called,
    may_reveal_caller,
    may_reveal_extra_caller,
    person_to_call,
    reveal_called,
    reveal_caller,
    reveal_extra_caller,
)
from complaints.services.rework import confirm_rework, waits_for_resident
from complaints.services.settings import change_settings
from complaints.services.warranty import warranty_of

__all__ = (
    "LIABLE",
    "accept_ticket",
    "add_caller",
    "add_entry",
    "add_question_form",
    "agree_visit",
    "analyse_responsibility",
    "answer_assessment",
    "answer_callback",
    "approve_compensation",
    "approvers_of",
    "archive_ticket",
    "arrive_ticket",
    "attempt_callback",
    "break_promise",
    "call_the_day",
    "change_entry",
    "change_question_form",
    "change_rules",
    "change_settings",
    "change_ticket",
    "comment_ticket",
    "confirm_rework",
    "declare_incident",
    "dispatch_ticket",
    "draw_callbacks",
    "earlier_repairs",
    "end_callback",
    "escalate_due",
    "expected_deadline",
    "finish_ticket",
    "follow_incident",
    "grab_ticket",
    "hand_back_ticket",
    "incidents_near",
    "join_incident",
    "keep_promise",
    "leave_incident",
    "make_promise",
    "mark_major",
    "may_reveal_called",
    "may_reveal_caller",
    "may_reveal_extra_caller",
    "may_see_escalation",
    "merge_ticket",
    "must_be_settled",
    "must_have_kept_promises",
    "next_to_call",
    "pause_ticket",
    "pay_compensation",
    "person_to_call",
    "propose_again_compensation",
    "propose_compensation",
    "queue_callbacks",
    "reassign_open",
    "record_ticket",
    "redispatch_ticket",
    "remind_of_pauses",
    "remind_of_promises",
    "renegotiate_promise",
    "reopen_ticket",
    "reply_ticket",
    "request_assessment",
    "resume_ticket",
    "reveal_called",
    "reveal_caller",
    "reveal_extra_caller",
    "running_of",
    "see_escalation",
    "send_back_compensation",
    "similar_open",
    "standing_of",
    "take_over_defaults",
    "transfer_ticket",
    "waits_for_resident",
    "warranty_of",
    "withdraw_assessment",
    "withdraw_compensation",
)
