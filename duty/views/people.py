"""Who is on the roster, and when they can never work."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.forms.people import EndForm, RosteredForm, UnavailabilityForm
from duty.forms.rosters import NothingForm
from duty.models import Rostered, Unavailability
from duty.services import people
from duty.tables import ADD_PERSON, RULES, SHIFTS, RosteredTable
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage

CHANGE = people.CHANGE


class RosteredList(ListPage):
    """排班人员 · the colleagues an office's rosters are made of."""

    table = RosteredTable
    title = _("Colleagues on the roster")
    permission = CHANGE
    actions = (ADD_PERSON, SHIFTS, RULES)


class RosteredDetail(DetailPage):
    """How one colleague is rostered, and when they can never work."""

    model = Rostered
    permission = CHANGE
    related = ("office", "person")
    card = "duty/_rostered.html"
    edit_permission = CHANGE

    def get_context(self) -> dict[str, Any]:
        """Add what is fixed, and the ways to change it."""
        row = self.object
        moves = [Link(_("Add fixed unavailability"), reverse("duty:unavailability_add", args=[row.pk]), "calendar-x")]
        if row.ends is None:
            moves.append(Link(_("Take off the roster"), self.url("_end", row.pk), "box-arrow-right"))
        return {"moves": moves, "never": list(row.unavailabilities.select_related("shift_type"))}


class RosteredAdd(FormPage):
    """Put a colleague on the roster."""

    model = Rostered
    form_class = RosteredForm
    permission = CHANGE
    title = _("Put a colleague on the roster")
    success = _("On the roster: %(object)s")
    save = people.add_rostered


class RosteredEdit(FormPage):
    """Change how a colleague is rostered."""

    model = Rostered
    form_class = RosteredForm
    permission = CHANGE
    title = _("Change how they are rostered")
    save = people.edit_rostered


class RosteredEnd(MovePage):
    """Take a colleague off the roster after a day."""

    model = Rostered
    permission = CHANGE
    related = ("office", "person")
    title = _("Take off the roster")
    text = _("What they worked stays. In months after the last day they are not planned any more.")
    form_class = EndForm
    service = people.end_rostered


class UnavailabilityAdd(FormPage):
    """A weekday or shift on which somebody can never work."""

    model = Unavailability
    parent = Rostered
    form_class = UnavailabilityForm
    permission = CHANGE
    title = _("Fixed unavailability")
    save = people.add_unavailability

    def get_success_url(self, _obj: Any) -> str:
        return self.parent.get_absolute_url()


class UnavailabilityRemove(MovePage):
    """Take it back."""

    model = Unavailability
    permission = CHANGE
    related = ("rostered__office", "rostered__person", "shift_type")
    title = _("They can work then again")
    form_class = NothingForm
    service = people.remove_unavailability

    def perform(self, form: Any) -> Any:  # noqa: ARG002 - nothing is asked for
        return people.remove_unavailability(self.object, by=self.user)

    def frame(self) -> dict[str, Any]:
        row = self.object.rostered
        return {
            "title": self.get_title(),
            "crumbs": [
                (Rostered._meta.verbose_name_plural, reverse("duty:rostered_list")),
                (str(row), row.get_absolute_url()),
            ],
            "user": self.user,
            "office": self.office,
        }

    def back_url(self) -> str:
        return self.object.rostered.get_absolute_url()

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()
