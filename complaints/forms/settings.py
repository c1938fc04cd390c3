"""The office's own figures for tickets, and the table of targets, on one page."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from complaints.forms.compensation import YuanField
from complaints.models import Target, TicketSettings
from complaints.services.settings import (
    CLOCKS,
    COUNTING,
    default_target,
    out_of_order,
    target_field,
    targets_of,
)
from frontdesk.kit.durations import said
from frontdesk.kit.forms import MinutesField, SettingsForm as OfficeSettingsForm
from frontdesk.kit.forms.fields import ALL_DAY
from frontdesk.kit.working_hours import WorkingHours
from frontdesk.staff.models import User

AROUND = "around_the_clock"


class TargetsTable(LayoutObject):
    """Where the table of targets stands in the form."""

    def render(self, form: Any, context: Any, *_args: Any, **_kwargs: Any) -> str:
        """Draw one row per kind and urgency, one cell per clock."""
        return render_to_string("complaints/_targets.html", {"form": form, "csrf_token": context.get("csrf_token")})


class SettingsForm(OfficeSettingsForm):
    """Everything one supervisor decides about tickets; a target left empty is the default."""

    supervisor_after = MinutesField(label=_("To the supervisor"), least=0)
    manager_after = MinutesField(label=_("To the manager"), least=0)
    company_after = MinutesField(label=_("To the company"), least=0)
    level_one_up_to = YuanField(label=_("Level 1 up to (yuan)"), help_text=_("Approved by supervisor or manager."))
    level_two_up_to = YuanField(
        label=_("Level 2 up to (yuan)"), help_text=_("Or with other departments; by the manager. Above: the company.")
    )

    class Meta:
        model = TicketSettings
        fields = (
            "opens_at",
            "closes_at",
            "supervisor_after",
            "manager_after",
            "company_after",
            "repeat_days",
            "similar_percent",
            "callback_attempts",
            "level_one_up_to",
            "level_two_up_to",
            "counts",
        )

    layout = Layout(
        Fieldset(_("Clocks run on working days"), "opens_at", "closes_at", css_class="form-grid"),
        Fieldset(
            _("Goes up when a clock ran out, after further working time of"),
            "supervisor_after",
            "manager_after",
            "company_after",
            css_class="form-grid form-grid-3",
        ),
        Fieldset(
            _("Hints and callbacks"),
            "repeat_days",
            "similar_percent",
            "callback_attempts",
            css_class="form-grid form-grid-3",
        ),
        Fieldset(_("Levels of compensation"), "level_one_up_to", "level_two_up_to", css_class="form-grid"),
        Fieldset(_("Monthly reports"), "counts", css_class="form-grid"),
        Fieldset(_("Targets"), TargetsTable()),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.who_may(COUNTING, self.office) | User.objects.filter(pk=self.instance.counts_id)
        self.fields["counts"].queryset = people.order_by("name")
        self.fields["counts"].empty_label = _("The supervisors")
        self.fields["counts"].help_text = _("Is told when a month's workbooks are ready.")
        self.day = WorkingHours(self.office, self.instance.opens_at, self.instance.closes_at).day
        for name in ("supervisor_after", "manager_after", "company_after"):
            self.fields[name].day = self.day
        self.targets = targets_of(self.office) if self.office is not None else {}
        for target in self.targets.values():
            self._add_target(target)
        self.mark_version()

    def _add_target(self, target: Target) -> None:
        default = default_target(self.office, target.kind, target.urgent)
        around = target_field(target.kind, target.urgent, AROUND)
        is_around = bool(self.data.get(around)) if self.is_bound else target.around_the_clock
        day = ALL_DAY if is_around else self.day
        for clock in CLOCKS:
            own, usual = getattr(target, clock), getattr(default, clock)
            self._add(
                target_field(target.kind, target.urgent, clock),
                MinutesField(
                    label=f"{target} · {Target._meta.get_field(clock).verbose_name}",
                    required=False,
                    day=day,
                    placeholder=said(usual, day=day),
                    initial=None if own == usual else own,
                ),
            )
        label = f"{target} · {Target._meta.get_field(AROUND).verbose_name}"
        self._add(around, forms.BooleanField(label=label, required=False, initial=target.around_the_clock))

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._prepare(name, field)

    def stored(self, name: str) -> Any:
        """Return what the office has in a field, a default target as nothing."""
        if name in self._meta.fields:
            return getattr(self.instance, name)
        return self.fields[name].initial

    def clean(self) -> dict[str, Any]:
        """Refuse hours and steps that do not climb, at the field that is too small."""
        data = super().clean() or self.cleaned_data
        if wrong := out_of_order(data):
            self.add_error(*wrong)
        return data

    def own_values(self) -> dict[str, Any]:
        """Return the figures besides the targets."""
        return {name: value for name, value in self.values().items() if name in self._meta.fields}

    def said_targets(self) -> dict[tuple[str, bool], dict[str, Any]]:
        """Return every target: what was typed, else the default."""
        found = {}
        for key in self.targets:
            default = default_target(self.office, *key)
            cells = {clock: self.cleaned_data.get(target_field(*key, clock)) for clock in CLOCKS}
            minutes = {clock: getattr(default, clock) if cell is None else cell for clock, cell in cells.items()}
            found[key] = {**minutes, AROUND: self.cleaned_data.get(target_field(*key, AROUND), False)}
        return found

    def heads(self) -> list[Any]:
        """Return what the columns of the table are called."""
        return [Target._meta.get_field(name).verbose_name for name in (*CLOCKS, AROUND)]

    def rows(self) -> list[dict[str, Any]]:
        """Return the table: per kind and urgency the cells of the four clocks and the tick for around the clock.

        Each stands behind what its column is called.
        """
        *heads, around = self.heads()
        return [
            {
                "kind": target.get_kind_display(),
                "urgent": target.urgent,
                "cells": [(head, self[target_field(*key, clock)]) for head, clock in zip(heads, CLOCKS, strict=True)],
                "around": (around, self[target_field(*key, AROUND)]),
            }
            for key, target in self.targets.items()
        ]
