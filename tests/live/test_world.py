"""The world's controls: what is taken holds, what is given back follows the house again."""

import pytest

from twinverter.catalog.errors import SettingError
from twinverter.catalog.settings import full_values, kernel_settings
from twinverter.live.hands import Hands
from twinverter.live.world import CONTROLS, MOMENT, SLIDER, taken_value

SETTINGS = kernel_settings(full_values({}))
LIVE = {"grid_v_l1": 225.0, "grid_v_l2": 226.0, "grid_v_l3": 227.0, "grid_hz": 49.9}
DEAD = {"grid_v_l1": 0.0, "grid_v_l2": 0.0, "grid_v_l3": 0.0, "grid_hz": 0.0}


def row(**changes):
    """Return a row of the course: sunny, loaded, with mains, nothing wrong."""
    plain = {"irradiance1_w_m2": 600.0, "irradiance2_w_m2": 400.0, "cell1_c": 50.0, "cell2_c": 42.0}
    plain |= {"ambient_c": 25.0, "micro_inverter_w": 800.0, "gen_by_hand": 0.0, "bms_silent": 0.0}
    plain |= {"drm": 0.0, "forced_island": 0.0}
    plain |= dict.fromkeys(("phase_order_ok", "ct_ok", "gen_ready", "battery_sensor_ok"), 1.0)
    for phase, load_w in (("l1", 100.0), ("l2", 200.0), ("l3", 300.0)):
        plain |= {f"load_w_{phase}": load_w, f"home_w_{phase}": 50.0, f"smart_load_w_{phase}": 0.0}
    return plain | LIVE | changes


# fmt: off
TAKEN = [
    # taken                         of a row  gives
    ({},                             LIVE,    {}),
    ({"load_l2_w": 1500.0},          LIVE,    {"load_w_l2": 1500.0}),
    ({"home_w": 900.0},              LIVE,    {"home_w_l1": 300.0, "home_w_l2": 300.0, "home_w_l3": 300.0}),
    ({"smart_load_w": 600.0},        LIVE,    {"smart_load_w_l1": 200.0, "smart_load_w_l2": 200.0, "smart_load_w_l3": 200.0}),
    ({"appliance.kettle": 1.0},      LIVE,    {"load_w_l1": 2100.0}),
    ({"appliance.kettle": 0.0},      LIVE,    {}),
    ({"load_l1_w": 0.0, "appliance.kettle": 1.0, "appliance.fridge": 1.0}, LIVE, {"load_w_l1": 2150.0}),
    ({"grid_on": 0.0},               LIVE,    DEAD),
    ({"grid_on": 0.0, "grid_l1_v": 240.0}, LIVE, DEAD),
    ({"grid_on": 1.0},               LIVE,    {}),
    ({"grid_on": 1.0},               DEAD,    {"grid_v_l1": 230.0, "grid_v_l2": 230.0, "grid_v_l3": 230.0, "grid_hz": 50.0}),
    ({"grid_l1_v": 180.0},           LIVE,    {"grid_v_l1": 180.0}),
    ({"grid_l1_v": 180.0},           DEAD,    {}),
    ({"grid_hz": 52.0},              LIVE,    {"grid_hz": 52.0}),
    ({"sun_w_m2": 500.0},            LIVE,    {"irradiance1_w_m2": 500.0, "cell1_c": 46.0, "irradiance2_w_m2": 500.0, "cell2_c": 46.0}),
    ({"ambient_c": 35.0},            LIVE,    {"ambient_c": 35.0, "cell1_c": 60.0, "cell2_c": 52.0}),
    ({"cloud": 100.0},               LIVE,    {"irradiance1_w_m2": 150.0, "cell1_c": 32.0, "irradiance2_w_m2": 100.0, "cell2_c": 30.0, "micro_inverter_w": 200.0}),
    ({"cloud": 100.0, "micro_inverter_w": 900.0, "sun_w_m2": 0.0}, LIVE, {"irradiance1_w_m2": 0.0, "cell1_c": 26.0, "irradiance2_w_m2": 0.0, "cell2_c": 26.0, "micro_inverter_w": 900.0}),
    ({"bms_silent": 1.0, "ct_ok": 0.0}, LIVE, {"bms_silent": 1.0, "ct_ok": 0.0}),
    ({"drm.0": 1.0},                 LIVE,    {"drm": 1.0}),
    ({"drm.5": 1.0, "drm.1": 1.0},   LIVE,    {"drm": 34.0}),
    ({"drm.5": 0.0, "drm.8": 1.0},   {"drm": 32.0}, {"drm": 256.0}),
    ({"forced_island": 1.0},         LIVE,    {"forced_island": 1.0}),
    ({"gen_ready": 0.0, "phase_order_ok": 0.0}, LIVE, {"gen_ready": 0.0, "phase_order_ok": 0.0}),
]
# fmt: on


