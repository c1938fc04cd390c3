"""Taking a payment back: asked for by one person, approved by another (R-FEE-09)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fees.workflow.deciding import deciding
from frontdesk.kit.workflow import Process


class ReversalState(models.TextChoices):
    """作废、退款状态 · how far a request is."""

    REQUESTED = "requested", _("To be decided")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


REVERSAL_TONES = {
    ReversalState.REQUESTED: "warn",
    ReversalState.APPROVED: "ok",
    ReversalState.REFUSED: "muted",
    ReversalState.WITHDRAWN: "muted",
}

REVERSAL = Process(*deciding("reversal", ReversalState, asks="fees.request_reversal"))
