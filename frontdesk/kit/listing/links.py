"""Addresses of a list: buttons, and the same list with one thing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from frontdesk.kit.scoping import OfficeUser

PASSING = ("page", "export", "print")
"""Parameters that belong to one answer, not to the list: every other link drops them."""

_NUMBER = 918_273_645_546_372_819
_UUID = UUID(int=_NUMBER)


@dataclass(frozen=True)
class Action:
    """A link button: `url` is a URL name, without arguments on lists, with the object's pk on its page."""

    label: Any
    url: str
    permission: str = ""
    icon: str = ""
    style: str = "secondary"


@dataclass(frozen=True)
class Link:
    """An action as the template draws it, for this person and this object."""

    label: Any
    href: str
    icon: str = ""
    style: str = "secondary"


def links(actions: tuple[Action, ...], user: OfficeUser, target: Any, *args: Any) -> list[Link]:
    """Keep the actions this person may do on `target` (an office or an object) and resolve their addresses."""
    return [
        Link(action.label, reverse(action.url, args=args), action.icon, action.style)
        for action in actions
        if not action.permission or user.has_perm(action.permission, target)
    ]


def query(params: QueryDict, **changes: Any) -> str:
    """Return the list's address with some parameters changed; None takes one away, empty ones are left out."""
    # Not on a copy of `params`: QueryDict copies deeply, and a list page asks for some twenty addresses.
    kept = [
        (name, value)
        for name, values in params.lists()
        if name not in PASSING and name not in changes and any(values)
        for value in values
    ]
    return f"?{urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])}"


def url_maker(name: str) -> Callable[[Any], str]:
    """Return a function from pk to address that asks the URL resolver once, not once per row."""
    for stand_in in (_NUMBER, _UUID):
        try:
            before, found, after = reverse(name, args=[stand_in]).partition(str(stand_in))
        except Exception as error:  # noqa: BLE001 - a converter may refuse the stand-in in its own way
            problem = error
            continue
        if found:
            return lambda pk: f"{before}{pk}{after}"
    raise problem
