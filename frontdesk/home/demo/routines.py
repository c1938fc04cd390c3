"""The demonstration's routine work: two months of it done, a little overdue, the rest ahead (R-RTN-01…05)."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import get_current_timezone
from PIL import Image, ImageDraw

from duty.models import Routine, RoutineTask
from duty.services.routine_planning import owners_of
from duty.services.routines import give_defaults, horizon, plan_ahead
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.models import Activity, Attachment
from frontdesk.kit.periods import month_before
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

RESULTS = {
    "joint_patrol": (
        "会同保洁、绿化巡查A区：楼道清洁良好，2栋北侧草坪有落叶，当场清理。",
        "巡查地下车库、外围：车库坡道有积水，保洁已清扫；两处绿篱待修剪。",
        "巡查中心花园：儿童区地垫松动一块，已告工程部；其余正常。",
    ),
    "department_meeting": (
        "通报上周工单完成情况，布置本周设备保养和节前检查，形成记录。",
        "学习前台接待规范，讨论两起投诉的处理，安排本周值班。",
    ),
    "cleaning_assessment": ("保洁得分94，绿化得分91；扣分项：车库死角、绿篱修剪不及时。",),
    "contractor_plans": ("电梯维保、消防维保、绿化外包均按计划完成，记录已归档。",),
    "water_tanks": ("水箱清洗消毒完成，水质检测合格，报告已存档。",),
    "water_features": ("水景池放水清洗，更换水泵密封圈一只。",),
    "pipe_wells": ("地下管井清淤完成，更换破损井盖1个。",),
}
PASSED_OVER = "当日台风预警停止户外作业，并入下次巡查"
BEGUN = dt.timedelta(days=95)
"""Before the present the routines were set up."""
WIDTH, HEIGHT = 480, 320


def keep_routines(office: Office, team: dict[Role, list[User]], random: Random, until: dt.datetime) -> None:
    """Give the office its routines since the month before last, and do what has fallen due."""
    give_defaults(office)
    chief = team[Role.SUPERVISOR][0]
    first = month_before(month_before(until.date()).first).first
    routines = Routine.objects.of_office(office)
    routines.update(since=first)
    for row in routines:
        plan_ahead(row, until=horizon(office, until.date()))
    begun = Activity.objects.filter(office=office, content_type__model__in=("routine", "routinetask"))
    begun.update(at=until - BEGUN)
    over = (
        RoutineTask.objects.of_office(office).filter(due_on__lt=until.date()).with_its_people().order_by("due_on", "pk")
    )
    tasks = list(over)
    late = next((one.pk for one in reversed(tasks) if one.routine.code == "joint_patrol"), None)
    passed = next((one.pk for one in tasks if one.routine.code == "joint_patrol" and one.turn == 2), None)
    photo = _picture()
    for task in tasks:
        if task.pk == late:
            continue
        if task.pk == passed:
            _pass_over(task, chief, until)
        else:
            _do(task, random, photo, until)


def _do(task: RoutineTask, random: Random, photo: bytes, until: dt.datetime) -> None:
    """Let whoever it falls to have done it, mostly in time."""
    by = random.choice(sorted(owners_of(task), key=lambda person: person.pk))
    day = task.due_on + dt.timedelta(days=random.choice((0, 0, 0, 1)) - (task.turn == 1) * 2 * (task.cycle == "week"))
    at = dt.datetime.combine(
        min(day, until.date() - dt.timedelta(days=1)),
        dt.time(random.randint(9, 17), random.randint(0, 59)),
        tzinfo=get_current_timezone(),
    )
    task.state, task.result = RoutineTask.State.DONE, random.choice(RESULTS.get(task.routine.code, ("已完成。",)))
    task.done_by, task.done_at, task.done_on = by, at, at.date()
    task.save(update_fields=["state", "result", "done_by", "done_at", "done_on"])
    if task.evidence == "both":
        attach(task, SimpleUploadedFile("现场.png", photo, "image/png"), by=by, kind="photo")
    row = activity.record(task, "do_task", by=by)
    acts = Activity.objects.filter(object_id=task.pk, content_type=row.content_type_id)
    acts.exclude(verb="plan_task").update(at=at)
    Attachment.objects.filter(object_id=task.pk, content_type=row.content_type_id).update(created_at=at)


def _pass_over(task: RoutineTask, chief: User, until: dt.datetime) -> None:
    task.state, task.reason = RoutineTask.State.SKIPPED, PASSED_OVER
    task.save(update_fields=["state", "reason"])
    row = activity.record(task, "skip_task", by=chief, note=PASSED_OVER)
    at = dt.datetime.combine(task.due_on, dt.time(17), tzinfo=get_current_timezone())
    Activity.objects.filter(pk=row.pk).update(at=min(at, until))


def _picture() -> bytes:
    """Draw a path between two lawns: something to look at where a photo was taken."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#cfe3ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HEIGHT // 2, WIDTH, HEIGHT), fill="#7fae6a")
    draw.polygon(((200, 160), (280, 160), (400, 320), (80, 320)), fill="#c9c3b8")
    draw.rectangle((40, 60, 150, 160), fill="#b9a58c")
    draw.rectangle((330, 40, 450, 160), fill="#c7b79f")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
