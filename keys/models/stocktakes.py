"""Counting what hangs in the cabinet, and saying why it differs from the register (R-KEY-09)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from keys.models.register import Cabinet, Key
from keys.querysets import StockLineQuerySet, StockTakeQuerySet
from keys.workflow import STOCKTAKE, STOCKTAKE_TONES, StockTakeState


class StockTake(Scoped, Versioned):
    """盘点 · one count of a cabinet, or of everything the office keeps."""

    State = StockTakeState
    process = STOCKTAKE
    verbs: ClassVar = {"begin_stocktake": _("began to count"), "uncount_line": _("took back the count of")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="stocktakes", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    cabinet = models.ForeignKey(
        Cabinet, on_delete=models.PROTECT, null=True, blank=True, related_name="stocktakes", verbose_name=_("cabinet")
    )
    state = models.CharField(_("state"), max_length=10, choices=StockTakeState, default=StockTakeState.COUNTING)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), default=now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(pgettext_lazy("stock-take", "closed at"), null=True)

    objects = StockTakeQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "number"], name="one_stocktake_number"),)
        ordering = ("-begun_at", "-pk")
        verbose_name = _("stock-take")
        verbose_name_plural = _("stock-takes")

    def __str__(self) -> str:
        return f"{self.number} {self.cabinet}" if self.cabinet else self.number

    def get_absolute_url(self) -> str:
        """Return the page on which it is counted and explained."""
        return reverse("keys:stocktake", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return STOCKTAKE_TONES[StockTakeState(self.state)]


class StockLine(Scoped):
    """盘点明细 · what was found of one key, or of one tag that is on no register."""

    class Result(models.TextChoices):
        """What the count says of it."""

        GOOD = "good", _("In its place")
        MOVED = "moved", _("On another hook")
        MISSING = "missing", _("Missing")
        UNEXPECTED = "unexpected", _("Here, though the register says it is not")
        UNKNOWN = "unknown", _("Not on the register")

    class Outcome(models.TextChoices):
        """What became of a difference."""

        FOUND = "found", _("Found since")
        LOST = "lost", _("Lost")
        HUNG_BACK = "hung_back", _("Hung back in its place")
        TAKEN_OVER = "taken_over", _("The register follows")
        OTHER = "other", _("Explained")

    TONES: ClassVar[dict[str, str]] = {
        Result.GOOD: "ok",
        Result.MOVED: "warn",
        Result.MISSING: "danger",
        Result.UNEXPECTED: "warn",
        Result.UNKNOWN: "warn",
    }
    office_path: ClassVar[str] = "stocktake__office"

    stocktake = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="lines")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, related_name="stock_lines", verbose_name=_("key"))
    tag = models.CharField(_("tag"), max_length=40)
    result = models.CharField(_("result"), max_length=10, choices=Result)
    hook = models.PositiveSmallIntegerField(_("found on hook"), null=True)
    state = models.CharField(_("on the register"), max_length=10, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("counted by")
    )
    counted_at = models.DateTimeField(_("counted at"), default=now)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome, blank=True)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("explained by")
    )

    objects = StockLineQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["stocktake", "key"], condition=Q(key__isnull=False), name="one_line_of_a_key"
            ),
            models.UniqueConstraint(
                fields=["stocktake", "tag"], condition=Q(key__isnull=True), name="one_line_of_an_unknown_tag"
            ),
        )
        ordering = ("tag", "pk")
        verbose_name = _("line of a stock-take")
        verbose_name_plural = _("lines of stock-takes")

    def __str__(self) -> str:
        return f"{self.tag} {self.get_result_display()}"

    def get_absolute_url(self) -> str:
        """Return the page of its stock-take."""
        return reverse("keys:stocktake", args=[self.stocktake_id])

    @property
    def tone(self) -> str:
        """The tone of its result's badge."""
        return self.TONES[self.Result(self.result)]

    @property
    def differs(self) -> bool:
        """Whether it wants an explanation."""
        return self.result != self.Result.GOOD
