"""Make the units of whole buildings at once (R-EST-01): so many floors, so many on each, 4 and 14 left out."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _, ngettext

from frontdesk.estate.models import Area, Building, Entrance, Office, Unit
from frontdesk.estate.services.finding import UNIT
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.jobs import enqueue
from frontdesk.kit.roles import require
from frontdesk.kit.search import code_terms, index_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frontdesk.kit.models import Job

PERMISSION = "estate.change_unit"
KIND = "estate.generate_units"
MOST_AT_ONCE = 2_000
MOST = 20_000
CODE_LENGTH: int = Unit._meta.get_field("code").max_length or 0
PART = re.compile(r"\{(building|entrance|floor|nn)(?::0?([1-9]))?\}")
SHOWN = 200
AT_A_GLANCE = 8


@dataclass(frozen=True)
class UnitPlan:
    """What to make. `areas` are floor areas in m² by place on the floor; `entrances` 0 makes buildings without them."""

    buildings: tuple[str, ...]
    entrances: int = 1
    first_floor: int = 1
    last_floor: int = 1
    per_floor: int = 1
    skip_floors: tuple[int, ...] = ()
    areas: tuple[str, ...] = ()
    kind: str = Unit.Kind.RESIDENCE
    state: str = "sold"
    pattern: str = "{building}-{entrance}-{floor}{nn:02}"
    area: int | None = None

    @property
    def count(self) -> int:
        """How many units the plan asks for, without making them."""
        floors = self.last_floor - self.first_floor + 1 - len({f for f in self.skip_floors if self._has(f)})
        return len(self.buildings) * max(self.entrances, 1) * max(floors, 0) * self.per_floor

    def drafts(self) -> Iterator[Draft]:
        """Yield the units in walking order."""
        staircases = [str(n + 1) for n in range(self.entrances)] or [""]
        floors = [f for f in range(self.first_floor, self.last_floor + 1) if f not in self.skip_floors and f != 0]
        for building in self.buildings:
            for entrance in staircases:
                for floor in floors:
                    for nn in range(1, self.per_floor + 1):
                        yield Draft(building, entrance, floor, self.code(building, entrance, floor, nn), self._area(nn))

    def code(self, building: str, entrance: str, floor: int, nn: int) -> str:
        """Write one code by the pattern. Only the four names are known: nothing else in braces is looked at."""
        values: dict[str, str | int] = {"building": building, "entrance": entrance, "floor": floor, "nn": nn}

        def fill(match: re.Match[str]) -> str:
            value = str(values[match[1]])
            return value and value.zfill(int(match[2] or 1))

        text = PART.sub(fill, self.pattern)
        return text.replace("--", "-") if not entrance else text

    def _has(self, floor: int) -> bool:
        return self.first_floor <= floor <= self.last_floor

    def _area(self, nn: int) -> Decimal | None:
        return Decimal(self.areas[(nn - 1) % len(self.areas)]) if self.areas else None


@dataclass(frozen=True)
class Draft:
    """One unit to be made."""

    building: str
    entrance: str
    floor: int
    code: str
    floor_area: Decimal | None


@dataclass
class Preview:
    """What a plan would do: `existing` codes stay as they are, `shown` are the first to be made."""

    new: int = 0
    existing: list[str] = field(default_factory=list)
    shown: list[Draft] = field(default_factory=list)

    @property
    def first(self) -> list[Draft]:
        """One floor or two, to recognise the pattern by."""
        return self.shown[:AT_A_GLANCE]

    @property
    def more(self) -> list[Draft]:
        """The others that are shown on demand."""
        return self.shown[AT_A_GLANCE:]


def check_plan(plan: UnitPlan) -> None:
    """Refuse a plan that cannot be carried out, before anything is made.

    Raises:
        DeskError: nothing or too much to make, or a pattern that gives two units the same code.

    """
    if plan.first_floor > plan.last_floor:
        raise DeskError(_("The last floor lies below the first."), field="last_floor")
    if not 0 < plan.count <= MOST:
        raise DeskError(_("Between 1 and %(most)d units can be made at once.") % {"most": MOST})
    if re.search(r"[{}]", PART.sub("", plan.pattern)):
        raise DeskError(_("The pattern knows {building}, {entrance}, {floor} and {nn} only."), field="pattern")
    if plan.state not in Unit.states_of(plan.kind):
        raise DeskError(_("A unit of this kind cannot be in this state."), field="state")
    codes = [draft.code for draft in plan.drafts()]
    if not codes:
        raise DeskError(_("Between 1 and %(most)d units can be made at once.") % {"most": MOST})
    if len(set(codes)) < len(codes):
        raise DeskError(_("With this pattern several units would have the same code."), field="pattern")
    if max(map(len, codes)) > CODE_LENGTH or not all(code.strip() for code in codes):
        raise DeskError(_("Codes have between 1 and %(most)d characters.") % {"most": CODE_LENGTH}, field="pattern")


def preview_units(office: Office, plan: UnitPlan) -> Preview:
    """Tell what making the plan would add, and which codes are there already. Writes nothing."""
    check_plan(plan)
    known = set(Unit.objects.of_office(office).values_list("code", flat=True))
    preview = Preview()
    for draft in plan.drafts():
        if draft.code in known:
            preview.existing.append(draft.code)
            continue
        preview.new += 1
        if len(preview.shown) < SHOWN:
            preview.shown.append(draft)
    return preview


def generate_units(office: Office, *, plan: UnitPlan, by: Any, key: str = "") -> Job | int:
    """Make the units now, or as a job with a progress bar when there are more than 2,000.

    Returns the number of units made, or the job.
    """
    require(by, PERMISSION, office)
    check_plan(plan)
    if plan.count <= MOST_AT_ONCE:
        return make_units(office, plan=plan, by=by)
    with transaction.atomic():
        return enqueue(
            KIND, office=office, by=by, key=key, params={"plan": asdict(plan)}, url=office.get_absolute_url()
        )


def make_units(
    office: Office, *, plan: UnitPlan, by: Any, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Make all units of a plan in one transaction; codes that exist are left as they are. Safe to repeat."""
    require(by, PERMISSION, office)
    check_plan(plan)
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # two generators of one office go one after the other
        area = Area.objects.of_office(office).get(pk=plan.area) if plan.area else None
        same_office(office, area)
        buildings = _buildings(office, plan, area)
        entrances = _entrances(buildings, plan)
        known = set(Unit.objects.of_office(office).values_list("code", flat=True))
        units = [
            Unit(
                office=office,
                building=buildings[draft.building],
                entrance=entrances.get((draft.building, draft.entrance)),
                code=draft.code,
                floor=draft.floor,
                kind=plan.kind,
                state=plan.state,
                floor_area=draft.floor_area,
            )
            for draft in plan.drafts()
            if draft.code not in known
        ]
        for start in range(0, len(units), MOST_AT_ONCE):
            batch = Unit.objects.bulk_create(units[start : start + MOST_AT_ONCE])
            index_many(UNIT, ((office.pk, unit.pk, code_terms(unit.code)) for unit in batch))
            progress(start + len(batch), len(units))
        for building in buildings.values():
            count = sum(unit.building_id == building.pk for unit in units)
            note = ngettext("%(n)d unit made", "%(n)d units made", count) % {"n": count}
            activity.record(building, "generate_units", by=by, note=note)
    return len(units)


def _buildings(office: Office, plan: UnitPlan, area: Area | None) -> dict[str, Building]:
    rows = {row.name: row for row in Building.objects.of_office(office).filter(name__in=plan.buildings)}
    for place, name in enumerate(plan.buildings, 1):
        if name not in rows:
            position = int(name) if name.isascii() and name.isdigit() and len(name) < 4 else place  # noqa: PLR2004
            rows[name] = Building.objects.create(office=office, name=name, position=position, area=area)
    return rows


def _entrances(buildings: dict[str, Building], plan: UnitPlan) -> dict[tuple[str, str], Entrance]:
    names = {building.pk: name for name, building in buildings.items()}
    rows = {(names[row.building_id], row.name): row for row in Entrance.objects.filter(building__in=buildings.values())}
    missing = [
        Entrance(building=building, name=str(n + 1))
        for name, building in buildings.items()
        for n in range(plan.entrances)
        if (name, str(n + 1)) not in rows
    ]
    for row in Entrance.objects.bulk_create(missing):
        rows[names[row.building_id], row.name] = row
    return rows
