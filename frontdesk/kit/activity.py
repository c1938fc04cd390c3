"""Write and read the record of who did what: same transaction, before → after, personal data masked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder

from frontdesk.kit.context import current
from frontdesk.kit.masking import mask_id
from frontdesk.kit.models import Activity
from frontdesk.kit.scoping import office_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import Model, QuerySet

_plain = DjangoJSONEncoder().default
_UNSEEN = {"version", "created_at", "updated_at"}


def snapshot(obj: Model) -> dict[str, Any]:
    """Return the record's own columns as plain values, those in `masked_fields` masked, `hidden_fields` left out."""
    masked: frozenset[str] = getattr(obj, "masked_fields", frozenset())
    hidden = _UNSEEN | set(getattr(obj, "hidden_fields", ()))
    values = {}
    for field in obj._meta.concrete_fields:
        if field.attname in hidden or field.name in hidden or field.primary_key:
            continue
        value = getattr(obj, field.attname)
        values[field.attname] = mask_id(str(value)) if field.name in masked and value else _json(value)
    return values


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keep of two snapshots only what differs."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def record(
    obj: Model,
    verb: str,
    *,
    by: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Activity:
    """Write down one act. `verb` is the move's or service's name; `by` None stands for the software itself."""
    old, new = changed(before or {}, after or {})
    row = _row(obj, verb, by, note)
    row.before, row.after = old, new
    row.save()
    return row


def record_many(
    objs: Iterable[Model], verb: str, *, by: Any, note: str = "", after: Mapping[str, Any] | None = None
) -> None:
    """Write down the same act on many records, as an import does."""
    rows = (_row(obj, verb, by, note) for obj in objs)
    Activity.objects.bulk_create((_with(row, after or {}) for row in rows), batch_size=1000)


def _with(row: Activity, after: Mapping[str, Any]) -> Activity:
    row.after = dict(after)
    return row


def _row(obj: Model, verb: str, by: Any, note: str) -> Activity:
    here = current()
    return Activity(
        office_id=office_id_of(obj),
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        verb=verb,
        actor=by,
        actor_name="" if by is None else str(by),
        ip=here.ip,
        device=here.device,
        request_id=here.request_id,
        note=note,
    )


def history_of(obj: Model) -> QuerySet[Activity]:
    """Return all that was done to a record, latest first."""
    kind = ContentType.objects.get_for_model(obj)
    return Activity.objects.filter(content_type=kind, object_id=obj.pk).order_by("-at", "-pk")


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC)  # the same moment, read from a form or from the database, is no change
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else _plain(value)
