"""The power stage: efficiencies that come out of its losses, and its heat."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.installed import site_defaults
from twinverter.core.converter import Loss, loss_w, passed_w, source_w, taken_w
from twinverter.core.kernel import compiled
from twinverter.core.records import build
from twinverter.plant import bridge
from twinverter.plant.bridge import EURO_WEIGHTS, PATHS, euro_efficiency, path_efficiency
from twinverter.plant.ideal import ideal
from twinverter.plant.site import Site

MEASURED = (
    Path(__file__).resolve().parents[2].parent
    / "shared/data/inverters/permod_measured_path_efficiency.csv"
)
MEASURED_PATHS = {
    "PV2AC": "pv_ac",
    "PV2BAT": "pv_battery",
    "BAT2AC": "battery_ac",
    "AC2BAT": "ac_battery",
}
RATED_W = 8000.0

SITE = build(Site, site_defaults())
LOADS_W = [0.01 * load * RATED_W for load in range(5, 101)]


def built(boost=0.0, battery=0.0, inverter=0.0, inverter_per_w=0.0, fixed_w=0.0):
    """Return a lossless site with these losses put in."""
    site = ideal(SITE)
    return site._replace(
        tracker=site.tracker._replace(loss=Loss(boost, 0.0)),
        bridge=site.bridge._replace(
            battery_loss=Loss(battery, 0.0),
            inverter_loss=Loss(inverter, inverter_per_w),
            fixed_w=fixed_w,
        ),
    )


# boost and battery stage lose 20 % and 10 % of what enters from PV and battery, inverter 10 % of AC
TABLE = [
    # path          output_w  input_w
    ("pv_ac",        1000.0,  1100.0 / 0.8),
    ("battery_ac",    900.0,   990.0 / 0.9),
    ("pv_battery",   1000.0,  1100.0 / 0.8),
    ("ac_battery",    900.0,   990.0 / 0.9),
]  # fmt: skip


@pytest.mark.parametrize("path, output_w, input_w", TABLE)
def test_a_path_loses_what_its_converters_lose(path, output_w, input_w):
    site = built(boost=0.2, battery=0.1, inverter=0.1)
    assert path_efficiency(site, path, output_w) == pytest.approx(output_w / input_w)


def test_the_fixed_loss_weighs_most_at_low_power():
    site = built(fixed_w=50.0)
    assert path_efficiency(site, "pv_ac", 50.0) == pytest.approx(0.5)
    assert path_efficiency(site, "pv_ac", 950.0) == pytest.approx(0.95)


def test_resistance_weighs_most_at_high_power():
    site = built(inverter_per_w=1.0e-5)
    assert path_efficiency(site, "battery_ac", 1000.0) == pytest.approx(1.0 / 1.01)
    assert path_efficiency(site, "battery_ac", 10000.0) == pytest.approx(1.0 / 1.1)


@settings(max_examples=60)
@given(path=st.sampled_from(PATHS), power_w=st.floats(1.0, 10400.0))
def test_input_is_output_and_every_loss(path, power_w):
    input_w = power_w / path_efficiency(SITE, path, power_w)
    losses_w = SITE.bridge.fixed_w
    if "pv" in path:
        losses_w += 2.0 * loss_w(SITE.tracker.loss, 0.5 * input_w)
    if "battery" in path:
        at_battery_w = power_w if path.endswith("_battery") else input_w
        losses_w += loss_w(SITE.bridge.battery_loss, at_battery_w)
    if "ac" in path:
        at_ac_w = power_w if path.endswith("_ac") else input_w
        losses_w += loss_w(SITE.bridge.inverter_loss, at_ac_w)
    assert input_w == pytest.approx(power_w + losses_w, rel=1e-9)


@settings(max_examples=30)
@given(power_w=st.floats(1.0, 8800.0))
def test_a_path_is_what_the_converters_of_a_step_do(power_w):
    link_w = taken_w(SITE.bridge.inverter_loss, power_w) + SITE.bridge.fixed_w
    battery_w = source_w(SITE.bridge.battery_loss, link_w)
    assert passed_w(SITE.bridge.battery_loss, battery_w) == pytest.approx(link_w)
    assert path_efficiency(SITE, "battery_ac", power_w) == pytest.approx(power_w / battery_w)


def test_the_datasheet_comes_out():
    """Shows CH9-DAT-026 (97.6 % at best) and CH9-DAT-027 (97.0 % European)."""
    best = max(path_efficiency(SITE, "pv_ac", power_w) for power_w in LOADS_W)
    assert 100.0 * best == pytest.approx(97.6, abs=0.05)
    assert 100.0 * euro_efficiency(SITE, RATED_W) == pytest.approx(97.0, abs=0.05)


@pytest.mark.parametrize("path", ["battery_ac", "ac_battery", "pv_battery"])
def test_battery_paths_peak_where_48_volt_stages_do(path):
    best = max(path_efficiency(SITE, path, power_w) for power_w in LOADS_W)
    assert 0.955 < best < 0.966


def test_european_weights_add_up():
    assert sum(weight for _, weight in EURO_WEIGHTS) == pytest.approx(1.0)


@pytest.mark.parametrize("column", MEASURED_PATHS)
def test_every_path_lies_among_measured_systems(column):
    if not MEASURED.is_file():
        pytest.skip("the measured home storage systems are not beside this checkout")
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"] == column]
    for load_pct in {float(row["load_pct_nominal"]) for row in rows}:
        measured = [
            float(row["efficiency_pct"])
            for row in rows
            if float(row["load_pct_nominal"]) == load_pct
        ]
        power_w = 0.01 * load_pct * RATED_W
        ours_pct = 100.0 * path_efficiency(SITE, MEASURED_PATHS[column], power_w)
        assert min(measured) <= ours_pct <= max(measured), f"{column} at {load_pct} %"


REFUSED = [
    ("pv_grid", 1000.0, "path 'pv_grid' is not one of"),
    ("pv_ac",   0.0,    "an efficiency needs a power above 0 W"),
    ("pv_ac",  -5.0,    "an efficiency needs a power above 0 W"),
    ("pv_ac",   float("nan"), "an efficiency needs a power above 0 W"),
]  # fmt: skip


@pytest.mark.parametrize("path, power_w, said", REFUSED)
def test_a_path_that_is_none_is_refused(path, power_w, said):
    with pytest.raises(ValueError, match=said):
        path_efficiency(SITE, path, power_w)


SINKS = [
    # sink_c  heat_w  ambient_c  dt_s    after_c of 9 kJ/K losing 10 W/K
    (25.0,      0.0,  25.0,      60.0,   25.0),
    (25.0,    100.0,  25.0,      900.0,  30.0),  # 900 s of 100 W into 9 + 9 kJ/K
    (25.0,    100.0,  25.0,      9e9,    35.0),
    (35.0,      0.0,  25.0,      900.0,  30.0),
]  # fmt: skip


@pytest.mark.parametrize("sink_c, heat_w, ambient_c, dt_s, after_c", SINKS)
def test_the_sink_warms_and_cools(sink_c, heat_w, ambient_c, dt_s, after_c):
    stage = SITE.bridge._replace(heat_capacity_j_per_k=9000.0, heat_loss_w_per_k=10.0)
    assert bridge.sink_step(stage, sink_c, heat_w, ambient_c, dt_s) == pytest.approx(after_c)


@pytest.mark.parametrize("path", PATHS)
def test_full_power_at_45_degrees_stays_below_the_sink_alarm(path):
    power_w = 8800.0
    heat_w = power_w / path_efficiency(SITE, path, power_w) - power_w
    heat_w += SITE.bridge.own_running_w - SITE.bridge.fixed_w
    assert 60.0 < bridge.sink_step(SITE.bridge, 45.0, heat_w, 45.0, 1e9) < 90.0


def warmed(stage, sink_c, count):
    for index in range(count):
        sink_c = bridge.sink_step(stage, sink_c, 1.0 * (index % 400), 25.0, 60.0)
    return sink_c


@pytest.mark.compiled
def test_compiled_equals_interpreted():
    plain_c = warmed(SITE.bridge, 25.0, 1000)
    assert compiled(warmed)(SITE.bridge, 25.0, 1000) == pytest.approx(plain_c, rel=1e-12)
