"""One person found twice: everything is moved to one record, the other stays readable as merged into it."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from frontdesk.estate.models import Person, Phone, Tenure, ToldApart
from frontdesk.estate.services.finding import index_person
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Attachment
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Iterator

FILLED_UP = ("employer", "emergency_contact", "emergency_phone", "card_on", "note")
MERGE = "estate.merge_person"
MOST_ALIKE = 5
MOST_GROUPS = 200


class Double(NamedTuple):
    """Two people, by key, who may be one; `reason` says what they have in common."""

    reason: str
    first: int
    second: int


def merge_people(keep: Person, *, gone: Person, by: Any, note: str = "") -> Person:
    """Move everything that hangs on `gone` to `keep`; `gone` stays as a record that leads to `keep`.

    Rows of other apps follow too, whatever table points at a person.

    Raises:
        Conflict: one of them has been merged by now.
        DeskError: they carry two different numbers of the same kind of identity paper.

    """
    require(by, MERGE, keep)
    same_office(keep, gone)
    if keep.pk == gone.pk:
        raise DeskError(_("These are one record already."))
    with transaction.atomic():
        rows = Person.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk").in_bulk()
        keep, gone = rows[keep.pk], rows[gone.pk]
        if keep.merged_into_id or gone.merged_into_id:
            raise Conflict(_("One of these records has been merged by now."))
        _check_papers(keep, gone)
        before = activity.snapshot(keep)
        _close(gone, keep)
        _fill_up(keep, gone)
        moved = _move_rows(keep, gone)
        index_person(gone)
        index_person(keep)
        text = _("%(name)s (record %(pk)s) merged into this one.") % {"name": gone.name, "pk": gone.pk}
        activity.record(
            keep,
            "merge_people",
            by=by,
            before=before,
            after=activity.snapshot(keep),
            note="\n".join([text, *moved, note]).strip(),
        )
        activity.record(gone, "merge_people", by=by, after={"merged_into_id": keep.pk}, note=note)
    return keep


def doubles(office: Any, *, limit: int = 100) -> list[Double]:
    """Return pairs who may be one person, the likeliest first: same phone, or same name in the same unit.

    A number that many share, such as a switchboard's, says nothing; pairs once told apart are left out.
    """
    people = Person.objects.of_office(office).known()
    phones = Phone.objects.filter(person__in=people).values("person__office_id", "number")
    stays = Tenure.objects.filter(person__in=people).values("unit_id", "person__name")
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    for label, rows, names in (
        (_("Same phone"), phones, ("person__office_id", "number")),
        (_("Same name in the same unit"), stays, ("unit_id", "person__name")),
    ):
        for pair in _pairs(rows, names):
            reasons[pair].append(label)
    apart = set(ToldApart.objects.of_office(office).values_list("first_id", "second_id"))
    apart |= _with_other_papers(set(reasons) - apart)
    found = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Double(", ".join(labels), *pair) for pair, labels in found if pair not in apart][:limit]


def tell_apart(first: Person, second: Person, *, by: Any) -> None:
    """Write down that two records are two people, so that they are not suggested again."""
    require(by, MERGE, first)
    same_office(first, second)
    low, high = sorted((first, second), key=lambda person: person.pk)
    with transaction.atomic():
        _row, new = ToldApart.objects.get_or_create(first=low, second=high)
        if new:
            for one, other in ((low, high), (high, low)):
                activity.record(one, "tell_apart", by=by, note=_("Not the same as %(name)s.") % {"name": other.name})


def _with_other_papers(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs whose ID numbers of one kind differ: that these are two people is known already."""
    keys = {pk for pair in pairs for pk in pair}
    known = Person.objects.filter(pk__in=keys).exclude(id_index="").values_list("pk", "id_kind", "id_index")
    papers = {pk: (kind, token) for pk, kind, token in known}
    both = [(one, other) for one, other in pairs if one in papers and other in papers]
    return {pair for pair in both if papers[pair[0]][0] == papers[pair[1]][0] and papers[pair[0]] != papers[pair[1]]}


def _pairs(rows: Any, names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield pairs of people whose rows agree in `names`."""
    groups = rows.annotate(people=Count("person_id", distinct=True)).filter(people__range=(2, MOST_ALIKE))
    keys = set(groups.values_list(*names)[:MOST_GROUPS])
    if not keys:
        return
    last = names[-1]
    members: dict[tuple, set[int]] = defaultdict(set)
    candidates = rows.model.objects.filter(
        person__merged_into__isnull=True, **{f"{last}__in": {key[-1] for key in keys}}
    )
    for *key, pk in candidates.values_list(*names, "person_id"):
        if tuple(key) in keys:
            members[tuple(key)].add(pk)
    for ids in members.values():
        yield from combinations(sorted(ids), 2)


def _check_papers(keep: Person, gone: Person) -> None:
    differ = keep.id_number and gone.id_number and keep.id_number != gone.id_number
    if differ and keep.id_kind == gone.id_kind:
        raise DeskError(_("They have two different ID numbers: these are two people."))


def _close(gone: Person, keep: Person) -> None:
    """Mark the one record as merged first: a paper's number may stand only once among the others."""
    gone.merged_into = keep
    gone.version += 1
    gone.save(update_fields=["merged_into", "version"])


def _fill_up(keep: Person, gone: Person) -> None:
    if not keep.id_number:
        keep.id_kind, keep.id_number, keep.id_index = gone.id_kind, gone.id_number, gone.id_index
    for name in FILLED_UP:
        if not getattr(keep, name):
            setattr(keep, name, getattr(gone, name))
    keep.version += 1
    keep.save()


def _move_rows(keep: Person, gone: Person) -> list[str]:
    """Point every row at the record that stays; return one line for each stay that was written down twice."""
    _move_phones(keep, gone)
    dropped = _join_tenures(keep, gone)
    ToldApart.objects.filter(Q(first=gone) | Q(second=gone)).delete()
    for relation in Person._meta.related_objects:
        if relation.related_model not in (Phone, ToldApart):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: gone})
            rows.update(**{relation.field.name: keep})
    kind = ContentType.objects.get_for_model(Person)
    Attachment.objects.filter(content_type=kind, object_id=gone.pk).update(object_id=keep.pk)
    return dropped


def _move_phones(keep: Person, gone: Person) -> None:
    known = set(keep.phones.values_list("number", flat=True))
    place = keep.phones.count()
    for phone in gone.phones.all():
        if phone.number not in known:
            Phone.objects.create(person=keep, number=phone.number, position=place)
            place += 1
    gone.phones.all().delete()


def _join_tenures(keep: Person, gone: Person) -> list[str]:
    """Make one of two open stays that say the same; its beginning is the earlier of the two."""
    lines = []
    mine = {(row.unit_id, row.role): row for row in keep.tenures.filter(ends__isnull=True)}
    for row in gone.tenures.filter(ends__isnull=True).select_related("unit"):
        kept = mine.get((row.unit_id, row.role))
        if kept is None:
            continue
        kept.starts = min(kept.starts, row.starts) if kept.starts and row.starts else kept.starts or row.starts
        kept.version += 1
        kept.save(update_fields=["starts", "version"])
        row.dependants.update(head=kept)
        lines.append(f"{row.unit.code} {row.get_role_display()} {row.starts or ''}–".strip())
        row.delete()
    return lines
