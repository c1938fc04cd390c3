"""What counts covered lines takes twice to three times as long as what it watches: where it looks away."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WALKS = ("tests/browser/", "tests/test_every_page.py", "tests/fees/test_books.py")
"""Files that ask the same pages or acts thousands of times; every line they reach has a test of its own elsewhere."""


@contextmanager
def untraced() -> Iterator[None]:
    """Count no lines, in threads begun meanwhile neither: what only this reaches is reported as reached by no test."""
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]  # which is how one ends it
    try:
        yield
    finally:
        threading.settrace(of_threads)  # type: ignore[arg-type]
        sys.settrace(tracer)
