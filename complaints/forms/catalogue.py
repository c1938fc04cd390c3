"""Names on the office's own lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Cause, Contractor, Department, Part
from complaints.services.settings import settings_of
from frontdesk.kit.forms import DeskForm, MinutesField
from frontdesk.kit.working_hours import WorkingHours
from frontdesk.staff.models import User


class EntryForm(DeskForm):
    """One name; on an old one also its place in the order, and whether it is still in use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = capfirst(self._meta.model._meta.verbose_name)
        if self.instance.pk is None:
            del self.fields["position"], self.fields["is_active"]
        else:
            self.fields["is_active"].help_text = _("Set aside, it stays on old tickets and is offered no more.")

    def clean(self) -> dict[str, Any]:
        """Say at the name that it is taken; the database would name columns."""
        data = super().clean() or self.cleaned_data
        if data.get("name") and self.twins(data).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is one of this name already."))
        return data

    def twins(self, data: dict[str, Any]) -> Any:
        """Return what else has this name where it must be the only one."""
        return self._meta.model.objects.filter(office=self.office, name=data["name"])


class CategoryForm(EntryForm):
    """A category: what it hangs on, to whom it goes, what it asks."""

    finish_minutes = MinutesField(
        label=_("To be finished within (working time)"),
        required=False,
        help_text=_("30 min, 4 h or 2 d. Left empty, the target of the ticket's kind counts."),
    )

    class Meta:
        model = Category
        fields = (
            "name",
            "parent",
            "department",
            "finish_minutes",
            "asks_visit",
            "asks_place",
            "is_urgent",
            "position",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.instance
        if self.office is not None:
            own = settings_of(self.office)
            self.fields["finish_minutes"].day = WorkingHours(self.office, own.opens_at, own.closes_at).day
        parent: Any = self.fields["parent"]
        parent.queryset = parent.queryset.in_use(category.parent_id).filter(parent=None).exclude(pk=category.pk)
        parent.empty_label = _("On none: a branch of its own")
        if category.pk and category.children.exists():
            parent.queryset = parent.queryset.none()
            parent.help_text = _("Other categories hang on this one, so it cannot hang on another.")
        department: Any = self.fields["department"]
        department.queryset = department.queryset.in_use(category.department_id)

    def twins(self, data: dict[str, Any]) -> Any:
        """The same word may stand once below each branch."""
        return super().twins(data).filter(parent=data.get("parent"))


class DepartmentForm(EntryForm):
    """A department and who belongs to it."""

    class Meta:
        model = Department
        fields = ("name", "members", "position", "is_active")
        widgets = {"members": forms.CheckboxSelectMultiple}
        help_texts = {"members": _("Any of them may take on what goes to the department.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = User.objects.who_may("complaints.accept_ticket", self.office)


class ContractorForm(EntryForm):
    """A contractor and how to reach him."""

    class Meta:
        model = Contractor
        fields = ("name", "trade", "contact", "phone", "position", "is_active")


class PartForm(EntryForm):
    """A part and its warranty."""

    class Meta:
        model = Part
        fields = ("name", "warranty_months", "position", "is_active")
        help_texts = {"warranty_months": _("From the handover of the building; 0 for none.")}


class CauseForm(EntryForm):
    """A cause."""

    class Meta:
        model = Cause
        fields = ("name", "position", "is_active")
