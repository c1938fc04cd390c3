"""Two colleagues who swap shifts (R-DUTY-05)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models.shifts import ShiftType
from duty.querysets import SwapQuerySet
from duty.workflow import SWAP, SWAP_TONES, SwapState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Swap(Scoped, Versioned):
    """换班 · `person` gives the shift of `date` to `other` and takes theirs of `other_date`.

    Both shifts are kept as they stood when it was proposed: whatever else changes them meanwhile stops the swap.
    Without `other_shift_type` the other one has that date off and only takes over.
    """

    State = SwapState
    process = SWAP
    verbs: ClassVar = {"propose_swap": _("proposed the swap")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="swaps", verbose_name=_("office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    date = models.DateField(_("date"))
    shift_type = models.ForeignKey(ShiftType, on_delete=models.PROTECT, related_name="+", verbose_name=_("shift"))
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("with")
    )
    other_date = models.DateField(_("their date"))
    other_shift_type = models.ForeignKey(
        ShiftType, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("their shift")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SwapState, default=SwapState.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed at"), default=now)
    answered_at = models.DateTimeField(pgettext_lazy("swap", "answered at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("what was said"), max_length=200, blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(person=F("other")), name="nobody_swaps_with_themselves"),)
        ordering = ("-proposed_at", "-pk")
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")

    def __str__(self) -> str:
        return f"{self.person} {self.date:%m-%d} ⇄ {self.other} {self.other_date:%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page on which it is answered and decided."""
        return reverse("duty:swap", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return SWAP_TONES[SwapState(self.state)]
