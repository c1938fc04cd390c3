"""Words to read the lists an office keeps for its tickets."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce

from frontdesk.kit.scoping import ScopedQuerySet

TREE = ("branch_position", "branch_name", "branch_pk", "depth", "position", "name")
"""The order of `CategoryQuerySet.as_tree` within one office."""


class CatalogueQuerySet(ScopedQuerySet):
    """An office's own lists."""

    def in_use(self, also: int | None = None) -> Self:
        """Keep what can be chosen today, and what a record names already."""
        return self.filter(Q(is_active=True) | Q(pk=also))


class CategoryQuerySet(CatalogueQuerySet):
    """What calls are about: branches and what hangs on them."""

    def in_use(self, also: int | None = None) -> Self:
        """Keep what can be chosen today, each branch before its own; what hangs on a branch set aside is so, too."""
        off = Q(parent__isnull=False, parent__is_active=False)
        return super().in_use(also).exclude(off & ~Q(pk=also)).as_tree()

    def as_tree(self) -> Self:
        """Order as the tree reads: each branch, then what hangs on it; the offices one after the other."""
        rows = self.select_related("parent").annotate(
            branch_position=Coalesce("parent__position", "position"),
            branch_name=Coalesce("parent__name", "name"),
            branch_pk=Coalesce("parent_id", "pk"),
            depth=Case(When(parent__isnull=True, then=Value(0)), default=Value(1)),
        )
        return rows.order_by("office__code", *TREE)


class DepartmentQuerySet(CatalogueQuerySet):
    """The office's teams."""

    def of_member(self, user: Any) -> Self:
        """Keep the teams this person belongs to."""
        return self.filter(members=user)
