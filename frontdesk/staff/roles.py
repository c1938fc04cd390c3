"""Who may do what: the one table. Everything else asks `user.has_perm("app.verb_noun", obj)`."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.roles import RoleTable


class Role(models.TextChoices):
    """角色 · what a person is in an office; one person may be several."""

    CLERK = "clerk", _("Desk clerk")
    STEWARD = "steward", _("Steward")
    CASHIER = "cashier", _("Cashier")
    ENGINEER = "engineer", _("Engineer")
    GUARD = "guard", _("Guard")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    COMPANY = "company", _("Company department")
    ADMIN = "admin", _("Administrator")


EVERYWHERE = frozenset({Role.COMPANY, Role.ADMIN})
"""Roles held in the whole company, not in one office."""

IN_OFFICE = frozenset(Role) - EVERYWHERE
GRANTS = {Role.MANAGER: IN_OFFICE - {Role.MANAGER}, Role.ADMIN: frozenset(Role)}
"""Which roles the holder of a role may give and end: a manager up to supervisor, an administrator every one."""

STEWARDING = (Role.STEWARD, Role.CLERK, Role.SUPERVISOR)
"""Who may be given a building to look after."""

VIEW_REGISTER = {"estate.view_unit", "estate.view_person", "estate.view_document", "estate.view_office"}
VIEW_TICKETS = {"complaints.view_ticket", "complaints.view_every_ticket"}
HANDLE_TICKETS = {
    "complaints.view_ticket",
    "complaints.accept_ticket",
    "complaints.finish_ticket",
    "complaints.hand_back_ticket",
    "complaints.comment_ticket",
    "complaints.reveal_caller",
    "complaints.agree_visit",
}
"""Whoever a ticket can be dispatched to; without `view_every_ticket` one sees only those."""
FOLLOW_TICKETS = VIEW_TICKETS | {
    "complaints.record_ticket",
    "complaints.comment_ticket",
    "complaints.reply_ticket",
    "complaints.archive_ticket",
    "complaints.reveal_caller",
    "complaints.add_caller",
    "complaints.agree_visit",
    "complaints.make_promise",
    "complaints.settle_promise",
    "complaints.mark_major",
    "complaints.join_incident",
    "complaints.view_promise",
    "complaints.call_back",
    "complaints.view_callback",
    "complaints.view_escalation",
    "complaints.view_compensation",
    "complaints.view_report",
}
"""First-contact responsibility: who takes a matter can follow it through to the reply (R-TKT-05)."""
VIEW_KEYS = {"keys.view_key", "keys.view_loan", "keys.view_sealopening", "keys.view_stocktake"}
KEEP_KEYS = VIEW_KEYS | {
    "keys.change_key",
    "keys.lend_key",
    "keys.report_loss",
    "keys.request_opening",
    "keys.open_seal",
    "keys.open_cabinet",
    "keys.take_stock",
    "keys.export_key",
}
"""Whoever answers for the cabinet at the desk (R-KEY-02…09)."""
VIEW_GOODS = {"movein.view_goodspass"}
ISSUE_GOODS = VIEW_GOODS | {"movein.issue_goodspass", "movein.export_goodspass"}
"""Whoever takes in at the desk what somebody moves out (R-GDS-01)."""
RELEASE_GOODS = VIEW_GOODS | {"movein.release_goodspass"}
"""Whoever compares a pass with the goods and lets them out (R-GDS-01)."""
GUARD_GATE = {"fees.log_visit", "fees.view_parkingvisit"}
"""Cars in and out; the money itself is taken by who may take payments (R-FEE-05)."""
READ_METERS = {"fees.view_meter", "fees.read_meter"}
"""Whoever walks the round with the reading book (R-FEE-03)."""
VIEW_FEES = {
    "fees.view_bill",
    "fees.view_payment",
    "fees.view_tariff",
    "fees.view_meter",
    "fees.view_sharedcost",
    "fees.view_parkingvisit",
}
CHASE_FEES = VIEW_FEES | GUARD_GATE | READ_METERS | {"fees.chase_arrears", "fees.request_reduction"}
"""Whoever a household asks about its bills, and who reminds it of them (R-FEE-10)."""
TAKE_FEES = CHASE_FEES | {
    "fees.take_payment",
    "fees.view_till",
    "fees.charge_unit",
    "fees.request_reversal",
    "fees.request_correction",
    "fees.export_bill",
}
"""The cashier's work: money in, and asking for what a second person must agree to (R-FEE-08, R-FEE-09, R-FEE-11)."""
DECIDE_FEES = CHASE_FEES | {
    "fees.view_till",
    "fees.confirm_till",
    "fees.charge_unit",
    "fees.request_reversal",
    "fees.request_correction",
    "fees.run_bills",
    "fees.write_dunning",
    "fees.change_tariff",
    "fees.change_settings",
    "fees.change_meter",
    "fees.confirm_reading",
    "fees.settle_cost",
    "fees.import_bill",
    "fees.export_bill",
}
"""The supervisor's part: tariffs, the month's run, letters to those who owe, the second pair of eyes on a till."""
APPROVE_FEES = {
    "fees.approve_reversal",
    "fees.approve_correction",
    "fees.approve_reduction",
    "fees.import_prepayment",
}
"""What only the manager agrees to (R-FEE-02, R-FEE-09)."""
ROSTERED = {"duty.view_roster", "duty.request_leave", "duty.request_swap", "duty.state_wish"}
"""Whoever may stand on a roster: everybody in an office reads it and asks for leave and swaps (R-DUTY-05)."""
REPORT_FINDINGS = {"duty.view_finding", "duty.report_finding", "duty.view_patrol", "duty.walk_patrol"}
"""Whoever walks through the estate: what one finds is written down where one stands (R-RTN-01)."""
KEEP_POST = {
    "duty.view_shift",
    "duty.hand_over",
    "duty.view_handover",
    "duty.view_logentry",
    "duty.write_log",
} | REPORT_FINDINGS
"""Whoever may answer for a post: begins and hands over shifts, writes the duty log (R-DUTY-07…11)."""
DO_ROUTINES = {"duty.view_routinetask", "duty.do_routinetask"}
"""Routine work falls to somebody of every role: all see the office's, each does their own (R-RTN-05)."""
RUN_POSTS = {
    "duty.change_post",
    "duty.release_handover",
    "duty.annotate_log",
    "duty.export_finding",
    "duty.change_route",
}
"""The supervisor's part: posts with what is kept there, refused and blocked handovers, annotations, patrol routes."""
MAKE_ROSTERS = {
    "duty.draft_roster",
    "duty.edit_roster",
    "duty.publish_roster",
    "duty.export_roster",
    "duty.change_shifttype",
    "duty.change_rule",
    "duty.change_rostered",
    "duty.change_settings",
    "duty.change_routine",
    "duty.view_leave",
    "duty.decide_leave",
    "duty.decide_swap",
}
"""The supervisor's part: the month's roster, leave with who stands in, swaps (R-DUTY-01, R-DUTY-05)."""
DESK = (
    VIEW_REGISTER
    | HANDLE_TICKETS
    | FOLLOW_TICKETS
    | KEEP_KEYS
    | ISSUE_GOODS
    | CHASE_FEES
    | ROSTERED
    | KEEP_POST
    | DO_ROUTINES
    | {
        "duty.record_leave",
        "duty.solve_finding",
        "estate.change_person",
        "estate.change_vehicle",
        "estate.change_tenure",
        "estate.reveal_person",
        "estate.change_document",
        "estate.lend_document",
        "complaints.change_ticket",
        "complaints.reopen_ticket",
        "complaints.export_ticket",
        "estate.export_unit",
        "kit.add_attachment",
    }
)
ENGINEERING = (
    HANDLE_TICKETS
    | READ_METERS
    | ROSTERED
    | REPORT_FINDINGS
    | DO_ROUTINES
    | {"duty.solve_finding", "kit.add_attachment", "estate.view_unit"}
)
SUPERVISING = (
    DESK
    | ENGINEERING
    | DECIDE_FEES
    | MAKE_ROSTERS
    | RUN_POSTS
    | RELEASE_GOODS
    | {
        "movein.change_settings",
        "complaints.dispatch_ticket",
        "complaints.transfer_ticket",
        "complaints.import_ticket",
        "complaints.pause_ticket",
        "complaints.declare_incident",
        "complaints.analyse_responsibility",
        "complaints.propose_compensation",
        "complaints.approve_level_1",
        "complaints.request_assessment",
        "complaints.make_report",
        "complaints.change_catalogue",
        "complaints.change_settings",
        "keys.change_cabinet",
        "keys.change_lock",
        "keys.retire_key",
        "keys.excuse_loan",
        "keys.change_settings",
        "estate.change_unit",
        "estate.change_asset",
        "estate.merge_person",
        "estate.change_holiday",
        "estate.change_office",
        "staff.view_member",
        "staff.enrol_device",
        "staff.reassign_work",
        "kit.view_job",
        "kit.change_job",
        "kit.view_origin",
        "kit.remove_attachment",
    }
)
ADMINISTERING = (
    VIEW_REGISTER
    | VIEW_KEYS
    | VIEW_GOODS
    | VIEW_FEES
    | {
        "movein.change_settings",
        "fees.change_tariff",
        "fees.change_settings",
        "fees.change_meter",
        "fees.import_bill",
        "fees.import_prepayment",
        "estate.add_office",
        "estate.change_office",
        "estate.change_unit",
        "estate.change_asset",
        "estate.change_person",
        "estate.change_vehicle",
        "estate.change_tenure",
        "estate.change_document",
        "estate.merge_person",
        "estate.import_unit",
        "estate.export_unit",
        "estate.change_holiday",
        "complaints.view_ticket",
        "complaints.view_every_ticket",
        "complaints.dispatch_ticket",  # only to hand on what a leaver leaves behind, as "transfer"
        "complaints.transfer_ticket",
        "complaints.import_ticket",
        "complaints.export_ticket",
        "complaints.change_catalogue",
        "complaints.change_settings",
        "keys.change_key",
        "keys.change_cabinet",
        "keys.change_settings",
        "keys.export_key",
        "staff.view_member",
        "staff.change_member",
        "staff.enrol_device",
        "staff.reassign_work",
        "kit.view_job",
        "kit.change_job",
        "kit.view_health",
        "kit.view_origin",
        "kit.add_attachment",
        "kit.remove_attachment",
    }
)

