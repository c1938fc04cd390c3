"""The verbs of this app: accounts, roles, PINs, desk PCs, posts."""

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
from frontdesk.staff.services.posts import (
    add_post,
    edit_post,
    join_post,
    leave_post,
    require_at_post,
    retire_post,
)
from frontdesk.staff.services.roles import end_all_roles, end_role, give_role

__all__ = (
    "add_post",
    "change_password",
    "create_account",
    "create_first_admin",
    "disable_account",
    "edit_account",
    "edit_post",
    "edit_profile",
    "enable_account",
    "end_all_roles",
    "end_role",
    "enrol_device",
    "forgive_pin",
    "give_role",
    "join_post",
    "leave_post",
    "random_password",
    "remove_pin",
    "require_at_post",
    "reset_password",
    "retire_post",
    "revoke_device",
    "set_pin",
    "verify_pin",
)
