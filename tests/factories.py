"""Rows for tests: the smallest believable office, people, units and tickets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from complaints.models import (
    Assessment,
    Callback,
    CallbackAttempt,
    CallbackRule,
    Caller,
    Category,
    Cause,
    Compensation,
    Contractor,
    Department,
    Escalation,
    MonthlyReport,
    Part,
    Pause,
    Promise,
    QuestionForm,
    Reopening,
    Responsibility,
    Target,
    Ticket,
    TicketSettings,
)
from duty.models import (
    Article,
    Assignment,
    DutySettings,
    Finding,
    Handover,
    HandoverItem,
    HandoverLine,
    Headcount,
    Leave,
    LogEntry,
    LogReader,
    PatrolCheck,
    PatrolPoint,
    PatrolRound,
    PatrolRoute,
    Roster,
    RosterChange,
    Rostered,
    RosterRule,
    Routine,
    RoutineTask,
    Shift,
    ShiftType,
    StandIn,
    StartReminder,
    Swap,
    Unavailability,
    Wish,
)
from fees.models import (
    AccountEntry,
    Adjustment,
    Allocation,
    Bill,
    BillRun,
    Correction,
    CostShare,
    DunnedBill,
    DunningBatch,
    DunningCall,
    DunningNotice,
    FeeSettings,
    Meter,
    MeterReading,
    ParkingVisit,
    Payment,
    Reduction,
    Reversal,
    SharedCost,
    Tariff,
    TariffException,
    TariffRate,
    Tender,
    Till,
)
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
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.models import Activity, Attachment, Counter, Holiday, ImportRun, Job, Notification, SearchTerm
from frontdesk.staff.models import Device, Holding, Membership, Post, User
from keys.models import (
    Cabinet,
    FilingOpening,
    Key,
    KeySettings,
    LentKey,
    Loan,
    LockChange,
    Reminder,
    Ring,
    SealOpening,
    StockLine,
    StockTake,
)
from movein.models import GateCheck, GoodsItem, GoodsPass, GoodsSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    due_at = None
    finish_due_at = factory.SelfAttribute("due_at")


class CategoryFactory(DjangoModelFactory):
    """A branch of what calls are about."""

    class Meta:
        model = Category

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"给排水{n}")


class DepartmentFactory(DjangoModelFactory):
    """A team of the office, still without members."""

    class Meta:
        model = Department
        skip_postgeneration_save = True

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"工程部{n}")

    @factory.post_generation
    def members(self, create, extracted, **_kwargs):
        """Put people into it."""
        if create and extracted:
            self.members.set(extracted)


class ContractorFactory(DjangoModelFactory):
    """An outside company."""

    class Meta:
        model = Contractor

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"宏达防水{n}")


class PartFactory(DjangoModelFactory):
    """Waterproofing, five years under warranty."""

    class Meta:
        model = Part

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"卫生间防水{n}")
    warranty_months = 60


class CauseFactory(DjangoModelFactory):
    """Why it broke."""

    class Meta:
        model = Cause

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"老化{n}")


class TicketSettingsFactory(DjangoModelFactory):
    """An office's own figures, as the defaults."""

    class Meta:
        model = TicketSettings

    office = factory.SubFactory(OfficeFactory)


class TargetFactory(DjangoModelFactory):
    """Repairs: half an hour, half an hour, a day, three days."""

    class Meta:
        model = Target

    office = factory.SubFactory(OfficeFactory)
    kind = "repair"
    dispatch = accept = 30
    finish = 540
    close = 1620


class PauseFactory(DjangoModelFactory):
    """The clocks stand still for a day."""

    class Meta:
        model = Pause

    ticket = factory.SubFactory(TicketFactory)
    reason = "等配件"
    until = factory.LazyFunction(lambda: now() + dt.timedelta(days=1))
    by = factory.SubFactory(UserFactory)


