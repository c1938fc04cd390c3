"""The verbs of this app: accounts, roles, PINs, desk PCs."""

from frontdesk.staff.services.accounts import (
    change_password,
    create_account,
    create_first_admin,
    disable_account,
    edit_account,
    edit_profile,
    enable_account,
    random_password,
    reset_password,
)
from frontdesk.staff.services.devices import enrol_device, revoke_device
from frontdesk.staff.services.pins import forgive_pin, remove_pin, set_pin, verify_pin
from frontdesk.staff.services.roles import end_all_roles, end_role, give_role

__all__ = (
    "change_password",
    "create_account",
    "create_first_admin",
    "disable_account",
    "edit_account",
    "edit_profile",
    "enable_account",
    "end_all_roles",
    "end_role",
    "enrol_device",
    "forgive_pin",
    "give_role",
    "random_password",
    "remove_pin",
    "reset_password",
    "revoke_device",
    "set_pin",
    "verify_pin",
)
