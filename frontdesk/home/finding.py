"""What the one search box shows (R-EST-05): records found by their terms, as far as this person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.estate.models import Office, Tenure, Unit, Vehicle
from frontdesk.estate.services import note_phone_search
from frontdesk.home.answer import LABELS, PERMISSIONS, Answer, Found, Group
from frontdesk.kit.search import Hit, fits, lookup, words_of

if TYPE_CHECKING:
    from frontdesk.staff.models import User

PLACES_AT_ONCE = 300


def find(user: User, office: Office | None, text: str, *, limit: int) -> list[Group]:
    """Return what this person may see of the records that fit, kind by kind; kinds with a whole match come first."""
    kinds = [kind for kind, perm in PERMISSIONS.items() if user.has_perm(perm, office)]
    offices = _offices(user, office)
    hits = _at_places(offices, text, kinds, limit)
    if not hits:
        hits = lookup(list(offices), text, limit=limit, kinds=kinds)
        is_unit = any(hit.exact and hit.kind == "unit" for hit in hits)  # 1502 is a flat before it is part of a phone
        if "person" in kinds and not is_unit:
            note_phone_search(text, by=user, office=office)
    if not hits:
        return []
    shown = Answer(user, office, offices if office is None else {}, text)
    groups = [_group(kind, [hit for hit in hits if hit.kind == kind][:limit], shown) for kind in kinds]
    return sorted((group for group in groups if group.rows), key=lambda group: not group.exact)


def straight_to(groups: list[Group]) -> str:
    """Return the page of the one record whose whole code, plate or number was typed; else an empty text."""
    whole = [row for group in groups for row in group.rows if row.whole]
    return whole[0].url if len(whole) == 1 else ""


def _offices(user: User, office: Office | None) -> dict[int, str]:
    if office is not None:
        return {office.pk: office.name}
    return dict(Office.objects.visible_to(user).values_list("pk", "name"))


def _at_places(offices: dict[int, str], text: str, kinds: list[str], limit: int) -> list[Hit]:
    """Read “1502 张” as: people called 张 at the units 1502, and those units."""
    words = words_of(text)
    where = [word for word in words if any(letter.isdigit() for letter in word)]
    who = [word for word in words if word not in where]
    if not where or not who or "person" not in kinds:
        return []
    units = [hit.object_id for hit in lookup(list(offices), " ".join(where), limit=PLACES_AT_ONCE, kinds=["unit"])]
    if not units:
        return []
    living = Tenure.objects.current().filter(*fits("person", "person_id", who), unit__in=units)
    order = {unit: number for number, unit in enumerate(units)}
    pairs = sorted((order[unit], unit, person) for unit, person in living.values_list("unit_id", "person_id"))[:limit]
    found = [Hit("unit", unit) for _n, unit, _person in pairs] + [Hit("person", person) for _n, _unit, person in pairs]
    return list(dict.fromkeys(found))


def _group(kind: str, hits: list[Hit], shown: Answer) -> Group:
    rows = getattr(shown, f"{kind}_rows")([hit.object_id for hit in hits]) if hits else {}
    return Group(
        kind,
        LABELS[kind],
        [rows[hit.object_id] for hit in hits if hit.object_id in rows],
        any(hit.exact for hit in hits),
    )


def unit_choices(user: User, office: Office | None, text: str, *, limit: int) -> list[Found]:
    """Return the units that fit, by code or by who lives or parks there: what ticket intake chooses from."""
    groups = {group.kind: group.rows for group in find(user, office, text, limit=limit) if group.kind != "ticket"}
    people = [row.pk for row in groups.get("person", ())]
    cars = [row.pk for row in groups.get("vehicle", ())]
    owners = list(Vehicle.objects.filter(pk__in=cars).values_list("person", flat=True)) if cars else []
    known = {row.pk: row for row in groups.get("unit", ())}
    more = [pk for pk in _homes([*people, *owners]) if pk not in known][:limit]
    offices = {} if office is not None else _offices(user, office)
    rows = known | (Answer(user, office, offices, text).unit_rows(more) if more else {})
    return [rows[pk] for pk in [*known, *more] if pk in rows][:limit]


def _homes(people: list[int]) -> list[int]:
    """Return where these people are, in their order; a home before a parking space, as that is where they call from."""
    if not people:
        return []
    order = {person: number for number, person in reversed(list(enumerate(people)))}
    rows = Tenure.objects.current().filter(person__in=order).values_list("person", "unit", "unit__kind")
    pressing = sorted((order[person], kind != Unit.Kind.RESIDENCE, unit) for person, unit, kind in rows)
    return list(dict.fromkeys(unit for _number, _elsewhere, unit in pressing))
