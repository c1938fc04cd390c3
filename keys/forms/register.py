"""Keys, rings and cabinets as they are registered (R-KEY-01)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Person, Unit
from frontdesk.kit.forms import DeskForm, SearchField
from frontdesk.kit.uploads import ACCEPT
from keys.models import Cabinet, Key, Ring
from keys.services.register import free_hook


class KeyForm(DeskForm):
    """One key: what it opens, whose it is, where it hangs."""

    unit = SearchField(
        label=_("Unit"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        required=False,
        help_text=_("Unit code, name, initials, plate or the last digits of a phone."),
    )
    deposited_by = SearchField(
        label=_("Deposited by"),
        queryset=Person.objects.all(),
        url="estate:person_choices",
        text_field="name",
        required=False,
        help_text=_("Today's owner, tenant or family of the unit who entrusted or sealed it."),
    )
    photo = forms.FileField(
        label=_("Photo of the signed form or the letter"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    class Meta:
        model = Key
        fields = (
            "kind",
            "unit",
            "name",
            "building",
            "copies",
            "tag",
            "cabinet",
            "hook",
            "ring",
            "deposited_by",
            "brought_by",
            "letter_ref",
            "deposited_on",
            "entrusted_until",
            "allows",
            "seal_number",
            "note",
        )
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "name": _("Which door: front door, letter box, pump room …"),
            "building": _("Of an equipment room: the building it serves. Left empty: the whole estate."),
            "tag": _("Left empty, the next one is given. It tells nobody an address."),
            "brought_by": _("Only where somebody brings it for the depositor, with their letter."),
            "letter_ref": _("File or number of the paper, where no photo is taken of it."),
            "allows": _("E.g. let in engineers, water the plants, show the flat."),
        }

    free_text = ("name", "allows", "note")
    layout = Layout(
        Div(Field("kind", wrapper_class="span-2"), "unit", "name", "building", "copies", "tag", css_class="form-grid"),
        Fieldset(_("Where it hangs"), "cabinet", "hook", "ring", css_class="form-grid form-grid-3"),
        Fieldset(
            _("Entrusted or sealed by the owner"),
            "deposited_by",
            "seal_number",
            "brought_by",
            "letter_ref",
            "deposited_on",
            "entrusted_until",
            Field("allows", wrapper_class="span-2"),
            Field("photo", wrapper_class="span-2"),
            css_class="form-grid",
        ),
        Div(Field("note", wrapper_class="span-2"), css_class="form-grid"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("cabinet", Cabinet), ("ring", Ring)):
            field: Any = self.fields[name]
            own = model.objects.filter(pk=getattr(self.instance, f"{name}_id"))
            field.queryset = field.queryset.in_use() | own
        self.fields["tag"].required = False
        if self.instance.pk is not None:
            self.fields["tag"].disabled = True
            self.fields["tag"].help_text = _("A tag stays for good; new copies get new tags.")
            self._leave_the_seal_alone()
        elif not self.is_bound:
            self._offer_hook()

    def _leave_the_seal_alone(self) -> None:
        """Let nobody seal or unseal a key by correcting what is written of it (R-KEY-06)."""
        kind, seal = self.fields["kind"], self.fields["seal_number"]
        seal.disabled = True
        if self.instance.kind == Key.Kind.SEALED:
            kind.disabled = True
            seal.help_text = _("It changes when the key is opened and sealed again.")
        else:
            kind.choices = [(value, label) for value, label in Key.Kind.choices if value != Key.Kind.SEALED]  # type: ignore[attr-defined]

    def _offer_hook(self) -> None:
        """Begin with the first hook that is free."""
        cabinets: Any = self.fields["cabinet"]
        cabinet = cabinets.queryset.first() if self.office is not None else None
        if cabinet is not None and "hook" not in self.initial and "ring" not in self.initial:
            hook = free_hook(cabinet)
            if hook is not None:
                self.initial |= {"cabinet": cabinet.pk, "hook": hook}

    def values(self) -> dict[str, Any]:
        """Return the service's words; the tag of a registered key is no word of theirs."""
        values = super().values()
        if self.instance.pk is not None:
            values.pop("tag", None)
        return values


class KeysField(forms.ModelMultipleChoiceField):
    """Several keys, each with what it opens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Key.objects.all(), widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        return " · ".join(filter(None, (obj.tag, obj.opens, obj.get_kind_display())))


class RingForm(DeskForm):
    """A ring: its name, its hook, and by tag what hangs on it."""

    tags = forms.CharField(
        label=_("Keys on it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their tags, with blanks or commas between: K-0012 K-0013"),
    )

    class Meta:
        model = Ring
        fields = ("name", "tag", "cabinet", "hook", "is_active")

    layout = Layout(Div("name", "tag", "cabinet", "hook", Field("tags", wrapper_class="span-2"), css_class="form-grid"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cabinets: Any = self.fields["cabinet"]
        cabinets.queryset = cabinets.queryset.in_use()
        self.fields["tag"].required = False
        if self.instance.pk is None:
            del self.fields["is_active"]
        else:
            self.fields["tag"].disabled = True
            self.layout = Layout(*self.layout.fields, "is_active")
            tags = self.instance.keys.kept().order_by("tag").values_list("tag", flat=True)
            self.initial.setdefault("tags", " ".join(tags))

    def stored(self, name: str) -> Any:
        """Return what the record holds in a field; of the keys their tags."""
        return self.initial.get("tags", "") if name == "tags" else super().stored(name)

    def clean_tags(self) -> list[Key]:
        """Turn tags into keys."""
        words = self.cleaned_data["tags"].replace("，", " ").replace(",", " ").replace("、", " ").split()
        wanted = {word.upper() for word in words}
        found = list(Key.objects.visible_to(self.user).of_office(self.office).kept().filter(tag__in=wanted))
        missing = sorted(wanted - {key.tag.upper() for key in found})
        if missing:
            raise forms.ValidationError(_("There is no “%(text)s” here."), params={"text": "、".join(missing)})
        return found

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        values = super().values()
        if self.instance.pk is not None:
            values.pop("tag", None)
        values["keys"] = values.pop("tags")
        return values


class CabinetForm(DeskForm):
    """A cabinet and its hooks."""

    class Meta:
        model = Cabinet
        fields = ("name", "hooks", "columns", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["position"], self.fields["is_active"]
