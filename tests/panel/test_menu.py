"""The pages as data: every setting on its page in order or hidden with the reason, and why greyed."""

import pytest

from twinverter.catalog.depends import is_closed
from twinverter.catalog.errors import SettingError
from twinverter.catalog.pages import PAGES, SETTINGS
from twinverter.catalog.row import CHOICE, NUMBER
from twinverter.catalog.settings import default_values, find, full_values
from twinverter.panel.greyed import greyed, hidden, in_force
from twinverter.panel.menu import menu
from twinverter.panel.preview import preview
from twinverter.panel.refusal import refusal, refused_choices

MENU = menu()


def test_all_227_settings_are_reached_from_system_setup_in_the_manuals_order_or_hidden_with_a_reason():
    pages = {page["key"]: page for page in MENU["pages"]}
    reached = [
        path for tile in MENU["tiles"] for key in tile["pages"] for path in pages[key]["rows"]
    ]
    on_the_case = pages["button"]["rows"]
    assert len(reached) + len(on_the_case) == len(MENU["rows"]) == 227
    assert set(reached) | set(on_the_case) == {row.path for row in SETTINGS}
    for page in PAGES:
        paths = [row.path for row in page]
        assert [path for path in [*reached, *on_the_case] if path in paths] == paths
    for path in hidden(default_values()):
        assert hidden(default_values())[path], path
    for path, reason in MENU["hidden"].items():
        assert not find(path).stored and reason


def test_every_stored_setting_is_shown_in_some_state_of_the_machine():
    states = [
        {"batt_mode": "use_batt_v", "gen_on_grid_port": True},
        {"batt_mode": "use_batt_pct", "parallel_feature": True, "phase_mode": "single"},
        {"batt_mode": "lithium"},
    ]
    never = set.intersection(*(set(hidden(full_values(state))) for state in states))
    assert never == set(MENU["hidden"])


def test_tiles_stand_in_the_order_of_the_screen_and_their_pages_in_the_order_of_the_manual():
    # CH5.4-DSP-001
    assert [tile["title"] for tile in MENU["tiles"]] == [
        "Battery Setting", "System Work Mode", "Grid Setting", "Gen Port Use", "Basic Setting",
        "Advanced Function", "Li-Batt Info", "Device Info", "Installer",
    ]  # fmt: skip
    tiles = {tile["title"]: tile["pages"] for tile in MENU["tiles"]}
    assert tiles["Battery Setting"] == ["batt1", "batt2", "batt3"]
    assert tiles["System Work Mode"] == ["work1", "work2", "days"]
    assert tiles["Grid Setting"] == ["grid1", "grid2", "grid3", "grid4"]
    assert tiles["Advanced Function"] == ["func", "par"]


@pytest.mark.parametrize("path", sorted(MENU["rows"]))
def test_a_field_carries_what_editing_it_needs(path):
    facts, row = MENU["rows"][path], find(path)
    assert facts["label"] == row.label and facts["kind"] == row.kind
    assert facts["meaning"] and facts["section"]
    assert path in next(page["rows"] for page in MENU["pages"] if page["key"] == facts["page"])
    if row.kind == NUMBER:
        assert (facts["low"], facts["high"], facts["step"]) == (row.low, row.high, row.step)
        assert facts["default"] == row.default
    if row.kind == CHOICE:
        assert [choice["value"] for choice in facts["choices"]] == list(row.choices)


def test_the_timetable_knows_row_and_column_of_its_fields():
    places = [facts["table"] for facts in MENU["rows"].values() if "table" in facts]
    assert len(places) == 36
    assert {place["row"] for place in places} == set(range(1, 7))
    columns = {"grid_charge", "gen_charge", "time", "power_w", "batt_v", "batt_pct"}
    assert {place["column"] for place in places} == columns


def test_battery_currents_name_the_setting_that_holds_the_mark_of_confirmation():
    # CH5.6-CHG-004, CH5.6-CHG-005
    marked = [path for path, facts in MENU["rows"].items() if "confirm_above" in facts]
    assert marked == ["battery.max_charge_a", "battery.max_discharge_a"]


def test_the_world_table_comes_with_bounds_and_kinds():
    controls = {control["key"]: control for control in MENU["world"]}
    assert controls["sun_w_m2"]["low"] == 0.0 and controls["sun_w_m2"]["unit"]
    assert controls["grid_on"]["kind"] == "switch"


