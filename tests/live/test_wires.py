"""Wires: what a device outside says stands above hands and course, and is gone with its wire."""

import pytest

from twinverter.live.wires import WIRED, Wires

# fmt: off
REFUSED = [
    # values                       says
    ({"moon": 1.0},                "moon is no input that a wire can hold"),
    ({"clock_s": 0.0},             "clock_s is no input"),
    ({"acknowledged": 1.0},        "acknowledged is no input"),
    ({"ct_ok": float("nan")},      "ct_ok = nan is no number"),
    ({"home_w_l1": float("inf")},  "home_w_l1 = inf is no number"),
]
# fmt: on


@pytest.mark.parametrize("values, said", REFUSED)
def test_a_wire_holds_known_inputs_and_numbers_only(values, said):
    wires = Wires()
    wires.put("meter", {"ct_ok": 0.0})
    with pytest.raises(ValueError, match=said):
        wires.put("meter", values)
    assert wires.shown() == {"meter": {"ct_ok": 0.0}}


def test_a_source_holds_what_it_said_last_and_nothing_once_it_is_gone():
    wires = Wires()
    own = {"ct_ok": 1.0, "bms_silent": 0.0, "drm": 0.0}
    wires.put("meter", {"ct_ok": 0.0, "drm": 2.0})
    wires.put("meter", {"ct_ok": 0.0})
    wires.put("bms", {"bms_silent": 1.0})
    assert wires.applied(dict(own)) == {"ct_ok": 0.0, "bms_silent": 1.0, "drm": 0.0}
    wires.drop("meter")
    wires.drop("meter")
    assert wires.applied(dict(own)) == {"ct_ok": 1.0, "bms_silent": 1.0, "drm": 0.0}


def test_the_inputs_a_wire_can_hold_are_those_of_the_kernel():
    assert {"bms_silent", "bms_charge_max_a", "home_w_l3", "ct_ok", "drm"} <= WIRED


def test_a_wire_stands_above_a_hand_and_is_seen_in_the_snapshot(alive):
    device = alive().world(home_w=900).run(1)
    assert device.flows["home_w"] == [300.0] * 3 and device.seen("wires") == {}
    device.twin.wire("meter", {"home_w_l1": 50.0, "home_w_l2": 0.0, "home_w_l3": 1.239})
    device.run(1)
    assert device.flows["home_w"] == [50.0, 0.0, 1.24]
    held = {"home_w_l1": 50.0, "home_w_l2": 0.0, "home_w_l3": 1.24}
    assert device.seen("wires") == {"meter": held}
    # A setting written meanwhile leaves the wire alone.
    device.set(max_charge_a=50).run(1)
    assert device.seen("wires") == {"meter": held}
    device.twin.unwire("meter")
    device.run(1)
    assert device.flows["home_w"] == [300.0] * 3 and device.seen("wires") == {}


def test_a_wire_is_not_remembered_over_a_restart(alive):
    device = alive().world(home_w=900)
    device.twin.wire("bms", {"bms_silent": 1.0})
    device.run(11)
    assert "W31" in device.alarms
    again = alive.again()
    assert again.seen("wires") == {} and "W31" not in again.run(12).alarms
    assert again.seen("world")["home_w"] == {"value": 900.0, "taken": True}
