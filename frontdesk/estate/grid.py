"""A building as people see it: floors from the top, entrances side by side, a cell for each unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from frontdesk.estate.models import Tenure
from frontdesk.estate.workflow import AssetState

if TYPE_CHECKING:
    from frontdesk.estate.models import Building


@dataclass(frozen=True)
class Cell:
    """One unit on the grid."""

    pk: int
    code: str
    label: str
    tone: str


@dataclass(frozen=True)
class Floor:
    """One storey: for each entrance its units."""

    name: str
    places: list[list[Cell]]


def floors_of(building: Building) -> tuple[list[Any], list[Floor], list[tuple[str, str, int]]]:
    """Return the entrances, the floors from the top, and how many units stand how (label, tone, count). Two queries."""
    today = Tenure.objects.current().filter(unit=OuterRef("pk"))
    units = building.units.annotate(is_occupied=Exists(today)).order_by("code")
    entrances = list(building.entrances.all())
    by_place: dict[tuple[int | None, int | None], list[Cell]] = defaultdict(list)
    counts: Counter[tuple[str, str]] = Counter()
    for unit in units:
        label, tone = how_it_stands(unit)
        counts[label, tone] += 1
        by_place[unit.floor, unit.entrance_id].append(Cell(unit.pk, unit.code, label, tone))
    columns: list[int | None] = [entrance.pk for entrance in entrances]
    if any(entrance is None for _floor, entrance in by_place):
        columns.append(None)
    storeys = sorted({floor for floor, _entrance in by_place}, key=lambda f: (f is not None, f or 0), reverse=True)
    floors = [
        Floor("—" if floor is None else str(floor), [by_place.get((floor, column), []) for column in columns])
        for floor in storeys
    ]
    heads = [*entrances, *([None] if len(columns) > len(entrances) else [])]
    return heads, floors, [(label, tone, count) for (label, tone), count in sorted(counts.items())]


def how_it_stands(unit: Any) -> tuple[str, str]:
    """Return the word and tone of a unit's cell: who lives there counts more than whom it belongs to."""
    if unit.is_occupied:
        return _("Occupied"), "ok"
    if unit.state == AssetState.SOLD:
        return _("Vacant"), "muted"
    tones = {AssetState.PENDING: "warn", AssetState.IDLE: "neutral"}
    return unit.get_state_display(), tones.get(unit.state, "info")
