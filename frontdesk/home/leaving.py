"""What stays open when somebody goes, office by office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from complaints.models import Department, Promise, Ticket
from duty.models import Routine, RoutineTask
from frontdesk.estate.models import Building, DocumentLoan, Office
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
    promises: list[Promise] = field(default_factory=list)
    """Made by the person on tickets of others; those on tickets answered for go along with them."""
    loans: list[DocumentLoan] = field(default_factory=list)
    """Papers that are out, lent by or to the person."""

    key_loans: list[Loan] = field(default_factory=list)
    routines: list[Routine] = field(default_factory=list)
    routine_tasks: list[RoutineTask] = field(default_factory=list)
    """What recurs and falls to nobody else, and what is overdue of it: that does not follow the routine."""

    @property
    def can_be_handed_on(self) -> bool:
        """Whether there is something colleagues take over."""
        return bool(self.followed or self.in_hand or self.buildings or self.departments)

    @property
    def to_settle(self) -> list[Any]:
        """What no form hands on: it is settled, or given to somebody on its own page."""
        return [*self.promises, *self.loans, *self.key_loans, *self.routines, *self.routine_tasks]

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left to hand on or to settle."""
        return not (self.can_be_handed_on or self.to_settle)


def left_by(person: User, offices: list[Office]) -> list[Leaving]:
    """Return a person's open work in these offices: nine queries however many there are."""
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
    promises = Promise.objects.open().filter(ticket__office__in=found, made_by=person)
    for promise in promises.exclude(ticket__first_contact=person).select_related("ticket__unit"):
        found[promise.ticket.office_id].promises.append(promise)
    loans = DocumentLoan.objects.out().filter(document__office__in=found)
    for loan in loans.of_person(person).select_related("document"):
        found[loan.document.office_id].loans.append(loan)
    for loan in Loan.objects.filter(office__in=found).held_by(person).order_by("due_at", "pk"):
        found[loan.office_id].key_loans.append(loan)
    for routine in Routine.objects.in_use().filter(office__in=found, person=person):
        found[routine.office_id].routines.append(routine)
    for task in RoutineTask.objects.overdue().filter(office__in=found, person=person).with_its_people():
        found[task.office_id].routine_tasks.append(task)
    return list(found.values())
