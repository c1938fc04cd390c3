"""The estate register (房产与客户档案)."""

from frontdesk.estate.models.documents import Document, DocumentLoan
from frontdesk.estate.models.office import Area, Building, Entrance, Office
from frontdesk.estate.models.people import Person, Phone, Tenure, ToldApart, Vehicle
from frontdesk.estate.models.unit import Unit

__all__ = (
    "Area",
    "Building",
    "Document",
    "DocumentLoan",
    "Entrance",
    "Office",
    "Person",
    "Phone",
    "Tenure",
    "ToldApart",
    "Unit",
    "Vehicle",
)
