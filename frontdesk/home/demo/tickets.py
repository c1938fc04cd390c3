"""Three months of tickets, each with the moves that brought it where it stands (R-TKT-01 … R-TKT-07)."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from complaints.models import Ticket
from complaints.services.intake import SEARCH_KIND, index_tickets
from frontdesk.home.demo import clock, matters
from frontdesk.kit import activity
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_numbers
from frontdesk.staff.roles import ROLES, Role

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.home.demo.matters import Matter
    from frontdesk.home.demo.residents import Register
    from frontdesk.staff.models import User

S = Ticket.State
Kind, Channel = Ticket.Kind, Ticket.Channel
CHANNELS = {Channel.PHONE: 55, Channel.DESK: 25, Channel.HOTLINE: 6, Channel.FORUM: 8, Channel.VISIT: 6}
MAY_ACCEPT = ROLES.roles_with("complaints.accept_ticket")


class OutOfTime(Exception):
    """The next thing has not happened yet."""


class Ledger:
    """Writes the tickets of one office."""

    def __init__(
        self,
        office: Office,
        *,
        units: list[Unit],
        register: Register,
        team: dict[str, list[User]],
        random: Random,
        until: dt.datetime,
    ) -> None:
        self.office, self.register, self.team, self.random, self.until = office, register, team, random, until
        self.units = [unit for unit in units if unit.kind in {unit.Kind.RESIDENCE, unit.Kind.SHOP}]
        self.homes = [unit for unit in self.units if register.living[unit.code]]
        self.stories: list[Story] = []

    def fill(self, count: int, *, days: int) -> None:
        """Draw so many tickets and write them with numbers, search terms and activity."""
        for moment in clock.calls(self.random, count, days=days, until=self.until):
            story = Story(self, moment)
            with suppress(OutOfTime):
                story.unfold()
            self.stories.append(story)
        tickets = [story.ticket for story in self.stories]
        for year, of_year in groupby(tickets, key=lambda ticket: ticket.received_at.year):
            rows = list(of_year)
            first = next_numbers(self.office, SEARCH_KIND, year, len(rows))
            for place, ticket in enumerate(rows, first):
                ticket.number = f"{year}-{place:05d}"
        Ticket.objects.bulk_create(tickets)
        index_tickets(tickets)
        Activity.objects.bulk_create([row for story in self.stories for row in story.activities()], batch_size=2000)


class Story:
    """One matter from the first word on."""

    def __init__(self, ledger: Ledger, moment: dt.datetime) -> None:
        self.ledger, self.random, self.clock = ledger, ledger.random, moment
        self.acts: list[tuple[str, dt.datetime, User, dict[str, Any], dict[str, Any], str]] = []
        name = self.random.choices([*matters.KINDS], [weight for _cases, weight in matters.KINDS.values()])[0]
        self.matter: Matter = self.random.choice(matters.KINDS[name][0])
        self.kind = Kind.REPAIR if name == "public" else Kind(name)
        self.clerk = self.random.choice(ledger.team[Role.CLERK] + ledger.team[Role.STEWARD][:1])
        self.ticket = self._ticket(public=name == "public" or bool(self.matter.place))

    def _ticket(self, *, public: bool) -> Ticket:
        random, matter = self.random, self.matter
        spot = random.choice(matters.SPOTS)
        ticket = Ticket(
            office=self.ledger.office,
            kind=self.kind,
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
        self._called(ticket)
        if public:
            ticket.place = matter.place or random.choice(matters.PLACES)
        elif matter.result and random.random() < 0.5:
            ticket.visit_from = clock.at(
                ticket.received_at.date() + dt.timedelta(days=1), dt.time(random.choice((9, 14, 18)))
            )
            ticket.visit_to = ticket.visit_from + dt.timedelta(hours=2)
        return ticket

    def _called(self, ticket: Ticket) -> None:
        random, register = self.random, self.ledger.register
        ticket.unit = random.choice(self.ledger.homes)
        grown_up = [person for person in register.living[ticket.unit.code] if person.pk in register.first_phone]
        if grown_up:
            ticket.person = random.choice(grown_up[:2])
            ticket.caller_name = ticket.person.name[:40]
            ticket.caller_phone = register.first_phone[ticket.person.pk]

    def unfold(self) -> None:
        """Let happen what happened until the present; `OutOfTime` ends it."""
        self.acts.append(("record_ticket", self.clock, self.clerk, {}, {}, ""))
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
        self._later(5, 40 if ticket.urgent else 400)
        chief = random.choice(self.ledger.team[Role.SUPERVISOR])
        hand = self._hand()
        self._dispatch("dispatch_ticket", chief, hand, clock.by_day(self.clock + dt.timedelta(hours=self.matter.hours)))
        if random.random() < 0.03:
            self._later(10, 120)
            self._act("hand_back_ticket", hand, random.choice(matters.BACK), **self._out_of_hands(), state=S.RECORDED)
            self._later(10, 120)
            hand = self._hand()
            self._dispatch("dispatch_ticket", chief, hand, ticket.due_at)
        self._forgotten(0.05)
        self._later(5, 40 if ticket.urgent else 600)
        self._act("accept_ticket", hand, state=S.ACCEPTED, accepted_at=self.clock)
        if random.random() < 0.18:
            self._later(30, 300)
            self._act("comment_ticket", hand, random.choice(matters.WORDS))
        self._forgotten(0.05)
        self._later(20, int(self.matter.hours * 60 * 0.9))
        charge = Decimal(self.matter.charge) if self.matter.charge else None
        result = self.matter.result.format(spot="")
        self._act("finish_ticket", hand, state=S.DONE, done_at=self.clock, result=result, charge=charge)
        self._forgotten(0.05)
        self._later(20, 900)

    def _forgotten(self, share: float) -> None:
        """Leave some matters of the last ten days lying: this is what overdue looks like."""
        if self.random.random() < share and self.ledger.until - self.clock < dt.timedelta(days=10):
            raise OutOfTime

    def _hand(self) -> User:
        team = self.ledger.team
        handy = self.kind in {Kind.REPAIR, Kind.REWORK} or Role.STEWARD not in MAY_ACCEPT
        return self.random.choice(team[Role.ENGINEER] if handy else team[Role.STEWARD])

    def _dispatch(self, verb: str, chief: User, hand: User, due_at: dt.datetime | None) -> None:
        self._act(
            verb, chief, state=S.DISPATCHED, assignee=hand, due_at=due_at, dispatched_at=self.clock, accepted_at=None
        )

    def _reply(self) -> None:
        reply = self.matter.reply.format(spot="")
        self._act("reply_ticket", self.clerk, state=S.REPLIED, reply=reply, replied_at=self.clock)

    def _archive(self) -> None:
        if self.matter.result:
            self._later(60, 4000)
        self._act("archive_ticket", self.clerk, state=S.ARCHIVED, archived_at=self.clock)

    def _reopen(self) -> None:
        self._later(600, 6000)
        emptied = dict.fromkeys(("due_at", "done_at", "replied_at", "archived_at")) | {"result": "", "reply": ""}
        chief = self.random.choice(self.ledger.team[Role.SUPERVISOR])
        note = self.random.choice(matters.AGAIN)
        self._act("reopen_ticket", chief, note, **self._out_of_hands(), **emptied, state=S.RECORDED)
        self._handle()
        self._reply()
        self._archive()

    def _out_of_hands(self) -> dict[str, None]:
        return dict.fromkeys(("assignee", "dispatched_at", "accepted_at"))

    def _later(self, least: int, most: int) -> None:
        """Let some minutes pass, nights left out."""
        self.clock = clock.by_day(self.clock + dt.timedelta(minutes=self.random.randrange(least, max(most, least + 1))))
        if self.clock > self.ledger.until:
            raise OutOfTime

    def _act(self, verb: str, by: User, note: str = "", **values: Any) -> None:
        before = activity.snapshot(self.ticket)
        for name, value in values.items():
            setattr(self.ticket, name, value)
        self.ticket.version += 1
        old, new = activity.changed(before, activity.snapshot(self.ticket))
        self.acts.append((verb, self.clock, by, old, new, note))

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
                actor_name=by.name,
                at=at,
                before=old,
                after=new,
                note=note,
            )
            for verb, at, by, old, new, note in self.acts
        ]