class EscalationFactory(DjangoModelFactory):
    """A step up to the supervisor."""

    class Meta:
        model = Escalation
        skip_postgeneration_save = True

    ticket = factory.SubFactory(TicketFactory)
    clock = "finish"
    level = 2
    due_at = factory.LazyFunction(now)

    @factory.post_generation
    def told(self, create, extracted, **_kwargs):
        """Show it to people."""
        if create and extracted:
            self.told.set(extracted)


class PromiseFactory(DjangoModelFactory):
    """What a clerk promised for tomorrow."""

    class Meta:
        model = Promise

    ticket = factory.SubFactory(TicketFactory)
    text = "明天下午五点前回电"
    due_at = factory.LazyFunction(lambda: now() + dt.timedelta(days=1))
    made_by = factory.SubFactory(UserFactory)


class CallerFactory(DjangoModelFactory):
    """One more person who called."""

    class Meta:
        model = Caller

    ticket = factory.SubFactory(TicketFactory)
    name = "李娜"
    phone = "13900000001"
    taken_by = factory.SubFactory(UserFactory)


class QuestionFormFactory(DjangoModelFactory):
    """Two questions."""

    class Meta:
        model = QuestionForm

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"报修回访{n}")
    questions = "维修人员是否按时到场?\n是否清理了现场?"


class CallbackRuleFactory(DjangoModelFactory):
    """All complaints, two working days later."""

    class Meta:
        model = CallbackRule

    office = factory.SubFactory(OfficeFactory)
    kind = "complaint"


class CallbackFactory(DjangoModelFactory):
    """A caller to be asked today."""

    class Meta:
        model = Callback

    ticket = factory.SubFactory(TicketFactory, state="archived", archived_at=factory.LazyFunction(now))
    closed_at = factory.SelfAttribute("ticket.archived_at")
    due_on = factory.LazyFunction(local_date)


class CallbackAttemptFactory(DjangoModelFactory):
    """Nobody answered."""

    class Meta:
        model = CallbackAttempt

    callback = factory.SubFactory(CallbackFactory)
    result = "no_answer"
    by = factory.SubFactory(UserFactory)


class ReopeningFactory(DjangoModelFactory):
    """Something a resident was not content with."""

    class Meta:
        model = Reopening

    ticket = factory.SubFactory(TicketFactory, kind="rework")
    by = factory.SubFactory(UserFactory)


class ResponsibilityFactory(DjangoModelFactory):
    """All of it is the contractor's."""

    class Meta:
        model = Responsibility

    ticket = factory.SubFactory(TicketFactory)
    party = "contractor"
    share = 100
    by = factory.SubFactory(UserFactory)


class CompensationFactory(DjangoModelFactory):
    """300 yuan proposed for a soaked floor."""

    class Meta:
        model = Compensation

    ticket = factory.SubFactory(TicketFactory, kind="complaint")
    amount = Decimal("300.00")
    payee = "张伟"
    proposal = "地板泡水,协商赔偿"
    level = 1
    proposed_by = factory.SubFactory(UserFactory)


class AssessmentFactory(DjangoModelFactory):
    """A crack an expert is to look at."""

    class Meta:
        model = Assessment

    ticket = factory.SubFactory(TicketFactory, kind="complaint")
    question = "外墙裂缝是否影响结构安全?"
    expert = "市房屋安全鉴定站"
    due_on = dt.date(2026, 12, 31)
    asked_by = factory.SubFactory(UserFactory)


class MonthlyReportFactory(DjangoModelFactory):
    """October's complaints."""

    class Meta:
        model = MonthlyReport

    office = factory.SubFactory(OfficeFactory)
    kind = "complaints"
    month = dt.date(2026, 10, 1)


class CabinetFactory(DjangoModelFactory):
    """A key cabinet of a hundred hooks."""

    class Meta:
        model = Cabinet

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"{n}柜")


