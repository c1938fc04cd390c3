"""What the office does with its register, as verbs."""

from frontdesk.estate.services.assets import (
    accept_unit,
    idle_unit,
    rent_unit,
    sell_unit,
    take_back_unit,
    transfer_unit,
    use_unit,
)
from frontdesk.estate.services.documents import edit_document, file_document, lend_document, return_document
from frontdesk.estate.services.finding import (
    PERSON,
    UNIT,
    VEHICLE,
    index_person,
    index_unit,
    index_vehicle,
    person_terms,
)
from frontdesk.estate.services.generator import UnitPlan, generate_units, make_units, preview_units
from frontdesk.estate.services.ground import (
    add_area,
    add_building,
    add_entrance,
    add_unit,
    edit_area,
    edit_building,
    edit_entrance,
    edit_unit,
)
from frontdesk.estate.services.holidays import add_holiday, remove_holiday
from frontdesk.estate.services.merging import doubles, merge_people, tell_apart
from frontdesk.estate.services.offices import add_office, edit_office
from frontdesk.estate.services.people import (
    AlreadyRegisteredError,
    add_person,
    add_phone,
    edit_person,
    first_phone,
    register_person,
    remove_phone,
)
from frontdesk.estate.services.revealing import (
    SECONDS_SHOWN,
    Revealed,
    note_phone_search,
    reveal_person,
    watch_reveals,
)
from frontdesk.estate.services.tenures import edit_tenure, end_tenure, move_in, move_out
from frontdesk.estate.services.vehicles import add_vehicle, edit_vehicle, remove_vehicle, vehicles_of

__all__ = (
    "PERSON",
    "SECONDS_SHOWN",
    "UNIT",
    "VEHICLE",
    "AlreadyRegisteredError",
    "Revealed",
    "UnitPlan",
    "accept_unit",
    "add_area",
    "add_building",
    "add_entrance",
    "add_holiday",
    "add_office",
    "add_person",
    "add_phone",
    "add_unit",
    "add_vehicle",
    "doubles",
    "edit_area",
    "edit_building",
    "edit_document",
    "edit_entrance",
    "edit_office",
    "edit_person",
    "edit_tenure",
    "edit_unit",
    "edit_vehicle",
    "end_tenure",
    "file_document",
    "first_phone",
    "generate_units",
    "idle_unit",
    "index_person",
    "index_unit",
    "index_vehicle",
    "lend_document",
    "make_units",
    "merge_people",
    "move_in",
    "move_out",
    "note_phone_search",
    "person_terms",
    "preview_units",
    "register_person",
    "remove_holiday",
    "remove_phone",
    "remove_vehicle",
    "rent_unit",
    "return_document",
    "reveal_person",
    "sell_unit",
    "take_back_unit",
    "tell_apart",
    "transfer_unit",
    "use_unit",
    "vehicles_of",
    "watch_reveals",
)
