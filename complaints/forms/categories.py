"""Choosing a category: a branch and what hangs on it, each saying what a call about it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.models import Category

if TYPE_CHECKING:
    from collections.abc import Iterator


class ByBranch(ModelChoiceIterator):
    """The tree as groups: each branch with what hangs on it; a branch alone stands by itself."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        branches: dict[int, list[Category]] = {}
        for category in self.queryset:
            branches.setdefault(category.parent_id or category.pk, []).append(category)
        for entries in branches.values():
            options = [self.choice(category) for category in entries]
            grown = entries[0].parent or len(entries) > 1
            yield from [((entries[0].parent or entries[0]).name, options)] if grown else options


class CategorySelect(forms.Select):
    """Each choice says whether it asks for a visit and for the place, and whether it is urgent from the start."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        category = getattr(value, "instance", None)
        if category is not None:
            asks = {"visit": category.asks_visit, "place": category.asks_place, "urgent": category.is_urgent}
            option["attrs"] |= {f"data-{word}": "yes" if wanted else "no" for word, wanted in asks.items()}
        return option


class CategoryField(forms.ModelChoiceField):
    """What a call is about, out of the office's own tree."""

    iterator = ByBranch

    def __init__(self, **options: Any) -> None:
        select = CategorySelect(attrs={"data-select": True})
        words = {"label": capfirst(_("category")), "empty_label": _("Not sorted"), "required": False}
        super().__init__(Category.objects.all(), widget=select, **{**words, **options})

    def offer(self, also: int | None) -> bool:
        """Offer what can be chosen today and what a ticket names already; answer whether that is anything."""
        self.queryset = self.queryset.in_use(also=also).select_related("parent")
        return self.queryset.exists()
