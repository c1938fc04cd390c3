"""Forms of the desk: clean text, choices of the own offices only, nobody's change overwritten, nothing done twice."""

from frontdesk.kit.forms.base import DeskForm, DeskPlainForm, NoteForm
from frontdesk.kit.forms.fields import SearchField, chosen_key
from frontdesk.kit.forms.version import version_token

__all__ = ("DeskForm", "DeskPlainForm", "NoteForm", "SearchField", "chosen_key", "version_token")
