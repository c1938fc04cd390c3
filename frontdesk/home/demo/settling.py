"""What a damage costs in the demonstration: who answers for it, what is paid, what an expert is asked (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Assessment, Compensation, Party, Responsibility, Ticket
from complaints.services.compensating import level_of
from complaints.services.settings import settings_of
from frontdesk.kit import files, uploads
from frontdesk.kit.calendar import ONE_DAY
from frontdesk.kit.models import Activity
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.home.demo.story import Story
    from frontdesk.home.demo.tickets import Ledger
    from frontdesk.staff.models import User

S, Paid = Ticket.State, Compensation.State
LIABLE = (Ticket.Kind.COMPLAINT, Ticket.Kind.REPAIR, Ticket.Kind.REWORK)


class Damage(NamedTuple):
    """One damage: how far its money is, on which kind of ticket, how much, and whose it is (party → percent, why)."""

    state: str
    kind: str
    amount: str
    shares: tuple[tuple[str, int, str], ...]
    by_manager: bool = False


WORDS = "因“{subject}”造成损失，已现场核实，与业主协商一致。"
BUILT = ((Party.CONTRACTOR, 80, "施工质量"), (Party.PROPERTY, 20, "处理不及时"))
PLANNED = ((Party.CONTRACTOR, 70, "施工质量"), (Party.DEVELOPER, 30, "交付前未整改到位"))
USED = ((Party.PROPERTY, 60, "日常维护不到位"), (Party.OWNER, 40, "使用不当"))
OURS = ((Party.PROPERTY, 100, "处理不及时"),)
OTHERS = ((Party.THIRD, 80, "当事人责任"), (Party.PROPERTY, 20, "管理不到位"))
DAMAGES = (
    Damage(Paid.PAID, Ticket.Kind.REWORK, "680", BUILT),
    Damage(Paid.APPROVED, Ticket.Kind.REPAIR, "300", USED),
    Damage(Paid.PROPOSED, Ticket.Kind.REPAIR, "260", OURS, by_manager=True),
    Damage(Paid.PROPOSED, Ticket.Kind.REWORK, "1850", PLANNED),
    Damage(Paid.PROPOSED, Ticket.Kind.COMPLAINT, "8600", OTHERS),
)
ASKED = (
    ("{subject}：是施工质量还是使用造成？", "市建筑工程质量检测中心", 5),
    ("{subject}：返修方案是否可行，须否整体重做？", "省建筑设计研究院", -2),
)
"""What is asked, whom, and in how many days from now it is due."""
ANSWERED = (
    "{subject}：原因是什么，该由谁负责？",
    "市房屋安全鉴定站",
    "现场勘验并做闭水试验：管根处防水层开裂，属施工质量问题，应由原施工单位在保修期内返修，返修后再做 48 小时闭水试验。",
)
"""What was asked, whom, and what was found."""
PAPER = """%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>> endobj
4 0 obj <</Length {length}>> stream
{text}
endstream endobj
5 0 obj <</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R]>> endobj
6 0 obj <</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R
/CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 4>>>> endobj
7 0 obj <</Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /Ascent 752 /Descent -271
/CapHeight 737 /StemV 58 /FontBBox [-25 -254 1000 880]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
"""The expert's paper, one page in the font every reader has for Chinese."""


