"""Who has to answer for a damage, what is paid for it, and what an expert says (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from complaints.querysets import AssessmentQuerySet, CompensationQuerySet
from complaints.workflow import (
    ASSESSMENT,
    ASSESSMENT_TONES,
    COMPENSATION,
    COMPENSATION_TONES,
    AssessmentState,
    CompensationState,
)
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.money import format_yuan
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.staff.models import User


class Party(models.TextChoices):
    """责任方 · who may have to answer for it (R-TKT-10)."""

    DEVELOPER = "developer", _("Developer")
    CONTRACTOR = "contractor", _("Contractor")
    PROPERTY = "property", _("Property company")
    OWNER = "owner", _("Owner")
    THIRD = "third", _("Third party")


class Responsibility(Scoped):
    """责任分析 · one party's share of what happened, in percent; the shares of a ticket make a hundred."""

    office_path: ClassVar[str] = "ticket__office"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="responsibilities")
    party = models.CharField(_("party"), max_length=10, choices=Party)
    share = models.PositiveSmallIntegerField(_("share (%)"), validators=[MinValueValidator(1), MaxValueValidator(100)])
    reason = models.CharField(_("why"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ticket", "party"], name="one_share_per_party"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="share_is_a_percentage"),
        )
        ordering = ("-share", "party")
        verbose_name = _("share of responsibility")
        verbose_name_plural = _("shares of responsibility")

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.share} %"


class Compensation(Scoped, Versioned):
    """赔偿 · what is proposed to be paid for a complaint, who approves it at its level, and that it was paid."""

    class Level(models.IntegerChoices):
        """R-TKT-09: each level has its own approver."""

        ONE = 1, _("Level 1")
        TWO = 2, _("Level 2")
        THREE = 3, _("Level 3")

    office_path: ClassVar[str] = "ticket__office"
    State = CompensationState
    process = COMPENSATION
    verbs: ClassVar = {"propose_compensation": _("proposed")}

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="compensations", verbose_name=_("ticket"))
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    payee = models.CharField(_("paid to"), max_length=80)
    proposal = models.TextField(_("proposal"), max_length=1_000)
    other_departments = models.BooleanField(_("other departments are involved"), default=False)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=CompensationState, default=CompensationState.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed at"), default=now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    remarks = models.CharField(_("remarks of the decision"), max_length=500, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, editable=False)
    voucher = models.CharField(_("voucher no."), max_length=40, blank=True)

    objects = CompensationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="compensation_is_an_amount"),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state__in=[CompensationState.PROPOSED, CompensationState.APPROVED]),
                name="one_running_compensation",
            ),
        )
        ordering = ("-proposed_at", "-pk")
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")

    def __str__(self) -> str:
        return f"{self.ticket.number} · {self.payee}"

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return COMPENSATION_TONES[CompensationState(self.state)]

    @property
    def money(self) -> str:
        """The amount as the desk reads it: ¥1,234.50."""
        return format_yuan(self.amount)

    @property
    def paid_on(self) -> dt.date | None:
        """The office's day on which it was paid."""
        return local_date(self.paid_at) if self.paid_at else None

    def get_absolute_url(self) -> str:
        """Return the compensation's page."""
        return reverse("complaints:compensation", args=[self.pk])


class Assessment(Scoped, Versioned):
    """技术鉴定 · a question put to an expert on a major fault of quality, and the answer with its paper (R-TKT-10)."""

    office_path: ClassVar[str] = "ticket__office"
    State = AssessmentState
    process = ASSESSMENT
    verbs: ClassVar = {"request_assessment": _("asked for an assessment")}

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("ticket"))
    question = models.TextField(_("what is to be assessed"), max_length=1_000)
    expert = models.CharField(_("expert"), max_length=80)
    due_on = models.DateField(_("answer by"))
    state = models.CharField(_("state"), max_length=9, choices=AssessmentState, default=AssessmentState.ASKED)
    finding = models.TextField(_("finding"), max_length=2_000, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = _("technical assessment")
        verbose_name_plural = _("technical assessments")

    def __str__(self) -> str:
        return f"{self.ticket.number} · {self.expert}"

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return ASSESSMENT_TONES[AssessmentState(self.state)]

    @property
    def is_late(self) -> bool:
        """Whether the expert should have answered by now."""
        return self.state == AssessmentState.ASKED and self.due_on < local_date()

    def may_read_files(self, user: User) -> bool:
        """Answer whether this person may open its papers: whoever looks at the ticket."""
        return user.has_perm("complaints.view_ticket", self)

    def get_absolute_url(self) -> str:
        """Return the assessment's page."""
        return reverse("complaints:assessment", args=[self.pk])
