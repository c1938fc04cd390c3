"""Counting the cabinet: tick or scan, then explain what differs, then close (R-KEY-09)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.workflow import Move, Process


class StockTakeState(models.TextChoices):
    """盘点状态 · how far a stock-take is."""

    COUNTING = "counting", _("Counting")
    EXPLAINING = "explaining", _("To explain")
    CLOSED = "closed", pgettext_lazy("stock-take", "Closed")


S = StockTakeState
STOCKTAKE_TONES = {S.COUNTING: "info", S.EXPLAINING: "warn", S.CLOSED: "ok"}

STOCKTAKE = Process(
    Move(
        "end_counting",
        frozenset({S.COUNTING}),
        S.EXPLAINING,
        "keys.take_stock",
        _("All counted"),
        "primary",
        "check2-all",
        done=_("ended the counting"),
    ),
    Move(
        "go_on_counting",
        frozenset({S.EXPLAINING}),
        S.COUNTING,
        "keys.take_stock",
        _("Go on counting"),
        "minor",
        "arrow-counterclockwise",
        done=_("went on counting"),
    ),
    Move(
        "close_stocktake",
        frozenset({S.EXPLAINING}),
        S.CLOSED,
        "keys.take_stock",
        _("Close the stock-take"),
        "primary",
        "lock",
        done=_("closed the stock-take"),
    ),
)
