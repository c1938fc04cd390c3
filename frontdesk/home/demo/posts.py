"""The demonstration's posts: a desk with its keys and a cashier's window, each held since this morning (R-DUTY-07)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from duty.models import LogEntry
from duty.services import records
from duty.services.log import digest_of
from frontdesk.kit.activity import history_of
from frontdesk.kit.models import Activity, Counter
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

ARTICLES = "对讲机 4\n手电筒 2\n雨伞 12\n医药箱 1\n订书机 2\n印泥 1"
SAID = (
    (LogEntry.Kind.NOTE, "电梯维保单位到场，1栋2号梯例行保养，预计10点完成"),
    (LogEntry.Kind.NONCONFORMITY, "花园东侧两盏草坪灯不亮，已联系工程部"),
)


def hold_posts(office: Office, team: dict[Role, list[User]], until: dt.datetime) -> None:
    """Set the posts up, let somebody be at them, and write the morning's log."""
    chief, clerk, cashier = (team[role][0] for role in (Role.SUPERVISOR, Role.CLERK, Role.CASHIER))
    desk = records.set_up_post(office=office, by=chief, name="前台", keeps_keys=True, articles=ARTICLES)
    window = records.set_up_post(office=office, by=chief, name="收费窗口", articles="验钞机 1\n计算器 2")
    shift = records.open_shift(desk, clerk, at=until - dt.timedelta(hours=2), by=clerk)
    till = records.open_shift(window, cashier, at=until - dt.timedelta(minutes=30), by=cashier)
    before = ""
    for number, (kind, text) in enumerate(SAID, start=1):
        at = until - dt.timedelta(minutes=100 - 40 * number)
        entry = LogEntry(office=office, number=number, at=at, by=clerk, post=desk, shift=shift, kind=kind, text=text)
        entry.digest = before = digest_of(entry, before)
        entry.save(force_insert=True)
    Counter.objects.create(office=office, kind="log", year=0, last=len(SAID))
    Activity.objects.filter(office=office, content_type__model__in=("post", "holding", "shift")).update(at=until)
    for begun in (shift, till):
        history_of(begun).update(at=begun.began_at)
