"""SunSpec: pysunspec2 finds the models and reads the panel's figures; what it may not do is refused."""

import json
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymodbus.client import ModbusTcpClient

from tests.ports.living import Living, quiet_house
from tests.ports.peers import peer_environment  # noqa: F401
from twinverter.catalog.settings import check_all
from twinverter.ports import pdu
from twinverter.ports.image import Refused
from twinverter.ports.sunspec import FIRST, MARKER, Chain, Placed, SunSpec, encoded
from twinverter.ports.sunspec_models import MODELS
from twinverter.ports.sunspec_points import Model, Point

HOST = "127.0.0.1"
CLIENT = Path(__file__).parent / "clients" / "sunspec_client.py"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return quiet_house(tmp_path_factory.mktemp("sunspec"))


@pytest.fixture
def device(house, tmp_path):
    living = Living(house, tmp_path / "memory", lambda *parts: [SunSpec(*parts, HOST, 0)])
    living.chain = Chain(living.twin, living.image)
    yield living
    living.end()


@pytest.fixture
def peer(device, peer_environment):  # noqa: F811
    """Return a function: a command of the client -> its answer."""
    python = peer_environment("pysunspec2==1.3.7")

    def asked(*command):
        words = [str(word) for word in (HOST, device.ports[0].port, *command)]
        run = subprocess.run(
            [python, CLIENT, *words], capture_output=True, text=True, timeout=60, check=True
        )
        return json.loads(run.stdout)

    return asked


def model_at(found, number):
    """Return name -> value of a model in a scan; the last of a repeated name stands."""
    (model,) = (model for model in found if model["number"] == number)
    return {point["name"]: point["value"] for point in model["points"]}


def repeated(found, number, name):
    (model,) = (model for model in found if model["number"] == number)
    return [point["value"] for point in model["points"] if point["name"] == name]


def words_of(device, number, name):
    """Return address and size of a point."""
    address = FIRST + len(MARKER)
    for model in MODELS:
        address += 2
        for point in model.points:
            if (model.number, point.name) == (number, name):
                return address, point.size
            address += point.size
    raise KeyError(name)


def entered(device, number, name, *words):
    address, _ = words_of(device, number, name)
    device.call(device.chain.write, address, words, "a test")


def code_of(device, first, *words):
    """Return the exception code of a write, 0 where it is taken."""
    body = bytes((pdu.WRITE,)) + first.to_bytes(2, "big") + len(words).to_bytes(2, "big")
    body += bytes((2 * len(words),)) + b"".join(word.to_bytes(2, "big") for word in words)
    answer = device.call(pdu.answer, device.chain, body, "a test")
    return answer[1] if pdu.is_exception(answer) else 0


# ---- the models -------------------------------------------------------------------------------


def test_a_scan_finds_the_chain_and_complains_of_nothing(peer):
    found = peer()
    assert [model["number"] for model in found] == [
        1,
        103,
        120,
        123,
        124,
        160,
        701,
        702,
        703,
        704,
        705,
        706,
        707,
        708,
        709,
        710,
        711,
        712,
        713,
        714,
        802,
    ]
    assert [model["complaint"] for model in found] == [""] * len(MODELS)
    assert [model["length"] for model in found] == [model.length for model in MODELS]


def test_every_point_stands_where_the_definition_of_its_model_has_it(peer):
    for ours, theirs in zip(MODELS, peer(), strict=True):
        place = 2
        for point, known in zip(ours.points, theirs["points"], strict=True):
            assert (point.name, point.kind, point.size) == (
                known["name"],
                known["kind"],
                known["size"],
            )
            assert place == known["place"], (ours.number, point.name)
            place += point.size


def test_every_point_that_shows_something_has_the_scale_factor_of_its_definition(peer):
    for ours, theirs in zip(MODELS, peer(), strict=True):
        factors = {
            point.name
            for point in ours.points
            if point.kind == "sunssf" and point.source is not None
        }
        for point, known in zip(ours.points, theirs["points"], strict=True):
            if point.source is not None:
                assert point.factor == known["factor"], (ours.number, point.name)
                assert not point.factor or point.factor in factors, (ours.number, point.name)


def test_only_what_the_definition_lets_write_is_written(peer):
    for ours, theirs in zip(MODELS, peer(), strict=True):
        for point, known in zip(ours.points, theirs["points"], strict=True):
            assert known["writable"] or not (point.sets or point.stays), (ours.number, point.name)


