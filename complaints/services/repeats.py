"""Recognising that somebody has called about the same thing before (R-TKT-07).

People say the same in other words: "电梯停了", "电梯又坏了", "2号楼电梯困人". Two short Chinese texts have few letters
in common, so before they are compared the building and the floor are taken out (the place is asked for apart), words
of one meaning are made one, and words without any are dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from rapidfuzz import fuzz

from complaints.models import Ticket
from complaints.services.settings import settings_of
from complaints.workflow import UNANSWERED
from frontdesk.estate.models import Building
from frontdesk.kit.calendar import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.models import Category
    from complaints.querysets import TicketQuerySet
    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

SHOWN = 5
EARLIER = 3
NEWEST = 500
"""Open tickets of no unit among which is looked; an office that has more does not find the oldest."""
SAME_CATEGORY = 20
"""By how many percent tickets of one category are more alike than their words."""
SAME_PLACE = 75
ALL = 100
COMPARED = ("pk", "unit", "kind", "category", "subject", "place", "state", "is_incident", "incident")
"""What is read of an open ticket."""
CALLED_BY_MANY = frozenset({Ticket.Kind.REPAIR, Ticket.Kind.REWORK, Ticket.Kind.HELP, Ticket.Kind.COMPLAINT})
"""What neighbours may call about at once; two who ask the same question, or praise, are two matters."""
MAY_BE_ABOUT_IT = CALLED_BY_MANY | {Ticket.Kind.ENQUIRY}
"""Somebody may also just ask when the water is back."""

MEANINGS = {
    "漏": "漏水|渗水|渗漏|滴水|滴漏|爆裂|爆管|爆了|进水|积水|泡水|淹|漏|渗",
    "梯": "电梯|客梯|货梯|轿厢|困人|升降机",
    "电": "停电|没电|没有电|断电|跳闸|无电",
    "水": "停水|没水|没有水|断水|无水",
    "堵": "堵塞|堵住|不通|堵",
    "厕": "马桶|厕所|卫生间|洗手间|坐便器",
    "吵": "噪音|噪声|扰民|吵闹|吵",
    "灯": "路灯|照明|灯泡|灯管|灯",
    "禁": "门禁|道闸|刷卡",
    "警": "警报|火警|报警",
    "顶": "天花板|天花|楼上|顶上|屋顶|吊顶",
    "脏": "垃圾|脏乱|不干净",
}
"""One letter for words of the same meaning at an estate."""
WORDS = re.compile("|".join(f"({words})" for words in MEANINGS.values()))
LETTERS = tuple(MEANINGS)
NUMBER = "[0-9A-Za-z一二三四五六七八九十]+"
BUILDING = re.compile(rf"({NUMBER})\s*(?:号楼|號樓|号栋|栋|棟|座|幢|#)")
WHERE = re.compile(
    rf"{NUMBER}\s*(?:号楼|號樓|号栋|栋|棟|座|幢|#|单元|單元|楼|层|室|号)|整栋楼?|整个小区|全小区|小区|[\W_]+"
)
EMPTY = re.compile("[的了又还在有很都就吗呢吧请我家里一直太好像个给没不怎么要想问已坏修]")


@dataclass(frozen=True)
class Similar:
    """An open ticket that may be about the same.

    Attributes:
        ticket: with its unit.
        percent: how much alike the words are.
        is_same_unit: the same unit called about the same kind of thing.

    """

    ticket: Ticket
    percent: int
    is_same_unit: bool = False


def similar_open(  # noqa: PLR0913 - what is known of a call, each by its own name
    office: Office,
    *,
    kind: str,
    subject: str,
    user: User,
    unit: Unit | None = None,
    category: Category | None = None,
    body: str = "",
    place: str = "",
    but: int = 0,
) -> list[Similar]:
    """Return open tickets this person may see that seem to be about the same, the likeliest first.

    Running incidents of the building come first; then what the same unit has open of the same kind; then what is said
    in much the same words in the same building, or at the same place where there is none. What belongs to an incident
    is left to it, unless it is the same unit's. `but` is a ticket left out.
    """
    call = _Call(office, unit, kind, category, subject.strip() or body.strip().partition("\n")[0], place)
    seen = Ticket.objects.visible_to(user).of_office(office).exclude(pk=but)
    least = settings_of(office).similar_percent
    ranks: dict[int, tuple[bool, bool, int]] = {}
    for row in call.candidates(seen.open()):
        rank = (_is_running(row), call.is_of_same_unit(row), call.percent(row))
        if rank[0] or rank[1] or rank[2] >= least:
            ranks[row.pk] = rank
    order = sorted(ranks, key=lambda pk: (ranks[pk], pk), reverse=True)[:SHOWN]
    tickets = Ticket.objects.select_related("unit").in_bulk(order)
    return [Similar(tickets[pk], ranks[pk][2], ranks[pk][1]) for pk in order if pk in tickets]


def incidents_near(tickets: TicketQuerySet, building: Building | None) -> list[Ticket]:
    """Return the running incidents, out of these tickets, that concern a building, the latest first.

    One without a unit concerns the building that its place or subject names, and every building when it names none.
    """
    here = {building.name} if building else set()
    running = tickets.incidents().select_related("unit").order_by("-received_at", "-pk")
    return [row for row in running if _is_of(row, building) or (row.unit is None and _spoken_of(row) <= here)]


def earlier_repairs(ticket: Ticket) -> list[Ticket]:
    """Return what was done before at the same thing within the days the office calls a repeat, the latest first.

    The same is the same part of the unit, for the same cause once that is known; before anybody looked, the category.
    """
    same = _same_thing(ticket)
    if not same or ticket.unit_id is None:
        return []
    since = ticket.opened_at - dt.timedelta(days=settings_of(ticket.office).repeat_days)
    rows = Ticket.objects.of_office(ticket.office).filter(unit=ticket.unit_id, done_at__gte=since, **same)
    rows = rows.filter(done_at__lt=ticket.done_at or now()).exclude(pk=ticket.pk).order_by("-done_at")
    return list(rows.select_related("assignee", "department", "contractor", "part", "cause")[:EARLIER])


def alike(one: str, other: str) -> int:
    """Return by how many percent two short texts say the same."""
    return round(fuzz.ratio(plain(one), plain(other)))


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return what a short text is about: no place, no punctuation, words of one meaning made one."""
    short = WORDS.sub(lambda word: LETTERS[(word.lastindex or 1) - 1], WHERE.sub("", text))
    return EMPTY.sub("", short) or short


