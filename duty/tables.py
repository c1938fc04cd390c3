"""The lists of duty: shifts, people on the roster, months, changes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Headcount, Roster, RosterChange, Rostered, ShiftType, Unavailability
from duty.services.shifts import KINDS
from duty.services.wording import hours
from duty.workflow import ROSTER_TONES, RosterState
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    NumberColumn,
    StateColumn,
    Table,
    TagsColumn,
)

ADD_SHIFT = Action(_("Add a shift"), "duty:shifttype_add", "duty.change_shifttype", "plus-lg", "primary")
ADD_PERSON = Action(_("Add a colleague"), "duty:rostered_add", "duty.change_rostered", "person-plus", "primary")
BEGIN = Action(_("Begin a month"), "duty:roster_add", "duty.draft_roster", "plus-lg", "primary")
SHIFTS = Action(_("Shifts"), "duty:shifttype_list", "duty.change_shifttype", "clock")
PEOPLE = Action(_("Colleagues on the roster"), "duty:rostered_list", "duty.change_rostered", "people")
RULES = Action(_("Rules"), "duty:rules", "duty.change_rule", "list-check")


def _counts(keys: list[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    order = list(KINDS)
    rows = Headcount.objects.filter(shift_type__in=keys)
    for row in sorted(rows, key=lambda one: order.index(one.day_kind)):
        found[row.shift_type_id].append(f"{row.get_day_kind_display()} {row.people}")
    return found


def _never(keys: list[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for row in Unavailability.objects.filter(rostered__in=keys).select_related("shift_type"):
        shift = row.shift_type.name if row.shift_type else ""
        found[row.rostered_id].append(f"{row.get_weekday_display() or ''} {shift}".strip())
    return found


class ShiftTypeTable(Table):
    """Kinds of shifts."""

    name = Column(_("Shift"), link="duty:shifttype")
    code = Column(_("Short word"))
    begins = Column(
        _("From–to"),
        "starts",
        needs=("minutes",),
        render=lambda value, row: ShiftType(starts=value, minutes=row["minutes"]).hours,
        css="date",
    )
    late = BooleanColumn(pgettext_lazy("roster", "Late"), "is_late")
    takes = TagsColumn(_("People by kind of day"), load=_counts)
    retired = DateTimeColumn(_("Retired at"), "retired_at")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = ShiftType
        default_sort = ("retired_at", "starts", "minutes")
        empty = _("No shifts yet")
        empty_text = _("Take one of the two ready patterns, or add shifts of your own.")
        empty_icon = "clock"
        first = ADD_SHIFT


class RosteredTable(Table):
    """Who is on the roster."""

    person = Column(_("Name"), "person__name", link="duty:rostered", sort=True)
    starts = DateColumn(_("From"), sort=True)
    ends = DateColumn(_("To"), sort=True)
    experienced = BooleanColumn(_("Experienced"), "is_experienced")
    trainee = BooleanColumn(_("Trainee"), "is_trainee")
    weekly = NumberColumn(
        _("Hours a week"), "weekly_minutes", render=lambda value, _row: "" if value is None else hours(value)
    )
    never = TagsColumn(_("Never"), load=_never)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Rostered
        default_sort = ("person__name",)
        empty = _("Nobody is on the roster yet")
        empty_text = _("Add the colleagues the month's roster is made of.")
        empty_icon = "people"
        first = ADD_PERSON


class RosterTable(Table):
    """Months."""

    month = Column(_("Month"), link="duty:roster", sort=True, render=lambda value, _row: f"{value:%Y-%m}", css="date")
    state = StateColumn(_("State"), choices=RosterState.choices, styles=ROSTER_TONES, sort=True)
    edition = NumberColumn(_("Edition"), render=lambda value, _row: value or "")
    gaps = NumberColumn(
        _("Gaps in the draft"),
        "figures",
        render=lambda value, _row: value.get("gaps", "") if isinstance(value, dict) else "",
    )
    published_at = DateTimeColumn(_("Published at"), sort=True)
    published_by = Column(_("Published by"), "published_by__name")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Roster
        default_sort = ("-month",)
        empty = _("No roster yet")
        empty_text = _("The next month is drafted by itself on its day; you can also begin one now.")
        empty_icon = "calendar3"
        first = BEGIN


class RosterChangeTable(Table):
    """What changed after publishing."""

    made_at = DateTimeColumn(_("Changed at"), sort=True)
    edition = NumberColumn(_("Edition"))
    person = Column(_("Name"), "person__name", sort=True)
    date = DateColumn(_("Date"), sort=True)
    before = Column(pgettext_lazy("change", "Before"), "before__name", render=lambda value, _row: value or _("day off"))
    after = Column(pgettext_lazy("change", "After"), "after__name", render=lambda value, _row: value or _("day off"))
    reason = Column(_("Why"), css="text")
    made_by = Column(_("Changed by"), "made_by__name")

    class Meta:
        model = RosterChange
        default_sort = ("-made_at",)
        empty = _("Nothing changed after publishing")
        empty_icon = "check2-circle"
