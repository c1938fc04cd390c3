"""What tariffs, bills, corrections and reductions ask for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import Tariff
from fees.services.charging import BY_HAND
from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskPlainForm, SearchField
from frontdesk.kit.uploads import ACCEPT


def text(label: Any, *, required: bool = True, help_text: Any = "", most: int = 300) -> forms.CharField:
    """Return a field for some lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )


def money(label: Any, **options: Any) -> forms.DecimalField:
    """Return a field for yuan and fen."""
    return forms.DecimalField(label=label, max_digits=10, decimal_places=2, **options)


def unit_field(**options: Any) -> SearchField:
    """Return the search for a unit."""
    help_text = _("Unit code, name, initials, plate or the last digits of a phone.")
    return SearchField(
        label=_("Unit"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        help_text=help_text,
        **options,
    )


class RunForm(DeskPlainForm):
    """The month that is billed."""

    month = forms.DateField(widget=forms.HiddenInput)

    acts_once = True


class DifferencesForm(DeskPlainForm):
    """Which bills become what they would be today, and why; each is sent with the difference as it was shown."""

    chosen = forms.MultipleChoiceField(label=_("Bills"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = text(_("Reason"), help_text=_("It stands beside each bill, for the household to read."))

    acts_once = True
    layout = Layout("reason")

    def __init__(self, *args: Any, differences: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = {f"{one.bill}:{one.change}": one for one in differences}
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(mark, mark) for mark in self.changes]
        chosen.error_messages["invalid_choice"] = _("Some of these differences are others by now. Look again.")

    def values(self) -> dict[str, Any]:
        """Return the service's words: bill → difference."""
        values = super().values()
        picked = [self.changes[mark] for mark in values["chosen"]]
        return values | {"chosen": {one.bill: one.change for one in picked}}


class ChargeForm(DeskPlainForm):
    """Something that is charged once."""

    unit = unit_field()
    tariff = forms.ModelChoiceField(
        label=_("Tariff"), queryset=Tariff.objects.filter(is_active=True, basis__in=BY_HAND)
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=9,
        decimal_places=3,
        min_value=0,
        required=False,
        help_text=_("Left empty: the floor area where it goes by m², otherwise 1."),
    )
    amount = money(
        _("Amount (yuan)"),
        min_value=0,
        required=False,
        help_text=_("Only where it does not follow from the rate."),
    )
    subject = forms.CharField(
        label=pgettext_lazy("bill", "For"), max_length=120, required=False, help_text=_("As the receipt shows it.")
    )
    due_on = forms.DateField(label=_("Due on"), initial=local_date)

    acts_once = True
    free_text = ("subject",)

    def clean(self) -> dict[str, Any]:
        """Take a quantity or an amount, not both: they could contradict each other."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("quantity") is not None and data.get("amount") is not None:
            self.add_error("amount", _("Write down a quantity or an amount, not both."))
        return data


class CorrectForm(DeskPlainForm):
    """By how much a bill is to be less or more, and why."""

    way = forms.ChoiceField(
        label=_("The bill becomes"),
        choices=[("less", _("less")), ("more", _("more"))],
        initial="less",
        widget=forms.RadioSelect,
    )
    amount = money(_("By (yuan)"), min_value=0)
    reason = text(_("What is wrong with it"))

    acts_once = True

    def values(self) -> dict[str, Any]:
        """Return the service's words: below zero where the bill becomes less."""
        values = super().values()
        way = values.pop("way")
        return values | {"amount": -values["amount"] if way == "less" else values["amount"]}


class DisputeForm(DeskPlainForm):
    """What the household contests."""

    reason = text(_("What they contest"))


class SettleForm(DeskPlainForm):
    """How it ended."""

    note = text(_("How it ended"))


class DecisionForm(DeskPlainForm):
    """A word of the manager, if one likes."""

    note = text(_("Note"), required=False)


class RefuseForm(DeskPlainForm):
    """Why not."""

    note = text(_("Why not"))


class ReductionForm(DeskPlainForm):
    """An owner's application."""

    applicant = forms.ModelChoiceField(
        label=_("Applied for by the owner"), queryset=Person.objects.none(), empty_label=None
    )
    vacant_since = forms.DateField(label=_("Vacant since"))
    starts = forms.DateField(label=_("Pays less from"))
    ends = forms.DateField(label=_("Pays less until"), help_text=_("It ends by itself on this day."))
    reason = text(_("What the owner says"))
    paper = forms.FileField(
        label=_("Photo of the application"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    acts_once = True
    layout = Layout(
        Div(
            "applicant",
            "vacant_since",
            "starts",
            "ends",
            Field("reason", wrapper_class="span-2"),
            Field("paper", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Tenure.objects.current().filter(unit=unit, role=Tenure.Role.OWNER)
        applicant: Any = self.fields["applicant"]
        applicant.queryset = Person.objects.filter(pk__in=owners.values("person"))


class EndReductionForm(DeskPlainForm):
    """Why it ends, and when."""

    last_day = forms.DateField(label=_("Last day"), initial=local_date)
    note = text(_("Why it ends"))
