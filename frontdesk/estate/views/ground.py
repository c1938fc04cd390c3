"""Pages of buildings and entrances."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from frontdesk.estate import services
from frontdesk.estate.forms.ground import BuildingForm, EntranceForm
from frontdesk.estate.grid import staircases_of
from frontdesk.estate.models import Building, Entrance
from frontdesk.estate.tables import GENERATE, BuildingTable
from frontdesk.kit.listing import Action
from frontdesk.kit.pages import DetailPage, FormPage, ListPage


class BuildingList(ListPage):
    """R-EST-01: the buildings of the office."""

    table = BuildingTable
    title = _("Buildings")
    permission = "estate.view_unit"
    words = ("with_counts",)
    actions = (GENERATE, Action(_("Add a building"), "estate:building_add", "estate.change_unit", "plus-lg"))


class BuildingDetail(DetailPage):
    """A building floor by floor."""

    model = Building
    permission = "estate.view_unit"
    related = ("area", "steward", "office")
    card = "estate/_building.html"
    edit_permission = "estate.change_unit"
    actions = (Action(_("Add an entrance"), "estate:entrance_add", "estate.change_unit", "plus-lg"),)

    def get_context(self) -> dict[str, Any]:
        staircases, figures = staircases_of(self.object)
        may = self.user.has_perm("estate.change_unit", self.object)
        return {"staircases": staircases, "figures": figures, "may_change": may}


class BuildingAdd(FormPage):
    """Add a building."""

    model = Building
    form_class = BuildingForm
    permission = "estate.change_unit"
    title = _("New building")
    save = services.add_building


class BuildingEdit(FormPage):
    """Change a building."""

    model = Building
    form_class = BuildingForm
    permission = "estate.change_unit"
    title = _("Edit the building")
    save = services.edit_building


class EntranceAdd(FormPage):
    """Add a staircase."""

    model = Entrance
    parent = Building
    form_class = EntranceForm
    permission = "estate.change_unit"
    title = _("New entrance")
    save = services.add_entrance


class EntranceEdit(FormPage):
    """Rename a staircase."""

    model = Entrance
    form_class = EntranceForm
    permission = "estate.change_unit"
    title = _("Rename the entrance")
    save = services.edit_entrance
