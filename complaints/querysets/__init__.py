"""Words to read tickets by, and what hangs on them."""

from complaints.querysets.callbacks import DISSATISFIED, CallbackQuerySet
from complaints.querysets.catalogue import TREE, CatalogueQuerySet, CategoryQuerySet, DepartmentQuerySet
from complaints.querysets.levels import AssessmentQuerySet, CompensationQuerySet, EscalationQuerySet
from complaints.querysets.promises import PromiseQuerySet
from complaints.querysets.tickets import CLOCKS, TicketQuerySet, carried_along

__all__ = [
    "CLOCKS",
    "DISSATISFIED",
    "TREE",
    "AssessmentQuerySet",
    "CallbackQuerySet",
    "CatalogueQuerySet",
    "CategoryQuerySet",
    "CompensationQuerySet",
    "DepartmentQuerySet",
    "EscalationQuerySet",
    "PromiseQuerySet",
    "TicketQuerySet",
    "carried_along",
]