ROLES = RoleTable(
    {
        Role.CLERK: DESK,
        Role.STEWARD: DESK,
        Role.CASHIER: VIEW_REGISTER
        | HANDLE_TICKETS
        | FOLLOW_TICKETS
        | TAKE_FEES
        | ROSTERED
        | KEEP_POST
        | DO_ROUTINES
        | {"complaints.pay_compensation"},
        Role.ENGINEER: ENGINEERING,
        Role.GUARD: GUARD_GATE | RELEASE_GOODS | ROSTERED | KEEP_POST | DO_ROUTINES | {"estate.view_unit"},
        Role.SUPERVISOR: SUPERVISING,
        Role.MANAGER: SUPERVISING
        | TAKE_FEES
        | APPROVE_FEES
        | {"complaints.approve_level_2", "complaints.pay_compensation", "keys.approve_opening", "duty.decide_own_leave"}
        | {"estate.import_unit", "estate.watch_reveals", "staff.change_member", "kit.view_health"},
        Role.COMPANY: VIEW_REGISTER
        | VIEW_TICKETS
        | VIEW_KEYS
        | VIEW_GOODS
        | VIEW_FEES
        | {
            "movein.export_goodspass",
            "fees.view_till",
            "fees.export_bill",
            "duty.view_roster",
            "duty.view_leave",
            "duty.export_roster",
            "duty.view_shift",
            "duty.view_handover",
            "duty.view_logentry",
            "duty.view_routinetask",
            "duty.view_finding",
            "duty.view_patrol",
            "duty.export_finding",
            "keys.export_key",
            "complaints.view_promise",
            "complaints.view_callback",
            "complaints.view_escalation",
            "complaints.view_compensation",
            "complaints.approve_level_3",
            "complaints.view_report",
            "complaints.export_ticket",
            "estate.export_unit",
            "kit.view_job",
        },
        Role.ADMIN: ADMINISTERING,
    },
)


class Standing(NamedTuple):
    """What somebody is in one office, and nothing else of them: everything that decides what they may do there."""

    roles: frozenset[str]
    is_active: bool
    is_superuser: bool

    def may(self, perm: str) -> bool:
        """Answer whether that is enough for `perm`.

        Django's own permissions, those of its admin site, are not in the table and stay with superusers.
        """
        if not self.is_active:
            return False
        return perm in ROLES.permissions(self.roles) if perm in ROLES.all else self.is_superuser
