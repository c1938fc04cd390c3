"""The counter: who takes a key, what they showed, until when; how it comes back (R-KEY-02…05, R-KEY-08)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Contractor, Ticket
from frontdesk.estate.models import Person
from frontdesk.kit.forms import DeskPlainForm, SignatureField
from frontdesk.kit.templatetags.days import day_and_time
from frontdesk.kit.uploads import ACCEPT
from frontdesk.staff.models import User
from keys.forms.register import KeysField
from keys.models import Key, LentKey, Loan
from keys.services import MAY_BORROW, asks_for_rework, needs_unit_check, owners_of, tickets_of, usual_due
from keys.services.returning import CHECKS

B = Loan.Borrower
ASKED = {
    B.OWNER: ("person", "phone", "id_kind", "id_number", "purpose"),
    B.AGENT: (
        "name",
        "phone",
        "id_kind",
        "id_number",
        "letter_until",
        "letter_ref",
        "confirmed_with",
        "called",
        "ticket",
        "purpose",
    ),
    B.CONTRACTOR: ("contractor", "in_person", "name", "phone", "id_kind", "id_number", "ticket", "purpose"),
    B.COLLEAGUE: ("colleague", "ticket", "purpose"),
    B.OTHER: ("name", "phone", "id_kind", "id_number", "purpose"),
}
"""What is asked of whom; the rest is folded away and does not count."""
NEEDED = {
    B.OWNER: {"person", "id_kind", "id_number"},
    B.AGENT: {"name", "phone", "id_kind", "id_number", "letter_until", "confirmed_with", "called"},
    B.CONTRACTOR: {"contractor", "in_person", "name", "id_kind", "id_number", "ticket"},
    B.COLLEAGUE: {"colleague", "purpose"},
    B.OTHER: {"name", "phone", "id_kind", "id_number", "purpose"},
}
"""What must be answered of it (`services.borrowers` insists); a colleague's ticket says what for."""
USUAL = {
    Key.Kind.ENTRUSTED: B.OWNER,
    Key.Kind.VACANT: B.COLLEAGUE,
    Key.Kind.REWORK: B.CONTRACTOR,
    Key.Kind.EQUIPMENT: B.COLLEAGUE,
}
"""Kind of key → who comes for it most days: one choice less at the counter."""
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class ContractorField(forms.ModelChoiceField):
    """A contractor, with the one person who may take keys."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        return f"{obj.name} · {obj.contact}" if obj.contact else _("%(name)s · nobody responsible") % {"name": obj.name}


class LendForm(DeskPlainForm):
    """Everything on one screen; what is asked follows from who came."""

    borrower = forms.ChoiceField(label=_("Who takes it"), choices=B.choices, widget=forms.RadioSelect)
    person = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none(), required=False)
    contractor = ContractorField(label=_("Contractor"), queryset=Contractor.objects.none(), required=False)
    colleague = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), required=False)
    ticket = forms.ModelChoiceField(label=_("For the ticket"), queryset=Ticket.objects.none(), required=False)
    in_person = forms.BooleanField(label=_("The responsible person came in person"), required=False)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_kind = forms.ChoiceField(
        label=_("Document shown"), choices=Person.IdKind.choices, initial=Person.IdKind.ID_CARD, required=False
    )
    id_number = forms.CharField(
        label=_("Its number"),
        max_length=40,
        required=False,
        help_text=_("The whole number: it is checked, and only the last four places are kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    letter_until = forms.DateField(label=_("Letter of authority valid until"), required=False)
    letter_ref = forms.CharField(
        label=_("Letter filed as"),
        max_length=60,
        required=False,
        help_text=_("File or number of the paper, where no photo is taken of it."),
    )
    confirmed_with = forms.ModelChoiceField(label=_("Owner called"), queryset=Person.objects.none(), required=False)
    called = forms.BooleanField(label=_("I have called this owner, who agrees"), required=False)
    purpose = forms.CharField(label=_("What for"), max_length=200, required=False)
    due_at = forms.DateTimeField(label=_("Due back"), required=False)
    also = KeysField(label=_("Taken along"), required=False)
    excuse = forms.CharField(
        label=_("May borrow although something is overdue, because"), max_length=200, required=False
    )
    paper = forms.FileField(
        label=_("Photo of letter or document"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
    signature = SignatureField()

    acts_once = True
    free_text = ("purpose", "excuse")

    def __init__(self, *args: Any, key: Key, for_good: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        owners = Person.objects.filter(pk__in=owners_of([key])).order_by("name")  # no digit of what they must show
        for name in ("person", "confirmed_with"):
            self.fields[name].queryset = owners
        self._fill_lists()
        self._offer_only_who_may(for_good=for_good)
        others = Key.objects.of_office(self.office).in_cabinet().filter(unit=key.unit_id).exclude(pk=key.pk)
        self.fields["also"].queryset = others.exclude(kind__in=(Key.Kind.SEALED, Key.Kind.FILING)).order_by("tag")
        if key.unit_id is None or not self.fields["also"].queryset.exists():
            del self.fields["also"]
        if for_good:
            del self.fields["due_at"], self.fields["excuse"]
        else:
            # Left empty, the service decides: what is typed further up (letter, keys taken along) may shorten it.
            usual = day_and_time(usual_due(self.office, [key]))
            self.fields["due_at"].help_text = _("Empty: by %(time)s, sooner where letter or keys taken along ask.") % {
                "time": usual
            }
            if not self.user.has_perm("keys.excuse_loan", key):
                del self.fields["excuse"]
        self.layout = self._layout()

    def _fill_lists(self) -> None:
        key = self.key
        contractors: Any = Contractor.objects.of_office(self.office)
        self.fields["contractor"].queryset = contractors.in_use()
        self.fields["colleague"].queryset = User.objects.working_in(self.office)
        tickets: Any = Ticket.objects.visible_to(self.user).of_office(self.office).open()
        self.fields["ticket"].queryset = tickets_of(key, tickets)
        under_way = list(self.fields["ticket"].queryset.filter(contractor__isnull=False)[:2])
        if key.kind == Key.Kind.REWORK and len(under_way) == 1:  # nearly always what they come for
            self.fields["ticket"].initial = under_way[0].pk
            self.fields["contractor"].initial = under_way[0].contractor_id

    def _offer_only_who_may(self, *, for_good: bool) -> None:
        may = {B.OWNER, B.AGENT} if for_good else MAY_BORROW[Key.Kind(self.key.kind)]
        self.fields["borrower"].choices = [(value, label) for value, label in B.choices if value in may]
        self.fields["borrower"].initial = B.OWNER if for_good else USUAL.get(Key.Kind(self.key.kind), B.OTHER)
        owners = list(self.fields["person"].queryset[:2])
        if len(owners) == 1:
            self.fields["person"].initial = self.fields["confirmed_with"].initial = owners[0].pk

    def _layout(self) -> Layout:
        """Fold together what is asked of the same people."""

        def asked(name: str) -> Any:
            whom, needed = (
                " ".join(str(who) for who, names in table.items() if name in names) for table in (ASKED, NEEDED)
            )
            return Div(name, data_for=whom, data_needed_for=needed)

        facts = (
            "person",
            "contractor",
            "in_person",
            "colleague",
            "name",
            "phone",
            "id_kind",
            "id_number",
            "letter_until",
            "letter_ref",
            "confirmed_with",
            "called",
            "ticket",
            "purpose",
        )
        last = [name for name in ("due_at", "excuse", "paper") if name in self.fields]
        along = [Field("also", wrapper_class="span-2")] if "also" in self.fields else []
        return Layout(
            Div(
                Field("borrower", wrapper_class="span-2", data_chooses=True),
                *(asked(name) for name in facts),
                *last,
                *along,
                Field("signature", wrapper_class="span-2"),
                css_class="form-grid",
            )
        )

    def clean(self) -> dict[str, Any]:
        """Leave out what is not asked of whoever came; an agent's owner must have been called."""
        data = super().clean() or self.cleaned_data
        borrower = data.get("borrower")
        if borrower not in ASKED:
            return data
        for name in {one for names in ASKED.values() for one in names} - set(ASKED[B(borrower)]):
            data.pop(name, None)
        if borrower == B.AGENT and not data.pop("called", False):
            self.add_error("called", _("Call the owner first: the letter alone is not enough."))
        return data

    def values(self) -> dict[str, Any]:
        """Return the service's words: nothing that was left empty."""
        values = super().values()
        values.pop("called", None)
        return {name: value for name, value in values.items() if value not in (None, "") and name in self.fields}


