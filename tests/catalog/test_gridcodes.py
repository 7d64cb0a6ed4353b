"""The grid codes: every profile legal, nested and with an origin, and what a grid mode holds."""

import re
from itertools import pairwise

import pytest

from twinverter.catalog import gridcodes
from twinverter.catalog.codes_page import gridcodes_page
from twinverter.catalog.family import FAMILY
from twinverter.catalog.gridcodes import (
    HIGH_HZ,
    HIGH_V,
    LAW_ROWS,
    LOW_HZ,
    LOW_V,
    ROWS,
    figures,
    held,
    in_force,
    law_in_force,
)
from twinverter.catalog.law import kernel_law
from twinverter.catalog.profiles import GENERAL, PROFILES, SOURCES
from twinverter.catalog.registers import read_settings, settings_image
from twinverter.catalog.settings import check_all, default_values, find, kernel_settings

HOLDING = PROFILES[1:]
HELD_BY = {
    "V": ("grid_vol_high", "grid_vol_low", "reconnect_vol_high", "reconnect_vol_low"),
    "Hz": ("grid_hz_high", "grid_hz_low", "reconnect_hz_high", "reconnect_hz_low"),
}
of_every_code = pytest.mark.parametrize("profile", HOLDING, ids=lambda one: one.key)


def ruling(mode, **changes):
    """Return the values in force in a grid mode, on the house's own mains unless changed."""
    return in_force(default_values() | {"grid_mode": mode} | changes)


def used(values, levels):
    """Return level and time of the levels in use, from the inside outwards."""
    found = []
    for key in levels:
        if values[key] > 0.0:
            found.append((values[key], values[re.sub(r"_(v|hz)$", "_s", key)]))
    return found


@of_every_code
def test_a_figure_sets_a_field_or_a_figure_of_the_law_and_none_twice(profile):
    keys = [figure.key for figure in figures(profile.key)]
    assert len(set(keys)) == len(keys)
    assert all((key in ROWS) != (key in LAW_ROWS) for key in keys)


@of_every_code
def test_every_figure_has_a_place_in_its_code_and_an_origin(profile):
    names = [name for name, _, _ in SOURCES]
    for figure in figures(profile.key):
        assert figure.clause
        assert figure.origin == "assumed" or figure.origin.removeprefix("public: ") in names


def test_every_public_document_gives_figures():
    origins = {figure.origin for profile in HOLDING for figure in profile.figures}
    assert {f"public: {name}" for name, _, _ in SOURCES} == origins - {"assumed"}


MAINS = [
    # type          frequency
    ("3p_230_400",  50),
    ("3p_220_380",  60),
    ("3p_240_415",  50),
    ("3p_120_208",  60),
]  # fmt: skip


@of_every_code
@pytest.mark.parametrize(("kind", "frequency_hz"), MAINS)
def test_what_a_code_holds_is_allowed_on_every_mains_of_this_machine(profile, kind, frequency_hz):
    values = ruling(profile.key, grid_type=kind, grid_frequency_hz=frequency_hz)
    assert check_all(values) == []
    for key, one in held(values).items():
        assert find(key).parse(one.value) == one.value
        assert type(one.value) is type(find(key).default)


@of_every_code
def test_the_window_of_connection_lies_in_that_of_operation_and_holds_nominal(profile):
    values = ruling(profile.key)
    for keys, nominal in ((HELD_BY["V"], 230.0), (HELD_BY["Hz"], 50.0)):
        high, low, connect_high, connect_low = (values[key] for key in keys)
        assert low <= connect_low < nominal < connect_high <= high


@of_every_code
@pytest.mark.parametrize(
    ("levels", "side"), [(HIGH_V, 1), (LOW_V, -1), (HIGH_HZ, 1), (LOW_HZ, -1)], ids=str
)
def test_levels_further_out_trip_sooner_and_the_window_ends_at_the_first(profile, levels, side):
    values = ruling(profile.key)
    found = used(values, levels)
    assert found and all(time_s > 0.0 for _, time_s in found)
    for (inner, longer_s), (outer, shorter_s) in pairwise(found):
        assert side * inner < side * outer and longer_s >= shorter_s
    unit = find(levels[0]).unit
    assert values[HELD_BY[unit][0 if side > 0 else 1]] == found[0][0]


