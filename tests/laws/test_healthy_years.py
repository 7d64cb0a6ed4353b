"""A healthy device in a healthy world says nothing, for years (C-64).

Healthy: everything sound and rightly wired, the mains inside its window and without outages, air
that freezes and scorches nobody, loads within the ratings. Climates, roofs, banks, loads, habits
and settings differ; steps last 5 minutes. A few device-years run always,
`TWINVERTER_HEALTHY_YEARS=100` sets how many.
"""

import math
import os
from itertools import islice, product

import numpy as np
import pytest

from tests.laws import years
from twinverter.catalog import alarms
from twinverter.core.kernel import compiled
from twinverter.scenario.house import load_house

pytestmark = pytest.mark.compiled
YEARS = int(os.environ.get("TWINVERTER_HEALTHY_YEARS", "8"))
STEP_S = 300.0

# fmt: off
CLIMATES = [
    # place       lat     lon   zone                  clear sky left, winter and summer  air, winter and summer
    ("Lagos",     6.5,    3.4,  "Africa/Lagos",         (0.80, 0.55),                    (27.6, 25.4)),
    ("Seville",  37.4,   -6.0,  "Europe/Madrid",        (0.60, 0.90),                    (11.0, 28.0)),
    ("Auckland", -36.9, 174.8,  "Pacific/Auckland",     (0.75, 0.60),                    (20.0, 11.0)),
    ("Potsdam",  52.4,   13.1,  "Europe/Berlin",        (0.35, 0.70),                    (6.0, 19.0)),
    ("Nairobi",  -1.3,   36.8,  "Africa/Nairobi",       (0.75, 0.60),                    (20.0, 17.0)),
]
BANKS = [
    # what is installed                                      what is set
    ("chemistry = 'lfp'\ncapacity_ah = 200",                "batt_mode = 'lithium'\nbatt_capacity_ah = 200"),
    ("chemistry = 'agm'\ncapacity_ah = 400",                "batt_mode = 'use_batt_pct'\nbatt_capacity_ah = 400"),
    ("chemistry = 'gel'\ncapacity_ah = 200",                "batt_mode = 'use_batt_v'\nbatt_capacity_ah = 200\nlead_acid_type = 'gel'"),
    ("model = 'lfp_14kwh'",                                  "batt_mode = 'lithium'\nbatt_capacity_ah = 280"),
]
TIMETABLE = {
    "tou_enable": True, "tou1_time": "00:00", "tou2_time": "05:00", "tou3_time": "09:00",
    "tou4_time": "13:00", "tou5_time": "17:00", "tou6_time": "21:00",
    **{f"tou{row}_batt_pct": level for row, level in enumerate((80, 60, 60, 90, 45, 45), 1)},
    **{f"tou{row}_batt_v": level for row, level in enumerate((50, 49, 49, 51, 49, 49), 1)},
    **{f"tou{row}_power_w": 4000 for row in range(1, 7)},
}
# The rows keep what is above Low Batt; without them that is where the battery rests every night.
HABITS = [
    {"work_mode": "zero_export_load", **TIMETABLE},
    {"work_mode": "zero_export_ct", **TIMETABLE},
    {"work_mode": "zero_export_ct", "solar_sell": True, "energy_pattern": "load_first", **TIMETABLE},
    {"work_mode": "selling_first", "max_sell_power_w": 6000},
    {"work_mode": "selling_first", **TIMETABLE, "max_discharge_a": 100},
    {"work_mode": "zero_export_ct", "grid_charge": True, "grid_charge_a": 30, **TIMETABLE},
    {"work_mode": "zero_export_load", "asymmetric_phase_feeding": True, "signal_island_mode": True, **TIMETABLE},
    {"work_mode": "zero_export_ct", "gen_port_mode": "smart_load_output", "solar_arc_fault_on": True, **TIMETABLE},
    {"work_mode": "selling_first", "qv_enable": True, "drm": True, "bms_err_stop": True},
    {"work_mode": "zero_export_load", "firmware": "later", "zero_export_scope": "sum", **TIMETABLE},
]
# fmt: on
HOUSE = """
[site]
name = "{place}"
latitude = {lat}
longitude = {lon}
timezone = "{zone}"
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = {modules}
tilt_deg = {tilt}
azimuth_deg = {east}
[[site.pv]]
module = "LONGi LR4-72HPH-450M"
modules_in_series = 9
tilt_deg = {tilt}
azimuth_deg = {west}
[site.battery]
{bank}
[site.measuring]
ct = true
[site.feeder]
resistance_ohm = 0.3
[settings.battery]
{set_bank}
max_charge_a = 60
max_discharge_a = 80
gen_charge = false
[settings.work_mode]
work_mode = "zero_export_load"
[world]
start = 2023-01-01
days = 365
seed = {seed}
initial_soc_pct = 60
[world.weather]
clear_index = {clear}
air_c = {air}
air_day_range_c = 8.0
[world.load]
appliances = [
  {{ name = "always on", phase = 1, power_w = {base} }},
  {{ name = "cooker", phase = 2, power_w = 2500, hours = ["11:00-13:00", "18:00-20:00"], duty = 0.5, cycle_min = 20 }},
  {{ name = "pump", phase = 3, power_w = 900, hours = ["06:00-09:00"], uses_per_day = 2.0, use_min = 30 }},
]
[world.home]
appliances = [{{ name = "heater", phase = 3, power_w = 2000, hours = ["05:00-07:00"], duty = 0.5, cycle_min = 30 }}]
[world.grid]
voltage_v = 231
wander_v = 3.0
wander_hz = 0.05
sag_v = {{ "00:00" = 0, "19:00" = 12, "22:00" = 0 }}
{outages}
"""
OUTAGES = "[world.grid.outages]\nhours_per_day = 2\nmean_min = 60"


