"""Work that takes longer than a click: declared with `@job`, ordered with `enqueue`, shown at kit:job.

The row in the database is the truth and Celery only the hint that there is something to do. A worker claims a row for
a minute at a time and renews its claim while it lives; what a dead one leaves behind is taken over by the next.
"""

from frontdesk.kit.jobs.orders import cancel, enqueue, retry, store_result, sweep
from frontdesk.kit.jobs.registry import Cancelled, Progress, job, label_of
from frontdesk.kit.jobs.running import run_job

__all__ = (
    "Cancelled",
    "Progress",
    "cancel",
    "enqueue",
    "job",
    "label_of",
    "retry",
    "run_job",
    "store_result",
    "sweep",
)
