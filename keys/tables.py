"""Keys, loans, openings and counts as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from frontdesk.kit.calendar import now
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    PhoneColumn,
    StateColumn,
    Table,
    TagsColumn,
)
from keys.models import (
    Cabinet,
    FilingOpening,
    Key,
    LentKey,
    Loan,
    LockChange,
    Ring,
    SealOpening,
    StockLine,
    StockTake,
)
from keys.workflow import (
    KEY_TONES,
    OPENING_TONES,
    STOCKTAKE_TONES,
    KeyState,
    OpeningState,
    StockTakeState,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from frontdesk.kit.listing.columns import Row

OVERDUE = pgettext_lazy("key", "overdue")
REGISTER = Action(_("Register a key"), "keys:key_add", "keys.change_key", "plus-lg", "primary")
COUNTER = Action(_("Lend or take back"), "keys:counter", "keys.lend_key", "arrow-left-right", "primary")
COUNT = Action(_("Begin a stock-take"), "keys:stocktake_add", "keys.take_stock", "plus-lg", "primary")
ADD_CABINET = Action(_("Add a cabinet"), "keys:cabinet_add", "keys.change_cabinet", "plus-lg", "primary")
RINGS = Action(_("Key rings"), "keys:ring_list", "keys.view_key", "circle")
LOCKS = Action(_("Changed locks"), "keys:lockchange_list", "keys.view_key", "shield-lock")
ADD_RING = Action(_("Make a ring"), "keys:ring_add", "keys.change_key", "plus-lg", "primary")


def is_late(due_at: dt.datetime, _row: Row) -> bool:
    """Answer whether a key should have come back by now."""
    return due_at < now()


def open_is_late(due_at: dt.datetime, row: Row) -> bool:
    """Answer whether a slip is open and should be closed by now."""
    return row["closed_at"] is None and due_at < now()


def place(hook: int | None, row: Row) -> str:
    """Say where a key hangs: cabinet and hook, its own or its ring's."""
    if row["ring__tag"]:
        parts = (row["ring__tag"], row["ring__cabinet__name"], row["ring__hook"])
    else:
        parts = (row["cabinet__name"], hook)
    return " ".join(str(part) for part in parts if part is not None and part != "")


def tags_of(pks: list[Any]) -> Mapping[Any, list[str]]:
    """Read the tags of the keys on each of some slips; those that are back stand in brackets."""
    rows = LentKey.objects.filter(loan__in=pks).order_by("key__tag").values_list("loan", "key__tag", "back_at")
    found: dict[Any, list[str]] = {}
    for loan, tag, back_at in rows:
        found.setdefault(loan, []).append(tag if back_at is None else f"({tag})")
    return found


def found_on(hook: int | None, _row: Row) -> str:
    """Name the hook on which something was found."""
    return "" if hook is None else str(hook)


class KeyTable(Table):
    """The register."""

    tag = Column(_("Tag"), sort=True, link="keys:key")
    kind = ChoiceColumn(_("Kind"), choices=Key.Kind.choices, sort=True)
    unit = Column(_("Unit"), "unit__code", sort=True, link="estate:unit", link_pk="unit")
    name = Column(_("Opens"), css="text")
    state = StateColumn(_("State"), choices=KeyState.choices, styles=KEY_TONES, sort=True)
    hook = Column(
        _("Hangs at"),
        sort="cabinet",
        render=place,
        needs=("cabinet__name", "ring__tag", "ring__cabinet__name", "ring__hook"),
    )
    holder = Column(_("With"), sort=True, link="keys:loan", link_pk="holder_loan")
    holder_due = DateTimeColumn(_("Due back"), sort=True, late=is_late, late_word=OVERDUE)
    copies = NumberColumn(_("Number of keys"), optional=True, default_shown=False)
    deposited_by = Column(_("Deposited by"), "deposited_by__name", optional=True, default_shown=False)
    deposited_on = DateColumn(_("Deposited on"), optional=True, default_shown=False, sort=True)
    entrusted_until = DateColumn(_("Entrusted until"), optional=True, default_shown=False, sort=True)
    seal_number = Column(_("Seal"), optional=True, default_shown=False)
    note = Column(_("Note"), optional=True, default_shown=False, css="text")

    class Meta:
        model = Key
        default_sort = ("tag",)
        empty = _("No keys yet")
        empty_text = _("Set up the cabinet first, then register what hangs in it.")
        empty_icon = "key"
        first = REGISTER