class RingFactory(DjangoModelFactory):
    """A key ring that hangs nowhere yet."""

    class Meta:
        model = Ring

    office = factory.SubFactory(OfficeFactory)
    tag = factory.Sequence(lambda n: f"R-{n + 1:03d}")
    name = "设备房钥匙串"


class KeyFactory(DjangoModelFactory):
    """The front door's key, entrusted by the owner."""

    class Meta:
        model = Key

    office = factory.SubFactory(OfficeFactory)
    tag = factory.Sequence(lambda n: f"K-{n + 1:04d}")
    unit = factory.SubFactory(UnitFactory, office=factory.SelfAttribute("..office"))
    name = "入户门"
    deposited_by = factory.SubFactory(PersonFactory, office=factory.SelfAttribute("..office"))
    deposited_on = dt.date(2026, 11, 1)


class LoanFactory(DjangoModelFactory):
    """A slip of a colleague who looks after a flat until the evening."""

    class Meta:
        model = Loan

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda n: f"J2025-{n + 1:05d}")
    borrower = "colleague"
    colleague = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda loan: loan.colleague.name if loan.colleague else "访客")
    purpose = "空房巡查"
    lent_by = factory.SubFactory(UserFactory)
    due_at = factory.LazyFunction(lambda: now() + dt.timedelta(hours=4))


class LentKeyFactory(DjangoModelFactory):
    """A key on a slip, out."""

    class Meta:
        model = LentKey

    key = factory.SubFactory(KeyFactory, state="out")
    loan = factory.SubFactory(LoanFactory, office=factory.SelfAttribute("..key.office"))


class ReminderFactory(DjangoModelFactory):
    """Somebody called the holder."""

    class Meta:
        model = Reminder

    loan = factory.SubFactory(LoanFactory)
    kind = "call"
    due_at = factory.SelfAttribute("loan.due_at")
    note = "今晚送回"


class SealOpeningFactory(DjangoModelFactory):
    """A sealed key somebody wants opened."""

    class Meta:
        model = SealOpening

    key = factory.SubFactory(KeyFactory, kind="sealed", seal_number="F10001")
    reason = "业主出差，家中漏水报警"
    requested_by = factory.SubFactory(UserFactory)


class FilingOpeningFactory(DjangoModelFactory):
    """A filing cabinet that stands open."""

    class Meta:
        model = FilingOpening

    key = factory.SubFactory(KeyFactory, kind="filing", unit=None, deposited_by=None, name="业主档案柜 A")
    visitor = "审计 张工"
    purpose = "核对 2025 年合同"
    watched_by = factory.SubFactory(UserFactory)


class LockChangeFactory(DjangoModelFactory):
    """A lock changed after its key was lost."""

    class Meta:
        model = LockChange

    key = factory.SubFactory(KeyFactory, state="retired")
    cost = Decimal("180.00")
    payer = "holder"
    by = factory.SubFactory(UserFactory)


class StockTakeFactory(DjangoModelFactory):
    """A count of everything, under way."""

    class Meta:
        model = StockTake

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda n: f"P2025-{n + 1:03d}")
    begun_by = factory.SubFactory(UserFactory)


class StockLineFactory(DjangoModelFactory):
    """A key that was not there."""

    class Meta:
        model = StockLine

    stocktake = factory.SubFactory(StockTakeFactory)
    key = factory.SubFactory(KeyFactory, office=factory.SelfAttribute("..stocktake.office"))
    tag = factory.SelfAttribute("key.tag")
    result = "missing"


class KeySettingsFactory(DjangoModelFactory):
    """An office's own figures for keys."""

    class Meta:
        model = KeySettings

    office = factory.SubFactory(OfficeFactory)


