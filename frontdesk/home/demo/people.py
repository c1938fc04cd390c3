"""The demonstration's colleagues: every role in each office, the company and the administrator."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from frontdesk.kit.demo import PASSWORD, PIN, PREFIX
from frontdesk.staff.models import Membership, User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.estate.models import Office

SOUTH = (
    ("clerk1", "王敏", (Role.CLERK,)),
    ("clerk2", "陈晓燕", (Role.CLERK, Role.CASHIER)),
    ("clerk3", "黄嘉欣", (Role.CLERK,)),
    ("steward1", "赵洁", (Role.STEWARD,)),
    ("steward2", "梁家俊", (Role.STEWARD,)),
    ("cashier1", "孙丽", (Role.CASHIER,)),
    ("engineer1", "李强", (Role.ENGINEER,)),
    ("engineer2", "吴水根", (Role.ENGINEER,)),
    ("guard1", "周勇", (Role.GUARD,)),
    ("supervisor1", "陈静", (Role.SUPERVISOR,)),
    ("manager1", "刘建国", (Role.MANAGER,)),
)
NORTH = (
    ("clerk4", "郑红", (Role.CLERK,)),
    ("clerk5", "单小梅", (Role.CLERK, Role.CASHIER)),
    ("steward3", "何佩珊", (Role.STEWARD,)),
    ("engineer3", "彭国强", (Role.ENGINEER,)),
    ("guard2", "曾海", (Role.GUARD,)),
    ("supervisor2", "罗美玲", (Role.SUPERVISOR,)),
    ("manager2", "欧阳锋", (Role.MANAGER,)),
)
MORE = {
    "A": (
        ("clerk6", "林小燕", (Role.CLERK,)),
        ("clerk7", "徐佳", (Role.CLERK,)),
        ("clerk8", "马晓东", (Role.CLERK,)),
        ("clerk9", "高静", (Role.CLERK,)),
        ("clerk10", "邓文洁", (Role.CLERK,)),
    ),
    "B": (("clerk11", "许丽华", (Role.CLERK,)), ("clerk12", "蔡志伟", (Role.CLERK,))),
}
"""Who only stands on the roster, by the office's pattern: they came when all the tickets were taken."""
EVERYWHERE = (("company", "吴总", (Role.COMPANY,)), ("admin", "系统管理员", (Role.ADMIN,)))
HUES = 8


def hire(
    office: Office | None, people: tuple[tuple[str, str, tuple[Role, ...]], ...], today: dt.date, *, first: int = 1
) -> dict[str, list[User]]:
    """Make the accounts of an office, or of the company; return them by role. All have the documented password and PIN."""
    password, pin = make_password(PASSWORD), make_password(PIN)
    place = 0 if office is None else office.pk
    users = User.objects.bulk_create(
        User(
            username=PREFIX + username,
            name=name,
            phone=f"1390000{place % 10}{number:03d}",
            colour=number % HUES,
            password=password,
            pin=pin,
        )
        for number, (username, name, _roles) in enumerate(people, first)
    )
    start = today - dt.timedelta(days=400)
    jobs = [(user, role) for user, (_username, _name, roles) in zip(users, people, strict=True) for role in roles]
    Membership.objects.bulk_create(Membership(user=user, office=office, role=role, starts=start) for user, role in jobs)
    by_role: dict[str, list[User]] = {}
    for user, role in jobs:
        by_role.setdefault(role, []).append(user)
    return by_role
