"""Three months of tickets of one office, numbered, found, and on record."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any

from complaints.models import Ticket
from complaints.services.intake import SEARCH_KIND, index_tickets
from frontdesk.home.demo import clock, followup, scenes, settling
from frontdesk.home.demo.lists import Lists
from frontdesk.home.demo.story import OutOfTime, Story
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_numbers

if TYPE_CHECKING:
    import datetime as dt
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.home.demo.residents import Register
    from frontdesk.staff.models import User


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
        self.lists = Lists(office, team)
        self.stories: list[Story] = []

    def fill(self, count: int, *, days: int, with_incident: bool) -> None:
        """Draw so many tickets and write them with numbers, search terms, activity and what hangs on them."""
        scene = scenes.LiftStands(self) if with_incident else None
        told = scene.stories if scene else []
        for moment in clock.calls(self.random, count - len(told), days=days, until=self.until):
            story = Story(self, moment)
            with suppress(OutOfTime):
                story.unfold()
            self.stories.append(story)
        self.stories = sorted([*self.stories, *told], key=lambda story: story.ticket.received_at)
        follow = followup.FollowUp(self)
        follow.happen()
        self._write([story.ticket for story in self.stories])
        if scene:
            scene.write()
        follow.write()
        settling.Settlements(self).write()
        Activity.objects.bulk_create([row for story in self.stories for row in story.activities()], batch_size=2000)

    def grown_up(self, unit: Unit) -> Any:
        """Return somebody of a household who has a phone; None where nobody has."""
        found = [person for person in self.register.living[unit.code] if person.pk in self.register.first_phone]
        return self.random.choice(found[:2]) if found else None

    def _write(self, tickets: list[Ticket]) -> None:
        for year, of_year in groupby(tickets, key=lambda ticket: ticket.received_at.year):
            rows = list(of_year)
            first = next_numbers(self.office, SEARCH_KIND, year, len(rows))
            for place, ticket in enumerate(rows, first):
                ticket.number = f"{year}-{place:05d}"
        Ticket.objects.bulk_create(tickets)
        index_tickets(tickets)
