"""The forms about colleagues, their roles and the desk PCs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm
from frontdesk.staff.models import Device, User
from frontdesk.staff.roles import EVERYWHERE, GRANTS, Role


class MemberForm(DeskForm):
    """What a manager may change of a colleague's account; rights are given by acts of their own."""

    class Meta:
        model = User
        fields = ("name", "phone", "language")


class RoleForm(DeskPlainForm):
    """A role in an office, from–to; only what this person may give is offered."""

    role = forms.ChoiceField(label=_("Role"))
    office = forms.ModelChoiceField(
        label=_("Office"),
        queryset=Office.objects.all(),
        required=False,
        help_text=_("Company departments and administrators have none: they see all offices."),
    )
    starts = forms.DateField(label=_("First day"), initial=local_date)
    ends = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = frozenset().union(*(GRANTS.get(role, frozenset()) for role in self.user.roles_in(None)))
        self.fields["role"].choices = [("", _("Choose…")), *(pair for pair in Role.choices if pair[0] in given)]
        self.fields["office"].queryset = Office.objects.visible_to(self.user)
        self.fields["office"].initial = self.office
        if not given & EVERYWHERE:
            self.fields["office"].required = True
            self.fields["office"].help_text = ""


class AccountForm(RoleForm):
    """A new colleague with the first role."""

    acts_once = False  # the name of an account is unique: sent twice it is refused

    username = forms.CharField(
        label=_("Account"),
        max_length=40,
        validators=User._meta.get_field("username").validators,
        help_text=_("What the person types to log in: letters, digits, dots and dashes."),
    )
    name = forms.CharField(label=_("Name"), max_length=40)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)

    field_order = ("username", "name", "phone", "role", "office", "starts", "ends")

    def clean_username(self) -> str:
        """Keep names of accounts in one spelling, so that capitals do not matter at log-in."""
        return User.normalize_username(self.cleaned_data["username"])


class LastDayForm(DeskPlainForm):
    """The last day on which a role counts."""

    on = forms.DateField(
        label=_("Last day"),
        initial=local_date,
        help_text=_("That day still counts. Choose yesterday to end it at once."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class DeviceForm(DeskForm):
    """What people call this PC."""

    class Meta:
        model = Device
        fields = ("name",)