class GoodsPassFactory(DjangoModelFactory):
    """An owner's pass, issued, valid from an hour ago until the evening."""

    class Meta:
        model = GoodsPass

    office = factory.SubFactory(OfficeFactory)
    unit = factory.SubFactory(UnitFactory, office=factory.SelfAttribute("..office"))
    number = factory.Sequence(lambda n: f"F2025-{n + 1:05d}")
    state = "issued"
    applicant = "owner"
    name = "欧阳娜"
    starts_at = factory.LazyFunction(lambda: now() - dt.timedelta(hours=1))
    ends_at = factory.LazyFunction(lambda: now() + dt.timedelta(hours=4))
    asked_by = factory.SubFactory(UserFactory)
    issued_by = factory.SelfAttribute("asked_by")
    issued_at = factory.LazyFunction(now)


class GoodsItemFactory(DjangoModelFactory):
    """A washing machine."""

    class Meta:
        model = GoodsItem

    goods_pass = factory.SubFactory(GoodsPassFactory)
    position = factory.Sequence(lambda n: n % 100)
    name = "洗衣机"
    measure = "台"


class GateCheckFactory(DjangoModelFactory):
    """Turned back at the gate."""

    class Meta:
        model = GateCheck

    office = factory.SelfAttribute("goods_pass.office")
    goods_pass = factory.SubFactory(GoodsPassFactory)
    outcome = "turned_back"
    note = "多一台电视"
    by = factory.SubFactory(UserFactory)


class GoodsSettingsFactory(DjangoModelFactory):
    """An office's own figures for goods passes."""

    class Meta:
        model = GoodsSettings

    office = factory.SubFactory(OfficeFactory)


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


class FeeSettingsFactory(DjangoModelFactory):
    """An office's own figures for fees."""

    class Meta:
        model = FeeSettings

    office = factory.SubFactory(OfficeFactory)


class TariffFactory(DjangoModelFactory):
    """The property fee of residences, still without a rate."""

    class Meta:
        model = Tariff

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"物业费{n}")
    unit_kinds = ("residence",)


class TariffRateFactory(DjangoModelFactory):
    """1.90 yuan since long ago."""

    class Meta:
        model = TariffRate

    tariff = factory.SubFactory(TariffFactory)
    starts = dt.date(2020, 1, 1)
    rate = Decimal("1.90")


class TariffExceptionFactory(DjangoModelFactory):
    """A unit that pays nothing from this year on."""

    class Meta:
        model = TariffException

    tariff = factory.SubFactory(TariffFactory)
    unit = factory.SubFactory(UnitFactory, office=factory.SelfAttribute("..tariff.office"))
    starts = dt.date(2026, 1, 1)
    reason = "开发商样板房"


class BillRunFactory(DjangoModelFactory):
    """October's bills, out."""

    class Meta:
        model = BillRun

    office = factory.SubFactory(OfficeFactory)
    month = dt.date(2026, 10, 1)
    finished_at = factory.LazyFunction(now)


class BillFactory(DjangoModelFactory):
    """October's property fee of a flat of 89.50 m²: 170.05 yuan, unpaid."""

    class Meta:
        model = Bill

    office = factory.SelfAttribute("unit.office")
    unit = factory.SubFactory(UnitFactory)
    tariff = factory.SubFactory(TariffFactory, office=factory.SelfAttribute("..unit.office"))
    month = dt.date(2026, 10, 1)
    source = "run"
    rate = Decimal("1.90")
    quantity = Decimal("89.50")
    days = 31
    month_days = 31
    amount = Decimal("170.05")
    outstanding = factory.SelfAttribute("amount")
    due_on = dt.date(2026, 10, 5)


class AdjustmentFactory(DjangoModelFactory):
    """Ten yuan less."""

    class Meta:
        model = Adjustment

    bill = factory.SubFactory(BillFactory)
    amount = Decimal("-10.00")
    reason = "面积更正"


class CorrectionFactory(DjangoModelFactory):
    """Somebody asks for ten yuan less."""

    class Meta:
        model = Correction

    bill = factory.SubFactory(BillFactory)
    amount = Decimal("-10.00")
    reason = "面积更正"
    requested_by = factory.SubFactory(UserFactory)


