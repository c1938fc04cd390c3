"""Posts, what lies there, and who works beside whoever answers for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.services.records import HOLD, articles_of
from frontdesk.kit.forms import DeskForm, DeskPlainForm
from frontdesk.staff.models import Holding, Post, User


class PostForm(DeskForm):
    """A post: its name, what of the office is kept there, what lies on it."""

    articles = forms.CharField(
        label=_("What is counted at each handover"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One line each: its name, then how many. The number is not shown before it is counted."),
    )

    class Meta:
        model = Post
        fields = ("name", "keeps_keys", "keeps_money")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        post = kwargs.get("instance")
        if post is not None and post.pk:
            kwargs["initial"] = {"articles": articles_of(post), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["keeps_keys"].help_text = _("Then only who holds this post lends keys and takes them back.")
        self.fields["keeps_money"].help_text = _("Then only who holds this post takes money.")


class HelperForm(DeskPlainForm):
    """Which colleague works at the post, and as what."""

    acts_once = True

    person = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())
    kind = forms.ChoiceField(
        label=_("As what"),
        choices=[(kind, kind.label) for kind in (Holding.Kind.COVER, Holding.Kind.BESIDE)],
        initial=Holding.Kind.COVER,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.who_may(HOLD, self.office).order_by("name", "pk")


class BeginForm(DeskPlainForm):
    """Up to which entry of the log the page has shown what is to be read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
