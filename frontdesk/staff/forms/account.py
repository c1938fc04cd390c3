"""The forms of one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.confirmation import confirmed_recently
from frontdesk.kit.forms import DeskForm
from frontdesk.staff.forms.entry import SecretForm
from frontdesk.staff.models import User
from frontdesk.staff.throttling import Throttled, check_password

if TYPE_CHECKING:
    from django.http import HttpRequest


class PasswordForm(SecretForm):
    """A new password of one's own; the present one is asked for unless it was just given."""

    password = forms.CharField(
        label=_("Present password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password1 = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=_("At least 8 characters; not only digits, nothing easily guessed such as your name or phone."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label=_("New password once more"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if confirmed_recently(request):
            del self.fields["password"]

    def clean(self) -> None:
        """Check the present one as at log-in, then the new one."""
        values, user = self.cleaned_data, self.request.user
        if self.errors:
            return
        if values["new_password1"] != values["new_password2"]:
            self.add_error("new_password2", _("The two do not match."))
            return
        if "password" in values and not self._knows(values["password"]):
            return
        if user.check_password(values["new_password1"]):
            self.add_error("new_password1", _("That is the password you have now."))
            return
        try:
            validate_password(values["new_password1"], user)  # type: ignore[arg-type]
        except forms.ValidationError as error:
            self.add_error("new_password1", error)

    def _knows(self, password: str) -> bool:
        try:
            if check_password(self.request, self.request.user.get_username(), password):
                return True
        except Throttled as error:
            self.refuse(error)
        else:
            self.add_error("password", _("That is not your present password."))
        return False


class SetPinForm(forms.Form):
    """Six digits, twice."""

    pin = forms.CharField(
        label=_("New PIN"),
        max_length=6,
        help_text=_("Six digits; no rows, no repeats, no dates."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "pattern": "[0-9]{6}"}),
    )
    pin_again = forms.CharField(
        label=_("New PIN once more"),
        max_length=6,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "pattern": "[0-9]{6}"}),
    )

    def clean(self) -> None:
        """Let nobody lock themselves out by a slip."""
        values = self.cleaned_data
        if not self.errors and values["pin"] != values["pin_again"]:
            self.add_error("pin_again", _("The two do not match."))


class ProfileForm(DeskForm):
    """What everybody may change of their own account."""

    class Meta:
        model = User
        fields = ("phone", "language", "colour")
        widgets = {"colour": forms.RadioSelect}
        help_texts = {"colour": _("Behind your name on top of every page: at a shared PC it shows whose turn it is.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = [
            (value, format_html('<span class="avatar hue-{}" aria-hidden="true">{}</span> {}', value, initial, label))
            for initial in [self.instance.initial]
            for value, label in User.Colour.choices
        ]
