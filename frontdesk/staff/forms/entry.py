"""The forms of the way in. They stand outside the frame, so they are plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import DeskError
from frontdesk.staff import desks
from frontdesk.staff.models import User
from frontdesk.staff.services import verify_pin
from frontdesk.staff.services.pins import PIN
from frontdesk.staff.throttling import TOO_MANY, Throttled, check_password

if TYPE_CHECKING:
    from django.http import HttpRequest

WRONG = 400
NO_ROLE = _("Your account has no role at present. Ask your supervisor.")


class SecretForm(forms.Form):
    """A form that opens something; `status` is what its page answers when it does not."""

    status = WRONG

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user: User | None = None
        super().__init__(*args, **kwargs)

    def refuse(self, error: Any) -> None:
        """Show a sentence and open nothing."""
        if isinstance(error, Throttled):
            self.status = TOO_MANY
        self.add_error(None, str(error))


class LoginForm(SecretForm):
    """Account and password. One sentence for a wrong password, an unknown and a closed account."""

    username = forms.CharField(
        label=_("Account"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> None:
        """Look the pair up, slowly and countedly."""
        values = self.cleaned_data
        if self.errors:
            return
        try:
            self.user = check_password(self.request, User.normalize_username(values["username"]), values["password"])
        except Throttled as error:
            self.refuse(error)
            return
        if self.user is None:
            self.refuse(_("Account and password do not match."))
        elif not self.user.active_memberships and not self.user.is_superuser:
            self.refuse(NO_ROLE)


class ConfirmForm(SecretForm):
    """The password of who is logged in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def clean(self) -> None:
        """Check it against the account; wrong ones count as at log-in."""
        if self.errors:
            return
        try:
            self.user = self.check(self.cleaned_data["password"])
        except DeskError as error:
            self.refuse(error)
        else:
            if self.user is None:
                self.refuse(_("That is not right. Try again."))

    def check(self, secret: str) -> User | None:
        """Return the person if the password is theirs."""
        return check_password(self.request, self.request.user.get_username(), secret)


class UnlockForm(ConfirmForm):
    """PIN or password in one field: a password is never made of digits alone, so six digits are a PIN.

    A PIN is short enough to be watched and guessed: it opens only where its owner's office has its desk.
    """

    password = forms.CharField(
        label=_("PIN or password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    by_pin = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.takes_pin = desks.takes_pin_of(request)
        if not self.takes_pin:
            self.fields["password"].label = _("Password")

    def check(self, secret: str) -> User | None:
        """Look at six digits as a PIN where there is one, at anything else as the password.

        Raises:
            DeskError: this PC takes no PIN of this person, or the PIN counts no more.

        """
        user: Any = self.request.user
        if not PIN.fullmatch(secret) or not user.pin:
            return super().check(secret)
        if not self.takes_pin:
            raise DeskError(_("A PIN opens the screen only on a desk PC of your office. Give your password."))
        self.by_pin = True
        return user if verify_pin(user, secret) else None


class PinForm(SecretForm):
    """Six digits of the person whose tile was chosen."""

    pin = forms.CharField(
        label=_("PIN"),
        max_length=6,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "pattern": "[0-9]{6}", "autofocus": True},
        ),
    )

    def __init__(self, request: HttpRequest, person: User | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.person = person

    def clean(self) -> None:
        """Check the PIN; a person who does not work here is refused like a wrong PIN."""
        try:
            right = verify_pin(self.person, self.cleaned_data.get("pin", ""))
        except DeskError as error:
            self.refuse(error)
            return
        if right:
            self.user = self.person
        else:
            self.refuse(_("That PIN is not right."))
