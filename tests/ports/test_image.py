"""The register image: it shows the moment on disk, and what is written comes back unchanged."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ports.conftest import Device
from tests.ports.living import LEAD, QUIET, quiet_house
from twinverter.catalog.held import HELD, TWIN
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.registers import REGISTERS
from twinverter.catalog.row import CHOICE, NUMBER, SWITCH
from twinverter.catalog.settings import find, parse_values
from twinverter.catalog.telemetry import TELEMETRY
from twinverter.ports.dialect import dialect
from twinverter.ports.image import Refused
from twinverter.ports.readings import READINGS
from twinverter.scenario.house import load_house

MAPPED = {
    place for entry in REGISTERS for place in range(entry.address, entry.address + entry.words)
}
ON_WIRE = [row for row in SETTINGS if row.words]
ROWS = {row.key: row for row in TELEMETRY}


# ---- reading -----------------------------------------------------------------------------------


def test_every_register_of_the_family_can_be_read(device):
    for first in (*range(0, 1500, 125), 10000):
        assert len(device.image.read(first, 125)) == 125
    assert all(isinstance(device.image.value(row.key), float | int | str) for row in TELEMETRY)
    assert all(device.image.value(row.key) == device.twin.values[row.key] for row in ON_WIRE)


def test_addresses_that_no_row_names_read_zero(device):
    reserved = [place for place in range(1500) if place not in MAPPED]
    assert len(reserved) > 300
    assert {device.word(place) for place in reserved} == {0}


# fmt: off
BLOCKS = (
    # first  count  code
    (0,      1,     0),
    (0,      125,   0),
    (1375,   125,   0),
    (1376,   125,   2),
    (1500,   1,     2),
    (9999,   2,     2),
    (10000,  125,   0),
    (10032,  38,    0),
    (65535,  1,     2),
    (-1,     1,     2),
    (0,      0,     3),
    (0,      126,   3),
)
# fmt: on


@pytest.mark.parametrize(("first", "count", "code"), BLOCKS)
def test_a_block_is_read_whole_or_refused_with_its_code(device, first, count, code):
    try:
        assert len(device.image.read(first, count)) == count and code == 0
    except Refused as refused:
        assert refused.code == code


# fmt: off
AT_FIRST = (
    # address  word    what
    (0,        5,      "three-phase low-voltage hybrid"),
    (2,        0x0104, "protocol 1.4"),
    (20,       0x3880, "8000 W in 0.1 W, low word"),
    (21,       0x0001, "and high word"),
    (22,       0x0203, "two trackers, three phases"),
    (62,       0x1701, "January 2023"),
    (63,       0x020C, "the second, 12 o'clock"),
    (64,       0x0000, "to the minute"),
    (98,       1,      "lithium"),
    (102,      400,    "400 Ah"),
    (500,      0,      "stands by, the loads hang on the grid"),
    (551,      1,      "switched on"),
    (588,      60,     "60 %"),
    (598,      2300,   "230 V"),
    (601,      3984,   "398.4 V between phases"),
    (609,      5000,   "50 Hz"),
    (621,      1000,   "power factor 1"),
    (687,      0,      "no high word of the grid on L1"),
    (644,      2300,   "the loads have it too"),
    (653,      1000,   "the load"),
)
# fmt: on


@pytest.fixture(scope="module")
def night(tmp_path_factory, house):
    """The house without sun on a steady mains, its battery held where it is by its programme."""
    device = Device(house, tmp_path_factory.mktemp("night"))
    device.twin.write({"tou_enable": True, "time_syncs": False, "solar_sell": True})
    device.twin.write({f"tou{slot}_batt_pct": 60 for slot in range(1, 7)})
    device.twin.take("sun_w_m2", 0)
    device.run(120)
    device.twin.set_clock(year=2023, month=1, day=2, hour=12, minute=0)
    yield device
    device.close()


@pytest.mark.parametrize(("address", "word", "what"), AT_FIRST)
def test_a_house_on_the_mains_shows_itself(night, address, word, what):
    assert night.word(address) == word, what


def test_current_is_power_over_voltage_and_phases_add_up(night):
    powers = [night.image.value(f"grid_power_{phase}") for phase in "abc"]
    # The load and what the machine itself takes.
    assert powers[0] == pytest.approx(1000.0, abs=10.0)
    assert night.image.value("grid_power_total") == pytest.approx(sum(powers), abs=2.0)
    assert night.image.value("grid_ct_current_a") == pytest.approx(powers[0] / 230.0, abs=0.01)


def test_a_negative_power_has_ones_in_its_high_word(night):
    night.twin.take("sun_w_m2", 1000)
    night.run(60)
    low, high = night.word(625), night.word(690)
    assert high == 0xFFFF and low > 0x8000
    assert night.image.value("grid_power_total") == low - 0x10000 < -1000


def test_registers_show_the_moment_on_disk_and_no_other(device):
    before = device.image.read(500, 125)
    device.twin.take("load_l1_w", 3000)
    after = device.image.read(500, 125)
    for _ in range(5):
        device.twin.tick()
    assert device.image.read(500, 125) == after
    device.twin.save()
    assert device.image.read(500, 125) != before


def test_the_seconds_of_the_clock_run(device):
    device.run(61)
    assert [word & 0xFF for word in device.image.read(64, 1)] == [1]
    assert device.word(64) >> 8 == 1


# fmt: off
SHOWN = (
    # register            key of the snapshot's flows  place  figure of the register
    ("battery_power",     "battery_w",                 None,  1.0),
    ("battery_voltage",   "battery_v",                 None,  1.0),
    ("battery_current",   "battery_a",                 None,  1.0),
    ("battery_temperature", "battery_c",               None,  1.0),
    ("battery_soc",       "soc",                       None,  100.0),
    ("grid_power_a",      "grid_w",                    0,     1.0),
    ("grid_inner_power_b", "ld_w",                     1,     1.0),
    ("grid_voltage_c",    "grid_v",                    2,     1.0),
    ("inverter_power_a",  "inverter_w",                0,     1.0),
    ("load_voltage_a",    "load_v",                    0,     1.0),
    ("ups_power_a",       "load_w",                    0,     1.0),
    ("pv1_power",         "pv1_w",                     None,  1.0),
    ("pv2_voltage",       "pv2_v",                     None,  1.0),
    ("pv1_current",       "pv1_a",                     None,  1.0),
    ("heatsink_temperature", "sink_c",                 None,  1.0),
    ("load_frequency",    "frequency_hz",              None,  1.0),
)
# fmt: on


@pytest.fixture(scope="module")
def noon(tmp_path_factory, house):
    """The house under the sun with a load between two steps."""
    device = Device(house, tmp_path_factory.mktemp("noon"))
    device.twin.take("sun_w_m2", 700)
    device.twin.take("load_l1_w", 2345)
    yield device.run(30)
    device.close()


@pytest.mark.parametrize(("key", "shown", "place", "times"), SHOWN)
def test_a_register_and_the_panel_agree_within_its_step(noon, key, shown, place, times):
    flow = noon.twin.snapshot()["flows"][shown]
    figure = (flow if place is None else flow[place]) * times
    assert noon.image.value(key) == pytest.approx(figure, abs=ROWS[key].scale)


def test_an_alarm_stands_in_its_bit(device):
    device.twin.write({"grid_type": "3p_240_415"})
    assert "F13" in [alarm["code"] for alarm in device.twin.snapshot()["alarms"]]
    assert device.word(555) == 1 << 12
    assert device.run(1).word(500) == 1, "self-test"
    device.twin.take("sun_w_m2", 800)
    assert device.run(120).word(500) == 2, "normal"
    assert device.word(555) == 0


def test_energies_are_those_of_the_panel(device):
    device.twin.take("load_l1_w", 6000)
    device.run(1800)
    load = device.twin.snapshot()["energy"]["load"]
    assert load["today_wh"] > 2500.0
    assert device.image.value("load_energy_today") == pytest.approx(load["today_wh"] / 1e3, abs=0.1)
    assert device.image.value("load_energy_total") == pytest.approx(load["total_wh"] / 1e3, abs=0.1)


def test_times_of_the_day_and_loads_of_the_year_are_told(devices, house):
    device = devices(house)
    device.twin.write({"time_syncs": False})
    device.twin.set_clock(year=2023, month=12, day=31, hour=23, minute=30)
    device.run(1800 - 5)
    device.twin.take("grid_on", False)
    device.twin.write({"gen_force": True})
    device.run(1205)
    # Twenty minutes into the new year, five seconds short of the last filed one.
    assert device.image.value("grid_connect_time_today") <= 5
    assert device.image.value("gen_runtime_today") == pytest.approx(0.3, abs=0.1)
    assert device.image.value("gen_runtime_total") == pytest.approx(0.3, abs=0.1)
    year, today = (device.image.value(f"load_energy_{span}") for span in ("year", "today"))
    assert year == pytest.approx(today, abs=0.1) and today == pytest.approx(1.0 / 3.0, abs=0.1)
    assert device.image.value("load_energy_total") > year + 0.4


def test_the_unit_says_two_trackers_and_three_phases_and_has_them(noon):
    """CH9-DAT-014, CH9-DAT-024."""
    trackers, phases = divmod(noon.word(22), 0x100)
    assert (trackers, phases) == (2, 3)
    assert [noon.image.value(f"pv{n}_power") > 500 for n in range(1, 5)] == [
        True,
        True,
        False,
        False,
    ]
    assert [noon.image.value(f"grid_voltage_{phase}") for phase in "abc"] == [230.0] * 3


def test_every_row_that_the_live_twin_feeds_has_its_reading_and_no_other():
    fed = {row.key for row in TELEMETRY if row.feed.live}
    assert fed <= set(READINGS)
    assert {row.key for row in TELEMETRY if row.feed.live or row.source} >= set(READINGS)


# ---- writing -----------------------------------------------------------------------------------


def candidates(row, stored):
    """Return values that a row may take, as the wire can say them, the stored one last."""
    if row.kind == SWITCH:
        return [not stored, stored]
    if row.kind == CHOICE:
        return [*(choice for choice in row.choices if choice not in row.refused), stored]
    if row.kind == NUMBER:
        step = max(row.words[0].scale, row.step)
        near = [round(stored + n * step, 6) for n in (1, -1, 2, -2, 10, -10)]
        tried = (row.low, row.high, *near)
        return [*(value for value in tried if row.low <= value <= row.high), stored]
    hour = int(stored[:2])
    return [f"{hour}:05", f"{hour - 1:02d}:55", stored]


def on_wire(row, value, device):
    """Return address -> word that says a value, foreign bits as they are."""
    return row.to_word(row.parse(value), device.words(*(word.address for word in row.words)))


def file_of(values):
    """Return settings as a house file writes them."""
    lines = {}
    for key, value in values.items():
        lines.setdefault(find(key).group, []).append(f"{key} = {json.dumps(value)}")
    return "\n".join(f"[{group}]\n" + "\n".join(rows) + "\n" for group, rows in lines.items())


def through_a_file(values):
    """Return stored values that went through the text of a house file."""
    tables = tomllib.loads(file_of(values))
    return parse_values({f"{g}.{key}": v for g, rows in tables.items() for key, v in rows.items()})


@pytest.fixture(scope="module")
def written(tmp_path_factory, house):
    """A device whose every setting on the wire was written by wire, with what was refused.

    Settings of a lead-acid bank, which a lithium site refuses, are those of a second device.
    """
    folder = tmp_path_factory.mktemp("written")
    device = Device(metered(house, folder), folder / "memory")
    lead = Device(quiet_house(tmp_path_factory.mktemp("lead"), LEAD), folder / "lead")
    tried = {}
    for one in (device, lead):
        assert one.write(228, 0x80EE)[0] == 0
    for row in ON_WIRE:
        one = lead if "batt_mode!=lithium" in row.depends_on else device
        values = candidates(row, one.twin.values[row.key])
        tried[row.key] = [(value, *sent(one, row, value)) for value in values]
    yield device, tried
    lead.close()
    device.close()


def metered(house, folder):
    """Return the house with a meter beside its clamps, which a setting needs to be chosen."""
    path = folder / "metered.toml"
    path.write_text(
        Path(house.file).read_text().replace("ct = true", 'ct = true\nmeter = "chnt_dtsu666"')
    )
    return load_house(path)


def sent(device, row, value):
    """Write a value by its words, one block each; return the refusal, and what came back."""
    before = device.twin.values[row.key]
    words = on_wire(row, value, device)
    refusals = [text for address, word in words.items() if (text := device.write(address, word)[1])]
    stored = device.twin.values[row.key]
    if refusals:
        return refusals[0], stored == before
    back = through_a_file({row.key: json.loads(json.dumps(stored))})[row.key]
    same = device.words(*words) == words and stored == row.parse(value)
    return "", same and back == stored and row.to_word(back, words) == words


@pytest.mark.parametrize("row", ON_WIRE, ids=lambda row: row.key)
def test_what_a_wire_writes_goes_to_the_twin_the_file_and_back_unchanged(written, row):
    _, tried = written
    assert all(unchanged for *_, unchanged in tried[row.key]), tried[row.key]
    taken = {value for value, refusal, _ in tried[row.key] if not refusal}
    assert len(taken) >= 2, tried[row.key]


def test_a_refusal_names_the_setting_and_says_what_is_allowed(written):
    _, tried = written
    refusals = [text for rows in tried.values() for _, text, _ in rows if text]
    assert refusals and all(". " in f"{text}. " and " = " in text for text in refusals)


def test_a_client_may_take_the_battery_away_and_give_it_back_by_one_register(device):
    """No Batt leaves 98 (lead-acid or lithium) open, so what stood there stays."""
    for mode, told in ((2, "no_batt"), (1, "lithium")):
        assert device.write(111, mode) == (0, "")
        assert device.twin.values["batt_mode"] == told
        assert device.image.read(98, 1) == [1]


# fmt: off
OPEN = [
    # by whom, from which mode   house  register 98
    ("wire",   "lithium",        QUIET, 1),
    ("panel",  "lithium",        QUIET, 1),
    ("wire",   "use_batt_pct",   LEAD,  0),
    ("panel",  "use_batt_v",     LEAD,  0),
]
# fmt: on


@pytest.mark.parametrize("by, before, text, word", OPEN)
def test_what_stood_in_a_register_that_no_batt_leaves_open_stands_after_a_restart(
    devices, tmp_path, by, before, text, word
):
    device = devices(quiet_house(tmp_path, text))
    device.twin.write({"batt_mode": before})
    if by == "wire":
        assert device.write(111, 2) == (0, "")
    else:
        device.twin.write({"batt_mode": "no_batt"})
    assert device.words(98, 111) == {98: word, 111: 2}
    assert device.again().words(98, 111) == {98: word, 111: 2}
    assert device.write(111, 1) == (0, "")
    assert device.twin.values["batt_mode"] == ("lithium" if word else "use_batt_pct")


# fmt: off
ALIKE = [
    # register  word  the value that it means too
    (111,       0,    ("batt_mode", "lithium")),
    (129,       255,  ("gen_charge", True)),
    (129,       1,    ("gen_charge", True)),
]
# fmt: on


@pytest.mark.parametrize("address, word, told", ALIKE)
def test_of_words_that_mean_the_same_the_one_written_is_read_back(device, address, word, told):
    key, value = told
    assert device.write(address, word) == (0, "")
    assert device.twin.values[key] == value and device.word(address) == word


# No word stands anywhere yet.
FRESH = [0] * 500


def test_all_words_of_one_device_make_another_one_like_it(written, devices):
    device, _ = written
    other = devices(device.house)
    assert other.write(228, 0x80EE)[0] == 0
    rows = dialect("v104").written(device.twin.values, device.twin.scene.registers, FRESH)
    for first in range(60, 500, 110):
        block = [rows.get(place, 0) for place in range(first, min(first + 110, 500))]
        assert other.write(first, *block) == (0, "")
    again = dialect("v104").written(other.twin.values, other.twin.scene.registers, FRESH)
    clock = (62, 63, 64)
    assert {k: v for k, v in again.items() if k not in clock} == {
        k: v for k, v in rows.items() if k not in clock
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory, house):
    """A device whose registers without effect were all written, after a restart; what was written.

    A word that several rows share is written once for each.
    """
    device = Device(house, tmp_path_factory.mktemp("kept"))
    refusals = [device.write(row.address, *words_of(row, device)) for row in HELD_THROUGH]
    assert refusals == [(0, "")] * len(HELD_THROUGH)
    yield device.again()
    device.close()


# Those that the twin obeys have tests of their own.
HELD_THROUGH = [row for row in HELD if row.reason != TWIN]


@pytest.mark.parametrize("row", HELD_THROUGH, ids=lambda row: row.key)
def test_a_register_without_effect_keeps_what_was_written_through_a_restart(kept, row):
    words = kept.image.read(row.address, row.words)
    assert words == words_of(row, kept)
    assert any(word & row.mask for word in words)


def words_of(row, device):
    """Return the words of a held row with a raw value that it takes, foreign bits as they are."""
    raw = raw_of(row)
    words = device.image.read(row.address, row.words)
    for place, address in enumerate(row.addresses):
        field = (raw >> 16 * place) << row.bit & row.mask
        words[address - row.address] = words[address - row.address] & ~row.mask | field
    return words


def raw_of(row):
    """Return a raw value that a row takes."""
    if row.words > 1:
        return 0x00010002
    if row.values.startswith("10=off"):
        return 0b1111 & (1 << row.bits) - 1
    borders = {"900-1100": 1001, "800-1200": 1001, "4500-6500": 5001, "500-5000": 501,
               "100-20000": 101, "8000..10000 or -8000..-10000": 0x10000 - 9000}  # fmt: skip
    return borders.get(row.range, 1)


# fmt: off
REFUSED = (
    # first  words               code  says
    (59,     (0,),               2,    "59 to 59"),
    (500,    (0,),               2,    "500 to 500"),
    (499,    (0, 0),             2,    "499 to 500"),
    (10000,  (0,),               2,    "10000"),
    (108,    (),                 3,    "1 to 123 words"),
    (108,    (191,),             3,    "battery.max_charge_a = 191 A: is out of range"),
    (142,    (3,),               3,    "work_mode.work_mode = 3"),
    (145,    (2,),               3,    "work_mode.solar_sell"),
    (148,    (2460,),            3,    "time_of_use.tou1_time"),
    (77,     (1201,),            3,    "register 77 takes 0-1200"),
    (83,     (2,),               3,    "register 83 takes"),
    (406,    (5000,),            3,    "register 406 takes 8000..10000 or -8000..-10000"),
    (108,    (30, 31, 2),        3,    "register 110 takes 0/1"),
    (107,    (1, 30),            3,    "battery.tempco_mv_c_cell"),
    (115,    (20, 50, 60),       3,    "low_batt_soc_pct"),
)
# fmt: on


@pytest.mark.parametrize(("first", "words", "code", "says"), REFUSED)
def test_one_bad_word_refuses_the_block_and_nothing_of_it_is_applied(
    device, first, words, code, says
):
    before, wear = device.twin.values, dict(device.image.wear)
    found, text = device.write(first, *words)
    assert found == code and says in text, text
    if code:
        assert device.twin.values == before and device.image.wear == wear


def test_a_good_word_beside_a_bad_one_is_not_applied(device):
    charge_a = device.twin.values["max_charge_a"]
    assert device.write(108, 33, 999)[0] == 3
    assert device.twin.values["max_charge_a"] == charge_a
    assert device.write(108, 33, 34) == (0, "")
    assert (device.word(108), device.word(109)) == (33, 34)


def test_the_lock_refuses_every_write_and_reading_goes_on(device):
    """CH5.5-SET-003."""
    device.twin.lock("7777")
    for first, words in ((108, (33,)), (60, (1,)), (62, (0x1701,))):
        code, text = device.write(first, *words)
        assert code == 4 and "locked" in text
    assert device.word(108) == device.twin.values["max_charge_a"] != 33
    device.twin.unlock("7777")
    assert device.write(108, 33) == (0, "")


def test_switches_of_one_register_are_written_without_the_others(device):
    assert device.write(178, 0b11 << 4) == (0, "")
    assert device.twin.values["grid_peak_shaving"] is True
    assert device.word(178) == 0xAAAA | 0b11 << 4


def test_times_fall_on_the_five_minutes_of_the_machine(device):
    assert device.write(153, 2359) == (0, "")
    assert device.word(153) == 2355 and device.twin.values["tou6_time"] == "23:55"


@pytest.mark.parametrize(("word", "shown"), [(0, 0), (1, 1), (0b1100, 1), (0b1000, 0), (0xFFFF, 1)])
def test_forced_off_grid_is_read_as_nothing_but_0_and_1(device, word, shown):
    assert device.write(179, word) == (0, "")
    assert device.word(179) == shown


def test_words_for_reserved_registers_and_the_battery_block_are_dropped(device):
    before = device.image.read(210, 17)
    assert device.write(89, 7) == (0, "")
    assert device.write(210, *range(1, 14)) == (0, "")
    assert device.word(89) == 0 and device.image.read(210, 17) == before
    assert device.image.wear == {}


@pytest.fixture(scope="module")
def wild(tmp_path_factory, house):
    """A device on which anything is written."""
    device = Device(house, tmp_path_factory.mktemp("wild"))
    yield device
    device.close()


WORD = st.one_of(st.integers(0, 3), st.integers(0, 0xFFFF), st.integers(0x8000, 0xFFFF))


@given(first=st.integers(55, 505), words=st.lists(WORD, min_size=1, max_size=6))
@settings(max_examples=30)
def test_any_block_is_taken_or_changes_nothing_and_what_is_read_may_be_written_back(
    wild, first, words
):
    before = [wild.image.read(place, 110) for place in range(60, 500, 110)]
    code, _ = wild.write(first, *words)
    after = [wild.image.read(place, 110) for place in range(60, 500, 110)]
    assert code in (0, 2, 3)
    assert code == 0 or after == before
    for place, block in zip(range(60, 500, 110), after, strict=True):
        assert wild.write(place, *block) == (0, "")
    assert [wild.image.read(place, 110) for place in range(60, 500, 110)] == after


# ---- orders --------------------------------------------------------------------------------------


def test_a_wire_shuts_the_machine_down_and_lets_it_run_again(device):
    device.run(1)
    assert device.write(60, 2) == (0, "")
    assert device.run(1).image.read(551, 1) == [0] and device.word(80) == 0
    assert device.twin.snapshot()["flows"]["state"] == "off"
    assert device.write(60, 0) == (0, "")
    assert device.word(551) == 1
    device.write(80, 0)
    assert device.write(60, 0) == (0, "") and device.word(551) == 0, "the button stays where it is"


def test_a_wire_tells_the_machine_to_leave_the_grid_even_after_a_restart(device):
    assert device.write(179, 1) == (0, "")
    assert device.run(60).twin.snapshot()["flows"]["state"] == "off_grid"
    assert device.again().run(60).twin.snapshot()["flows"]["state"] == "off_grid"
    assert device.write(179, 0) == (0, "")
    assert device.run(180).twin.snapshot()["flows"]["state"] == "on_grid"


def test_a_wire_restores_factory_settings_once(device):
    """CH5.5-SET-002."""
    device.write(108, 33)
    assert device.write(81, 1) == (0, "")
    assert device.word(108) == find("max_charge_a").default and device.word(81) == 0
    assert "F13" in [alarm["code"] for alarm in device.twin.snapshot()["alarms"]]


def test_a_wire_clears_a_latched_arc_fault(noon):
    """CH7-FLT-042: writing 2 clears it, and the detection stays on."""
    codes = lambda: [alarm["code"] for alarm in noon.twin.snapshot()["alarms"]]  # noqa: E731
    assert noon.write(181, 1) == (0, "")
    noon.twin.take("defect.pv_arc", 1.0)
    assert noon.run(10) and "F63" in codes()
    noon.twin.take("defect.pv_arc", 0.0)
    assert noon.run(120) and "F63" in codes(), "it has latched"
    assert noon.write(181, 2) == (0, "") and noon.word(181) == 1
    assert noon.run(5) and "F63" not in codes()


# ---- the clock ---------------------------------------------------------------------------------


@pytest.fixture
def own_clock(device):
    """A device whose clock follows nobody."""
    assert device.write(228, 0x80EE) == (0, "")
    return device


def test_the_clock_is_set_in_one_block_to_the_second(own_clock):
    assert own_clock.write(62, 24 << 8 | 2, 29 << 8 | 23, 59 << 8 | 58) == (0, "")
    assert own_clock.run(2).twin.snapshot()["clock"] == "03/01/2024 00:00:00"


def test_the_clock_is_set_by_three_single_writes(own_clock):
    own_clock.write(62, 24 << 8 | 1, 31 << 8 | 23, 59 << 8 | 7)
    for address, word in ((62, 24 << 8 | 2), (63, 15 << 8 | 8), (64, 30 << 8 | 5)):
        assert own_clock.write(address, word) == (0, "")
    assert own_clock.twin.snapshot()["clock"] == "02/15/2024 08:30:05"


def test_a_day_that_is_none_is_refused(own_clock):
    code, text = own_clock.write(62, 23 << 8 | 2, 29 << 8 | 0, 0)
    assert code == 3 and "has no such day" in text


def test_a_clock_that_follows_the_platform_says_so_unless_it_is_written_as_it_is(device):
    assert device.write(62, *device.image.read(62, 3)) == (0, "")
    code, text = device.write(64, 0x0100)
    assert code == 3 and "Time Syncs" in text


# ---- memory and wear ---------------------------------------------------------------------------


def test_writes_wear_their_registers_and_the_count_outlives_the_process(device):
    for _ in range(3):
        device.write(108, 33, 34)
    device.write(60, 1)
    device.write(108, 999)
    assert device.image.wear == {108: 3, 109: 3, 60: 1}
    assert device.again().image.wear == {108: 3, 109: 3, 60: 1}
    assert device.word(108) == 33


def test_what_a_wire_changed_is_in_the_journal_with_who_it_was(device):
    device.image.write(143, [1000], "modbus 192.0.2.7")
    change = device.store.changes(1)[0]
    assert (change.by, change.key, change.after) == (
        "modbus 192.0.2.7", "work_mode.max_sell_power_w", 1000,
    )  # fmt: skip


def test_a_device_that_has_ended_refuses(device):
    device.twin.close()
    assert device.write(108, 33)[0] == 4