# ---- values -----------------------------------------------------------------------------------

# fmt: off
WORLDS = {
    "sun and mains":     {"sun_w_m2": 700},
    "an island at night": {"sun_w_m2": 0, "grid_on": 0},
    "three loads":       {"sun_w_m2": 300, "load_l1_w": 500, "load_l2_w": 1500, "load_l3_w": 900},
}
# Model, point, what the panel shows, half a step of the point.
AGREE = (
    (103, "W",       lambda s: sum(s["flows"]["inverter_w"]),         0.5),
    (103, "PhVphA",  lambda s: s["flows"]["load_v"][0],               0.05),
    (103, "PPVphAB", lambda s: s["flows"]["load_v"][0] * 3.0 ** 0.5,  0.06),
    (103, "AphB",    lambda s: s["flows"]["inverter_w"][1] / s["flows"]["load_v"][1], 0.006),
    (103, "Hz",      lambda s: s["flows"]["frequency_hz"],            0.005),
    (103, "DCW",     lambda s: s["flows"]["pv_w"] + s["flows"]["battery_w"], 0.5),
    (103, "TmpSnk",  lambda s: s["flows"]["sink_c"],                  0.05),
    (124, "ChaState", lambda s: s["flows"]["soc"] * 100.0,            0.05),
    (124, "InBatV",  lambda s: s["flows"]["battery_v"],               0.005),
    (701, "W",       lambda s: sum(s["flows"]["inverter_w"]),         0.5),
    (701, "WL2",     lambda s: s["flows"]["inverter_w"][1],           0.5),
    (701, "VL3",     lambda s: s["flows"]["load_v"][2],               0.05),
    (713, "SoC",     lambda s: s["flows"]["soc"] * 100.0,             0.05),
    (713, "SoH",     lambda s: s["flows"]["soh"] * 100.0,             0.05),
    (802, "SoC",     lambda s: s["flows"]["soc"] * 100.0,             0.05),
    (802, "V",       lambda s: s["flows"]["battery_v"],               0.005),
    (802, "A",       lambda s: s["flows"]["battery_a"],               0.05),
    (802, "W",       lambda s: s["flows"]["battery_w"],               0.5),
    (802, "VMax",    lambda s: s["bms"]["bms_charge_v"],              0.005),
)
# fmt: on


@pytest.mark.parametrize("world", WORLDS)
def test_a_scan_reads_what_the_panel_shows(device, peer, world):
    for key, value in WORLDS[world].items():
        device.call(device.twin.take, key, value)
    device.pass_s(180)
    found, shown = peer(), device.shown
    for number, name, figure, within in AGREE:
        assert model_at(found, number)[name] == pytest.approx(figure(shown), abs=within), (
            number,
            name,
        )
    flows = shown["flows"]
    for number in (160, 714):
        trackers_w = (
            repeated(found, number, "DCW")[-3:] if number == 714 else repeated(found, number, "DCW")
        )
        lines = ("pv1_w", "pv2_w", "battery_w")
        assert trackers_w == pytest.approx(
            [flows[line] for line in lines[: len(trackers_w)]], abs=0.5
        )
    assert repeated(found, 714, "DCWhInj")[-1] == pytest.approx(
        shown["energy"]["discharge"]["total_wh"], abs=0.5
    )
    assert repeated(found, 714, "DCWhAbs")[-1] == pytest.approx(
        shown["energy"]["charge"]["total_wh"], abs=0.5
    )


def test_the_bank_is_told_by_its_plate(peer):
    found = peer()
    # 400 Ah at about 52.8 V.
    assert model_at(found, 802)["AHRtg"] == 400
    assert model_at(found, 713)["WHRtg"] == pytest.approx(400 * 52.8, rel=0.01)
    assert model_at(found, 713)["WHAvail"] == pytest.approx(0.6 * 400 * 52.8, rel=0.01)
    assert model_at(found, 802)["Typ"] == 4
    assert model_at(found, 120)["WRtg"] == 8000


# State of the world -> St, InvSt, ConnSt, bit of GRID_DISCONNECT, DERMode, ChaSt.
# fmt: off
STATES = {
    "on the mains":   ({},                                    4, 3, 1, 0,  1),
    "an island":      ({"grid_on": 0},                        4, 3, 0, 16, 2),
}
# fmt: on


