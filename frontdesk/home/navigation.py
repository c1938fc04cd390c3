"""What stands in the navigation, for whom: one declared list; a new page of general use gets its line here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy

from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from django.utils.safestring import SafeString

    from frontdesk.staff.roles import Standing

ROOM_AT_THE_BOTTOM = 4
"""How many lines fit into a phone's bottom bar beside "More"."""
BOTTOM = (
    "home:desk",
    "complaints:ticket_list",
    "duty:my_shifts",
    "estate:unit_list",
    "estate:person_list",
    "fees:gate",
)
BOTTOM_OF_GUARDS = ("home:desk", "duty:patrolround_list", "movein:gate", "fees:gate")
"""What a phone's bottom bar offers, the first that may be opened."""


@dataclass(frozen=True)
class Entry:
    """One line for whoever has one of `permissions`.

    `nouns` are further kinds of record whose pages belong under it.
    """

    label: Any
    icon: str
    url_name: str
    permissions: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()

    def covers(self, view_name: str) -> bool:
        """Tell whether a page belongs under this line: the list itself, and the pages of its nouns."""
        nouns = (self.url_name.removesuffix("_list"), *self.nouns)
        return view_name in {self.url_name, *nouns} or view_name.startswith(tuple(f"{noun}_" for noun in nouns))


@dataclass(frozen=True)
class Group:
    """Lines under one small heading."""

    label: Any
    entries: tuple[Entry, ...]