class Settlements:
    """One office's; a damage for which it has no fitting ticket is left out."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.until = ledger, ledger.until
        self.manager, self.chief = ledger.team[Role.MANAGER][0], ledger.team[Role.SUPERVISOR][0]
        self.figures = settings_of(ledger.office)
        self.free = [story for story in ledger.stories if story.ticket.kind in LIABLE and story.ticket.unit]
        self.activities: list[Activity] = []

    def write(self) -> None:
        """Write shares, compensations and questions for tickets that have their keys, with their histories."""
        for damage in DAMAGES:
            if story := self._take(damage.kind, closed=damage.state == Paid.PAID):
                self._pay(story, damage)
        for question, expert, days in ASKED:
            if story := self._take(Ticket.Kind.REWORK, closed=False):
                self._ask(story, question, expert, self.until.date() + days * ONE_DAY)
        if story := self._take(Ticket.Kind.REWORK, closed=False) or self._take(Ticket.Kind.REPAIR, closed=False):
            self._answer(story, *ANSWERED)
        Activity.objects.bulk_create(self.activities)

    def _take(self, kind: str, *, closed: bool) -> Story | None:
        """Return the latest ticket that fits, once: one that was closed, or open since the day before yesterday."""
        latest = self.until - 2 * ONE_DAY
        for story in reversed(self.free):
            ticket = story.ticket
            fits = ticket.archived_at and ticket.reopened_at is None if closed else ticket.is_open
            if ticket.kind == kind and fits and ticket.caller_name and ticket.received_at < latest:
                self.free.remove(story)
                return story
        return None

    def _pay(self, story: Story, damage: Damage) -> None:
        ticket, proposer = story.ticket, self.manager if damage.by_manager else self.chief
        proposed, decided, paid = self._moments(ticket)
        shares = [Responsibility(ticket=ticket, party=p, share=s, reason=why, at=proposed, by=proposer)
                  for p, s, why in damage.shares]  # fmt: skip
        Responsibility.objects.bulk_create(shares)
        words = "; ".join(f"{row} ({row.reason})" for row in shares)
        story.acts.append(("analyse_responsibility", proposed, proposer, {"party": ""}, {"party": words}, ""))
        amount = Decimal(damage.amount).quantize(Decimal("0.01"))
        words = WORDS.format(subject=ticket.subject)
        row = Compensation(ticket=ticket, amount=amount, payee=ticket.caller_name, proposal=words)
        row.level = level_of(amount, row.other_departments, self.figures)
        row.state, row.proposed_at, row.proposed_by = damage.state, proposed, proposer
        acts: list[tuple[str, dt.datetime, User]] = [("propose_compensation", proposed, proposer)]
        if damage.state in {Paid.APPROVED, Paid.PAID}:
            row.decided_at, row.decided_by = decided, self.manager
            acts.append(("approve_compensation", decided, self.manager))
        if damage.state == Paid.PAID:
            row.paid_at, row.voucher = paid, f"ZF-{paid:%m}-032"
            acts.append(("pay_compensation", paid, self.manager))
        row.version = len(acts)
        row.save()
        for verb, at, by in acts:
            self._record(story, row, verb, at, by)

    def _moments(self, ticket: Ticket) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
        """Return when it was proposed, decided and paid: before the ticket was closed, or yesterday and this morning."""
        if ticket.archived_at and ticket.replied_at and ticket.done_at:
            minutes = dt.timedelta(minutes=10)
            return ticket.done_at + minutes, ticket.replied_at + minutes, ticket.archived_at - minutes
        return self.until - dt.timedelta(hours=17), self.until - dt.timedelta(minutes=25), self.until

    def _answer(self, story: Story, question: str, expert: str, finding: str) -> None:
        row = self._ask(story, question, expert, self.until.date() + 3 * ONE_DAY)
        row.state, row.finding, row.answered_at = Assessment.State.ANSWERED, finding, self.until
        row.version += 1
        row.save()
        self._record(story, row, "answer_assessment", self.until, self.chief, f"{expert}: {finding}")
        paper = uploads.check(SimpleUploadedFile("鉴定报告.pdf", _paper(expert, finding)))
        stored = files.store(paper.write, extension=paper.extension)
        kept = files.add_row(row, stored, name=paper.name, kind=paper.kind, by=self.chief)
        self._record_alone(row, "attach", self.until, self.chief, kept.name)

    def _ask(self, story: Story, question: str, expert: str, due: dt.date) -> Assessment:
        at = self.until - dt.timedelta(hours=41)
        facts: Any = {
            "question": question.format(subject=story.ticket.subject),
            "expert": expert,
            "due_on": due,
            "asked_at": at,
            "asked_by": self.chief,
        }
        row = Assessment.objects.create(ticket=story.ticket, **facts)
        self._record(story, row, "request_assessment", at, self.chief, f"{expert} · {due}")
        return row

    def _record(self, story: Story, row: Any, verb: str, at: dt.datetime, by: User, note: str = "") -> None:
        """Write an act down with the record itself, and on its ticket."""
        story.note(verb, at, by, note)
        self._record_alone(row, verb, at, by)

    def _record_alone(self, row: Any, verb: str, at: dt.datetime, by: User, note: str = "") -> None:
        kind = ContentType.objects.get_for_model(row)
        facts = {"content_type": kind, "object_id": row.pk, "office": self.ledger.office, "note": note}
        self.activities.append(Activity(**facts, verb=verb, actor=by, actor_name=by.name, at=at))


def _paper(expert: str, finding: str) -> bytes:
    """Return the paper as it comes from the expert, a PDF."""
    lines = ["技术鉴定报告", expert, "", *(finding[at : at + 24] for at in range(0, len(finding), 24))]
    shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    text = f"BT /F 16 Tf 26 TL 80 740 Td {shown} ET"
    return PAPER.format(length=len(text), text=text).encode("ascii")
