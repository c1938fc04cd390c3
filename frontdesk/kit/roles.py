"""The one question: may this person do this here? Apps state who may in one table, `RoleTable`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from frontdesk.kit.scoping import OfficeUser


class RoleTable:
    """Role code → permissions ("app.verb_noun"), read once at start."""

    def __init__(self, rows: Mapping[str, Iterable[str]]) -> None:
        self._rows = {role: frozenset(perms) for role, perms in rows.items()}
        self.all: frozenset[str] = frozenset().union(*self._rows.values())
        self._together: dict[frozenset[str], frozenset[str]] = {}

    def permissions(self, roles: Iterable[str]) -> frozenset[str]:
        """Return everything these roles may do together."""
        held = frozenset(roles)
        if held not in self._together:  # asked some hundred times a page; as many answers as there are such sets
            self._together[held] = frozenset().union(*(self._rows.get(role, frozenset()) for role in held))
        return self._together[held]

    def roles_with(self, perm: str) -> frozenset[str]:
        """Return the roles that may do `perm`; used to find whom to tell."""
        return frozenset(role for role, perms in self._rows.items() if perm in perms)


def require(user: OfficeUser, perm: str, obj: Any = None) -> None:
    """Stop with 403 when this person may not do `perm` in the office of `obj`."""
    if not user.has_perm(perm, obj):
        raise PermissionDenied(perm)
