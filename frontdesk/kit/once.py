"""Sent twice, done once: a double click, a reload or a retry after a time-out has one effect."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import KeyReused
from frontdesk.kit.models import OnceKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import QueryDict

UNCOUNTED = {"csrfmiddlewaretoken"}


class Claim:
    """The outcome of asking for a key: `location` is set when the form had already been carried out."""

    def __init__(self, row: OnceKey) -> None:
        self._row = row
        self.location = row.location

    def done(self, location: str) -> None:
        """Keep where the first answer led, so that every repetition leads there too."""
        self._row.location = location
        self._row.save(update_fields=["location"])


@contextmanager
def once(user: Any, key: UUID, path: str, body: str) -> Iterator[Claim]:
    """Open the transaction in which a form acts; whatever is raised inside frees the key again.

    Raises:
        KeyReused: the same key came with another body or for another page.

    """
    with transaction.atomic():
        row, new = OnceKey.objects.select_for_update().get_or_create(
            user=user,
            key=key,
            defaults={"path": path, "body": body},
        )
        if not new and (row.path, row.body) != (path, body):
            raise KeyReused(_("This form was already sent with other contents. Open it again to send a new one."))
        yield Claim(row)


def digest(data: QueryDict) -> str:
    """Return what makes two posted forms the same: every field but the CSRF token."""
    pairs = sorted((name, value) for name in data if name not in UNCOUNTED for value in data.getlist(name))
    return hashlib.sha256(repr(pairs).encode()).hexdigest()
