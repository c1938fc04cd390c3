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
    """One line for whoever has one of `permissions`; `phone` puts it into a phone's bottom bar, where four fit."""

    label: Any
    icon: str
    url_name: str
    permissions: tuple[str, ...] = ()
    phone: bool = False

    def covers(self, view_name: str) -> bool:
        """Tell whether a page belongs under this line: the list itself, and the pages of its noun."""
        noun = self.url_name.removesuffix("_list")
        return view_name in {self.url_name, noun} or view_name.startswith(f"{noun}_")


@dataclass(frozen=True)
class Group:
    """Lines under one small heading."""

    label: Any
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        "",
        (
            Entry(_("Desk"), "house-door", "home:desk", phone=True),
            Entry(_("Tickets"), "tools", "complaints:ticket_list", ("complaints.view_ticket",), phone=True),
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
        _("Administration"),
        (
            Entry(_("Colleagues"), "person-badge", "staff:member_list", ("staff.view_member",)),
            Entry(_("Desk PCs"), "pc-display", "staff:device_list", ("staff.enrol_device",)),
            Entry(_("Offices"), "building", "estate:office_list", ("estate.change_office",)),
            Entry(_("Holidays"), "calendar3", "estate:holiday_list", ("estate.change_holiday",)),
            Entry(_("Imports"), "upload", "kit:imports", ("estate.import_unit", "complaints.import_ticket")),
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
