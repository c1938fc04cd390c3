"""What may be asked of the list of colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.listing import ChoiceFilter, DeskFilterSet
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role
from frontdesk.staff.tables import STANDING

if TYPE_CHECKING:
    from frontdesk.staff.querysets import UserQuerySet


class MemberFilter(DeskFilterSet):
    """By role held today, by whether they still work here, by name, account or phone."""

    role = ChoiceFilter(label=_("Role"), choices=Role.choices, method="with_role")
    standing = ChoiceFilter(label=_("State"), choices=STANDING)

    class Meta:
        model = User
        search = ("name", "username", "phone")

    def with_role(self, queryset: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep who holds this role today in the office looked from."""
        return queryset.at_work(self.office, value)
