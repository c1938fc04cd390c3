"""What a form says is wrong, in the words of a form: Django's own sentences speak of variables and values."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

CHOICE = _("Please choose from the list.")
DATE, TIME = _("Please write a date, such as 2026-01-05."), _("Please write a time, such as 08:30.")
SENTENCES: tuple[tuple[type[forms.Field], str, Any], ...] = (
    (forms.Field, "required", _("Please fill this in.")),
    (forms.ChoiceField, "required", _("Please choose.")),
    (forms.ModelChoiceField, "required", _("Please choose.")),
    (forms.BooleanField, "required", _("Please tick this.")),
    (forms.FileField, "required", _("Please choose a file.")),
    (forms.FileField, "missing", _("Please choose a file.")),
    (forms.FileField, "empty", _("This file is empty.")),
    (forms.ChoiceField, "invalid_choice", CHOICE),
    (forms.MultipleChoiceField, "invalid_choice", CHOICE),
    (forms.MultipleChoiceField, "invalid_list", CHOICE),
    (forms.ModelChoiceField, "invalid_choice", CHOICE),
    (forms.ModelMultipleChoiceField, "invalid_choice", CHOICE),
    (forms.ModelMultipleChoiceField, "invalid_list", CHOICE),
    (forms.ModelMultipleChoiceField, "invalid_pk_value", CHOICE),
    (forms.IntegerField, "invalid", _("Please write a whole number.")),
    (forms.DecimalField, "invalid", _("Please write a number.")),
    (forms.FloatField, "invalid", _("Please write a number.")),
    (forms.DateField, "invalid", DATE),
    (forms.TimeField, "invalid", TIME),
    (forms.DateTimeField, "invalid", _("Please write a date with a time, such as 2026-01-05 08:30.")),
)
"""A class of fields, the code of one of its sentences, ours; the nearest class comes last."""
OF_VALIDATORS = {
    "blank": _("Please fill this in."),
    "null": _("Please fill this in."),
    "max_length": _("At most %(limit_value)s characters; these are %(show_value)s."),
    "min_length": _("At least %(limit_value)s characters; these are %(show_value)s."),
    "max_value": _("At most %(limit_value)s."),
    "min_value": _("At least %(limit_value)s."),
    "max_digits": _("At most %(max)s digits."),
    "max_decimal_places": _("At most %(max)s digits after the point."),
    "max_whole_digits": _("At most %(max)s digits before the point."),
    "null_characters_not_allowed": _("This text holds characters that cannot be kept. Please type it again."),
}
"""What validators find, of the form and of the record behind it: Django looks for their codes at the field."""


def speak_plainly(field: forms.Field) -> None:
    """Let a field say what is wrong as a form would; what it says in words of its own stays."""
    said, kind = field.error_messages, type(field)
    ours = {code: ours for code, djangos, ours in _replaced(cast("Any", kind)) if said[code] is djangos}
    field.error_messages = {**OF_VALIDATORS, **said, **ours}
    for part in getattr(field, "fields", ()):  # from one date to another
        speak_plainly(part)


@cache
def _replaced(kind: type[forms.Field]) -> tuple[tuple[str, Any, Any], ...]:
    """Return for a class of fields: code, Django's sentence, ours."""
    djangos: dict[str, Any] = {}
    for parent in reversed(kind.__mro__):
        if parent.__module__.startswith("django."):
            djangos.update(vars(parent).get("default_error_messages", {}))
    ours = {code: sentence for owner, code, sentence in SENTENCES if issubclass(kind, owner) and code in djangos}
    return tuple((code, djangos[code], sentence) for code, sentence in ours.items())