class ReductionFactory(DjangoModelFactory):
    """An application for the coming year."""

    class Meta:
        model = Reduction

    unit = factory.SubFactory(UnitFactory)
    applicant = factory.SubFactory(PersonFactory, office=factory.SelfAttribute("..unit.office"))
    vacant_since = dt.date(2026, 4, 1)
    starts = dt.date(2026, 11, 1)
    ends = dt.date(2027, 10, 31)
    percent = 70
    reason = "业主长期在外地"
    requested_by = factory.SubFactory(UserFactory)


class TillFactory(DjangoModelFactory):
    """A cashier's till that takes money."""

    class Meta:
        model = Till

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda n: f"R2025-{n + 1:05d}")
    cashier = factory.SubFactory(UserFactory)


class PaymentFactory(DjangoModelFactory):
    """The row of a receipt by itself: for lists and scopes, not for the books."""

    class Meta:
        model = Payment

    till = factory.SubFactory(TillFactory)
    office = factory.SelfAttribute("till.office")
    year = 2025
    sequence = factory.Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda row: f"S{row.year}-{row.sequence:06d}")
    amount = Decimal("170.05")
    taken_by = factory.SelfAttribute("till.cashier")
    payer = "张伟"


class TenderFactory(DjangoModelFactory):
    """Cash."""

    class Meta:
        model = Tender

    payment = factory.SubFactory(PaymentFactory)
    method = "cash"
    amount = factory.SelfAttribute("payment.amount")


class AccountEntryFactory(DjangoModelFactory):
    """A hundred yuan in advance."""

    class Meta:
        model = AccountEntry

    unit = factory.SubFactory(UnitFactory)
    amount = Decimal("100.00")


class AllocationFactory(DjangoModelFactory):
    """Part of a bill, paid from the advance."""

    class Meta:
        model = Allocation

    bill = factory.SubFactory(BillFactory)
    amount = Decimal("100.00")
    entry = factory.SubFactory(AccountEntryFactory, unit=factory.SelfAttribute("..bill.unit"))


class ReversalFactory(DjangoModelFactory):
    """Somebody asks to void a payment."""

    class Meta:
        model = Reversal

    payment = factory.SubFactory(PaymentFactory)
    kind = "void"
    amount = factory.SelfAttribute("payment.amount")
    reason = "收错房号"
    requested_by = factory.SubFactory(UserFactory)


class ParkingVisitFactory(DjangoModelFactory):
    """A car that is inside."""

    class Meta:
        model = ParkingVisit

    office = factory.SubFactory(OfficeFactory)
    plate = factory.Sequence(lambda n: f"粤C{n:05d}")
    entered_by = factory.SubFactory(UserFactory)


class MeterFactory(DjangoModelFactory):
    """The water meter of a flat, since the start of the year."""

    class Meta:
        model = Meter

    unit = factory.SubFactory(UnitFactory)
    office = factory.SelfAttribute("unit.office")
    number = factory.Sequence(lambda n: f"W{n:06d}")
    installed_on = dt.date(2026, 1, 1)


class MeterReadingFactory(DjangoModelFactory):
    """Twelve cubic metres used in October."""

    class Meta:
        model = MeterReading

    meter = factory.SubFactory(MeterFactory)
    read_on = dt.date(2026, 10, 31)
    value = Decimal(112)
    since = dt.date(2026, 9, 30)
    before = Decimal(100)
    used = Decimal(12)
    by = factory.SubFactory(UserFactory)


class SharedCostFactory(DjangoModelFactory):
    """October's lighting of the stairs, still a draft."""

    class Meta:
        model = SharedCost

    office = factory.SubFactory(OfficeFactory)
    name = "楼道照明"
    starts = dt.date(2026, 10, 1)
    ends = dt.date(2026, 10, 31)
    amount = Decimal("1000.00")
    created_by = factory.SubFactory(UserFactory)