TICKET_LISTS = (
    "category",
    "department",
    "contractor_list",  # not "contractor": his own page stands beside the ranking
    "contractor_add",
    "contractor_edit",
    "part",
    "cause",
)
GROUPS = (
    Group(
        "",
        (
            Entry(_("Desk"), "house-door", "home:desk"),
            Entry(
                _("Tickets"),
                "tools",
                "complaints:ticket_list",
                ("complaints.view_ticket",),
                nouns=("complaints:my_work",),
            ),
            Entry(_("Promises"), "hand-thumbs-up", "complaints:promise_list", ("complaints.view_promise",)),
            Entry(_("Callbacks"), "telephone-outbound", "complaints:callback_list", ("complaints.view_callback",)),
            Entry(_("Escalations"), "arrow-up-circle", "complaints:escalation_list", ("complaints.view_escalation",)),
            Entry(_("Compensation"), "cash-coin", "complaints:compensation_list", ("complaints.view_compensation",)),
        ),
    ),
    Group(
        _("Duty"),
        (
            Entry(
                _("My shifts"),
                "person-workspace",
                "duty:my_shifts",
                ("duty.request_leave",),
                nouns=("duty:wish", "duty:feed"),
            ),
            Entry(_("Morning"), "sunrise", "duty:morning", ("duty.view_logentry",)),
            Entry(
                _("Shift records"),
                "journal-check",
                "duty:shift_list",
                ("duty.view_shift",),
                nouns=("duty:shift", "duty:holding"),
            ),
            Entry(_("Handovers"), "arrow-repeat", "duty:handover_list", ("duty.view_handover",)),
            Entry(_("Duty log"), "journal-text", "duty:logentry_list", ("duty.view_logentry",)),
            Entry(
                _("Patrols"),
                "signpost-split",
                "duty:patrolround_list",
                ("duty.view_patrol",),
                nouns=("duty:patrolround", "duty:patrolroute", "duty:patrolcheck"),
            ),
            Entry(_("Findings"), "binoculars", "duty:finding_list", ("duty.view_finding",)),
            Entry(
                _("Routine work"),
                "arrow-clockwise",
                "duty:routinetask_list",
                ("duty.view_routinetask",),
                nouns=("duty:routine_calendar", "duty:routine_share"),
            ),
            Entry(
                _("Rosters"),
                "calendar3",
                "duty:roster_list",
                ("duty.view_roster",),
                nouns=("duty:rosterchange", "duty:cell"),
            ),
            Entry(
                _("Leave"),
                "calendar-x",
                "duty:leave_list",
                ("duty.view_roster",),
                nouns=("duty:standin", "duty:sick_call"),
            ),
            Entry(_("Swaps"), "arrow-left-right", "duty:swap_list", ("duty.view_roster",)),
        ),
    ),
    Group(
        _("Keys"),
        (
            Entry(_("Keys"), "key", "keys:key_list", ("keys.view_key",), nouns=("keys:ring", "keys:lockchange")),
            Entry(_("Lend or take back"), "arrow-left-right", "keys:counter", ("keys.lend_key",)),
            Entry(_("Key loans"), "card-list", "keys:loan_list", ("keys.view_loan",)),
            Entry(_("Sealed keys"), "envelope", "keys:sealopening_list", ("keys.view_sealopening",)),
            Entry(_("Filing cabinets"), "folder2", "keys:filingopening_list", ("keys.view_key",)),
            Entry(_("Stock-takes"), "upc-scan", "keys:stocktake_list", ("keys.view_stocktake",)),
        ),
    ),
    Group(
        _("Fees"),
        (
            Entry(
                _("Fee counter"),
                "cash-coin",
                "fees:counter",
                ("fees.take_payment",),
                nouns=("fees:take", "fees:advance"),
            ),
            Entry(
                _("Arrears"),
                "hourglass-split",
                "fees:arrears_list",
                ("fees.view_bill",),
                nouns=("fees:dunningcall", "fees:dunningbatch", "fees:dunningnotice"),
            ),
            Entry(_("Bills"), "file-earmark-text", "fees:bill_list", ("fees.view_bill",)),
            Entry(_("Payments"), "receipt", "fees:payment_list", ("fees.view_payment",)),
            Entry(_("Voids and refunds"), "arrow-counterclockwise", "fees:reversal_list", ("fees.view_payment",)),
            Entry(_("Day close"), "cash-stack", "fees:till_list", ("fees.view_till",)),
            Entry(_("Month's runs"), "calendar-check", "fees:billrun_list", ("fees.view_bill",)),
            Entry(_("Corrections"), "pencil-square", "fees:correction_list", ("fees.view_bill",)),
            Entry(_("Vacancy reductions"), "house-dash", "fees:reduction_list", ("fees.view_bill",)),
            Entry(_("Collection"), "graph-up", "fees:ledger", ("fees.view_bill",), nouns=("fees:ledgerbill",)),
            Entry(_("Daily journal"), "journal-text", "fees:journal", ("fees.view_payment",)),
            Entry(_("Tariffs"), "tags", "fees:tariff_list", ("fees.view_tariff",), nouns=("fees:tariffrate",)),
        ),
    ),
    Group(
        _("Register"),
        (
            Entry(_("Units"), "door-open", "estate:unit_list", ("estate.view_unit",)),
            Entry(_("People"), "people", "estate:person_list", ("estate.view_person",)),
            Entry(_("Vehicles"), "car-front", "estate:vehicle_list", ("estate.view_person",)),
            Entry(_("Buildings"), "buildings", "estate:building_list", ("estate.view_unit",)),
            Entry(_("Documents"), "archive", "estate:document_list", ("estate.view_document",)),
        ),
    ),
    Group(
        _("Goods"),
        (
            Entry(_("Goods passes"), "box-seam", "movein:goodspass_list", ("movein.view_goodspass",)),
            Entry(
                pgettext_lazy("goods pass", "Goods out"),
                "shield-check",
                "movein:gate",
                ("movein.release_goodspass",),
            ),
            Entry(_("Gate checks"), "list-check", "movein:gatecheck_list", ("movein.view_goodspass",)),
        ),
    ),
    Group(
        _("Meters and parking"),
        (
            Entry(_("Shared costs"), "pie-chart", "fees:sharedcost_list", ("fees.view_sharedcost",)),
            Entry(_("Meters"), "speedometer2", "fees:meter_list", ("fees.view_meter",), nouns=("fees:meterreading",)),
            Entry(_("Gate"), "sign-intersection-y", "fees:gate", ("fees.log_visit",)),
            Entry(_("Visitors' parking"), "p-square", "fees:parkingvisit_list", ("fees.view_parkingvisit",)),
        ),
    ),
    Group(
        _("Reports"),
        (
            Entry(_("Statistics"), "bar-chart", "complaints:statistics", ("complaints.view_report",)),
            Entry(_("Contractors"), "truck", "complaints:contractor_ranking", ("complaints.view_report",)),
            Entry(
                _("Monthly reports"), "file-earmark-spreadsheet", "complaints:report_list", ("complaints.view_report",)
            ),
        ),
    ),
    Group(
        _("Administration"),
        (
            Entry(_("Colleagues"), "person-badge", "staff:member_list", ("staff.view_member",)),
            Entry(_("Desk PCs"), "pc-display", "staff:device_list", ("staff.enrol_device",)),
            Entry(_("Offices"), "building", "estate:office_list", ("estate.change_office",)),
            Entry(
                _("Callback rules"),
                "telephone-forward",
                "complaints:callbackrule_list",
                ("complaints.change_settings",),
            ),
            Entry(_("Holidays"), "calendar3", "estate:holiday_list", ("estate.change_holiday",)),
            Entry(
                _("Ticket lists"),
                "diagram-2",
                "complaints:catalogue",
                ("complaints.change_catalogue",),
                nouns=tuple(f"complaints:{noun}" for noun in TICKET_LISTS),
            ),
            Entry(_("Ticket settings"), "sliders", "complaints:settings", ("complaints.change_settings",)),
            Entry(_("Posts"), "geo", "duty:post_list", ("duty.change_post",)),
            Entry(_("Shifts"), "clock", "duty:shifttype_list", ("duty.change_shifttype",)),
            Entry(
                _("Colleagues on the roster"),
                "person-lines-fill",
                "duty:rostered_list",
                ("duty.change_rostered",),
                nouns=("duty:unavailability",),
            ),
            Entry(_("Rules of the roster"), "list-check", "duty:rules", ("duty.change_rule",)),
            Entry(_("Routines"), "arrow-clockwise", "duty:routine_list", ("duty.change_routine",)),
            Entry(_("Duty settings"), "sliders", "duty:settings", ("duty.change_settings",)),
            Entry(_("Key cabinets"), "grid-3x3", "keys:cabinet_list", ("keys.change_cabinet",)),
            Entry(_("Key settings"), "sliders", "keys:settings", ("keys.change_settings",)),
            Entry(_("Goods pass settings"), "sliders", "movein:settings", ("movein.change_settings",)),
            Entry(_("Fee settings"), "sliders", "fees:settings", ("fees.change_settings",)),
            Entry(
                _("Imports"),
                "upload",
                "kit:imports",
                ("estate.import_unit", "complaints.import_ticket", "fees.import_bill"),
            ),
            Entry(_("Jobs"), "clock-history", "kit:job_list", ("kit.view_job",)),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """An entry as one person sees it on one page."""

    label: Any
    icon: str
    url: str
    current: bool
    url_name: str


@dataclass(frozen=True)
class Lines:
    """A group as one person sees it."""

    label: Any
    entries: list[Line]


def navigation(may: Callable[[str], bool], current: Collection[str] = ()) -> list[Lines]:
    """Return the groups with at least one line that may be opened; `current` are the lines the page belongs under."""
    groups = (Lines(group.label, list(_lines(group, may, current))) for group in GROUPS)
    return [group for group in groups if group.entries]


def _lines(group: Group, may: Callable[[str], bool], current: Collection[str]) -> Iterator[Line]:
    for entry in group.entries:
        if not entry.permissions or any(may(perm) for perm in entry.permissions):
            yield Line(entry.label, entry.icon, reverse(entry.url_name), entry.url_name in current, entry.url_name)


@dataclass(frozen=True)
class Written:
    """The navigation as it goes into a page: at the left, and at a phone's bottom."""

    side: SafeString
    bottom: SafeString


def written(standing: Standing, view_name: str) -> Written:
    """Return the finished navigation; what somebody is here alone decides it: a role ended ends its lines at once."""
    return _written(standing, _under(view_name), get_language(), get_script_prefix())


@lru_cache(maxsize=2048)
def _under(view_name: str) -> frozenset[str]:
    """Return the lines a page belongs under."""
    return frozenset(entry.url_name for group in GROUPS for entry in group.entries if entry.covers(view_name))


@lru_cache(maxsize=512)
def _written(standing: Standing, current: frozenset[str], _language: str, _prefix: str) -> Written:
    """Write it once for all who are the same here: line by line it took longer than the rows of a list."""
    groups = navigation(standing.may, current)
    lines = {line.url_name: line for group in groups for line in group.entries}
    wanted = BOTTOM_OF_GUARDS if standing.roles == {Role.GUARD} else BOTTOM
    bottom = [lines[name] for name in wanted if name in lines][:ROOM_AT_THE_BOTTOM]
    return Written(
        render_to_string("parts/_nav.html", {"groups": groups}),
        render_to_string("parts/_bottom.html", {"entries": bottom}),
    )
