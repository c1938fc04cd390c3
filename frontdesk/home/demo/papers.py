"""The demonstration's archive: papers under gapless numbers, a few of them out (R-DOC-01)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

from frontdesk.estate.models import Document, DocumentLoan
from frontdesk.home.demo import clock
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_numbers

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

C = Document.Category
TITLES = (
    (C.INCOMING, "街道办关于冬季消防检查的通知"),
    (C.INCOMING, "供水公司水池清洗告知函"),
    (C.INCOMING, "业主委员会关于停车收费的来函"),
    (C.INCOMING, "区住建局房屋安全排查通知"),
    (C.OUTGOING, "关于二期外墙渗漏维修的函"),
    (C.OUTGOING, "致全体业主：电梯年检通告"),
    (C.OUTGOING, "公共收益使用情况公示"),
    (C.DRAWING, "一期给排水竣工图"),
    (C.DRAWING, "地下车库消防平面图"),
    (C.DRAWING, "1 栋电气竣工图"),
    (C.TECHNICAL, "电梯维护保养合同"),
    (C.TECHNICAL, "生活水泵使用说明书"),
    (C.TECHNICAL, "消防报警主机操作手册"),
    (C.TECHNICAL, "发电机维保记录"),
)
OF_UNITS = ("购房合同复印件", "业主身份证复印件", "家庭情况登记卡", "装修申请表及图纸", "物业服务协议")
BORROWERS = ("李强 / 工程部", "刘建国 / 管理处", "业主本人", "维保单位 张工")
PURPOSES = ("现场核对管线走向", "复印", "年检资料准备", "与业主核对")


def file_papers(
    office: Office, units: list[Unit], clerk: User, random: Random, until: dt.datetime, *, of_units: int
) -> None:
    """Archive the office's papers and those of some units; lend four, one of them overdue."""
    rows = [Document(office=office, category=category, title=title) for category, title in TITLES]
    for unit in random.sample(units, of_units):
        title = f"{unit.code} {random.choice(OF_UNITS)}"
        rows.append(Document(office=office, category=C.RESIDENT, title=title, unit=unit))
    for row in rows:
        row.dated = until.date() - dt.timedelta(days=random.randrange(20, 300))
        row.shelf = f"{random.choice('ABC')} 柜 {random.randrange(1, 6)} 层"
    _number(office, rows, until.year)
    out = random.sample(rows[: len(TITLES)], 4)
    for row in out:
        row.state = Document.State.OUT
    Document.objects.bulk_create(rows)
    _lend(out, clerk, random, until)
    kind = ContentType.objects.get_for_model(Document)
    Activity.objects.bulk_create(
        Activity(
            office=office,
            content_type=kind,
            object_id=row.pk,
            verb="file_document",
            actor=clerk,
            actor_name=clerk.name,
            at=clock.at(row.dated, dt.time(10, 30)),
        )
        for row in rows
    )


def _number(office: Office, rows: list[Document], year: int) -> None:
    wanted = Counter(row.category for row in rows)
    following = {kind: next_numbers(office, f"document-{kind}", year, count) for kind, count in wanted.items()}
    for row in rows:
        row.number = f"{row.category}-{year}-{following[row.category]:04}"
        following[row.category] += 1


def _lend(rows: list[Document], clerk: User, random: Random, until: dt.datetime) -> None:
    for place, row in enumerate(rows):
        days = 12 if place == 0 else random.randrange(1, 5)
        loan = DocumentLoan.objects.create(
            document=row,
            borrower=random.choice(BORROWERS),
            purpose=random.choice(PURPOSES),
            due_on=until.date() + dt.timedelta(days=7 - days),
            lent_by=clerk,
        )
        DocumentLoan.objects.filter(pk=loan.pk).update(
            out_at=until - dt.timedelta(days=days, minutes=random.randrange(300))
        )
