"""Where a key is: in the cabinet, with somebody, lost, damaged, given back for good, of no more use (R-KEY-01…08)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class KeyState(models.TextChoices):
    """钥匙状态 · where a key is."""

    IN = "in", _("In the cabinet")
    OUT = "out", _("Lent out")
    LOST = "lost", _("Lost")
    DAMAGED = "damaged", _("Damaged")
    COLLECTED = "collected", _("Collected")
    RETIRED = "retired", _("Taken off")


S = KeyState
KEPT = frozenset({S.IN, S.OUT, S.LOST, S.DAMAGED})
"""The office answers for these; a lost key counts as out until the lock is changed (R-KEY-08)."""
AWAY = frozenset({S.OUT, S.LOST})

KEY_TONES = {
    S.IN: "ok",
    S.OUT: "info",
    S.LOST: "danger",
    S.DAMAGED: "warn",
    S.COLLECTED: "muted",
    S.RETIRED: "muted",
}


def _is_lent(key: Any, _user: Any) -> bool:
    """Sealed keys are opened, not lent; those of filing cabinets stay with the desk (R-KEY-06, R-KEY-07)."""
    return key.kind not in {"sealed", "filing"}


def _is_sealed(key: Any, _user: Any) -> bool:
    return key.kind == "sealed"


def _is_entrusted(key: Any, _user: Any) -> bool:
    return key.kind == "entrusted"


def _is_open(key: Any, _user: Any) -> bool:
    """Its seal is broken: found again, it goes back to whoever opened it, not onto its hook."""
    return key.kind == "sealed" and key.openings.filter(state="opened").exists()


def _is_not_open(key: Any, user: Any) -> bool:
    return not _is_open(key, user)


def _is_of_a_unit(key: Any, _user: Any) -> bool:
    return key.unit_id is not None


def _is_of_a_filing_cabinet(key: Any, _user: Any) -> bool:
    return key.kind == "filing"


KEY = Process(
    Move(
        "lend_key",
        frozenset({S.IN}),
        S.OUT,
        "keys.lend_key",
        _("Lend"),
        "primary",
        "box-arrow-up-right",
        _is_lent,
        done=_("lent it out"),
    ),
    Move(
        "return_key",
        frozenset({S.OUT}),
        S.IN,
        "keys.lend_key",
        _("Take back"),
        "primary",
        "box-arrow-in-down-left",
        _is_lent,
        done=_("took it back"),
    ),
    Move(
        "unseal_key",
        frozenset({S.IN}),
        S.OUT,
        "keys.open_seal",
        _("Open in an emergency"),
        "danger",
        "exclamation-triangle",
        _is_sealed,
        done=_("opened it in an emergency"),
    ),
    Move(
        "reseal_key",
        frozenset({S.OUT}),
        S.IN,
        "keys.open_seal",
        _("Seal it again"),
        "primary",
        "envelope-check",
        _is_sealed,
        done=_("sealed it again"),
    ),
    Move(
        "seal_key",
        frozenset({S.IN}),
        None,
        "keys.open_seal",
        _("Put under seal"),
        "minor",
        "envelope",
        _is_entrusted,
        done=_("put it under seal"),
    ),
    Move(
        "open_cabinet",
        frozenset({S.IN}),
        None,
        "keys.open_cabinet",
        _("Open the filing cabinet"),
        "primary",
        "folder2-open",
        _is_of_a_filing_cabinet,
        done=_("opened the filing cabinet"),
    ),
    Move(
        "collect_key",
        frozenset({S.IN}),
        S.COLLECTED,
        "keys.lend_key",
        _("Give back to the owner"),
        "secondary",
        "person-check",
        _is_of_a_unit,
        done=_("gave it back to the owner"),
    ),
    Move(
        "entrust_key",
        frozenset({S.COLLECTED}),
        S.IN,
        "keys.change_key",
        _("Entrusted again"),
        "secondary",
        "arrow-return-left",
        done=_("took it in trust again"),
    ),
    Move(
        "report_lost",
        frozenset({S.IN, S.OUT, S.DAMAGED}),
        S.LOST,
        "keys.report_loss",
        _("Report as lost"),
        "minor",
        "question-octagon",
        done=_("reported it lost"),
    ),
    Move(
        "report_damaged",
        frozenset({S.IN}),
        S.DAMAGED,
        "keys.report_loss",
        _("Report as damaged"),
        "minor",
        "hammer",
        done=_("reported it damaged"),
    ),
    Move(
        "find_key",
        frozenset({S.LOST}),
        S.IN,
        "keys.report_loss",
        _("Found again"),
        "secondary",
        "search",
        _is_not_open,
        done=_("found it again"),
    ),
    Move(
        "recover_key",
        frozenset({S.LOST}),
        S.OUT,
        "keys.report_loss",
        _("Found again, to be sealed"),
        "secondary",
        "search",
        _is_open,
        done=_("found it again"),
    ),
    Move(
        "repair_key",
        frozenset({S.DAMAGED}),
        S.IN,
        "keys.report_loss",
        _("Usable again"),
        "secondary",
        "tools",
        done=_("made it usable again"),
    ),
    Move(
        "change_lock",
        frozenset({S.LOST, S.DAMAGED}),
        S.RETIRED,
        "keys.change_lock",
        _("Lock changed"),
        "primary",
        "shield-lock",
        done=_("had the lock changed"),
    ),
    Move(
        "retire_key",
        frozenset({S.IN, S.DAMAGED, S.COLLECTED}),
        S.RETIRED,
        "keys.retire_key",
        _("Take off the register"),
        "minor",
        "x-circle",
        done=_("took it off the register"),
    ),
)
