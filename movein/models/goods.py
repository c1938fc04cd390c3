"""What goes out of the estate, with whose word, and what happened at the gate (R-GDS-01)."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.estate.models import Office, Person, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from movein.querysets import GateCheckQuerySet, GoodsPassQuerySet
from movein.workflow import GOODS_PASS, OPEN, PASS_TONES, PassState


def new_token() -> str:
    """Return what the code on a pass says: not to be guessed, short enough for a small picture."""
    return secrets.token_urlsafe(9)


class GoodsPass(Scoped, Versioned):
    """放行条 · who moves what out, on which day, between which hours, in which vehicle; it lets out once."""

    State = PassState
    process = GOODS_PASS

    class Applicant(models.TextChoices):
        """Who asks for it; of a household it follows from the register."""

        OWNER = "owner", _("Owner")
        TENANT = "tenant", _("Tenant")
        COMPANY = "company", _("Company")

    class Kind(models.TextChoices):
        """Why things leave."""

        GOODS = "goods", pgettext_lazy("goods pass", "Single goods")
        MOVE_OUT = "move_out", pgettext_lazy("goods pass", "Moving out")

    class Word(models.TextChoices):
        """How the owner's word reached the desk."""

        PHONE = "phone", _("By phone")
        IN_PERSON = "in_person", _("In person")
        LETTER = "letter", _("In writing")

    verbs: ClassVar = {
        "issue_pass": _("issued the pass"),
        "request_pass": _("took the application in; the owner is to be asked"),
        "reveal_applicant": _("looked at the phone number"),
        "present_pass": _("was shown the pass at the gate and refused it"),
    }
    masked_fields = frozenset({"phone"})
    hidden_fields = frozenset({"token"})
    files_stay = True  # the owner's letter is what the office can show for having let a tenant's things out

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="goods_passes", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=PassState, default=PassState.WAITING, editable=False)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="goods_passes", verbose_name=_("unit")
    )
    applicant = models.CharField(_("applicant"), max_length=8, choices=Applicant)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="goods_passes", verbose_name=_("person")
    )
    company = models.CharField(_("company"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    kind = models.CharField(pgettext_lazy("goods pass", "what for"), max_length=8, choices=Kind, default=Kind.GOODS)
    starts_at = models.DateTimeField(pgettext_lazy("goods pass", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("goods pass", "until"))
    plate = models.CharField(_("plate"), max_length=10, blank=True)
    carrier = models.CharField(pgettext_lazy("goods pass", "carried by"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    needs_owner = models.BooleanField(_("the owner is to be asked"), default=False, editable=False)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("owner asked")
    )
    owner_word = models.CharField(_("owner's word"), max_length=10, choices=Word, blank=True, editable=False)
    owner_said = models.CharField(_("what the owner said"), max_length=200, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken in by")
    )
    asked_at = models.DateTimeField(_("taken in at"), default=now, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, editable=False)
    released_at = models.DateTimeField(_("let out at"), null=True, editable=False)
    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)

    objects = GoodsPassQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_goods_pass_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_goods_pass_ends_later"),
            models.CheckConstraint(condition=Q(unit__isnull=False) | ~Q(company=""), name="a_goods_pass_is_somebodys"),
        )
        indexes = (
            models.Index(fields=["office", "-starts_at"], name="goods_passes_by_time"),
            models.Index(fields=["office", "state", "ends_at"], name="goods_passes_by_state"),
        )
        ordering = ("-starts_at", "-pk")
        verbose_name = _("goods pass")
        verbose_name_plural = _("goods passes")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """Return the page of the pass."""
        return reverse("movein:goodspass", args=[self.pk])

    def may_read_files(self, user: Any) -> bool:
        """Answer whether somebody may see an owner's letter: who may see people, so not the guard."""
        return user.has_perm("estate.view_person", self)

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return "danger" if self.is_expired else PASS_TONES[PassState(self.state)]

    @property
    def is_expired(self) -> bool:
        """Whether it was issued and its time passed without anybody having come to the gate."""
        return self.state == PassState.ISSUED and self.ends_at <= now()

    @property
    def is_valid(self) -> bool:
        """Whether it is issued and its time is not over: worth a sheet of paper."""
        return self.state == PassState.ISSUED and not self.is_expired

    @property
    def state_word(self) -> Any:
        """The word of its badge: what time decides stands before what somebody did."""
        return EXPIRED if self.is_expired else self.get_state_display()

    @property
    def is_open(self) -> bool:
        """Whether it has neither let out nor ended."""
        return self.state in OPEN

    @property
    def whose(self) -> str:
        """Whose goods: the unit's code, or the company."""
        return self.unit.code if self.unit else self.company

    @cached_property
    def phone_number(self) -> str:
        """The number left with the application, else the first one on the register."""
        if self.phone or self.person is None:
            return self.phone
        first = self.person.phones.first()
        return first.number if first else ""

    @property
    def masked(self) -> str:
        """The applicant's number as pages show it (R-EST-04)."""
        return mask_phone(self.phone_number) if self.phone_number else ""


EXPIRED = pgettext_lazy("goods pass", "Expired")


class GoodsItem(Scoped):
    """放行物品 · one line of a pass: what, how many; ticked by the guard."""

    office_path: ClassVar[str] = "goods_pass__office"

    goods_pass = models.ForeignKey(
        GoodsPass, on_delete=models.PROTECT, related_name="items", verbose_name=_("goods pass")
    )
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)
    measure = models.CharField(_("counted in"), max_length=4, blank=True)
    went_out = models.BooleanField(_("went out"), null=True, editable=False)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("goods")
        verbose_name_plural = _("goods")

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}{self.measure}"


