"""What the frame of every page shows: navigation, office, bell. Asked for only by pages that have a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language

from frontdesk.estate.models import Office
from frontdesk.home.navigation import written
from frontdesk.kit.notifications import unread

if TYPE_CHECKING:
    from django.http import HttpRequest

    from frontdesk.home.navigation import Written

HUES = 8
BELL_SHOWS = 99


def shell(request: HttpRequest) -> dict[str, Any]:
    """Offer the frame as `shell`; error and log-in pages never touch it and so cost no query."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}


class Shell:
    """The frame around one page for one person."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = request.user
        self.office: Any = getattr(request, "office", None)
        self.hue = getattr(self.user, "colour", 0) % HUES
        self.initial = str(self.user)[:1].upper()

    @cached_property
    def navigation(self) -> Written:
        """The navigation, at the left and at a phone's bottom."""
        match = self.request.resolver_match
        return written(self.user.standing_in(self.office and self.office.pk), match.view_name if match else "")

    @cached_property
    def may_see_all(self) -> bool:
        """Whether this person may look at all offices together."""
        return self.user.visible_office_ids() is None

    @cached_property
    def offices(self) -> list[Any]:
        """The offices to switch between."""
        if self.may_see_all:
            return list(Office.objects.visible_to(self.user))
        rows = {row.office_id: row.office for row in self.user.active_memberships if row.office_id}
        return sorted(rows.values(), key=lambda office: office.code)

    @cached_property
    def roles(self) -> list[str]:
        """What this person is here, in words."""
        here = self.office and self.office.pk
        rows = self.user.active_memberships
        return list(dict.fromkeys(row.get_role_display() for row in rows if row.office_id in (here, None) or not here))

    @cached_property
    def unread(self) -> int:
        """How many notices wait in the bell."""
        return unread(self.user)

    @property
    def unread_text(self) -> str:
        """The number as it fits on the bell."""
        return f"{BELL_SHOWS}+" if self.unread > BELL_SHOWS else str(self.unread)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages not in use, each by its own name."""
        return [(code, str(name)) for code, name in settings.LANGUAGES if code != get_language()]

    @property
    def idle_seconds(self) -> int:
        """After how long without a touch the screen locks itself (office setting)."""
        return (self.office or Office()).lock_after_minutes * 60

    @property
    def ping_url(self) -> str:
        """Where a page says that somebody is still typing."""
        return reverse("staff:ping")

    @property
    def q(self) -> str:
        """What stands in the search box: the words searched, on the page of their results."""
        match = self.request.resolver_match
        return self.request.GET.get("q", "") if match and match.view_name == "home:search" else ""
