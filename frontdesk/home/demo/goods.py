"""The demonstration's goods passes: let out, expired, cancelled, for today and tomorrow, one the owner is asked about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

from frontdesk.estate.models import Tenure, Unit
from frontdesk.home.demo import clock
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_number
from frontdesk.staff.roles import Role
from movein.models import GateCheck, GoodsItem, GoodsPass
from movein.services import index_passes, read_items

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

S, K, A, Seen = GoodsPass.State, GoodsPass.Kind, GoodsPass.Applicant, GateCheck.Outcome
COMPANY = {"company": "宏达防水工程有限公司", "name": "邓建平", "phone": "13800138002"}
STORY = (
    (-4, S.RELEASED, A.OWNER, K.GOODS, "三人沙发\n茶几", "粤B62K18", ""),
    (-3, S.ISSUED, A.OWNER, K.GOODS, "跑步机 1台", "", ""),
    (
        -2,
        S.RELEASED,
        A.TENANT,
        K.MOVE_OUT,
        "双人床\n床垫\n衣柜\n冰箱 1台\n洗衣机 1台\n纸箱 14个",
        "粤BD37206",
        "顺达搬家 王师傅",
    ),
    (-1, S.CANCELLED, A.OWNER, K.GOODS, "钢琴 1台", "", ""),
    (-1, S.RELEASED, A.COMPANY, K.GOODS, "角磨机 2台\n防水卷材 × 6卷\n人字梯 1架", "粤B5F903", ""),
    (
        0,
        S.ISSUED,
        A.OWNER,
        K.MOVE_OUT,
        "双开门冰箱 1台\n餐桌 1张\n餐椅 6把\n电视机 1台\n纸箱 × 20",
        "粤BF81235",
        "蚂蚁搬家",
    ),
    (0, S.ISSUED, A.TENANT, K.GOODS, "自行车 1辆", "", ""),
    (1, S.ISSUED, A.OWNER, K.GOODS, "婴儿床 1张\n婴儿推车 1辆", "", ""),
    (1, S.WAITING, A.TENANT, K.MOVE_OUT, "书桌\n电脑 1台\n行李箱 3个", "", ""),
)
"""Days from the end of the story, state, who asked, what for, goods, plate, carried by."""
NOON = dt.time(11, 20)


def carry_out(office: Office, units: list[Unit], team: dict[Role, list[User]], until: dt.datetime) -> None:
    """Write the passes of the last days, with what the gate saw of each."""
    clerk, guard = team[Role.CLERK][0], team[Role.GUARD][0]
    homes = {A.OWNER: _stays(units, Tenure.Role.OWNER), A.TENANT: _stays(units, Tenure.Role.TENANT)}
    for days, state, applicant, kind, goods, plate, carrier in STORY:
        day = until.date() + dt.timedelta(days=days)
        asked = min(clock.at(day, dt.time(8, 40)), until) - dt.timedelta(minutes=20)
        made = GoodsPass(
            office=office, state=state, applicant=applicant, kind=kind, plate=plate, carrier=carrier, asked_by=clerk,
            asked_at=asked, starts_at=clock.at(day, dt.time(8, 30)), ends_at=clock.at(day, dt.time(20)),
            needs_owner=kind == K.MOVE_OUT and applicant == A.TENANT,
        )  # fmt: skip
        _belongs_to(made, homes)
        if state != S.WAITING:
            made.issued_by, made.issued_at = clerk, asked + dt.timedelta(minutes=5)
            _ask_owner(made)
        if state == S.CANCELLED:
            made.reason = "业主改为下月搬运"
        if state == S.RELEASED:
            made.released_at = clock.at(day, NOON)
        _keep(made, goods, guard)


def _stays(units: list[Unit], role: str) -> list[Tenure]:
    rows = Tenure.objects.current().filter(unit__in=units, unit__kind=Unit.Kind.RESIDENCE, role=role)
    return list(rows.select_related("unit", "person").order_by("unit__code", "pk"))[1::3][:6]


def _belongs_to(made: GoodsPass, homes: dict[A, list[Tenure]]) -> None:
    if made.applicant == A.COMPANY:
        for name, value in COMPANY.items():
            setattr(made, name, value)
        return
    stay = homes[A(made.applicant)].pop(0)
    made.unit, made.person, made.name = stay.unit, stay.person, stay.person.name


def _ask_owner(made: GoodsPass) -> None:
    if made.needs_owner:
        stay = Tenure.objects.current().filter(unit=made.unit, role=Tenure.Role.OWNER).select_related("person").first()
        made.owner, made.owner_word = stay.person if stay else None, GoodsPass.Word.PHONE
        made.owner_said = "同意租户搬离，押金已结清"


def _keep(made: GoodsPass, goods: str, guard: User) -> None:
    """Number and save a pass with its goods, its history and the gate's log."""
    year = made.asked_at.year
    made.number = f"F{year}-{next_number(made.office, 'goods-pass', year):05d}"
    made.save(force_insert=True)
    index_passes([made])
    went_out = True if made.state == S.RELEASED else None
    GoodsItem.objects.bulk_create(
        GoodsItem(
            goods_pass=made, position=place, name=line.name, quantity=line.quantity, measure=line.measure,
            went_out=went_out,
        )
        for place, line in enumerate(read_items(goods))
    )  # fmt: skip
    verb = "request_pass" if made.needs_owner else "issue_pass"
    _record(made, verb, made.asked_by, made.asked_at, "、".join(str(item) for item in made.items.all()))
    if made.needs_owner and made.issued_at:
        _record(made, "approve_pass", made.asked_by, made.issued_at, made.owner_said)
    if made.state == S.CANCELLED:
        _record(made, "cancel_pass", made.asked_by, made.asked_at + dt.timedelta(hours=2), made.reason)
    if made.released_at:
        _check(made, Seen.RELEASED, guard, made.released_at)
        _record(made, "release_pass", guard, made.released_at, "")
    if made.released_at and made.kind == K.MOVE_OUT:
        again = made.released_at + dt.timedelta(hours=5)
        _check(made, Seen.USED, guard, again)
        _record(made, "present_pass", guard, again, str(Seen.USED.label))


def _check(made: GoodsPass, outcome: str, guard: User, at: dt.datetime) -> None:
    GateCheck.objects.create(office=made.office, goods_pass=made, outcome=outcome, by=guard, at=at)


def _record(made: GoodsPass, verb: str, by: User, at: dt.datetime, note: str) -> None:
    kind = ContentType.objects.get_for_model(GoodsPass)
    Activity.objects.create(
        office=made.office, content_type=kind, object_id=made.pk, verb=verb, actor=by, actor_name=by.name, at=at,
        note=note,
    )  # fmt: skip
