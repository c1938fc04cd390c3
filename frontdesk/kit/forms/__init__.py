"""Forms of the desk: clean text, choices of the own offices only, nobody's change overwritten, nothing done twice."""

from frontdesk.kit.forms.base import DeskForm, DeskPlainForm, NoteForm, SettingsForm
from frontdesk.kit.forms.fields import MinutesField, SearchField, chosen_key
from frontdesk.kit.forms.photos import PhotosField
from frontdesk.kit.forms.signature import SignatureField
from frontdesk.kit.forms.version import version_token

__all__ = (
    "DeskForm",
    "DeskPlainForm",
    "MinutesField",
    "NoteForm",
    "PhotosField",
    "SearchField",
    "SettingsForm",
    "SignatureField",
    "chosen_key",
    "version_token",
)
