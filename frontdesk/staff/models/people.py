"""People who work here: accounts, what they are in which office, and the desk PCs they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import Scoped, office_id_of
from frontdesk.kit.versions import Versioned
from frontdesk.staff.querysets import DeviceQuerySet, MembershipQuerySet, UserManager, offices_of
from frontdesk.staff.roles import EVERYWHERE, GRANTS, ROLES, Role, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Office

PIN_TRIES = 5
"""Wrong PINs after which only the password opens an account."""


class User(AbstractBaseUser, PermissionsMixin, Versioned):
    """员工账号 · one person's way in."""

    class Language(models.TextChoices):
        """The language a person reads the pages in."""

        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    class Colour(models.IntegerChoices):
        """The colour behind a person's name and initial: `hue-0` to `hue-7` of the style, dark under white letters."""

        TEAL = 0, _("Teal")
        OCHRE = 1, _("Ochre")
        PURPLE = 2, _("Purple")
        GREEN = 3, _("Green")
        CRIMSON = 4, _("Crimson")
        BLUE = 5, _("Blue")
        COFFEE = 6, _("Coffee")
        GREY = 7, _("Grey")

    username = models.CharField(_("account"), max_length=40, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    colour = models.PositiveSmallIntegerField(_("colour"), choices=Colour, default=Colour.TEAL)
    is_active = models.BooleanField(_("can log in"), default=True)
    is_staff = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    pin = models.CharField(max_length=128, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    session_epoch = models.PositiveIntegerField(default=0)
    preferences = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name",)
    masked_fields = frozenset({"phone"})
    hidden_fields = frozenset({"password", "pin", "preferences", "last_login", "session_epoch", "pin_failures"})
    verbs = {
        "login": _("logged in"),
        "login_by_pin": _("logged in by PIN"),
        "logout": _("logged out"),
        "unlock": _("unlocked the screen"),
        "login_failed": _("Log-in failed: wrong password"),
        "login_throttled": _("Log-in refused after too many wrong passwords"),
        "pin_failed": _("Wrong PIN"),
        "pin_blocked": _("PIN refused after too many wrong tries"),
        "switch_office": _("switched the office"),
        "create_account": _("made the account"),
        "edit_account": _("changed the account"),
        "edit_profile": _("changed phone, language or colour"),
        "disable_account": _("closed the account"),
        "enable_account": _("opened the account again"),
        "reset_password": _("set a new password"),
        "change_password": _("changed the password"),
        "set_pin": _("set a PIN"),
        "remove_pin": _("gave up the PIN"),
        "make_feed": _("made an address by which a calendar reads their shifts"),
        "stop_feed": _("stopped the address by which a calendar reads their shifts"),
    }

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Keep names of accounts in one spelling, so that capitals and full-width letters do not matter at log-in."""
        return super().normalize_username(username).strip().lower()

    def get_absolute_url(self) -> str:
        """Return the page of this colleague."""
        return reverse("staff:member", args=[self.pk])

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """What this person is today, read once per request."""
        return list(self.memberships.active().select_related("office"))

    def offices(self) -> list[Office]:
        """Return the offices this person is something in, by code; company-wide roles name none."""
        found = {row.office_id: row.office for row in self.active_memberships if row.office}
        return sorted(found.values(), key=lambda office: office.code)

    def visible_office_ids(self) -> set[int] | None:
        """Return the offices this person may look into; None means every office."""
        if any(row.role in EVERYWHERE for row in self.active_memberships):
            return None
        return offices_of(self.active_memberships)

    def offices_where(self, perm: str) -> set[int] | None:
        """Return the offices in which this person may do `perm`; None means every office."""
        roles = ROLES.roles_with(perm) if self.is_active else frozenset()
        rows = [row for row in self.active_memberships if row.role in roles]
        return None if any(row.role in EVERYWHERE for row in rows) else offices_of(rows)

    def roles_in(self, office_id: int | None) -> set[str]:
        """Return the roles held in an office, company-wide ones included; with None, all roles anywhere."""
        rows = self.active_memberships
        return {row.role for row in rows if office_id is None or row.office_id in (office_id, None)}

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer for the office of `obj`; without one, whether it may be done in any office at all."""
        if isinstance(obj, User):
            return self.standing_in(None).may(perm) and (perm not in ROLES.all or self._may_about(perm, obj))
        return self.standing_in(None if obj is None else office_id_of(obj)).may(perm)

    def standing_in(self, office_id: int | None) -> Standing:
        """Return what decides what this person may do in an office; with None, in any."""
        return Standing(frozenset(self.roles_in(office_id)), self.is_active, self.is_superuser)

    def may_give(self, role: str, office_id: int | None) -> bool:
        """Answer whether this person may make somebody `role` in an office, or end it (`GRANTS`)."""
        held = (
            self.roles_in(office_id)
            if office_id
            else {row.role for row in self.active_memberships if not row.office_id}
        )
        return self.is_active and any(role in GRANTS.get(own, ()) for own in held)

    def _may_about(self, perm: str, other: User) -> bool:
        """An account belongs to no office: it is in the hands of who could give every role it holds, never its own."""
        rows = other.active_memberships or list(other.memberships.all())
        if perm != "staff.change_member":
            mine = self.visible_office_ids()
            return mine is None or any(
                row.office_id in mine and perm in ROLES.permissions(self.roles_in(row.office_id))
                for row in other.memberships.all()
            )
        if other.pk == self.pk or (other.is_superuser and not self.is_superuser):
            return False
        return all(self.may_give(row.role, row.office_id) for row in rows) if rows else self.may_give(Role.ADMIN, None)

    @property
    def hue(self) -> int:
        """The number of this person's colour in the style."""
        return self.colour % len(self.Colour)

    @property
    def initial(self) -> str:
        """The one character that stands for this person."""
        return str(self)[:1].upper()

    @property
    def has_pin(self) -> bool:
        """Whether a PIN opens this account now: one is set, and it was not guessed at too often."""
        return bool(self.pin) and self.pin_failures < PIN_TRIES

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        """Answer for several permissions at once."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """End every session when the password, the roles or the way in change."""
        parts = f"{self.password}|{self.session_epoch}|{self.is_active}"
        return salted_hmac("frontdesk.staff.session", parts, secret=secret, algorithm="sha256").hexdigest()


class Membership(Scoped):
    """任职 · one person, one role, one office, from–to; company-wide roles name no office."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("colleague"))
    office = models.ForeignKey(
        "estate.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("office"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    verbs = {
        "give_role": _("gave a role"),
        "end_role": _("ended a role"),
        "take_back_role": _("took back a role"),
    }

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_dates"),
            models.CheckConstraint(
                condition=Q(office__isnull=True, role__in=sorted(EVERYWHERE))
                | Q(office__isnull=False) & ~Q(role__in=sorted(EVERYWHERE)),
                name="membership_office_by_role",
            ),
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=Q(ends__isnull=True),
                name="one_open_membership",
            ),
        )
        ordering = ("starts", "pk")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        """Return the page of whose role it is."""
        return self.user.get_absolute_url()

    @property
    def is_open(self) -> bool:
        """Whether this role is in force or still to begin."""
        return self.ends is None or self.ends >= local_date()


class Device(Scoped):
    """前台电脑 · a PC at the desk on which its clerks may switch by PIN."""

    office = models.ForeignKey("estate.Office", on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(_("name of the PC"), max_length=40)
    token = models.CharField(max_length=64, unique=True)
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(_("since"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("taken off"), null=True)

    objects = DeviceQuerySet.as_manager()
    hidden_fields = frozenset({"token"})
    verbs = {"enrol_device": _("made this PC a desk"), "revoke_device": _("took this PC off")}

    class Meta:
        ordering = ("-enrolled_at",)
        verbose_name = _("desk PC")
        verbose_name_plural = _("desk PCs")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the list of desk PCs; one PC has no page of its own."""
        return reverse("staff:device_list")
