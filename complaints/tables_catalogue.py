"""The office's own lists as the screen, print and Excel show them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Cause, Contractor, Department, Part
from complaints.querysets import TREE
from frontdesk.kit.durations import said
from frontdesk.kit.listing import Action, BooleanColumn, Column, NumberColumn, Table, TagsColumn

if TYPE_CHECKING:
    from frontdesk.kit.listing.columns import Row

CHANGE = "complaints.change_catalogue"
PER_PAGE = 200
ALL_DAY = 24 * 60
ADD = {
    Category: Action(_("Add a category"), "complaints:category_add", CHANGE, "plus-lg", "primary"),
    Department: Action(_("Add a department"), "complaints:department_add", CHANGE, "plus-lg", "primary"),
    Contractor: Action(_("Add a contractor"), "complaints:contractor_add", CHANGE, "plus-lg", "primary"),
    Part: Action(_("Add a part"), "complaints:part_add", CHANGE, "plus-lg", "primary"),
    Cause: Action(_("Add a cause"), "complaints:cause_add", CHANGE, "plus-lg", "primary"),
}
"""The button above each list."""


class BranchColumn(Column):
    """A category, moved in where it hangs on another."""

    def shown(self, value: Any, row: Row) -> str:
        text = escape(value)
        return f'<span class="muted" aria-hidden="true">└ </span>{text}' if row["parent__name"] else text


def _time(minutes: int | None, _row: Row) -> str:
    return "" if minutes is None else said(minutes, day=ALL_DAY)


def _members(keys: list[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    rows = Department.members.through.objects.filter(department__in=keys).order_by("user__name")
    for key, name in rows.values_list("department", "user__name"):
        found.setdefault(key, []).append(name)
    return found


class CategoryTable(Table):
    """The tree: each branch, then what hangs on it."""

    name = BranchColumn(_("Category"), link="complaints:category_edit", needs=("parent__name",))
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    parent = Column(_("Under"), "parent__name", optional=True, default_shown=False)
    department = Column(_("Goes to"), "department__name")
    finish = Column(_("Finish within"), "finish_minutes", render=_time, css="date")
    visit = BooleanColumn(_("Asks for a time"), "asks_visit")
    place = BooleanColumn(_("Asks for the place"), "asks_place")
    urgent = BooleanColumn(_("Urgent"), "is_urgent")
    in_use = BooleanColumn(_("State"), "is_active", yes="", no=_("Set aside"))

    class Meta:
        model = Category
        default_sort = ("office__code", *TREE)
        per_page = PER_PAGE
        empty = _("No categories yet")
        empty_text = _("They say what a call is about, which fields it needs, and to whom it goes.")
        empty_icon = "diagram-2"
        first = ADD[Category]


class DepartmentTable(Table):
    """The teams."""

    name = Column(_("Department"), link="complaints:department_edit", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    members = TagsColumn(_("Members"), load=_members, css="text")
    in_use = BooleanColumn(_("State"), "is_active", yes="", no=_("Set aside"))

    class Meta:
        model = Department
        default_sort = ("office__code", "position", "name")
        per_page = PER_PAGE
        empty = _("No departments yet")
        empty_text = _("What is dispatched to a department can be taken on by any of its members.")
        empty_icon = "people"
        first = ADD[Department]


class ContractorTable(Table):
    """Outside companies."""

    name = Column(_("Contractor"), link="complaints:contractor_edit", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    trade = Column(_("Trade"), sort=True)
    contact = Column(_("Responsible person"))
    phone = Column(_("Phone"), css="date")
    in_use = BooleanColumn(_("State"), "is_active", yes="", no=_("Set aside"))

    class Meta:
        model = Contractor
        default_sort = ("office__code", "position", "name")
        per_page = PER_PAGE
        empty = _("No contractors yet")
        empty_text = _("Outside companies that repair: lifts, waterproofing, warranty work.")
        empty_icon = "truck"
        first = ADD[Contractor]


class PartTable(Table):
    """Parts and how long their warranty runs."""

    name = Column(_("Part"), link="complaints:part_edit", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    warranty_months = NumberColumn(_("Warranty (months)"), sort=True)
    in_use = BooleanColumn(_("State"), "is_active", yes="", no=_("Set aside"))

    class Meta:
        model = Part
        default_sort = ("office__code", "position", "name")
        per_page = PER_PAGE
        empty = _("No parts yet")
        empty_text = _("What was at fault: with its warranty one sees at once who has to pay.")
        empty_icon = "bricks"
        first = ADD[Part]


class CauseTable(Table):
    """Why things break."""

    name = Column(_("Cause"), link="complaints:cause_edit", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    in_use = BooleanColumn(_("State"), "is_active", yes="", no=_("Set aside"))

    class Meta:
        model = Cause
        default_sort = ("office__code", "position", "name")
        per_page = PER_PAGE
        empty = _("No causes yet")
        empty_text = _("Why it broke or was complained about: chosen when the work is reported done.")
        empty_icon = "question-diamond"
        first = ADD[Cause]