class CostShareFactory(DjangoModelFactory):
    """What a flat bears of it."""

    class Meta:
        model = CostShare

    cost = factory.SubFactory(SharedCostFactory)
    unit = factory.SubFactory(UnitFactory, office=factory.SelfAttribute("..cost.office"))
    area = Decimal("89.50")
    amount = Decimal("10.00")


class DunningBatchFactory(DjangoModelFactory):
    """Reminders to one household."""

    class Meta:
        model = DunningBatch

    office = factory.SubFactory(OfficeFactory)
    level = 1
    pay_by = dt.date(2026, 12, 10)
    households = 1
    amount = Decimal("170.05")
    made_by = factory.SubFactory(UserFactory)


class DunningNoticeFactory(DjangoModelFactory):
    """The letter to a household."""

    class Meta:
        model = DunningNotice

    batch = factory.SubFactory(DunningBatchFactory)
    unit = factory.SubFactory(UnitFactory, office=factory.SelfAttribute("..batch.office"))
    number = factory.Sequence(lambda n: f"C2025-{n + 1:06d}")
    position = 1
    addressee = "张伟"
    amount = Decimal("170.05")


class DunnedBillFactory(DjangoModelFactory):
    """A bill in it."""

    class Meta:
        model = DunnedBill

    notice = factory.SubFactory(DunningNoticeFactory)
    bill = factory.SubFactory(BillFactory, unit=factory.SelfAttribute("..notice.unit"))
    level = 1
    label = "2026-10 物业费"
    amount = Decimal("170.05")


class DunningCallFactory(DjangoModelFactory):
    """Somebody promised to pay."""

    class Meta:
        model = DunningCall

    unit = factory.SubFactory(UnitFactory)
    result = "promised"
    promised_on = dt.date(2026, 12, 1)
    owed = Decimal("170.05")
    by = factory.SubFactory(UserFactory)


class ShiftTypeFactory(DjangoModelFactory):
    """The early shift of pattern A."""

    class Meta:
        model = ShiftType

    office = factory.SubFactory(OfficeFactory)
    code = factory.Sequence(lambda n: f"{n + 1}")
    name = "早班"
    starts = dt.time(6)
    minutes = 7 * 60


class HeadcountFactory(DjangoModelFactory):
    """One clerk on working days."""

    class Meta:
        model = Headcount

    shift_type = factory.SubFactory(ShiftTypeFactory)
    day_kind = "working_day"
    people = 1


class RosteredFactory(DjangoModelFactory):
    """A colleague who takes part in the roster."""

    class Meta:
        model = Rostered

    office = factory.SubFactory(OfficeFactory)
    person = factory.SubFactory(UserFactory)
    starts = dt.date(2026, 1, 1)


class UnavailabilityFactory(DjangoModelFactory):
    """Never on Wednesdays."""

    class Meta:
        model = Unavailability

    rostered = factory.SubFactory(RosteredFactory)
    weekday = 2
    starts = dt.date(2026, 1, 1)


class WishFactory(DjangoModelFactory):
    """Rather off on this date."""

    class Meta:
        model = Wish

    office = factory.SubFactory(OfficeFactory)
    person = factory.SubFactory(UserFactory)
    date = dt.date(2026, 12, 12)


class RosterRuleFactory(DjangoModelFactory):
    """Ten hours between shifts, as a must."""

    class Meta:
        model = RosterRule

    office = factory.SubFactory(OfficeFactory)
    code = "rest"
    strength = "hard"
    value = 600


class DutySettingsFactory(DjangoModelFactory):
    """An office's own figures for duty."""

    class Meta:
        model = DutySettings

    office = factory.SubFactory(OfficeFactory)


class RosterFactory(DjangoModelFactory):
    """December's roster, a draft; an office has one for each month."""

    class Meta:
        model = Roster
        django_get_or_create = ("office", "month")

    office = factory.SubFactory(OfficeFactory)
    month = dt.date(2026, 12, 1)


