"""What follows tickets in the demonstration: pauses, one major matter, promises, steps up, callbacks (R-TKT-06, 08, R-CB-01)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from complaints.models import (
    Callback,
    CallbackAttempt,
    CallbackRule,
    Escalation,
    Pause,
    Promise,
    QuestionForm,
    Reopening,
    Ticket,
)
from complaints.querysets import CLOCKS
from complaints.services.settings import DEFAULT_RULES, settings_of
from frontdesk.home.demo import clock
from frontdesk.kit.calendar import ONE_DAY, Kind, kinds_between, local_date
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from frontdesk.home.demo.story import Story
    from frontdesk.home.demo.tickets import Ledger

Level, Result, Outcome = Escalation.Level, CallbackAttempt.Result, Callback.Outcome
S = Ticket.State
PAUSES = (("等厂家发配件", 2), ("业主出差，约好回来再上门", 5))
MAJOR = "涉及人身安全，已有业主在群里议论。"
PROMISED = (
    ("今天下班前电话告知进度", 8),
    ("明天上午师傅上门", 22),
    ("三天内给书面答复", 72),
    ("配件到货当天安装", 48),
    ("周末前协调楼上业主一起看现场", 60),
)
"""What is promised, and within how many hours."""
QUESTIONS = "维修人员是否按约定时间到场?\n是否清理了现场?\n您还有什么需要我们改进?"
REMARKS = ("", "", "师傅很细心。", "来得很快。", "希望下次提前电话。", "修好了，没有再漏。")
SAD = "修好两天又出现了，希望彻底解决。"
CALLED_BACK_FOR = 21
"""Days of which the callbacks are in the story."""


class FollowUp:
    """One office's: what happens on tickets before they are written, and what hangs on them afterwards."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.random, self.until = ledger, ledger.random, ledger.until
        self.company = list(User.objects.at_work(None, Role.COMPANY))
        self.pauses: list[tuple[Story, Pause]] = []
        self.promises: list[tuple[Story, Promise]] = []
        self.steps: list[tuple[Escalation, list[User]]] = []
        self.callbacks: list[tuple[Callback, CallbackAttempt | None]] = []

    def happen(self) -> None:
        """Let things happen on tickets."""
        under_way = [
            story
            for story in self.ledger.stories
            if story.ticket.state == S.ACCEPTED and story.ticket.finish_due_at > self.until and story.matter.result
        ]
        for story, (reason, days) in zip(under_way, PAUSES, strict=False):
            self._pause(story, reason, days)
        self._report_major([story for story in under_way[len(PAUSES) :] if story.ticket.state == S.ACCEPTED])
        for story in self.ledger.stories:
            if story.matter.result and story.ticket.channel != Ticket.Channel.PATROL:
                self._promise(story)

    def write(self) -> None:
        """Write what hangs on tickets."""
        self._go_up()
        self._call_back()
        reopened = [(story, row) for story in self.ledger.stories for row in story.reopenings]
        for story, row in (*self.pauses, *self.promises, *reopened):
            row.ticket = story.ticket
        Reopening.objects.bulk_create(row for _story, row in reopened)
        Pause.objects.bulk_create(row for _story, row in self.pauses)
        Promise.objects.bulk_create(row for _story, row in self.promises)
        Escalation.objects.bulk_create(step for step, _told in self.steps)
        told = Escalation.told.through
        told.objects.bulk_create(
            told(escalation_id=step.pk, user_id=user.pk) for step, people in self.steps for user in people
        )
        Callback.objects.bulk_create(callback for callback, _attempt in self.callbacks)
        CallbackAttempt.objects.bulk_create(attempt for _callback, attempt in self.callbacks if attempt)

    def _pause(self, story: Story, reason: str, days: int) -> None:
        until = clock.at(self.until.date() + dt.timedelta(days=days), clock.MORNING)
        story.clock = max(story.clock, self.until - dt.timedelta(minutes=50))
        pause = Pause(reason=reason, starts_at=story.clock, until=until, by=story.chief)
        story.act("pause_ticket", story.chief, reason, paused_until=until)
        story.lists.set_clocks(story.ticket, [pause])
        self.pauses.append((story, pause))

    def _report_major(self, stories: list[Story]) -> None:
        """Report the most pressing of them to the manager."""
        story = min(stories, key=lambda story: (not story.ticket.urgent, story.ticket.received_at), default=None)
        if story is None:
            return
        story.clock = max(story.clock, self.until - dt.timedelta(minutes=35))
        story.act("mark_major", story.clerk, MAJOR, major=True)
        step = Escalation(
            ticket=story.ticket, clock=Escalation.Clock.MAJOR, level=Level.MANAGER, due_at=story.clock, at=story.clock
        )
        self.steps.append((step, self.ledger.team[Role.MANAGER]))

    def _promise(self, story: Story) -> None:
        """Let something be promised on few of the old tickets and on more of those that are open."""
        ticket = story.ticket
        if self.random.random() > (0.3 if ticket.is_open else 0.05):
            return
        text, hours = self.random.choice(PROMISED)
        made = story.acts[0][1] + dt.timedelta(minutes=self.random.randrange(2, 30))
        due = clock.by_day(made + dt.timedelta(hours=hours))
        promise = Promise(text=text, made_at=made, made_by=story.clerk, due_at=due)
        end = ticket.replied_at
        if end is not None and made < end:
            kept = end <= due or self.random.random() < 0.6
            promise.state = Promise.State.KEPT if kept else Promise.State.BROKEN
            promise.settled_at = min(end, due) if kept else end
        if made > self.until:
            return
        self.promises.append((story, promise))
        story.note("make_promise", made, story.clerk, f"{text} · {timezone.localtime(due):%m-%d %H:%M}")
        if promise.settled_at:
            verb = "keep_promise" if promise.state == Promise.State.KEPT else "break_promise"
            story.note(verb, promise.settled_at, story.clerk, text)

    def _go_up(self) -> None:
        """Make the steps up that were due in the working hours before the present; old ones were looked at."""
        own, team = settings_of(self.ledger.office), self.ledger.team
        ladder: tuple[tuple[Any, int, list[User]], ...] = (
            (Level.SUPERVISOR, own.supervisor_after, team[Role.SUPERVISOR]),
            (Level.MANAGER, own.manager_after, team[Role.MANAGER]),
            (Level.COMPANY, own.company_after, self.company),
        )
        for story in self.ledger.stories:
            ticket = story.ticket
            if ticket.incident_id:  # goes up with its incident
                continue
            steps = ((Level.CLERK, 0, [story.clerk]), *ladder)
            for name, (states, field) in CLOCKS.items():
                due = getattr(ticket, field)
                if ticket.state in states and due is not None and not ticket.paused_until:
                    self._climb(story, name, due, steps)

    def _climb(self, story: Story, name: str, due: dt.datetime, steps: tuple[tuple[Any, int, list[User]], ...]) -> None:
        for level, after, people in steps:
            at = self.ledger.lists.hours.add(due, after or 1)  # what runs out at night goes up in the morning
            if at >= self.until:
                return
            step = Escalation(ticket=story.ticket, clock=name, level=level, due_at=due, at=at)
            if self.until - at > 2 * ONE_DAY:
                step.seen_at, step.seen_by = at + dt.timedelta(minutes=40), people[0]
            self.steps.append((step, people))
            story.note("escalate_ticket", at, None)

    def _call_back(self) -> None:
        """Ask after closed tickets as the office's rules say; from tomorrow on the rules are asked by themselves."""
        form = self._rules()
        today = self.until.date()
        kinds = kinds_between(self.ledger.office, today - 60 * ONE_DAY, today)
        working = [day for day, kind in kinds.items() if kind in {Kind.WORKING, Kind.MAKE_UP}]
        for story in self.ledger.stories:
            ticket = story.ticket
            if not ticket.caller_name or ticket.channel == Ticket.Channel.PATROL:  # a colleague is not called back
                continue
            for closed_at, reopened_at in story.closings:
                self._dissatisfied(story, closed_at, reopened_at, form)
            if ticket.state != S.ARCHIVED:
                continue
            days, share = DEFAULT_RULES[Ticket.Kind(ticket.kind)]
            later = [day for day in working if day > local_date(ticket.archived_at)]
            if self.random.random() * 100 < share and len(later) >= days:
                self._due(story, later[days - 1], form)

    def _rules(self) -> QuestionForm:
        """Write the office's rules, in force for what is due after the story, and the questions for repairs."""
        office = self.ledger.office
        form = QuestionForm.objects.create(office=office, name="维修回访", questions=QUESTIONS)
        repairs = {Ticket.Kind.REPAIR, Ticket.Kind.REWORK}
        CallbackRule.objects.bulk_create(
            CallbackRule(
                office=office,
                kind=kind,
                after_days=days,
                share=share,
                form=form if kind in repairs else None,
                since=self.until.date() + ONE_DAY,
            )
            for kind, (days, share) in DEFAULT_RULES.items()
        )
        return form

    def _due(self, story: Story, due_on: dt.date, form: QuestionForm) -> None:
        random, ticket = self.random, story.ticket
        back = (self.until.date() - due_on).days
        if not 0 <= back <= CALLED_BACK_FOR:
            return
        callback = Callback(ticket=ticket, closed_at=ticket.archived_at, due_on=due_on, form=self._form(ticket, form))
        at = clock.at(due_on, dt.time(random.randrange(9, 17), random.randrange(60)))
        waits = at > self.until or random.random() < (0.55 if back < 4 else 0.02)
        attempt = None
        if waits and back and random.random() < 0.4:
            attempt = CallbackAttempt(callback=callback, result=Result.NO_ANSWER, at=at, by=story.clerk)
        elif not waits:
            callback.state, callback.ended_at, callback.ended_by = Callback.State.DONE, at, story.clerk
            callback.satisfaction = random.choices((5, 4, 3), (62, 28, 10))[0]
            explained = callback.satisfaction == 3 and random.random() < 0.5
            callback.outcome = Outcome.EXPLAINED if explained else Outcome.SATISFIED
            callback.remarks = random.choice(REMARKS)
            attempt = CallbackAttempt(callback=callback, result=Result.REACHED, at=at, by=story.clerk)
            story.note("answer_callback", at, story.clerk, f"{callback.satisfaction}/5 {callback.remarks}".strip())
        self.callbacks.append((callback, attempt))

    def _dissatisfied(self, story: Story, closed_at: dt.datetime, reopened_at: dt.datetime, form: QuestionForm) -> None:
        """The call that had a ticket opened again."""
        callback = Callback(
            ticket=story.ticket,
            closed_at=closed_at,
            due_on=local_date(reopened_at),
            form=self._form(story.ticket, form),
            state=Callback.State.DONE,
            satisfaction=self.random.choice((1, 2)),
            outcome=Outcome.DISSATISFIED,
            remarks=SAD,
            ended_at=reopened_at,
            ended_by=story.clerk,
        )
        attempt = CallbackAttempt(callback=callback, result=Result.REACHED, at=reopened_at, by=story.clerk)
        self.callbacks.append((callback, attempt))
        story.note("answer_callback", reopened_at, story.clerk, f"{callback.satisfaction}/5 {SAD}")

    @staticmethod
    def _form(ticket: Ticket, form: QuestionForm) -> QuestionForm | None:
        return form if ticket.kind in {Ticket.Kind.REPAIR, Ticket.Kind.REWORK} else None