@of_every_code
def test_curves_fall_with_voltage_and_frequency_and_end_before_the_relay_opens(profile):
    values = ruling(profile.key)
    if "qv_v1" in held(values):
        voltages = [values[f"qv_v{place}"] for place in range(1, 5)]
        shares = [values[f"qv_q{place}"] for place in range(1, 5)]
        assert voltages == sorted(voltages)
        assert shares == sorted(shares, reverse=True)
        assert shares[0] > 0.0 > shares[-1]
    if values["fw_enable"]:
        assert 50.0 < values["fw_fstart_hz"] < values["fw_fstop_hz"]
        assert values["fw_fstart_hz"] <= values["grid_hz_high"]
    if values["vw_enable"]:
        assert 230.0 < values["vw_vstart_v"] < values["vw_vstop_v"]


@of_every_code
def test_every_row_of_grid_set2_but_the_nominal_frequency_is_held(profile):
    # CH5.8-GRD-010, C-47
    rows = {row.key for row in ROWS.values() if row.page == "Grid 2"} - {"grid_frequency_hz"}
    assert rows <= set(held({"grid_mode": profile.key}))


@of_every_code
def test_no_level_of_the_owner_rules_beside_those_of_a_code(profile):
    typed = dict.fromkeys((*HIGH_V, *LOW_V), 210.0) | dict.fromkeys((*HIGH_HZ, *LOW_HZ), 50.5)
    assert ruling(profile.key, **typed) == ruling(profile.key)


def test_the_printed_choices_come_first_and_bear_the_printed_words():
    # CH5.8-GRD-001
    assert [profile.label for profile in PROFILES if profile.printed] == [
        "General Standard",
        "UL1741 & IEEE1547",
        "CPUC RULE21",
        "SRD-UL-1741",
    ]
    assert [profile.printed for profile in PROFILES] == [True] * 4 + [False] * (len(PROFILES) - 4)
    assert len({profile.label for profile in PROFILES}) == len(PROFILES)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.key)
def test_a_grid_mode_is_read_back_from_register_182(profile):
    image = settings_image(default_values() | {"grid_mode": profile.key})
    assert image[182] == profile.code
    assert read_settings(image, [182]) == {"grid_mode": profile.key}


FAMILY_NAMES = {
    "general_standard": "general",
    "ul1741_ieee1547": "UL1741/IEEE1547",
    "cpuc_rule21": "Rule 21",
    "srd_ul_1741": "SRD-UL-1741",
    "as4777_a": "Australia A",
    "as4777_b": "Australia B",
    "as4777_c": "Australia C",
    "vde_4105": "VDE 4105",
}


def test_codes_of_the_family_are_those_it_publishes_and_ours_stay_clear_of_them():
    (known,) = (row for row in FAMILY if row.address == 182)
    published = dict(part.split("=") for part in known.values.split("; "))
    for profile in PROFILES:
        if profile.key in FAMILY_NAMES:
            assert published[str(profile.code)] == FAMILY_NAMES[profile.key]
        else:
            assert profile.code > 31 and str(profile.code) not in published


def test_general_standard_holds_nothing():
    values = default_values()
    assert values["grid_mode"] == GENERAL
    assert held(values) == {} and in_force(values) is values
    law = kernel_law()
    assert law_in_force(values, law) is law


