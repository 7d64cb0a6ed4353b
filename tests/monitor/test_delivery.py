"""A delivery in bytes: it comes back as it was, and what is none is refused in one line."""

import gzip
import math

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.samples import MONDAY_S, minutes
from twinverter.monitor import columnar
from twinverter.monitor import delivery as deliveries
from twinverter.monitor.batch import Batch
from twinverter.monitor.columns import KEYS, SUMS
from twinverter.monitor.delivery import (
    About,
    Alarm,
    Change,
    Delivery,
    Moment,
    check_device,
    packed,
    unpacked,
)
from twinverter.monitor.history import HistoryError

WHOLE = Delivery(
    "home",
    "a1",
    minutes(0, 60, battery=3.0),
    (Alarm(1, 5.0, "F13", True, {"complete": True, "causes": [{"cause": "x"}]}),),
    (Change(1, 2.0, "panel", "battery.max_charge_a", None, 5),),
    Moment(5.0, {"battery_soc": 4.0}, {"F13": 5.0}, {"dc": 1}, "off_grid", {"grid": "because"}),
    About("Home", latitude_deg=6.5),
    {"max_charge_a": 40, "beep": True, "work_mode": "selling_first", "x": 1.5},
    30.0,
)


def plain(delivery):
    """Return a delivery without its samples, which are arrays."""
    return delivery._replace(samples=None)


def test_a_delivery_comes_back_as_it_was():
    found = unpacked(packed(WHOLE))
    assert plain(found) == plain(WHOLE)
    for column, before in zip(found.samples[1:], WHOLE.samples[1:], strict=True):
        np.testing.assert_array_equal(column, before)


def test_a_delivery_of_a_name_alone_is_one():
    assert unpacked(packed(Delivery("home", "a1"))) == Delivery("home", "a1")


def test_an_hour_of_seconds_with_all_figures_fits():
    rng = np.random.default_rng(1)
    count = columnar.MOST_SAMPLES
    rows = Batch(
        "home",
        np.arange(count),
        MONDAY_S * 1000 + np.arange(count) * 1000,
        np.full(count, 1000),
        rng.normal(0.0, 1e3, (count, len(KEYS))).astype(np.float32),
        rng.integers(0, 1000, (count, len(SUMS))),
    )
    body = packed(Delivery("home", "a1", rows))
    assert len(body) < deliveries.MOST_PACKED
    assert unpacked(body).samples.size == count


def sent(**parts):
    """Return the bytes of a delivery with other parts."""
    return gzip.compress(msgpack.packb({"device": "home", "life": "a1", **parts}))


def columns(rows=2, **others):
    """Return columns of samples as they travel."""
    whole = np.arange(rows).astype("<i8").tobytes()
    return {"number": whole, "start_ms": whole, "span_ms": whole, **others}


def numbers(*values):
    return np.array(values, "<i8").tobytes()


MOMENT = {"clock_s": 0.0, "figures": {}, "codes": {}}
DEEP = b"\x91" * 2000 + b"\xc0"
# fmt: off
HOSTILE = [
    # body                                                       what is said
    (b"",                                                        "is cut"),
    (b"{}",                                                      "is none"),
    (gzip.compress(b"\xc1"),                                     "is none"),
    (gzip.compress(b""),                                         "is none"),
    (gzip.compress(DEEP),                                        "is none"),
    (gzip.compress(msgpack.packb([1, 2])),                       "is no map"),
    (gzip.compress(msgpack.packb({1: 2})),                       "is none"),
    (gzip.compress(msgpack.packb({"device": "home"}))[:-9],      "is cut"),
    (sent() + sent(),                                            "is cut"),
    (sent(device=5),                                             "names no device"),
    (sent(device=""),                                            "is no name"),
    (sent(device="a\0b"),                                        "is no name"),
    (sent(device="a/b"),                                         "is no name"),
    (sent(device=".."),                                          "is no name"),
    (sent(life=None),                                            "life"),
    (sent(life="x" * 41),                                        "life"),
    (sent(every_s=-1.0),                                         "every_s"),
    (sent(every_s=math.nan),                                     "every_s"),
    (sent(alarms=[[1, 5.0, "F13", True, None]] * 101),           "alarms"),
    (sent(alarms=[[0, 5.0, "F13", True, None]]),                 "alarms.0"),
    (sent(alarms=[[2**60, 5.0, "F13", True, None]]),             "alarms.0"),
    (sent(alarms=[[1, math.inf, "F13", True, None]]),            "alarms.0"),
    (sent(alarms=[[1, 5.0, "F\n3", True, None]]),                "alarms.0"),
    (sent(alarms=[[1, 5.0, "F13", True, {"a": math.nan}]]),      "alarms.0"),
    (sent(alarms=[[1, 5.0, "F13", True, {"a": "\0"}]]),          "alarms.0"),
    (sent(alarms=[[1, 5.0, "F13", True, {"a": b"x"}]]),          "alarms.0"),
    (sent(alarms=[[1, 5.0, "F13", True, {"a": "x" * 600000}]]),  "alarms.0"),
    (sent(changes=[[1, 5.0, "me", "a.b", None, math.nan]]),      "changes.0"),
    (sent(changes=[[1, 5.0, "me", "a.b", None, "x" * 200]]),     "changes.0"),
    (sent(changes=[[1, 5.0, "me", "a.b", None, [1]]]),           "changes.0"),
    (sent(moment={**MOMENT, "clock_s": -1.0}),                   "moment"),
    (sent(moment={**MOMENT, "clock_s": 1e11}),                   "moment"),
    (sent(moment={**MOMENT, "codes": {"F13": "x"}}),             "moment"),
    (sent(moment={**MOMENT, "reasons": {"grid": "x" * 500}}),    "moment"),
    (sent(moment={**MOMENT, "reasons": {"grid": "a\nb"}}),       "moment"),
    (sent(about={"name": "x", "latitude_deg": 1e9}),             "about"),
    (sent(settings={"a": 2**60}),                                "settings"),
    (sent(settings={str(i): 1 for i in range(1001)}),            "settings"),
    (sent(samples=[1]),                                          "samples"),
    (sent(samples={}),                                           "samples.number"),
    (sent(samples=columns(0)),                                   "there are 0"),
    (sent(samples=columns(3601)),                                "there are 3601"),
    (sent(samples=columns(2, span_ms=b"123")),                   "samples.span_ms"),
    (sent(samples=columns(2, span_ms=numbers(1))),               "has 1 rows"),
    (sent(samples=columns(2, span_ms=numbers(1, -1))),           "out of range"),
    (sent(samples=columns(2, start_ms=numbers(1, 2**62))),       "out of range"),
    (sent(samples=columns(2, number=numbers(-1, 0))),            "out of range"),
    (sent(samples=columns(2, sums=[1])),                         "samples.sums"),
    (sent(samples=columns(2, sums={"solar_wh": numbers(1)})),    "has 1 rows"),
    (sent(samples=columns(2, sums={"solar_wh": numbers(1, 2**60)})), "out of range"),
    (sent(samples=columns(2, figures={"battery_power": b"1"})),  "is no column"),
    (gzip.compress(msgpack.packb(msgpack.ExtType(5, b"x"))),     "is none"),
    (gzip.compress(msgpack.packb([[]] * 200_000)),               "is none"),
]
# fmt: on


