"""Our own template “register”: one row per person and unit; other systems' lists look alike (R-EST-07)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.estate.imports.book import Book
from frontdesk.estate.imports.words import (
    KINDS,
    PAPERS,
    ROLES,
    SPACE_KINDS,
    STATES,
    RegisterRow,
    state_for,
    synonyms,
    unit_code,
)
from frontdesk.estate.imports.writing import Writer
from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.errors import DeskError
from frontdesk.kit.imports import CHANGED, NEW, SAME, ImportColumn, Importer, Row, Sheet
from frontdesk.kit.imports.cells import ChoiceCell, CodeCell, DateCell, IntegerCell, NumberCell, TextCell
from frontdesk.kit.masking import mask_id, mask_phone

if TYPE_CHECKING:
    from frontdesk.estate.imports.drafts import UnitDraft

ORDER = (NEW, CHANGED, SAME)
UNIT_FIELDS = ("building", "entrance", "floor", "kind", "floor_area", "state")
FLAT_FIELDS = (*UNIT_FIELDS, "space_kind")


class RegisterOptions(forms.Form):
    """What the file itself does not say."""

    starts = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("For rows without a date of their own; empty means it is not known since when."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    lenient = forms.BooleanField(
        label=gettext_lazy("Leave out wrong numbers"),
        required=False,
        help_text=gettext_lazy(
            "ID numbers, phones and plates that cannot be right are left out and noted at the person, "
            "instead of stopping the import."
        ),
    )


class FlatRow(RegisterRow):
    """One person in one unit; without a name, the unit alone."""

    building = CodeCell(max_length=20, required=False)
    entrance = CodeCell(max_length=20, required=False)
    code = CodeCell(max_length=30)
    floor = IntegerCell(required=False, min_value=-9, max_value=200)
    kind = ChoiceCell(choices=Unit.Kind.choices, synonyms=synonyms(KINDS), required=False)
    space_kind = ChoiceCell(choices=Unit.SpaceKind.choices, synonyms=synonyms(SPACE_KINDS), required=False)
    floor_area = NumberCell(
        max_digits=8, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal("99999.99"), required=False
    )
    state = ChoiceCell(choices=AssetState.choices, synonyms=synonyms(STATES), required=False)
    role = ChoiceCell(choices=Tenure.Role.choices, synonyms=synonyms(ROLES), required=False, empty_value="owner")
    name = TextCell(max_length=80, required=False)
    phone = TextCell(max_length=100, required=False)
    id_kind = ChoiceCell(choices=Person.IdKind.choices, synonyms=synonyms(PAPERS), required=False)
    id_number = TextCell(max_length=40, required=False)
    relation = TextCell(max_length=20, required=False)
    starts = DateCell(required=False)
    ends = DateCell(required=False)
    plate = TextCell(max_length=60, required=False)
    vehicle = TextCell(max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Put the unit's code together and see that what belongs together is there together."""
        data = self.cleaned_data
        if "code" in data:
            data["unit_code"] = unit_code(data.get("building", ""), data.get("entrance", ""), data["code"])
            if len(data["unit_code"]) > 30:  # noqa: PLR2004 - the column's length
                self.add_error("code", _("This code is too long."))
        if data.get("state"):
            data["state"] = state_for(data.get("kind") or "residence", data["state"])
        if data.get("entrance") == "0":
            data["entrance"] = ""
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day lies before the first."))
        if not data.get("name", True) and (data.get("id_number") or data.get("plate")):
            self.add_error("name", _("Whose number is this? The name is missing."))
        return data


