"""Goods passes and what the gate saw, as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.listing import Action, ChoiceColumn, Column, DateTimeColumn, StateColumn, Table
from movein.models import GateCheck, GoodsItem, GoodsPass
from movein.models.goods import EXPIRED
from movein.workflow import PASS_TONES, PassState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.kit.listing.columns import Row

ISSUE = Action(
    pgettext_lazy("goods pass", "Issue a pass"),
    "movein:goodspass_start",
    "movein.issue_goodspass",
    "plus-lg",
    "primary",
)
GATE = Action(pgettext_lazy("goods pass", "At the gate"), "movein:gate", "movein.release_goodspass", "upc-scan")
STANDINGS = [*PassState.choices, ("expired", EXPIRED)]


def goods_of(pks: list[Any]) -> Mapping[Any, str]:
    """Read the goods of each of some passes, in one line."""
    found: dict[Any, list[str]] = {}
    for item in GoodsItem.objects.filter(goods_pass__in=pks).order_by("position", "pk"):
        found.setdefault(item.goods_pass_id, []).append(str(item))
    return {pk: "、".join(lines) for pk, lines in found.items()}


def name_and_company(name: str, row: Row) -> str:
    """Name who asks, of a company without a unit also the company."""
    return f"{name}（{row['company']}）" if row["company"] else name


def number_or_code(number: str | None, row: Row) -> str:
    """Name the pass that was shown, or what was typed where there is none."""
    return number or row["code"]


class GoodsPassTable(Table):
    """Passes."""

    number = Column(_("No."), sort=True, link="movein:goodspass")
    unit = Column(_("Unit"), "unit__code", sort=True, link="estate:unit", link_pk="unit")
    name = Column(_("Name"), sort=True, render=name_and_company, needs=("company",), css="text")
    applicant = ChoiceColumn(_("Applicant"), choices=GoodsPass.Applicant.choices, sort=True)
    kind = ChoiceColumn(_("What for"), choices=GoodsPass.Kind.choices, sort=True)
    goods = Column(_("Goods"), load=goods_of, css="text")
    starts_at = DateTimeColumn(pgettext_lazy("goods pass", "From"), sort=True)
    ends_at = DateTimeColumn(pgettext_lazy("goods pass", "Until"), sort=True)
    plate = Column(_("Plate"), optional=True)
    standing = StateColumn(_("State"), choices=STANDINGS, styles={**PASS_TONES, "expired": "danger"}, sort=True)
    released_at = DateTimeColumn(_("Let out at"), sort=True, optional=True, default_shown=False)
    issued_by = Column(_("Issued by"), "issued_by__name", optional=True, default_shown=False)
    carrier = Column(pgettext_lazy("goods pass", "Carried by"), optional=True, default_shown=False)
    remark = Column(_("Remark"), optional=True, default_shown=False, css="text")

    class Meta:
        model = GoodsPass
        default_sort = ("-starts_at",)
        empty = _("No goods passes yet")
        empty_text = _("Whoever moves something out gets a pass at the desk; the guard lets it out once.")
        empty_icon = "box-seam"
        first = ISSUE


class GateCheckTable(Table):
    """Everything that was shown at the gate."""

    shown_at = DateTimeColumn(_("At"), "at", sort=True)
    goods_pass = Column(
        _("Goods pass"),
        "goods_pass__number",
        link="movein:goodspass",
        link_pk="goods_pass",
        render=number_or_code,
        needs=("code",),
    )
    unit = Column(_("Unit"), "goods_pass__unit__code", link="estate:unit", link_pk="goods_pass__unit", sort=True)
    name = Column(_("Name"), "goods_pass__name")
    outcome = StateColumn(
        pgettext_lazy("goods pass", "Outcome"), choices=GateCheck.Outcome.choices, styles=GateCheck.TONES, sort=True
    )
    note = Column(_("What differs"), css="text")
    by = Column(pgettext_lazy("goods pass", "Guard"), "by__name", sort=True)

    class Meta:
        model = GateCheck
        default_sort = ("-at",)
        empty = _("Nothing was shown at the gate yet")
        empty_text = _("Each pass a guard looks up, lets out or refuses is written down here.")
        empty_icon = "shield-check"
