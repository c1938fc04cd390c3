"""Who is asking, from which machine: carried beside the call stack, for every Activity row and log line."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Context:
    """One request or one background job, as seen by the activity record and the logs."""

    request_id: str = ""
    user_id: int | None = None
    office_id: int | None = None
    ip: str | None = None
    device: str = ""


_current: ContextVar[Context] = ContextVar("frontdesk_context", default=Context())  # noqa: B039 - frozen


def current() -> Context:
    """Return the context of the running request or job; an empty one outside of both."""
    return _current.get()


def amend(**changes: Any) -> None:
    """Fill in what becomes known later in the request: the user, the office they work in, the device."""
    _current.set(replace(_current.get(), **changes))


@contextmanager
def context(**values: Any) -> Iterator[Context]:
    """Run a request or job under a context of its own."""
    token = _current.set(Context(**values))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
