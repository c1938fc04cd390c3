"""Sharing a cost: written down, looked at, then split for good (R-FEE-03)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class SharingState(models.TextChoices):
    """公摊状态 · how far a cost is."""

    DRAFT = "draft", _("Draft")
    SETTLED = "settled", pgettext_lazy("shared cost", "Settled")
    DROPPED = "dropped", _("Dropped")


S = SharingState
SHARING_TONES = {S.DRAFT: "warn", S.SETTLED: "ok", S.DROPPED: "muted"}

SHARING = Process(
    Move(
        "settle_cost",
        frozenset({S.DRAFT}),
        S.SETTLED,
        "fees.settle_cost",
        _("Share it and bill it"),
        "primary",
        "pie-chart",
        done=_("shared it among the units"),
    ),
    Move(
        "drop_cost",
        frozenset({S.DRAFT}),
        S.DROPPED,
        "fees.settle_cost",
        _("Drop it"),
        "minor",
        "trash",
        done=_("dropped it"),
    ),
)
