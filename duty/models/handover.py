"""Handovers: what was counted, what differed and why, what is still open, who signed (R-DUTY-07…11)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models.records import Article, Shift
from duty.querysets_posts import HandoverLineQuerySet, HandoverQuerySet
from duty.workflow import HANDOVER, HANDOVER_TONES, RUNNING_HANDOVER, HandoverState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned
from keys.models import Key


class Handover(Scoped, Versioned):
    """交接班 · one shift given over to the next; kept step by step, frozen as both have signed.

    `steps` says of each finished step when and by whom (`{"articles": {"at": …, "by": …}}`); of the keys also a mark of
    which should hang, of the log up to which entry it was read, and by whom. `cash_counts` is how many of each note and
    coin there were. `digest` covers the signed sheet and that of the handover before it at the post.
    """

    State = HandoverState
    process = HANDOVER
    files_stay = True
    hidden_fields = frozenset({"steps", "digest", "receipts_digest"})
    verbs: ClassVar = {"begin_handover": _("began to hand over")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("office"))
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("shift"))
    outgoing = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("outgoing")
    )
    incoming = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("incoming")
    )
    state = models.CharField(_("state"), max_length=10, choices=HandoverState, default=HandoverState.COUNTING)
    begun_at = models.DateTimeField(_("begun at"), default=now)
    steps = models.JSONField(default=dict)
    cash_counts = models.JSONField(_("notes and coins"), default=dict)
    receipt_book = models.CharField(_("next receipt in the paper book"), max_length=40, blank=True)
    receipts_digest = models.CharField(max_length=64, blank=True)
    finding = models.CharField(_("found in the area"), max_length=500, blank=True)
    finding_explained = models.CharField(_("the outgoing clerk says"), max_length=500, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed over by"),
    )
    signed_at = models.DateTimeField(_("signed over at"), null=True)
    signed_reason = models.CharField(_("why somebody else signed"), max_length=300, blank=True)
    accepted_at = models.DateTimeField(pgettext_lazy("handover", "accepted at"), null=True)
    refusal = models.CharField(_("why it was refused"), max_length=300, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True)
    settlement = models.CharField(_("how it was settled"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    next_shift = models.OneToOneField(
        Shift, on_delete=models.PROTECT, null=True, related_name="taken_over", verbose_name=_("next shift")
    )
    digest = models.CharField(max_length=64, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(state__in=sorted(RUNNING_HANDOVER)),
                name="one_running_handover_of_a_shift",
            ),
            models.UniqueConstraint(fields=["shift"], condition=Q(state="done"), name="a_shift_is_handed_over_once"),
            models.CheckConstraint(condition=~Q(outgoing=F("incoming")), name="nobody_hands_over_to_themselves"),
        )
        indexes = (models.Index(fields=["office", "-begun_at"], name="handovers_by_time"),)
        ordering = ("-begun_at", "-pk")
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")

    def __str__(self) -> str:
        return f"{self.shift.number} → {self.incoming}"

    def get_absolute_url(self) -> str:
        """Return the page on which it goes step by step."""
        return reverse("duty:handover", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return HANDOVER_TONES[HandoverState(self.state)]

    @property
    def is_running(self) -> bool:
        """Whether it is neither done nor called off."""
        return self.state in RUNNING_HANDOVER


class HandoverLine(Scoped):
    """交接清点 · what was counted of one thing, what should have been there, and why it differs."""

    class Kind(models.TextChoices):
        """What was counted."""

        ARTICLE = "article", _("Article")
        KEYS = "keys", _("Keys in the cabinet")
        KEY = "key", _("Key")
        CASH = "cash", _("Cash")

    office_path: ClassVar[str] = "handover__office"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("what was counted"), max_length=8, choices=Kind)
    label = models.CharField(_("of what"), max_length=100)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, related_name="+")
    expected = models.DecimalField(_("should be there"), max_digits=12, decimal_places=2)
    counted = models.DecimalField(_("counted"), max_digits=12, decimal_places=2)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("explained by")
    )

    objects = HandoverLineQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["handover", "kind", "label"], name="one_line_of_a_thing"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="nothing_is_counted_below_nothing"),
        )
        ordering = ("pk",)
        verbose_name = _("line of a handover")
        verbose_name_plural = _("lines of handovers")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"

    @property
    def differs(self) -> bool:
        """Whether it wants an explanation; that keys are missing is said by the line of each key."""
        return self.kind != self.Kind.KEYS and self.counted != self.expected

    @property
    def difference(self) -> object:
        """What is there too much, below zero what is missing."""
        return self.counted - self.expected


class HandoverItem(Scoped):
    """遗留事项 · one piece of open work handed over by name, with how it stands; important work only once released."""

    class Kind(models.TextChoices):
        """What it is."""

        TICKET = "ticket", _("Ticket")
        PROMISE = "promise", pgettext_lazy("handover", "Promise")
        CALLBACK = "callback", _("Callback")
        PASS = "pass", _("Goods pass, the owner to be asked")
        LOAN = "loan", _("Key overdue")
        SEAL = "seal", _("Opened, not sealed again")
        TILL = "till", pgettext_lazy("handover", "Till")
        NONCONFORMITY = "nonconf", _("Non-conformity")
        ROUTINE = "routine", _("Routine work")
        FINDING = "finding", pgettext_lazy("patrol", "Finding")

    office_path: ClassVar[str] = "handover__office"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    label = models.CharField(_("what is open"), max_length=200)
    url = models.CharField(max_length=200)
    is_important = models.BooleanField(_("important"), default=False)
    note = models.CharField(_("how it stands"), max_length=300, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    release_reason = models.CharField(_("why it may stay open"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["handover", "kind", "object_id"], name="one_item_of_a_matter"),)
        ordering = ("-is_important", "pk")
        verbose_name = _("open work handed over")
        verbose_name_plural = _("open work handed over")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"

    @property
    def key(self) -> str:
        """What forms call it by."""
        return f"{self.kind}-{self.object_id}"


class StartReminder(Scoped):
    """到岗提醒 · somebody was told once that their shift begins in five minutes (R-DUTY-07)."""

    office_path: ClassVar[str] = "assignment__roster__office"

    assignment = models.OneToOneField("duty.Assignment", on_delete=models.PROTECT, related_name="start_reminder")
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a shift's beginning")
        verbose_name_plural = _("reminders of shifts' beginnings")

    def __str__(self) -> str:
        return str(self.assignment)