class AssignmentFactory(DjangoModelFactory):
    """One shift of one colleague."""

    class Meta:
        model = Assignment

    roster = factory.SubFactory(RosterFactory)
    person = factory.SubFactory(UserFactory)
    date = dt.date(2026, 12, 7)
    shift_type = factory.SubFactory(ShiftTypeFactory, office=factory.SelfAttribute("..roster.office"))


class RosterChangeFactory(DjangoModelFactory):
    """A shift taken away after publishing."""

    class Meta:
        model = RosterChange

    roster = factory.SubFactory(RosterFactory, state="published", edition=2)
    edition = 2
    person = factory.SubFactory(UserFactory)
    date = dt.date(2026, 12, 7)
    before = factory.SubFactory(ShiftTypeFactory, office=factory.SelfAttribute("..roster.office"))
    made_by = factory.SubFactory(UserFactory)


class LeaveFactory(DjangoModelFactory):
    """A day of personal leave that waits to be decided."""

    class Meta:
        model = Leave

    office = factory.SubFactory(OfficeFactory)
    person = factory.SubFactory(UserFactory)
    kind = "personal"
    starts_at = dt.datetime(2026, 12, 7, 0, 0, tzinfo=SHANGHAI)
    ends_at = dt.datetime(2026, 12, 8, 0, 0, tzinfo=SHANGHAI)
    requested_by = factory.SelfAttribute("person")


class StandInFactory(DjangoModelFactory):
    """Who takes the shift of somebody on leave."""

    class Meta:
        model = StandIn

    leave = factory.SubFactory(LeaveFactory, state="approved")
    date = dt.date(2026, 12, 7)
    shift_type = factory.SubFactory(ShiftTypeFactory, office=factory.SelfAttribute("..leave.office"))
    person = factory.SubFactory(UserFactory)
    appointed_by = factory.SubFactory(UserFactory)


class SwapFactory(DjangoModelFactory):
    """One gives Monday's shift for Tuesday's."""

    class Meta:
        model = Swap

    office = factory.SubFactory(OfficeFactory)
    person = factory.SubFactory(UserFactory)
    date = dt.date(2026, 12, 7)
    shift_type = factory.SubFactory(ShiftTypeFactory, office=factory.SelfAttribute("..office"))
    other = factory.SubFactory(UserFactory)
    other_date = dt.date(2026, 12, 8)
    other_shift_type = factory.SelfAttribute("shift_type")


class PostFactory(DjangoModelFactory):
    """A desk at which nothing is kept."""

    class Meta:
        model = Post

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda number: f"前台{number + 1}")


class HoldingFactory(DjangoModelFactory):
    """Somebody who answers for a desk."""

    class Meta:
        model = Holding

    post = factory.SubFactory(PostFactory)
    person = factory.SubFactory(UserFactory)


class ArticleFactory(DjangoModelFactory):
    """Two radios."""

    class Meta:
        model = Article

    post = factory.SubFactory(PostFactory)
    name = factory.Sequence(lambda number: f"对讲机{number + 1}")
    number = 2


class ShiftFactory(DjangoModelFactory):
    """A shift that is running, its clerk at the post."""

    class Meta:
        model = Shift
        skip_postgeneration_save = True

    office = factory.SubFactory(OfficeFactory)
    post = factory.SubFactory(PostFactory, office=factory.SelfAttribute("..office"))
    number = factory.Sequence(lambda number: f"B2025-{number + 1:04d}")
    clerk = factory.SubFactory(UserFactory)
    began_at = dt.datetime(2026, 11, 22, 6, 0, tzinfo=SHANGHAI)

    @factory.post_generation
    def holding(self, create, extracted, **_kwargs):
        """Put its clerk at the post, as beginning it does."""
        if create and extracted is not False and self.ended_at is None:
            HoldingFactory(post=self.post, person=self.clerk, since=self.began_at)


class LogEntryFactory(DjangoModelFactory):
    """An entry written at no post; its seal is none, for tests that look at other things."""

    class Meta:
        model = LogEntry

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda number: number + 1)
    by = factory.SubFactory(UserFactory)
    text = "地下车库有渗水，已摆放警示牌"


