"""A goods pass at the desk: taken in, issued, put off, cancelled (R-GDS-01).

Nothing here asks whether fees are paid: arrears are shown on the pages, and hold nothing back.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.identity import clean_phone, clean_plate
from frontdesk.estate.models import Person, Tenure
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity, search
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from movein.models import GoodsItem, GoodsPass, GoodsSettings
from movein.services.items import read_items
from movein.workflow import PassState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

ISSUE = "movein.issue_goodspass"
SEARCH_KIND = "goods_pass"
LONGEST_AHEAD = dt.timedelta(days=60)
"""A pass for a later day is a typing error."""
FACTS = frozenset({"kind", "plate", "carrier", "remark", "phone"})
Role, Applicant, Word = Tenure.Role, GoodsPass.Applicant, GoodsPass.Word


def apply_for_pass(*, unit: Unit, by: User, person: Person, **asked: Any) -> GoodsPass:
    """Take in what somebody of a household or shop wants to move out; issued at once unless the owner is to be asked.

    `asked`: items (a line each), day, first, last (times), kind, plate, carrier, remark, phone.

    Raises:
        DeskError: the person has nothing to do with the unit today; no goods; a time that is over, reversed or too far
            off; an hour outside the office's own without a remark; a plate or phone that is none.

    """
    applicant = applicant_of(unit, person)
    if applicant is None:
        words = {"name": person, "unit": unit.code}
        raise DeskError(_("%(name)s neither owns %(unit)s nor lives there today.") % words, field="person")
    made = GoodsPass(office=unit.office, unit=unit, person=person, name=person.name, applicant=applicant)
    return _take_in(made, by=by, **asked)


def apply_for_company(*, office: Office, by: User, company: str, name: str, phone: str, **asked: Any) -> GoodsPass:
    """Issue a pass to a company that has no unit here, such as a contractor whose machines leave.

    Raises:
        DeskError: nobody is named or can be called; as `apply_for_pass`.

    """
    company = must_be_said(company, _("Write down the company."), field="company")
    name = must_be_said(name, _("Write down who came."), field="name")
    phone = must_be_said(phone, _("Write down a number to reach them."), field="phone")
    made = GoodsPass(office=office, company=company, name=name, applicant=Applicant.COMPANY)
    return _take_in(made, by=by, phone=phone, **asked)


def approve_pass(
    goods_pass: GoodsPass,
    *,
    by: User,
    word: str,
    owner: Person | None = None,
    said: str = "",
    paper: UploadedFile | None = None,
) -> GoodsPass:
    """Issue a pass once the owner has agreed; whom one asked and how is written down, a letter photographed.

    Raises:
        Conflict: it was issued, refused or cancelled meanwhile.
        DeskError: none of the unit's owners is named; of a unit without a known owner nothing says who agreed; a
            letter without its photo; its time is over.

    """
    with apply("approve_pass", goods_pass, by=by, note=said) as fresh:
        _refuse_what_is_over(fresh)
        owners = owners_of(fresh)
        if owner is None and owners:
            raise DeskError(_("Choose which of the owners agreed."), field="owner")
        if owner is not None and owner not in owners:
            raise DeskError(_("%(name)s does not own this unit today.") % {"name": owner}, field="owner")
        if owner is None:
            said = must_be_said(said, _("No owner is on the register: write down who agreed."), field="said")
        if word not in Word.values:
            raise DeskError(_("Say how the owner's word reached you."), field="word")
        if word == Word.LETTER and paper is None:
            raise DeskError(_("Take a photo of the owner's letter."), field="paper")
        fresh.owner, fresh.owner_word, fresh.owner_said = owner, word, said.strip()
        fresh.issued_by, fresh.issued_at = by, now()
        if paper is not None:
            attach(fresh, paper, by=by)
    return fresh


def refuse_pass(goods_pass: GoodsPass, *, reason: str, by: User) -> GoodsPass:
    """Do not issue a pass, for the owner does not agree or cannot be found.

    Raises:
        Conflict: it was issued or cancelled meanwhile.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why not."), field="reason")
    with apply("refuse_pass", goods_pass, by=by, note=reason) as fresh:
        fresh.reason = reason
    return fresh


def reschedule_pass(
    goods_pass: GoodsPass, *, day: dt.date, first: dt.time, last: dt.time, reason: str, by: User
) -> GoodsPass:
    """Put a pass off, or bring it forward: the gate sees the new time at once, whatever the paper says.

    Raises:
        Conflict: the goods went out meanwhile, or it was cancelled.
        DeskError: without a reason; the time is over, reversed or too far off.

    """
    reason = must_be_said(reason, _("Say why the time changes."), field="reason")
    with apply("reschedule_pass", goods_pass, by=by, note=reason) as fresh:
        fresh.starts_at, fresh.ends_at = window(day, first, last)
    return fresh


