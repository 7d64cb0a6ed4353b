"""The two codes: which opens what, and the pause after three wrong ones (C-61, C-62)."""

import pytest

from twinverter.live.codes import LOCK, RESET, Codes, WrongCode

# fmt: off
CODES = [
    # purpose  code    taken
    (LOCK,     "7777", True),
    (LOCK,     7777,   True),
    (LOCK,     "9999", False),
    (LOCK,     "",     False),
    (RESET,    "9999", True),
    (RESET,    "7777", False),
    (RESET,    "09999", False),
]
# fmt: on


@pytest.mark.parametrize("purpose, code, taken", CODES)
def test_each_purpose_has_its_own_code(wall, purpose, code, taken):
    codes = Codes(wall)
    if taken:
        codes.check(purpose, code)
    else:
        with pytest.raises(WrongCode, match="nothing changed"):
            codes.check(purpose, code)


def wrong(codes):
    with pytest.raises(WrongCode) as refused:
        codes.check(LOCK, "0000")
    return refused.value.wait_s


def test_after_three_wrong_codes_none_is_taken_for_five_seconds(wall):
    codes = Codes(wall)
    assert [wrong(codes) for _ in range(3)] == [0.0, 0.0, 5.0]
    wall.now_s += 4.9
    with pytest.raises(WrongCode, match="wait"):
        codes.check(LOCK, "7777")
    wall.now_s += 0.2
    codes.check(LOCK, "7777")


def test_a_right_code_makes_the_wrong_ones_forgotten(wall):
    codes = Codes(wall)
    wrong(codes), wrong(codes)
    codes.check(LOCK, "7777")
    assert [wrong(codes) for _ in range(2)] == [0.0, 0.0]
