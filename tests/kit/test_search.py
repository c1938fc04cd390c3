"""The one search box finds what clerks really type, in an order they expect, and nothing of other offices."""

from __future__ import annotations

import pytest

from frontdesk.kit import search
from frontdesk.kit.models import SearchTerm
from frontdesk.kit.search import Hit, code_terms, lookup, name_terms, phone_terms, plate_terms


@pytest.fixture
def register(office, other_office):
    """Two offices with the same kinds of records under different keys."""
    search.index_many(
        "unit",
        [
            (office.pk, 1, code_terms("3-2-1502")),
            (office.pk, 2, code_terms("3-1-1502")),
            (office.pk, 3, code_terms("3-2-1503")),
            (office.pk, 4, code_terms("30-2-101")),
            (office.pk, 5, code_terms("B1-088")),
            (other_office.pk, 6, code_terms("3-2-1502")),
        ],
    )
    search.index_many(
        "person",
        [
            (office.pk, 11, name_terms("张伟") | phone_terms("13800138000")),
            (office.pk, 12, name_terms("张伟明") | phone_terms("13912341502")),
            (office.pk, 13, name_terms("单小明") | phone_terms("0755-26881234")),
            (office.pk, 14, name_terms("John Smith")),
            (other_office.pk, 15, name_terms("张伟") | phone_terms("13800138000")),
        ],
    )
    search.index_many("vehicle", [(office.pk, 21, plate_terms("粤B12345")), (office.pk, 22, plate_terms("粤BD12345"))])
    search.index_many("ticket", [(office.pk, 31, code_terms("2026-00031")), (office.pk, 32, code_terms("2026-00310"))])


def found(office, text, **options):
    """Return the keys found in an office, in order."""
    return [hit.object_id for hit in lookup([office.pk], text, **options)]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("3-2-1502", [1]),
        ("3栋2单元1502室", [1]),
        ("3号楼2单元1502房", [1]),
        ("３－２－１５０２", [1]),
        ("3 2 1502", [1]),
        ("321502", [1]),
        ("2-1502", [1]),
        ("1502", [1, 2, 12]),
        ("1502室", [1, 2, 12]),
        ("150", [1, 2, 3]),
        ("3-2", [1, 3]),
        ("3栋", [2, 1, 3]),
        ("3-", [2, 1, 3]),
        ("b1-088", [5]),
        ("B1088", [5]),
        ("88", [5]),
        ("张伟", [11, 12]),
        ("张", [11, 12]),
        ("伟", [11, 12]),
        ("伟明", [12]),
        ("明", [12, 13]),
        ("zw", [11, 12]),
        ("zwm", [12]),
        ("ZhangWei", [11, 12]),
        ("zhang wei", [11, 12]),
        ("张 伟", [11, 12]),
        ("shan", [13]),
        ("sxm", [13]),
        ("smith", [14]),
        ("john smith", [14]),
        ("8000", [11]),
        ("13800138000", [11]),
        ("138 0013 8000", [11]),
        ("138-0013-8000", [11]),
        ("26881234", [13]),
        ("075526881234", [13]),
        ("伟 8000", [11]),
        ("粤B12345", [21]),
        ("粤b·12345", [21]),
        ("粤B 12345", [21, 22]),
        ("粤B-12345", [21]),
        ("ｂ12345", [21]),
        ("12345", [21, 22]),
        ("345", [21, 22]),
        ("bd12", [22]),
        ("2026-00031", [31]),
        ("00031", [31]),
        ("31", [2, 31, 32]),
        ("张伟 9999", []),
        ("龘", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("  ", []),
        ("-", []),
        ("·", []),
        ("'; drop table kit_searchterm; --", []),
    ],
)
def test_lookup_finds(register, office, text, keys):
    assert found(office, text) == keys


