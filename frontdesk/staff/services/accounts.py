"""Make, change, close and open accounts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from frontdesk.kit.versions import save_version
from frontdesk.staff.models import Membership, User
from frontdesk.staff.roles import Role
from frontdesk.staff.services.roles import give_role

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""No character that is mistaken for another when read aloud or from paper."""
FIRST_ADMIN = "admin"


def random_password() -> str:
    """Make a password that can be read out: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _i in range(4)) for _j in range(3))


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    role: str,
    office: Office | None,
    starts: dt.date,
    by: User,
    ends: dt.date | None = None,
    phone: str = "",
) -> tuple[User, str]:
    """Make an account with its first role; return it with the password to hand over, shown this once.

    Its colour is one few in the office have: at a shared PC one sees from afar whose session it is.

    Raises:
        PermissionDenied: the actor may not give this role there.
        DeskError: the name of the account is taken.

    """
    password = random_password()
    colour = User.objects.rarest_colour(office)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password, name=name, phone=phone, colour=colour, must_change_password=True
            )
    except IntegrityError as error:
        raise DeskError(_("There is already an account of this name."), field="username") from error
    activity.record(user, "create_account", by=by, after=activity.snapshot(user))
    give_role(user, role=role, office=office, starts=starts, ends=ends, by=by)
    return user, password


def create_first_admin() -> tuple[str, str] | None:
    """Make the administrator of an empty database: (account, password) once, None as soon as there is any account.

    Two servers may start at the same moment: the name of the account is unique, so only one of them makes it.
    """
    if User.objects.exists():
        return None
    password = random_password()
    try:
        with transaction.atomic():
            user = User.objects.create_superuser(
                FIRST_ADMIN, password, name=str(_("Administrator")), must_change_password=True
            )
            Membership.objects.create(user=user, role=Role.ADMIN, starts=local_date())
            activity.record(user, "create_account", by=None, after=activity.snapshot(user))
    except IntegrityError:
        return None
    return user.username, password


@transaction.atomic
def edit_account(user: User, *, by: User, **values: Any) -> User:
    """Change name, phone or language of a colleague.

    Raises:
        Conflict: somebody changed the account since `user` was read.

    """
    require(by, "staff.change_member", user)
    return _save(user, values, "edit_account", by)


@transaction.atomic
def edit_profile(user: User, *, phone: str, language: str, colour: int) -> User:
    """Change one's own phone, language and colour; the name is the manager's to set."""
    return _save(user, {"phone": phone, "language": language, "colour": colour}, "edit_profile", user)


@transaction.atomic
def disable_account(user: User, *, by: User, note: str = "") -> User:
    """Close an account: every session of it ends at once, the record of what it did stays."""
    user = _locked(user, by)
    if not user.is_active:
        raise Conflict(_("This account is closed already."))
    _switch(user, "disable_account", by, note, is_active=False)
    return user


@transaction.atomic
def enable_account(user: User, *, by: User, note: str = "") -> User:
    """Open a closed account again; its roles are what they were, its password must be set anew if it was forgotten."""
    user = _locked(user, by)
    if user.is_active:
        raise Conflict(_("This account is open already."))
    _switch(user, "enable_account", by, note, is_active=True)
    return user


@transaction.atomic
def reset_password(user: User, *, by: User) -> str:
    """Give a colleague a new password, to be changed at the next log-in; return it, shown this once.

    Sessions end and the PIN is gone: whoever asks for a new password may not be the only one who knew the old.
    """
    user = _locked(user, by)
    password = random_password()
    user.set_password(password)
    _switch(user, "reset_password", by, "", must_change_password=True, pin="", pin_failures=0, password=user.password)
    return password


@transaction.atomic
def change_password(user: User, *, password: str) -> User:
    """Set one's own password; every other session of the account ends."""
    fresh = User.objects.select_for_update().get(pk=user.pk)
    fresh.set_password(password)
    _switch(fresh, "change_password", fresh, "", must_change_password=False, password=fresh.password)
    return fresh


def _locked(user: User, by: User) -> User:
    fresh = User.objects.select_for_update().get(pk=user.pk)
    require(by, "staff.change_member", fresh)
    return fresh


def _switch(user: User, verb: str, by: User, note: str, **values: Any) -> None:
    """Write what decides who gets in, end the open sessions, record it."""
    before = activity.snapshot(user)
    for name, value in values.items():
        setattr(user, name, value)
    user.session_epoch += 1
    user.save(update_fields=[*values, "session_epoch"])
    User.objects.filter(pk=user.pk).update(version=F("version") + 1)
    user.refresh_from_db(fields=["version"])
    activity.record(user, verb, by=by, before=before, after=activity.snapshot(user), note=note)


def _save(user: User, values: dict[str, Any], verb: str, by: User) -> User:
    fresh = User.objects.select_for_update().get(pk=user.pk)
    before = activity.snapshot(fresh)
    for name, value in values.items():
        setattr(fresh, name, value)
    save_version(fresh, values, expected=user.version)
    activity.record(fresh, verb, by=by, before=before, after=activity.snapshot(fresh))
    return fresh
