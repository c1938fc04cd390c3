"""Who is on the roster, and when they can never work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.fields import HoursField
from duty.models import Rostered, ShiftType, Unavailability
from duty.services.rules import HOUR
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm
from frontdesk.staff.models import User


class RosteredForm(DeskForm):
    """One colleague on the roster."""

    weekly_minutes = HoursField(
        label=_("Hours a week by contract"),
        required=False,
        most=168 * HOUR,
        help_text=_("Left empty: the office's figure."),
    )

    class Meta:
        model = Rostered
        fields = ("person", "starts", "ends", "weekly_minutes", "is_experienced", "is_trainee")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        if self.instance.pk:
            del self.fields["person"]
            return
        there = Rostered.objects.filter(office=self.office, ends=None).values("person") if self.office else []
        people = User.objects.working_in(self.office).exclude(pk__in=there) if self.office else User.objects.none()
        person.queryset = people.order_by("name")
        person.empty_label = None
        self.fields["starts"].initial = local_date().replace(day=1)


class EndForm(DeskPlainForm):
    """The last day on the roster."""

    ends = forms.DateField(label=_("Last day on the roster"), initial=local_date)


class UnavailabilityForm(DeskForm):
    """A weekday, a shift, or both on which somebody can never work."""

    class Meta:
        model = Unavailability
        fields = ("weekday", "shift_type", "starts", "ends", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shifts: Any = self.fields["shift_type"]
        shifts.queryset = ShiftType.objects.filter(pk__in=shifts.queryset.in_use())
        shifts.empty_label = _("Every shift")
        weekday: Any = self.fields["weekday"]
        weekday.choices = [("", _("Every day")), *Unavailability.Weekday.choices]
        self.fields["starts"].initial = local_date

    def _get_validation_exclusions(self) -> set[str]:
        """Leave what is said about a weekday or shift to the service, which has a sentence for it."""
        return super()._get_validation_exclusions() | {"weekday", "shift_type"}
