"""What each further act on a key, a seal, a filing cabinet or a stock-take asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models import Ticket
from frontdesk.estate.models import Person
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskPlainForm, MinutesField, SearchField, SettingsForm
from keys.models import Cabinet, Key, KeySettings, LockChange, StockLine
from keys.services import tickets_of
from keys.services.settings import LENT_FOR
from keys.services.stocktaking import OUTCOMES


def _text(label: Any, *, required: bool = True, rows: int = 2, help_text: Any = "", most: int = 300) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "data-draft": True}),
    )


class LossForm(DeskPlainForm):
    """How it was lost, damaged, found; why it is taken off."""

    note = _text(_("What happened"))


class RetireForm(DeskPlainForm):
    """Why it opens nothing any more."""

    note = _text(_("Reason"))


class EntrustForm(DeskPlainForm):
    """Who brings it back."""

    deposited_by = SearchField(
        label=_("Deposited by"),
        queryset=Person.objects.all(),
        url="estate:person_choices",
        text_field="name",
    )
    kind = forms.ChoiceField(
        label=_("It comes back"),
        choices=[(kind, kind.label) for kind in Key.DEPOSITED],
        widget=forms.RadioSelect,
    )
    new_seal = forms.CharField(
        label=_("Number of the new seal"), max_length=30, required=False, help_text=_("Of a sealed key.")
    )
    witness = forms.CharField(
        label=_("Sealed in the presence of"), max_length=60, required=False, help_text=_("A second person, by name.")
    )
    note = _text(_("Note"), required=False)

    def __init__(self, *args: Any, key: Key, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if key.kind in Key.DEPOSITED:
            self.fields["kind"].initial = key.kind
        else:
            for name in ("kind", "new_seal", "witness"):
                del self.fields[name]


class LockForm(DeskPlainForm):
    """When the lock was changed, what it cost, who pays."""

    changed_on = forms.DateField(label=_("Lock changed on"), initial=local_date)
    cost = forms.DecimalField(label=_("Cost (yuan)"), max_digits=8, decimal_places=2, min_value=0)
    payer = forms.ChoiceField(label=_("Who pays"), choices=LockChange.Payer.choices)
    ticket = forms.ModelChoiceField(label=_("Ticket"), queryset=Ticket.objects.none(), required=False)
    note = _text(_("Note"), required=False, most=200)

    def __init__(self, *args: Any, key: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tickets = Ticket.objects.visible_to(self.user).of_office(self.office)
        self.fields["ticket"].queryset = tickets_of(key, tickets)


class RequestForm(DeskPlainForm):
    """What the sealed key is needed for."""

    reason = _text(_("What it is needed for"))

    acts_once = True


class DecisionForm(DeskPlainForm):
    """A word of the manager, if one likes."""

    note = _text(_("Note"), required=False)


class RefuseForm(DeskPlainForm):
    """Why not."""

    note = _text(_("Why not"))


class TellOwnerForm(DeskPlainForm):
    """With whom one spoke, and what they said."""

    note = _text(_("With whom, and what they said"))


class OpenSealForm(DeskPlainForm):
    """The seal as it was found, and who looked on."""

    old_seal = forms.CharField(label=_("Number on the seal"), max_length=30)
    witness = forms.CharField(label=_("In the presence of"), max_length=60, help_text=_("A second person, by name."))
    remark = _text(_("Remark"), required=False)


class EmergencyForm(OpenSealForm):
    """The same, without having asked."""

    reason = _text(_("What the emergency is"), help_text=_("Fire, burst pipe, gas … The managers are told at once."))

    field_order = ("reason", "old_seal", "witness", "remark")


class CloseSealForm(DeskPlainForm):
    """The new seal, and who looked on; also the first seal of a key that was entrusted without."""

    new_seal = forms.CharField(label=_("Number of the new seal"), max_length=30)
    witness = forms.CharField(label=_("In the presence of"), max_length=60, help_text=_("A second person, by name."))
    remark = _text(_("Remark"), required=False)


class OpenCabinetForm(DeskPlainForm):
    """For whom, and which papers."""

    visitor = forms.CharField(label=_("Opened for"), max_length=40)
    purpose = _text(_("Papers and purpose"), most=200)


class CloseCabinetForm(DeskPlainForm):
    """What was taken out."""

    taken = _text(
        pgettext_lazy("filing cabinet", "Taken out"), required=False, most=200, help_text=_("Left empty: nothing.")
    )


class StockTakeForm(DeskPlainForm):
    """What is counted."""

    cabinet = forms.ModelChoiceField(
        label=_("Cabinet"), queryset=Cabinet.objects.in_use(), required=False, empty_label=_("Everything")
    )

    acts_once = True


class CountForm(DeskPlainForm):
    """One tag, typed or scanned, and if one likes the hook on which it hangs."""

    tag = forms.CharField(
        label=_("Tag"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "inputmode": "latin"}),
    )
    hook = forms.IntegerField(label=_("Found on hook"), min_value=1, max_value=2000, required=False)

    acts_once = False
    layout = Layout(Div("tag", "hook", css_class="form-grid"))


class ExplainForm(DeskPlainForm):
    """What became of a difference, and how it came."""

    outcome = forms.ChoiceField(label=_("What became of it"), widget=forms.RadioSelect)
    explanation = _text(_("How it came"), most=200)

    def __init__(self, *args: Any, line: StockLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = OUTCOMES.get(StockLine.Result(line.result), ())
        self.fields["outcome"].choices = [(one, one.label) for one in offered]
        if len(offered) == 1:
            self.fields["outcome"].initial = offered[0]


class KeySettingsForm(SettingsForm):
    """For how long keys are lent, when holders are reminded, when is counted."""

    class Meta:
        model = KeySettings
        fields = (
            *LENT_FOR,
            "longest_minutes",
            "whole_minutes",
            "remind_before",
            "remind_every",
            "approval_minutes",
            "stocktake_day",
        )

    entrusted_minutes = MinutesField(label=_("Entrusted by the owner"))
    vacant_minutes = MinutesField(label=_("Vacant unit"))
    rework_minutes = MinutesField(label=_("Rework"))
    sealed_minutes = MinutesField(label=_("Sealed, opened"))
    equipment_minutes = MinutesField(label=_("Equipment room"))
    other_minutes = MinutesField(label=_("Other"))
    longest_minutes = MinutesField(label=_("At most"))
    whole_minutes = MinutesField(label=_("With all extensions at most"))
    remind_before = MinutesField(label=_("Before the time"), least=0)
    remind_every = MinutesField(label=_("When overdue, again every"), least=10)

    approval_minutes = MinutesField(label=_("An approved opening holds for"), least=10)

    layout = Layout(
        Fieldset(_("Lent for"), *LENT_FOR, "longest_minutes", "whole_minutes", css_class="form-grid form-grid-3"),
        Fieldset(_("Reminders"), "remind_before", "remind_every", css_class="form-grid"),
        Fieldset(_("Sealed keys"), "approval_minutes", css_class="form-grid"),
        Fieldset(_("Stock-take"), "stocktake_day", css_class="form-grid"),
    )
