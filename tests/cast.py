"""The cast of every test: one office with a person in each role, and an outsider from another office."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from frontdesk.kit.confirmation import _MARK
from tests.factories import MembershipFactory, OfficeFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

NAMES = {
    "clerk": "王敏",
    "steward": "赵洁",
    "cashier": "孙丽",
    "engineer": "李强",
    "guard": "周勇",
    "supervisor": "陈静",
    "manager": "刘建国",
    "company": "吴总",
    "admin": "管理员",
    "outsider": "郑红",
}
"""Who plays: the role, and the outsider, a clerk of another office."""


@pytest.fixture
def office(db: None) -> Office:
    """The office the cast works in."""
    return OfficeFactory(code="south", name="南湖管理处")


@pytest.fixture
def other_office(db: None) -> Office:
    """An office nobody of the cast may look into, company and admin apart."""
    return OfficeFactory(code="north", name="北苑管理处", shift_pattern="B")


def _member(who: str, office: Office | None) -> User:
    role = "clerk" if who == "outsider" else who
    user = UserFactory(username=role if office is None else f"{role}-{office.code}", name=NAMES[who])
    MembershipFactory(user=user, office=office, role=role)
    return user


def everybody() -> tuple[Office, dict[str, User]]:
    """Make the whole cast at once, and the office it works in: for what stands during many tests."""
    office = OfficeFactory(code="south", name="南湖管理处")
    places = {"company": None, "admin": None, "outsider": OfficeFactory(code="north", name="北苑管理处")}
    return office, {who: _member(who, places.get(who, office)) for who in NAMES}


@pytest.fixture
def clerk(office: Office) -> User:
    """前台客服."""
    return _member("clerk", office)


@pytest.fixture
def steward(office: Office) -> User:
    """区域客服管家."""
    return _member("steward", office)


@pytest.fixture
def cashier(office: Office) -> User:
    """收费员."""
    return _member("cashier", office)


@pytest.fixture
def engineer(office: Office) -> User:
    """维修人员."""
    return _member("engineer", office)


@pytest.fixture
def guard(office: Office) -> User:
    """门岗秩序员."""
    return _member("guard", office)


@pytest.fixture
def supervisor(office: Office) -> User:
    """客服主管."""
    return _member("supervisor", office)


@pytest.fixture
def manager(office: Office) -> User:
    """管理处主任."""
    return _member("manager", office)


@pytest.fixture
def company(db: None) -> User:
    """公司职能部门."""
    return _member("company", None)


@pytest.fixture
def admin(db: None) -> User:
    """系统管理员."""
    return _member("admin", None)


@pytest.fixture
def outsider(other_office: Office) -> User:
    """A clerk of another office."""
    return _member("outsider", other_office)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Give a browser in which this person is logged in; `confirmed`: with the password given just now."""

    def login(user: User, *, confirmed: bool = False) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if confirmed:
            session = client.session
            session[_MARK] = int(time.time())
            session.save()
        return client

    return login
