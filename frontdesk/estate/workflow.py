"""The processes of the register: what becomes of a company asset, where an archived paper is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class AssetState(models.TextChoices):
    """资产状态 · R-EST-02; homes and spaces sold long ago simply stay “sold”."""

    PENDING = "pending", _("Not yet accepted")
    ACCEPTED = "accepted", _("Accepted from engineering")
    IDLE = "idle", _("Idle")
    IN_USE = "in_use", _("In use")
    RENTED = "rented", _("Rented out")
    SOLD = "sold", _("Sold")


class DocumentState(models.TextChoices):
    """档案状态 · on its shelf or taken out."""

    SHELVED = "shelved", _("On the shelf")
    OUT = "out", _("Taken out")


ASSET_TONES = {
    AssetState.PENDING: "warn",
    AssetState.ACCEPTED: "info",
    AssetState.IDLE: "neutral",
    AssetState.IN_USE: "info",
    AssetState.RENTED: "info",
    AssetState.SOLD: "ok",
}
DOCUMENT_TONES = {DocumentState.SHELVED: "ok", DocumentState.OUT: "warn"}


def _is_parking(unit: Any, _user: Any) -> bool:
    return unit.kind == unit.Kind.PARKING


def _is_not_parking(unit: Any, _user: Any) -> bool:
    return unit.kind != unit.Kind.PARKING


S = AssetState
ASSET = Process(
    Move(
        "accept_unit",
        frozenset({S.PENDING}),
        S.ACCEPTED,
        "estate.change_asset",
        _("Accept from engineering"),
        "primary",
        "clipboard-check",
        only=_is_not_parking,
        done=_("accepted it from engineering"),
    ),
    Move(
        "idle_unit",
        frozenset({S.ACCEPTED, S.IN_USE, S.RENTED}),
        S.IDLE,
        "estate.change_asset",
        _("Set idle"),
        done=_("set it idle"),
    ),
    Move(
        "use_unit",
        frozenset({S.ACCEPTED, S.IDLE}),
        S.IN_USE,
        "estate.change_asset",
        _("Take into use"),
        only=_is_not_parking,
        done=_("took it into use"),
    ),
    Move(
        "rent_unit",
        frozenset({S.IDLE}),
        S.RENTED,
        "estate.change_asset",
        _("Rent out"),
        only=_is_parking,
        done=_("rented it out"),
    ),
    Move(
        "sell_unit",
        frozenset({S.PENDING, S.ACCEPTED, S.IDLE, S.IN_USE, S.RENTED}),
        S.SOLD,
        "estate.change_asset",
        _("Mark as sold"),
        done=_("marked it as sold"),
    ),
    Move(
        "transfer_unit",
        frozenset({S.SOLD}),
        None,
        "estate.change_tenure",
        _("Change of owner"),
        icon="arrow-left-right",
        done=_("registered a change of owner"),
    ),
    Move(
        "take_back_unit",
        frozenset({S.SOLD}),
        S.IDLE,
        "estate.change_asset",
        _("Take back"),
        "danger",
        done=_("took it back"),
    ),
)

D = DocumentState
DOCUMENT = Process(
    Move(
        "lend_document",
        frozenset({D.SHELVED}),
        D.OUT,
        "estate.lend_document",
        _("Take out"),
        "primary",
        "box-arrow-up-right",
        done=_("took it out"),
    ),
    Move(
        "return_document",
        frozenset({D.OUT}),
        D.SHELVED,
        "estate.lend_document",
        _("Bring back"),
        "primary",
        "box-arrow-in-down-left",
        done=_("brought it back"),
    ),
)
