"""What somebody must show before a key leaves the desk; it depends on who they are (R-KEY-02…05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.estate.identity import clean_id_number, clean_phone
from frontdesk.estate.models import Person, Tenure
from frontdesk.kit import search
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.staff.models import User
from keys.models import Key, Loan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

B, K = Loan.Borrower, Key.Kind
UNIT_BORROWERS = frozenset({B.OWNER, B.AGENT, B.CONTRACTOR, B.COLLEAGUE})
MAY_BORROW = {
    K.ENTRUSTED: UNIT_BORROWERS,
    K.VACANT: UNIT_BORROWERS | {B.OTHER},
    K.REWORK: UNIT_BORROWERS,
    K.SEALED: frozenset({B.OWNER, B.AGENT}),  # to be collected only: R-KEY-06 speaks of everything else
    K.EQUIPMENT: frozenset({B.CONTRACTOR, B.COLLEAGUE}),
    K.FILING: frozenset[str](),  # stays with the desk (R-KEY-07)
    K.OTHER: frozenset(B),
}
"""Kind of key → to whom it may go at all."""
TAIL = 4
"""Places kept of a document's number."""
HOLDER = "holder"
"""Under this word slips are found while a key on them is out; they are no records of the search box."""


@dataclass(frozen=True)
class Shown:
    """What lies on the counter and is not kept: the document's whole number, and whether a paper is photographed."""

    number: str = ""
    has_paper: bool = False


def check_borrower(loan: Loan, keys: Sequence[Key], shown: Shown) -> None:
    """Refuse to hand out keys to somebody who has not shown what the procedure asks of them; fill in what follows.

    Raises:
        DeskError: with the field in which something is missing or does not fit.

    """
    for key in keys:
        if loan.borrower not in MAY_BORROW[Key.Kind(key.kind)]:
            words = {"tag": key.tag, "kind": key.get_kind_display(), "who": loan.get_borrower_display()}
            raise DeskError(_("%(tag)s (%(kind)s) does not go to: %(who)s.") % words, field="borrower")
    loan.phone = clean_phone(loan.phone)
    CHECKS[B(loan.borrower)](loan, keys, shown)


def index_holder(loan: Loan) -> None:
    """Let the counter find an open slip by who has the keys, their phone, the contractor, the slip's number."""
    terms = search.name_terms(loan.name) | search.phone_terms(loan.phone) | search.code_terms(loan.number)
    if loan.contractor is not None:
        terms |= search.name_terms(loan.contractor.name)
    search.index_many(HOLDER, [(loan.office_id, loan.pk, terms)])


def owners_of(keys: Sequence[Key]) -> set[int]:
    """Return who may dispose of all these keys: today's owners of their units, and whoever left the key here."""
    allowed: list[set[int]] = []
    for key in keys:
        owners = Tenure.objects.current().filter(unit=key.unit_id, role=Tenure.Role.OWNER)
        left_it = set() if key.deposited_by_id is None else {key.deposited_by_id}
        allowed.append(left_it.union(owners.values_list("person", flat=True)))
    return set.intersection(*allowed) if allowed else set()


def refuse_who_left(loan: Loan, keys: Sequence[Key]) -> None:
    """Lend nothing to, or on the word of, somebody who owned or lived behind a door and does no more: theirs goes back.

    Raises:
        DeskError: with the field they stand in.

    """
    person = loan.person or loan.confirmed_with
    for key in keys if person else ():
        stays = Tenure.objects.filter(unit=key.unit_id, person=person).exclude(role=Tenure.Role.CONTACT)
        if key.unit and stays.exists() and not stays.current().exists():
            message = _("%(name)s has nothing to do with %(unit)s any more: give the key back for good instead.")
            words = {"name": person, "unit": key.unit.code}
            raise DeskError(message % words, field="person" if loan.person else "confirmed_with")


def tickets_of(key: Key, tickets: Any) -> Any:
    """Keep the tickets somebody may come for with a key: of its unit; of equipment also those of its building.

    What has no unit is about public areas and what serves them, so keys of equipment rooms go with it.
    """
    if key.kind in Key.OF_UNITS:
        return tickets.filter(unit=key.unit_id)
    here = Q(unit__isnull=True)
    if key.unit_id is not None:
        here |= Q(unit=key.unit_id)
    building = key.building_id or (key.unit.building_id if key.unit else None)
    if building is not None:
        here |= Q(unit__building=building)
    return tickets.filter(here)


def _check_owner(loan: Loan, keys: Sequence[Key], shown: Shown) -> None:
    """R-KEY-02: identified first, then registered."""
    if loan.person is None:
        raise DeskError(_("Choose which of the owners came."), field="person")
    _must_be_owner(loan.person, keys, field="person")
    number = _check_identity(loan, shown)
    if loan.person.id_number and loan.person.id_number != number:
        raise DeskError(_("The document shown is not the one on the register. Look again."), field="id_number")
    loan.name = loan.person.name