@pytest.mark.parametrize("taken, mains, changes", TAKEN)
def test_what_hands_hold_is_in_the_row_and_the_rest_follows_the_house(taken, mains, changes):
    own = row(**mains)
    assert Hands(taken, SETTINGS, 2).applied(dict(own)) == pytest.approx(own | changes)


def test_a_plane_without_modules_gets_no_light():
    lit = Hands({"sun_w_m2": 500.0}, SETTINGS, 1).applied(row(irradiance2_w_m2=0.0))
    assert (lit["irradiance1_w_m2"], lit["irradiance2_w_m2"]) == (500.0, 0.0)


def test_what_is_shown_is_the_hand_where_it_holds_and_the_house_where_not():
    hands = Hands({"load_l1_w": 700.0, "appliance.pump": 1.0, "cloud": 100.0}, SETTINGS, 2)
    shown = hands.shown(row(), battery_c=31.239, own={})
    assert shown["load_l1_w"] == {"value": 700.0, "taken": True}
    # Neither the pump nor the cloud moves a control that nobody holds.
    assert shown["load_l2_w"] == {"value": 200.0, "taken": False}
    assert shown["sun_w_m2"] == {"value": 600.0, "taken": False}
    assert shown["appliance.pump"] == {"value": True, "taken": True}
    assert shown["home_w"] == {"value": 150.0, "taken": False}
    assert shown["battery_c"] == {"value": 31.24, "taken": False}
    assert shown["grid_on"] == {"value": True, "taken": False}
    assert list(shown) == [control.key for control in CONTROLS]


# fmt: off
REFUSED = [
    # key         value         says
    ("sun_w_m2",  1201,         "allowed: 0 to 1200 W/m2"),
    ("sun_w_m2",  -1,           "is out of range"),
    ("grid_hz",   43.9,         "allowed: 44 to 66 Hz"),
    ("load_l1_w", float("nan"), "is out of range"),
    ("load_l1_w", "much",       "is out of range"),
    ("load_l1_w", None,         "is out of range"),
    ("grid_on",   0.5,          "is not on or off"),
    ("grid_on",   "perhaps",    "is not on or off"),
    ("moon",      1,            "is nothing in the world"),
]
# fmt: on


@pytest.mark.parametrize("key, value, said", REFUSED)
def test_a_control_says_why_it_does_not_go_there(key, value, said):
    with pytest.raises(SettingError, match=said) as refused:
        taken_value(key, value)
    assert refused.value.key == key


def test_every_slider_has_room_and_every_switch_is_zero_or_one():
    keys = [control.key for control in CONTROLS]
    assert len(set(keys)) == len(keys)
    for control in CONTROLS:
        assert control.low < control.high and control.step <= control.high - control.low
        if control.kind != SLIDER:
            assert (control.low, control.high) == (0.0, 1.0)
    assert [control.key for control in CONTROLS if control.kind == MOMENT] == ["acknowledged"]
