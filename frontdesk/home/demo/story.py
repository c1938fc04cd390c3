"""One ticket from the first word on, with every move that brought it where it stands (R-TKT-01 … R-TKT-07)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from complaints.models import Reopening, Ticket
from frontdesk.home.demo import clock, matters
from frontdesk.kit import activity
from frontdesk.kit.models import Activity
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.estate.models import Unit
    from frontdesk.home.demo.matters import Matter
    from frontdesk.home.demo.tickets import Ledger
    from frontdesk.staff.models import User

S = Ticket.State
Kind, Channel = Ticket.Kind, Ticket.Channel
CHANNELS = {Channel.PHONE: 55, Channel.DESK: 25, Channel.HOTLINE: 6, Channel.FORUM: 8, Channel.VISIT: 6}
BEGIN_CLOCKS = {"dispatch_ticket", "hand_back_ticket", "reopen_ticket", "pause_ticket"}
"""Acts after which a ticket's deadlines are other ones."""
IN_TIME = 0.9
"""How often a step is made before its clock runs out."""


class OutOfTime(Exception):
    """The next thing has not happened yet."""


class Story:
    """One matter; told by drawing, or by a scene that says which."""

    def __init__(self, ledger: Ledger, moment: dt.datetime, told: tuple[str, Matter] | None = None) -> None:
        self.ledger, self.random, self.clock = ledger, ledger.random, moment
        self.lists = ledger.lists
        self.acts: list[tuple[str, dt.datetime, User | None, dict[str, Any], dict[str, Any], str]] = []
        self.closings: list[tuple[Any, dt.datetime]] = []
        self.reopenings: list[Reopening] = []
        name, self.matter = told or self._draw()
        self.kind = Kind.REPAIR if name == "public" else Kind(name)
        self.clerk = self.random.choice(ledger.team[Role.CLERK] + ledger.team[Role.STEWARD][:1])
        self.chief = self.random.choice(ledger.team[Role.SUPERVISOR])
        self.ticket = self._ticket(public=name == "public" or bool(self.matter.place))
        self.lists.set_clocks(self.ticket)
        self.acts.append(("record_ticket", self.clock, self.clerk, {}, {}, ""))

    def _draw(self) -> tuple[str, Matter]:
        name = self.random.choices([*matters.KINDS], [weight for _cases, weight in matters.KINDS.values()])[0]
        return name, self.random.choice(matters.KINDS[name][0])

    def _ticket(self, *, public: bool) -> Ticket:
        random, matter = self.random, self.matter
        spot = random.choice(matters.SPOTS)
        ticket = Ticket(
            office=self.ledger.office,
            kind=self.kind,
            category=self.lists.categories[matter.category],
            channel=random.choices([*CHANNELS], [*CHANNELS.values()])[0],
            urgent=matter.urgent,
            subject=matter.subject.format(spot=spot),
            body=matter.body.format(spot=spot),
            received_at=self.clock,
            first_contact=self.clerk,
        )
        if public and random.random() < 0.4:  # found on patrol, no resident asked
            ticket.channel = Channel.PATROL
            ticket.caller_name = random.choice(self.ledger.team[Role.STEWARD]).name
            ticket.place = matter.place or random.choice(matters.PLACES)
            return ticket
        self.called(ticket, random.choice(self.ledger.homes))
        if public:
            ticket.place = matter.place or random.choice(matters.PLACES)
        elif matter.result and random.random() < 0.5:
            ticket.visit_from = clock.at(
                ticket.received_at.date() + dt.timedelta(days=1), dt.time(random.choice((9, 14, 18)))
            )
            ticket.visit_to = ticket.visit_from + dt.timedelta(hours=2)
        return ticket

    def called(self, ticket: Any, unit: Unit) -> None:
        """Let one of a household's grown-ups be who called."""
        ticket.unit = unit
        ticket.person = self.ledger.grown_up(unit)
        if ticket.person:
            ticket.caller_name = ticket.person.name[:40]
            ticket.caller_phone = self.ledger.register.first_phone[ticket.person.pk]

    def unfold(self) -> None:
        """Let happen what happened until the present; `OutOfTime` ends it."""
        if self.matter.result:
            self._handle()
        elif self.kind in {Kind.SUGGESTION, Kind.PRAISE}:
            self._later(120, 2880)
        else:
            self.clock += dt.timedelta(minutes=self.random.randrange(1, 4))
        self._reply()
        self._archive()
        if self.matter.result and self.random.random() < 0.03:
            self._reopen()

    def _handle(self) -> None:
        random, ticket = self.random, self.ticket
        self._forgotten(0.02)
        self._by(ticket.dispatch_due_at)
        hands = self._hands()
        agreed = clock.by_day(self.clock + dt.timedelta(hours=self.matter.hours)) if random.random() < 0.2 else None
        self._dispatch(hands, ticket.due_at or agreed)
        if random.random() < 0.03:
            self._later(10, 120)
            back = hands["assignee"] or self._member(hands["department"]) or self.chief
            gone = dict.fromkeys(("assignee", "department", "contractor", "dispatched_at", "accepted_at"))
            self.act("hand_back_ticket", back, random.choice(matters.BACK), **gone, state=S.RECORDED)
            self._later(10, 60)
            hands = self._hands()
            self._dispatch(hands, ticket.due_at)
        self._forgotten(0.05)
        self._by(ticket.accept_due_at)
        hand = self._take(hands)
        self._visit(hand)
        self._forgotten(0.05)
        self._by(ticket.finish_due_at)
        self._finish(hand)
        self._forgotten(0.05)
        self._later(20, 900)

    def _hands(self) -> dict[str, Any]:
        """Say who gets it: a contractor, a department for whoever takes it on, or one of the department."""
        random = self.random
        hands = dict.fromkeys(("assignee", "department", "contractor"))
        department = self.ticket.category.department
        if self.matter.contractor:
            follower = self._member(department) if random.random() < 0.6 else None
            return {**hands, "contractor": self.lists.contractors[self.matter.contractor], "assignee": follower}
        return {
            **hands,
            "department": department,
            "assignee": self._member(department) if random.random() < 0.5 else None,
        }

    def _member(self, department: Any) -> User | None:
        return self.random.choice(self.lists.members[department.pk]) if department else None

    def _dispatch(self, hands: dict[str, Any], due_at: dt.datetime | None) -> None:
        values = {"due_at": due_at, "dispatched_at": self.clock, "accepted_at": None, "arrived_at": None}
        self.act("dispatch_ticket", self.chief, state=S.DISPATCHED, **hands, **values)

    def _take(self, hands: dict[str, Any]) -> User:
        """Let somebody take it on, or accept it; a contractor's yes is written down by the dispatcher."""
        taken = {"state": S.ACCEPTED, "accepted_at": self.clock}
        if hands["department"] and not hands["assignee"]:
            hand: Any = self._member(hands["department"])
            self.act("grab_ticket", hand, **taken, assignee=hand)
            return hand
        hand = hands["assignee"] or self.chief
        self.act("accept_ticket", hand, **taken)
        return hand

    def _visit(self, hand: User) -> None:
        """Agree with the resident when to come, come, and say how it stands, as it happens."""
        random, ticket = self.random, self.ticket
        if ticket.unit and not ticket.place and random.random() < 0.25:
            self._later(5, 60)
            start = clock.by_day(self.clock + dt.timedelta(hours=random.randrange(2, 6))).replace(minute=0)
            if self.clock < start < self._due():
                visit = {"visit_from": start, "visit_to": start + dt.timedelta(hours=2), "visit_agreed_at": self.clock}
                self.act("agree_visit", hand, **visit)
                self._wait_until(start)
        if random.random() < 0.18:
            self._later(15, 120)
            self.act("comment_ticket", hand, random.choice(matters.WORDS))
        if random.random() < 0.6:
            self._later(10, 90)
            self.act("arrive_ticket", hand, arrived_at=self.clock)

    def _due(self) -> dt.datetime:
        due: Any = self.ticket.finish_due_at
        return due

    def _finish(self, hand: User) -> None:
        matter = self.matter
        cause = self.random.choice(matter.cause.split("|")) if matter.cause else ""
        self.act(
            "finish_ticket",
            hand,
            state=S.DONE,
            done_at=self.clock,
            result=matter.result.format(spot=""),
            charge=Decimal(matter.charge) if matter.charge else None,
            part=self.lists.parts[matter.part] if matter.part else None,
            cause=self.lists.causes[cause] if cause else None,
            material=matter.material,
        )

    def _reply(self) -> None:
        reply = self.matter.reply.format(spot="")
        if self.kind == Kind.REWORK:  # the resident has to agree first (R-TKT-12)
            self.act("confirm_rework", self.clerk, self.ticket.caller_name, confirmed_at=self.clock)
        self.act("reply_ticket", self.clerk, state=S.REPLIED, reply=reply, replied_at=self.clock)

    def _archive(self) -> None:
        if self.matter.result:
            self._later(60, 1500)
        self.act("archive_ticket", self.clerk, state=S.ARCHIVED, archived_at=self.clock)

    def _reopen(self) -> None:
        ticket, closed_at = self.ticket, self.ticket.archived_at
        self._later(600, 6000)
        facts = {"contractor": ticket.contractor, "due_at": ticket.finish_due_at, "ended_at": ticket.done_at}
        self.reopenings.append(Reopening(**facts, at=self.clock, by=self.clerk))
        emptied = dict.fromkeys(
            ("due_at", "done_at", "confirmed_at", "replied_at", "archived_at", "assignee", "department")
        )
        moments = dict.fromkeys(("dispatched_at", "accepted_at", "arrived_at", "visit_agreed_at"))
        values = {**emptied, **moments, "result": "", "reply": "", "reopened_at": self.clock}
        self.act("reopen_ticket", self.clerk, self.random.choice(matters.AGAIN), **values, state=S.RECORDED)
        self.closings.append((closed_at, self.clock))
        self._handle()
        self._reply()
        self._archive()

    def _forgotten(self, share: float) -> None:
        """Leave some matters of the last ten days lying: this is what overdue looks like."""
        if self.random.random() < share and self.ledger.until - self.clock < dt.timedelta(days=10):
            raise OutOfTime

    def _by(self, due: Any) -> None:
        """Let the time of a step come, mostly before its clock runs out."""
        random = self.random
        left = max(int((due - self.clock).total_seconds() / 60), 10)
        if random.random() < IN_TIME:
            self._later(2, max(int(left * 0.9), 4))
        else:
            self._later(left, left + min(left, 1500))

    def _later(self, least: int, most: int) -> None:
        """Let some minutes pass, nights left out."""
        minutes = self.random.randrange(least, max(most, least + 1))
        self._wait_until(clock.by_day(self.clock + dt.timedelta(minutes=minutes)))

    def _wait_until(self, moment: dt.datetime) -> None:
        if moment > self.ledger.until:
            raise OutOfTime
        self.clock = max(self.clock, moment)

    def act(self, verb: str, by: User, note: str = "", **values: Any) -> None:
        """Make a move as its service would: the ticket's columns, its deadlines, the row of its history."""
        before = activity.snapshot(self.ticket)
        for name, value in values.items():
            setattr(self.ticket, name, value)
        if verb in BEGIN_CLOCKS:
            self.lists.set_clocks(self.ticket)
        self.ticket.version += 1
        old, new = activity.changed(before, activity.snapshot(self.ticket))
        self.acts.append((verb, self.clock, by, old, new, note))

    def note(self, verb: str, at: dt.datetime, by: User | None, note: str = "") -> None:
        """Write something down that happened on the ticket without changing it."""
        self.acts.append((verb, at, by, {}, {}, note))

    def activities(self) -> list[Activity]:
        """Return the acts as rows, once the ticket has its key."""
        kind = ContentType.objects.get_for_model(Ticket)
        return [
            Activity(
                office=self.ledger.office,
                content_type=kind,
                object_id=self.ticket.pk,
                verb=verb,
                actor=by,
                actor_name=by.name if by else "",
                at=at,
                before=old,
                after=new,
                note=note,
            )
            for verb, at, by, old, new, note in sorted(self.acts, key=lambda act: act[1])
        ]