class GateCheck(Scoped):
    """门岗核验 · once a pass was shown at the gate: let out, turned back, or refused and why."""

    class Outcome(models.TextChoices):
        """What became of it."""

        RELEASED = "released", pgettext_lazy("state of a goods pass", "Let out")
        TURNED_BACK = "turned_back", _("Turned back: the goods differ")
        USED = "used", _("Refused: used before")
        EXPIRED = "expired", _("Refused: its time is over")
        EARLY = "early", _("Refused: not its time yet")
        CANCELLED = "cancelled", _("Refused: cancelled")
        NOT_ISSUED = "not_issued", _("Refused: not issued")
        UNKNOWN = "unknown", _("Refused: no such pass")

    TONES: ClassVar = {
        "released": "ok",
        "turned_back": "warn",
        "early": "warn",
        **dict.fromkeys(("used", "expired", "cancelled", "not_issued", "unknown"), "danger"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="gate_checks", verbose_name=_("office"))
    goods_pass = models.ForeignKey(
        GoodsPass, on_delete=models.PROTECT, null=True, related_name="checks", verbose_name=_("goods pass")
    )
    code = models.CharField(_("typed or scanned"), max_length=60, blank=True)
    outcome = models.CharField(pgettext_lazy("goods pass", "outcome"), max_length=12, choices=Outcome)
    note = models.CharField(_("differences"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = GateCheckQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["goods_pass"], condition=Q(outcome="released"), name="a_goods_pass_lets_out_once"
            ),
            models.CheckConstraint(
                condition=Q(goods_pass__isnull=False) | Q(outcome="unknown"), name="a_gate_check_is_of_a_pass"
            ),
        )
        indexes = (models.Index(fields=["office", "-at"], name="gate_checks_by_time"),)
        ordering = ("-at", "-pk")
        verbose_name = _("gate check")
        verbose_name_plural = _("gate checks")

    def __str__(self) -> str:
        return f"{self.goods_pass or self.code} {self.get_outcome_display()}"

    @property
    def tone(self) -> str:
        """The tone of its outcome."""
        return self.TONES[self.outcome]

    @property
    def let_out(self) -> bool:
        """Whether the goods went out."""
        return self.outcome == self.Outcome.RELEASED
