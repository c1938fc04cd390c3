"""Forms for people and what ties them to units. Masked numbers left empty stay as they are."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _

from frontdesk.estate.identity import clean_id_number, clean_phone, clean_plate
from frontdesk.estate.models import Person, Phone, Tenure, Unit, Vehicle
from frontdesk.estate.services import AlreadyRegisteredError
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField

UNIT = {"queryset": Unit.objects.all(), "url": "estate:unit_choices", "text_field": "code"}
PERSON = {"queryset": Person.objects.known(), "url": "estate:person_choices", "text_field": "name"}


def unkept() -> forms.TextInput:
    """Return an input that no draft keeps: personal numbers must not lie in the browser of a shared PC."""
    return forms.TextInput(attrs={"autocomplete": "off"})


def checked(check: Any, text: str) -> str:
    """Run one of the register's checks as a form's."""
    try:
        return check(text)
    except DeskError as error:
        raise ValidationError(str(error)) from error


def more(emergency: Any) -> Fieldset:
    """Return what is asked less often about a person."""
    return Fieldset(
        _("More"),
        "employer",
        "card_on",
        "emergency_contact",
        emergency,
        Field("note", wrapper_class="span-2"),
        css_class="form-grid",
    )


class PersonForm(DeskForm):
    """A person as the register knows them."""

    paper = forms.CharField(label=_("Document number"), required=False, max_length=40, widget=unkept())
    remove_paper = forms.BooleanField(label=_("Remove this document number"), required=False)
    emergency = forms.CharField(label=_("Emergency phone"), required=False, max_length=30, widget=unkept())
    remove_emergency = forms.BooleanField(label=_("Remove this emergency phone"), required=False)

    class Meta:
        model = Person
        fields = ("name", "kind", "id_kind", "employer", "emergency_contact", "card_on", "note")

    free_text = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {"paper": self.instance.masked_id, "emergency": self.instance.masked_emergency_phone}
        for name, masked in stored.items():
            if masked:
                self.fields[name].widget.attrs["placeholder"] = masked
                self.fields[name].help_text = _("Leave it empty to keep the number.")
        # What stands there is only seen masked and cannot be wiped out: each number has a tick that takes it away.
        number = {name: Div(name, f"remove_{name}") if masked else name for name, masked in stored.items()}
        self.layout = self._layout(number["paper"], number["emergency"])

    def _layout(self, paper: Any, emergency: Any) -> Layout:
        return Layout(
            Fieldset(_("Person"), "name", "kind", "id_kind", paper, css_class="form-grid"),
            more(emergency),
        )

    def clean_emergency(self) -> str:
        return checked(clean_phone, self.cleaned_data["emergency"])

    def clean(self) -> dict[str, Any]:
        """Check the number against its kind, and whether somebody is registered under it."""
        super().clean()
        data = self.cleaned_data
        kind, paper = data.get("id_kind"), data.get("paper", "")
        if kind and paper:
            try:
                data["paper"] = clean_id_number(kind, paper)
            except DeskError as error:
                self.add_error("paper", str(error))
        elif kind and self.instance.id_number and kind != self.instance.id_kind and not data.get("remove_paper"):
            self.add_error("paper", _("Enter the number of this document as well."))
        for name in ("paper", "emergency"):
            if data.get(name) and data.get(f"remove_{name}"):
                self.add_error(f"remove_{name}", _("Enter a new number or remove the old one, not both."))
        return data

    def refuse(self, error: DeskError) -> None:
        """Lead to the record of somebody who is registered already."""
        if isinstance(error, AlreadyRegisteredError):
            words, other = gettext("This person is already registered:"), error.person
            self.add_error("paper", format_html('{} <a href="{}">{}</a>', words, other.get_absolute_url(), other))
        else:
            super().refuse(error)

    def values(self) -> dict[str, Any]:
        """Return the service's words; numbers that were not typed are left out when a record is edited."""
        values = super().values()
        adds = self.instance.pk is None
        for name, column in (("paper", "id_number"), ("emergency", "emergency_phone")):
            number, goes = values.pop(name), values.pop(f"remove_{name}", False)
            if number or goes or adds:
                values[column] = number
        return values


