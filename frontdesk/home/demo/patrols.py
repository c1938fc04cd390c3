"""The demonstration's patrols: two routes, last night's round, and what was found on the way (R-RTN-01)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F

from duty.models import Finding, PatrolCheck, PatrolRound
from duty.services import findings, patrols
from frontdesk.kit.calendar import local_date
from frontdesk.kit.models import Activity
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

ROUTES = {
    "夜间安全巡查": "东门岗\n1栋大堂\n2栋大堂\n地下车库入口\n水泵房\n配电房\n消防控制室\n西门岗",
    "园区品质巡查": "中心花园\n儿童乐园\n垃圾分类点\n景观水池\n外围绿化带",
}
SEEN = {0: "", 1: "", 2: "大堂灯光正常", 3: "", 4: "压力表0.45MPa，正常", 6: "", 7: ""}
SKIPPED = {5: "配电房正在检修，门口拉了警戒线"}
AN_HOUR = dt.timedelta(hours=1)


def walk(office: Office, team: dict[Role, list[User]], until: dt.datetime) -> None:
    """Set the routes up, walk one of them last night, and leave four findings, each somewhere else on its way."""
    chief, guard, steward = (team[role][0] for role in (Role.SUPERVISOR, Role.GUARD, Role.STEWARD))
    routes = [patrols.add_route(office=office, name=name, points=points, by=chief) for name, points in ROUTES.items()]
    patrol = patrols.start_round(routes[0], by=guard)
    begun = until - dt.timedelta(hours=10)
    for number, check in enumerate(patrol.checks.select_related("point")):
        if number in SKIPPED:
            patrols.skip_point(check, reason=SKIPPED[number], by=guard)
        else:
            found = "车库入口坡道防滑条脱落一段，已放警示锥" if number == 3 else ""
            patrols.tick_point(check, remark=SEEN[number], found=found, by=guard)
        PatrolCheck.objects.filter(pk=check.pk).update(at=begun + dt.timedelta(minutes=6 * number + 4))
    patrols.finish_round(patrol, note="夜间无异常人员", by=guard)
    PatrolRound.objects.filter(pk=patrol.pk).update(begun_at=begun, ended_at=begun + AN_HOUR)
    _find(office, steward, chief, until)
    Finding.objects.filter(patrol_round=patrol).update(found_at=begun + AN_HOUR / 2)
    tables = ("patrolroute", "patrolround", "finding")
    Activity.objects.filter(office=office, content_type__model__in=tables).update(at=until)


def _find(office: Office, steward: User, chief: User, until: dt.datetime) -> None:
    """Leave one that is late, one that is planned and one that was solved on the spot."""
    days = dt.timedelta(days=5)
    findings.report_finding(
        office=office, text="外围绿化带三处喷头损坏", place="外围绿化带北侧", by=steward, at=until - days
    )
    planned = findings.report_finding(
        office=office, text="儿童乐园滑梯螺丝松动", place="儿童乐园", by=steward, at=until - days / 3
    )
    findings.plan_solution(
        planned, plan="厂家周内上门紧固，期间围挡停用，王工跟进", solve_by=local_date() + dt.timedelta(days=3), by=chief
    )
    findings.report_finding(
        office=office,
        text="垃圾分类点地面污水",
        place="2栋北侧垃圾分类点",
        solution="保洁现场冲洗，已复查",
        by=steward,
        at=until - days / 4,
    )
    Finding.objects.filter(solved_at__gt=F("found_at")).update(solved_at=F("found_at"))