IN_FORCE = [
    # mode                type          Hz  field                    in force
    ("ul1741_ieee1547",   "3p_120_208", 60, "vrt_hv1_v",             132.0),
    ("ul1741_ieee1547",   "3p_120_208", 60, "frt_lf1_hz",            59.3),
    ("ul1741_ieee1547",   "3p_230_400", 50, "frt_lf1_hz",            49.3),
    ("ul1741_ieee1547",   "3p_230_400", 50, "reconnection_time_s",   300),
    ("cpuc_rule21",       "3p_230_400", 50, "vrt_lv3_v",             115.0),
    ("cpuc_rule21",       "3p_230_400", 50, "vrt_lv3_s",             1.5),
    ("cpuc_rule21",       "3p_230_400", 50, "qv_enable",             True),
    ("srd_ul_1741",       "3p_120_208", 60, "frt_hf1_s",             21.0),
    ("ieee1547_cat_i",    "3p_120_208", 60, "vrt_lv1_s",             2.0),
    ("ieee1547_cat_ii",   "3p_120_208", 60, "vrt_lv1_s",             10.0),
    ("ieee1547_cat_iii",  "3p_120_208", 60, "vrt_lv1_s",             21.0),
    ("ieee1547_cat_iii",  "3p_120_208", 60, "qv_v4",                 129.6),
    ("vde_4105",          "3p_230_400", 50, "soft_start_ramp_pct_s", pytest.approx(1 / 6, abs=1e-6)),
    ("vde_4105",          "3p_240_415", 50, "reconnect_vol_high",    264.0),
    ("g98",               "3p_230_400", 50, "vrt_hv1_v",             262.2),
    ("as4777_a",          "3p_230_400", 50, "vrt_lv1_v",             180.0),
    ("as4777_a",          "3p_240_415", 50, "vw_vstart_v",           264.0),
    ("as4777_c",          "3p_230_400", 50, "frt_lf1_hz",            45.0),
    ("nrs_097",           "3p_230_400", 50, "frt_hf2_hz",            0.0),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "kind", "frequency_hz", "key", "value"), IN_FORCE)
def test_a_code_rules_on_the_chosen_mains(mode, kind, frequency_hz, key, value):
    assert ruling(mode, grid_type=kind, grid_frequency_hz=frequency_hz)[key] == value


def test_what_was_typed_in_rules_again_under_the_general_standard():
    typed = default_values() | {"grid_vol_high": 250.0, "grid_mode": "g99"}
    assert kernel_settings(typed).grid.grid_high_v == pytest.approx(262.2)
    assert kernel_settings(typed | {"grid_mode": GENERAL}).grid.grid_high_v == 250.0


def test_ticks_that_a_code_leaves_off_stay_with_the_owner_and_work_its_curves():
    # IEEE 1547-2018 has volt-var and volt-watt off by default.
    values = default_values() | {"grid_mode": "ieee1547_cat_iii", "qv_enable": True}
    assert "qv_enable" not in held(values) and "vw_enable" not in held(values)
    grid = kernel_settings(values | {"grid_type": "3p_120_208", "grid_frequency_hz": 60}).grid
    assert (grid.qv_enable, grid.qv_v1, grid.qv_q1) == (1.0, pytest.approx(110.4), 0.44)


LAW = [
    # mode               figure of the law              in force
    ("ieee1547_cat_iii", "support_droop_over_k",        0.05),
    ("ieee1547_cat_i",   "support_q_max_absorb",        0.25),
    ("ieee1547_cat_ii",  "ride_cease_low",              0.3),
    ("g99",              "ride_rocof_hz_per_s",         1.0),
    ("vde_4105",         "ride_mean_high",              1.1),
    # 258 V and 207 V of 230 V
    ("as4777_b",         "ride_mean_high",              258.0 / 230.0),
    ("as4777_a",         "support_vw_charge_low",       0.9),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "key", "value"), LAW)
def test_a_code_brings_figures_of_the_law_unless_the_house_has_its_own(mode, key, value):
    row = LAW_ROWS[key]

    def of(law):
        return getattr(getattr(law, row.group), row.key)

    values = {"grid_mode": mode}
    assert of(kernel_settings(values).law) == pytest.approx(value)
    assert of(kernel_settings(values, kernel_law({key: 0.123})).law) == 0.123
    assert of(kernel_settings({}).law) == row.value


def test_the_page_lists_every_figure_with_its_origin():
    sections = gridcodes_page().split("\n## ")
    for profile in HOLDING:
        (section,) = (text for text in sections if text.startswith(f"{profile.label}\n"))
        for figure in figures(profile.key):
            (line,) = (
                line
                for line in section.splitlines()
                if line.startswith(f"| `{gridcodes.place(figure.key)}` |")
            )
            assert line.endswith(f"| {figure.clause} | {figure.origin} |")
