"""Codes of charge and heat, whose stories take hours: hot, cold, full, empty, silent (C-64, C-65)."""

import pytest

from tests.stories.patient import Patient, lacks, shows

ISLAND = {"forced_island": 1.0}
STRONG = {"max_discharge_a": 190, "gen_charge": 0}
HOUR_S = 3600.0


def test_a_battery_in_a_hot_room_rests_at_55_degc_and_works_again_below_50(machine):
    """F51: its own management has stopped charging at 50 already; DERATE tells of the room."""
    patient = Patient(machine).run(5).strike({"ambient_c": 57.0})
    _, codes = patient.within(shows("F51"), 86400.0, 60.0)
    assert codes == {"DERATE", "F51"} and patient.stops == "battery"
    assert patient.m.flows.battery_c == pytest.approx(55.0, abs=0.1)
    patient.mend()
    _, codes = patient.within(lacks("F51"), 86400.0, 60.0)
    assert codes == {"F51"} and patient.m.flows.battery_c == pytest.approx(50.0, abs=0.2)
    assert patient.run(600).codes == set()


def test_ten_seconds_of_heat_are_needed(machine):
    patient = Patient(machine).run(5)
    patient.m.bank(temp_c=55.5)
    found_s, codes = patient.within(shows("F51"), 20.0)
    assert found_s == 10.0 and codes == {"F51"}


def test_a_frozen_battery_is_not_charged_until_it_is_two_degrees_above_the_limit(machine):
    """COLDCHG."""
    patient = Patient(machine).run(5).strike({"ambient_c": -5.0})
    patient.within(shows("COLDCHG"), 86400.0, 60.0)
    assert patient.codes == {"COLDCHG"} and patient.stops == "battery"
    assert -0.1 < patient.m.flows.battery_c <= 0.0
    # It may still be discharged.
    patient.m.world(sun=0.0, forced_island=1.0).run(60)
    assert patient.codes == {"COLDCHG"} and patient.m.battery_w > 1000.0
    patient.mend()
    patient.within(lacks("COLDCHG"), 86400.0, 60.0)
    assert patient.m.flows.battery_c == pytest.approx(2.0, abs=0.2) and patient.codes == set()


@pytest.mark.parametrize("settings, beside", [({}, {"W02"}), ({"fan_present": 0}, set())])
def test_a_blocked_fan_under_load_ends_in_a_hot_sink_and_ten_minutes_of_rest(
    machine, settings, beside
):
    """F64, W02, CH7-FLT-044: 90 degC for 3 s; back below 65 degC and not before ten minutes."""
    world = {"sun": 8000.0, "load": 8000.0, "lossless": False}
    patient = Patient(machine, STRONG | settings, **world, **ISLAND).run(20)
    patient.strike({"fan_blocked": 1.0, "ambient_c": 40.0})
    _, codes = patient.within(shows("F64"), 12 * HOUR_S, 10.0)
    assert codes == {"F64"} | beside and patient.stops == "machine"
    assert patient.m.flows.sink_c == pytest.approx(90.0, abs=0.5)
    patient.mend()
    rested_s, codes = patient.within(lacks("F64"), 2 * HOUR_S, 10.0)
    assert rested_s >= 590.0 and patient.m.flows.sink_c <= 65.0 and codes <= {"F64"}
    assert patient.run(10).stops == "nothing" and patient.codes == set()


# fmt: off
@pytest.mark.parametrize("dt_s, found_s", [(0.001, 0.1), (1.0, 1.0), (60.0, 60.0)])
# fmt: on
def test_a_string_that_is_too_long_rests_above_800_volts_and_comes_back_below_780(machine, dt_s, found_s):
    """F55: 18 modules of 47 V without load; a string's own voltage stands while nothing is taken."""
    patient = Patient(machine).run(5)
    sound = patient.m.site
    patient.m.set(power_button=0).run(2)
    patient.m.site = sound._replace(pv1=sound.pv1._replace(modules=18.0))
    found, codes = patient.within(shows("F55"), 200.0, dt_s)
    assert found == pytest.approx(found_s, abs=1.5 * dt_s) and codes == {"OFF", "F55"}
    patient.m.set(power_button=1).run(15)
    assert patient.codes == {"F55"} and patient.stops == "input"
    patient.m.site = sound
    gone_s, _ = patient.within(lacks("F55"), 90.0)
    assert gone_s == pytest.approx(60.0, abs=1.0)
    assert patient.run(1).codes == set() and patient.stops == "nothing"


