"""What offices write into the cells of their registers, and what it means here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from frontdesk.estate.identity import clean_id_number, clean_phone, clean_plate, fold
from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.errors import DeskError
from frontdesk.kit.imports import RowForm

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "residence": ("住宅", "110", "119", "住房", "公寓", "宿舍", "房屋"),
    "shop": ("商铺", "商业", "门面", "店铺", "铺位", "底商"),
    "storage": ("储藏室", "储藏间", "仓库", "杂物间", "地下室"),
    "parking": ("车位", "停车位", "车库", "地上停车位", "地下停车位"),
    "office_room": ("办公室", "办公用房", "120", "办公", "写字楼"),
}
SPACE_KINDS = {
    Unit.SpaceKind.SHARED: ("公共车位", "公共", "月租车位", "公共停车位"),
    Unit.SpaceKind.PRIVATE: ("私家车位", "私家", "产权车位", "自有车位", "固定车位"),
    Unit.SpaceKind.OPEN_AIR: ("露天车位", "露天", "地上车位", "地面车位"),
}
STATES = {
    AssetState.SOLD: (
        "已售",
        "2001",
        "2003",
        "2004",
        "2005",
        "2007",
        "2009",
        "已入住",
        "已交房",
        "未入住",
        "已装修",
        "装修中",
        "已出售",
        "自住",
        "s",
    ),
    AssetState.PENDING: ("待接管", "2002", "未销售", "未售", "未接管"),
    AssetState.IDLE: ("闲置", "2008", "空闲", "空置"),
    AssetState.IN_USE: ("使用中", "在用", "2006", "自用"),
    AssetState.RENTED: ("已出租", "出租", "租赁", "h"),
    AssetState.ACCEPTED: ("已接管", "已验收"),
}
ROLES = {
    Tenure.Role.OWNER: ("业主", "1001", "产权人", "房主", "户主"),
    Tenure.Role.FAMILY: ("家庭成员", "1002", "家属", "亲属", "配偶", "子女", "父母", "家人"),
    Tenure.Role.TENANT: ("租户", "1003", "租客", "承租人", "租赁户"),
    Tenure.Role.CONTACT: ("联系人", "1004", "临时人员", "紧急联系人"),
}
PAPERS = {
    Person.IdKind.ID_CARD: ("身份证", "居民身份证", "二代身份证"),
    Person.IdKind.PASSPORT: ("护照",),
    Person.IdKind.OTHER: ("其他证件", "其他"),
    Person.IdKind.HK_MACAO: ("港澳居民来往内地通行证", "港澳通行证", "回乡证"),
    Person.IdKind.TAIWAN: ("台湾居民来往大陆通行证", "台胞证"),
    Person.IdKind.CREDIT_CODE: ("统一社会信用代码", "营业执照", "信用代码"),
}
NOBODY = {"", "无", "空", "空置", "暂无", "-", "--", "/", "0", "无业主", "未售"}
LIST = re.compile(r"[,，、;；]+")
PHONE_LIST = re.compile(r"[,，、;；/|]+")
NO_PHONE = "18999999999"
"""What another property system's template tells offices to write when there is no number."""


def synonyms(words: dict[Any, tuple[str, ...]]) -> dict[str, str]:
    """Turn value → words into word → value."""
    return {word: str(value) for value, row in words.items() for word in row}


def unit_code(building: str, entrance: str, room: str) -> str:
    """Return the code people say aloud: 3, 2, 1502 → 3-2-1502; a code written in full is left as it is."""
    if "-" in room or not building:
        return room
    return "-".join(part for part in (building, "" if entrance == "0" else entrance, room) if part)


def is_placeholder(number: str) -> bool:
    """Tell a number that only fills the cell, 111111111111111111, from one that means something."""
    return number == NO_PHONE or len(set(number)) == 1


class RegisterRow(RowForm):
    """A row with numbers of people in it: wrong ones are errors, or are left out and noted if the user said so."""

    def doubtful(self, check: Callable[[str], str], text: str, label: str) -> str:
        """Return the number in its one form; `label` names it in the note of a person whose number is left out."""
        if is_placeholder(fold(text)):
            return ""
        try:
            return check(text)
        except DeskError as error:
            if not self.importer.options.get("lenient"):
                raise ValidationError(str(error)) from error
            self.cleaned_data.setdefault("doubts", []).append(label)
            return ""

    def clean_name(self) -> tuple[str, ...]:
        """Return the names in the cell: two owners stand in one, separated by a comma."""
        names = [name.strip() for name in LIST.split(self.cleaned_data["name"])]
        return tuple(name for name in names if name not in NOBODY)

    def clean_phone(self) -> tuple[str, ...]:
        texts = [text for text in PHONE_LIST.split(self.cleaned_data["phone"]) if text.strip() not in NOBODY]
        found = [self.doubtful(clean_phone, text, _("phone")) for text in texts]
        return tuple(dict.fromkeys(filter(None, found)))

    def clean_id_number(self) -> str:
        text = self.cleaned_data["id_number"]
        if text in NOBODY:
            return ""
        kind = self.cleaned_data.get("id_kind") or paper_kind(text)
        self.cleaned_data["id_kind"] = kind
        return self.doubtful(lambda t: clean_id_number(kind, t), text, _("document number"))

    def clean_plate(self) -> tuple[str, ...]:
        texts = [text for text in LIST.split(self.cleaned_data["plate"]) if text.strip() not in NOBODY]
        found = [self.doubtful(clean_plate, text, _("plate")) for text in texts]
        return tuple(dict.fromkeys(filter(None, found)))


def paper_kind(text: str) -> str:
    """Guess what a number without a kind is: a credit code where it holds letters an ID card cannot have."""
    number = fold(text)
    if len(number) == 18 and re.search(r"[A-WYZ]", number):  # noqa: PLR2004 - both have 18 places
        return Person.IdKind.CREDIT_CODE
    if re.fullmatch(r"[HM][0-9]{8,10}", number):
        return Person.IdKind.HK_MACAO
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{7,8}", number):
        return Person.IdKind.PASSPORT
    return Person.IdKind.ID_CARD


def state_for(kind: str, state: str) -> str:
    """Return what a state means for a kind of unit: what is in use is rented where it is a parking space."""
    if kind == Unit.Kind.PARKING and state == AssetState.IN_USE:
        return AssetState.RENTED
    if kind != Unit.Kind.PARKING and state == AssetState.RENTED:
        return AssetState.IN_USE
    return state
