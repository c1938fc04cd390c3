"""Company assets counted: kinds down, states across."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count

from frontdesk.estate.models import Unit
from frontdesk.estate.workflow import ASSET_TONES, AssetState

if TYPE_CHECKING:
    from frontdesk.estate.querysets import UnitQuerySet


LATELY = 10


def accepted_lately(units: UnitQuerySet) -> list[tuple[Unit, str]]:
    """Return the units accepted last, each with the tone of its state; one query."""
    rows = units.filter(accepted_on__isnull=False).order_by("-accepted_on", "code")[:LATELY]
    return [(unit, ASSET_TONES[unit.state]) for unit in rows]


def board(units: UnitQuerySet) -> list[dict[str, Any]]:
    """Return for each kind of unit how many there are in each state; one query. None where the state cannot be."""
    rows = units.order_by().values("kind", "state").annotate(n=Count("pk"))
    counts = {(row["kind"], row["state"]): row["n"] for row in rows}
    return [
        {
            "kind": kind,
            "label": kind.label,
            "cells": [
                (
                    state,
                    counts.get((kind, state), 0) if (kind, state) in counts or state in Unit.states_of(kind) else None,
                )
                for state in AssetState
            ],
            "total": sum(n for (k, _state), n in counts.items() if k == kind),
        }
        for kind in Unit.Kind
    ]
