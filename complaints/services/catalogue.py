"""The office's own lists: categories, departments, contractors, parts, causes. What is no longer used is set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Cause, Department, Part
from complaints.services.defaults import CATEGORIES, CAUSES, DEPARTMENTS, PARTS
from frontdesk.estate.models import Office
from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.roles import require
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.models.catalogue import CatalogueEntry
    from complaints.services.defaults import Branch

CHANGE = "complaints.change_catalogue"
STEP = 10
"""Distance in the order, so that something can be put between."""
DOUBLE = _("There is one of this name already.")


def add_entry(
    model: type[CatalogueEntry], *, office: Office, by: User, members: Iterable[User] = (), **values: Any
) -> Any:
    """Put a name onto one of the office's lists, behind those it stands with.

    Raises:
        DeskError: the name is there already, or `check_entry` refuses.

    """
    entry = model(office=office, **values)
    require(by, CHANGE, entry)
    with transaction.atomic():
        _one_at_a_time(office)
        check_entry(entry, members)
        entry.position = entry.position or _last(model, office, values) + STEP
        with refusing_doubles(str(DOUBLE), field="name"):
            entry.save(force_insert=True)
        if isinstance(entry, Department):
            entry.members.set(members)
        activity.record(entry, "add", by=by, after=activity.snapshot(entry), note=_said(members))
    return entry


def change_entry(entry: CatalogueEntry, *, by: User, members: Iterable[User] | None = None, **values: Any) -> Any:
    """Change a name, what hangs on it, or whether it is in use; nothing is written when nothing differs.

    Raises:
        DeskError: another one has this name, or `check_entry` refuses.

    """
    require(by, CHANGE, entry)
    with transaction.atomic():
        _one_at_a_time(entry.office)
        fresh: Any = type(entry)._base_manager.select_for_update().get(pk=entry.pk)
        before = activity.snapshot(fresh)
        names = [name for name, value in values.items() if getattr(fresh, name) != value]
        for name in names:
            setattr(fresh, name, values[name])
        others = members is not None and set(members) != set(fresh.members.all())
        if not names and not others:
            return fresh
        check_entry(fresh, members or ())
        fresh.version = F("version") + 1
        with refusing_doubles(str(DOUBLE), field="name"):
            fresh.save(update_fields=[*names, "version"])
        fresh.refresh_from_db(fields=["version"])
        if members is not None and others:
            fresh.members.set(members)
        note = _said(members or ()) if others else ""
        activity.record(fresh, "edit", by=by, before=before, after=activity.snapshot(fresh), note=note)
    return fresh


def check_entry(entry: Any, members: Iterable[User] = ()) -> None:
    """Refuse a category that would hang on itself or too deep, names of other offices, members who take no tickets.

    Raises:
        DeskError: with the field it is about.

    """
    if isinstance(entry, Category):
        _check_branch(entry)
    if isinstance(entry, Department):
        able = User.objects.who_may("complaints.accept_ticket", entry.office)
        for person in members:
            if not able.filter(pk=person.pk).exists():
                message = _("%(person)s takes no tickets in this office.")
                raise DeskError(message % {"person": person}, field="members")


def take_over_defaults(office: Office, *, by: User) -> int:
    """Put what an estate usually needs onto the office's lists, as far as it is not there by name; return how much.

    Whoever asks for it twice, or at the same moment as a colleague, gets it once.
    """
    require(by, CHANGE, office)
    with transaction.atomic():
        _one_at_a_time(office)
        made = create_defaults(office)
        activity.record_many(made, "add", by=by)
    return len(made)


def create_defaults(office: Office) -> list[Any]:
    """Write what is missing of the default lists, without asking anybody or putting it on record; return it."""
    departments = _missing(Department, office, [{"name": name} for name in DEPARTMENTS])
    by_name = {row.name: row for row in Department.objects.of_office(office).in_use()}
    tops = _missing(Category, office, [_category(top, top, by_name) for top in CATEGORIES], parent=None)
    here = {row.name: row for row in Category.objects.of_office(office).filter(parent=None)}
    below = [
        made
        for top in CATEGORIES
        for made in _missing(
            Category, office, [_category(branch, top, by_name) for branch in top.below], parent=here[top.name]
        )
    ]
    parts = _missing(Part, office, [{"name": name, "warranty_months": months} for name, months in PARTS])
    causes = _missing(Cause, office, [{"name": name} for name in CAUSES])
    return [*departments, *tops, *below, *parts, *causes]


def _missing(model: Any, office: Office, rows: list[dict[str, Any]], **where: Any) -> list[Any]:
    """Write the rows whose names are not on the list, behind those that are."""
    there = set(model.objects.of_office(office).filter(**where).values_list("name", flat=True))
    last = _last(model, office, where)
    wanted = [row for row in rows if row["name"] not in there]
    return model.objects.bulk_create(
        model(office=office, position=last + STEP * place, **row, **where) for place, row in enumerate(wanted, 1)
    )


def _category(branch: Branch, top: Branch, departments: dict[str, Department]) -> dict[str, Any]:
    """Return the columns of one category of the default tree."""
    visit = top.visit if branch.visit is None else branch.visit
    place = top.place if branch.place is None else branch.place
    return {
        "name": branch.name,
        "department": departments.get(branch.department or top.department),
        "finish_minutes": branch.finish,
        "asks_visit": bool(visit),
        "asks_place": bool(place),
        "is_urgent": branch.urgent,
    }


def _check_branch(category: Category) -> None:
    parent = category.parent
    if parent is not None:
        current = Category.objects.get(pk=parent.pk)  # as it is now that nobody else changes the tree
        if current.office_id != category.office_id:
            raise DeskError(_("This is not on the office's list."), field="parent")
        if current.pk == category.pk or current.parent_id is not None:
            raise DeskError(_("The tree has two levels: choose a category that hangs on none."), field="parent")
        if category.pk and category.children.exists():
            raise DeskError(_("Other categories hang on this one, so it cannot hang on another."), field="parent")
    if category.department is not None and category.department.office_id != category.office_id:
        raise DeskError(_("This is not on the office's list."), field="department")


def _one_at_a_time(office: Office) -> None:
    """Let one person at a time change an office's lists: two could make each other's category a branch of their own."""
    Office.objects.select_for_update().get(pk=office.pk)


def _last(model: Any, office: Office, where: dict[str, Any]) -> int:
    """Return the highest place in the order among those an entry stands with."""
    rows = model.objects.of_office(office)
    rows = rows.filter(parent=where.get("parent")) if model is Category else rows
    return rows.order_by().aggregate(last=Max("position"))["last"] or 0


def _said(members: Iterable[User]) -> str:
    return ", ".join(sorted(str(person) for person in members))