class RegisterBase(Importer):
    """What both shapes of a register have in common: the book, and how a row stands to it."""

    options_form = RegisterOptions
    permission = "estate.import_unit"
    book: Book

    @property
    def lenient(self) -> bool:
        """Whether wrong numbers are left out instead of stopping the import."""
        return bool(self.options.get("lenient"))

    def compare(self, row: Row) -> str:
        """Return the strongest of what happens to the row's unit, people, stays and vehicles."""
        outcomes = {draft.outcome for draft in row.existing or ()}
        return next((outcome for outcome in ORDER if outcome in outcomes), SAME)

    def take_unit(self, row: Row, code: str, values: dict[str, Any]) -> UnitDraft:
        """Note what a row says of its unit; two rows that contradict each other are an error of the second."""
        unit = self.book.unit(code)
        first = unit.row
        wrong = unit.say(values, row.number)
        if wrong:
            row.error(wrong, _("Row %(row)s says otherwise about the same unit.") % {"row": first})
        kind = unit.values.get("kind") or unit.stored.get("kind") or Unit.Kind.RESIDENCE
        if unit.values.get("space_kind") and kind != Unit.Kind.PARKING:
            row.error("space_kind", _("Only a parking space has a kind of space."))
        if unit.pk is None and unit.values.get("state", AssetState.SOLD) not in Unit.states_of(kind):
            row.error("state", _("A unit of this kind cannot be in this state."))
        return unit

    def take_people(self, row: Row, unit: UnitDraft, data: dict[str, Any]) -> list[Any]:
        """Find or begin the people of a row with their stays and vehicles."""
        drafts: list[Any] = []
        phones = data.get("phone", [])
        names = data.get("name", [])
        each = len(names) > 1 and len(phones) == len(names)
        for place, name in enumerate(names):
            own = phones[place : place + 1] if each else phones if place == 0 else []
            person = self.find_person(row, [unit.code], name, own, data if place == 0 else {})
            if person is None:
                continue
            stay = self.book.stay(
                unit,
                person,
                data["role"],
                starts=data.get("starts") or self.options.get("starts"),
                ends=data.get("ends"),
                relation=data.get("relation", ""),
            )
            drafts += [person, stay]
            if place == 0:
                drafts += self.take_vehicles(row, person, data, unit)
        return drafts

    def take_vehicles(self, row: Row, person: Any, data: dict[str, Any], unit: UnitDraft) -> list[Any]:
        """Find or begin the vehicles of a row's person."""
        space = unit if (unit.values.get("kind") or unit.stored.get("kind")) == Unit.Kind.PARKING else None
        drafts = []
        for plate in data.get("plate", []):
            try:
                drafts.append(
                    self.book.vehicle(plate, person, model=data.get("vehicle", ""), space=space, home=unit.code)
                )
            except DeskError as error:
                if not self.lenient:
                    row.error("plate", str(error))
        return drafts

    def find_person(self, row: Row, codes: list[str], name: str, phones: list[str], data: dict[str, Any]) -> Any:
        """Find or begin a person; None when the number of their paper is somebody else's."""
        paper = {"id_kind": data.get("id_kind") or "", "id_number": data.get("id_number", "")}
        doubts = tuple(data.get("doubts", ()))
        try:
            person = self.book.person(name, codes=codes, phones=phones, **paper)
        except DeskError as error:
            if not self.lenient:
                row.error("id_number", str(error))
                return None
            person = self.book.person(name, codes=codes, phones=phones)
            doubts += (str(_("document number")),)
        person.doubts += doubts
        return person

    def write(self, ground: set[tuple[str, str]], progress: Any) -> None:
        """Write the book."""
        Writer(self.book, by=self.by, progress=progress).write(ground)


