"""What the manual prints stands in the table: values, ranges and lists, by statement of the ledger.

Only statements are named that the table alone can show; what a setting does is shown by the law.
"""

import pytest

from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.screens import SCREENS, hidden_reason, value_text
from twinverter.catalog.settings import find, full_values

PRINTED = [
    # statement        key                       printed
    ("CH5.5-SET-005", "factory_reset_password",  "9999"),
    ("CH5.5-SET-006", "lock_password",           "7777"),
    ("CH5.6-SET-022", "grid_signal",             False),
    ("CH5.6-CHG-029", "equalization_days",       30),
    ("CH5.6-CHG-029", "equalization_hours",      3.0),
    ("CH5.8-GRD-003", "grid_mode",               "general_standard"),
    ("CH5.8-GSP-013", "fw_fstart_hz",            0.0),
    ("CH5.8-GSP-013", "fw_fstop_hz",             0.0),
    ("CH5.8-GSP-014", "vw_vstart_v",             0.0),
    ("CH5.8-GSP-014", "vw_vstop_v",              0.0),
    ("CH5.8-GSP-015", "normal_ramp_pct_s",       0.0),
    ("CH5.8-GSP-016", "soft_start_ramp_pct_s",   0.0),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "key", "printed"), PRINTED)
def test_a_printed_value_is_the_default(statement, key, printed):
    row = find(key)
    assert row.default == printed
    assert row.default_origin in ("manual", "assumed")


CURVES = [
    # statement        rows                                        value
    ("CH5.8-GSP-012", "qv_v1 qv_q1 qv_v2 qv_q2 qv_v3 qv_q3 qv_v4 qv_q4", 0.0),
    ("CH5.8-GSP-018", "vrt_hv2_v vrt_hv1_v vrt_lv1_v vrt_lv2_v vrt_lv3_v", 0.0),
    ("CH5.8-GSP-018", "vrt_hv2_s vrt_hv1_s vrt_lv1_s vrt_lv2_s vrt_lv3_s", 0.16),
    ("CH5.8-GSP-020", "frt_hf2_hz frt_hf1_hz frt_lf1_hz frt_lf2_hz",      0.0),
    ("CH5.8-GSP-020", "frt_hf2_s frt_hf1_s frt_lf1_s frt_lf2_s",          0.16),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "keys", "value"), CURVES)
def test_the_empty_curves_of_the_screens_are_the_defaults(statement, keys, value):
    assert {find(key).default for key in keys.split()} == {value}


CHOICES = [
    # statement        key                  offered
    ("CH5.7-CTL-001", "work_mode",         "selling_first zero_export_load zero_export_ct"),
    ("CH5.8-GRD-001", "grid_mode",         "general_standard ul1741_ieee1547 cpuc_rule21 srd_ul_1741"),
    ("CH5.8-GRD-002", "grid_type",         "1p_220 split_120_240 3p_120_208 1p_120"),
    ("CH5.8-GRD-005", "grid_frequency_hz", "50 60"),
    ("CH5.9-GEN-001", "gen_port_mode",     "generator_input smart_load_output micro_inv_input"),
    ("CH5.10-MET-011", "ex_meter_phase",   "A B C"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "key", "offered"), CHOICES)
def test_a_printed_list_is_among_the_choices(statement, key, offered):
    assert set(offered.split()) <= {str(choice) for choice in find(key).choices}


RANGES = [
    # statement        key               ends, printed
    ("CH5.6-CHG-004", "max_charge_a",    ("0", "115"),        (0, 115)),
    ("CH5.6-CHG-005", "max_discharge_a", ("0", "115"),        (0, 115)),
    ("CH5.7-TOU-035", "tou1_time",       ("01:00", "24:00"),  ("01:00", "00:00")),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "key", "typed", "stored"), RANGES)
def test_a_printed_range_is_accepted_at_both_ends(statement, key, typed, stored):
    assert tuple(find(key).parse(end) for end in typed) == stored


