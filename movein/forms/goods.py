"""What the desk is asked about goods that leave, and what the guard answers (R-GDS-01)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.forms import DeskPlainForm, SearchField, SettingsForm
from frontdesk.kit.uploads import ACCEPT
from movein.models import GateCheck, GoodsPass, GoodsSettings
from movein.services import owners_of

HALF_AN_HOUR = 30
A_WHILE = dt.timedelta(minutes=HALF_AN_HOUR)


def _text(label: Any, *, required: bool = True, rows: int = 2, most: int = 200, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "data-draft": True, **options.pop("attrs", {})})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **options)


class StartForm(DeskPlainForm):
    """Whose goods."""

    unit = SearchField(
        label=_("Unit"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        help_text=_("Unit, name, plate or the last digits of a phone."),
    )

    acts_once = False


class WhenForm(DeskPlainForm):
    """On which day, between which hours."""

    day = forms.DateField(label=_("Day"))
    first = forms.TimeField(label=pgettext_lazy("goods pass", "From"))
    last = forms.TimeField(label=pgettext_lazy("goods pass", "Until"))


class PassForm(WhenForm):
    """What goes out, when, in which vehicle."""

    kind = forms.ChoiceField(
        label=_("What for"), choices=GoodsPass.Kind.choices, widget=forms.RadioSelect, initial=GoodsPass.Kind.GOODS
    )
    items = _text(
        _("Goods"),
        rows=5,
        most=6000,
        help_text=_("One line for each kind of thing, with how many there are: Chair × 4."),
    )
    plate = forms.CharField(
        label=_("Plate"),
        max_length=12,
        required=False,
        help_text=_("Empty: by hand, by cart, or in a vehicle without a plate."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    carrier = forms.CharField(
        label=pgettext_lazy("goods pass", "Carried by"),
        max_length=60,
        required=False,
        help_text=_("Removal firm or helper, if it is somebody else."),
    )
    remark = _text(_("Remark"), required=False)

    acts_once = True
    free_text = ("carrier",)

    def arrange(self, *who: Any) -> Layout:
        """Lay out who asks, then what all passes ask."""
        wide = ("kind", "items")
        last = ("day", "first", "last", "plate", "carrier", Field("remark", wrapper_class="span-2"))
        fields = [*who, *(Field(name, wrapper_class="span-2") for name in wide), *last]
        return Layout(Div(*fields, css_class="form-grid form-grid-3"))


class ResidentField(forms.ModelChoiceField):
    """Somebody of the household, with what they are there."""

    roles: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        return f"{obj.name} · {self.roles.get(obj.pk, '')}"


class HouseholdPassForm(PassForm):
    """Who of the household asks."""

    person = ResidentField(
        label=_("Who applies"), queryset=Person.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stays = Tenure.objects.current().filter(unit=unit).exclude(role=Tenure.Role.CONTACT).select_related("person")
        field: Any = self.fields["person"]
        field.roles = {stay.person_id: stay.relation or str(stay.get_role_display()) for stay in reversed(stays)}
        field.queryset = Person.objects.filter(pk__in=field.roles).order_by("pk")
        if len(field.roles) == 1:
            field.initial = next(iter(field.roles))
        self.layout = self.arrange(Field("person", wrapper_class="span-2"))


class CompanyPassForm(PassForm):
    """Which company, and who came for it."""

    company = forms.CharField(label=_("Company"), max_length=80)
    name = forms.CharField(label=_("Who came"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    free_text = ("carrier", "company", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = self.arrange("company", "name", "phone")


class ApproveForm(DeskPlainForm):
    """Which owner agreed, and how one knows."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none(), required=False)
    word = forms.ChoiceField(label=_("How the owner agreed"), choices=GoodsPass.Word.choices, widget=forms.RadioSelect)
    said = _text(_("What the owner said"), required=False)
    paper = forms.FileField(
        label=_("Photo of the letter"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    acts_once = True
    free_text = ("said",)

    def __init__(self, *args: Any, goods_pass: GoodsPass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = owners_of(goods_pass)
        field: Any = self.fields["owner"]
        field.queryset = Person.objects.filter(pk__in=[owner.pk for owner in owners]).order_by("name", "pk")
        if len(owners) == 1:
            field.initial = owners[0].pk
        if not owners:
            del self.fields["owner"]
            self.fields["said"].label = _("Who agreed")


class ReasonForm(DeskPlainForm):
    """Why."""

    reason = _text(_("Reason"))


class RescheduleForm(WhenForm):
    """Another day or other hours, and why."""

    reason = _text(_("Reason"))

    layout = Layout(
        Div("day", "first", "last", Field("reason", wrapper_class="span-2"), css_class="form-grid form-grid-3")
    )


class CodeForm(DeskPlainForm):
    """The number on the pass, typed or scanned."""

    code = forms.CharField(
        label=_("Number of the pass"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "placeholder": "F2026-00012 / 12"}),
    )

    acts_once = False


class ItemsField(forms.ModelMultipleChoiceField):
    """The lines of a pass, to be ticked."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        return str(obj)


class ReleaseForm(DeskPlainForm):
    """What is there, and what differs."""

    taken = ItemsField(label=_("Goods"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    note = _text(_("What differs"), required=False, most=GateCheck._meta.get_field("note").max_length or 300)

    acts_once = True
    free_text = ("note",)

    def __init__(self, *args: Any, goods_pass: GoodsPass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken"].queryset = goods_pass.items.all()

    def values(self) -> dict[str, Any]:
        """Return the service's words: the keys of what was ticked."""
        values = super().values()
        return {"taken": {item.pk for item in values["taken"]}, "note": values["note"]}


class GoodsSettingsForm(SettingsForm):
    """Whether the owner is asked, and the hours."""

    class Meta:
        model = GoodsSettings
        fields = ("ask_owner", "first_time", "last_time")

    layout = Layout(
        Fieldset(_("When a tenant moves out"), "ask_owner", css_class="form-grid"),
        Fieldset(_("Hours for moving"), "first_time", "last_time", css_class="form-grid"),
    )


def usual_window(office: Any) -> dict[str, Any]:
    """Return what a new pass begins with: from now until the office's last hour, late in the day all of tomorrow."""
    own, at = GoodsSettings.of(office), now()
    day = local_date()
    closes = timezone.make_aware(dt.datetime.combine(day, own.last_time))
    if at + A_WHILE >= closes:
        return {"day": day + ONE_DAY, "first": own.first_time, "last": own.last_time}
    begin = at.replace(minute=at.minute // HALF_AN_HOUR * HALF_AN_HOUR, second=0, microsecond=0)
    return {"day": day, "first": max(begin.time(), own.first_time), "last": own.last_time}


def window_of(goods_pass: GoodsPass) -> dict[str, Any]:
    """Return the time of a pass as its form shows it."""
    starts, ends = (timezone.localtime(at) for at in (goods_pass.starts_at, goods_pass.ends_at))
    return {"day": starts.date(), "first": starts.time(), "last": ends.time()}
