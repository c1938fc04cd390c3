"""What home itself does: it hands on what a leaver leaves behind, across the apps below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from complaints.services import reassign_open
from frontdesk.estate.models import Building
from frontdesk.estate.services import edit_building
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User


def hand_over(
    leaver: User,
    *,
    office: Office,
    by: User,
    followed_to: User | None = None,
    in_hand_to: User | None = None,
    buildings_to: User | None = None,
    leaves_departments: bool = False,
) -> int:
    """Give what a leaver has open in one office to colleagues, each kind to its own; return how many things moved.

    A kind without a colleague stays where it is; out of departments, what came through them goes back to them. All or
    nothing.

    Raises:
        DeskError: a colleague may not take over what was meant for them.

    """
    require(by, "staff.reassign_work", office)
    moved = 0
    with transaction.atomic():
        if followed_to:
            moved += reassign_open(leaver, office=office, to=followed_to, by=by, only="followed")
        if in_hand_to:
            moved += reassign_open(leaver, office=office, to=in_hand_to, by=by, only="in_hand")
        if leaves_departments:
            moved += reassign_open(leaver, office=office, by=by, only="departments")
        if buildings_to:
            for building in Building.objects.of_office(office).filter(steward=leaver):
                edit_building(building, by=by, steward=buildings_to)
                moved += 1
    return moved
