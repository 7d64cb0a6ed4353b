"""What protection finds on the PV side: leakage, insulation, arcs, polarity (C-64, C-65)."""

import pytest

from tests.control.felt import Sensors

ARC = {"solar_arc_fault_on": 1}


def test_a_leak_that_creeps_is_told_by_its_height_whatever_the_step(machine):
    """F16 and not F23: 0.5 A with a time constant of 600 s passes 300 mA after 550 s."""
    for dt_s in (1.0, 10.0, 60.0):
        seen, passed_s = Sensors(machine), 0.0
        while not seen.run(dt_s, dt_s).codes:
            passed_s += dt_s
            seen.read({"safety.residual_a": 0.5 * (1.0 - 2.718281828 ** (-passed_s / 600.0))})
        assert seen.codes == {"F16"} and seen.stopped == "pv"
        assert passed_s == pytest.approx(550.0, abs=1.5 * dt_s)


@pytest.mark.parametrize("residual_a, code", [(0.1, "F23"), (0.4, "F16")])
def test_leakage_that_the_strings_do_not_end_stops_the_whole_machine(machine, residual_a, code):
    """CH9-PRO-034: C-65; after the pause it is found again under the same code."""
    seen = Sensors(machine)
    if code == "F16":
        for milliamperes in range(400):
            seen.read({"safety.residual_a": milliamperes / 1000.0}).run(2, 2.0)
            if seen.codes:
                break
    else:
        seen.read({"safety.residual_a": residual_a}).run(0.4, 0.1)
    assert seen.codes == {code} and seen.stopped == "pv"
    assert seen.run(1, 0.1).codes == {code} and seen.stopped == "machine"
    # It flows only while the machine works.
    for _ in range(600):
        flows = seen.stopped != "machine"
        seen.read({"safety.residual_a": residual_a if flows else 0.0}).run(1)
        assert seen.codes <= {code}
    assert seen.state.output.latched == 1.0


def test_a_failed_insulation_test_is_repeated_every_minute_in_the_light(machine):
    """CH7-FLT-020, CH9-PRO-033: above 36 kOhm it ends, at night nobody can tell."""
    seen = Sensors(machine).read({"safety.insulation_ohm": 20e3}).run(5)
    assert seen.codes == {"F24"} and seen.why["pv"] == "pv_blocked"
    assert seen.read({"safety.insulation_ohm": 35.9e3}).run(120).codes == {"F24"}
    dark = {"pv.voltage1_v": 0.0, "pv.voltage2_v": 0.0, "safety.insulation_ohm": 1e7}
    assert seen.read(dark).run(120).codes == {"F24"}
    assert seen.mend().run(61).codes == set()


def test_an_arc_that_dies_and_comes_back_within_its_window_is_one(machine):
    """0.1 s of arc, a break, and 0.15 s more; after a break of 2.5 s it begins anew."""
    for break_s, codes in ((0.5, {"F63"}), (2.5, set())):
        seen = Sensors(machine, ARC).read({"safety.arc": 1.0}).run(0.1, 0.01)
        seen.mend().run(break_s, 0.01)
        assert seen.read({"safety.arc": 1.0}).run(0.15, 0.01).codes == codes


def test_a_reversed_string_waits_for_the_light_to_be_found_right(machine):
    """CH9-PRO-032: at night the block stays."""
    seen = Sensors(machine).read({"pv.voltage1_v": -500.0}).run(2)
    assert seen.codes == {"F01"} and seen.commands.pv1_on == 0.0 and seen.commands.pv2_on == 1.0
    assert seen.read({"pv.voltage1_v": 0.0}).run(300).codes == {"F01"}
    assert seen.read({"pv.voltage1_v": 500.0}).run(4).codes == {"F01"}
    assert seen.run(2).codes == set() and seen.state.limits.input1.on == 0.0
    assert seen.run(60).state.limits.input1.on == 1.0
