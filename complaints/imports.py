"""Tickets from elsewhere: a hotline's list, a message board, the office's old Excel ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Ticket
from complaints.services.intake import index_tickets, number_tickets
from complaints.workflow import TicketState
from frontdesk.estate.models import Unit
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.forms.cleaning import clean_body, clean_line
from frontdesk.kit.imports import NEW, SAME, ImportColumn, Importer, Row, RowForm, Sheet
from frontdesk.kit.imports.cells import ChoiceCell, DateTimeCell, TextCell
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.search import normal

if TYPE_CHECKING:
    from frontdesk.kit.jobs import Progress

TWELVE_HOURS = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M", re.IGNORECASE)
BETWEEN = re.compile(r"[\s/>、·_-]+")
BATCH = 500
OLD, OLD_AFTER = "old", dt.timedelta(days=30)
"""What nobody ended elsewhere for so long is not the desk's work of today: a thousand rows would bury it."""


class LineCell(TextCell):
    """One line: line ends and tabs inside become spaces."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_line(value or "", fold=False))


class BodyCell(TextCell):
    """Text of several lines, without the tabs and blank lines a web page leaves around and inside it."""

    def to_python(self, value: Any) -> str:
        lines = [line.strip() for line in clean_body(value or "").split("\n")]
        return super().to_python(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


class MomentCell(DateTimeCell):
    """A moment, also as American systems write it: 06/20/2016 10:04:21 PM."""

    def to_python(self, value: Any) -> dt.datetime | None:
        text = (value or "").strip()
        if not TWELVE_HOURS.fullmatch(text):
            return super().to_python(value)
        try:
            moment = dt.datetime.strptime(text.upper(), "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 - made aware below
        except ValueError:
            return super().to_python(value)
        return timezone.make_aware(moment)


KIND_WORDS = {
    "咨询": "enquiry",
    "求助": "help",
    "报修": "repair",
    "维修": "repair",
    "投诉": "complaint",
    "建议": "suggestion",
    "表扬": "praise",
    "返修": "rework",
}
CHANNEL_WORDS = {
    "前台": "desk",
    "来访": "desk",
    "电话": "phone",
    "来电": "phone",
    "热线": "hotline",
    "网络": "forum",
    "论坛": "forum",
    "业主群": "forum",
    "巡查": "patrol",
    "家访": "visit",
}


class TicketRow(RowForm):
    """One matter as somebody else wrote it down."""

    source_id = LineCell(max_length=40, required=False)
    received_at = MomentCell(required=False)
    kind = ChoiceCell(choices=Ticket.Kind.choices, synonyms=KIND_WORDS, required=False)
    channel = ChoiceCell(choices=Ticket.Channel.choices, synonyms=CHANNEL_WORDS, required=False)
    category = LineCell(max_length=90, required=False)
    unit = LineCell(max_length=30, required=False)
    caller_name = LineCell(max_length=40, required=False)
    caller_phone = LineCell(max_length=20, required=False)
    place = LineCell(max_length=80, required=False)
    subject = LineCell(max_length=120)
    body = BodyCell(max_length=10_000, required=False)
    due_at = MomentCell(required=False)
    closed_at = MomentCell(required=False)
    reply = BodyCell(max_length=2_000, required=False)

    def clean_unit(self) -> int | None:
        """Return the unit's key by the code people say aloud."""
        code = self.cleaned_data["unit"]
        if code and normal(code) not in self.importer.units:
            raise forms.ValidationError(_("There is no unit with this code."))
        return self.importer.units[normal(code)] if code else None

    def clean_category(self) -> int | None:
        """Return the category's key by its name, or by its branch and name: 给排水 / 漏水."""
        name = self.cleaned_data["category"]
        found = self.importer.categories.get(as_category(name)) if name else None
        if name and found is None:
            raise forms.ValidationError(_("There is no category with this name, or several."))
        return found

    def clean(self) -> dict[str, Any]:
        """Check the order of times; give a row without a number of its own one made of what it says."""
        data = self.cleaned_data
        received, closed = data.get("received_at"), data.get("closed_at")
        if received and received > now():
            self.add_error("received_at", _("This is in the future."))
        if received and closed and closed < received:
            self.add_error("closed_at", _("It cannot end before it began."))
        if not data.get("source_id"):
            data["source_id"] = fingerprint(data)
        return data


class TicketOptions(forms.Form):
    """What holds for rows that do not say it themselves."""

    kind = forms.ChoiceField(
        label=_("Kind where the file says none"), choices=Ticket.Kind, initial=Ticket.Kind.COMPLAINT
    )
    channel = forms.ChoiceField(
        label=_("Channel where the file says none"), choices=Ticket.Channel, initial=Ticket.Channel.FORUM
    )
    state = forms.ChoiceField(
        label=_("Rows without an end"),
        choices=[
            (OLD, _("archive what was received more than 30 days ago, take in the rest as open tickets")),
            (TicketState.RECORDED, _("take in all as open tickets")),
            (TicketState.ARCHIVED, _("put all into the archive")),
        ],
        initial=OLD,
    )


