"""The page of one record: its card, the acts it allows, its files, and all that was done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.listing.links import Link, links
from frontdesk.kit.pages.base import Page
from frontdesk.kit.pages.history import entries_of
from frontdesk.kit.workflow import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.listing.links import Action
    from frontdesk.kit.pages.history import Entry


class DetailPage(Page):
    """A record.

    Attributes:
        card: template part that shows the record.
        state_tones: state → tone of the badge beside the heading.
        edit_permission: draws the button to the record's `_edit` page.
        actions: further buttons, reversed with the record's pk.
        attachments: whether files can hang on the record.
        activity: whether its history is shown.

    """

    card: ClassVar[str] = ""
    state_tones: ClassVar[Mapping[str, str]] = {}
    edit_permission: ClassVar[str] = ""
    actions: ClassVar[tuple[Action, ...]] = ()
    attachments: ClassVar[bool] = False
    activity: ClassVar[bool] = True
    template_name = "pages/detail.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        self.require(self.object)
        part = self.in_place and request.htmx.target == "card"  # type: ignore[attr-defined]
        response = self.respond(self._context(), template="pages/_card.html" if part else "")
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_title(self) -> str:
        return str(self.title or self.object)

    def get_context(self) -> dict[str, Any]:
        """Return what the card shows besides the record."""
        return {}

    def get_entries(self) -> tuple[list[Entry], bool]:
        """Return what was done to the record, and whether there is more than is shown."""
        return entries_of(self.object, viewer=self.user, everything=self._wants_all())

    def _context(self) -> dict[str, Any]:
        obj = self.object
        moves = self._moves()
        entries, more = self.get_entries() if self.activity else ([], False)
        return {
            "object": obj,
            self.name: obj,
            "card": self.card,
            "badge": self._badge(),
            "moves": [move for move in moves if move.style != "minor"],
            "minor": [move for move in moves if move.style == "minor"],
            "actions": [*self._edit(), *links(self.actions, self.user, obj, obj.pk)],
            "attachments": self.attachments,
            "activity": self.activity,
            "entries": entries,
            "more_url": "?activity=all" if more else "",
            "print": self.request.GET.get("print") == "1",
            **self.get_context(),
        }

    def _wants_all(self) -> bool:
        return self.request.GET.get("activity") == "all"

    def _badge(self) -> tuple[str, str] | None:
        if not self.state_tones:
            return None
        return self.object.get_state_display(), self.state_tones.get(self.object.state, "neutral")

    def _moves(self) -> list[Link]:
        """Return the moves as buttons; only the first primary one is drawn as such."""
        made: list[Link] = []
        for move in allowed(self.object, self.user) if hasattr(self.object, "process") else ():
            is_second = move.style == "primary" and any(link.style == "primary" for link in made)
            href = self.url("_move", self.object.pk, move.name)
            made.append(Link(move.label, href, move.icon, "secondary" if is_second else move.style))
        return made

    def _edit(self) -> list[Link]:
        href = self.url("_edit", self.object.pk) if self.edit_permission else ""
        may = href and self.user.has_perm(self.edit_permission, self.object)
        return [Link(_("Edit"), href, "pencil")] if may else []
