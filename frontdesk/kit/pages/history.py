"""The activity of a record as the page shows it: words instead of codes, names instead of numbers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.kit.activity import history_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from django.db.models import Field, Model

    from frontdesk.kit.models import Activity
    from frontdesk.kit.scoping import OfficeUser

SEE_PLACES = "kit.view_origin"
SHOWN = 50
LONGEST = 300  # a change of a long text is recognised by its beginning; the whole stands on the page
VERBS = {
    "add": gettext_lazy("recorded this"),
    "edit": gettext_lazy("changed this"),
    "import": gettext_lazy("imported this"),
    "attach": gettext_lazy("added a file"),
    "remove_attachment": gettext_lazy("removed a file"),
}


@dataclass(frozen=True)
class Change:
    """One field's value before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One act in the words of the page."""

    who: str
    verb: str
    at: dt.datetime
    at_text: str
    note: str
    changes: list[Change]
    place: str = ""
    """From where, for who may see it: the desk PC's name, else the address."""


def entries_of(obj: Model, *, viewer: OfficeUser | None, everything: bool = False) -> tuple[list[Entry], bool]:
    """Return a record's acts as somebody sees them, latest first, and whether there are more than shown."""
    history = history_of(obj)
    rows = list(history if everything else history[: SHOWN + 1])
    more = not everything and len(rows) > SHOWN
    places = viewer is not None and viewer.has_perm(SEE_PLACES, obj)
    return entries_from(obj, rows[:SHOWN] if more else rows, places=places), more


def entries_from(obj: Model, rows: list[Activity], *, places: bool = False) -> list[Entry]:
    """Return chosen acts in the words of the page, with `places` from where each; `obj` is a record of their kind."""
    names = _names_of_related(obj, rows)
    return [_entry(obj, row, names, places=places) for row in rows]


def moment(at: dt.datetime) -> str:
    """Write a moment in the office's time: 2026-11-22 14:05."""
    return str(timezone.localtime(at))[:16]


def verb_label(obj: Model, verb: str) -> str:
    """Return what an act is called: the model's own word, its process's, the workbench's."""
    words: Mapping[str, Any] = getattr(obj, "verbs", {})
    process = getattr(obj, "process", None)
    if verb in words:
        return str(words[verb])
    if process is not None and verb in process.moves:
        return str(process[verb].done or process[verb].label)
    return str(VERBS.get(verb) or verb.replace("_", " "))


def _entry(obj: Model, row: Activity, names: Mapping[tuple[str, Any], str], *, places: bool) -> Entry:
    hidden = set(getattr(obj, "hidden_fields", ()))  # rows written before a field was hidden still hold it
    changes = [
        Change(_label(obj, name), _said(obj, name, row.before.get(name), names), _said(obj, name, new, names))
        for name, new in row.after.items()
        if not hidden & {name, name.removesuffix("_id")}
    ]
    shown = [change for change in changes if change.old != change.new]
    who = row.actor_name or _("The system")
    place = (row.device or row.ip or "") if places else ""
    return Entry(who, verb_label(obj, row.verb), row.at, moment(row.at), row.note, shown, place)


def _field(obj: Model, attname: str) -> Field | None:
    """Return the column a kept value comes from: the record's own, or of those it tells of (a unit of its stays)."""
    models: list[Any] = [obj, *(apps.get_model(label) for label in getattr(obj, "tells_of", ()))]
    for model in models:
        for name in dict.fromkeys((attname.removesuffix("_id"), attname)):
            with suppress(FieldDoesNotExist):
                field = model._meta.get_field(name)
                if field.concrete:  # not what points here from another table
                    return field
    return None


def _label(obj: Model, attname: str) -> str:
    field = _field(obj, attname)
    return attname.replace("_", " ") if field is None else str(field.verbose_name)


def _said(obj: Model, attname: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    """Return a kept value in the words of the page; empty for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict | list):
        return _listed(value, dict(getattr(obj, "kept_words", {}).get(attname, ())))
    field = _field(obj, attname)
    if (attname, value) in names:
        return names[attname, value]
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    text = _written(field, str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _listed(value: dict[str, Any] | list[Any], words: Mapping[str, Any]) -> str:
    """Write what a column keeps several of: 100: 3, 50: 1; values with words of their own in these."""
    if isinstance(value, dict):
        text = ", ".join(f"{words.get(name, name)}: {one}" for name, one in value.items())
    else:
        text = ", ".join(str(words.get(one, one) if isinstance(one, str) else one) for one in value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _written(field: Any, text: str) -> str:
    """Write a kept moment, time of day or amount as pages do: 2026-11-22 14:05, 08:30, 35.50."""
    kind = field.get_internal_type() if field is not None else ""
    if kind == "DateTimeField":
        at = parse_datetime(text)
        return moment(at) if at else text
    if kind == "TimeField":
        return text[:5]
    return f"{Decimal(text):.{field.decimal_places}f}" if kind == "DecimalField" else text


def _names_of_related(obj: Model, rows: Iterable[Activity]) -> dict[tuple[str, Any], str]:
    """Read the names behind all foreign keys in these acts, with one query per kind of record."""
    wanted: dict[type[Model], set[tuple[str, Any]]] = {}
    for attname, value in chain.from_iterable(chain(row.before.items(), row.after.items()) for row in rows):
        field = _field(obj, attname)
        if isinstance(field, ForeignKey) and isinstance(value, int):
            wanted.setdefault(field.related_model, set()).add((attname, value))
    names = {}
    for model, pairs in wanted.items():
        found = model._base_manager.in_bulk({pk for _attname, pk in pairs})
        names.update({(attname, pk): str(found[pk]) for attname, pk in pairs if pk in found})
    return names