def cancel_pass(goods_pass: GoodsPass, *, reason: str, by: User) -> GoodsPass:
    """Cancel a pass: the gate refuses it from now on.

    Raises:
        Conflict: the goods went out meanwhile.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it is cancelled."), field="reason")
    with apply("cancel_pass", goods_pass, by=by, note=reason) as fresh:
        fresh.reason = reason
    return fresh


def index_passes(passes: Iterable[GoodsPass]) -> None:
    """Make new passes findable by number, also by its last digits alone (R-EST-05)."""
    search.index_many(SEARCH_KIND, [(row.office_id, row.pk, search.code_terms(row.number)) for row in passes])


def applicant_of(unit: Unit, person: Person) -> str | None:
    """Return as whom somebody asks: owner or tenant, a family as whom it lives with; None for who is not there today.

    Of a family member of whom the register does not say with whom they live, the owner is asked where a tenant is.
    """
    stays = list(Tenure.objects.current().filter(unit=unit).exclude(role=Role.CONTACT).select_related("head"))
    mine = [stay for stay in stays if stay.person_id == person.pk]
    roles = {stay.head.role if stay.role == Role.FAMILY and stay.head else stay.role for stay in mine}
    if not mine:
        return None
    if Role.OWNER in roles:
        return Applicant.OWNER
    is_let = any(stay.role == Role.TENANT for stay in stays)
    return Applicant.TENANT if Role.TENANT in roles or is_let else Applicant.OWNER


def owners_of(goods_pass: GoodsPass) -> list[Person]:
    """Return today's owners of a pass's unit: whose word counts."""
    owning = Tenure.objects.current().filter(unit=goods_pass.unit_id, role=Role.OWNER)
    return list(Person.objects.filter(pk__in=owning.values("person")).order_by("name", "pk"))


def window(day: dt.date, first: dt.time, last: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when a pass lets out.

    Raises:
        DeskError: the end is not after the beginning, is over, or lies too far off.

    """
    if last <= first:
        raise DeskError(_("The end must be after the beginning."), field="last")
    if day > local_date() + LONGEST_AHEAD:
        raise DeskError(_("That is too far off. Look at the date again."), field="day")
    starts, ends = (timezone.make_aware(dt.datetime.combine(day, time)) for time in (first, last))
    if ends <= now():
        raise DeskError(_("That time is over."), field="day" if day < local_date() else "last")
    return starts, ends


def _take_in(
    made: GoodsPass, *, by: User, items: str, day: dt.date, first: dt.time, last: dt.time, **facts: Any
) -> GoodsPass:
    """Number, keep and, unless the owner is to be asked, issue a pass."""
    require(by, ISSUE, made)
    if unknown := facts.keys() - FACTS:
        msg = f"A goods pass has no {', '.join(sorted(unknown))}."
        raise TypeError(msg)
    lines = read_items(items)
    for name, value in facts.items():
        setattr(made, name, value)
    same_office(made, made.unit, made.person)
    made.phone, made.plate = clean_phone(made.phone), clean_plate(made.plate)
    made.starts_at, made.ends_at = window(day, first, last)
    own = GoodsSettings.of(made.office)
    if not (own.first_time <= first and last <= own.last_time):
        hours = {"first": f"{own.first_time:%H:%M}", "last": f"{own.last_time:%H:%M}"}
        sentence = _("Things are moved from %(first)s until %(last)s. Write into the remark why this is another hour.")
        made.remark = must_be_said(made.remark, sentence % hours, field="remark")
    made.needs_owner = own.asks_owner(applicant=made.applicant, kind=made.kind)
    made.asked_by, made.asked_at = by, now()
    if not made.needs_owner:
        made.state, made.issued_by, made.issued_at = PassState.ISSUED, by, made.asked_at
    with transaction.atomic():
        year = local_date().year
        made.number = f"F{year}-{next_number(made.office, 'goods-pass', year):05d}"
        made.save(force_insert=True)
        GoodsItem.objects.bulk_create(
            GoodsItem(goods_pass=made, position=place, name=line.name, quantity=line.quantity, measure=line.measure)
            for place, line in enumerate(lines)
        )
        index_passes([made])
        note = "、".join(str(item) for item in made.items.all())
        activity.record(made, "request_pass" if made.needs_owner else "issue_pass", by=by, note=note)
    return made


def _refuse_what_is_over(goods_pass: GoodsPass) -> None:
    if goods_pass.ends_at <= now():
        raise DeskError(_("The time of this pass is over: set another one first."))
