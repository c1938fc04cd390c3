"""What an office sorts its tickets by and sends them to: categories, parts, causes, departments, contractors."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.querysets import CatalogueQuerySet, CategoryQuerySet, DepartmentQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class CatalogueEntry(Scoped, Versioned):
    """One name in one of the office's own lists; no longer used, it is set aside and stays on old tickets."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page on which it is edited."""
        return reverse(f"complaints:{self._meta.model_name}_edit", args=[self.pk])


class Department(CatalogueEntry):
    """部门 · a team of the office that takes tickets; any of its members may grab what is dispatched to it."""

    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="departments", verbose_name=_("members")
    )

    verbs: ClassVar = {"leave_department": _("took somebody out")}

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_department_name"),)
        ordering = ("position", "name")
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Contractor(CatalogueEntry):
    """施工单位 / 维保单位 · an outside company that repairs, mostly under warranty (R-TKT-12)."""

    trade = models.CharField(_("trade"), max_length=40, blank=True)
    contact = models.CharField(_("responsible person"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_contractor_name"),)
        ordering = ("position", "name")
        verbose_name = _("contractor")
        verbose_name_plural = _("contractors")


class Category(CatalogueEntry):
    """分类 · a branch of the office's own tree of what calls are about; it chooses fields, deadline and department."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("under"),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name=_("goes to the department"),
    )
    finish_minutes = models.PositiveIntegerField(_("to be finished within (working minutes)"), null=True, blank=True)
    asks_visit = models.BooleanField(_("asks when somebody can be there"), default=True)
    asks_place = models.BooleanField(_("asks for the place"), default=False)
    is_urgent = models.BooleanField(_("urgent from the start"), default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "parent", "name"], name="one_category_name"),
            models.UniqueConstraint(
                fields=["office", "name"], condition=models.Q(parent__isnull=True), name="one_top_category_name"
            ),
        )
        ordering = ("position", "name")
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Part(CatalogueEntry):
    """部位 · what of a building or flat was at fault, with how long the developer's warranty on it runs (R-TKT-12)."""

    warranty_months = models.PositiveSmallIntegerField(
        _("warranty (months)"), default=24, validators=[MinValueValidator(0), MaxValueValidator(1200)]
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_part_name"),)
        ordering = ("position", "name")
        verbose_name = _("part")
        verbose_name_plural = _("parts")


class Cause(CatalogueEntry):
    """原因 · why it broke or was complained about."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="one_cause_name"),)
        ordering = ("position", "name")
        verbose_name = _("cause")
        verbose_name_plural = _("causes")


CATALOGUES = (Category, Department, Contractor, Part, Cause)