class ReturnForm(DeskPlainForm):
    """Which keys are back and how, what the unit looks like, and whether the work is done."""

    acts_once = True
    free_text = ("remark", "result")

    back = KeysField(label=_("Back now"))
    damaged = KeysField(label=_("Damaged of them"), required=False)
    doors_ok = forms.ChoiceField(label=_("Doors and windows shut"), choices=YES_NO, widget=forms.RadioSelect)
    water_ok = forms.ChoiceField(label=_("Water off"), choices=YES_NO, widget=forms.RadioSelect)
    power_ok = forms.ChoiceField(label=_("Power off"), choices=YES_NO, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("What was not in order"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    rework_done = forms.ChoiceField(label=_("Work done"), choices=YES_NO, widget=forms.RadioSelect, required=False)
    result = forms.CharField(
        label=_("What was done"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        out = LentKey.objects.out().filter(loan=loan).values("key")
        keys = list(Key.objects.filter(pk__in=out, state=Key.State.OUT).select_related("unit").order_by("tag"))
        for name in ("back", "damaged"):
            field: Any = self.fields[name]
            # Whatever is on the slip is understood, so that who comes second is told who was first, not a number.
            field.queryset = Key.objects.filter(lendings__loan=loan).select_related("unit").order_by("tag")
            field.widget.choices = [(key.pk, field.label_from_instance(key)) for key in keys]
        if not needs_unit_check(keys):
            for name in CHECKS:
                del self.fields[name]
        if not asks_for_rework(loan):
            del self.fields["rework_done"], self.fields["result"]
        shown = [name for name in self.fields if name != "once"]
        wide = {"back", "damaged", "remark", "result"}
        parts = [Field(name, wrapper_class="span-2") if name in wide else name for name in shown]
        self.layout = Layout(Div(*parts, css_class="form-grid"))

    def values(self) -> dict[str, Any]:
        """Return the service's words: each key with its condition, ticks as yes or no."""
        values = super().values()
        damaged = set(values.pop("damaged"))
        condition = LentKey.Condition
        values["back"] = {
            key: condition.DAMAGED if key in damaged else condition.GOOD for key in values["back"] | self._only(damaged)
        }
        for name in (*CHECKS, "rework_done"):
            if name in values:
                values[name] = {"yes": True, "no": False}.get(values[name])
        return values

    def _only(self, damaged: set[Key]) -> Any:
        return self.fields["back"].queryset.filter(pk__in=[key.pk for key in damaged])


class ExtendForm(DeskPlainForm):
    """Until when, and why."""

    due_at = forms.DateTimeField(label=_("Due back"))
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ExcuseForm(DeskPlainForm):
    """Why they may borrow all the same."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class CallForm(DeskPlainForm):
    """What the holder said."""

    note = forms.CharField(label=_("What they said"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class SignForm(DeskPlainForm):
    """The name, drawn."""

    signature = SignatureField(required=True)

    def clean(self) -> dict[str, Any]:
        """Ask for a drawing."""
        data = super().clean() or self.cleaned_data
        if data.get("signature") is None and "signature" not in self.errors:
            self.add_error("signature", _("Sign in the field first."))
        return data
