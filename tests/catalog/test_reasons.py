"""Reasons: complete, unique, tied to settings, and sentences that read."""

import pytest

from twinverter.catalog import reasons
from twinverter.catalog.reasons import LINES, REASONS, key_of, sentence
from twinverter.catalog.settings import find


def test_all_reasons_are_there_under_their_own_names():
    # 70 of the law, and eight of ours: island on command, battery and micro-inverter to the mains,
    # an engine started by hand, strings of too much voltage, and what a fault rests: inputs,
    # battery, stage.
    assert len(REASONS) == 78
    assert len({row.key for row in REASONS}) == 78
    for place, row in enumerate(REASONS):
        assert getattr(reasons, row.key.upper()) == place + 1.0
        assert key_of(place + 1.0) == row.key


@pytest.mark.parametrize("row", REASONS, ids=[row.key for row in REASONS])
def test_a_reason_names_its_line_its_setting_and_its_section(row):
    assert row.line in LINES
    assert row.section
    assert row.sentence.endswith(".")
    if row.setting:
        find(row.setting)


def test_none_has_no_key_and_no_sentence():
    assert key_of(reasons.NONE) == ""
    assert sentence(reasons.NONE) == ""


def test_a_code_that_is_none_of_them_is_an_error():
    for code in (-1.0, len(REASONS) + 1.0):
        with pytest.raises(IndexError):
            key_of(code)


SENTENCES = [
    # code, values, sentence
    (reasons.BATT_CHARGING_PV,  {"power_w": 2000.0},              "Solar power that the loads do not need (2000 W) charges the battery."),
    (reasons.BATT_CHARGING_PV,  {},                               "Solar power that the loads do not need charges the battery."),
    (reasons.BATT_CHARGE_STAGE, {"voltage_v": 57.6},              "The battery is nearly full: charging is held at 57.6 V."),
    (reasons.BATT_BELOW_TARGET, {"lev": "40 %", "target": "40 %", "row": 5}, "The battery is held: 40 % is not above the target 40 % of row 5."),
    (reasons.GRID_RECONNECTING, {"seconds": 12.0},                "The mains is back; 12 s of healthy supply are awaited before reconnecting."),
    (reasons.GRID_RECONNECTING, {},                               "The mains is back; … s of healthy supply are awaited before reconnecting."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "values", "text"), SENTENCES)
def test_a_sentence_takes_the_values_that_are_known(code, values, text):
    assert sentence(code, **values) == text