class RegisterImporter(RegisterBase):
    """房产与住户一览表 · one flat sheet."""

    kind = "estate.register"
    label = gettext_lazy("Units and people (one sheet)")
    help = gettext_lazy("One row per person and unit: the building list of your old system, or our own template.")
    sheets = (
        Sheet(
            "register",
            gettext_lazy("Register"),
            names=("资产信息", "房屋信息", "房产信息", "住户信息", "业主信息", "花名册", "业主花名册"),
            form_class=FlatRow,
            key=("unit_code", "role", "name"),
            columns=[
                ImportColumn(
                    "building",
                    gettext_lazy("Building"),
                    labels=("楼栋", "楼号", "楼栋号", "楼栋编号", "幢号", "栋"),
                    example="3",
                ),
                ImportColumn(
                    "entrance", gettext_lazy("Entrance"), labels=("单元", "单元号", "单元编号", "梯"), example="2"
                ),
                ImportColumn(
                    "code",
                    gettext_lazy("Unit code"),
                    labels=("房间", "房间号", "房屋编号", "室号", "门牌号", "房屋", "房号"),
                    required=True,
                    help=gettext_lazy("1502, or in full 3-2-1502"),
                    example="1502",
                ),
                ImportColumn("floor", gettext_lazy("Floor"), labels=("楼层", "房屋楼层", "所在楼层"), example="15"),
                ImportColumn(
                    "kind",
                    gettext_lazy("Kind"),
                    labels=("类型", "房屋类型", "房产类型", "用途", "性质"),
                    choices=[label for _value, label in Unit.Kind.choices],
                    example="住宅",
                ),
                ImportColumn(
                    "space_kind",
                    gettext_lazy("Kind of space"),
                    labels=("车位类型", "车位性质"),
                    help=gettext_lazy("Of parking spaces only: by it their vehicles are charged."),
                    choices=[label for _value, label in Unit.SpaceKind.choices],
                ),
                ImportColumn(
                    "floor_area",
                    gettext_lazy("Floor area (m²)"),
                    labels=("面积", "建筑面积", "房屋面积"),
                    example="89.50",
                ),
                ImportColumn(
                    "state",
                    gettext_lazy("State"),
                    labels=("状态", "房屋状态", "房产状态", "使用状态"),
                    choices=[label for _value, label in AssetState.choices],
                ),
                ImportColumn(
                    "role",
                    gettext_lazy("Is here as"),
                    labels=("业主类型", "住户类型", "人员类型", "身份", "客户类型"),
                    choices=[label for _value, label in Tenure.Role.choices],
                    example="业主",
                ),
                ImportColumn(
                    "name",
                    gettext_lazy("Name"),
                    labels=("姓名", "业主名称", "业主姓名", "住户姓名", "客户名称", "业主"),
                    example="张伟",
                ),
                ImportColumn(
                    "phone",
                    gettext_lazy("Phone"),
                    labels=("电话", "手机号", "手机", "联系电话", "手机号码", "电话号码", "业主电话", "联系方式"),
                    mask=mask_phone,
                    example="13800138000",
                ),
                ImportColumn(
                    "id_kind",
                    gettext_lazy("Identity document"),
                    labels=("证件类型", "证件", "证件类别"),
                    choices=[label for _value, label in Person.IdKind.choices],
                ),
                ImportColumn(
                    "id_number",
                    gettext_lazy("Document number"),
                    labels=("身份证号", "身份证", "身份证号码", "证件号", "证件号码"),
                    mask=mask_id,
                    example="110101199003074514",
                ),
                ImportColumn("relation", gettext_lazy("Relation"), labels=("关系", "与业主关系", "与户主关系")),
                ImportColumn(
                    "starts",
                    gettext_lazy("From"),
                    labels=("起始日期", "入住日期", "入伙日期", "开始时间", "起租日期"),
                    example="2026-01-05",
                ),
                ImportColumn("ends", gettext_lazy("To"), labels=("结束时间", "到期日期", "租期至")),
                ImportColumn("plate", gettext_lazy("Plate"), labels=("车牌", "车牌号", "车牌号码"), example="粤B12345"),
                ImportColumn(
                    "vehicle", gettext_lazy("Make and colour"), labels=("车辆品牌颜色", "车型", "车品牌", "车辆品牌")
                ),
            ],
        ),
    )

    def check(self, rows: dict[str, list[Row]]) -> None:
        """Find every row's unit and people in the register or in the rows above it."""
        right = rows["register"]
        self.book = Book(self.office)
        self.book.read(
            codes=[row.data["unit_code"] for row in right],
            papers=[row.data["id_number"] for row in right if row.data["id_number"]],
            phones=[number for row in right for number in row.data["phone"]],
            plates=[plate for row in right for plate in row.data["plate"]],
        )
        for row in right:
            unit = self.take_unit(row, row.data["unit_code"], {name: row.data[name] for name in FLAT_FIELDS})
            row.existing = (unit, *self.take_people(row, unit, row.data))
            row.data = {}  # what counts stands in the drafts now; both at once need not fit into memory

    def commit(self, rows: dict[str, list[Row]], *, progress: Any) -> None:
        """Write units, people, stays and vehicles in bulk."""
        del rows
        self.write(set(), progress)