@pytest.mark.parametrize("body, said", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_delivery_is_refused_in_one_line(body, said):
    with pytest.raises(HistoryError) as refusal:
        unpacked(body)
    assert said in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(b"\0" * (deliveries.MOST_UNPACKED + 1))
    with pytest.raises(HistoryError, match="larger than"):
        unpacked(bomb)
    with pytest.raises(HistoryError, match="larger than"):
        unpacked(b"\0" * (deliveries.MOST_PACKED + 1))


def test_names_of_another_version_are_left_out():
    body = sent(
        novelty=1,
        moment={**MOMENT, "figures": {"battery_soc": 5.0, "unheard": 1.0}, "more": 2},
        about={"name": "Home", "colour": "red"},
        samples=columns(
            2, figures={"unheard": b"", "battery_soc": np.array([1, np.inf], "<f4").tobytes()},
            sums={"unheard": b""},
        ),
    )  # fmt: skip
    found = unpacked(body)
    assert found.moment.figures == {"battery_soc": 5.0}
    assert found.about == About("Home")
    soc = found.samples.figures[:, KEYS.index("battery_soc")]
    assert soc[0] == 1.0 and np.isnan(soc[1])
    assert not found.samples.sums.any()


# fmt: off
NAMES = [
    # name                  is one
    ("home",                True),
    ("Home, 2nd floor.",    True),
    ("Maison d'été",        True),
    (" home",               False),
    ("home ",               False),
    ("a\\b",                False),
    ("a/b",                 False),
    (".",                   False),
    ("x" * 120,             True),
    ("x" * 121,             False),
]
# fmt: on


@pytest.mark.parametrize("name, is_one", NAMES)
def test_a_device_has_a_name_that_an_address_can_hold(name, is_one):
    if is_one:
        check_device(name)
    else:
        with pytest.raises(HistoryError):
            check_device(name)


LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
VALUES = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | LINES
SEQS, CLOCKS = st.integers(1, 2**53), st.floats(0.0, columnar.MOST_CLOCK_S)
ENTERED = st.none() | VALUES
TOLD = st.none() | st.dictionaries(LINES, VALUES, max_size=3)
ALARMS = st.tuples(SEQS, CLOCKS, st.just("F13"), st.booleans(), TOLD).map(lambda one: Alarm(*one))
CHANGES = st.tuples(SEQS, CLOCKS, LINES, st.just("a.b"), ENTERED, ENTERED).map(
    lambda one: Change(*one)
)
DELIVERIES = st.tuples(
    st.just("home"),
    st.just("a1"),
    st.none(),
    st.lists(ALARMS, max_size=3).map(tuple),
    st.lists(CHANGES, max_size=3).map(tuple),
    st.none(),
    st.none() | LINES.map(About),
    st.none() | st.dictionaries(st.just("max_charge_a"), VALUES),
    st.floats(0, 86400),
).map(lambda parts: Delivery(*parts))


@given(DELIVERIES)
@settings(max_examples=50)
def test_whatever_a_device_can_tell_comes_back_as_it_was(delivery):
    assert unpacked(packed(delivery)) == delivery


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_whatever_comes_is_a_delivery_or_refused(noise):
    for body in (noise, gzip.compress(noise)):
        with pytest.raises(HistoryError):
            unpacked(body)
