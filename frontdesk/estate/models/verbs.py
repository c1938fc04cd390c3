"""What the acts of the register are called where a record's activity is shown: “Wang Min moved in …”."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STAYS = {
    "move_in": _("registered a stay"),
    "edit_tenure": _("corrected a stay"),
    "end_tenure": _("ended a stay"),
    "move_out": _("registered a move-out"),
}
"""Written down at the unit and at the person alike; see `tells_of`."""

OFFICE = {
    "add_office": _("opened the office"),
    "edit_office": _("changed the settings"),
    "add_holiday": _("entered a day"),
    "remove_holiday": _("took a day back"),
}
BUILDING = {
    "add_building": _("recorded this"),
    "edit_building": _("changed this"),
    "generate_units": _("generated units"),
}
UNIT = {
    **STAYS,
    "add_unit": _("recorded this"),
    "edit_unit": _("changed this"),
    "file_document": _("filed a document"),
    "import_register": _("imported this"),
}
PERSON = {
    **STAYS,
    "add_person": _("registered this person"),
    "edit_person": _("changed this"),
    "add_phone": _("added a phone"),
    "first_phone": _("changed which phone to call first"),
    "remove_phone": _("took a phone off"),
    "add_vehicle": _("registered a vehicle"),
    "remove_vehicle": _("took a vehicle off"),
    "reveal_person": _("looked at the full numbers"),
    "call_person": _("looked at the phone number"),
    "merge_people": _("merged two records"),
    "tell_apart": _("told two people apart"),
    "import_register": _("imported this"),
}
DOCUMENT = {"file_document": _("filed this"), "edit_document": _("changed this")}
