"""Kinds of shifts with their headcounts, the rules, and the office's other figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from duty.forms.fields import HoursField
from duty.models import DutySettings, RosterRule, ShiftType
from duty.services.rules import HOUR, MOST_WEIGHT, rules_of, version_of
from duty.services.shifts import KINDS, headcounts_of, is_rostered
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SettingsForm
from frontdesk.kit.models import Holiday
from frontdesk.staff.models import User

WIDGETS = {
    forms.ChoiceField: "form-select form-select-sm",
    forms.DecimalField: "form-control form-control-sm",
    forms.IntegerField: "form-control form-control-sm",
}


class HeadcountTable(LayoutObject):
    """Where the small table of headcounts stands in the form."""

    def render(self, form: Any, *_args: Any, **_kwargs: Any) -> str:
        """Draw a row for each kind of day."""
        rows = [(kind.label, form[f"people_{kind}"], form[f"experienced_{kind}"]) for kind in KINDS]
        form.rendered_fields |= {field.name for _label, *pair in rows for field in pair}
        return render_to_string("duty/_headcounts.html", {"rows": rows})


class ShiftTypeForm(DeskForm):
    """One kind of shift: its times, and how many it takes on each kind of day."""

    minutes = HoursField(label=_("Length (hours)"), least=30, help_text=_("E.g. 7.5; past midnight where it is long."))

    class Meta:
        model = ShiftType
        fields = ("name", "code", "starts", "minutes", "is_late", "colour")
        labels = {"name": _("Name of the shift")}
        help_texts = {"code": _("One or two characters: it stands in every cell of the grid.")}

    layout = Layout(
        Div("name", "code", "starts", "minutes", "colour", "is_late", css_class="form-grid"),
        Fieldset(_("How many it takes"), HeadcountTable()),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts = headcounts_of(self.instance) if self.instance.pk else dict.fromkeys(Holiday.Kind.values, (1, 1))
        for kind, label in Holiday.Kind.choices:
            for name, word, number in zip(
                ("people", "experienced"), (_("people"), _("of them experienced")), counts[kind], strict=True
            ):
                field = forms.IntegerField(label=f"{label}: {word}", min_value=0, max_value=200, initial=number)
                field.widget.attrs["class"] = WIDGETS[forms.IntegerField]
                self.fields[f"{name}_{kind}"] = field
        if self.instance.pk and is_rostered(self.instance):
            for name in ("code", "starts", "minutes"):
                self.fields[name].disabled = True
            self.fields["starts"].help_text = _("Rosters name this shift: for other times add a new one.")

    def values(self) -> dict[str, Any]:
        """Return the service's words, the table as one of them."""
        values = super().values()
        values["headcounts"] = {
            kind: (values.pop(f"people_{kind}"), values.pop(f"experienced_{kind}")) for kind in Holiday.Kind.values
        }
        return values


class RulesForm(DeskPlainForm):
    """Every rule: its figure, how strictly, its weight."""

    acts_once = False
    expected = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules_of(self.office) if self.office is not None else {}
        self.fields["expected"].initial = version_of(self.office) if self.office is not None else ""
        for code, rule in self.rules.items():
            if rule.unit:
                scale = HOUR if rule.unit == "minutes" else 1
                self.fields[f"{code}_value"] = forms.DecimalField(
                    label=rule.text,
                    initial=rule.figure,
                    min_value=Decimal(rule.least) / scale,
                    max_value=Decimal(rule.most) / scale,
                    decimal_places=2 if scale > 1 else 0,
                )
            choices = [(value, label) for value, label in RosterRule.Strength.choices if value in rule.choices]
            self.fields[f"{code}_strength"] = forms.ChoiceField(label=rule.text, choices=choices, initial=rule.strength)
            self.fields[f"{code}_weight"] = forms.IntegerField(
                label=_("Weight"), initial=rule.weight, min_value=0, max_value=MOST_WEIGHT
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = next((css for kind, css in WIDGETS.items() if type(field) is kind), "")

    def rows(self) -> list[dict[str, Any]]:
        """Return the rules as the page draws them: the sentence around its figure, and the two choices."""
        return [
            {
                "rule": rule,
                "before": str(rule.sentence).partition("%(figure)s")[0],
                "after": str(rule.sentence).partition("%(figure)s")[2],
                "value": self[f"{code}_value"] if rule.unit else None,
                "strength": self[f"{code}_strength"],
                "weight": self[f"{code}_weight"],
            }
            for code, rule in self.rules.items()
        ]

    def values(self) -> dict[str, Any]:
        """Return the service's words: code → strength, value, weight."""
        data, found = super().values(), {}
        for code, rule in self.rules.items():
            values = {"strength": RosterRule.Strength(data[f"{code}_strength"]), "weight": data[f"{code}_weight"]}
            if rule.unit:
                scale = HOUR if rule.unit == "minutes" else 1
                values["value"] = round(data[f"{code}_value"] * scale)
            found[code] = values
        return {"rules": found, "expected": data["expected"]}


class DutySettingsForm(SettingsForm):
    """When a draft is made by itself, and the hours of a week."""

    weekly_minutes = HoursField(label=_("Hours a week by contract"), most=168 * HOUR)

    class Meta:
        model = DutySettings
        fields = ("draft_day", "draft_seconds", "weekly_minutes", "plan_days", "quality", "routine_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quality: Any = self.fields["quality"]
        quality.queryset = User.objects.who_may("duty.view_finding", self.office).order_by("name", "pk")
