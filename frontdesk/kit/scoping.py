"""Which rows a person may see: every model names its way to the office, one word filters by it."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, Self

from django.core.exceptions import FieldDoesNotExist
from django.db import models


class OfficeUser(Protocol):
    """What the kit asks of an account."""

    pk: Any

    def visible_office_ids(self) -> set[int] | None:
        """Return the offices this person may look into; None means every office."""

    def offices_where(self, perm: str) -> set[int] | None:
        """Return the offices in which this person may do `perm`; None means every office."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer whether this person may do `perm` in the office of `obj`."""


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to one office each."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep the rows of the offices this person belongs to; company and administrators see all."""
        return self._of_offices(user.visible_office_ids())

    def where_may(self, user: OfficeUser, perm: str) -> Self:
        """Keep the rows of the offices in which this person may do `perm`; one may be a clerk here, a guard there."""
        return self._of_offices(user.offices_where(perm))

    def of_office(self, office: Any) -> Self:
        """Keep one office's rows; with None, as when the company looks at all, keep every row."""
        return self if office is None else self.filter(**{self._office_path(): office})

    def _of_offices(self, ids: set[int] | None) -> Self:
        return self if ids is None else self.filter(**{f"{self._office_path()}__in": ids})

    def _office_path(self) -> str:
        return self.model.office_path  # type: ignore[attr-defined]


class Scoped(models.Model):
    """A table whose rows each belong to one office, found by `office_path`."""

    office_path: ClassVar[str] = "office"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


def office_of(obj: Any) -> Any:
    """Return the office a row belongs to, following its `office_path`; None for what has none."""
    path = getattr(obj, "office_path", None)
    if path is None:
        return None
    if path == "pk":
        return obj
    for step in path.split("__"):
        if obj is None:
            return None
        obj = getattr(obj, step)
    return obj


def office_id_of(obj: Any) -> int | None:
    """Return the office's id without loading the office where the row itself holds it."""
    path = getattr(obj, "office_path", None)
    if path is None:
        return None
    if path == "pk":
        return obj.pk
    if "__" not in path:
        try:
            return getattr(obj, obj._meta.get_field(path).attname)
        except FieldDoesNotExist:
            pass
    office = office_of(obj)
    return None if office is None else office.pk
