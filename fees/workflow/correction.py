"""Correcting a bill: asked for by one person, approved by another; the bill itself is never rewritten (R-FEE-09)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fees.workflow.deciding import deciding
from frontdesk.kit.workflow import Process


class CorrectionState(models.TextChoices):
    """账单更正状态 · how far a request is."""

    REQUESTED = "requested", _("To be decided")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CORRECTION_TONES = {
    CorrectionState.REQUESTED: "warn",
    CorrectionState.APPROVED: "ok",
    CorrectionState.REFUSED: "muted",
    CorrectionState.WITHDRAWN: "muted",
}

CORRECTION = Process(*deciding("correction", CorrectionState, asks="fees.request_correction"))
