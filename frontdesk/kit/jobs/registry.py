"""What kinds of work there are, and how a handler tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.kit.models import Job

    Handler = Callable[[Job, "Progress"], Any]


class Cancelled(Exception):
    """End the job because somebody cancelled it; raised inside the handler by `progress()`."""


class LeaseLost(Exception):
    """End this attempt because another worker has taken the job over."""


@dataclass(frozen=True)
class Kind:
    """One kind of work: its name in the row, its title on the page, and what does it."""

    name: str
    label: Any
    handler: Handler


_kinds: dict[str, Kind] = {}


def job(kind: str, *, label: Any) -> Callable[[Handler], Handler]:
    """Declare the handler of one kind of job. It may run again after a crash, so it must be idempotent."""

    def register(handler: Handler) -> Handler:
        _kinds[kind] = Kind(kind, label, handler)
        return handler

    return register


def kind_of(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        LookupError: no module has declared it.

    """
    return _kinds[name]


def label_of(name: str) -> str:
    """Return the title of a kind of job; of one that no longer exists, its name."""
    return str(_kinds[name].label) if name in _kinds else name


class Progress:
    """How far the running handler is. Calling it is cheap; `Watch` writes it down once a second."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.text = ""
        self.end: type[Exception] | None = None

    def __call__(self, done: int, total: int = 0, text: Any = "") -> None:
        """Tell how much is done of how much, and what is being done.

        Raises:
            Cancelled: somebody pressed cancel.
            LeaseLost: this process was silent for too long and another one does the job now.

        """
        self.done, self.total, self.text = done, total, str(text)[:300]
        if self.end is not None:
            raise self.end

    @property
    def state(self) -> dict[str, Any]:
        """The columns of the job's row that follow the progress."""
        return {"done": self.done, "total": self.total, "text": self.text}