def over_the_year(winter, summer):
    """Return twelve values from January to December and back."""
    return [
        round(winter + (summer - winter) * (0.5 - 0.5 * math.cos(math.pi * m / 6.0)), 3)
        for m in range(12)
    ]


def house(folder, number, outages=""):
    """Return the house of one number: climate, roof and bank in turn."""
    place, lat, lon, zone, clear, air = CLIMATES[number % len(CLIMATES)]
    bank, set_bank = BANKS[number % len(BANKS)]
    north = lat < 0.0
    text = HOUSE.format(
        place=place, lat=lat, lon=lon, zone=zone, seed=number + 1, bank=bank, set_bank=set_bank,
        modules=9 + number % 4, tilt=10 + 5 * (number % 5), base=200 + 100 * (number % 6),
        east=60 if north else 120, west=300 if north else 240,
        clear=over_the_year(*clear), air=over_the_year(*air), outages=outages,
    )  # fmt: skip
    path = folder / f"{number}.toml"
    path.write_text(text, encoding="utf-8")
    return load_house(path)


def lived(home, habits, days=365):
    """Return the codes that devices of one house show, each with other habits, and when first."""
    sites, rules, states = map(
        np.concatenate, zip(*(years.member(home, habit) for habit in habits), strict=True)
    )
    codes, first = np.zeros(len(habits), np.int64), np.full(len(habits), -1)
    run, begun = compiled(years.shown), 0
    for inputs in home.chunks(days=days, step_s=STEP_S):
        run(sites, rules, states, inputs, codes, first, begun, STEP_S)
        begun += len(inputs)
    return [
        (set(alarms.names(float(bits))), row * STEP_S / 86400.0)
        for bits, row in zip(codes, first, strict=True)
    ]


def houses(folder, outages=""):
    """Return pairs of a house and some habits, in all as many device-years as are asked for."""
    numbers = range(-(-YEARS // len(HABITS)))
    pairs = islice(product(numbers, HABITS), YEARS)
    grouped = {}
    for number, habit in pairs:
        grouped.setdefault(number, []).append(habit)
    return [(number, house(folder, number, outages), habits) for number, habits in grouped.items()]


def test_healthy_devices_show_no_code_for_years(tmp_path):
    told = []
    for number, home, habits in houses(tmp_path):
        for habit, (codes, day) in zip(habits, lived(home, habits), strict=True):
            if codes:
                told.append(
                    f"{home.name} {number}, {habit}: {sorted(codes)}, first on day {day:.1f}"
                )
    assert told == []


def test_without_a_timetable_the_battery_rests_at_low_batt_without_a_warning(tmp_path):
    """C-15, C-42: the floor on the grid is the level of the warning, and to rest there is healthy."""
    [(codes, _)] = lived(house(tmp_path, 0), [{"work_mode": "zero_export_load"}], days=30)
    assert codes == set()


def test_with_outages_only_their_own_codes_are_shown(tmp_path):
    """F35, and what an empty battery says: LOWBAT, BATSHUT, and F56 where a load is too big alone."""
    told = []
    for number, home, habits in houses(tmp_path, OUTAGES):
        for habit, (codes, day) in zip(habits, lived(home, habits), strict=True):
            assert "F35" in codes
            if codes - {"F35", "LOWBAT", "BATSHUT", "F56"}:
                told.append(
                    f"{home.name} {number}, {habit}: {sorted(codes)}, first on day {day:.1f}"
                )
    assert told == []
