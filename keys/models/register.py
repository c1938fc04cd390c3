"""What the office keeps: keys, the rings they hang on, the cabinets with their hooks (R-KEY-01)."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.estate.models import Building, Office, Person, Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from keys.querysets import CabinetQuerySet, KeyQuerySet, RingQuerySet
from keys.workflow import KEY, KEY_TONES, KeyState

MOST_HOOKS, MOST_COLUMNS = 2000, 30


class Cabinet(Scoped, Versioned):
    """钥匙柜 · a cabinet of numbered hooks, drawn as a grid."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="key_cabinets", verbose_name=_("office"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    hooks = models.PositiveSmallIntegerField(
        _("hooks"), default=100, validators=[MinValueValidator(1), MaxValueValidator(MOST_HOOKS)]
    )
    columns = models.PositiveSmallIntegerField(
        _("hooks in a row"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_COLUMNS)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CabinetQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_cabinet_name"),)
        ordering = ("position", "name")
        verbose_name = _("key cabinet")
        verbose_name_plural = _("key cabinets")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page on which it is drawn."""
        return f"{reverse('keys:cabinet_map')}?cabinet={self.pk}"


class Ring(Scoped, Versioned):
    """钥匙串 · keys that hang together on one hook and are lent in one go."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="key_rings", verbose_name=_("office"))
    tag = models.CharField(_("tag"), max_length=20)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    cabinet = models.ForeignKey(
        Cabinet, on_delete=models.PROTECT, null=True, blank=True, related_name="rings", verbose_name=_("cabinet")
    )
    hook = models.PositiveSmallIntegerField(_("hook"), null=True, blank=True, validators=[MinValueValidator(1)])
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "tag"], name="one_ring_tag"),
            models.UniqueConstraint(
                fields=["cabinet", "hook"], condition=Q(hook__isnull=False), name="one_ring_on_a_hook"
            ),
        )
        ordering = ("tag",)
        verbose_name = _("key ring")
        verbose_name_plural = _("key rings")

    def __str__(self) -> str:
        return f"{self.tag} {self.name}"

    def get_absolute_url(self) -> str:
        """Return the ring's page: its hook, its keys, where each is."""
        return reverse("keys:ring", args=[self.pk])

    @property
    def place(self) -> str:
        """Where it hangs: cabinet and hook."""
        return hook_text(self.cabinet, self.hook)


class Key(Scoped, Versioned):
    """钥匙 · one key, or several copies under one tag; its tag tells a finder no address."""

    class Kind(models.TextChoices):
        """R-KEY-01."""

        ENTRUSTED = "entrusted", _("Entrusted by the owner")
        VACANT = "vacant", _("Vacant unit")
        REWORK = "rework", _("Rework")
        SEALED = "sealed", _("Sealed by the owner")
        EQUIPMENT = "equipment", _("Equipment room")
        FILING = "filing", _("Filing cabinet")
        OTHER = "other", _("Other")

    OF_UNITS = (Kind.ENTRUSTED, Kind.VACANT, Kind.REWORK, Kind.SEALED)
    """Kinds that open a unit; the others say by name what they open."""
    DEPOSITED = (Kind.ENTRUSTED, Kind.SEALED)
    """Kinds that somebody left with the office: it says who, and when."""

    State = KeyState
    process = KEY
    verbs: ClassVar = {
        "register_key": _("registered it"),
        "change_key": _("changed it"),
        "import_key": _("imported it"),
        "hang_key": _("hung it on another hook"),
        "request_opening": _("asked to open the seal"),
        "approve_opening": _("approved the opening"),
        "refuse_opening": _("refused the opening"),
        "withdraw_opening": _("withdrew the request"),
        "review_opening": _("took note of the emergency"),
        "end_opening": _("ended the opening unsealed"),
        "ask_again": _("asked again to open the seal"),
        "tell_owner": _("told the owner of the emergency"),
        "open_seal": _("opened the seal"),
        "close_seal": _("sealed it again"),
        "close_cabinet": _("closed the filing cabinet"),
        "print_deposit": _("printed the deposit form"),
        "count_key": _("counted it"),
        "explain_key": _("explained a difference of the stock-take"),
    }
    tells_of = ("keys.SealOpening", "keys.LentKey", "keys.LockChange")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="keys", verbose_name=_("office"))
    tag = models.CharField(_("tag"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ENTRUSTED)
    state = models.CharField(_("state"), max_length=10, choices=KeyState, default=KeyState.IN)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("unit")
    )
    name = models.CharField(_("what it opens"), max_length=60, blank=True)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("building")
    )
    copies = models.PositiveSmallIntegerField(
        _("number of keys"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    ring = models.ForeignKey(
        Ring, on_delete=models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("key ring")
    )
    cabinet = models.ForeignKey(
        Cabinet, on_delete=models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("cabinet")
    )
    hook = models.PositiveSmallIntegerField(_("hook"), null=True, blank=True, validators=[MinValueValidator(1)])
    seal_number = models.CharField(_("seal number"), max_length=30, blank=True)
    deposited_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deposited_keys",
        verbose_name=_("deposited by"),
    )
    brought_by = models.CharField(_("brought by an agent"), max_length=80, blank=True)
    letter_ref = models.CharField(_("letter of authority filed as"), max_length=60, blank=True)
    deposited_on = models.DateField(_("deposited on"), null=True, blank=True)
    entrusted_until = models.DateField(_("entrusted until"), null=True, blank=True)
    allows = models.CharField(_("what the owner allows"), max_length=200, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replacements",
        verbose_name=_("in place of"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "tag"], name="one_key_tag"),
            models.UniqueConstraint(
                fields=["cabinet", "hook"], condition=Q(hook__isnull=False), name="one_key_on_a_hook"
            ),
            models.CheckConstraint(condition=Q(ring__isnull=True) | Q(hook__isnull=True), name="a_key_hangs_once"),
        )
        indexes = (
            models.Index(fields=["office", "state", "kind"], name="keys_by_state"),
            models.Index(fields=["unit", "state"], name="keys_of_unit"),
        )
        ordering = ("tag",)
        verbose_name = _("key")
        verbose_name_plural = _("keys")

    def __str__(self) -> str:
        return f"{self.tag} {self.opens}" if self.opens else self.tag

    def get_absolute_url(self) -> str:
        """Return the key's page: what it opens, where it is, its whole history."""
        return reverse("keys:key", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return KEY_TONES[KeyState(self.state)]

    @property
    def opens(self) -> str:
        """What it opens, as the desk says it: the unit, and which door of it."""
        return " ".join(filter(None, (self.unit.code if self.unit else "", self.name)))

    @property
    def place(self) -> str:
        """Where it hangs: cabinet and hook, its own or its ring's."""
        if self.ring is not None:
            return f"{self.ring.tag} · {self.ring.place}" if self.ring.place else self.ring.tag
        return hook_text(self.cabinet, self.hook)

    @property
    def entrust_is_over(self) -> bool:
        """Whether the time for which the owner entrusted it is over."""
        return self.entrusted_until is not None and self.entrusted_until < local_date()


def hook_text(cabinet: Cabinet | None, hook: int | None) -> str:
    """Return a place in a cabinet as people say it: A柜 12."""
    return " ".join(str(part) for part in (cabinet, hook) if part is not None)