SENTENCES = [
    # field                            changes                                        sentence
    ("time_of_use.tou1_gen_charge",    {"tou_enable": True, "gen_charge": False},     "Gen Charge is off (Battery Setting, Batt Set2)"),
    ("battery.gen_charge_a",           {"gen_charge": False},                         "Gen Charge is off"),
    ("battery.grid_charge_a",          {"batt_mode": "no_batt", "grid_charge": True}, "Batt Mode is No Batt (Battery Setting, Batt Mode)"),
    ("battery.max_charge_a",           {"batt_mode": "no_batt"},                      "Batt Mode is No Batt"),
    ("battery.gen_charge",             {"gen_port_mode": "smart_load_output"},        "Mode is Smart Load Output (Gen Port Use, PORT Set1)"),
    ("battery.gen_force",              {"gen_port_mode": "micro_inv_input"},          "Mode is Micro Inv Input and GEN connect to Grid Input is off (Gen Port Use, PORT Set1)"),
    ("work_mode.max_sell_power_w",     {},                                            "Work mode is Zero Export To Load and Solar Sell is off and Mode is Generator Input (Gen Port Use, PORT Set1)"),
    ("work_mode.solar_sell",           {"work_mode": "selling_first"},                "Work mode is Selling First"),
    ("grid.grid_vol_high",             {"grid_mode": "cpuc_rule21"},                  "Grid Mode is CPUC RULE21 (Grid Setting, Grid Set1)"),
    ("grid.vrt_hv2_v",                 {"grid_mode": "vde_4105"},                     "Grid Mode is VDE-AR-N 4105 (Grid Setting, Grid Set1)"),
    ("grid.fw_enable",                 {"grid_mode": "vde_4105"},                     "Grid Mode is VDE-AR-N 4105 (Grid Setting, Grid Set1)"),
    ("grid.qv_v1",                     {"grid_mode": "vde_4105"},                     "Q(V) is off"),
    ("battery.equalization_hours",     {"equalization_days": 0},                      "Equalization Days is 0 days"),
    ("gen_port.smart_power_w",         {},                                            "Mode is Generator Input"),
    ("basic.clock_hour",               {},                                            "Time Syncs is on"),
    ("advanced.system_selfcheck",      {},                                            "For factory use, the manual shows it disabled (5.10)"),
    ("bms.bms_soc_pct",                {},                                            "Batt Mode is Use Batt % (Battery Setting, Batt Mode)"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "changes", "sentence"), SENTENCES)
def test_a_greyed_field_names_the_setting_to_blame_and_its_page(path, changes, sentence):
    assert greyed(default_values() | changes)[path] == sentence


FREE = [
    ("time_of_use.tou1_gen_charge",    {"tou_enable": True, "gen_charge": True}),
    ("work_mode.max_sell_power_w",     {"work_mode": "selling_first"}),
    ("grid.grid_vol_high",             {"grid_mode": "general_standard"}),
    ("grid.qv_enable",                 {"grid_mode": "vde_4105"}),
    ("grid.normal_ramp_pct_s",         {"grid_mode": "vde_4105"}),
    ("basic.lock_out_all_changes",     {}),
    ("basic.factory_reset",            {}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "changes"), FREE)
def test_what_can_be_used_is_not_greyed(path, changes):
    assert path not in greyed(default_values() | changes)


def test_fields_of_a_grid_mode_show_what_its_code_puts_in_force():
    # CH5.8-GRD-010, C-47
    values = default_values()
    assert in_force(values) == {}
    ruling = in_force(values | {"grid_mode": "g98", "grid_vol_high": 250.0})
    assert ruling["grid.grid_vol_high"] == pytest.approx(1.14 * 230.0)
    assert set(ruling) <= set(greyed(values | {"grid_mode": "g98"}))


def test_only_the_factorys_own_check_is_closed_for_good():
    assert [row.key for row in SETTINGS if is_closed(row)] == ["system_selfcheck"]


def test_choices_of_other_machines_are_refused_with_the_reason():
    assert refused_choices() == {
        "grid.grid_type": {
            "1p_220": "220V Single Phase is refused on this three-phase machine",
            "split_120_240": "120/240V Split Phase is refused on this three-phase machine",
            "1p_120": "120V Single Phase is refused on this three-phase machine",
        }
    }


