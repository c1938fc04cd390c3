"""Who has which key, shown what, until when, and how it came back (R-KEY-02…05, R-KEY-08)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models import Contractor, Ticket
from frontdesk.estate.models import Office, Person
from frontdesk.kit.calendar import now
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.search import joined
from frontdesk.kit.versions import Versioned
from keys.models.register import Key
from keys.querysets import LentKeyQuerySet, LoanQuerySet

if TYPE_CHECKING:
    import datetime as dt


def new_token() -> str:
    """Return what the code on a slip says: not to be guessed, short enough for a small picture."""
    return secrets.token_urlsafe(9)


class Loan(Scoped, Versioned):
    """借用单 · one slip: who came, what they showed, which keys they took, until when.

    With `for_good` the keys were given back to who entrusted them; such a slip is closed from the start.
    """

    class Borrower(models.TextChoices):
        """R-KEY-02…05: what must be shown depends on it."""

        OWNER = "owner", _("Owner")
        AGENT = "agent", _("Owner's agent")
        CONTRACTOR = "contractor", _("Contractor")
        COLLEAGUE = "colleague", _("Colleague")
        OTHER = "other", _("Other customer")

    verbs: ClassVar = {
        "lend_keys": _("lent the keys"),
        "give_back_keys": _("gave the keys back to the owner"),
        "take_back_keys": _("took keys back"),
        "extend_loan": _("set another time"),
        "excuse_loan": _("lets them borrow all the same"),
        "call_holder": _("called the holder"),
        "remind_holder": _("reminded"),
        "reveal_holder": _("looked at the phone number"),
        "sign_loan": _("took the signature"),
    }
    tells_of = ("keys.Reminder",)
    masked_fields = frozenset({"phone"})
    hidden_fields = frozenset({"token"})
    files_stay = True  # letter and signature are what the office can show of whom it gave the keys to

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="key_loans", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    borrower = models.CharField(_("borrower"), max_length=10, choices=Borrower)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="key_loans", verbose_name=_("person")
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="key_loans",
        verbose_name=_("colleague"),
    )
    contractor = models.ForeignKey(
        Contractor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="key_loans",
        verbose_name=_("contractor"),
    )
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    in_person = models.BooleanField(_("the responsible person came in person"), default=False)
    id_kind = models.CharField(_("identity document"), max_length=12, choices=Person.IdKind, blank=True)
    id_tail = models.CharField(_("last four places of its number"), max_length=4, blank=True)
    letter_until = models.DateField(_("letter of authority valid until"), null=True, blank=True)
    letter_ref = models.CharField(_("letter of authority filed as"), max_length=60, blank=True)
    confirmed_with = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by phone with"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="key_loans", verbose_name=_("ticket")
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    for_good = models.BooleanField(_("given back for good"), default=False, editable=False)
    due_at = models.DateTimeField(_("due back"), null=True, blank=True)
    lent_at = models.DateTimeField(_("lent at"), default=now, editable=False)
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("lent by")
    )
    closed_at = models.DateTimeField(_("all back at"), null=True, editable=False)
    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("may borrow all the same, says"),
    )
    excused_until = models.DateTimeField(_("may borrow until"), null=True, editable=False)
    excuse = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = LoanQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_key_loan_number"),
            models.CheckConstraint(
                condition=Q(for_good=True) | Q(due_at__isnull=False), name="a_key_loan_has_a_due_time"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gt=F("lent_at")), name="a_key_loan_ends_later"
            ),
        )
        indexes = (
            models.Index(fields=["office", "due_at"], condition=Q(closed_at__isnull=True), name="key_loans_open"),
            models.Index(fields=["office", "-lent_at"], name="key_loans_by_time"),
            models.Index(fields=["phone"], condition=Q(closed_at__isnull=True), name="key_loans_of_phone"),
        )
        ordering = ("-lent_at", "-pk")
        verbose_name = _("key loan")
        verbose_name_plural = _("key loans")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """Return the page of the slip."""
        return reverse("keys:loan", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether a key on it is still out."""
        return self.closed_at is None

    @property
    def due(self) -> dt.datetime:
        """By when what is out must be back: an open slip always says (`a_key_loan_has_a_due_time`)."""
        return self.due_at

    @property
    def is_overdue(self) -> bool:
        """Whether a key on it should have come back by now."""
        return self.closed_at is None and self.due_at is not None and self.due_at < now()

    @property
    def is_excused(self) -> bool:
        """Whether a supervisor lets its holder borrow more although it is overdue."""
        return self.excused_until is not None and self.excused_until > now()

    @property
    def masked(self) -> str:
        """The holder's number as pages and slips show it (R-EST-04)."""
        return mask_phone(self.phone_number) if self.phone_number else ""

    @cached_property
    def phone_number(self) -> str:
        """The number the holder left, else the first one of an owner on the register."""
        if self.phone or self.person is None:
            return self.phone
        first = self.person.phones.first()
        return first.number if first else ""

    @property
    def number_differs(self) -> bool:
        """Whether a contractor's man left another number than the one on record for who is responsible."""
        known = self.contractor.phone if self.contractor else ""
        return bool(known and self.phone) and joined(known) != joined(self.phone)

    @property
    def is_of_register(self) -> bool:
        """Whether the number is the register's own, to be shown behind the password (R-EST-04)."""
        return not self.phone and bool(self.phone_number)


class LentKey(Scoped):
    """借出的钥匙 · one key on a slip, until it is back; the one open row of a key says who has it."""

    class Condition(models.TextChoices):
        """How it came back."""

        GOOD = "good", _("In order")
        DAMAGED = "damaged", _("Damaged")
        FOUND = "found", _("Lost and found again")
        LOST = "lost", _("Lost, lock changed")
        GIVEN_BACK = "given_back", _("Given back for good")

    office_path: ClassVar[str] = "loan__office"

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="lent_keys", verbose_name=_("key loan"))
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="lendings", verbose_name=_("key"))
    back_at = models.DateTimeField(_("back at"), null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("key", "taken back by"),
    )
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)
    doors_ok = models.BooleanField(_("doors and windows shut"), null=True)
    water_ok = models.BooleanField(_("water off"), null=True)
    power_ok = models.BooleanField(_("power off"), null=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = LentKeyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key"], condition=Q(back_at__isnull=True), name="one_open_loan_of_a_key"),
        )
        ordering = ("-pk",)
        verbose_name = _("lent key")
        verbose_name_plural = _("lent keys")

    def __str__(self) -> str:
        return f"{self.key.tag} → {self.loan}"

    @property
    def is_out(self) -> bool:
        """Whether it has not come back."""
        return self.back_at is None


class Reminder(Scoped):
    """催还 · one reminder about a loan: in somebody's bell by the software, or a call somebody made (R-KEY-08)."""

    class Kind(models.TextChoices):
        """When, or how."""

        BEFORE = "before", _("Due soon")
        AFTER = "after", _("Not back in time")
        CALL = "call", pgettext_lazy("reminder", "Called")

    office_path: ClassVar[str] = "loan__office"

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("key loan"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(_("due back"))
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    told = models.CharField(_("told"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["loan", "kind", "step", "due_at"],
                condition=Q(kind__in=["before", "after"]),
                name="one_reminder_a_step",
            ),
        )
        ordering = ("-at", "-pk")
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")

    def __str__(self) -> str:
        return f"{self.loan.number} {self.get_kind_display()}"
