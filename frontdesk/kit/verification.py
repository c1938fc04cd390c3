"""What must always be true, asked of the rows themselves: `manage.py verify`, after faults, restores and each night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from frontdesk.kit import ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Check = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """One thing that must be true: its code, a sentence, and what finds the rows for which it is not."""

    code: str
    sentence: Any
    find: Check


_invariants: dict[str, Invariant] = {}


def invariant(code: str, sentence: Any) -> Callable[[Check], Check]:
    """Declare a check that yields one line for each row that breaks it."""

    def register(find: Check) -> Check:
        _invariants[code] = Invariant(code, sentence, find)
        return find

    return register


def findings() -> list[tuple[str, str]]:
    """Return (code, what is wrong) for everything that is not as it must be; empty when all is well."""
    return [(one.code, found) for one in invariants() for found in one.find()]


def invariants() -> list[Invariant]:
    """Return what is asked, in the order of the codes."""
    return [_invariants[code] for code in sorted(_invariants)]


@invariant("G1", _("the database guards the books"))
def guards_stand() -> Iterable[str]:
    """Find triggers that are missing: without them what was entered could be rubbed out."""
    return ledger.missing_guards()
