"""What tariffs, their rates, exceptions of units and the office's own figures ask for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.billing import text, unit_field
from fees.models import FeeSettings, Tariff
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm, MinutesField, SettingsForm
from frontdesk.kit.periods import next_month


def rate(label: Any, **options: Any) -> forms.DecimalField:
    """Return a field for a rate in yuan."""
    return forms.DecimalField(label=label, max_digits=12, decimal_places=4, min_value=0, **options)


def first_of_next_month() -> Any:
    """Return the day from which a new rate usually counts."""
    return next_month(local_date().replace(day=1))


class TariffForm(DeskForm):
    """What is charged for, how it is measured, who pays it."""

    unit_kinds = forms.MultipleChoiceField(
        label=_("For units of these kinds"),
        choices=Unit.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    space_kinds = forms.MultipleChoiceField(
        label=_("For vehicles on these spaces"),
        choices=Unit.SpaceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where it is charged by vehicle and month."),
    )

    class Meta:
        model = Tariff
        fields = ("name", "kind", "basis", "position", "unit_kinds", "space_kinds", "reduced_when_vacant", "is_active")
        help_texts = {
            "basis": _("What the month's run bills by itself goes by month; all else is charged one by one."),
            "position": _("In which order bills and lists show it."),
        }

    layout = Layout(
        Div("name", "kind", "basis", "position", css_class="form-grid"),
        Fieldset(
            _("Who pays it"),
            Field("unit_kinds", wrapper_class="span-2"),
            Field("space_kinds", wrapper_class="span-2"),
            "reduced_when_vacant",
            "is_active",
            css_class="form-grid",
        ),
    )


class RateForm(DeskPlainForm):
    """A price from a day on."""

    starts = forms.DateField(label=_("From"), initial=first_of_next_month)
    rate = rate(_("Rate (yuan)"))
    note = text(_("On what ground"), required=False, most=200, help_text=_("Contract, decision of the owners …"))

    acts_once = True


class ExceptionForm(DeskPlainForm):
    """A unit that pays another rate, or nothing."""

    unit = unit_field()
    rate = rate(_("Rate (yuan)"), required=False, help_text=_("Left empty, the unit pays nothing."))
    starts = forms.DateField(label=_("From"), initial=first_of_next_month)
    ends = forms.DateField(label=_("To"), required=False, help_text=_("Left empty, until further notice."))
    reason = text(_("Reason"), most=200)

    acts_once = True


class EndForm(DeskPlainForm):
    """The last day of an exception."""

    ends = forms.DateField(label=_("Last day"), initial=local_date)


PARKING = ("free_minutes", "visit_minutes", "reentry_minutes")
DUNNING = ("notice_days", "letter_days", "final_days")
LATE = ("late_rate", "late_grace_days", "late_cap")


class WithdrawForm(DeskPlainForm):
    """Why a rate is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)

    acts_once = True


class FeeSettingsForm(SettingsForm):
    """When bills are due, what a vacant unit pays, how visits are charged, when households are reminded."""

    class Meta:
        model = FeeSettings
        fields = (
            "due_day",
            "big_change",
            "draw_advance",
            "vacancy_share",
            "vacancy_months",
            "prepayment",
            "refill_below",
            "jump_factor",
            *PARKING,
            "lost_ticket_visits",
            *DUNNING,
            *LATE,
        )

    free_minutes = MinutesField(label=_("A parking visit is free for"), least=0)
    visit_minutes = MinutesField(label=_("One visit lasts at most"))
    reentry_minutes = MinutesField(label=_("Who comes back within this time goes on with the visit"), least=0)

    layout = Layout(
        Fieldset(_("Bills of the month"), "due_day", "big_change", "draw_advance", css_class="form-grid"),
        Fieldset(_("Vacant units"), "vacancy_share", "vacancy_months", css_class="form-grid"),
        Fieldset(_("Shared water and electricity"), "prepayment", "refill_below", "jump_factor", css_class="form-grid"),
        Fieldset(_("Visitors' parking"), *PARKING, "lost_ticket_visits", css_class="form-grid"),
        Fieldset(_("Reminders and letters"), *DUNNING, css_class="form-grid form-grid-3"),
        Fieldset(_("Late fee"), *LATE, css_class="form-grid form-grid-3"),
    )
