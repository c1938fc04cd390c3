"""Taking a ticket while the phone rings, and correcting it later (R-TKT-02, R-TKT-03)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.db.models import Case, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.forms.categories import CategoryField
from complaints.models import Ticket
from complaints.workflow import UNDER_WAY, WITHOUT_VISIT
from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField, chosen_key
from frontdesk.kit.masking import mask_phone


class CallerField(forms.ModelChoiceField):
    """One of the people of the unit, as the clerk tells them apart: name, what they are there, phone."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        if not hasattr(obj, "here"):  # not out of the list: a page that names what was chosen
            return obj.name
        roles = [tenure.get_role_display() for tenure in obj.here]
        phones = [mask_phone(phone.number) for phone in list(obj.phones.all())[:1]]
        return " · ".join([obj.name, *roles, *phones])


def people_of(unit_id: int | None, also: int | None = None) -> Any:
    """Return who may be calling from a unit, owners first: its people of today, and whoever a ticket names already."""
    here = Tenure.objects.current().filter(unit=unit_id)
    order = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(Tenure.Role)))
    first = here.filter(person=OuterRef("pk")).order_by(order).values_list(order)[:1]
    people = Person.objects.filter(Q(pk__in=here.values("person")) | Q(pk=also)).annotate(place=Subquery(first))
    people = people.order_by(F("place").asc(nulls_last=True), "name", "pk")
    return people.prefetch_related(Prefetch("tenures", queryset=here.order_by(order, "pk"), to_attr="here"), "phones")


HINTED = "unit,kind,category,subject,place,urgent,due_at"
"""What is looked at to find tickets alike and the deadline; no name, no number."""
CHOSEN = ("id_unit", "div_id_kind", "id_category", "id_urgent", "id_due_at")
TYPED = ("input changed delay:400ms from:#id_subject", "input changed delay:400ms from:#id_place")
HEARD = (
    "unit",
    Div("person", css_id="callers"),
    "caller_name",
    "caller_phone",
    Field("kind", wrapper_class="span-2"),
    "category",
    "urgent",
    Field("subject", wrapper_class="span-2"),
    Field("body", wrapper_class="span-2"),
    Field("channel", wrapper_class="span-2"),
)
"""What a caller said."""
DETAILS = (_("When and where"), "place", "due_at", "visit_from", "visit_to")


