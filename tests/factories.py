"""Rows for tests: the smallest believable office, people, units and tickets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from complaints.models import Ticket
from frontdesk.estate.models import (
    Area,
    Building,
    Document,
    DocumentLoan,
    Entrance,
    Office,
    Person,
    Phone,
    Tenure,
    ToldApart,
    Unit,
    Vehicle,
)
from frontdesk.kit.calendar import now
from frontdesk.kit.models import Activity, Attachment, Counter, Holiday, ImportRun, Job, Notification, SearchTerm
from frontdesk.staff.models import Device, Membership, User


class OfficeFactory(DjangoModelFactory):
    """A management office."""

    class Meta:
        model = Office

    code = factory.Sequence(lambda n: f"o{n}")
    name = factory.Sequence(lambda n: f"测试{n}管理处")


class UserFactory(DjangoModelFactory):
    """An account with the password "desk-password-1" and no membership."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    password = factory.django.Password("desk-password-1")


class MembershipFactory(DjangoModelFactory):
    """What somebody is in an office, since the start of 2026."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    office = factory.SubFactory(OfficeFactory)
    role = "clerk"
    starts = dt.date(2026, 1, 1)


class BuildingFactory(DjangoModelFactory):
    """A building."""

    class Meta:
        model = Building

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: str(n + 1))
    position = factory.SelfAttribute("name")


class EntranceFactory(DjangoModelFactory):
    """A staircase."""

    class Meta:
        model = Entrance

    building = factory.SubFactory(BuildingFactory)
    name = "1"


class UnitFactory(DjangoModelFactory):
    """A sold flat of 89.50 m²."""

    class Meta:
        model = Unit

    office = factory.SubFactory(OfficeFactory)
    code = factory.Sequence(lambda n: f"3-2-{n + 101}")
    floor = 1
    floor_area = Decimal("89.50")


class PersonFactory(DjangoModelFactory):
    """A resident."""

    class Meta:
        model = Person

    office = factory.SubFactory(OfficeFactory)
    name = "张伟"


class PhoneFactory(DjangoModelFactory):
    """A resident's phone."""

    class Meta:
        model = Phone

    person = factory.SubFactory(PersonFactory)
    number = factory.Sequence(lambda n: f"138{n:08d}")


class TenureFactory(DjangoModelFactory):
    """An owner since the start of 2026."""

    class Meta:
        model = Tenure

    unit = factory.SubFactory(UnitFactory)
    person = factory.SubFactory(PersonFactory, office=factory.SelfAttribute("..unit.office"))
    role = "owner"
    starts = dt.date(2026, 1, 1)


class VehicleFactory(DjangoModelFactory):
    """A resident's car."""

    class Meta:
        model = Vehicle

    person = factory.SubFactory(PersonFactory)
    office = factory.SelfAttribute("person.office")
    plate = factory.Sequence(lambda n: f"粤B{n:05d}")


class TicketFactory(DjangoModelFactory):
    """A repair just recorded by a clerk of the office."""

    class Meta:
        model = Ticket

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda n: f"2026-{n + 50001}")
    subject = "厨房水龙头漏水"
    caller_name = "张伟"
    received_at = factory.LazyFunction(now)
    first_contact = factory.SubFactory(UserFactory)


class AreaFactory(DjangoModelFactory):
    """A part of the estate."""

    class Meta:
        model = Area

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"{n}期")


class DocumentFactory(DjangoModelFactory):
    """A paper on its shelf."""

    class Meta:
        model = Document

    office = factory.SubFactory(OfficeFactory)
    category = "LW"
    number = factory.Sequence(lambda n: f"LW-2026-{n + 1:04d}")
    title = "供水合同"
    dated = dt.date(2026, 3, 1)


class DocumentLoanFactory(DjangoModelFactory):
    """A paper somebody took out."""

    class Meta:
        model = DocumentLoan

    document = factory.SubFactory(DocumentFactory)
    borrower = "李强"
    purpose = "现场核对"
    due_on = dt.date(2026, 12, 1)
    lent_by = factory.SubFactory(UserFactory)


class DeviceFactory(DjangoModelFactory):
    """A desk PC on which PINs work."""

    class Meta:
        model = Device

    office = factory.SubFactory(OfficeFactory)
    name = "前台一号机"
    token = factory.Sequence(lambda n: f"{n:064x}")
    enrolled_by = factory.SubFactory(UserFactory)


class CounterFactory(DjangoModelFactory):
    """The last ticket number of a year."""

    class Meta:
        model = Counter

    office = factory.SubFactory(OfficeFactory)
    kind = "ticket"
    year = 2026


class HolidayFactory(DjangoModelFactory):
    """An office's own day off."""

    class Meta:
        model = Holiday

    office = factory.SubFactory(OfficeFactory)
    date = dt.date(2026, 11, 23)
    kind = "weekend"
    name = "停电检修"


class SearchTermFactory(DjangoModelFactory):
    """A beginning by which a unit is found."""

    class Meta:
        model = SearchTerm

    office = factory.SubFactory(OfficeFactory)
    term = "1502"
    kind = "unit"
    object_id = 1


class ActivityFactory(DjangoModelFactory):
    """Something done to a unit."""

    class Meta:
        model = Activity

    target = factory.SubFactory(UnitFactory)
    office = factory.SelfAttribute("target.office")
    verb = "change_unit"
    actor_name = "王敏"


class ToldApartFactory(DjangoModelFactory):
    """Two residents of one office who look alike and are two people."""

    class Meta:
        model = ToldApart

    first = factory.SubFactory(PersonFactory)
    second = factory.SubFactory(PersonFactory, office=factory.SelfAttribute("..first.office"))


class JobFactory(DjangoModelFactory):
    """A job waiting for a worker."""

    class Meta:
        model = Job

    office = factory.SubFactory(OfficeFactory)
    kind = "kit.export"
    key = factory.Sequence(lambda n: f"test-{n}")
    created_by = factory.SubFactory(UserFactory)


class AttachmentFactory(DjangoModelFactory):
    """The row of a file on a ticket; the file itself is not there."""

    class Meta:
        model = Attachment

    target = factory.SubFactory(TicketFactory)
    office = factory.SelfAttribute("target.office")
    kind = "photo"
    name = "漏水.jpg"
    extension = "jpg"
    mime = "image/jpeg"
    size = 1024
    sha256 = "0" * 64


class ImportRunFactory(DjangoModelFactory):
    """A register that was uploaded and not yet looked at."""

    class Meta:
        model = ImportRun

    office = factory.SubFactory(OfficeFactory)
    kind = "estate.register"
    file_name = "房产资料.xlsx"
    sha256 = "0" * 64
    created_by = factory.SubFactory(UserFactory)


class NotificationFactory(DjangoModelFactory):
    """A notice in somebody's bell."""

    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    text = "工单 2026-00001 已派给你"
    url = "/"
