"""A building as people see it: staircases side by side, floors from the top, a cell for each unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from frontdesk.estate.models import Tenure
from frontdesk.estate.workflow import ASSET_TONES, AssetState

if TYPE_CHECKING:
    from frontdesk.estate.models import Building, Entrance


@dataclass(frozen=True)
class Cell:
    """One unit; `name` is the part of its code that is not said by staircase and building."""

    pk: int
    code: str
    name: str
    label: str
    tone: str


@dataclass(frozen=True)
class Storey:
    """One floor of a staircase."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Staircase:
    """One entrance with its floors; without entrance: shops, garages, whatever has a door of its own."""

    entrance: Entrance | None
    storeys: list[Storey]


def staircases_of(building: Building) -> tuple[list[Staircase], list[tuple[str, str, int]]]:
    """Return the staircases, and how many units stand how (label, tone, count), the most first. Two queries.

    The entrances of a building have the same floors, so that one floor is one line from left to right.
    """
    today = Tenure.objects.current().filter(unit=OuterRef("pk"))
    places: dict[int | None, dict[int | None, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    counts: Counter[tuple[str, str]] = Counter()
    for unit in building.units.annotate(is_occupied=Exists(today)).order_by("code"):
        label, tone = how_it_stands(unit)
        counts[label, tone] += 1
        name = unit.code.rpartition("-")[2] if unit.entrance_id else unit.code
        places[unit.entrance_id][unit.floor].append(Cell(unit.pk, unit.code, name, label, tone))
    floors = {floor for entrance, storeys in places.items() if entrance is not None for floor in storeys}
    staircases = [Staircase(row, _storeys(places[row.pk], floors)) for row in building.entrances.all()]
    if None in places:
        staircases.append(Staircase(None, _storeys(places[None], set(places[None]))))
    return staircases, [(label, tone, count) for (label, tone), count in counts.most_common()]


def how_it_stands(unit: Any) -> tuple[str, str]:
    """Return the word and tone of a unit's cell: of a home whether somebody lives there, of all else its state."""
    if unit.kind == unit.Kind.RESIDENCE:
        if unit.is_occupied:
            return _("Occupied"), "ok"
        if unit.state == AssetState.SOLD:
            return _("Vacant"), "muted"
    return unit.get_state_display(), ASSET_TONES[unit.state]


def _storeys(cells: dict[int | None, list[Cell]], floors: set[int | None]) -> list[Storey]:
    order = sorted(floors, key=lambda floor: (floor is not None, floor or 0), reverse=True)
    return [Storey("—" if floor is None else str(floor), cells.get(floor, [])) for floor in order]
