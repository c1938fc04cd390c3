"""Signing: each of the two with their own PIN or password (R-DUTY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.handover import StepForm, box
from frontdesk.kit.errors import DeskError
from frontdesk.kit.forms import SignatureField
from frontdesk.staff.signing import signs, takes_pin

if TYPE_CHECKING:
    from django.http import HttpRequest

    from frontdesk.staff.models import User


class SignForm(StepForm):
    """PIN or password of whoever signs, and if they like their signature on the screen."""

    secret = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    signature = SignatureField()

    def __init__(self, *args: Any, request: HttpRequest, signer: User, **kwargs: Any) -> None:
        self.request, self.signer = request, signer
        super().__init__(*args, **kwargs)
        label = _("PIN or password of %(name)s") if takes_pin(request, signer) else _("Password of %(name)s")
        self.fields["secret"].label = label % {"name": signer}

    def clean(self) -> None:
        """Check it last, and only if nothing else is wrong: each wrong one counts."""
        super().clean()
        if self.errors:
            return
        try:
            right = signs(self.request, self.signer, self.cleaned_data["secret"])
        except DeskError as error:
            self.add_error("secret", str(error))
            return
        if not right:
            self.add_error("secret", _("That is not right. Try again."))

    def values(self) -> dict[str, Any]:
        """Return the service's words: the secret stays here."""
        return {name: value for name, value in super().values().items() if name != "secret"}


class AcceptForm(SignForm):
    """The successor's word, below the sheet: the page opens at its top, which is read first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].widget.attrs.pop("autofocus")


class RefuseShiftForm(SignForm):
    """Why the successor does not sign."""

    field_order = ("note", "secret")
    signature = None  # nothing is signed
    note = forms.CharField(label=_("Why not"), max_length=300, widget=box())
