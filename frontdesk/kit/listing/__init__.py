"""Declared lists: one table makes the page, the Excel file and the print; one filter set says what may be asked."""

from frontdesk.kit.listing.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    PhoneColumn,
    StateColumn,
    TagsColumn,
)
from frontdesk.kit.listing.filters import (
    ChoiceFilter,
    DateRangeFilter,
    DeskFilterSet,
    ModelFilter,
    TextFilter,
    YesNoFilter,
)
from frontdesk.kit.listing.links import Action
from frontdesk.kit.listing.table import Table

__all__ = (
    "Action",
    "BooleanColumn",
    "ChoiceColumn",
    "ChoiceFilter",
    "Column",
    "DateColumn",
    "DateRangeFilter",
    "DateTimeColumn",
    "DeskFilterSet",
    "ModelFilter",
    "MoneyColumn",
    "NumberColumn",
    "PhoneColumn",
    "StateColumn",
    "Table",
    "TagsColumn",
    "TextFilter",
    "YesNoFilter",
)