def refused_text(key, value):
    with pytest.raises(SettingError) as refused:
        find(key).parse(value)
    return refusal(refused.value, default_values())["text"]


REFUSED = [
    # setting              typed            said
    ("max_charge_a",       200,             "Max A Charge not taken: 200 A is above the largest value, 190 A. Still 40 A."),
    ("max_charge_a",       -1,              "Max A Charge not taken: -1 A is below the smallest value, 0 A. Still 40 A."),
    ("max_charge_a",       1.5,             "Max A Charge not taken: 1.5 A is not a whole number. Still 40 A."),
    ("max_charge_a",       "many",          "Max A Charge not taken: many is not a number. Still 40 A."),
    ("power_factor",       0.5,             "PF not taken: 0.5 lies between -0.8 and 0.8. Still 1.000."),
    ("grid_type",          "1p_220",        "Grid Type not taken: 220V Single Phase is refused on this three-phase machine. Still 230/400V 3 Phase."),
    ("solar_sell",         "maybe",         "Solar Sell not taken: maybe is not on or off. Still off."),
    ("tou1_time",          "25:00",         "Time (row 1) not taken: 25:00 is not a time of day, 00:00 to 24:00. Still 01:00."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "typed", "said"), REFUSED)
def test_a_refusal_names_field_value_bound_and_what_stays_in_force(key, typed, said):
    assert refused_text(key, typed) == said


def seen(**changes):
    """Return the preview of changes over the defaults."""
    values = default_values()
    return preview(changes, values, lambda parsed: values | dict(parsed))


def test_a_page_being_edited_shows_what_its_entries_would_free_and_grey():
    view = seen(grid_charge=True)
    assert "battery.grid_charge_a" not in view["greyed"]
    assert view["errors"] == {} and view["confirm"] == [] and view["offered"] == {}


def test_a_grid_mode_being_chosen_shows_its_figures_and_writes_none_of_them():
    view = seen(grid_mode="as4777_a")
    assert view["in_force"]["grid.vrt_hv2_v"] == 275.0
    assert view["offered"] == {} and view["errors"] == {} and view["confirm"] == []


def test_a_choice_shows_the_fields_it_writes_beside_it():
    # C-38
    values = default_values()
    wet = preview(
        {"lead_acid_type": "wet"}, values, lambda _: full_values({"lead_acid_type": "wet"})
    )
    assert wet["offered"] == {
        "battery.float_v": 55.0,
        "battery.absorption_v": 59.0,
        "battery.equalization_v": 59.0,
    }


CONFIRMED = [
    # changes                                                     asked
    ({"max_charge_a": 115},                                       []),
    ({"max_charge_a": 116},                                       ["Max A Charge 116 A: above 115 A cable, breaker and battery must allow it."]),
    ({"max_discharge_a": 150},                                    ["Max A Discharge 150 A: above 115 A cable, breaker and battery must allow it."]),
    ({"max_charge_a": 150, "battery_current_confirm_a": 190},     []),
    ({"batt_mode": "no_batt"},                                    ["Saving restarts the inverter (F13)."]),
    ({"max_charge_a": 40},                                        []),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "asked"), CONFIRMED)
def test_an_entry_asks_again_where_it_should(changes, asked):
    assert seen(**changes)["confirm"] == asked


def test_an_edited_page_hears_of_every_wrong_field_at_once():
    errors = seen(max_charge_a=500, float_v=99)["errors"]
    assert set(errors) == {"max_charge_a", "float_v"}
    errors = seen(shutdown_soc_pct=60)["errors"]
    assert errors == {
        "battery.shutdown_soc_pct": "Shutdown % not taken: 60 % must be at most Low Batt % (35 %). Still 20 %."
    }


def test_what_only_the_installation_forbids_is_an_error_too():
    def no_clamps(parsed):
        raise SettingError(
            "work_mode.work_mode", parsed["work_mode"], reason="needs clamps or a meter"
        )

    view = preview({"work_mode": "zero_export_ct"}, default_values(), no_clamps)
    assert list(view["errors"]) == ["work_mode.work_mode"]
    assert view["errors"]["work_mode.work_mode"].startswith("Work mode not taken: ")


def test_a_name_that_is_no_setting_is_told_with_the_nearest():
    errors = seen(max_charge=40)["errors"]
    assert "did you mean battery.max_charge_a?" in errors["max_charge"]
