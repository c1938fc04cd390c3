"""Ask the rows whether everything that must be true is true."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from frontdesk.kit import verification


class Command(BaseCommand):
    """Print each invariant and what breaks it; end with 1 when something does."""

    help = "Ask the rows themselves whether money, numbers and books are as they must be."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a line for each invariant and each finding."""
        broken = 0
        for one in verification.invariants():
            found = list(one.find())
            broken += len(found)
            self.stdout.write(f"{one.code}  {'ok' if not found else len(found)}  {one.sentence}")
            for line in found:
                self.stdout.write(f"    {line}")
        if broken:
            sys.exit(1)
