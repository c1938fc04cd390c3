"""The workbook of several sheets another property system starts an office with: buildings, owners, units, parking."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.estate.imports.book import Book
from frontdesk.estate.imports.drafts import GroundDraft
from frontdesk.estate.imports.flat import UNIT_FIELDS, RegisterBase
from frontdesk.estate.imports.workbook_rows import BuildingRow, OwnerRow, ParkingRow, UnitRow
from frontdesk.estate.models import Building, Entrance, Tenure, Unit
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.imports import ImportColumn, Row, Sheet
from frontdesk.kit.masking import mask_id, mask_phone

if TYPE_CHECKING:
    from collections.abc import Container

OWNER_NUMBERS = ("业主编号", "客户编号")
BUILDINGS = ("楼栋号", "楼栋编号", "楼号", "幢号")
ENTRANCES = ("单元编号", "单元号", "单元")


class WorkbookImporter(RegisterBase):
    """多工作表房产资料 · sheets for buildings, owners, units and parking spaces that name each other by number."""

    kind = "estate.workbook"
    label = gettext_lazy("Units and people (workbook of several sheets)")
    help = gettext_lazy("Sheets for buildings, owners, units and parking spaces; owners are named by their number.")
    sheets = (
        Sheet(
            "buildings",
            gettext_lazy("Buildings"),
            names=("楼栋单元", "楼栋", "楼宇"),
            form_class=BuildingRow,
            key=("building", "entrance"),
            required=False,
            repeats=True,
            columns=[
                ImportColumn("building", gettext_lazy("Building"), labels=BUILDINGS, required=True, example="3"),
                ImportColumn("entrance", gettext_lazy("Entrance"), labels=ENTRANCES, example="2"),
            ],
        ),
        Sheet(
            "owners",
            gettext_lazy("Owners"),
            names=("业主信息", "业主", "客户信息"),
            form_class=OwnerRow,
            key=("number", "role", "name"),
            required=False,
            columns=[
                ImportColumn("number", gettext_lazy("Owner no."), labels=OWNER_NUMBERS, required=True, example="1001"),
                ImportColumn(
                    "name", gettext_lazy("Name"), labels=("业主名称", "业主姓名"), required=True, example="张伟"
                ),
                ImportColumn(
                    "phone",
                    gettext_lazy("Phone"),
                    labels=("手机号", "手机", "联系电话"),
                    mask=mask_phone,
                    example="13800138000",
                ),
                ImportColumn(
                    "id_number",
                    gettext_lazy("Document number"),
                    labels=("身份证号", "身份证", "证件号码"),
                    mask=mask_id,
                    example="110101199003074514",
                ),
                ImportColumn(
                    "role",
                    gettext_lazy("Is here as"),
                    labels=("业主类型", "住户类型"),
                    choices=[label for _value, label in Tenure.Role.choices],
                    help=gettext_lazy("Family and tenants carry the number of the owner they belong to."),
                ),
            ],
        ),
        Sheet(
            "units",
            gettext_lazy("Units"),
            names=("房屋信息", "资产信息", "房产信息"),
            form_class=UnitRow,
            key=("unit_code",),
            required=False,
            columns=[
                ImportColumn("building", gettext_lazy("Building"), labels=BUILDINGS, required=True, example="3"),
                ImportColumn("entrance", gettext_lazy("Entrance"), labels=ENTRANCES, example="2"),
                ImportColumn(
                    "code",
                    gettext_lazy("Unit code"),
                    labels=("房屋编号", "房号", "房间号"),
                    required=True,
                    example="1502",
                ),
                ImportColumn("floor", gettext_lazy("Floor"), labels=("房屋楼层", "所在楼层"), example="15"),
                ImportColumn(
                    "kind",
                    gettext_lazy("Kind"),
                    labels=("房屋类型",),
                    choices=[label for value, label in Unit.Kind.choices if value != Unit.Kind.PARKING],
                ),
                ImportColumn(
                    "floor_area", gettext_lazy("Floor area (m²)"), labels=("建筑面积", "面积"), example="89.50"
                ),
                ImportColumn("state", gettext_lazy("State"), labels=("房屋状态",)),
                ImportColumn("owner", gettext_lazy("Owner no."), labels=OWNER_NUMBERS, example="1001"),
            ],
        ),
        Sheet(
            "parking",
            gettext_lazy("Parking spaces"),
            names=("车位信息", "车位"),
            form_class=ParkingRow,
            key=("code",),
            required=False,
            columns=[
                ImportColumn(
                    "code",
                    gettext_lazy("Space"),
                    labels=("车位编码", "车位编号", "车位号"),
                    required=True,
                    example="C0001",
                ),
                ImportColumn(
                    "space_kind",
                    gettext_lazy("Kind of space"),
                    labels=("车位类型", "车位性质"),
                    choices=[label for _value, label in Unit.SpaceKind.choices],
                ),
                ImportColumn("floor_area", gettext_lazy("Floor area (m²)"), labels=("面积",)),
                ImportColumn("owner", gettext_lazy("Owner no."), labels=OWNER_NUMBERS),
                ImportColumn("plate", gettext_lazy("Plate"), labels=("车牌号", "车牌")),
                ImportColumn("brand", gettext_lazy("Make"), labels=("车品牌", "车辆品牌")),
                ImportColumn("colour", gettext_lazy("Colour"), labels=("颜色", "车辆颜色")),
                ImportColumn(
                    "let", gettext_lazy("Sold or rented"), labels=("出租还是出售", "出租还是出售（H出租S出售）", "租售")
                ),
                ImportColumn("starts", gettext_lazy("From"), labels=("开始时间", "起租时间")),
                ImportColumn("ends", gettext_lazy("To"), labels=("结束时间", "到期时间")),
            ],
        ),
    )

    ground: set[tuple[str, str]]
    households: defaultdict[str, list[tuple[Any, str]]]

    def check(self, rows: dict[str, list[Row]]) -> None:
        """Find units, owners and spaces in the register; owners by their number on the other sheet."""
        owners, units, spaces = rows.get("owners", []), rows.get("units", []), rows.get("parking", [])
        self.book = Book(self.office)
        self.book.read(
            codes=[row.data["unit_code"] for row in units] + [row.data["code"] for row in spaces],
            papers=[row.data["id_number"] for row in owners if row.data["id_number"]],
            phones=[number for row in owners for number in row.data["phone"]],
            plates=[plate for row in spaces for plate in row.data["plate"]],
            lone_names=[row.data["name"][0] for row in owners if not row.data["phone"] and not row.data["id_number"]],
        )
        homes = defaultdict(list)
        for row in units + spaces:
            for number in row.data["owner"]:
                homes[number].append(row.data.get("unit_code") or row.data["code"])
        self.households = defaultdict(list)
        for row in owners:
            name, phones = row.data["name"][0], row.data["phone"]
            person = self.find_person(row, homes[row.data["number"]], name, phones, row.data)
            row.existing = [person] if person else []
            self.households[row.data["number"]].append((person, row.data["role"]))
        self._take_ground(rows.get("buildings", []))
        for row in units:
            self._take(
                row, row.data["unit_code"], {name: row.data[name] for name in UNIT_FIELDS}, row.data, Tenure.Role
            )
        for row in spaces:
            self._take_space(row)

    def commit(self, rows: dict[str, list[Row]], *, progress: Any) -> None:
        """Write units, people, stays and vehicles in bulk."""
        del rows
        self.write(self.ground, progress)

    def _take_ground(self, rows: list[Row]) -> None:
        """Note buildings and entrances; those the register has are nothing new."""
        entrances = Entrance.objects.of_office(self.office).values_list("building__name", "name")
        buildings = Building.objects.of_office(self.office).values_list("name", flat=True)
        known = {*entrances, *((name, "") for name in buildings)}
        self.ground = set()
        for row in rows:
            place = (row.data["building"], row.data["entrance"])
            row.existing = [] if place in known else [GroundDraft()]
            self.ground.add(place)

    def _take(self, row: Row, code: str, values: dict[str, Any], data: dict[str, Any], roles: Container[str]) -> None:
        """Take a row's unit with the households of its owners, of which `roles` come along."""
        unit = self.take_unit(row, code, values)
        drafts: list[Any] = [unit]
        for number in data["owner"]:
            if number not in self.households and not self.lenient:
                row.error("owner", _("No such number on the sheet “%(sheet)s”.") % {"sheet": _("Owners")})
            for person, role in self.households.get(number, ()):
                if person and role in roles:
                    drafts.append(self._stay(unit, person, role, data))
                if person and role == Tenure.Role.OWNER:
                    drafts += self.take_vehicles(row, person, data, unit)
        row.existing = drafts

    def _stay(self, unit: Any, person: Any, role: str, data: dict[str, Any]) -> Any:
        rented = unit.values.get("state") == AssetState.RENTED
        return self.book.stay(
            unit,
            person,
            Tenure.Role.TENANT if rented and role == Tenure.Role.OWNER else role,
            starts=data.get("starts") or self.options.get("starts"),
            ends=data.get("ends") if rented else None,
        )

    def _take_space(self, row: Row) -> None:
        """Take a space; a household's family does not own the car park with it."""
        data = dict(row.data)
        data["vehicle"] = " ".join(filter(None, (data.get("brand"), data.get("colour"))))
        state = data.get("let") or (AssetState.SOLD if data["owner"] else AssetState.IDLE)
        values = {
            "kind": Unit.Kind.PARKING,
            "space_kind": data["space_kind"],
            "floor_area": data["floor_area"],
            "state": state,
        }
        self._take(row, row.data["code"], values, data, {Tenure.Role.OWNER})
