"""The pages every app is made of: a list, a record, a form, an act. A page is declared in about six attributes."""

from frontdesk.kit.listing.links import Action
from frontdesk.kit.pages.base import Page
from frontdesk.kit.pages.choices import ChoicesPage
from frontdesk.kit.pages.columns import save_columns
from frontdesk.kit.pages.detail import DetailPage
from frontdesk.kit.pages.form import FormPage
from frontdesk.kit.pages.list import Figure, ListPage, Preset
from frontdesk.kit.pages.move import MovePage, move_pages
from frontdesk.kit.pages.number import show_number
from frontdesk.kit.pages.part import show_part
from frontdesk.kit.pages.settings import SettingsPage
from frontdesk.kit.pages.ways import safe_next

__all__ = (
    "Action",
    "ChoicesPage",
    "DetailPage",
    "Figure",
    "FormPage",
    "ListPage",
    "MovePage",
    "Page",
    "Preset",
    "SettingsPage",
    "move_pages",
    "safe_next",
    "save_columns",
    "show_number",
    "show_part",
)