def _check_agent(loan: Loan, keys: Sequence[Key], shown: Shown) -> None:
    """R-KEY-03: the owner's letter and the owner's word by phone, both; the letter is photographed or filed."""
    loan.person = None
    loan.name = must_be_said(loan.name, _("Write down the agent's name."), field="name")
    loan.phone = must_be_said(loan.phone, _("Write down a number to reach them."), field="phone")
    _check_identity(loan, shown)
    if loan.letter_until is None:
        raise DeskError(_("Write down until when the letter of authority is valid."), field="letter_until")
    if loan.letter_until < local_date():
        words = {"date": loan.letter_until.isoformat()}
        raise DeskError(_("The letter of authority expired on %(date)s.") % words, field="letter_until")
    loan.letter_ref = loan.letter_ref.strip()
    if not shown.has_paper and not loan.letter_ref:
        raise DeskError(_("Take a photo of the letter, or write down where the paper is filed."), field="paper")
    if loan.confirmed_with is None:
        raise DeskError(_("Call the owner first and write down with whom you spoke."), field="confirmed_with")
    _must_be_owner(loan.confirmed_with, keys, field="confirmed_with")
    loan.confirmed_at = now()
    if loan.ticket is not None:
        _must_open_its_unit(loan.ticket, keys)
        loan.purpose = loan.purpose.strip() or loan.ticket.subject


def _check_contractor(loan: Loan, keys: Sequence[Key], shown: Shown) -> None:
    """R-KEY-05: the responsible person in person, for a ticket that is theirs."""
    if loan.contractor is None or loan.contractor.office_id != loan.office_id:
        raise DeskError(_("Choose the contractor."), field="contractor")
    if not loan.contractor.contact.strip():
        message = _("%(contractor)s has no responsible person on record. A supervisor enters it in the ticket lists.")
        raise DeskError(message % {"contractor": loan.contractor}, field="contractor")
    loan.name = must_be_said(loan.name, _("Write down the name on the document."), field="name")
    if search.joined(loan.name) != search.joined(loan.contractor.contact):
        words = {"name": loan.contractor.contact}
        raise DeskError(_("Only the responsible person takes keys: %(name)s.") % words, field="name")
    if not loan.in_person:
        message = _("Keys for rework go to nobody sent: %(name)s comes in person.")
        raise DeskError(message % {"name": loan.contractor.contact}, field="in_person")
    loan.phone = must_be_said(
        loan.phone or loan.contractor.phone, _("Write down a number to reach them."), field="phone"
    )
    _check_identity(loan, shown)
    ticket = loan.ticket
    if ticket is None or ticket.office_id != loan.office_id:
        raise DeskError(_("Choose the ticket they come for."), field="ticket")
    theirs = Ticket.objects.under_way().filter(contractor=loan.contractor)
    if not theirs.filter(pk=ticket.pk).exists():
        number = {"number": ticket.number}
        raise DeskError(_("Ticket %(number)s is not in this contractor's hands.") % number, field="ticket")
    _must_open_its_unit(ticket, keys)
    loan.purpose = loan.purpose.strip() or ticket.subject


def _check_colleague(loan: Loan, _keys: Sequence[Key], _shown: Shown) -> None:
    """Ours, for an inspection or a ticket."""
    person = loan.colleague
    if person is None or not User.objects.working_in(loan.office).filter(pk=person.pk).exists():
        raise DeskError(_("Choose a colleague who works here today."), field="colleague")
    loan.name, loan.phone = str(person), person.phone
    loan.id_kind = loan.id_tail = ""
    if loan.ticket is not None:
        loan.purpose = loan.purpose.strip() or loan.ticket.subject
    loan.purpose = must_be_said(loan.purpose, _("Write down what for, or choose the ticket."), field="purpose")


def _check_other(loan: Loan, _keys: Sequence[Key], shown: Shown) -> None:
    """R-KEY-04: identified and registered, e.g. somebody who wants to see a flat."""
    loan.name = must_be_said(loan.name, _("Write down the name."), field="name")
    loan.phone = must_be_said(loan.phone, _("Write down a number to reach them."), field="phone")
    _check_identity(loan, shown)
    loan.purpose = must_be_said(loan.purpose, _("Write down what for."), field="purpose")


CHECKS: dict[str, Callable[[Loan, Sequence[Key], Shown], None]] = {
    B.OWNER: _check_owner,
    B.AGENT: _check_agent,
    B.CONTRACTOR: _check_contractor,
    B.COLLEAGUE: _check_colleague,
    B.OTHER: _check_other,
}


def _check_identity(loan: Loan, shown: Shown) -> str:
    """Return the number of the document on the counter, which must be one of its kind; its last places are kept."""
    if loan.id_kind not in Person.IdKind.values:
        raise DeskError(_("Ask for an identity document and say which it was."), field="id_kind")
    number = clean_id_number(loan.id_kind, shown.number)
    if not number:
        raise DeskError(_("Type the document's whole number; only its last four places are kept."), field="id_number")
    loan.id_tail = number[-TAIL:]
    return number


def _must_open_its_unit(ticket: Ticket, keys: Sequence[Key]) -> None:
    for key in keys:
        if key.unit_id is not None and key.unit_id != ticket.unit_id:
            words = {"tag": key.tag, "number": ticket.number}
            raise DeskError(_("%(tag)s does not open the unit of ticket %(number)s.") % words, field="ticket")


def _must_be_owner(person: Person, keys: Sequence[Key], *, field: str) -> None:
    if person.pk not in owners_of(keys):
        message = _("%(name)s neither owns what these keys open nor left them here.") % {"name": person.name}
        raise DeskError(message, field=field)
