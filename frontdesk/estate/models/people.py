"""People and what ties them to units: phones, tenures, vehicles (R-EST-03, R-EST-04)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import verbs
from frontdesk.estate.models.office import Office
from frontdesk.estate.models.unit import Unit
from frontdesk.estate.querysets import PersonQuerySet, TenureQuerySet, VehicleQuerySet
from frontdesk.kit.calendar import local_date
from frontdesk.kit.fields import EncryptedTextField
from frontdesk.kit.masking import mask_id, mask_phone
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class Person(Scoped, Versioned):
    """客户 · a natural person or a company the office deals with."""

    class Kind(models.TextChoices):
        """Natural or legal person."""

        PERSON = "person", _("Private person")
        COMPANY = "company", _("Company")

    class IdKind(models.TextChoices):
        """The document a person shows."""

        ID_CARD = "id_card", _("ID card")
        PASSPORT = "passport", _("Passport")
        HK_MACAO = "hk_macao", _("Hong Kong and Macao permit")
        TAIWAN = "taiwan", _("Taiwan permit")
        CREDIT_CODE = "credit_code", _("Unified social credit code")
        OTHER = "other", _("Other document")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="people", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=80)
    id_kind = models.CharField(_("identity document"), max_length=12, choices=IdKind, default=IdKind.ID_CARD)
    id_number = EncryptedTextField(_("document number"), blank=True)
    id_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    emergency_contact = models.CharField(_("emergency contact"), max_length=40, blank=True)
    emergency_phone = EncryptedTextField(_("emergency phone"), blank=True)
    card_on = models.DateField(_("family registration card of"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()
    verbs = verbs.PERSON
    tells_of = ("estate.Tenure",)
    masked_fields = frozenset({"id_number", "emergency_phone"})
    hidden_fields = frozenset({"id_index"})

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "id_index"],
                condition=~Q(id_index="") & Q(merged_into__isnull=True),
                name="one_person_per_id_number",
            ),
        )
        ordering = ("name", "pk")
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the person's page."""
        return reverse("estate:person", args=[self.pk])

    @property
    def masked_emergency_phone(self) -> str:
        """The emergency number as lists and slips show it (R-EST-04)."""
        return mask_phone(self.emergency_phone) if self.emergency_phone else ""

    @property
    def masked_id(self) -> str:
        """The document number as lists and slips show it (R-EST-04)."""
        return mask_id(self.id_number) if self.id_number else ""


class ToldApart(Scoped):
    """已核实非同一人 · two records that look alike and were found to be two people."""

    office_path: ClassVar[str] = "first__office"

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["first", "second"], name="one_row_per_pair"),)
        verbose_name = _("pair told apart")
        verbose_name_plural = _("pairs told apart")

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class Phone(Scoped):
    """电话 · one number of a person; the first by position is the one to call."""

    office_path: ClassVar[str] = "person__office"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=20, db_index=True)
    position = models.PositiveSmallIntegerField(default=0)

    masked_fields = frozenset({"number"})

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "number"], name="one_row_per_phone"),)
        ordering = ("position", "pk")
        verbose_name = _("phone")
        verbose_name_plural = _("phones")

    def __str__(self) -> str:
        return self.masked

    def get_absolute_url(self) -> str:
        """Return the page of the phone's person."""
        return self.person.get_absolute_url()

    @property
    def masked(self) -> str:
        """The number as lists and slips show it (R-EST-04)."""
        return mask_phone(self.number)


class Tenure(Scoped, Versioned):
    """入住关系 · what a person is to a unit, from–to; it is ended, never deleted."""

    class Role(models.TextChoices):
        """R-EST-03."""

        OWNER = "owner", _("Owner")
        TENANT = "tenant", _("Tenant")
        FAMILY = "family", _("Family member")
        CONTACT = "contact", _("Contact")

    office_path: ClassVar[str] = "unit__office"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("unit"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("person"))
    role = models.CharField(_("is here as"), max_length=8, choices=Role, default=Role.OWNER)
    relation = models.CharField(_("relation"), max_length=20, blank=True)
    head = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dependants",
        verbose_name=_("lives with"),
        help_text=_("The owner or tenant on whom this person's stay depends: both end together."),
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    objects = TenureQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="tenure_dates",
            ),
            models.UniqueConstraint(
                fields=["unit", "person", "role"],
                condition=Q(ends__isnull=True),
                name="one_open_tenure",
            ),
        )
        ordering = ("starts", "pk")
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")

    def __str__(self) -> str:
        return f"{self.unit} {self.person} {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        """Return the page of the unit, where the tenure stands."""
        return reverse("estate:unit", args=[self.unit_id])

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends is not None and self.ends < local_date()


class Vehicle(Scoped, Versioned):
    """车辆 · a resident's vehicle, with the space it stands on."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="vehicles", verbose_name=_("office"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="vehicles", verbose_name=_("person"))
    plate = models.CharField(_("plate"), max_length=12)
    model = models.CharField(_("make and colour"), max_length=40, blank=True)
    space = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="vehicles",
        verbose_name=_("parking space"),
    )
    added_on = models.DateField(_("since"), null=True, blank=True)
    removed_on = models.DateField(_("until"), null=True, blank=True, editable=False)

    objects = VehicleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "plate"],
                condition=Q(removed_on__isnull=True),
                name="one_vehicle_per_plate",
            ),
        )
        ordering = ("plate",)
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")

    def __str__(self) -> str:
        return self.plate

    def get_absolute_url(self) -> str:
        """Return the page of the vehicle's person."""
        return self.person.get_absolute_url()
