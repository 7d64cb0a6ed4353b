"""What somebody breaks is what the diagnosis of its alarm names first, by what was measured."""

import pytest

from tests.live.conftest import QUIET
from twinverter.catalog.causes import BY_KEY
from twinverter.scenario.house import load_house
from twinverter.words.diagnosis import LIKELY, diagnosed
from twinverter.words.readings import Readings

SECOND_STRING = """[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = 12
azimuth_deg = 240
[site.battery]"""
CLAMPS = {"work_mode": "zero_export_ct"}
PEERS = {"parallel_feature": True, "parallel_enable": True}
ALONE, ARCS, ISLAND = {"grid_on": False}, {"solar_arc_fault_on": True}, {"signal_island_mode": True}


@pytest.fixture(scope="module")
def two_strings(tmp_path_factory):
    path = tmp_path_factory.mktemp("house") / "two.toml"
    path.write_text(QUIET.replace("[site.battery]", SECOND_STRING), encoding="utf-8")
    return load_house(path)


# fmt: off
BROKEN = [
    # what is broken       code   within s  set    world   what the first cause says
    ("pv1_reversed",       "F01",     10,   {},    {},     "plus and minus are exchanged"),
    ("pv2_reversed",       "F01",     10,   {},    {},     "plus and minus are exchanged"),
    ("pv_insulation_ohm",  "F24",    300,   {},    {},     "10.0 kohm to earth"),
    ("pv_arc",             "F63",     10,   ARCS,  {},     "the pattern of an arc"),
    ("input1_short_a",     "F17",     10,   {},    {},     "25.0 A flowed at input 1"),
    ("input2_short_a",     "F17",     10,   {},    {},     "25.0 A flowed at input 2"),
    ("earth_leak_a",       "F23",     10,   {},    {},     "jumped from 0 mA to 100 mA"),
    ("damp_leak_a",        "F16",   2000,   {},    {},     "The leakage rose from 0 mA to 30"),
    ("load_short",         "F18",     10,   {},    {},     "momentary current of 200 A"),
    ("bypass_a",           "F33",     30,   {},    {},     "past the LOAD sensor"),
    ("link_open",          "F07",    100,   {},    {},     "reached only 0 V"),
    ("link_short_a",       "F21",     10,   {},    {},     "40.0 A flowed in the DC link"),
    ("link_unbalance_v",   "F26",     10,   {},    {},     "differed by 80 V"),
    ("battery_short_a",    "F20",     30,   {},    {},     "flowed out of the battery"),
    ("bond_open",          "F08",    100,   ISLAND, ALONE, "had not closed"),
    ("fan_blocked",        "W02",     30,   {},    {},     "The fan turned at 0 %"),
    ("estop",              "F22",     10,   {},    {},     "The stop input was closed"),
    ("memory_unwritable",  "F06",     30,   {},    {},     "could not be read back"),
    ("bms_fault",          "F46",     30,   {},    {},     "its own fault flag"),
    ("ct_reversed",        "W05",     60,   CLAMPS, {},    "300 W more flowed on L1, the clamp there read −300 W more"),
    ("ct_off",             "W06",     60,   CLAMPS, {},    "moved on L1, and no clamp followed"),
    ("ct_swapped",         "W06",     60,   CLAMPS, {},    "moved on L1, and the clamp of L2 followed"),
    ("peers_loss",         "W32",     30,   PEERS, {},     "Only 80 % of the heartbeats"),
    ("peer_off",           "F41",     30,   PEERS, {},     "Another unit reported that it is off"),
    ("peer_clash",         "F29",     30,   PEERS, {},     "Two units answered under one address"),
]
# fmt: on


@pytest.mark.parametrize(
    ("cause", "code", "within_s", "settings", "world", "words"),
    BROKEN,
    ids=[row[0] for row in BROKEN],
)
def test_what_is_broken_comes_first(
    alive, two_strings, cause, code, within_s, settings, world, words
):
    living = alive(house=two_strings, work_mode="selling_first")
    living.world(sun_w_m2=800, load_l1_w=1000, load_l2_w=800, load_l3_w=1200).run(100)
    living.world(**world).world(**{f"defect.{cause}": BY_KEY[cause].usual}).run(1)
    if settings:
        living.set(**settings)
    for _ in range(100):
        if code in living.run(max(1.0, within_s / 100.0)).alarms:
            break
    rose = next(one for one in living.store.journal() if one.code == code and one.raised)
    case = living.store.alarm(rose.seq)[2]
    first = diagnosed(code, Readings(case.clock_s, case.times_s, case.figures))[0]
    assert (first.key, first.verdict) == (cause, LIKELY)
    assert words in " ".join(first.because).replace("\N{NO-BREAK SPACE}", " ")
