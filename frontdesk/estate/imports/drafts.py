"""What a file says about units and people, beside what the register holds: compared, ready to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from frontdesk.kit.imports import CHANGED, NEW, SAME

if TYPE_CHECKING:
    import datetime as dt

STORED = ("building", "entrance", "floor", "kind", "floor_area", "space_kind")
"""What is read of a unit, in this order: of twenty thousand a tuple each is kept, not a dict."""


@dataclass(frozen=True)
class GroundDraft:
    """A building or entrance the register does not have."""

    outcome: str = NEW


@dataclass(slots=True, eq=False)
class UnitDraft:
    """A unit as the file has it; `known` as the register has it, empty for a new one."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    known: tuple[Any, ...] = ()
    pk: int | None = None
    row: int = 0

    def say(self, values: dict[str, Any], row: int) -> str:
        """Take over what a row says; return the name of a value that contradicts an earlier row, "" if none does."""
        for name, value in values.items():
            if value in (None, ""):
                continue
            if self.values.setdefault(name, value) != value:
                return name
        self.row = self.row or row
        return ""

    @property
    def stored(self) -> dict[str, Any]:
        """What the register holds, by name; nothing for a new one."""
        return dict(zip(STORED, self.known, strict=False))

    @property
    def changes(self) -> dict[str, Any]:
        """What is to be written over what the register holds; a state changes by moves only, never by a file."""
        stored = self.stored
        return {name: v for name, v in self.values.items() if name != "state" and stored.get(name) != v}

    @property
    def outcome(self) -> str:
        """NEW, CHANGED or SAME."""
        return NEW if self.pk is None else CHANGED if self.changes else SAME


@dataclass(slots=True, eq=False)
class PersonDraft:
    """A person as the file has them; `known` numbers stand in the register already."""

    name: str
    pk: int | None = None
    paper: str = ""
    id_kind: str = ""
    id_number: str = ""
    stored_paper: str = ""
    known_phones: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def new_phones(self) -> list[str]:
        """The numbers the register does not have."""
        return [number for number in self.phones if number not in self.known_phones]

    @property
    def has_new_paper(self) -> bool:
        """Whether the file brings the number of an identity paper the register has not."""
        return bool(self.paper) and self.paper != self.stored_paper

    @property
    def outcome(self) -> str:
        """NEW, CHANGED or SAME."""
        return NEW if self.pk is None else CHANGED if self.new_phones or self.has_new_paper else SAME


@dataclass(slots=True, eq=False)
class StayDraft:
    """A tenure the file asks for."""

    unit: UnitDraft
    person: PersonDraft
    role: str
    starts: dt.date | None
    ends: dt.date | None
    relation: str
    is_known: bool

    @property
    def outcome(self) -> str:
        """NEW or SAME; one that has ended counts as known, so that an old file brings nobody back."""
        return SAME if self.is_known else NEW


@dataclass(slots=True, eq=False)
class VehicleDraft:
    """A vehicle the file asks for."""

    plate: str
    person: PersonDraft
    model: str
    space: UnitDraft | None
    is_known: bool
    home: str = ""

    @property
    def outcome(self) -> str:
        """NEW or SAME."""
        return SAME if self.is_known else NEW
