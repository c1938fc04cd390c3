"""One record of each kind, and what each address is called with."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from frontdesk.kit.attachments import attach
from frontdesk.kit.models import Notification
from tests import factories
from tests.cast import everybody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.estate.models import Office


class World:
    """An office with one building, unit, person, vehicle, paper, ticket, file, job and import."""

    def __init__(self, office: Office, cast: dict[str, Any]) -> None:
        self.office, self.cast = office, cast
        self._sessions: dict[str, str] = {}
        clerk, engineer = cast["clerk"], cast["engineer"]
        self.building = factories.BuildingFactory(office=office)
        self.entrance = factories.EntranceFactory(building=self.building)
        self.unit = factories.UnitFactory(office=office, building=self.building, entrance=self.entrance)
        self.tenure = factories.TenureFactory(unit=self.unit, person__name="张伟")
        self.person = self.tenure.person
        self.phone = factories.PhoneFactory(person=self.person)
        self.vehicle = factories.VehicleFactory(person=self.person)
        self.document = factories.DocumentFactory(office=office, unit=self.unit)
        self.holiday = factories.HolidayFactory(office=office)
        self.area = factories.AreaFactory(office=office)
        self.double = factories.PersonFactory(office=office, name="张伟")
        self.notification = Notification.objects.create(user=clerk, text="工单已完成", url="/")
        self.device = factories.DeviceFactory(office=office)
        self.ticket = factories.TicketFactory(
            office=office, unit=self.unit, first_contact=clerk, assignee=engineer, state="dispatched",
        )  # fmt: skip
        self.escalation = factories.EscalationFactory(ticket=self.ticket, told=[cast["manager"]])
        self.promise = factories.PromiseFactory(ticket=self.ticket, made_by=clerk)
        self.callback = factories.CallbackFactory(
            ticket__office=office, ticket__unit=self.unit, ticket__first_contact=clerk,
            ticket__caller_phone="13800000009", form=factories.QuestionFormFactory(office=office),
        )  # fmt: skip
        factories.ResponsibilityFactory(ticket=self.ticket, by=clerk)
        self.compensation = factories.CompensationFactory(ticket=self.ticket, proposed_by=clerk)
        self.assessment = factories.AssessmentFactory(ticket=self.ticket, asked_by=clerk)
        self.category = factories.CategoryFactory(office=office)
        self.department = factories.DepartmentFactory(office=office, members=[engineer])
        self.contractor = factories.ContractorFactory(office=office)
        self.report = factories.MonthlyReportFactory(office=office)
        self.part, self.cause = factories.PartFactory(office=office), factories.CauseFactory(office=office)
        self.twin = factories.TicketFactory(office=office, first_contact=clerk, caller_name="王芳")
        self.caller = factories.CallerFactory(ticket=self.ticket, taken_by=clerk)
        self.key = factories.KeyFactory(office=office, unit=self.unit, deposited_by=self.person)
        self.lent = factories.LentKeyFactory(
            key__office=office, key__unit=self.unit, loan__lent_by=clerk, loan__phone="13800000009"
        )
        self.loan = self.lent.loan
        self.opening = factories.SealOpeningFactory(key__office=office, key__unit=self.unit, requested_by=clerk)
        self.filing = factories.FilingOpeningFactory(key__office=office, watched_by=clerk)
        self.cabinet, self.ring = factories.CabinetFactory(office=office), factories.RingFactory(office=office)
        self.stocktake = factories.StockTakeFactory(office=office, begun_by=clerk)
        self.stockline = factories.StockLineFactory(stocktake=self.stocktake, key=self.key)
        self.goods_pass = factories.GoodsPassFactory(
            office=office, unit=self.unit, person=self.person, asked_by=clerk, phone="13800000009"
        )
        factories.GoodsItemFactory(goods_pass=self.goods_pass)
        factories.GateCheckFactory(goods_pass=self.goods_pass, by=cast["guard"])
        self._money_of(office, cast)
        self._duty_of(office, cast)
        self.job = factories.JobFactory(office=office, created_by=clerk)
        self.run = factories.ImportRunFactory(office=office, created_by=cast["admin"])
        self.attachment = attach(self.ticket, _picture(), by=clerk, kind="photo")

    def _money_of(self, office: Office, cast: dict[str, Any]) -> None:
        """Set up what the household owes and paid, its meters, and a car at the gate."""
        self.payment = factories.PaymentFactory(till__office=office, till__cashier=cast["cashier"], unit=self.unit)
        self.reversal = factories.ReversalFactory(payment=self.payment, requested_by=cast["cashier"])
        self.tariff = factories.TariffRateFactory(tariff__office=office).tariff
        self.rate = factories.TariffRateFactory(tariff=self.tariff, starts=dt.date(2099, 1, 1))
        self.exception = factories.TariffExceptionFactory(tariff=self.tariff, unit=self.unit)
        self.billrun = factories.BillRunFactory(office=office)
        self.bill = factories.BillFactory(office=office, unit=self.unit, tariff=self.tariff, run=self.billrun)
        self.correction = factories.CorrectionFactory(bill=self.bill, requested_by=cast["clerk"])
        self.reduction = factories.ReductionFactory(unit=self.unit, applicant=self.person, requested_by=cast["clerk"])
        self.visit = factories.ParkingVisitFactory(office=office, plate="粤B12345", entered_by=cast["guard"])
        self.meter = factories.MeterFactory(office=office, unit=self.unit)
        self.reading = factories.MeterReadingFactory(
            meter=factories.MeterFactory(office=office, unit=self.unit, number="W-1"),
            is_abnormal=True,
            by=cast["clerk"],
        )
        self.cost = factories.SharedCostFactory(office=office, created_by=cast["supervisor"])
        self.owed = factories.BillFactory(unit=self.unit, due_on=dt.date(2020, 1, 5), month=dt.date(2020, 1, 1))
        self.dunning = factories.DunningBatchFactory(office=office, made_by=cast["supervisor"])
        letter = factories.DunningNoticeFactory(batch=self.dunning, unit=self.unit)
        factories.DunnedBillFactory(notice=letter, bill=self.owed)
        factories.DunningCallFactory(unit=self.unit, person=self.person, by=cast["clerk"])

    def _duty_of(self, office: Office, cast: dict[str, Any]) -> None:
        """Set up a published month with one colleague in it."""
        self.shift = factories.ShiftTypeFactory(office=office)
        factories.HeadcountFactory(shift_type=self.shift)
        self.rostered = factories.RosteredFactory(office=office, person=cast["clerk"])
        self.unavailability = factories.UnavailabilityFactory(rostered=self.rostered)
        self.roster = factories.RosterFactory(office=office, state="published", edition=2)
        self.assignment = factories.AssignmentFactory(
            roster=self.roster, person=cast["clerk"], shift_type=self.shift, date=dt.date(2026, 12, 7)
        )
        factories.RosterChangeFactory(
            roster=self.roster, person=cast["clerk"], before=self.shift, made_by=cast["supervisor"]
        )
        self.leave = factories.LeaveFactory(office=office, person=cast["clerk"])
        self.stand_in = factories.StandInFactory(
            leave__office=office, leave__person=cast["clerk"], shift_type=self.shift, person=cast["steward"]
        )
        self.swap = factories.SwapFactory(
            office=office, person=cast["clerk"], other=cast["steward"], shift_type=self.shift
        )
        self.wish = factories.WishFactory(office=office, person=cast["clerk"])
        self._post_of(office, cast)

    def _post_of(self, office: Office, cast: dict[str, Any]) -> None:
        """Set up two desks: one is held by the clerk, with the steward beside them, nobody is at the other."""
        self.free_post = factories.PostFactory(office=office)
        self.shift_record = factories.ShiftFactory(office=office, clerk=cast["clerk"])
        self.post = self.shift_record.post
        factories.ArticleFactory(post=self.post)
        self.handover = factories.HandoverFactory(office=office, shift=self.shift_record, incoming=cast["steward"])
        factories.HandoverLineFactory(handover=self.handover)
        self.entry = factories.LogEntryFactory(office=office, by=cast["clerk"], kind="nonconf", unit=self.unit)
        factories.LogReaderFactory(entry=self.entry, person=cast["supervisor"])
        self.routine = factories.RoutineFactory(office=office)
        self.task = factories.RoutineTaskFactory(office=office, routine=self.routine, role="clerk")
        self.finding = factories.FindingFactory(office=office, found_by=cast["guard"])
        self.check = factories.PatrolCheckFactory(round__office=office, round__walker=cast["guard"])
        self.helper = factories.HoldingFactory(post=self.post, person=cast["steward"], kind="beside")

    def arguments(self, name: str) -> dict[str, Any]:
        """Return the keyword arguments of an address."""
        return ARGUMENTS.get(name, lambda _world: {})(self)

    def browser_of(self, actor: str, **options: Any) -> Client:
        """Return a fresh browser in which somebody is logged in; before the first request, as after `force_login`."""
        client = Client(**options)
        if key := self._sessions.get(actor):
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    def open_sessions(self) -> None:
        """Log everybody in once."""
        for actor, user in self.cast.items():
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self._sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value

    @staticmethod
    def counts() -> dict[str, int]:
        """Count the rows of every table but the sessions."""
        tables = [model._meta.db_table for model in apps.get_models() if model is not Session]
        one = "SELECT '{0}', count(*) FROM {0}"
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(one.format(table) for table in tables))
            return dict(cursor.fetchall())


@contextmanager
def standing_world() -> Iterator[World]:
    """Build a world once for many tests, everybody logged in; all of it is undone at the end.

    Each request of such a test must be undone by whoever asks, so that the next finds the world as it was.
    """
    with transaction.atomic():
        world = World(*everybody())
        world.open_sessions()
        yield world
        transaction.set_rollback(True)


def _picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "JPEG")
    return SimpleUploadedFile("漏水.jpg", stream.getvalue(), "image/jpeg")


_JOB = lambda w: {"pk": w.job.pk}  # noqa: E731
_RUN = lambda w: {"pk": w.run.pk}  # noqa: E731
_FILE = lambda w: {"uuid": w.attachment.uuid}  # noqa: E731
_KIND = lambda _w: {"kind": "estate.register"}  # noqa: E731
_REPORT = lambda w: {"pk": w.report.pk}  # noqa: E731
_TICKET = lambda w: {"pk": w.ticket.pk}  # noqa: E731
_CALLBACK = lambda w: {"pk": w.callback.pk}  # noqa: E731
_KEY = lambda w: {"pk": w.key.pk}  # noqa: E731
_LOAN = lambda w: {"pk": w.loan.pk}  # noqa: E731
_PASS = lambda w: {"pk": w.goods_pass.pk}  # noqa: E731
_ROSTER = lambda w: {"pk": w.roster.pk}  # noqa: E731
_SHIFT = lambda w: {"pk": w.shift.pk}  # noqa: E731
_ROSTERED = lambda w: {"pk": w.rostered.pk}  # noqa: E731
_DUNNING = lambda w: {"pk": w.dunning.pk}  # noqa: E731
_STOCKTAKE = lambda w: {"pk": w.stocktake.pk}  # noqa: E731
_VISIT = lambda w: {"pk": w.visit.pk}  # noqa: E731
_METER = lambda w: {"pk": w.meter.pk}  # noqa: E731
_READING = lambda w: {"pk": w.reading.pk}  # noqa: E731
_COST = lambda w: {"pk": w.cost.pk}  # noqa: E731
_UNIT = lambda w: {"pk": w.unit.pk}  # noqa: E731
_PERSON = lambda w: {"pk": w.person.pk}  # noqa: E731
_TARIFF = lambda w: {"pk": w.tariff.pk}  # noqa: E731
_BILLRUN = lambda w: {"pk": w.billrun.pk}  # noqa: E731
_BILL = lambda w: {"pk": w.bill.pk}  # noqa: E731
_OFFICE = lambda w: {"pk": w.office.pk}  # noqa: E731
_BUILDING = lambda w: {"pk": w.building.pk}  # noqa: E731
_DOCUMENT = lambda w: {"pk": w.document.pk}  # noqa: E731
_COLLEAGUE = lambda w: {"pk": w.cast["steward"].pk}  # noqa: E731

ARGUMENTS = {
    "complaints:category_edit": lambda w: {"pk": w.category.pk},
    "complaints:cause_edit": lambda w: {"pk": w.cause.pk},
    "complaints:contractor": lambda w: {"pk": w.contractor.pk},
    "complaints:contractor_edit": lambda w: {"pk": w.contractor.pk},
    "complaints:report": _REPORT,
    "complaints:report_make": _REPORT,
    "complaints:report_download": _REPORT,
    "complaints:department_edit": lambda w: {"pk": w.department.pk},
    "complaints:part_edit": lambda w: {"pk": w.part.pk},
    "complaints:work_order": _TICKET,
    "complaints:ticket_similar": _TICKET,
    "complaints:ticket": _TICKET,
    "complaints:ticket_edit": _TICKET,
    "complaints:ticket_caller": _TICKET,
    "complaints:escalation_seen": lambda w: {"pk": w.escalation.pk},
    "complaints:ticket_merge": lambda w: {"pk": w.twin.pk, "into_pk": w.ticket.pk},
    "complaints:caller_add": lambda w: {"ticket_pk": w.ticket.pk},
    "complaints:caller_phone": lambda w: {"pk": w.caller.pk},
    "complaints:ticket_move": lambda w: {"pk": w.ticket.pk, "move": "finish_ticket"},
    "complaints:promise_add": lambda w: {"ticket_pk": w.ticket.pk},
    "complaints:promise_move": lambda w: {"pk": w.promise.pk, "move": "renegotiate_promise"},
    "complaints:responsibility_edit": lambda w: {"ticket_pk": w.ticket.pk},
    "complaints:compensation_add": lambda w: {"ticket_pk": w.ticket.pk},
    "complaints:compensation": lambda w: {"pk": w.compensation.pk},
    "complaints:compensation_move": lambda w: {"pk": w.compensation.pk, "move": "approve_compensation"},
    "complaints:assessment_add": lambda w: {"ticket_pk": w.ticket.pk},
    "complaints:assessment": lambda w: {"pk": w.assessment.pk},
    "complaints:assessment_move": lambda w: {"pk": w.assessment.pk, "move": "answer_assessment"},
    "complaints:callback": _CALLBACK,
    "complaints:callback_caller": _CALLBACK,
    "complaints:callback_move": lambda w: {"pk": w.callback.pk, "move": "answer_callback"},
    "complaints:questionform_edit": lambda w: {"pk": w.callback.form.pk},
    "estate:office": _OFFICE,
    "estate:office_edit": _OFFICE,
    "estate:area_add": lambda w: {"office_pk": w.office.pk},
    "estate:area_edit": lambda w: {"pk": w.area.pk},
    "estate:asset_board_of": lambda w: {"office_pk": w.office.pk},
    "estate:holiday_remove": lambda w: {"pk": w.holiday.pk},
    "estate:building": _BUILDING,
    "estate:building_edit": _BUILDING,
    "estate:entrance_add": lambda w: {"building_pk": w.building.pk},
    "estate:entrance_edit": lambda w: {"pk": w.entrance.pk},
    "estate:unit": _UNIT,
    "estate:unit_edit": _UNIT,
    "estate:unit_move_out": _UNIT,
    "estate:unit_card": _UNIT,
    "estate:unit_resident": _UNIT,
    "estate:unit_move": lambda w: {"pk": w.unit.pk, "move": "transfer_unit"},
    "estate:tenure_add": lambda w: {"unit_pk": w.unit.pk},
    "estate:tenure_edit": lambda w: {"pk": w.tenure.pk},
    "estate:tenure_end": lambda w: {"pk": w.tenure.pk},
    "estate:person": _PERSON,
    "estate:person_edit": _PERSON,
    "estate:person_reveal": _PERSON,
    "estate:person_merge": _PERSON,
    "estate:person_apart": lambda w: {"pk": w.person.pk, "other_pk": w.double.pk},
    "estate:phone_add": lambda w: {"person_pk": w.person.pk},
    "estate:phone_remove": lambda w: {"pk": w.phone.pk},
    "estate:phone_first": lambda w: {"pk": w.phone.pk},
    "estate:vehicle_add": lambda w: {"person_pk": w.person.pk},
    "estate:vehicle_edit": lambda w: {"pk": w.vehicle.pk},
    "estate:vehicle_remove": lambda w: {"pk": w.vehicle.pk},
    "estate:document": _DOCUMENT,
    "estate:document_edit": _DOCUMENT,
    "estate:document_move": lambda w: {"pk": w.document.pk, "move": "lend_document"},
    "fees:tariff": _TARIFF,
    "fees:tariff_edit": _TARIFF,
    "fees:tariffrate_add": lambda w: {"tariff_pk": w.tariff.pk},
    "fees:tariffrate_withdraw": lambda w: {"pk": w.rate.pk},
    "fees:tariffexception_add": lambda w: {"tariff_pk": w.tariff.pk},
    "fees:tariffexception_end": lambda w: {"pk": w.exception.pk},
    "fees:billrun": _BILLRUN,
    "fees:billrun_correct": _BILLRUN,
    "fees:bill": _BILL,
    "fees:bill_correct": _BILL,
    "fees:bill_dispute": _BILL,
    "fees:bill_settle": _BILL,
    "fees:correction": lambda w: {"pk": w.correction.pk},
    "fees:correction_move": lambda w: {"pk": w.correction.pk, "move": "approve_correction"},
    "fees:reduction": lambda w: {"pk": w.reduction.pk},
    "fees:reduction_move": lambda w: {"pk": w.reduction.pk, "move": "approve_reduction"},
    "fees:reduction_add": lambda w: {"unit_pk": w.unit.pk},
    "fees:parkingvisit": _VISIT,
    "fees:parkingvisit_leave": _VISIT,
    "fees:parkingvisit_lost": _VISIT,
    "fees:parkingvisit_pay": _VISIT,
    "fees:meter": _METER,
    "fees:meter_edit": _METER,
    "fees:meter_swap": _METER,
    "fees:meterreading_add": lambda w: {"meter_pk": w.meter.pk},
    "fees:meterreading_confirm": _READING,
    "fees:meterreading_correct": _READING,
    "fees:sharedcost": _COST,
    "fees:sharedcost_edit": _COST,
    "fees:sharedcost_move": lambda w: {"pk": w.cost.pk, "move": "settle_cost"},
    "duty:calendar": lambda _w: {"token": "x" * 43},
    "duty:leave": lambda w: {"pk": w.leave.pk},
    "duty:leave_move": lambda w: {"pk": w.leave.pk, "move": "approve_leave"},
    "duty:sick_call_record": lambda w: {"pk": w.assignment.pk},
    "duty:standin_give_back": lambda w: {"pk": w.stand_in.pk},
    "duty:swap": lambda w: {"pk": w.swap.pk},
    "duty:swap_add": lambda w: {"assignment_pk": w.assignment.pk},
    "duty:swap_move": lambda w: {"pk": w.swap.pk, "move": "withdraw_swap"},
    "duty:wish_remove": lambda w: {"pk": w.wish.pk},
    "duty:roster": _ROSTER,
    "duty:roster_draft": _ROSTER,
    "duty:roster_progress": _ROSTER,
    "duty:roster_stop": _ROSTER,
    "duty:roster_fairness": _ROSTER,
    "duty:rosterchange_list": _ROSTER,
    "duty:roster_sheet": _ROSTER,
    "duty:roster_workbook": _ROSTER,
    "duty:roster_replan": _ROSTER,
    "duty:roster_replan_take": _ROSTER,
    "duty:roster_replan_discard": _ROSTER,
    "duty:roster_move": lambda w: {"pk": w.roster.pk, "move": "publish_roster"},
    "duty:cell": lambda w: {"roster_pk": w.roster.pk, "person_pk": w.cast["clerk"].pk, "date": w.assignment.date},
    "duty:post": lambda w: {"pk": w.free_post.pk},
    "duty:post_retire": lambda w: {"pk": w.free_post.pk},
    "duty:shift_begin": lambda w: {"pk": w.free_post.pk},
    "duty:shift": lambda w: {"pk": w.shift_record.pk},
    "duty:shift_helper": lambda w: {"pk": w.shift_record.pk},
    "duty:holding_end": lambda w: {"pk": w.helper.pk},
    "duty:logentry": lambda w: {"pk": w.entry.pk},
    "duty:logentry_correct": lambda w: {"pk": w.entry.pk},
    "duty:logentry_put_right": lambda w: {"pk": w.entry.pk},
    "duty:logentry_annotate": lambda w: {"pk": w.entry.pk},
    "duty:logentry_read": lambda w: {"pk": w.entry.pk},
    "duty:routinetask": lambda w: {"pk": w.task.pk},
    "duty:routinetask_finding": lambda w: {"routinetask_pk": w.task.pk},
    "duty:routinetask_move": lambda w: {"pk": w.task.pk, "move": "do_task"},
    "duty:routine": lambda w: {"pk": w.routine.pk},
    "duty:routine_retire": lambda w: {"pk": w.routine.pk},
    "home:ticket_finding": _TICKET,
    "duty:patrolround": lambda w: {"pk": w.check.round_id},
    "duty:patrolround_finish": lambda w: {"pk": w.check.round_id},
    "duty:patrolcheck_tick": lambda w: {"pk": w.check.pk},
    "duty:patrolroute": lambda w: {"pk": w.check.round.route_id},
    "duty:patrolroute_edit": lambda w: {"pk": w.check.round.route_id},
    "duty:patrolroute_retire": lambda w: {"pk": w.check.round.route_id},
    "duty:patrolroute_start": lambda w: {"pk": w.check.round.route_id},
    "duty:finding": lambda w: {"pk": w.finding.pk},
    "duty:finding_move": lambda w: {"pk": w.finding.pk, "move": "solve_finding"},
    "duty:shift_hand_over": lambda w: {"pk": w.shift_record.pk},
    "duty:handover": lambda w: {"pk": w.handover.pk},
    "duty:handover_sheet": lambda w: {"pk": w.handover.pk},
    "duty:handover_move": lambda w: {"pk": w.handover.pk, "move": "sign_over"},
    "duty:shifttype": _SHIFT,
    "duty:shifttype_retire": _SHIFT,
    "duty:rostered": _ROSTERED,
    "duty:rostered_edit": _ROSTERED,
    "duty:rostered_end": _ROSTERED,
    "duty:unavailability_add": lambda w: {"rostered_pk": w.rostered.pk},
    "duty:unavailability_remove": lambda w: {"pk": w.unavailability.pk},
    "keys:key": _KEY,
    "keys:key_edit": _KEY,
    "keys:key_deposit": _KEY,
    "keys:key_label": _KEY,
    "keys:key_move": lambda w: {"pk": w.key.pk, "move": "lend_key"},
    "keys:sealopening_add": lambda w: {"key_pk": w.key.pk},
    "keys:scan": lambda w: {"code": w.loan.token},
    "keys:loan": _LOAN,
    "keys:loan_slip": _LOAN,
    "keys:loan_return": _LOAN,
    "keys:loan_extend": _LOAN,
    "keys:loan_call": _LOAN,
    "keys:loan_excuse": _LOAN,
    "keys:loan_sign": _LOAN,
    "keys:loan_phone": _LOAN,
    "keys:sealopening": lambda w: {"pk": w.opening.pk},
    "keys:sealopening_move": lambda w: {"pk": w.opening.pk, "move": "approve_opening"},
    "keys:filingopening_close": lambda w: {"pk": w.filing.pk},
    "keys:stocktake": _STOCKTAKE,
    "keys:stocktake_count": _STOCKTAKE,
    "keys:stockline_list": _STOCKTAKE,
    "keys:stockline_explain": lambda w: {"pk": w.stockline.pk},
    "keys:stockline_uncount": lambda w: {"pk": w.stockline.pk},
    "keys:stocktake_move": lambda w: {"pk": w.stocktake.pk, "move": "end_counting"},
    "keys:cabinet_edit": lambda w: {"pk": w.cabinet.pk},
    "keys:ring": lambda w: {"pk": w.ring.pk},
    "keys:ring_edit": lambda w: {"pk": w.ring.pk},
    "movein:goodspass": _PASS,
    "movein:goodspass_add": lambda w: {"unit_pk": w.unit.pk},
    "movein:goodspass_paper": _PASS,
    "movein:goodspass_phone": _PASS,
    "movein:goodspass_person_phone": lambda w: {"pk": w.goods_pass.pk, "person_pk": w.person.pk},
    "movein:goodspass_move": lambda w: {"pk": w.goods_pass.pk, "move": "release_pass"},
    "movein:scan": lambda w: {"code": w.goods_pass.token},
    "fees:take": _UNIT,
    "fees:advance_use": _UNIT,
    "fees:payment": lambda w: {"pk": w.payment.pk},
    "fees:payment_receipt": lambda w: {"pk": w.payment.pk},
    "fees:reversal_add": lambda w: {"payment_pk": w.payment.pk},
    "fees:reversal": lambda w: {"pk": w.reversal.pk},
    "fees:reversal_move": lambda w: {"pk": w.reversal.pk, "move": "approve_reversal"},
    "fees:till": lambda w: {"pk": w.payment.till.pk},
    "fees:till_sheet": lambda w: {"pk": w.payment.till.pk},
    "fees:till_move": lambda w: {"pk": w.payment.till.pk, "move": "count_till"},
    "fees:arrears": _UNIT,
    "fees:dunningcall_add": lambda w: {"unit_pk": w.unit.pk},
    "fees:arrears_phone": lambda w: {"unit_pk": w.unit.pk, "pk": w.person.pk},
    "fees:dunningbatch": _DUNNING,
    "fees:dunningbatch_letters": _DUNNING,
    "fees:dunningnotice_list": _DUNNING,
    "home:household": _UNIT,
    "home:unit_sections": _UNIT,
    "home:unit_evidence": _UNIT,
    "home:person_sections": _PERSON,
    "home:leaver": _COLLEAGUE,
    "kit:job": _JOB,
    "kit:job_cancel": _JOB,
    "kit:job_retry": _JOB,
    "kit:job_result": _JOB,
    "kit:attachment": _FILE,
    "kit:attachment_remove": _FILE,
    "kit:attachment_add": lambda w: {
        "content_type": ContentType.objects.get_for_model(w.ticket).pk,
        "pk": w.ticket.pk,
    },
    "kit:import_new": _KIND,
    "kit:import_template": _KIND,
    "kit:import": _RUN,
    "kit:import_map": _RUN,
    "kit:import_commit": _RUN,
    "kit:import_discard": _RUN,
    "staff:member": _COLLEAGUE,
    "staff:member_edit": _COLLEAGUE,
    "staff:member_reset_password": _COLLEAGUE,
    "staff:member_leave": _COLLEAGUE,
    "staff:member_disable": _COLLEAGUE,
    "staff:member_enable": _COLLEAGUE,
    "staff:role_add": lambda w: {"user_pk": w.cast["steward"].pk},
    "staff:role_end": lambda w: {"pk": w.cast["steward"].memberships.get().pk},
    "staff:device_revoke": lambda w: {"pk": w.device.pk},
    "staff:notification_open": lambda w: {"pk": w.notification.pk},
}
