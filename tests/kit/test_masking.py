import pytest

from frontdesk.kit.masking import mask_id, mask_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13812348000", "138****8000"), ("075512345678", "075****5678"), ("10086", "***86"), ("", "")],
)
def test_mask_phone(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("110101199001011234", "110***********1234"), ("E12345678", "E12**5678"), ("A1", "A1"), ("A123", "**23")],
)
def test_mask_id(number, masked):
    assert mask_id(number) == masked
