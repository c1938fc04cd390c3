"""What everybody calls about this morning: a lift that stands still (R-TKT-07)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from complaints.models import Caller, Ticket
from frontdesk.home.demo.matters import Matter
from frontdesk.home.demo.story import Story

if TYPE_CHECKING:
    from frontdesk.home.demo.tickets import Ledger

S = Ticket.State
LIFT = Matter(
    "6 栋 1 单元电梯停运",
    "电梯停在 1 楼，门开着，显示屏报故障代码 E12，里面没有人。",
    "",
    place="6 栋 1 单元电梯",
    urgent=True,
    category="电梯/停运",
    part="电梯",
    contractor="捷安电梯维保",
)
ALIKE = (
    (20, "电梯坏了，老人下不了楼", "父亲九点要去医院复诊，走不了楼梯。"),
    (33, "电梯一直停在 1 楼不动", "等了二十分钟，有没有人来修。"),
    (51, "6 栋电梯什么时候能修好", "送货的上不来，想知道大概时间。"),
)
"""Minutes after the first call, what they called about."""
OTHERS = ((44, "推着婴儿车，下不来。"), (63, "问修好以后能不能群里通知一声。"))


class LiftStands:
    """The incident, what belongs to it, and who else called."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.start = ledger.until - dt.timedelta(minutes=95)
        self.homes = [unit for unit in ledger.homes if unit.code.startswith("6-1-") and ledger.grown_up(unit)]
        self.incident = self._first()
        self.children = [self._child(minutes, subject, body) for minutes, subject, body in ALIKE]
        self.callers: list[Caller] = []

    @property
    def stories(self) -> list[Story]:
        """Return its tickets."""
        return [self.incident, *self.children]

    def write(self) -> None:
        """Tie together what has its keys by now."""
        parent = self.incident.ticket
        children = [story.ticket for story in self.children]
        for ticket in children:
            ticket.incident = parent
        Ticket.objects.bulk_update(children, ["incident"])
        for minutes, said in OTHERS:
            caller = Caller(ticket=parent, said=said, called_at=self._at(minutes), taken_by=self.incident.clerk)
            caller.unit = self.homes.pop()
            caller.person = self.ledger.grown_up(caller.unit)
            caller.name, caller.phone = caller.person.name[:40], self.ledger.register.first_phone[caller.person.pk]
            self.callers.append(caller)
            self.incident.note("add_caller", caller.called_at, caller.taken_by, f"{caller.name} · {said}")
        Caller.objects.bulk_create(self.callers)

    def _first(self) -> Story:
        story = Story(self.ledger, self.start, ("public", LIFT))
        self._called(story)
        ticket, hand = story.ticket, self.ledger.lists.members[story.ticket.category.department_id][0]
        contractor = self.ledger.lists.contractors[LIFT.contractor]
        story.clock = self._at(6)
        values = {"contractor": contractor, "assignee": hand, "dispatched_at": story.clock}
        story.act("dispatch_ticket", story.chief, "维保 40 分钟内到场", state=S.DISPATCHED, **values)
        story.clock = self._at(9)
        story.act("accept_ticket", hand, state=S.ACCEPTED, accepted_at=story.clock)
        story.clock = self._at(24)
        story.act("declare_incident", story.chief, "多户来电，统一回复。", is_incident=True)
        story.clock = self._at(48)
        story.act("arrive_ticket", hand, "维保已到，门机板故障，正调配件。", arrived_at=story.clock)
        ticket.channel = Ticket.Channel.PHONE
        return story

    def _child(self, minutes: int, subject: str, body: str) -> Story:
        matter = Matter(subject, body, "", category=LIFT.category, part=LIFT.part)
        story = Story(self.ledger, self._at(minutes), ("help", matter))
        self._called(story)
        story.note("join_incident", self._at(minutes + 3), story.clerk)
        return story

    def _called(self, story: Story) -> None:
        story.called(story.ticket, self.homes.pop())

    def _at(self, minutes: int) -> dt.datetime:
        return self.start + dt.timedelta(minutes=minutes)
