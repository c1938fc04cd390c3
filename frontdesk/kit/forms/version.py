"""The signed mark an edit form carries: which version of the record was on the screen, and what stood in each field."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT = "frontdesk.kit.version"


@dataclass(frozen=True)
class Seen:
    """What the person saw when the form was opened."""

    version: int
    prints: Mapping[str, str] = field(default_factory=dict)

    def touched(self, name: str, value: Any) -> bool:
        """Answer whether a field's value differs from the one that was shown; True when it is not known."""
        return self.prints.get(name) != fingerprint(value)


def version_token(obj: Any, values: Mapping[str, Any] | None = None) -> str:
    """Return the hidden `version` of an edit form for a Versioned record as it is now.

    `values` are the fields as shown; short digests of them tell later which ones the person changed, so that sending
    again after somebody else's change takes only those along.
    """
    prints = {name: fingerprint(value) for name, value in (values or {}).items()}
    return signing.dumps([obj.pk, obj.version, prints], salt=SALT)


def read_token(token: str, obj: Any) -> Seen | None:
    """Return what an edit form's mark says; None when it is missing, changed by hand or of another record."""
    try:
        pk, version, prints = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Seen(version, prints) if pk == obj.pk else None


def fingerprint(value: Any) -> str:
    """Return a short digest that is the same for a stored value and for the value a form makes of it."""
    return hashlib.sha256(_canonical(value).encode(errors="replace")).hexdigest()[:12]


def _canonical(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet | list | tuple | set):
        return ",".join(sorted(_canonical(one) for one in value))
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, dt.datetime):
        return str(value.timestamp() // 60)  # the browser's input knows no seconds
    return str(value).replace("\r\n", "\n")