GRID_2 = [
    # statement        entries of Grid Set2
    ("CH5.8-GRD-006", "reconnection_time_s"),
    ("CH5.8-GSP-007", "power_factor"),
    ("CH5.8-PRO-008", "grid_hz_high grid_hz_low"),
    ("CH5.8-PRO-009", "grid_vol_high grid_vol_low"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "keys"), GRID_2)
def test_grid_set2_has_its_entries_under_the_general_standard_only(statement, keys):
    # CH5.8-GRD-010: the other grid modes need no entry on this page.
    for key in keys.split():
        assert find(key).page == "Grid 2"
        assert find(key).depends_on == "grid_mode=general_standard"


BANKS = [
    # statements                                       type  absorption float equalisation
    ("CH5.6-CHG-030 CH5.6-CHG-031 CH5.6-CHG-032",      "agm", 57.6,     53.6, 57.6),
    ("CH5.6-CHG-033 CH5.6-CHG-034",                    "gel", 56.4,     54.0, None),
    ("CH5.6-CHG-036 CH5.6-CHG-037 CH5.6-CHG-038",      "wet", 59.0,     55.0, 59.0),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "kind", "absorption", "floating", "equalization"), BANKS)
def test_a_battery_type_brings_the_printed_bank_voltages(
    statements, kind, absorption, floating, equalization
):
    values = full_values({"lead_acid_type": kind})
    assert values["absorption_v"] == absorption
    assert values["float_v"] == floating
    if equalization is not None:
        assert values["equalization_v"] == equalization


def test_the_timetable_has_six_rows_as_the_page_in_volts_prints_them():
    # CH5.7-TOU-028, CH5.7-TOU-029
    def column(name):
        return [row.default for row in SETTINGS if row.key.startswith("tou") and name in row.key]

    assert column("_time") == ["01:00", "05:00", "09:00", "13:00", "17:00", "21:00"]
    assert column("_power_w") == [5000] * 6
    assert column("_batt_v") == [49.0, 50.2, 50.9, 51.4, 47.1, 49.0]


def test_the_page_in_percent_prints_a_timetable_that_is_taken_and_shown():
    # CH5.7-TOU-038: six rows, the first with grid charge, each 5000 W.
    times = ("01:00", "05:00", "08:00", "10:00", "15:00", "18:00")
    levels_pct = (80, 40, 40, 80, 40, 35)
    changes = {"tou_enable": True, "batt_mode": "use_batt_pct", "tou1_grid_charge": True}
    for row, (time, level_pct) in enumerate(zip(times, levels_pct, strict=True), start=1):
        changes |= {f"tou{row}_time": time, f"tou{row}_batt_pct": level_pct}
    values = full_values(changes)
    page = next(screen for screen in SCREENS if screen.key == "work2")
    shown = [row for row in page.rows if not hidden_reason(row, values)]

    def column(name):
        return [value_text(row, values[row.key]) for row in shown if row.key.endswith(name)]

    assert column("_grid_charge") == ["on", "off", "off", "off", "off", "off"]
    assert column("_time") == list(times)
    assert column("_power_w") == ["5000 W"] * 6
    assert column("_batt_pct") == [f"{level_pct} %" for level_pct in levels_pct]
    assert column("_batt_v") == []


MARKETS = [
    # statement        key                   says
    ("CH5.10-PRO-002", "solar_arc_fault_on", "US only"),
    ("CH5.10-GSP-005", "drm",                "AS4777"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "key", "says"), MARKETS)
def test_what_belongs_to_a_market_is_off_and_says_which(statement, key, says):
    assert says in find(key).meaning
    assert not find(key).default


RESERVED = [
    # statement         key
    ("CH5.10-SET-003", "system_selfcheck"),
    ("CH5.10-SET-006", "backup_delay_ms"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "key"), RESERVED)
def test_what_the_manual_takes_out_of_use_is_off_and_reserved(statement, key):
    assert find(key).use.reserved
    assert not find(key).default
