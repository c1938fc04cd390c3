"""The tables of duty; what they are for stands in the module of the same noun."""

from duty.models.feeds import CalendarFeed
from duty.models.findings import Finding
from duty.models.handover import Handover, HandoverItem, HandoverLine, StartReminder
from duty.models.leave import Leave, StandIn
from duty.models.log import LogEntry, LogReader
from duty.models.patrols import PatrolCheck, PatrolPoint, PatrolRound, PatrolRoute
from duty.models.people import Rostered, Unavailability, Wish
from duty.models.records import Article, Shift
from duty.models.rosters import Assignment, Roster, RosterChange
from duty.models.routines import Routine, RoutineTask
from duty.models.rules import DutySettings, RosterRule
from duty.models.shifts import Headcount, ShiftType
from duty.models.swaps import Swap

__all__ = (
    "Article",
    "Assignment",
    "CalendarFeed",
    "DutySettings",
    "Finding",
    "Handover",
    "HandoverItem",
    "HandoverLine",
    "Headcount",
    "Leave",
    "LogEntry",
    "LogReader",
    "PatrolCheck",
    "PatrolPoint",
    "PatrolRound",
    "PatrolRoute",
    "Roster",
    "RosterChange",
    "RosterRule",
    "Rostered",
    "Routine",
    "RoutineTask",
    "Shift",
    "ShiftType",
    "StandIn",
    "StartReminder",
    "Swap",
    "Unavailability",
    "Wish",
)
