"""How an app says what it imports: sheets, columns, one form per row, and what to do with the right ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from frontdesk.kit.forms.messages import speak_plainly
from frontdesk.kit.imports.reading import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from frontdesk.kit.jobs import Progress

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(slots=True)
class Row:
    """One row of their sheet on its way into the register."""

    sheet: str
    number: int
    """Their row number, as Excel counts."""
    raw: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    outcome: str = NEW
    existing: Any = None
    """What the importer found for it; its own to set in `compare`."""

    def error(self, column: str, message: Any) -> None:
        """Say what is wrong, with a column's name or "" for the whole row. Never quote a phone or ID number."""
        self.errors.append((column, str(message)))


class RowForm(forms.Form):
    """The form every row goes through: declared like any Django form, made fast by sharing its fields between rows."""

    def __init__(self, row: Row, importer: Importer) -> None:
        # A form for a page copies its fields and draws them; a row's form does neither, so super() is left out.
        self.row = row
        self.importer = importer
        self.office = importer.office
        self.fields = self.base_fields
        self.data = row.raw
        self.is_bound = True
        self.cleaned_data: dict[str, Any] = {}

    def is_valid(self) -> bool:
        """Clean the row; its errors are then in `row.errors`, its values in `row.data`."""
        self.full_clean()
        return not self.row.errors

    def full_clean(self) -> None:
        """Clean field by field, with `clean_<field>()` and `clean()` as in Django."""
        raw = self.row.raw
        for name, form_field in self.fields.items():
            text = raw.get(name, "")
            if type(text) is Fault:
                self.row.error(name, text.message)
                continue
            try:
                self.cleaned_data[name] = form_field.clean(text)
                own = getattr(self, f"clean_{name}", None)
                if own is not None:
                    self.cleaned_data[name] = own()
            except ValidationError as error:
                self.add_error(name, error)
        try:
            cleaned = self.clean()
        except ValidationError as error:
            self.add_error(None, error)
        else:
            self.row.data = self.cleaned_data if cleaned is None else cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """Note an error on a column, or with None on the row."""
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        found = error.message_dict if hasattr(error, "error_dict") else {field or "": error.messages}
        for name, messages in found.items():
            column = "" if name == NON_FIELD_ERRORS else name
            self.cleaned_data.pop(column, None)
            for message in messages:
                self.row.error(column, message)


@dataclass(frozen=True)
class ImportColumn:
    """One column we take: our field, its title in the template, and how offices head it."""

    name: str
    label: Any
    labels: Sequence[str] = ()
    required: bool = False
    help: Any = ""
    example: str = ""
    choices: Sequence[Any] = ()
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Sheet:
    """One kind of rows: how offices name the sheet, its columns, its form, and what makes two rows the same thing."""

    name: str
    label: Any
    columns: Sequence[ImportColumn]
    form_class: type[RowForm]
    key: Sequence[str] = ()
    names: Sequence[str] = ()
    required: bool = True
    repeats: bool = False

    def __post_init__(self) -> None:
        """Let the report on rows say what is wrong as every form does."""
        for cell in self.form_class.base_fields.values():
            speak_plainly(cell)

    @cached_property
    def column(self) -> Mapping[str, ImportColumn]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


class Importer:
    """One thing that can be imported. Subclass it in the app's `imports.py`; a subclass with a `kind` is offered.

    One instance serves one run: `prepare`, then every row through its form, `check`, `compare`, and when nothing is
    wrong and the user agrees, `commit` in one transaction.
    """

    do_not_call_in_templates = True  # a template shows the class; it must not make an instance of it
    kind: ClassVar[str] = ""
    label: ClassVar[Any]
    help: ClassVar[Any] = ""
    permission: ClassVar[str]
    sheets: ClassVar[Sequence[Sheet]]
    options_form: ClassVar[type[forms.Form] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind:
            _importers[cls.kind] = cls

    def __init__(self, *, office: Any, by: Any, options: dict[str, Any] | None = None) -> None:
        self.office = office
        self.by = by
        self.options = options or {}

    def prepare(self) -> None:
        """Read once what the rows will be compared with."""

    def check(self, rows: dict[str, list[Row]]) -> None:
        """Compare rows with each other, across sheets; given are those whose own form was right."""

    def compare(self, row: Row) -> str:  # noqa: ARG002 - for subclasses
        """Tell whether a right row is NEW, CHANGED or the SAME as what the register holds."""
        return NEW

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Write the rows, all right, inside the kit's transaction."""
        raise NotImplementedError


_importers: dict[str, type[Importer]] = {}


def importer_for(kind: str) -> type[Importer]:
    """Return an importer by its kind.

    Raises:
        LookupError: there is none of that name.

    """
    return _importers[kind]


def importers() -> list[type[Importer]]:
    """Return every importer, in the order of their kinds."""
    return [_importers[kind] for kind in sorted(_importers)]