def test_a_battery_charged_too_high_stops_the_machine_until_it_has_calmed_down(machine):
    """F55: above 60.5 V for 2 s, above 63 V for 0.01 s; below 59.5 V for 60 s it goes."""
    for cells, dt_s, due_s in ((1.22, 0.1, 2.0), (1.3, 0.001, 0.01)):
        patient = Patient(machine).run(5)
        sound = patient.m.site
        high = sound.battery._replace(ocv_v=tuple(v * cells for v in sound.battery.ocv_v))
        patient.m.site = sound._replace(battery=high)
        patient.run(dt_s, dt_s)  # the terminals follow within a step
        found_s, codes = patient.within(shows("F55"), 4.0, dt_s)
        assert codes == {"F55"} and found_s == pytest.approx(due_s, abs=1.1 * dt_s)
        assert patient.run(1).stops == "machine"
        patient.m.site = sound
        gone_s, _ = patient.within(lacks("F55"), 90.0)
        assert gone_s == pytest.approx(60.0, abs=2.0)
        patient.within(lambda it: it.stops == "nothing", 70.0)


def test_a_bank_run_down_to_40_volts_rests_until_it_is_back_at_42_for_a_minute(machine):
    """F56, CH7-FLT-038: on grid the loads go on."""
    patient = Patient(machine, {"batt_mode": "use_batt_pct"}, chemistry="agm", sun=0.0).run(5)
    sound = patient.m.site
    low = sound.battery._replace(ocv_v=tuple(v * 0.8 for v in sound.battery.ocv_v))
    patient.m.site = sound._replace(battery=low)
    patient.run(1)
    found_s, codes = patient.within(shows("F56"), 5.0, 0.1)
    assert codes == {"F56"} and found_s == pytest.approx(2.0, abs=0.2)
    assert "load" in patient.m.relays and patient.m.battery_w <= 0.0
    patient.m.site = sound
    gone_s, _ = patient.within(lacks("F56"), 90.0)
    assert gone_s == pytest.approx(61.0, abs=1.1) and patient.run(30).codes == set()


@pytest.mark.parametrize("tries", [1, 4])
def test_a_shortage_ends_at_once_with_the_mains(machine, tries):
    """F56: tried again after 60 s, three times an hour, then latched; mains or engine end it at once."""
    patient = Patient(machine, STRONG, sun=0.0, grid="off").run(70)
    patient.strike({"bms_discharge_max_a": 5.0})
    patient.within(shows("F56"), 2.0)
    assert patient.run(tries * 62 - 50).codes == {"F35", "F56"}
    patient.m.world(grid="on")
    back_s, _ = patient.within(lacks("F56"), 70.0)
    assert back_s <= 62.0 and patient.run(5).codes == set() and patient.stops == "pv"


def test_a_silent_bms_is_warned_of_first_and_stops_the_machine_where_somebody_wants_that(machine):
    """F58, W31, CH7-FLT-040: 10 s and 30 s; valid frames for 10 s end it."""
    patient = Patient(machine, {"bms_err_stop": 1}).run(5).strike({"bms_silent": 1.0})
    assert patient.within(shows("W31"), 20.0) == (10.0, {"W31"})
    assert patient.stops == "nothing"
    assert patient.within(shows("F58"), 30.0) == (20.0, {"W31", "F58"})
    assert patient.codes == {"F58"} and patient.stops == "machine"
    patient.mend()
    gone_s, codes = patient.within(lacks("F58"), 20.0)
    assert gone_s == 10.0 and codes <= {"F58"} and patient.run(60).codes == set()
    assert patient.stops == "nothing"


def test_a_battery_runs_low_shuts_down_and_comes_back_at_restart(machine):
    """LOWBAT half a percent below 35 %, BATSHUT at 20 %, output at 50 %."""
    patient = Patient(machine, STRONG, sun=0.0, soc=0.36, load=3000.0, **ISLAND).run(5)
    assert patient.codes == set()
    _, codes = patient.within(shows("LOWBAT"), HOUR_S)
    assert codes == {"LOWBAT"} and patient.m.soc == pytest.approx(0.3445, abs=0.002)
    _, codes = patient.within(shows("BATSHUT"), HOUR_S)
    assert codes == {"LOWBAT", "BATSHUT"} and patient.m.soc == pytest.approx(0.199, abs=0.002)
    assert "load" not in patient.m.relays and {"normal"} & patient.lamps == set()
    patient.m.world(sun=8000.0)
    patient.within(lacks("LOWBAT"), 12 * HOUR_S, 10.0)
    assert patient.m.soc == pytest.approx(0.37, abs=0.01) and patient.codes == {"BATSHUT"}
    patient.within(lacks("BATSHUT"), 12 * HOUR_S, 10.0)
    assert patient.m.soc == pytest.approx(0.50, abs=0.01)
    assert patient.codes == set() and patient.stops == "nothing"


def test_the_mains_brings_the_loads_back_at_once_and_the_battery_waits(machine):
    """BATSHUT: C-43."""
    patient = Patient(machine, STRONG, sun=0.0, soc=0.22, load=3000.0, grid="off").run(5)
    patient.within(shows("BATSHUT"), HOUR_S)
    patient.m.world(grid="on")
    back_s, _ = patient.within(lambda it: "load" in it.m.relays, 70.0)
    assert back_s == pytest.approx(61.0, abs=1.1)
    assert patient.run(600).codes == {"LOWBAT"} and patient.m.battery_w <= 0.0