class TicketForm(DeskForm):
    """What is known of a matter."""

    unit = SearchField(
        label=_("Household"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        required=False,
        help_text=_("Unit code, name, initials, plate or the last digits of a phone."),
    )
    person = CallerField(
        label=_("Who is calling"), queryset=Person.objects.none(), required=False, empty_label=_("Not on the list")
    )

    category = CategoryField()

    class Meta:
        model = Ticket
        fields = (
            "unit",
            "person",
            "caller_name",
            "caller_phone",
            "kind",
            "category",
            "channel",
            "subject",
            "body",
            "place",
            "visit_from",
            "visit_to",
            "due_at",
            "urgent",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "channel": forms.RadioSelect,
            "body": forms.Textarea(attrs={"rows": 3, "data-draft": True}),
            "caller_phone": forms.TextInput(attrs={"autocomplete": "off"}),  # no draft keeps a number
        }
        labels = {
            "due_at": _("Answer promised by"),
            "caller_name": _("Caller's name"),
            "caller_phone": _("Caller's phone"),
        }
        help_texts = {
            "place": _("Where it is, when not in the unit: lift 2, basement, garden …"),
        }

    free_text = ("subject", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is None or not self.fields["category"].offer(self.instance.category_id):
            del self.fields["category"]  # an office that does not sort its tickets
        self.layout = Layout(*self.parts())
        self.unit_key = chosen_key(self["unit"])  # as sent, as the address says, or as it stands on the ticket
        people = people_of(self.unit_key, self.instance.person_id).visible_to(self.user)
        self.fields["person"].queryset = people.of_office(self.office)
        load = {"hx-get": reverse("complaints:ticket_callers"), "hx-trigger": "change", "hx-target": "#callers"}
        self.fields["unit"].widget.attrs.update(load)
        if self._is_under_way and not self.user.has_perm("complaints.dispatch_ticket", self.instance):
            self.fields["due_at"].disabled = True
            self.fields["due_at"].help_text = _("Somebody was sent by this deadline: only a dispatcher moves it.")

    def parts(self) -> tuple[Any, ...]:
        """Return what stands on the form, in its order."""
        return Div(*self.shown(*HEARD), css_class="form-grid"), Fieldset(*DETAILS, css_class="form-grid")

    def shown(self, *parts: Any) -> list[Any]:
        """Leave out the fields this form has not."""
        return [part for part in parts if not isinstance(part, str) or part in self.fields]

    def clean_due_at(self) -> Any:
        """Keep the moment as it is unless another minute was chosen: the browser's input knows no seconds."""
        due, was = self.cleaned_data["due_at"], self.instance.due_at
        same = due and was and due.replace(second=0, microsecond=0) == was.replace(second=0, microsecond=0)
        return was if same else due

    @property
    def _is_under_way(self) -> bool:
        return self.instance.pk is not None and self.instance.state in UNDER_WAY


class HintForm(DeskPlainForm):
    """What is known of a call so far; what cannot be read is not known."""

    kind = forms.ChoiceField(choices=Ticket.Kind.choices, required=False)
    category = CategoryField()
    subject = forms.CharField(max_length=120, required=False)
    place = forms.CharField(max_length=80, required=False)
    urgent = forms.BooleanField(required=False)
    due_at = forms.DateTimeField(required=False)

    free_text = ("subject", "place")
    acts_once = False

    def known(self, *names: str) -> dict[str, Any]:
        """Return some of it by the names of a ticket's fields."""
        self.is_valid()
        defaults = {"kind": Ticket.Kind.REPAIR, "subject": "", "place": "", "urgent": False}
        return {name: self.cleaned_data.get(name) or defaults.get(name) for name in names}


class TicketEditForm(TicketForm):
    """Correct a ticket; the number somebody gave is seen masked, kept when left empty, and taken off by a tick."""

    phone = forms.CharField(
        label=_("Caller's phone"), required=False, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    remove_phone = forms.BooleanField(label=_("Remove this phone number"), required=False)

    class Meta(TicketForm.Meta):
        fields = tuple(name for name in TicketForm.Meta.fields if name != "caller_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.caller_phone
        if stored:
            self.fields["phone"].widget.attrs["placeholder"] = mask_phone(stored)
            self.fields["phone"].help_text = _("Leave it empty to keep the number.")
        number = Div("phone", "remove_phone") if stored else "phone"
        heard = [number if part == "caller_phone" else part for part in HEARD]
        self.layout = Layout(Div(*self.shown(*heard), css_class="form-grid"), Fieldset(*DETAILS, css_class="form-grid"))

    def clean(self) -> dict[str, Any]:
        """Refuse a new number together with the tick that takes the old one off."""
        data = super().clean() or self.cleaned_data
        if data.get("phone") and data.get("remove_phone"):
            self.add_error("remove_phone", _("Enter a new number or remove the old one, not both."))
        return data

    def values(self) -> dict[str, Any]:
        """Return the service's words; a number that was not typed is left out."""
        values = super().values()
        number, goes = values.pop("phone"), values.pop("remove_phone")
        return {**values, "caller_phone": number} if number or goes else values


class IntakeForm(TicketForm):
    """One screen from hello to the ticket; a question answered at once ends in the archive (R-TKT-04)."""

    photo = forms.FileField(
        label=_("Photo"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )
    answered_on_the_spot = forms.BooleanField(label=_("Answered on the spot"), required=False)
    reply = forms.CharField(
        label=_("What was replied"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )

    acts_once = True

    class Meta(TicketForm.Meta):
        widgets = {
            **TicketForm.Meta.widgets,
            "channel": forms.Select,
            "body": forms.Textarea(attrs={"rows": 2, "data-draft": True}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What may be written there is said inside the fields: a line more for what is heard.
        self.fields["unit"].widget.attrs["data-placeholder"] = _("Unit, name, plate or phone")
        self.fields["place"].widget.attrs["placeholder"] = _("lift 2, basement, garden …")
        self["unit"].help_text = self["place"].help_text = ""

    def parts(self) -> tuple[Any, ...]:
        """Return all of it as one grid that a desk's screen shows without scrolling."""
        look = {
            "hx-get": reverse("complaints:ticket_hints"),
            "hx-include": "closest form",
            "hx-params": HINTED,
            "hx-sync": "this:queue last",
            "hx-trigger": ", ".join(["load", *(f"change delay:200ms from:#{one}" for one in CHOSEN), *TYPED]),
            "data-without-visit": " ".join(sorted(WITHOUT_VISIT)),
        }
        row = ("photo", Div("urgent", "answered_on_the_spot", css_class="checks"))
        heard = (
            *("unit", Div("person", css_id="callers"), "channel", "caller_name", "caller_phone", "place"),
            Field("kind", wrapper_class="span-2"),
            *(("category", *row) if "category" in self.fields else row),
            Div("subject", Div(css_id="hints", **look), css_class="span-2"),
            Field("body", wrapper_class="span-2"),
            Field("reply", wrapper_class="span-2"),
            *("visit_from", "visit_to", "due_at"),
        )
        return (Div(*heard, css_class="form-grid three"),)

    def clean(self) -> dict[str, Any]:
        """Ask for the answer where one was given on the spot; without scripts, let the category say what is urgent."""
        data = super().clean() or self.cleaned_data
        category = data.get("category")
        if category is not None and category.is_urgent and "no_script" in self.data:
            data["urgent"] = True
        if data.get("answered_on_the_spot") and not data.get("reply"):
            self.add_error("reply", _("Write down what was answered."))
        return data
