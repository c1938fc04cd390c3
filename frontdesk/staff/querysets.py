"""Words to read accounts and memberships by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When

from frontdesk.kit.calendar import local_date
from frontdesk.kit.models import Activity
from frontdesk.kit.scoping import ScopedQuerySet
from frontdesk.staff.roles import ROLES, STEWARDING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.kit.scoping import OfficeUser


class MembershipQuerySet(ScopedQuerySet):
    """Who is what, where, from when to when."""

    def active(self, on: dt.date | None = None) -> Self:
        """Keep those in force on a date, today by default; the last day still counts."""
        day = on or local_date()
        return self.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gte=day))


class DeviceQuerySet(ScopedQuerySet):
    """PCs at the desk."""

    def in_use(self) -> Self:
        """Leave out those that were taken off."""
        return self.filter(revoked_at__isnull=True)

    def with_standing(self) -> Self:
        """Say of each PC whether it is in use or was taken off: `standing`."""
        return self.annotate(
            standing=Case(When(revoked_at__isnull=True, then=Value("in_use")), default=Value("taken_off"))
        )


class PostQuerySet(ScopedQuerySet):
    """Places somebody answers for."""

    def in_use(self) -> Self:
        """Leave out those given up."""
        return self.filter(retired_at__isnull=True)

    def keeping(self, what: str) -> Self:
        """Keep the post at which an office's "keys" or "money" are."""
        return self.in_use().filter(**{f"keeps_{what}": True})


class HoldingQuerySet(ScopedQuerySet):
    """Who was at which post when."""

    def open(self) -> Self:
        """Keep who is there now."""
        return self.filter(until__isnull=True)

    def holders(self) -> Self:
        """Keep who answers for the post, not those who help."""
        return self.filter(kind="holder")

    def helpers(self) -> Self:
        """Keep who works beside the holder or covers for them."""
        return self.exclude(kind="holder")

    def between(self, since: dt.datetime, until: dt.datetime | None) -> Self:
        """Keep who was there at some moment between two; without the second, until now."""
        rows = self.filter(Q(until__isnull=True) | Q(until__gt=since))
        return rows if until is None else rows.filter(since__lt=until)


class UserQuerySet(models.QuerySet):
    """Accounts."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep the people of the offices this person belongs to, past members too."""
        ids = user.visible_office_ids()
        return self if ids is None else self.filter(pk__in=_memberships().filter(office__in=ids).values("user"))

    def where_may(self, user: OfficeUser, perm: str) -> Self:
        """Keep the people of the offices in which this person may do `perm`, past members too."""
        ids = user.offices_where(perm)
        return self if ids is None else self.filter(pk__in=_memberships().filter(office__in=ids).values("user"))

    def of_office(self, office: Any) -> Self:
        """Keep one office's people, past members too."""
        return self if office is None else self.filter(pk__in=_memberships().filter(office=office).values("user"))

    def at_work(self, office: Any = None, *roles: str) -> Self:
        """Keep who is something today, in an office or with None anywhere, in one of these roles if any are named."""
        rows = _memberships().active().of_office(office)
        if roles:
            rows = rows.filter(role__in=roles)
        return self.filter(is_active=True, pk__in=rows.values("user"))

    def with_standing(self, office: Any = None) -> Self:
        """Say of each person whether they are at work, have left, or their account is closed: `standing`."""
        present = _memberships().active().of_office(office).filter(user=OuterRef("pk"))
        return self.annotate(
            standing=Case(
                When(is_active=False, then=Value("closed")),
                When(Exists(present), then=Value("at_work")),
                default=Value("left"),
            )
        )

    def left(self, office: Any = None) -> Self:
        """Keep who is nothing any more, in an office or with None anywhere."""
        return self.exclude(pk__in=_memberships().active().of_office(office).values("user"))

    def working_in(self, office: Any, *roles: str) -> Self:
        """Keep the people who may act in an office today, in one of these roles if any are named."""
        return self.none() if office is None else self.at_work(office, *roles)

    def with_roles_in(self, office: Any) -> Self:
        """Bring along what each person is today in an office, with None in all of them, as `present`."""
        rows = _memberships().active().of_office(office).select_related("office")
        return self.prefetch_related(Prefetch("memberships", rows, to_attr="present"))

    def who_may(self, perm: str, office: Any) -> Self:
        """Keep the people who may do `perm` in an office today: whom to tell."""
        return self.working_in(office, *ROLES.roles_with(perm))

    def acting_since(self, at: dt.datetime, office: Any) -> Self:
        """Keep who has done something for an office since a moment: who sits there, as far as anybody can tell."""
        rows = Activity.objects.filter(office=office, at__gte=at, actor__isnull=False)
        return self.filter(pk__in=rows.values("actor"))

    def who_steward(self, office: Any) -> Self:
        """Keep the people who may look after a building of an office today."""
        return self.working_in(office, *STEWARDING)

    def rarest_colour(self, office: Any = None) -> int:
        """Return the colour the fewest open accounts of an office have, with None of all; the first of several."""
        taken = Counter(self.of_office(office).filter(is_active=True).values_list("colour", flat=True))
        model: Any = self.model
        return min(model.Colour, key=lambda colour: taken[colour])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Any:
        """Make an account; without a password nobody can log in to it."""
        if "colour" not in fields:
            fields["colour"] = self.rarest_colour()
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> Any:
        """Make an account for Django's own admin site."""
        return self.create_user(username, password, **{"is_staff": True, "is_superuser": True, **fields})


def _memberships() -> MembershipQuerySet:
    rows: MembershipQuerySet = apps.get_model("staff.Membership").objects.all()  # the model stands on this module
    return rows


def offices_of(memberships: Iterable[Any]) -> set[int]:
    """Return the office ids of memberships that name one."""
    return {row.office_id for row in memberships if row.office_id is not None}