@pytest.mark.parametrize("name", STATES)
def test_states_and_alarms_are_told_in_the_words_of_the_models(device, peer, name):
    world, state, der_state, connected, events, mode = STATES[name]
    for key, value in (world | {"sun_w_m2": 0}).items():
        device.call(device.twin.take, key, value)
    device.pass_s(180)
    found = peer()
    assert model_at(found, 103)["St"] == state
    assert model_at(found, 103)["Evt1"] == events
    ac = model_at(found, 701)
    assert (ac["InvSt"], ac["ConnSt"], ac["Alrm"], ac["DERMode"]) == (
        der_state,
        connected,
        events,
        mode,
    )
    assert ac["MnAlrmInfo"] == ("F35" if events else None)
    assert repeated(found, 160, "DCSt") == [2, 2]


def test_held_back_sun_is_told_as_throttled(device, peer):
    device.call(device.twin.write, {"max_solar_power_w": 1000})
    device.call(device.twin.take, "sun_w_m2", 900)
    device.pass_s(180)
    found, flows = peer(), device.shown["flows"]
    assert flows["pv_w"] == pytest.approx(1000, rel=0.01)
    assert model_at(found, 103)["St"] == 5
    assert model_at(found, 701)["DERMode"] == 1 + 4
    held_back_pct = 100.0 * (1.0 - flows["pv_w"] / flows["pv_available_w"])
    assert model_at(found, 701)["ThrotPct"] == pytest.approx(held_back_pct, abs=0.5)


# fmt: off
ENCODED = (
    # kind      factor figure     words               name
    ("uint16",   0,    1234.0,    [1234],             "a whole number"),
    ("uint16",  -2,    12.34,     [1234],             "hundredths"),
    ("uint16",   1,    12340.0,   [1234],             "tens"),
    ("uint16",   0,    -5.0,      [0],                "no sign: not below 0"),
    ("uint16",   0,    70000.0,   [0xFFFE],           "saturated below not implemented"),
    ("int16",    0,    -2.0,      [0xFFFE],           "two's complement"),
    ("int16",    0,    -40000.0,  [0x8001],           "saturated above not implemented"),
    ("int16",    0,    40000.0,   [0x7FFF],           "saturated at the top"),
    ("uint32",  -2,    512.0,     [0, 51200],         "high word first"),
    ("uint64",   0,    65536.0,   [0, 0, 1, 0],       "four words"),
    ("acc32",    0,    None,      [0, 0],             "an accumulator that is not there"),
    ("uint16",   0,    None,      [0xFFFF],           "not implemented"),
    ("int16",    0,    None,      [0x8000],           "not implemented, signed"),
    ("uint64",   0,    None,      [0xFFFF] * 4,       "not implemented, long"),
    ("enum16",   0,    None,      [0xFFFF],           "no state"),
)
# fmt: on


@pytest.mark.parametrize(
    ("kind", "factor", "figure", "words", "name"), ENCODED, ids=[row[4] for row in ENCODED]
)
def test_a_figure_becomes_words(kind, factor, figure, words, name):
    point = Point("P", kind, "figure", size=len(words))
    assert encoded(Placed(FIRST, point, factor), {"figure": figure}) == words


# ---- entries ----------------------------------------------------------------------------------

# Model, point, what is written, the setting and its value after.
# fmt: off
ENTRIES = (
    (703, "ESVHi",     "110.0",  "reconnect_vol_high",  253.0),
    (703, "ESVLo",     "90.0",   "reconnect_vol_low",   207.0),
    (703, "ESHzHi",    "50.5",   "reconnect_hz_high",   50.5),
    (703, "ESHzLo",    "49.5",   "reconnect_hz_low",    49.5),
    (703, "ESDlyTms",  "120",    "reconnection_time_s", 120),
    (124, "InWRte",    "50.0",   "max_charge_a",        95),
    (124, "OutWRte",   "100.0",  "max_discharge_a",     190),
    (124, "MinRsvPct", "40",     "low_batt_soc_pct",    40),
    (124, "ChaGriSet", "1",      "grid_charge",         True),
    (704, "WRmp",      "20",     "normal_ramp_pct_s",   20.0),
    (705, "Ena",       "1",      "qv_enable",           True),
    (706, "Ena",       "1",      "vw_enable",           True),
    (802, "SoCRsvMin", "42.0",   "low_batt_soc_pct",    42),
)
# fmt: on


