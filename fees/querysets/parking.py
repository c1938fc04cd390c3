"""Words to read cars that come and go by."""

from __future__ import annotations

from typing import Self

from frontdesk.kit.scoping import ScopedQuerySet


class ParkingVisitQuerySet(ScopedQuerySet):
    """Cars that came."""

    def inside(self) -> Self:
        """Keep those that are still there."""
        return self.filter(left_at__isnull=True)

    def unpaid(self) -> Self:
        """Keep those whose fee is still open."""
        return self.filter(bill__outstanding__gt=0)
