"""How every service of the register writes: locked, asked for permission, unique or refused, recorded."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.roles import require
from frontdesk.kit.scoping import office_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def refusing_doubles(message: str, *, field: str | None = None) -> Iterator[None]:
    """Turn the database's refusal of a double into a sentence for the desk; the surrounding work can go on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "unique" not in str(error).lower():
            raise
        raise DeskError(message, field=field) from error


def locked(obj: Any) -> Any:
    """Read a record afresh and hold it until the transaction ends."""
    return type(obj)._base_manager.select_for_update().get(pk=obj.pk)


def add(obj: Any, verb: str, *, by: Any, permission: str, double: str = "", field: str | None = None) -> Any:
    """Save a new record and write down who added it.

    Raises:
        PermissionDenied: the person may not do this in the record's office.
        DeskError: there is one like it already (`double` is the sentence).

    """
    require(by, permission, obj)
    with transaction.atomic():
        with refusing_doubles(double or _("There is one like it already."), field=field):
            obj.save(force_insert=True)
        activity.record(obj, verb, by=by, after=activity.snapshot(obj))
    return obj


def change(
    obj: Any,
    verb: str,
    values: Mapping[str, Any],
    *,
    by: Any,
    permission: str,
    double: str = "",
    field: str | None = None,
    note: str = "",
) -> Any:
    """Change a record's columns and write down before → after; nothing is written when nothing differs.

    Raises:
        PermissionDenied: the person may not do this in the record's office.
        DeskError: there is one like it already (`double` is the sentence).

    """
    require(by, permission, obj)
    with transaction.atomic():
        fresh = locked(obj)
        names = [name for name, value in values.items() if getattr(fresh, name) != value]
        if not names:
            return fresh
        before = activity.snapshot(fresh)
        for name in names:
            setattr(fresh, name, values[name])
        versioned = hasattr(fresh, "version")
        if versioned:
            fresh.version = F("version") + 1
        with refusing_doubles(double or _("There is one like it already."), field=field):
            fresh.save(update_fields=[*names, *(["version"] if versioned else [])])
        if versioned:
            fresh.refresh_from_db(fields=["version"])
        activity.record(fresh, verb, by=by, before=before, after=activity.snapshot(fresh), note=note)
    return fresh


def same_office(*objects: Any) -> None:
    """Refuse to tie records of different offices together; no page offers it, so the sentence names neither."""
    ids = {office_id_of(obj) for obj in objects if obj is not None}
    if len(ids) > 1:
        raise DeskError(_("These belong to different offices."))
