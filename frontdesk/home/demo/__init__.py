"""A believable estate for trying Frontdesk: the same for everybody on the same day."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Building, Office
from frontdesk.home.demo import clock, duty, fees, goods, ground, keys, papers, patrols, people, posts, routines
from frontdesk.home.demo.residents import Register
from frontdesk.home.demo.tickets import Ledger
from frontdesk.kit.demo import is_demonstration
from frontdesk.kit.errors import DeskError
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.home.demo.ground import Estate
    from frontdesk.staff.models import User

SEED = 1502
DAYS = 91
TICKETS = {"A": 900, "B": 300}


def build(now: dt.datetime) -> bool:
    """Fill an empty database; answer whether there was anything to do.

    Raises:
        DeskError: an office is here that the demonstration did not make.

    """
    with transaction.atomic():
        if is_demonstration():
            return False
        if Office.objects.exists():
            raise DeskError(_("This database holds a real office. The demonstration only goes into an empty one."))
        until = clock.end_of_story(now)
        people.hire(None, people.EVERYWHERE, until.date())
        for estate, colleagues in zip(ground.ESTATES, (people.SOUTH, people.NORTH), strict=True):
            _office(estate, colleagues, until)
    return True


def _office(estate: Estate, colleagues: tuple[tuple[str, str, tuple[Role, ...]], ...], until: dt.datetime) -> None:
    random = Random(f"{SEED} {estate.code}")
    office, units = ground.build(estate, random, until.date())
    team = people.hire(office, colleagues, until.date())
    _give_buildings(office, team[Role.STEWARD])
    register = Register(office, random, until.date())
    register.fill(units)
    ledger = Ledger(office, units=units, register=register, team=team, random=random, until=until)
    ledger.fill(TICKETS[estate.pattern], days=DAYS, with_incident=estate.pattern == "A")
    keys.fill_cabinet(office, ledger.homes, team, random, until, share=10)
    papers.file_papers(office, ledger.homes, team[Role.CLERK][0], random, until, of_units=len(ledger.homes) // 30)
    fees.keep_books(office, [home for home in ledger.homes if home.state == home.State.SOLD], team, random, until)
    more = people.hire(office, people.MORE[estate.pattern], until.date(), first=len(colleagues) + 1)
    clerks = [*team[Role.CLERK], *more[Role.CLERK], *team[Role.STEWARD]]
    duty.make_rosters(office, clerks, team[Role.SUPERVISOR][0], Random(f"{SEED} duty {estate.code}"), until)
    posts.hold_posts(office, team, until)
    patrols.walk(office, team, until)
    goods.carry_out(office, ledger.homes, team, until)
    routines.keep_routines(office, team, Random(f"{SEED} routines {estate.code}"), until)


def _give_buildings(office: Office, stewards: list[User]) -> None:
    for place, building in enumerate(Building.objects.of_office(office)):
        building.steward = stewards[place % len(stewards)]
        building.save(update_fields=["steward"])