def test_every_point_that_enters_a_setting_is_in_the_table():
    ours = {
        (model.number, point.name, point.sets)
        for model in MODELS
        for point in model.points
        if point.sets
    }
    assert ours == {(number, name, key) for number, name, _, key, _ in ENTRIES}


@pytest.mark.parametrize(
    ("number", "name", "written", "key", "value"),
    ENTRIES,
    ids=[f"{row[0]} {row[1]}" for row in ENTRIES],
)
def test_what_a_client_writes_is_entered_and_read_back(
    device, peer, number, name, written, key, value
):
    answer = peer("write", number, name, written)
    assert answer == {"value": pytest.approx(float(written))}
    assert device.call(lambda: device.twin.values[key]) == value
    change = device.call(lambda: device.store.changes(1)[0])
    assert change.by.startswith("sunspec")
    assert change.key.endswith(key)


def test_a_charge_limit_is_obeyed(device):
    device.call(device.twin.take, "sun_w_m2", 900)
    device.pass_s(120)
    assert device.shown["flows"]["battery_a"] < -20.0
    entered(device, 124, "InWRte", 526)
    device.pass_s(30)
    # 5.26 % of 190 A.
    assert device.shown["flows"]["battery_a"] == pytest.approx(-10.0, abs=0.5)


@pytest.mark.parametrize(
    ("number", "name", "written"),
    [
        (703, "ESVHi", "10.0"),
        (703, "ESDlyTms", "4000000"),
        (124, "InWRte", "150.0"),
        (124, "ChaGriSet", "7"),
    ],
)
def test_what_the_panel_would_not_take_is_refused(device, peer, number, name, written):
    before = device.call(lambda: device.twin.values)
    assert peer("write", number, name, written) == {"refused": "Modbus exception: 3"}
    assert device.call(lambda: device.twin.values) == before


def test_a_block_with_one_bad_point_enters_nothing(device):
    first, _ = words_of(device, 703, "ESVHi")
    before = device.call(lambda: device.twin.values)
    assert code_of(device, first, 11000, 60000) == 3
    assert device.call(lambda: device.twin.values) == before
    assert code_of(device, first, 11000, 9000) == 0
    after = device.call(lambda: device.twin.values)
    assert (after["reconnect_vol_high"], after["reconnect_vol_low"]) == (253.0, 207.0)


def test_two_points_of_a_block_do_not_enter_one_setting_twice(device):
    reserve = Point("Reserve", "uint16", "low_batt_soc_pct", sets="low_batt_soc_pct")
    chain = Chain(device.twin, device.image, (MODELS[0], Model(64000, (reserve, reserve))))
    first = FIRST + len(MARKER) + 2 + MODELS[0].length + 2
    with pytest.raises(Refused) as refused:
        device.call(chain.write, first, (40, 41), "a test")
    assert refused.value.code == 3
    device.call(chain.write, first, (40,), "a test")
    assert device.call(lambda: device.twin.values["low_batt_soc_pct"]) == 40


def test_a_point_that_stays_takes_what_it_shows_and_nothing_else(device):
    # As a storage controller writes it: both limits on, then the limit.
    first, _ = words_of(device, 124, "StorCtl_Mod")
    assert code_of(device, first, 3) == 0
    assert code_of(device, first, 0) == 3
    connect, _ = words_of(device, 802, "SetOp")
    assert code_of(device, connect, 1, 3) == 0
    assert code_of(device, connect, 1, 1) == 3


def test_half_a_point_is_refused(device):
    first, size = words_of(device, 703, "ESHzHi")
    assert size == 2
    assert code_of(device, first, 0) == 3
    assert code_of(device, first + 1, 5120) == 3
    assert code_of(device, first, 0, 5120) == 0


def test_a_locked_machine_takes_nothing(device):
    device.call(device.twin.lock, "7777")
    first, _ = words_of(device, 124, "MinRsvPct")
    assert code_of(device, first, 40) == 4


# ---- addresses --------------------------------------------------------------------------------

END = FIRST + len(MARKER) + sum(2 + model.length for model in MODELS) + 2
# fmt: off
HOSTILE = (
    # first      count  name
    (0,          2,     "where another map may begin"),
    (FIRST - 1,  1,     "just before the marker"),
    (FIRST - 1,  10,    "across the marker"),
    (50000,      2,     "the third place of the marker"),
    (END,        1,     "just behind the end model"),
    (END - 1,    2,     "across the end"),
    (END - 10,   125,   "far across the end"),
    (65535,      1,     "the last register there is"),
    (65500,      125,   "beyond 16 bits"),
)
# fmt: on


