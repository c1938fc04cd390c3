"""Pages of vehicles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from frontdesk.estate import services
from frontdesk.estate.filters import VehicleFilter
from frontdesk.estate.forms.people import VehicleForm
from frontdesk.estate.models import Person, Vehicle
from frontdesk.estate.tables import VehicleTable
from frontdesk.kit.pages import FormPage, ListPage, MovePage


class VehicleList(ListPage):
    """R-EST-03: vehicles on the register."""

    table = VehicleTable
    filterset = VehicleFilter
    title = _("Vehicles")
    permission = "estate.view_person"
    export_permission = "estate.export_unit"
    words = ("current",)


class VehicleAdd(FormPage):
    """Register a vehicle of a person."""

    model = Vehicle
    parent = Person
    form_class = VehicleForm
    permission = "estate.change_vehicle"
    title = _("Add a vehicle")
    save = services.add_vehicle


class VehicleEdit(FormPage):
    """Change a vehicle."""

    model = Vehicle
    words = ("current",)
    related = ("person", "office")
    form_class = VehicleForm
    permission = "estate.change_vehicle"
    title = _("Edit the vehicle")
    save = services.edit_vehicle


class VehicleRemove(MovePage):
    """Take a vehicle off the register."""

    model = Vehicle
    words = ("current",)
    related = ("person", "office")
    permission = "estate.change_vehicle"
    title = _("Take the vehicle off the register")
    button = _("Take off")
    style = "danger"
    service = services.remove_vehicle
