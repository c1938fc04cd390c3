import pytest

from frontdesk.kit.masking import mask_id, mask_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812348000", "138****8000"),
        ("075512345678", "075****5678"),
        ("26789012", "2*****12"),
        ("2678901", "2****01"),
        ("4008001234", "4*******34"),
        ("10086", "***86"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_mask_phone(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110101199001011234", "110***********1234"),
        ("E12345678", "E******78"),
        ("AB1234", "A***34"),
        ("A123", "**23"),
        ("A1", "**"),
        ("", ""),
    ],
)
def test_mask_id(number, masked):
    assert mask_id(number) == masked


@pytest.mark.parametrize("places", range(1, 11))
def test_mask_of_a_short_number_shows_half_of_it_at_most(places):
    number = "1234567890"[:places]
    for masked in (mask_phone(number), mask_id(number)):
        assert len(masked) == places
        assert places - masked.count("*") <= min(3, places / 2)
