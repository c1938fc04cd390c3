"""The openings of sealed keys, each with who wanted, decided, opened and watched (R-KEY-06)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from keys.models.lending import Loan
from keys.models.register import Key
from keys.querysets import SealOpeningQuerySet
from keys.workflow import OPENING, OPENING_TONES, RUNNING, OpeningState


class SealOpening(Scoped, Versioned):
    """启封 · one opening of a sealed key, from the request to the new seal."""

    State = OpeningState
    process = OPENING
    office_path: ClassVar[str] = "key__office"
    files_stay = True
    verbs: ClassVar = {"request_opening": _("asked for it"), "unseal_key": _("opened it in an emergency")}

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="openings", verbose_name=_("key"))
    state = models.CharField(_("state"), max_length=10, choices=OpeningState, default=OpeningState.REQUESTED)
    is_emergency = models.BooleanField(_("emergency"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("manager's word"), max_length=300, blank=True)
    approved_until = models.DateTimeField(_("approved until"), null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True)
    witness = models.CharField(_("in the presence of"), max_length=60, blank=True)
    registered_seal = models.CharField(_("seal number on the register"), max_length=30, blank=True)
    old_seal = models.CharField(_("seal number found"), max_length=30, blank=True)
    loan = models.OneToOneField(
        Loan, on_delete=models.PROTECT, null=True, related_name="opening", verbose_name=_("key loan")
    )
    new_seal = models.CharField(_("new seal number"), max_length=30, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sealed by")
    )
    sealed_at = models.DateTimeField(_("sealed at"), null=True)
    sealed_before = models.CharField(_("sealed in the presence of"), max_length=60, blank=True)
    owner_told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner told by")
    )
    owner_told_at = models.DateTimeField(_("owner told at"), null=True)
    owner_said = models.CharField(_("what the owner said"), max_length=300, blank=True)

    objects = SealOpeningQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=sorted(RUNNING)), name="one_running_opening_of_a_key"
            ),
        )
        ordering = ("-requested_at", "-pk")
        verbose_name = _("opening of a sealed key")
        verbose_name_plural = _("openings of sealed keys")

    def __str__(self) -> str:
        return f"{self.key.tag} {self.reason}"

    def get_absolute_url(self) -> str:
        """Return the page of this opening."""
        return reverse("keys:sealopening", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return OPENING_TONES[OpeningState(self.state)]

    @property
    def has_lapsed(self) -> bool:
        """Whether the time for which the manager approved it is over."""
        return self.state == OpeningState.APPROVED and self.approved_until is not None and self.approved_until < now()

    @property
    def owner_waits(self) -> bool:
        """Whether the owner of a key opened in an emergency has not been told of it yet."""
        return self.is_emergency and self.owner_told_at is None

    @property
    def seal_differs(self) -> bool:
        """Whether the seal that was found is not the one on the register: somebody may have been at it."""
        return bool(self.old_seal) and self.old_seal != self.registered_seal
