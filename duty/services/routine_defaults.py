"""The routine work of the customer's papers, which each office has from the start (R-RTN-01…04)."""

from __future__ import annotations

from typing import Any, NamedTuple

from duty.models.routines import Cycle, DayOff, Evidence
from frontdesk.staff.roles import Role


class Default(NamedTuple):
    """One of them; `when` is what its recurrence says besides the cycle."""

    code: str
    name: str
    task: str
    cycle: str
    role: str
    evidence: str
    lead_days: int
    when: dict[str, Any]
    tells_quality: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """What the routine made of it has."""
        own = self._asdict()
        return own.pop("when") | own


DEFAULTS = (
    Default(
        "joint_patrol",
        "联合巡查",
        "会同保洁、绿化负责人巡查小区。发现的问题报主管品质的副主任；能当场解决的当场解决，其余三天内拿出方案。",
        Cycle.WEEK,
        Role.STEWARD,
        Evidence.BOTH,
        2,
        {"times": 2},
        tells_quality=True,
    ),
    Default(
        "department_meeting",
        "部门例会",
        "召开部门会议：上周工作、未结事项、本周安排，形成会议记录。",
        Cycle.WEEKDAY,
        Role.SUPERVISOR,
        Evidence.TEXT,
        1,
        {"weekday": 0, "on_day_off": DayOff.AFTER},
    ),
    Default(
        "cleaning_assessment",
        "保洁绿化月度考核",
        "对本月保洁、绿化工作进行考核，考核结果报主管品质的副主任。",
        Cycle.MONTH,
        Role.SUPERVISOR,
        Evidence.TEXT,
        5,
        {"day": 28, "on_day_off": DayOff.BEFORE},
        tells_quality=True,
    ),
    Default(
        "contractor_plans",
        "外包单位月度工作计划监督",
        "对照合同检查各外包单位本月工作计划的执行情况，并做记录。",
        Cycle.MONTH,
        Role.SUPERVISOR,
        Evidence.TEXT,
        5,
        {"day": 28, "on_day_off": DayOff.BEFORE},
    ),
    Default(
        "water_tanks",
        "清洗生活水箱",
        "监督水箱清洗消毒，留存水质检测报告。",
        Cycle.QUARTER,
        Role.ENGINEER,
        Evidence.BOTH,
        14,
        {"on_day_off": DayOff.BEFORE},
    ),
    Default(
        "water_features",
        "清洗水景",
        "监督水景池放水、清洗、换水，检查水泵和灯具。",
        Cycle.QUARTER,
        Role.ENGINEER,
        Evidence.BOTH,
        14,
        {"on_day_off": DayOff.BEFORE},
    ),
    Default(
        "pipe_wells",
        "疏通地下管井",
        "监督地下管井清淤疏通，检查井盖。",
        Cycle.QUARTER,
        Role.ENGINEER,
        Evidence.BOTH,
        14,
        {"on_day_off": DayOff.BEFORE},
    ),
    Default(
        "septic_tanks",
        "清掏化粪池",
        "监督化粪池清掏，做好警戒和通风。",
        Cycle.YEAR,
        Role.ENGINEER,
        Evidence.BOTH,
        30,
        {"month": 12, "day": 31, "on_day_off": DayOff.BEFORE},
    ),
    Default(
        "year_summary",
        "年终总结",
        "完成本年度工作总结和下年度工作计划。",
        Cycle.YEAR,
        Role.MANAGER,
        Evidence.TEXT,
        30,
        {"month": 12, "day": 31, "on_day_off": DayOff.BEFORE},
    ),
)