class LoanTable(Table):
    """Who has or had what."""

    number = Column(_("No."), sort=True, link="keys:loan")
    tags = TagsColumn(_("Keys"), load=tags_of)
    borrower = ChoiceColumn(_("Borrower"), choices=Loan.Borrower.choices, sort=True)
    name = Column(_("Name"), sort=True)
    phone = PhoneColumn(_("Phone"), optional=True)
    purpose = Column(_("What for"), css="text", optional=True)
    ticket = Column(_("Ticket"), "ticket__number", link="complaints:ticket", link_pk="ticket", optional=True)
    lent_at = DateTimeColumn(_("Lent at"), sort=True)
    due_at = DateTimeColumn(_("Due back"), sort=True, late=open_is_late, late_word=OVERDUE, needs=("closed_at",))
    closed_at = DateTimeColumn(_("All back at"), sort=True)
    lent_by = Column(_("Lent by"), "lent_by__name", optional=True, default_shown=False)
    for_good = BooleanColumn(_("For good"), optional=True, default_shown=False)

    class Meta:
        model = Loan
        default_sort = ("-lent_at",)
        empty = _("No keys were lent yet")
        empty_text = _("Scan or type a key at the counter: lending begins there.")
        empty_icon = "arrow-left-right"
        first = COUNTER


class SealOpeningTable(Table):
    """Openings of sealed keys."""

    key = Column(_("Key"), "key__tag", link="keys:sealopening", sort=True)
    unit = Column(_("Unit"), "key__unit__code", link="estate:unit", link_pk="key__unit", sort=True)
    state = StateColumn(_("State"), choices=OpeningState.choices, styles=OPENING_TONES, sort=True)
    is_emergency = BooleanColumn(_("Emergency"))
    reason = Column(_("Reason"), css="text")
    requested_by = Column(_("Asked for by"), "requested_by__name", sort=True)
    requested_at = DateTimeColumn(_("Asked for at"), sort=True)
    decided_by = Column(_("Decided by"), "decided_by__name", optional=True)
    opened_at = DateTimeColumn(_("Opened at"), sort=True)
    witness = Column(_("In the presence of"), optional=True, default_shown=False)
    old_seal = Column(_("Seal found"), optional=True)
    new_seal = Column(_("New seal"), optional=True)
    sealed_at = DateTimeColumn(_("Sealed at"), optional=True)

    class Meta:
        model = SealOpening
        default_sort = ("-requested_at",)
        empty = _("No sealed key was asked for")
        empty_text = _("A sealed key is asked for on its own page.")
        empty_icon = "envelope"


class FilingOpeningTable(Table):
    """The log of filing cabinets."""

    key = Column(_("Filing cabinet"), "key__name", link="keys:key", link_pk="key", sort=True)
    tag = Column(_("Tag"), "key__tag")
    visitor = Column(_("Opened for"), sort=True)
    purpose = Column(_("Papers and purpose"), css="text")
    watched_by = Column(_("Watched by"), "watched_by__name", sort=True)
    opened_at = DateTimeColumn(pgettext_lazy("filing cabinet", "Opened at"), sort=True)
    closed_at = DateTimeColumn(pgettext_lazy("filing cabinet", "Closed at"), sort=True)
    taken = Column(pgettext_lazy("filing cabinet", "Taken out"), css="text")

    class Meta:
        model = FilingOpening
        default_sort = ("-opened_at",)
        empty = _("No filing cabinet was opened yet")
        empty_text = _("A cabinet is opened on the page of its key; each opening is written down here.")
        empty_icon = "folder2"


