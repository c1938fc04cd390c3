"""The tables of the workbench; what they are for stands in the module of the same noun."""

from frontdesk.kit.models.activity import Activity
from frontdesk.kit.models.attachments import Attachment
from frontdesk.kit.models.counter import Counter, OnceKey
from frontdesk.kit.models.fingerprints import KeyFingerprint
from frontdesk.kit.models.holiday import Holiday
from frontdesk.kit.models.imports import ImportRun
from frontdesk.kit.models.jobs import Heartbeat, Job
from frontdesk.kit.models.notification import Notification
from frontdesk.kit.models.search import SearchTerm

__all__ = (
    "Activity",
    "Attachment",
    "Counter",
    "Heartbeat",
    "Holiday",
    "ImportRun",
    "Job",
    "KeyFingerprint",
    "Notification",
    "OnceKey",
    "SearchTerm",
)