@pytest.mark.parametrize(("first", "count", "name"), HOSTILE, ids=[row[2] for row in HOSTILE])
def test_an_address_outside_the_map_is_refused(device, first, count, name):
    with pytest.raises(Refused) as refused:
        device.call(device.chain.read, first, count)
    assert refused.value.code == 2


def test_a_stranger_on_the_wire_gets_exceptions_and_then_what_is_there(device):
    with ModbusTcpClient(HOST, port=device.ports[0].port, timeout=5) as stranger:
        for first, count, _ in HOSTILE[:-1]:
            assert (
                stranger.read_holding_registers(
                    first, count=min(count, 65536 - first)
                ).exception_code
                == 2
            )
        assert stranger.read_coils(FIRST, count=1).exception_code == 1
        assert stranger.read_holding_registers(FIRST, count=2, device_id=7).exception_code == 11
        assert stranger.read_holding_registers(FIRST, count=2).registers == [0x5375, 0x6E53]
    told = device.call(device.ports[0].told)
    assert told["name"] == "sunspec"
    assert (told["requests"], told["errors"]) == (len(HOSTILE) + 2, len(HOSTILE) + 1)


def test_marker_and_end_stand_at_the_ends(device):
    assert device.call(device.chain.read, FIRST, 4) == [0x5375, 0x6E53, 1, 66]
    assert device.call(device.chain.read, END - 2, 2) == [0xFFFF, 0]


@pytest.mark.parametrize("first", [FIRST, FIRST + 2, FIRST + 4, END - 2, 0, 65535])
def test_what_only_describes_cannot_be_written(device, first):
    assert code_of(device, first, 1) == 2


@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    function=st.sampled_from([pdu.READ, pdu.WRITE_ONE, pdu.WRITE]),
    first=st.integers(FIRST - 2, END + 2) | st.integers(0, 65535),
    words=st.lists(st.integers(0, 65535), min_size=1, max_size=8),
)
def test_any_request_gets_an_answer_and_never_a_half_taken_block(device, function, first, words):
    body = {
        pdu.READ: struct.pack(">BHH", function, first, len(words)),
        pdu.WRITE_ONE: struct.pack(">BHH", function, first, words[0]),
        pdu.WRITE: struct.pack(
            f">BHHB{len(words)}H", function, first, len(words), 2 * len(words), *words
        ),
    }[function]
    before = device.call(lambda: device.twin.values)
    answer = device.call(pdu.answer, device.chain, body, "a test")
    after = device.call(lambda: device.twin.values)
    assert answer[0] & 0x7F == function
    assert check_all(after) == []
    if pdu.is_exception(answer) or function == pdu.READ:
        assert after == before


# ---- grid support -----------------------------------------------------------------------------


def point_of(peer, number, name):
    return model_at(peer(), number)[name]


def corners(found, number, level):
    """Return the corners of the must-trip curve: voltage in percent or frequency, seconds."""
    (model,) = (model for model in found if model["number"] == number)
    values = [
        point["value"] for point in model["points"] if point["name"] in ("ActPt", level, "Tms")
    ]
    count = int(values[0])
    return list(zip(values[1 : 2 * count : 2], values[2 : 2 * count + 1 : 2], strict=True))


def test_without_levels_the_trip_curves_are_the_plain_window(peer):
    found = peer()
    # 185 V and 265 V of 230 V, 0.16 s.
    assert corners(found, 707, "V") == [(pytest.approx(80.43), 0.16)]
    assert corners(found, 708, "V") == [(pytest.approx(115.22), 0.16)]
    assert corners(found, 709, "Hz") == [(48.0, 0.16)]
    assert corners(found, 710, "Hz") == [(51.5, 0.16)]


