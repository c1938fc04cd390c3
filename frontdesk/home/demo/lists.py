"""The demonstration's own lists for tickets: the usual ones, its departments' people, its contractors; and its clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complaints.models import Category, Cause, Contractor, Department, Part, Ticket
from complaints.services.catalogue import create_defaults
from complaints.services.clocks import fill_deadlines
from complaints.services.settings import settings_of, targets_of
from frontdesk.kit.working_hours import WorkingHours
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.models import Pause
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CONTRACTORS = (
    ("捷安电梯维保", "电梯", "谢工", "13800138001"),
    ("宏达防水工程", "防水", "邓建平", "13800138002"),
    ("恒基装饰工程", "土建、装饰", "沈国平", "13800138003"),
    ("鼎固门窗", "门窗", "曾志明", "13800138004"),
    ("安消科技", "消防维保", "袁工", "13800138005"),
)


class Lists:
    """One office's lists by name, who belongs to which department, and its clocks, read once for all tickets."""

    def __init__(self, office: Office, team: dict[str, list[User]]) -> None:
        create_defaults(office)
        rows = (Contractor(office=office, name=n, trade=t, contact=c, phone=p) for n, t, c, p in CONTRACTORS)
        self.contractors = {row.name: row for row in Contractor.objects.bulk_create(rows)}
        self.categories = {
            f"{row.parent.name}/{row.name}" if row.parent else row.name: row
            for row in Category.objects.of_office(office).select_related("parent", "department")
        }
        self.parts: dict[str, Any] = {row.name: row for row in Part.objects.of_office(office)}
        self.causes: dict[str, Any] = {row.name: row for row in Cause.objects.of_office(office)}
        self.members = self._fill_departments(office, team)
        own = settings_of(office)
        self.hours = WorkingHours(office, own.opens_at, own.closes_at)
        self.all_hours = WorkingHours(office, own.opens_at, own.closes_at, around_the_clock=True)
        self.targets = targets_of(office)

    @staticmethod
    def _fill_departments(office: Office, team: dict[str, list[User]]) -> dict[int, list[User]]:
        stewards = team[Role.STEWARD]
        people = {
            "工程部": team[Role.ENGINEER],
            "客服部": team[Role.CLERK] + stewards,
            "秩序部": stewards,
            "保洁部": stewards[:1],
            "绿化部": stewards[-1:],
        }
        members = {row.pk: people[row.name] for row in Department.objects.of_office(office)}
        through = Department.members.through
        through.objects.bulk_create(
            through(department_id=key, user_id=user.pk) for key, users in members.items() for user in users
        )
        return members

    def set_clocks(self, ticket: Ticket, pauses: Sequence[Pause] = ()) -> None:
        """Write onto a ticket by when each step is to be made."""
        target = self.targets[ticket.kind, ticket.urgent]
        fill_deadlines(ticket, target, self.all_hours if target.around_the_clock else self.hours, pauses)