class PersonAddForm(PersonForm):
    """A new person, with phones and the unit they come to."""

    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=unkept())
    second_phone = forms.CharField(label=_("Second phone"), required=False, max_length=30, widget=unkept())
    unit = SearchField(label=_("Unit"), required=False, **UNIT)
    role = forms.ChoiceField(label=_("Is here as"), choices=Tenure.Role.choices, required=False)
    relation = forms.CharField(label=_("Relation"), required=False, max_length=20, help_text=_("Such as wife, son"))
    starts = forms.DateField(label=_("From"), required=False)
    remove_paper = remove_emergency = None
    acts_once = True

    def _layout(self, paper: Any, emergency: Any) -> Layout:
        return Layout(
            Fieldset(_("Person"), "name", "kind", "id_kind", paper, "phone", "second_phone", css_class="form-grid"),
            Fieldset(_("Unit"), "unit", "role", "relation", "starts", css_class="form-grid"),
            more(emergency),
        )

    def clean_phone(self) -> str:
        return checked(clean_phone, self.cleaned_data["phone"])

    def clean_second_phone(self) -> str:
        return checked(clean_phone, self.cleaned_data["second_phone"])

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["phones"] = [values.pop("phone"), values.pop("second_phone")]
        return values


class PhoneForm(DeskForm):
    """A number under which a person is reached."""

    class Meta:
        model = Phone
        fields = ("number",)
        widgets = {"number": unkept()}

    acts_once = True

    def clean_number(self) -> str:
        return checked(clean_phone, self.cleaned_data["number"])


class TenureEditForm(DeskForm):
    """A stay."""

    class Meta:
        model = Tenure
        fields = ("role", "relation", "head", "starts", "ends")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        head: Any = self.fields["head"]
        head.label_from_instance = lambda row: f"{row.person} · {row.get_role_display()}"
        self.offer_heads(self.instance.unit if self.instance.pk else None)

    def offer_heads(self, unit: Unit | None) -> None:
        """Offer the owners and tenants of the unit as those with whom the person lives, and whoever it is now."""
        heads = Tenure.objects.current().filter(unit=unit, role__in=(Tenure.Role.OWNER, Tenure.Role.TENANT))
        either = Q(pk__in=heads.exclude(pk=self.instance.pk).values("pk")) | Q(pk=self.instance.head_id)
        head: Any = self.fields["head"]
        head.queryset = Tenure.objects.filter(either).select_related("person")


class TenureForm(TenureEditForm):
    """A registered person comes to a unit."""

    person = SearchField(label=_("Person"), help_text=_("Somebody who is registered already."), **PERSON)

    class Meta(TenureEditForm.Meta):
        fields = ("person", "role", "relation", "head", "starts", "ends")

    acts_once = True
    field_order = ("person", "role", "relation", "head", "starts", "ends")


class EndForm(DeskPlainForm):
    """The last day of a stay."""

    ends = forms.DateField(label=_("Last day"), initial=local_date)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)


class VehicleForm(DeskForm):
    """A resident's vehicle."""

    space = SearchField(
        label=_("Parking space"),
        required=False,
        queryset=Unit.objects.all(),
        url="estate:space_choices",
        text_field="code",
    )

    class Meta:
        model = Vehicle
        fields = ("plate", "model", "space", "added_on")

    layout = Layout(Div("plate", "model", "space", "added_on", css_class="form-grid"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        space: Any = self.fields["space"]
        space.queryset = space.queryset.filter(Q(kind=Unit.Kind.PARKING) | Q(pk=self.instance.space_id))

    def clean_plate(self) -> str:
        return checked(clean_plate, self.cleaned_data["plate"])


class MergeForm(DeskPlainForm):
    """Which record goes into this one."""

    gone = SearchField(label=_("The other record"), help_text=_("It leads to this one afterwards."), **PERSON)
    note = forms.CharField(label=_("How do you know it is the same person?"), max_length=200)
    acts_once = True


class RevealForm(DeskPlainForm):
    """Why somebody needs the full numbers."""

    reason = forms.CharField(label=_("What do you need the numbers for?"), max_length=200)
    acts_once = True