class LogReaderFactory(DjangoModelFactory):
    """Somebody who is to read an entry."""

    class Meta:
        model = LogReader

    entry = factory.SubFactory(LogEntryFactory)
    person = factory.SubFactory(UserFactory)
    is_named = True


class FindingFactory(DjangoModelFactory):
    """Something found that waits for its plan."""

    class Meta:
        model = Finding

    office = factory.SubFactory(OfficeFactory)
    number = factory.Sequence(lambda number: f"X2025-{number + 1:04d}")
    text = "楼道灯不亮"
    place = "1栋3层"
    found_by = factory.SubFactory(UserFactory)
    plan_by = dt.date(2026, 12, 10)


class PatrolRouteFactory(DjangoModelFactory):
    """A route through the garden."""

    class Meta:
        model = PatrolRoute

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda number: f"花园路线{number + 1}")


class PatrolPointFactory(DjangoModelFactory):
    """The pump room."""

    class Meta:
        model = PatrolPoint

    route = factory.SubFactory(PatrolRouteFactory)
    name = factory.Sequence(lambda number: f"水泵房{number + 1}")


class PatrolRoundFactory(DjangoModelFactory):
    """Somebody is walking."""

    class Meta:
        model = PatrolRound

    office = factory.SubFactory(OfficeFactory)
    route = factory.SubFactory(PatrolRouteFactory, office=factory.SelfAttribute("..office"))
    walker = factory.SubFactory(UserFactory)


class PatrolCheckFactory(DjangoModelFactory):
    """A point nobody has reached yet."""

    class Meta:
        model = PatrolCheck

    round = factory.SubFactory(PatrolRoundFactory)
    point = factory.SubFactory(PatrolPointFactory, route=factory.SelfAttribute("..round.route"))


class HandoverFactory(DjangoModelFactory):
    """A shift that is being handed over, nothing counted yet."""

    class Meta:
        model = Handover

    office = factory.SubFactory(OfficeFactory)
    shift = factory.SubFactory(ShiftFactory, office=factory.SelfAttribute("..office"))
    outgoing = factory.SelfAttribute("shift.clerk")
    incoming = factory.SubFactory(UserFactory)


class HandoverLineFactory(DjangoModelFactory):
    """One radio is missing."""

    class Meta:
        model = HandoverLine

    handover = factory.SubFactory(HandoverFactory)
    kind = "article"
    label = "对讲机"
    expected = 2
    counted = 1


class HandoverItemFactory(DjangoModelFactory):
    """A ticket that is still open."""

    class Meta:
        model = HandoverItem

    handover = factory.SubFactory(HandoverFactory)
    kind = "ticket"
    object_id = factory.Sequence(lambda number: number + 1)
    label = "2026-00001 漏水"
    url = "/tickets/1/"
    note = "等业主回电"


class StartReminderFactory(DjangoModelFactory):
    """Somebody was told that their shift begins."""

    class Meta:
        model = StartReminder

    assignment = factory.SubFactory(AssignmentFactory)


class RoutineFactory(DjangoModelFactory):
    """A monthly assessment by the 28th, the supervisor's."""

    class Meta:
        model = Routine

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda number: f"月度考核{number + 1}")
    task = "对本月保洁、绿化工作进行考核"
    role = "supervisor"
    since = dt.date(2026, 1, 1)


class RoutineTaskFactory(DjangoModelFactory):
    """November's, open."""

    class Meta:
        model = RoutineTask

    office = factory.SubFactory(OfficeFactory)
    routine = factory.SubFactory(RoutineFactory, office=factory.SelfAttribute("..office"))
    cycle = "month"
    period = dt.date(2026, 11, 1)
    turn = factory.Sequence(lambda number: number + 1)
    due_on = dt.date(2026, 11, 28)
    remind_on = dt.date(2026, 11, 25)
    role = "supervisor"
