"""`manage.py demo`: fill an empty database with a believable estate, to try Frontdesk on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from frontdesk.home.demo import build, clock
from frontdesk.kit.calendar import now
from frontdesk.kit.demo import PASSWORD, PIN
from frontdesk.kit.errors import DeskError


class Command(BaseCommand):
    """Make the demonstration, once; never beside real data."""

    help = "Fill an empty database with a demonstration estate: two offices, their people, three months of tickets."

    def add_arguments(self, parser: Any) -> None:
        """Offer another day than today."""
        parser.add_argument("--today", type=dt.date.fromisoformat, help="the day on which the story ends (2026-11-22)")

    def handle(self, *args: Any, today: dt.date | None, **options: Any) -> None:
        """Build it or say why not."""
        try:
            built = build(clock.at(today, clock.MORNING) if today else now())
        except DeskError as error:
            raise CommandError(str(error)) from error
        if not built:
            self.stdout.write(_("The demonstration is here already; nothing was changed."))
            return
        self.stdout.write(_("The demonstration is ready. The login page lists its accounts."))
        self.stdout.write(_("Password: %(password)s  PIN: %(pin)s") % {"password": PASSWORD, "pin": PIN})