def test_a_code_of_the_mains_shows_its_trips_and_curves(device, peer):
    device.call(device.twin.write, {"grid_mode": "ieee1547_cat_iii"})
    found = peer()
    assert corners(found, 707, "V") == [(50.0, 2.0), (50.0, 21.0), (88.0, 21.0)]
    assert corners(found, 708, "V") == [(120.0, 0.16), (120.0, 13.0), (110.0, 13.0)]
    # Of 60 Hz, on a mains of 50.
    assert corners(found, 709, "Hz") == [(46.5, 0.16), (46.5, 300.0), (48.5, 300.0)]
    assert repeated(found, 705, "V") == pytest.approx([92.0, 98.0, 102.0, 108.0])
    assert repeated(found, 705, "Var") == pytest.approx([44.0, 0.0, 0.0, -44.0])
    assert repeated(found, 706, "V") == pytest.approx([106.0, 110.0])
    assert repeated(found, 706, "W") == pytest.approx([100.0, 0.0])
    droop = model_at(found, 711)
    assert (droop["Ena"], droop["DbOf"], droop["KOf"]) == (1, 0.036, 0.05)
    service = model_at(found, 703)
    assert (service["ESDlyTms"], service["ESRmpTms"]) == (300, 300)
    assert (service["ESVLo"], service["ESVHi"]) == (91.7, 105.0)


def test_watt_var_is_told_from_full_charging_to_full_feeding(peer):
    found = peer()
    assert model_at(found, 712)["Ena"] == 0
    assert repeated(found, 712, "W") == [-100.0, -50.0, -20.0, 20.0, 50.0, 100.0]
    assert repeated(found, 712, "Var") == [44.0, 0.0, 0.0, 0.0, 0.0, -44.0]


def test_what_a_code_holds_takes_nothing_but_what_it_shows(device):
    device.call(device.twin.write, {"grid_mode": "as4777_a"})
    first, _ = words_of(device, 703, "ESVHi")
    # 253 V of 230 V.
    assert code_of(device, first, 11000) == 0
    assert code_of(device, first, 10900) == 3
    enable, _ = words_of(device, 705, "Ena")
    assert code_of(device, enable, 0) == 3
    assert device.call(lambda: device.twin.values["qv_enable"]) is False


def fed_w(device):
    return sum(device.shown["flows"]["inverter_w"])


# Model, limit, enable.
@pytest.mark.parametrize(
    ("number", "limit", "enable"),
    [(704, "WMaxLimPct", "WMaxLimPctEna"), (123, "WMaxLimPct", "WMaxLim_Ena")],
)
def test_a_limit_of_active_power_is_obeyed_and_taken_back(device, peer, number, limit, enable):
    device.call(device.twin.write, {"work_mode": "selling_first"})
    device.call(device.twin.take, "sun_w_m2", 900)
    device.pass_s(120)
    assert fed_w(device) > 2500.0
    assert peer("write", number, limit, "10.0") == {"value": 10.0}
    device.pass_s(60)
    # A tenth of 8000 W.
    assert fed_w(device) == pytest.approx(800.0, rel=0.01)
    assert point_of(peer, number, enable) == 1
    assert device.read(77) == [100]
    assert peer("write", number, enable, "0") == {"value": 0}
    device.pass_s(60)
    assert fed_w(device) > 2500.0
    assert device.read(77) == [1000]


def test_a_limit_above_the_rating_is_refused_and_an_enable_alone_limits_nothing(device):
    enable, _ = words_of(device, 704, "WMaxLimPctEna")
    assert code_of(device, enable, 1) == 0
    assert code_of(device, enable, 2) == 3
    assert code_of(device, enable + 1, 1001) == 3
    # A block that switches off and names a limit means off.
    assert code_of(device, enable, 0, 500) == 0
    assert device.read(77) == [1000]


def test_reactive_power_and_power_factor_are_told_alike_by_panel_registers_and_models(device, peer):
    device.call(device.twin.write, {"work_mode": "selling_first", "power_factor": 0.8})
    device.call(device.twin.take, "sun_w_m2", 600)
    device.pass_s(180)
    found, flows = peer(), device.shown["flows"]
    power_w = sum(flows["inverter_w"])
    # cos phi 0.8: three quarters of the active power, injected.
    for number, name, factor in ((701, "Var", "PF"), (103, "VAr", "PF")):
        told = model_at(found, number)
        assert told["W"] == pytest.approx(power_w, abs=1.0)
        assert told[name] == pytest.approx(0.75 * power_w, rel=0.01)
        assert told["VA"] == pytest.approx(1.25 * power_w, rel=0.01)
        assert told[factor] == pytest.approx(0.8 * (100.0 if number == 103 else 1.0), rel=0.01)
    assert device.call(device.image.value, "inverter_apparent_total") == pytest.approx(
        1.25 * power_w, rel=0.01
    )
    controls = model_at(found, 704)
    assert (controls["PFWInjEna"], repeated(found, 704, "PF")[0]) == (1, 0.8)
