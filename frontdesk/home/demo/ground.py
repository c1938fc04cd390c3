"""The demonstration's offices and what stands on their ground: 1,260 units in one, 300 in the other (R-EST-01, R-EST-02)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from frontdesk.estate.models import Area, Building, Entrance, Office, Unit
from frontdesk.estate.services import UNIT
from frontdesk.kit.demo import PREFIX
from frontdesk.kit.search import code_terms, index_many

if TYPE_CHECKING:
    import datetime as dt
    from random import Random

S = Unit.State
Kind = Unit.Kind


@dataclass(frozen=True)
class Tower:
    """A residential building; `areas` are the floor areas by place on the floor."""

    name: str
    area: str
    entrances: int
    floors: int
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """Units that are no homes: `pattern` gives the codes, `states` how many in a hundred are in which state."""

    kind: str
    building: str
    count: int
    pattern: str
    floor: int
    size: tuple[int, int]
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Estate:
    """One office's ground."""

    code: str
    name: str
    pattern: str
    address: str
    phone: str
    towers: tuple[Tower, ...]
    rows: tuple[Row, ...]


SPACES = ((S.SOLD, 62), (S.RENTED, 24), (S.IDLE, 14))
SHOPS = ((S.IN_USE, 52), (S.SOLD, 30), (S.IDLE, 12), (S.ACCEPTED, 6))
STORES = ((S.IN_USE, 40), (S.SOLD, 28), (S.IDLE, 22), (S.ACCEPTED, 10))
SPACE_KINDS = {("B", S.SOLD): "private", ("P", S.SOLD): "private", ("P", S.RENTED): "open_air"}
"""What a space is for by the letter of its garage and its state; all others are shared (R-FEE-05)."""
ROOMS = ((S.IN_USE, 85), (S.IDLE, 15))
LARGE, SMALL = ("118.62", "89.50", "89.50", "118.62"), ("76.30", "54.18", "54.18", "76.30")

ESTATES = (
    Estate(
        PREFIX + "nanhu",
        "南湖花园管理处",
        Office.ShiftPattern.A,
        "深圳市罗湖区南湖路 188 号",
        "075582231188",
        (
            *(Tower(str(n), "一期", 2, 18, LARGE) for n in (1, 2, 3)),
            *(Tower(str(n), "二期", 2, 18, SMALL) for n in (4, 5, 6)),
            Tower("7", "三期", 1, 25, ("143.20", "98.76", "98.76", "143.20")),
        ),
        (
            Row(Kind.SHOP, "商业街", 36, "S-{:02}", 1, (28, 160), SHOPS),
            Row(Kind.PARKING, "地下车库", 220, "B1-{:03}", -1, (12, 14), SPACES),
            Row(Kind.STORAGE, "地下车库", 32, "C-{:02}", -1, (6, 18), STORES),
            Row(Kind.OFFICE_ROOM, "会所", 8, "H-{:02}", 2, (35, 90), ROOMS),
        ),
    ),
    Estate(
        PREFIX + "beiyuan",
        "北苑管理处",
        Office.ShiftPattern.B,
        "深圳市龙华区北苑大道 66 号",
        "075528106600",
        tuple(Tower(str(n), "北苑", 1, 15, ("92.40", "81.15", "81.15", "92.40")) for n in (1, 2, 3)),
        (
            Row(Kind.SHOP, "沿街商铺", 18, "S-{:02}", 1, (22, 96), SHOPS),
            Row(Kind.PARKING, "停车场", 90, "P-{:03}", -1, (12, 14), SPACES),
            Row(Kind.STORAGE, "停车场", 10, "C-{:02}", -1, (6, 14), STORES),
            Row(Kind.OFFICE_ROOM, "物业用房", 2, "H-{:02}", 1, (40, 60), ROOMS),
        ),
    ),
)


def build(estate: Estate, random: Random, today: dt.date) -> tuple[Office, list[Unit]]:
    """Make the office, its buildings and units; homes not sold yet are the developer's."""
    office = Office.objects.create(
        code=estate.code,
        name=estate.name,
        shift_pattern=estate.pattern,
        address=estate.address,
        phone=estate.phone,
    )
    areas = {
        name: Area.objects.create(office=office, name=name) for name in dict.fromkeys(t.area for t in estate.towers)
    }
    units = [
        unit
        for position, tower in enumerate(estate.towers, 1)
        for unit in _homes(office, tower, areas[tower.area], position, random, today)
    ]
    houses: dict[str, Building] = {}
    for row in estate.rows:
        if row.building not in houses:
            position = len(estate.towers) + len(houses) + 1
            houses[row.building] = Building.objects.create(office=office, name=row.building, position=position)
        units += _others(office, row, houses[row.building], random, today)
    units = Unit.objects.bulk_create(units)
    index_many(UNIT, ((office.pk, unit.pk, code_terms(unit.code)) for unit in units))
    return office, units


def _homes(office: Office, tower: Tower, area: Area, position: int, random: Random, today: dt.date) -> list[Unit]:
    building = Building.objects.create(office=office, area=area, name=tower.name, position=position)
    doors = [Entrance.objects.create(building=building, name=str(n + 1)) for n in range(tower.entrances)]
    return [
        _unit(
            office,
            Kind.RESIDENCE,
            _draw(random, ((S.SOLD, 95), (S.IDLE, 2), (S.ACCEPTED, 2), (S.PENDING, 1))),
            today,
            building=building,
            entrance=door,
            floor=floor,
            code=f"{tower.name}-{door.name}-{floor}{place:02}",
            floor_area=Decimal(size),
        )
        for door in doors
        for floor in range(1, tower.floors + 1)
        for place, size in enumerate(tower.areas, 1)
    ]


def _others(office: Office, row: Row, building: Building, random: Random, today: dt.date) -> list[Unit]:
    return [
        _unit(
            office,
            row.kind,
            state,
            today,
            building=building,
            floor=row.floor,
            code=row.pattern.format(number),
            floor_area=Decimal(random.randrange(row.size[0] * 100, row.size[1] * 100)) / 100,
            space_kind=SPACE_KINDS.get((row.pattern[0], state), "shared") if row.kind == Kind.PARKING else "",
        )
        for number in range(1, row.count + 1)
        for state in [_draw(random, row.states)]
    ]


def _unit(office: Office, kind: str, state: str, today: dt.date, **fields: object) -> Unit:
    accepted = None if state in {S.SOLD, S.PENDING} else today.replace(month=3, day=16)
    return Unit(office=office, kind=kind, state=state, accepted_on=accepted, **fields)


def _draw(random: Random, states: tuple[tuple[str, int], ...]) -> str:
    names, weights = zip(*states, strict=True)
    return random.choices(names, weights)[0]