class LockChangeTable(Table):
    """Lost and damaged keys, and what they cost."""

    key = Column(_("Key"), "key__tag", link="keys:key", link_pk="key", sort=True)
    unit = Column(_("Unit"), "key__unit__code", link="estate:unit", link_pk="key__unit", sort=True)
    changed_on = DateColumn(_("Lock changed on"), sort=True)
    cost = MoneyColumn(_("Cost (yuan)"), total=True, sort=True)
    payer = ChoiceColumn(_("Who pays"), choices=LockChange.Payer.choices, sort=True)
    ticket = Column(_("Ticket"), "ticket__number", link="complaints:ticket", link_pk="ticket")
    by = Column(_("Recorded by"), "by__name")
    note = Column(_("Note"), css="text")

    class Meta:
        model = LockChange
        default_sort = ("-changed_on",)
        empty = _("No lock was changed yet")
        empty_text = _("Report a key as lost or damaged on its page; once its lock is changed it stands here.")
        empty_icon = "shield-lock"


class StockTakeTable(Table):
    """Counts of the cabinet."""

    number = Column(_("No."), sort=True, link="keys:stocktake")
    cabinet = Column(_("Cabinet"), "cabinet__name", render=lambda name, _row: name or gettext("Everything"))
    state = StateColumn(_("State"), choices=StockTakeState.choices, styles=STOCKTAKE_TONES, sort=True)
    counted = NumberColumn(_("Counted"))
    differing = NumberColumn(_("Differences"))
    begun_by = Column(_("Begun by"), "begun_by__name")
    begun_at = DateTimeColumn(_("Begun at"), sort=True)
    closed_by = Column(_("Closed by"), "closed_by__name")
    closed_at = DateTimeColumn(pgettext_lazy("stock-take", "Closed at"), sort=True)

    class Meta:
        model = StockTake
        default_sort = ("-begun_at",)
        empty = _("Nothing was counted yet")
        empty_text = _("Begin a stock-take, then scan the labels or tick what hangs in its place.")
        empty_icon = "upc-scan"
        first = COUNT


class StockLineTable(Table):
    """What one count found."""

    tag = Column(_("Tag"), sort=True, link="keys:key", link_pk="key")
    unit = Column(_("Unit"), "key__unit__code", link="estate:unit", link_pk="key__unit")
    name = Column(_("Which door"), "key__name", css="text")
    result = StateColumn(
        pgettext_lazy("stock-take", "Result"), choices=StockLine.Result.choices, styles=StockLine.TONES, sort=True
    )
    hook = Column(_("Found on hook"), render=found_on)
    state = ChoiceColumn(_("On the register"), choices=KeyState.choices)
    outcome = ChoiceColumn(_("What became of it"), choices=StockLine.Outcome.choices)
    explanation = Column(_("How it came"), css="text")
    explained_by = Column(_("Explained by"), "explained_by__name")
    counted_by = Column(_("Counted by"), "counted_by__name")
    counted_at = DateTimeColumn(_("Counted at"), sort=True)

    class Meta:
        model = StockLine
        default_sort = ("tag",)
        empty = _("Nothing was counted yet")
        empty_icon = "upc-scan"


class CabinetTable(Table):
    """Cabinets."""

    name = Column(pgettext_lazy("of a thing", "Name"), sort=True, link="keys:cabinet_edit")
    hooks = NumberColumn(_("Hooks"))
    in_a_row = NumberColumn(_("Hooks in a row"), "columns")
    is_active = BooleanColumn(_("In use"))

    class Meta:
        model = Cabinet
        default_sort = ("position", "name")
        empty = _("No key cabinet yet")
        empty_text = _("Set up the cabinet with its hooks, then register what hangs in it.")
        empty_icon = "grid-3x3"
        first = ADD_CABINET


class RingTable(Table):
    """Key rings."""

    tag = Column(_("Tag"), sort=True, link="keys:ring")
    name = Column(pgettext_lazy("of a thing", "Name"), sort=True, css="text")
    cabinet = Column(_("Cabinet"), "cabinet__name")
    hook = NumberColumn(_("Hook"))
    key_count = NumberColumn(_("Keys on it"))
    is_active = BooleanColumn(_("In use"))

    class Meta:
        model = Ring
        default_sort = ("tag",)
        empty = _("No key rings yet")
        empty_text = _("Keys that always go out together hang on one ring.")
        empty_icon = "circle"
        first = ADD_RING