class _Call:
    """What somebody calls about, to be compared with what is open."""

    def __init__(
        self, office: Office, unit: Unit | None, kind: str, category: Category | None, subject: str, place: str
    ) -> None:
        self.office, self.unit, self.kind, self.category = office, unit, kind, category
        self.place = place
        self.names = _named(f"{place} {subject}")
        self.words = {plain(subject), plain(f"{place}{subject}")} if subject else set()

    @cached_property
    def building(self) -> Building | None:
        """The unit's; without a unit the one the words name."""
        if self.unit is not None:
            return self.unit.building
        return Building.objects.of_office(self.office).filter(name__in=self.names).first() if self.names else None

    def candidates(self, tickets: TicketQuerySet) -> Iterator[Any]:
        """Yield the tickets of the building, and those of no unit at the same spot."""
        own = Q(unit=self.unit, kind=self.kind) if self.unit is not None else Q()
        kinds = CALLED_BY_MANY if self.words and self.kind in MAY_BE_ABOUT_IT else ()
        rows: Any = tickets.filter(own | Q(kind__in=kinds) | Q(is_incident=True)).order_by()
        rows = rows.values_list(*COMPARED, named=True)
        if self.building is not None:
            # By its units: on both databases the way that reads a hundred units' tickets, not all that are open.
            yield from rows.filter(unit__in=list(self.building.units.values_list("pk", flat=True)))
        elif self.unit is not None:
            yield from rows.filter(unit=self.unit)
        yield from filter(self._is_at_same_spot, rows.filter(unit__isnull=True).order_by("-received_at")[:NEWEST])

    def is_of_same_unit(self, row: Any) -> bool:
        """Answer whether the same household called about the same kind of thing."""
        return self.unit is not None and (row.unit, row.kind) == (self.unit.pk, self.kind)

    def percent(self, row: Any) -> int:
        """Return how much alike the words are, with or without their places."""
        if not self.words or row.incident or row.kind not in CALLED_BY_MANY or self.kind not in MAY_BE_ABOUT_IT:
            return 0
        others = {plain(row.subject), plain(f"{row.place}{row.subject}")}
        best = max(round(fuzz.ratio(one, other)) for one in self.words for other in others)
        is_of_same_category = self.category is not None and row.category == self.category.pk
        return min(best + SAME_CATEGORY, ALL) if best and is_of_same_category else best

    def _is_at_same_spot(self, row: Any) -> bool:
        if named := _spoken_of(row):
            return bool(named & ({self.building.name} if self.building else self.names))
        if self.building is None or _is_running(row):
            return True
        place = plain(row.place)
        return bool(place) and any(fuzz.partial_ratio(place, words) >= SAME_PLACE for words in self.words)


def _is_of(ticket: Ticket, building: Building | None) -> bool:
    return ticket.unit is not None and building is not None and ticket.unit.building_id == building.pk


def _is_running(row: Any) -> bool:
    return row.is_incident and row.state in UNANSWERED


def _spoken_of(row: Any) -> frozenset[str]:
    return _named(f"{row.place} {row.subject}")


@lru_cache(maxsize=20_000)
def _named(text: str) -> frozenset[str]:
    """Return the buildings a text names: "2号楼大堂" names building 2."""
    return frozenset(BUILDING.findall(text))


def _same_thing(ticket: Ticket) -> dict[str, int]:
    if ticket.part_id:
        return {"part": ticket.part_id} | ({"cause": ticket.cause_id} if ticket.cause_id else {})
    return {"category": ticket.category_id} if ticket.category_id else {}