class TicketImporter(Importer):
    """R-TKT-02: one row is one ticket; whoever imports answers for those still open."""

    kind = "complaints.ticket"
    label = _("Tickets")
    help = _("From another system, a hotline or a message board. The same row is never taken in twice.")
    permission = "complaints.import_ticket"
    options_form = TicketOptions
    sheets = (
        Sheet(
            "tickets",
            _("Tickets"),
            names=("工单", "投诉台账", "留言"),
            form_class=TicketRow,
            key=("source_id",),
            repeats=True,
            columns=[
                ImportColumn(
                    "source_id",
                    _("Number at the source"),
                    labels=("编号", "工单编号", "工单号", "留言编号", "序号", "Unique Key", "ID"),
                    help=_("Rows with a number that is here already are left out."),
                    example="188039",
                ),
                ImportColumn(
                    "received_at",
                    _("Received"),
                    labels=("受理时间", "登记时间", "接报时间", "留言时间", "投诉时间", "时间", "Created Date"),
                    example="2026-01-05 08:30",
                ),
                ImportColumn("kind", _("Kind"), labels=("类型", "类别", "工单类型"), choices=Ticket.Kind.labels),
                ImportColumn(
                    "channel", _("Channel"), labels=("渠道", "来源", "受理渠道"), choices=Ticket.Channel.labels
                ),
                ImportColumn(
                    "category",
                    _("Category"),
                    labels=("分类", "事项分类", "问题分类", "Category"),
                    help=_("A name of the office's own list, with its branch where several have that name."),
                    example="给排水 / 漏水",
                ),
                ImportColumn("unit", _("Unit"), labels=("房号", "房屋编号", "单元房号"), example="3-2-1502"),
                ImportColumn(
                    "caller_name", _("Caller"), labels=("来电人", "联系人", "姓名", "投诉人", "留言用户", "业主姓名")
                ),
                ImportColumn("caller_phone", _("Phone"), labels=("电话", "联系电话", "手机号"), mask=mask_phone),
                ImportColumn("place", _("Place"), labels=("地点", "位置", "地址", "Incident Address")),
                ImportColumn(
                    "subject",
                    _("Subject"),
                    labels=("主题", "标题", "留言主题", "事项", "Complaint Type"),
                    required=True,
                    example="厨房水龙头漏水",
                ),
                ImportColumn(
                    "body", _("In detail"), labels=("内容", "详情", "留言详情", "问题描述", "描述", "Descriptor")
                ),
                ImportColumn("due_at", _("Deadline"), labels=("要求完成时间", "截止时间", "Due Date")),
                ImportColumn("closed_at", _("Closed at"), labels=("办结时间", "完成时间", "结案时间", "Closed Date")),
                ImportColumn("reply", _("Reply"), labels=("答复", "回复", "处理结果", "Resolution Description")),
            ],
        ),
    )

    def prepare(self) -> None:
        """Read the office's unit codes and categories and the numbers that were imported before."""
        codes = Unit.objects.of_office(self.office).values_list("code", "pk")
        self.units = {normal(code): pk for code, pk in codes}
        self.categories = categories_of(self.office)
        known = Ticket.objects.of_office(self.office).exclude(source_id="")
        self.known = set(known.values_list("source_id", flat=True))

    def compare(self, row: Row) -> str:
        """Tell whether a row came in before."""
        return SAME if row.data["source_id"] in self.known else NEW

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Record the new rows, numbered in the order they were received."""
        at = now()
        new = [row for row in rows["tickets"] if row.outcome == NEW]
        tickets = sorted((self._ticket(row.data, at) for row in new), key=lambda ticket: ticket.received_at)
        number_tickets(tickets, self.office)
        for start in range(0, len(tickets), BATCH):
            made = Ticket.objects.bulk_create(tickets[start : start + BATCH])
            index_tickets(made)
            activity.record_many(made, "import_ticket", by=self.by)
            progress(min(start + BATCH, len(tickets)), len(tickets), self.label)

    def _ticket(self, data: dict[str, Any], at: dt.datetime) -> Ticket:
        values = {name: value for name, value in data.items() if name not in {"unit", "category", "closed_at"}}
        received = data["received_at"] or at
        is_over = {TicketState.ARCHIVED: True, OLD: received < at - OLD_AFTER}.get(self.options["state"], False)
        closed = data["closed_at"] or (at if is_over else None)
        return Ticket(
            **values
            | {
                "office": self.office,
                "first_contact": self.by,
                "unit_id": data["unit"],
                "category_id": data["category"],
                "kind": data["kind"] or self.options["kind"],
                "channel": data["channel"] or self.options["channel"],
                "received_at": received,
                "finish_due_at": data["due_at"],
                "state": TicketState.ARCHIVED if closed else TicketState.RECORDED,
                "archived_at": closed,
                "replied_at": closed if data["reply"] else None,
            }
        )


def as_category(name: str) -> str:
    """Return a category's name however its branch was set apart: 给排水 / 漏水, 给排水-漏水."""
    return BETWEEN.sub("", clean_line(name)).casefold()


def categories_of(office: Any) -> dict[str, int]:
    """Return the office's categories in use by every way to write them that means one of them only."""
    found: dict[str, set[int]] = {}
    for category in Category.objects.of_office(office).in_use():
        for name in (category.name, str(category)):
            found.setdefault(as_category(name), set()).add(category.pk)
    return {name: keys.pop() for name, keys in found.items() if len(keys) == 1}


def fingerprint(data: dict[str, Any]) -> str:
    """Return a number for a row that has none: the same words at the same time are the same matter."""
    said = [data.get(name) for name in ("received_at", "unit", "caller_name", "place", "subject", "body")]
    return f"#{hashlib.sha256(repr(said).encode()).hexdigest()[:24]}"
