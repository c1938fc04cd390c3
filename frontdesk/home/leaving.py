"""What stays open when somebody goes, office by office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from complaints.models import Department, Ticket
from frontdesk.estate.models import Building, Office
from keys.models import Loan

if TYPE_CHECKING:
    from frontdesk.staff.models import User


@dataclass
class Leaving:
    """A person's open work in one office."""

    person: User
    office: Office
    followed: list[Ticket] = field(default_factory=list)
    in_hand: list[Ticket] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)
    key_loans: list[Loan] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left to hand on."""
        return not (self.key_loans or self.has_to_hand_on)

    @property
    def has_to_hand_on(self) -> bool:
        """Whether something goes to a colleague; keys are brought back to the desk instead."""
        return bool(self.followed or self.in_hand or self.buildings or self.departments)


def left_by(person: User, offices: list[Office]) -> list[Leaving]:
    """Return a person's open work in these offices: five queries however many there are."""
    found = {office.pk: Leaving(person, office) for office in offices}
    tickets = Ticket.objects.filter(office__in=found).select_related("unit").by_urgency()
    for ticket in tickets.followed_by(person):
        found[ticket.office_id].followed.append(ticket)
    for ticket in tickets.in_the_hands_of(person):
        found[ticket.office_id].in_hand.append(ticket)
    for building in Building.objects.filter(office__in=found, steward=person):
        found[building.office_id].buildings.append(building)
    for department in Department.objects.filter(office__in=found).of_member(person):
        found[department.office_id].departments.append(department)
    for loan in Loan.objects.filter(office__in=found).held_by(person).order_by("due_at", "pk"):
        found[loan.office_id].key_loans.append(loan)
    return list(found.values())
