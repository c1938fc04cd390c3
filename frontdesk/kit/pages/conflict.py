"""Two people wrote at once: what each wrote, field by field, and the form on top of what is there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from frontdesk.kit.activity import history_of
from frontdesk.kit.pages.history import moment

if TYPE_CHECKING:
    import datetime as dt

HIDDEN = {"version", "once"}
DIGITS = 19
"""A number as long as this is no key of any record."""


@dataclass(frozen=True)
class Difference:
    """One field: what is there now, what was typed; `mine` when the person changed it."""

    label: Any
    now: str
    yours: str
    mine: bool


@dataclass(frozen=True)
class LastChange:
    """Who wrote last, and when."""

    who: str
    at: dt.datetime
    at_text: str


def last_change(obj: Model) -> LastChange | None:
    """Return who changed a record last; None when nothing is written down about it."""
    row = history_of(obj).first()
    return None if row is None else LastChange(row.actor_name or _("The system"), row.at, moment(row.at))


def differences(typed: Any, again: Any) -> list[Difference]:
    """Compare a posted form with a new one of the record as it is now."""
    found = []
    for name, field in typed.fields.items():
        if name in HIDDEN or isinstance(field, forms.FileField):
            continue
        now = said(field, again.stored(name))
        yours = said(field, typed.cleaned_data[name] if name in typed.cleaned_data else typed[name].value())
        found.append(Difference(field.label or name, now, yours, touched(typed, name) and now != yours))
    return [row for row in found if row.now != row.yours]


def retry_initial(form: Any) -> dict[str, Any]:
    """Return what the person changed themselves, as they typed it; every other field takes what is there now."""
    return {
        name: form[name].value()
        for name, field in form.fields.items()
        if name not in HIDDEN and not isinstance(field, forms.FileField) and touched(form, name)
    }


def touched(form: Any, name: str) -> bool:
    """Answer whether the person changed a field; what cannot be told counts as changed."""
    seen = form.seen
    return seen is None or name not in form.cleaned_data or seen.touched(name, form.cleaned_data[name])


def said(field: forms.Field, value: Any) -> str:
    """Return a field's value in the words of the form, or in the field's own (`said`); nothing of a PIN or password."""
    if value is None or value == "" or isinstance(field.widget, forms.PasswordInput):
        return ""
    return field.said(value) if hasattr(field, "said") else _said(field, value)


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ModelChoiceField):
        return _said_records(field, value)
    if isinstance(field, forms.ChoiceField):
        words: Any = field.choices
        return {str(key): str(word) for key, word in words}.get(str(value), str(value))
    if hasattr(value, "tzinfo"):
        return moment(value) if timezone.is_aware(value) else str(value)[:16]
    return str(value)


def _said_records(field: Any, value: Any) -> str:
    if isinstance(value, Model):
        return field.label_from_instance(value)
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(_said_records(field, one) for one in value)
    # Only what the form offers: a number made up by hand must not tell the names of another office's records.
    if not str(value).isdecimal():
        return str(value)
    row = field.queryset.filter(pk=value).first() if len(str(value)) < DIGITS else None
    return "—" if row is None else field.label_from_instance(row)