def test_lookup_orders_whole_matches_first(office):
    search.index_many(
        "unit", [(office.pk, pk, code_terms(code)) for pk, code in ((1, "9-15021"), (2, "9-1502"), (3, "1502"))]
    )
    assert lookup([office.pk], "1502") == [Hit("unit", 2, exact=True), Hit("unit", 3, exact=True), Hit("unit", 1)]


def test_lookup_limits_each_kind_by_itself(register, office):
    assert found(office, "1502", limit=1) == [1, 12]
    assert found(office, "1", limit=1) == [2, 21]


@pytest.mark.parametrize("text", ["1", "13", "138", "张 1", "张 138", "8000 1", "1-3-8", "１３８"])
def test_lookup_finds_nobody_by_fewer_than_four_digits_of_a_phone(register, office, text):
    assert found(office, text, kinds=["person"]) == []


@pytest.mark.parametrize("text", ["1380", "0013", "张 0138", "138-0", "1 3 8 0"])
def test_lookup_finds_people_from_any_four_digits_on(register, office, text):
    assert found(office, text, kinds=["person"]) == [11]


def test_lookup_finds_names_that_begin_with_digits(office):
    search.index_many("person", [(office.pk, 1, name_terms("360科技") | phone_terms("13360000000"))])
    assert found(office, "360") == found(office, "360科") == [1]
    assert found(office, "36") == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1380", "1380"),
        ("138-0013 8000", "13800138000"),
        ("１３８０", "1380"),
        ("张 1380", "张1380"),
        ("3栋2单元1502", "321502"),
        ("138", ""),
        ("张伟", ""),
        ("粤B12345", ""),
        ("", ""),
        ("张" * 30 + " " + "伟" * 30 + " 1380", "张" * 30 + "伟" * 30 + "1380"),
    ],
)
def test_phone_digits_tells_what_a_phone_could_be_found_by(text, digits):
    assert search.phone_digits(text) == digits


def test_lookup_counts_a_record_once_however_many_terms_fit(office):
    search.index_many("person", [(office.pk, pk, phone_terms("11111111111")) for pk in range(30)])
    assert len(set(found(office, "1111", limit=20))) == 20


def test_lookup_keeps_to_the_kinds_asked_for(register, office):
    assert found(office, "1502", kinds=["person"]) == [12]


def test_lookup_never_leaves_the_offices(register, office, other_office):
    assert lookup([other_office.pk], "1502") == [Hit("unit", 6, exact=True)]
    assert [hit.object_id for hit in lookup([office.pk, other_office.pk], "3-2-1502")] == [1, 6]
    assert lookup([], "1502") == []


def test_lookup_does_not_join_words_across_offices(office, other_office):
    search.index_many("person", [(office.pk, 1, {"张伟"}), (other_office.pk, 1, {"8000"})])
    assert lookup([office.pk], "张伟 8000") == []


def test_lookup_asks_once_however_many_offices(register, office, other_office, django_assert_num_queries):
    with django_assert_num_queries(1):
        lookup([office.pk], "1502")
    with django_assert_num_queries(1):
        lookup([office.pk, other_office.pk], "1502")


def test_lookup_of_many_offices_stays_within_what_the_database_joins(register, office):
    assert [hit.object_id for hit in lookup([*range(10_000, 10_300), office.pk], "3-2-1502")] == [1]


def test_index_forgets_the_terms_of_before(register, office):
    unit = type("Unit", (), {"pk": 1})
    search.index(unit, "unit", code_terms("9-9-999"), office_id=office.pk)
    assert found(office, "3-2-1502") == []
    assert found(office, "999") == [1]


def test_unindex_forgets_a_record_and_no_other(register, office):
    search.unindex("person", [11])
    assert found(office, "张伟") == [12]
    assert SearchTerm.objects.filter(kind="vehicle").exists()


def test_terms_are_cut_to_the_column(office):
    search.index_many("person", [(office.pk, 1, name_terms("深圳市" + "南湖" * 40 + "有限公司"))])
    assert found(office, "深圳市南湖") == [1]
