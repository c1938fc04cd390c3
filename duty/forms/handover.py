"""The steps of a handover: counted blind, explained, noted (R-DUTY-07, R-DUTY-08, R-DUTY-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.models import Article, HandoverItem
from duty.models.records import MOST_ARTICLES
from duty.services.handover import expected_keys, open_work
from duty.services.records import HOLD
from fees.models import DENOMINATIONS
from fees.services.tills import MOST
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.staff.models import User
from keys.models import Key

if TYPE_CHECKING:
    from duty.models import Handover, Shift

USUAL = (HandoverItem.Kind.CALLBACK, HandoverItem.Kind.LOAN, HandoverItem.Kind.TILL)
"""Of these most go on as usual: the note is filled in, to be changed where it is not so."""
PIECES = {"inputmode": "numeric", "autocomplete": "off"}


def box(rows: int = 2) -> forms.Textarea:
    """Return a box for a sentence or two."""
    return forms.Textarea(attrs={"rows": rows})


class SuccessorField(forms.ModelChoiceField):
    """Who takes over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), label=_("Who takes over"), **options)


class SuccessorForm(DeskPlainForm):
    """Who takes over."""

    acts_once = True

    incoming = SuccessorField()

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incoming: Any = self.fields["incoming"]
        people = User.objects.who_may(HOLD, self.office).exclude(pk=shift.clerk_id)
        incoming.queryset = people.order_by("name", "pk")


class OtherSuccessorForm(SuccessorForm):
    """Who takes over instead, and why."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class StepForm(DeskPlainForm):
    """One step of a handover."""

    acts_once = True

    def __init__(self, *args: Any, handover: Handover, **kwargs: Any) -> None:
        self.handover = handover
        super().__init__(*args, **kwargs)


class ArticlesForm(StepForm):
    """How many of each there are; nothing says how many should be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, article in enumerate(Article.objects.filter(post=self.handover.shift.post_id).in_use()):
            attrs = {**PIECES, **({} if place else {"autofocus": True})}
            self.fields[f"article_{article.pk}"] = forms.IntegerField(
                label=article.name, min_value=0, max_value=MOST_ARTICLES, widget=forms.TextInput(attrs=attrs)
            )

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        found = {int(name.removeprefix("article_")): number for name, number in super().values().items()}
        return {"counts": found}


class KeysForm(StepForm):
    """Which keys hang in their place, and what hangs there though it should not."""

    there = forms.ModelMultipleChoiceField(Key.objects.none(), label=_("Keys in their place"), required=False)
    extra = forms.CharField(
        label=_("Tags that hang there and are not on the list"),
        max_length=600,
        required=False,
        help_text=_("Several with a blank between them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there: Any = self.fields["there"]
        there.queryset = expected_keys(self.handover.shift).with_what_one_sees()

    @property
    def rows(self) -> list[tuple[Key, bool]]:
        """Return each key with whether it is ticked."""
        there: Any = self.fields["there"]
        ticked = set(self.data.getlist("there")) if self.is_bound else set()
        return [(key, str(key.pk) in ticked) for key in there.queryset]


class CashForm(StepForm):
    """How many of each note and coin; nothing says what it should come to."""

    receipt_book = forms.CharField(
        label=_("Next receipt in the paper book"),
        max_length=40,
        required=False,
        help_text=_("The first number that is not used yet, if the post keeps a paper book."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value in DENOMINATIONS:
            self.fields[f"count_{value}"] = forms.IntegerField(
                label=_("%(value)s yuan") % {"value": value},
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.TextInput(attrs={**PIECES, "data-value": int(value * 100)}),
            )

    @property
    def pieces(self) -> list[forms.BoundField]:
        """Return the fields of notes and coins."""
        return [self[f"count_{value}"] for value in DENOMINATIONS]

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        data = self.cleaned_data
        counts = {str(value): data[f"count_{value}"] or 0 for value in DENOMINATIONS}
        return {"counts": counts, "receipt_book": data["receipt_book"]}


class AreaForm(StepForm):
    """What is abnormal in the area, and what the outgoing clerk says of it."""

    finding = forms.CharField(
        label=_("What is abnormal"),
        max_length=500,
        required=False,
        widget=box(),
        help_text=_("Left empty: nothing is."),
    )
    explained = forms.CharField(
        label=_("What the outgoing clerk says of it"), max_length=500, required=False, widget=box()
    )


class ReadForm(StepForm):
    """Up to which entry the log was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WorkForm(StepForm):
    """How each piece of open work stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = open_work(self.handover)
        usual = dict.fromkeys(USUAL, _("Goes on as usual"))
        for one in self.work:
            self.fields[f"note_{one.key}"] = forms.CharField(
                label=one.label,
                max_length=200,
                initial=one.note or usual.get(one.kind, ""),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Return each piece with its field."""
        return [(one, self[f"note_{one.key}"]) for one in self.work]

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        return {"notes": {name.removeprefix("note_"): text for name, text in super().values().items()}}


class ExplainForm(StepForm):
    """How each difference came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(self.handover.lines.differing())
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = forms.CharField(
                label=line.label, max_length=300, initial=line.explanation, widget=box()
            )

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Return each difference with its field."""
        return [(line, self[f"line_{line.pk}"]) for line in self.lines]

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        return {"explanations": {int(name.removeprefix("line_")): text for name, text in super().values().items()}}


class ReleaseForm(StepForm):
    """Which important work may stay open, and why."""

    items = forms.MultipleChoiceField(label=_("What may stay open"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Why it may stay open"), max_length=300, widget=box())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blocking = [one for one in open_work(self.handover) if one.blocks]
        items: Any = self.fields["items"]
        items.choices = [(one.key, f"{one.kind_label} {one.label}") for one in blocking]


class WhyForm(StepForm):
    """Why, or how."""

    note = forms.CharField(label=_("Note"), max_length=300, widget=box())
