"""The forms of this app."""

from frontdesk.staff.forms.account import PasswordForm, ProfileForm, SetPinForm
from frontdesk.staff.forms.entry import ConfirmForm, LoginForm, PinForm, SecretForm, UnlockForm
from frontdesk.staff.forms.members import AccountForm, DeviceForm, LastDayForm, MemberForm, RoleForm

__all__ = (
    "AccountForm",
    "ConfirmForm",
    "DeviceForm",
    "LastDayForm",
    "LoginForm",
    "MemberForm",
    "PasswordForm",
    "PinForm",
    "ProfileForm",
    "RoleForm",
    "SecretForm",
    "SetPinForm",
    "UnlockForm",
)
