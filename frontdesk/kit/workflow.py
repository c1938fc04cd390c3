"""Processes as tables: every state and move of a ticket, a loan, a case stands in one place and is enforced here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

    from frontdesk.kit.scoping import OfficeUser


@dataclass(frozen=True)
class Move:
    """One act that takes a record from some states to another.

    Attributes:
        name: the service and URL of the same name ("dispatch_ticket").
        sources: states from which it may be made.
        target: the state after it; None leaves the state as it is.
        permission: what the actor needs in the record's office.
        label: the button's text.
        style: the button's tone: "primary", "secondary" or "danger"; "minor" puts it behind "More".
        icon: the button's Bootstrap icon, without "bi-".
        only: a further condition on record and person, e.g. that the engineer is the one it was dispatched to.
        past: for an `only` about the record alone: what somebody is told who comes after it was met, e.g. that
            the clocks are paused already. They are refused as too late, not as somebody who may not.
        done: what the history says of who made it, after their name: “took it on”; the label is a button's word.

    """

    name: str
    sources: frozenset[str]
    target: str | None
    permission: str
    label: Any
    style: str = "secondary"
    icon: str = ""
    only: Callable[[Any, OfficeUser], bool] | None = None
    past: Any = ""
    done: Any = ""

    def is_past(self, obj: Any, user: OfficeUser) -> bool:
        """Answer whether somebody was quicker: this person might make the move, were it not made already."""
        return bool(self.past) and user.has_perm(self.permission, obj) and not self.open_to(obj, user)

    def open_to(self, obj: Any, user: OfficeUser) -> bool:
        """Answer whether this person may make the move on this record, its state apart."""
        return user.has_perm(self.permission, obj) and (self.only is None or self.only(obj, user))


class Process:
    """The table of moves of one kind of record."""

    def __init__(self, *moves: Move) -> None:
        self.moves = {move.name: move for move in moves}

    def __getitem__(self, name: str) -> Move:
        return self.moves[name]

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves.values())


def allowed(obj: Any, user: OfficeUser) -> list[Move]:
    """Return the moves this person may make on this record now: the buttons of its page."""
    return [move for move in obj.process if obj.state in move.sources and move.open_to(obj, user)]


@contextmanager
def apply(
    name: str, obj: Model, *, by: OfficeUser, note: str = "", verb: str = "", permission: str = ""
) -> Iterator[Any]:
    """Make a move: lock the record, check state and permission, let the caller fill in what else changes, save, record.

    Yields the freshly read, locked record. Everything inside the block belongs to the same transaction; whatever it
    raises undoes the whole move. The move is written down as `verb`, by default its name. Where another act brings this
    move about by rule, `permission` is what that act takes, asked for instead of the move's own and of its `only`.

    Raises:
        Conflict: the record is not in a state from which this move starts, or the move is past; somebody was quicker.
        PermissionDenied: this person may not make the move.

    """
    move: Move = obj.process[name]  # type: ignore[attr-defined]
    if permission:
        move = replace(move, permission=permission, only=None)
    model = type(obj)
    with transaction.atomic():
        fresh: Any = model._base_manager.select_for_update().get(pk=obj.pk)
        require(by, move.permission, fresh)
        if fresh.state not in move.sources:
            raise Conflict(
                _("This is “%(state)s” now: “%(move)s” is not possible.")
                % {"state": fresh.get_state_display(), "move": move.label},
            )
        if move.is_past(fresh, by):
            raise Conflict(move.past)
        if not move.open_to(fresh, by):
            raise PermissionDenied(move.permission)
        before = activity.snapshot(fresh)
        yield fresh
        fresh.state = move.target or fresh.state
        fresh.version = F("version") + 1
        fresh.save()
        fresh.refresh_from_db(fields=["version"])
        activity.record(fresh, verb or name, by=by, before=before, after=activity.snapshot(fresh), note=note)
