"""The values in reason sentences, and the half sentences of stories."""

import re

import pytest

from twinverter.catalog.reasons import REASONS
from twinverter.catalog.settings import full_values, kernel_settings, parse_values
from twinverter.catalog.states import STAGES
from twinverter.words import wording
from twinverter.words.clauses import BECAUSE, DOING

NOON_S = 19358 * 86400.0 + 12 * 3600.0


def settings_of(**given):
    return kernel_settings(full_values(parse_values(given)))


def moment_of(**values):
    return dict.fromkeys(wording.COLUMNS, 0.0) | {"clock_s": NOON_S, "soc": 0.4} | values


# fmt: off
CASES = [
    # key                    settings                                       moment                     sentence ends with
    ("batt_charging_pv",     dict(),                                        dict(battery_w=-1200.0),   "(1200 W) charges the battery."),
    ("batt_below_target",    dict(tou_enable=True, tou4_time="11:00", tou5_time="13:00", tou4_batt_pct=60),
                                                                            dict(),                    "40 % is not above the target 60 % of row 4."),
    ("batt_below_floor",     dict(low_batt_soc_pct=45),                     dict(),                    "40 % is not above 45 %."),
    ("batt_row_power",       dict(tou_enable=True, tou4_time="11:00", tou5_time="13:00", tou4_power_w=1500),
                                                                            dict(),                    "Row 4 of the timetable allows at most 1500 W from the battery."),
    ("batt_charge_limit",    dict(max_charge_a=80),                         dict(),                    "Max A Charge (80 A)."),
    ("batt_bms_limit",       dict(),                                        dict(battery_a=-26.41),    "allows only 26.41 A now."),
    ("batt_charge_stage",    dict(batt_mode="lithium"),                     dict(battery_v=55.5),      "held at 55.5 V."),
    ("batt_charge_stage",    dict(batt_mode="use_batt_v"),                  dict(battery_v=57.6, stage=float(STAGES.index("ABSORB"))), "held at 57.6 V (absorption)."),
    ("grid_setpoint",        dict(zero_export_power_w=20),                  dict(),                    "import of 20 W is held so that nothing is fed back."),
    ("grid_rest",            dict(),                                        dict(grid_w_l1=700.0, grid_w_l3=50.0), "rest of the loads (750 W)."),
    ("gen_resting",          dict(gen_down_h=1.5),                          dict(),                    "until 13:30."),
    ("load_overload",        dict(),                                        dict(load_w_l1=9900.0),    "The loads (9900 W) are more than the inverter can carry (8800 W)."),
    ("load_overload",        dict(),                                        dict(load_w_l1=5000.0),    "The loads are more than the inverter can carry."),
    ("batt_charging_grid",   dict(tou_enable=False),                        dict(),                    "the level 40 % is below full."),
]
# fmt: on


@pytest.mark.parametrize(
    "key, given, values, end", CASES, ids=[f"{case[0]}-{place}" for place, case in enumerate(CASES)]
)
def test_a_sentence_shows_the_values_of_its_moment(key, given, values, end):
    given = {"batt_mode": "lithium"} | given
    text = wording.told(wording.code_of(key), settings_of(**given), moment_of(**values))
    assert text.endswith(end), text


def test_without_a_moment_a_sentence_shows_what_the_settings_say():
    settings = settings_of(batt_mode="lithium", restart_soc_pct=55, tou_enable=False)
    text = wording.told_at_all_times(wording.code_of("batt_wait_restart"), settings)
    assert text.endswith("until it reaches Restart (55 %).")


def test_a_moment_of_the_timetable_is_not_guessed_where_there_is_none():
    settings = settings_of(batt_mode="lithium", tou_enable=True)
    text = wording.told_at_all_times(wording.code_of("batt_row_power"), settings)
    assert text == "Row … of the timetable allows at most … W from the battery."


def test_no_reason_is_no_sentence():
    assert wording.told(0.0, settings_of(), moment_of()) == ""


def test_every_reason_has_words_for_a_story_and_no_word_is_left_over():
    keys = {row.key for row in REASONS}
    assert set(DOING) <= keys and set(BECAUSE) <= keys
    assert keys - set(DOING) - set(BECAUSE) == {"pv_all_used"}


@pytest.mark.parametrize("row", REASONS, ids=lambda row: row.key)
def test_the_words_of_a_story_are_values_that_are_known(row):
    settings = settings_of(batt_mode="lithium", tou_enable=True)
    known = wording.moment_values(row.key, settings, moment_of(battery_a=5.0, load_w_l1=9900.0))
    for text in (DOING.get(row.key, ""), BECAUSE.get(row.key, "")):
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(known)
