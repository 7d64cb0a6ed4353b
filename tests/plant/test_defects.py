"""Each defect moves its own sensor and nothing else, and the balance of every step still closes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.batch.situation import quiet_inputs
from twinverter.catalog import installed
from twinverter.catalog.causes import CAUSES
from twinverter.control.signals import HEALTHY, Commands, SafetySense
from twinverter.core.blocks import Phases, total
from twinverter.core.converter import Loss
from twinverter.core.records import as_dict, build
from twinverter.plant import battery, plant, sensors
from twinverter.plant.defects import SOUND, Defects, broken
from twinverter.plant.grid import mains_v
from twinverter.plant.rlc import RlcState
from twinverter.plant.site import NO_PHASES, Site
from twinverter.plant.state import GensetState, PlantState, TrackerState

BARE = build(Site, installed.flat(installed.defaults() | installed.bank("lfp", 200.0)))
STRING = BARE.pv1._replace(
    modules=10.0, light_current_ref_a=11.5, saturation_current_ref_a=1.0e-10, series_ohm=0.3,
    shunt_ref_ohm=1000.0, ideality_ref_v=1.9, alpha_isc_a_per_k=0.0055,
    band_gap_ref_ev=1.121, band_gap_slope_per_k=-0.0002677,
)  # fmt: skip
SITE = BARE._replace(pv1=STRING, pv2=STRING)
NOON = quiet_inputs(43200.0, 50.0)._replace(irradiance1_w_m2=800.0, irradiance2_w_m2=800.0)
NIGHT = quiet_inputs(0.0, 50.0)
DEAD = NOON._replace(grid_v=NO_PHASES)
# A machine at work: both inputs carry 5 A, the mains gives 3, 2 and 1 kW, 1 kW a phase passes on.
WORKING = PlantState(
    TrackerState(400.0, 5.0, 0.9),
    TrackerState(400.0, 5.0, 0.9),
    battery.rested(SITE.battery, 0.5, 25.0),
    GensetState(0.0, 0.0, 0.0, 0.0),
    40.0,
    0.0,
    Phases(3000.0, 2000.0, 1000.0),
    0.0,
    Phases(1000.0, 1000.0, 1000.0),
    RlcState(230.0, 50.0),
    1.0,
    1.0,
)
# After a trip nothing carries current any more.
TRIPPED = WORKING._replace(
    tracker1=TrackerState(0.0, 0.0, 0.9),
    tracker2=TrackerState(0.0, 0.0, 0.9),
    grid_w=NO_PHASES,
    ld_w=NO_PHASES,
    working=0.0,
    grid_on=0.0,
)
PHASED = Phases(100.0, 200.0, 300.0)


def at(**defects):
    """Return the site with these defects."""
    return SITE._replace(defects=broken(**defects))


def felt(site, state=WORKING, inputs=NOON):
    """Return every reading by its flat name."""
    return as_dict(sensors.felt(site, state, inputs, plant.terminals(site, state, inputs)))


def moved(site, state=WORKING, inputs=NOON):
    """Return the readings that differ from those of the sound site."""
    sound = felt(SITE, state, inputs)
    return {name: to for name, to in felt(site, state, inputs).items() if to != sound[name]}


def commands(**changes):
    """Return commands of a machine that passes the mains through and converts nothing."""
    rest = Commands(**dict.fromkeys(Commands._fields, 0.0) | {"inverter_w": NO_PHASES})
    return rest._replace(
        **{"battery_on": 1.0, "own_w": 60.0, "output_on": 1.0, "grid_on": 1.0, "frequency_hz": 50.0}
        | changes
    )


def stepped(site, state=WORKING, inputs=NOON, dt_s=1.0, **asked):
    """Return state and power after one step of the plant."""
    seen = plant.terminals(site, state, inputs)
    return plant.step(site, state, inputs, seen, commands(**asked), dt_s)


# fmt: off
READINGS = [
    # cause                at         state     world  what it moves
    ("pv_insulation_ohm",  1.0e4,     WORKING,  NOON,  {"insulation_ohm": 1.0e4}),
    ("pv_arc",             1.0,       WORKING,  NOON,  {"arc": 1.0}),
    ("pv_arc",             1.0,       TRIPPED,  NOON,  {}),
    ("input1_short_a",     25.0,      WORKING,  NOON,  {"voltage1_v": 0.0, "current1_a": 25.0}),
    ("input2_short_a",     25.0,      TRIPPED,  NOON,  {"voltage2_v": 0.0, "current2_a": 25.0}),
    ("input1_short_a",     25.0,      TRIPPED,  NIGHT, {}),
    ("pv1_reversed",       1.0,       TRIPPED,  NIGHT, {}),
    ("earth_leak_a",       0.1,       WORKING,  NOON,  {"residual_a": 0.1}),
    ("earth_leak_a",       0.1,       TRIPPED,  NOON,  {}),
    ("damp_leak_a",        0.5,       WORKING,  NOON,  {}),
    ("load_short",         1.0,       WORKING,  NOON,  {"peak_a": 200.0}),
    ("load_short",         1.0,       TRIPPED,  NOON,  {"peak_a": 200.0}),
    ("bypass_a",           60.0,      WORKING,  NOON,  {"stray_a": 60.0}),
    ("bypass_a",           60.0,      TRIPPED,  NOON,  {}),
    ("bypass_a",           60.0,      WORKING,  DEAD,  {}),
    ("link_open",          1.0,       TRIPPED,  NOON,  {"link_v": 0.0}),
    ("link_short_a",       40.0,      WORKING,  NOON,  {"link_a": 40.0}),
    ("link_short_a",       40.0,      TRIPPED,  NOON,  {}),
    ("link_unbalance_v",   80.0,      WORKING,  NOON,  {"unbalance_v": 80.0}),
    ("battery_short_a",    450.0,     WORKING,  NOON,  {"battery_a": 450.0}),
    ("battery_short_a",    450.0,     TRIPPED,  NOON,  {}),
    ("bond_open",          1.0,       WORKING,  NOON,  {"bond_open": 1.0}),
    ("bond_open",          1.0,       WORKING,  DEAD,  {"bond_open": 1.0, "neutral_v": 115.0}),
    ("fan_blocked",        1.0,       WORKING,  NOON,  {"fan": 0.0}),
    ("estop",              1.0,       WORKING,  NOON,  {"estop": 1.0}),
    ("memory_unreadable",  1.0,       WORKING,  NOON,  {"memory_unreadable": 1.0}),
    ("memory_unwritable",  1.0,       WORKING,  NOON,  {"memory_unwritable": 1.0}),
    ("bms_fault",          1.0,       WORKING,  NOON,  {}),
    ("peers_loss",         0.25,      WORKING,  NOON,  {"peers_heard": 0.75}),
    ("peer_off",           1.0,       WORKING,  NOON,  {"peer_off": 1.0}),
    ("peer_clash",         1.0,       WORKING,  NOON,  {"peer_clash": 1.0}),
    # The home load takes 2, 1 and 0 kW; wrong clamps make another one of it.
    ("ct_reversed",        1.0,       WORKING,  NOON,  {"ct_w_l1": -3000.0, "home_w_l1": -4000.0}),
    ("ct_off",             1.0,       WORKING,  NOON,  {"ct_w_l1": 0.0,     "home_w_l1": -1000.0}),
    ("ct_swapped",         1.0,       WORKING,  NOON,  {"ct_w_l1": 2000.0,  "home_w_l1": 1000.0,
                                                        "ct_w_l2": 3000.0,  "home_w_l2": 2000.0}),
]
# fmt: on
AT_HOME = Phases(2000.0, 1000.0, 0.0)


@pytest.mark.parametrize("cause, value, state, world, expected", READINGS)
def test_a_defect_moves_its_own_sensor_and_nothing_else(cause, value, state, world, expected):
    world = world._replace(home_w=AT_HOME)
    assert moved(at(**{cause: value}), state, world) == expected


def test_every_cause_is_in_the_tables_above():
    own = {"pv1_reversed", "pv2_reversed"}
    assert {cause for cause, *_ in READINGS} | own == {row.key for row in CAUSES}


def test_a_sound_site_reads_what_control_calls_healthy():
    read = felt(SITE)
    assert {name: read[name] for name in SafetySense._fields} == HEALTHY._asdict()
    assert (read["ct_w_l1"], read["home_w_l1"], read["battery_a"]) == (3000.0, 0.0, 0.0)


@pytest.mark.parametrize("place", [1, 2])
def test_a_string_turned_round_shows_its_open_circuit_below_zero_and_gives_nothing(place):
    site, dark = at(**{f"pv{place}_reversed": 1.0}), TRIPPED
    open_v = felt(SITE, dark)[f"voltage{place}_v"]
    assert open_v > 400.0
    assert moved(site, dark) == {f"voltage{place}_v": -open_v}
    _, power = stepped(site, dark, pv1_on=1.0, pv2_on=1.0, pv_w=1.0e5)
    other = 3 - place
    assert getattr(power, f"pv{place}").power_w == 0.0
    assert getattr(power, f"pv{other}").power_w > 2000.0


def test_a_shorted_input_gives_nothing_but_its_current():
    _, power = stepped(at(input1_short_a=25.0), pv1_on=1.0, pv2_on=1.0, pv_w=1.0e5)
    assert power.pv1.power_w == 0.0
    assert power.pv2.power_w > 2000.0


def test_damp_creeps_in_over_its_time_constant_and_is_gone_when_dried():
    # One step of the time constant goes half of the way: backward Euler.
    wet, _ = stepped(at(damp_leak_a=0.5), dt_s=600.0)
    assert wet.leak_a == pytest.approx(0.25)
    assert moved(at(damp_leak_a=0.5), wet) == {}
    lit = wet._replace(tracker1=WORKING.tracker1)
    assert felt(at(damp_leak_a=0.5), lit)["residual_a"] == pytest.approx(0.25)
    assert stepped(at(fan_blocked=1.0), wet)[0].leak_a == 0.0
    assert stepped(SITE, wet)[0].leak_a == 0.0


def test_a_sink_whose_fan_stands_keeps_a_quarter_of_its_cooling():
    # 60 W of own consumption at 12.5 W/K: 4.8 K above the room, and 19.2 K with the fan blocked.
    lossless = SITE.bridge._replace(battery_loss=Loss(0.0, 0.0))
    for fan_blocked, sink_c in ((0.0, 29.8), (1.0, 44.2)):
        site = at(fan_blocked=fan_blocked)._replace(bridge=lossless)
        assert stepped(site, dt_s=1.0e9)[0].sink_c == pytest.approx(sink_c, abs=1e-3)


# fmt: off
BYPASSES = [
    # world  relay  L1 draws W
    (NOON,   1.0,   2300.0),
    (NOON,   0.0,   0.0),
    (DEAD,   1.0,   0.0),
]
# fmt: on


@pytest.mark.parametrize("world, relay_on, drawn_w", BYPASSES)
def test_a_bypass_is_home_load_that_the_grid_port_carries_on_l1(world, relay_on, drawn_w):
    # The terminals stand at 230 V where nothing flowed before.
    world = world._replace(home_w=PHASED)
    state = WORKING._replace(grid_w=NO_PHASES)
    _, sound = stepped(SITE, state, world, grid_on=relay_on)
    _, power = stepped(at(bypass_a=10.0), state, world, grid_on=relay_on)
    for line in ("home", "ld", "grid"):
        more = plant.less(getattr(power, line), getattr(sound, line))
        assert more == pytest.approx((drawn_w, 0.0, 0.0))


def test_the_feeder_answers_to_active_and_reactive_power():
    # 2300 W on L1 at 0.24 ohm: 2.4 V down. 6900 var injected, 2300 a phase at 0.15 ohm: 1.5 V up.
    state = WORKING._replace(grid_w=Phases(2300.0, 0.0, -2300.0), grid_var=-6900.0)
    assert mains_v(SITE, state, NOON) == pytest.approx((229.1, 231.5, 233.9))


def test_reactive_power_costs_its_square_and_reaches_the_feeder_only_through_the_relay():
    loss = SITE.bridge.inverter_loss.per_w
    after, power = stepped(SITE, reactive_var=4000.0)
    assert power.loss_w - stepped(SITE)[1].loss_w == pytest.approx(loss * 4000.0**2, rel=0.02)
    assert after.grid_var == -4000.0
    after, power = stepped(SITE, reactive_var=4000.0, grid_on=0.0, forming=1.0)
    assert after.grid_var == 0.0
    assert power.loss_w == stepped(SITE, grid_on=0.0, forming=1.0)[1].loss_w


def test_any_says_whether_something_differs_from_a_sound_site():
    assert (SOUND.any, broken(estop=0.0).any, broken(estop=1.0).any) == (0.0, 0.0, 1.0)
    assert broken(estop=1.0).but({"estop": 0.0}) == SOUND
    assert set(SOUND._asdict()) - {"any"} == {row.key for row in CAUSES}
    assert {row.key: row.sound for row in CAUSES} | {"any": 0.0} == SOUND._asdict()


WATTS = st.floats(-9000.0, 9000.0)
LOADS = st.builds(Phases, *(st.floats(0.0, 6000.0),) * 3)
FLAG = st.sampled_from([0.0, 1.0])
BREAKING = st.fixed_dictionaries(
    {},
    optional={
        row.key: FLAG if row.is_flag else st.floats(row.low, row.high, width=32) for row in CAUSES
    },
)


@settings(max_examples=150, deadline=None)
@given(
    defects=BREAKING,
    world=st.builds(
        lambda load, home, light, volts: NOON._replace(
            load_w=load, home_w=home, irradiance1_w_m2=light, grid_v=Phases(volts, 230.0, volts)
        ),
        LOADS, LOADS, st.floats(0.0, 1200.0), st.sampled_from([0.0, 230.0]),
    ),
    asked=st.fixed_dictionaries(
        {
            "grid_on": FLAG, "output_on": FLAG, "battery_on": FLAG, "pv1_on": FLAG, "pv2_on": FLAG,
            "pv_w": st.floats(0.0, 12000.0), "reactive_var": WATTS,
            "inverter_w": st.builds(Phases, *(st.floats(-3000.0, 3000.0),) * 3),
        }
    ),
    dt_s=st.sampled_from([0.001, 1.0, 60.0]),
)  # fmt: skip
def test_the_balance_closes_whatever_is_broken(defects, world, asked, dt_s):
    asked["forming"] = 1.0 - asked["grid_on"]
    _, power = stepped(at(**defects), WORKING, world, dt_s, **asked)
    sources_w = (
        power.pv1.power_w + power.pv2.power_w + power.battery_w + total(power.grid)
        + total(power.gen) + power.micro_inverter_w
        + total(power.load_unserved) + total(power.home_unserved)
    )  # fmt: skip
    sinks_w = total(world.load_w) + total(power.home) + total(power.smart_load) + power.loss_w
    assert sources_w == pytest.approx(sinks_w, rel=1e-9, abs=1e-6)


def test_a_sound_site_pays_nothing_for_the_defects_it_does_not_have():
    world = NOON._replace(home_w=PHASED)
    _, power = stepped(SITE, WORKING, world)
    assert power.home is world.home_w


def test_the_record_of_defects_is_all_floats_with_a_row_each():
    assert Defects._fields == ("any", *(row.key for row in CAUSES))
