"""Words to read calls about arrears by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef

from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class DunningCallQuerySet(ScopedQuerySet):
    """Calls about what households owe."""

    def last_promises(self) -> Self:
        """Keep each unit's latest promise: whoever promised anew is held to the new day."""
        calls = self.model._default_manager
        later = calls.filter(unit=OuterRef("unit"), pk__gt=OuterRef("pk"), promised_on__isnull=False)
        return self.filter(~Exists(later), promised_on__isnull=False)

    def broken(self, on: dt.date | None = None) -> Self:
        """Keep promises whose day has passed; whether something is still owed says the arrears list."""
        return self.last_promises().filter(promised_on__lt=on or local_date())
