"""What stands in the navigation, for whom: one declared list; a new page of general use gets its line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Entry:
    """One line for whoever has one of `permissions`; `phone` puts it into a phone's bottom bar, where four fit.

    `nouns` are further kinds of record whose pages belong under it.
    """

    label: Any
    icon: str
    url_name: str
    permissions: tuple[str, ...] = ()
    phone: bool = False
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
            Entry(_("Desk"), "house-door", "home:desk", phone=True),
            Entry(
                _("Tickets"),
                "tools",
                "complaints:ticket_list",
                ("complaints.view_ticket",),
                phone=True,
                nouns=("complaints:my_work",),
            ),
            Entry(_("Promises"), "hand-thumbs-up", "complaints:promise_list", ("complaints.view_promise",)),
            Entry(_("Callbacks"), "telephone-outbound", "complaints:callback_list", ("complaints.view_callback",)),
            Entry(_("Escalations"), "arrow-up-circle", "complaints:escalation_list", ("complaints.view_escalation",)),
            Entry(_("Compensation"), "cash-coin", "complaints:compensation_list", ("complaints.view_compensation",)),
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
            Entry(_("Units"), "door-open", "estate:unit_list", ("estate.view_unit",), phone=True),
            Entry(_("People"), "people", "estate:person_list", ("estate.view_person",), phone=True),
            Entry(_("Vehicles"), "car-front", "estate:vehicle_list", ("estate.view_person",)),
            Entry(_("Buildings"), "buildings", "estate:building_list", ("estate.view_unit",)),
            Entry(_("Documents"), "archive", "estate:document_list", ("estate.view_document",)),
        ),
    ),
    Group(
        _("Meters and parking"),
        (
            Entry(_("Shared costs"), "pie-chart", "fees:sharedcost_list", ("fees.view_sharedcost",)),
            Entry(_("Meters"), "speedometer2", "fees:meter_list", ("fees.view_meter",), nouns=("fees:meterreading",)),
            Entry(_("Gate"), "sign-intersection-y", "fees:gate", ("fees.log_visit",), phone=True),
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
            Entry(_("Key cabinets"), "grid-3x3", "keys:cabinet_list", ("keys.change_cabinet",)),
            Entry(_("Key settings"), "sliders", "keys:settings", ("keys.change_settings",)),
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
    phone: bool


@dataclass(frozen=True)
class Lines:
    """A group as one person sees it."""

    label: Any
    entries: list[Line]


def navigation(user: Any, office: Any, view_name: str) -> list[Lines]:
    """Return the groups with at least one line this person may open in the office worked in."""
    groups = (Lines(group.label, list(_lines(group, user, office, view_name))) for group in GROUPS)
    return [group for group in groups if group.entries]


def _lines(group: Group, user: Any, office: Any, view_name: str) -> Iterator[Line]:
    for entry in group.entries:
        if not entry.permissions or any(user.has_perm(perm, office) for perm in entry.permissions):
            yield Line(entry.label, entry.icon, reverse(entry.url_name), entry.covers(view_name), entry.phone)
