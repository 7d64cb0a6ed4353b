"""A house as a whole: what it holds, its rows over days that are no 24 hours, its memory."""

from datetime import date, datetime

import numpy as np
import pytest

from twinverter.catalog.installed import defaults
from twinverter.core.records import as_dict, leaves
from twinverter.plant.site import Site
from twinverter.plant.world import NO_LIMIT_A, Inputs
from twinverter.scenario.clock import wall_of
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import CHUNK_ROWS, load_house

# Every float32 carries about seven digits; sums of a day stay well inside this.
SINGLE = 1e-6


@pytest.fixture(scope="module")
def lagos():
    return load_house()


def gathered(house, *names, **when):
    parts = list(house.chunks(**when))
    return [np.concatenate([part[name] for part in parts]).astype(float) for name in names]


# --- what it holds -----------------------------------------------------------------------------


def test_the_built_in_house_is_the_one_that_is_promised(lagos):
    assert lagos.timezone == "Africa/Lagos"
    assert (lagos.site.pv1.modules, lagos.site.pv2.modules) == (9.0, 9.0)
    assert lagos.site.pv1.light_current_ref_a < 12.5
    assert lagos.site.battery.lithium == 1.0
    assert lagos.site.battery.capacity_ah * 51.2 == pytest.approx(10_000, rel=0.05)
    assert lagos.site.genset.rated_w == 5000.0
    assert lagos.values["batt_mode"] == "lithium"
    assert 0.0 < lagos.initial_soc < 1.0


def test_the_built_in_house_says_that_it_is_modelled(lagos):
    said = " ".join(lagos.notes)
    for word in (
        "climate",
        "illustrative",
        "no measurement",
        "sky is modelled",
        "outages are modelled",
    ):
        assert word in said


def test_the_built_in_house_has_the_year_that_is_promised(lagos):
    names = ("load_w", "home_w")
    phases = [f"{name}_l{phase}" for name in names for phase in (1, 2, 3)]
    *watts, grid_v, light = gathered(lagos, *phases, "grid_v_l1", "irradiance1_w_m2", step_s=3600.0)
    assert 14.0 < sum(part.sum() for part in watts) / 1000 / 365 < 16.5
    assert 8.0 < (grid_v == 0).mean() * 24 < 10.0
    assert 1300 < light.sum() / 1000 < 1800
    assert 185 < grid_v[grid_v > 0].min() < 210


def test_the_settings_become_the_kernels_record(lagos):
    assert lagos.settings.battery.max_charge_a == lagos.values["max_charge_a"]
    assert lagos.settings.battery.gen_start_soc == lagos.values["gen_start_soc_pct"] / 100


def test_other_settings_make_another_house_with_the_same_world(lagos):
    other = lagos.with_settings({"battery.max_charge_a": "60 A", "energy_pattern": "batt_first"})
    assert (other.settings.battery.max_charge_a, lagos.settings.battery.max_charge_a) == (60, 100)
    assert other.values["energy_pattern"] == "batt_first"
    assert other.world is lagos.world
    again = other.with_settings({"max_charge_a": 70})
    assert again.values["energy_pattern"] == "batt_first"


def test_a_choice_brings_what_goes_with_it(lagos):
    other = lagos.with_settings({"gen_port_mode": "micro_inv_input"})
    assert other.values["port_off_soc_pct"] == lagos.values["mi_off_soc_pct"]


# fmt: off
REFUSED = [
    ({"battery.max_charge_a": 500},      "settings.battery.max_charge_a = 500: is out of range (allowed: 0 to 190 A)"),
    ({"battery.max_charge": 5},          "settings.battery.max_charge: "),
    ({"batt_mode": "use_batt_v"},        "settings.battery.batt_mode = 'use_batt_v': is for lead-acid"),
    ({"ex_meter_for_ct": 1},             "settings.advanced.ex_meter_for_ct = True: needs a meter"),
]
# fmt: on


@pytest.mark.parametrize("changes, line", REFUSED, ids=[line for _, line in REFUSED])
def test_a_change_is_checked_like_the_file(lagos, changes, line):
    with pytest.raises(HouseError) as refused:
        lagos.with_settings(changes)
    assert str(refused.value).startswith(line)


# fmt: off
BATTERIES = [
    # [site.battery]                               settings                            what
    ('chemistry = "agm"\ncapacity_ah = 400',       {},                                 "lead-acid in percent, the default"),
    ('chemistry = "gel"\ncapacity_ah = 200',       {"batt_mode": "use_batt_v"},        "lead-acid in volts"),
    ('model = "lfp_14kwh"',                        {"batt_mode": "lithium"},           "a bank as it is sold"),
    ('chemistry = "lfp"\ncapacity_ah = 100\nbms_speaks = false', {"absorption_v": 56}, "lithium without a voice, by percent"),
    ('chemistry = "none"',                         {"batt_mode": "no_batt"},           "no battery"),
    ('chemistry = "lfp"\ncapacity_ah = 100',       {"batt_mode": "no_batt"},           "a battery that is not used"),
]
# fmt: on


@pytest.mark.parametrize("table, settings, what", BATTERIES, ids=[row[-1] for row in BATTERIES])
def test_settings_that_fit_the_battery_are_taken(bare, table, settings, what):
    path = bare()
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in settings.items()]
    text = path.read_text().replace('chemistry = "lfp"\ncapacity_ah = 200', table)
    path.write_text(text.replace('batt_mode = "lithium"', "\n".join(lines)))
    assert {key: load_house(path).values[key] for key in settings} == settings


def test_any_figure_of_what_is_installed_can_be_set(bare_house):
    house = bare_house(
        "[site.battery.ageing]\ncycle_rate = 0.002\n[site.tracker.loss]\nlinear = 0.01\n"
        "[site.bridge]\nown_idle_w = 7\n[site.genset]\nfuel = 'diesel'\nrated_w = 8000\ncrank_s = 9"
    )
    site = house.site
    assert (site.battery.ageing.cycle_rate, site.tracker.loss.linear) == (0.002, 0.01)
    assert (site.bridge.own_idle_w, site.genset.crank_s, site.genset.rated_w) == (7, 9, 8000)


def test_what_a_house_does_not_say_stands_at_its_default(bare_house):
    flat = as_dict(bare_house().site)
    assert len(flat) == len(list(leaves(Site)))
    assert flat["bridge_own_running_w"] == defaults()["bridge.own_running_w"]


def test_an_input_without_a_string_stays_dark(bare_house):
    house = bare_house()
    assert house.site.pv2.modules == 0.0
    dark, light = gathered(house, "irradiance2_w_m2", "irradiance1_w_m2", days=1)
    assert dark.max() == 0.0 < light.max()


def test_a_module_can_be_given_by_its_datasheet(bare_house, bare):
    sheet = (
        "{ cells_in_series = 72, voc_v = 49.3, isc_a = 11.6, vmp_v = 41.5, imp_a = 10.85,"
        " alpha_isc_pct_per_k = 0.048, beta_voc_pct_per_k = -0.27, gamma_power_pct_per_k = -0.35 }"
    )
    path = bare()
    path.write_text(path.read_text().replace('"LONGi LR4-72HPH-450M"', sheet))
    by_sheet, by_name = load_house(path).site.pv1, bare_house().site.pv1
    assert by_sheet == pytest.approx(by_name, rel=0.02, abs=1e-9)


def test_a_file_is_found_beside_the_house_or_by_a_variable(bare_house, tmp_path, monkeypatch):
    rows = "\n".join(f"2023-01-01T{hour:02d}:00,{hour}" for hour in range(24))
    (tmp_path / "m.csv").write_text(f"time,w\n{rows}\n")
    monkeypatch.setenv("MY_METERS", str(tmp_path))
    for name in ("m.csv", "${MY_METERS}/m.csv", str(tmp_path / "m.csv")):
        house = bare_house(f'[world.load]\nfile = "{name}"\ntotal = "w"')
        assert gathered(house, "load_w_l1", days=1)[0].mean() == pytest.approx(11.5)


# --- rows --------------------------------------------------------------------------------------

# fmt: off
DAYS = [
    # zone               day                 hours  first hour  what
    ("Europe/Berlin",    date(2023, 3, 26),  23,    [0, 1, 3, 4],    "spring"),
    ("Europe/Berlin",    date(2023, 10, 29), 25,    [0, 1, 2, 2],    "autumn"),
    ("Europe/Berlin",    date(2023, 6, 1),   24,    [0, 1, 2, 3],    "any other day"),
    ("Africa/Lagos",     date(2023, 3, 26),  24,    [0, 1, 2, 3],    "a zone without summer time"),
    ("America/New_York", date(2023, 11, 5),  25,    [0, 1, 1, 2],    "autumn beyond the sea"),
]
# fmt: on


@pytest.mark.parametrize("zone, day, hours, clock, what", DAYS, ids=[row[-1] for row in DAYS])
@pytest.mark.parametrize("step_s", [60.0, 900.0, 3600.0])
def test_a_day_has_its_hours_and_the_clock_on_the_wall(
    bare_house, zone, day, hours, clock, what, step_s
):
    house = bare_house(timezone=zone)
    (rows,) = house.chunks(start=day, days=1, step_s=step_s)
    assert len(rows) == hours * 3600 / step_s
    walls_h = (rows["clock_s"] - wall_of(day)) / 3600
    per_hour = round(3600 / step_s)
    assert walls_h[: 4 * per_hour : per_hour].tolist() == clock
    assert walls_h[-1] == pytest.approx(24 - step_s / 3600)


def test_days_of_change_do_not_move_the_sun(bare_house):
    house = bare_house(timezone="Europe/Berlin", latitude=52.4, longitude=13.1)
    noons = []
    for day in (date(2023, 3, 25), date(2023, 3, 26)):
        (rows,) = house.chunks(start=day, days=1)
        light = rows["irradiance1_w_m2"].astype(float)
        noons.append(np.sum(light * (rows["clock_s"] - wall_of(day))) / light.sum() / 3600)
    assert noons[1] - noons[0] == pytest.approx(1.0, abs=0.4)


@pytest.mark.parametrize("year, days", [(2023, 365), (2024, 366)])
def test_a_year_has_its_days(bare_house, year, days):
    chunks = list(bare_house().chunks(start=date(year, 1, 1), days=days, step_s=3600.0))
    clocks_s = np.concatenate([chunk["clock_s"] for chunk in chunks])
    assert len(clocks_s) == days * 24
    assert (clocks_s[0], clocks_s[-1]) == (
        wall_of(date(year, 1, 1)),
        wall_of(date(year + 1, 1, 1)) - 3600,
    )


def test_rows_carry_every_field_of_the_kernels_record(lagos):
    rows = next(lagos.chunks(days=1))
    assert rows.dtype.names == tuple(leaves(Inputs))
    assert rows.dtype["clock_s"] == np.float64
    assert all(rows.dtype[name] == np.float32 for name in rows.dtype.names if name != "clock_s")
    assert all(np.isfinite(rows[name]).all() for name in rows.dtype.names)


def test_the_flags_say_what_is_installed(bare_house, lagos):
    bare = next(bare_house().chunks(days=1))[0]
    assert (bare["ct_ok"], bare["gen_ready"], bare["phase_order_ok"]) == (0.0, 0.0, 1.0)
    assert bare["bms_charge_max_a"] == bare["bms_discharge_max_a"] == NO_LIMIT_A
    more = (
        "[site.measuring]\nct = true\n[site.genset]\nrated_w = 5000\n"
        "[site.feeder]\nphase_order_ok = false\n"
    )
    full = next(bare_house(more).chunks(days=1))[0]
    assert (full["ct_ok"], full["gen_ready"], full["phase_order_ok"]) == (1.0, 1.0, 0.0)


def test_chunks_are_bounded_and_join_without_a_seam(lagos):
    chunks = list(lagos.chunks(days=70))
    assert [len(chunk) for chunk in chunks] == [44640, 44640, 11520]
    seconds = next(lagos.chunks(days=2, step_s=1.0))
    assert len(seconds) == CHUNK_ROWS
    steps_s = np.diff(np.concatenate([chunk["clock_s"] for chunk in chunks]))
    assert set(steps_s) == {60.0}
    alone = next(lagos.chunks(start=date(2023, 2, 1), days=1))
    joined = chunks[1][:1440]
    for name in alone.dtype.names:
        assert alone[name] == pytest.approx(joined[name], rel=1e-6, abs=1e-4), name


NAMES = ("irradiance1_w_m2", "irradiance2_w_m2", "load_w_l1", "load_w_l2", "load_w_l3", "home_w_l2")


@pytest.mark.parametrize("step_s", [1.0, 7.0, 10.0, 300.0, 3600.0])
def test_a_day_has_the_same_energies_at_any_step(lagos, step_s):
    when = {"start": date(2023, 4, 4), "days": 1}
    wanted = [values.sum() * 60 for values in gathered(lagos, *NAMES, **when)]
    found = [values.sum() * step_s for values in gathered(lagos, *NAMES, **when, step_s=step_s)]
    # Seven seconds do not divide a day: its last six are missing.
    slack = SINGLE if 86400 % step_s == 0 else 1e-3
    assert found == pytest.approx(wanted, rel=slack, abs=1.0)


def test_cells_of_an_hour_are_as_warm_as_while_they_were_lit(lagos):
    light, cell_c = gathered(lagos, "irradiance1_w_m2", "cell1_c", days=1)
    hour, hourly_c = gathered(lagos, "irradiance1_w_m2", "cell1_c", days=1, step_s=3600.0)
    weighted = (light * cell_c).reshape(24, 60).sum(axis=1) / np.maximum(
        light.reshape(24, 60).sum(axis=1), 1
    )
    lit = hour > 10
    assert hourly_c[lit] == pytest.approx(weighted[lit], abs=0.01)


# fmt: off
STARTS = [
    # start                          days  rows  first clock
    (date(2023, 5, 1),                  1, 1440, "2023-05-01T00:00"),
    (datetime(2023, 5, 1, 18, 30),      1, 1440, "2023-05-01T18:30"),
    (datetime(2023, 5, 1, 18, 30),    0.5,  720, "2023-05-01T18:30"),
    (None,                              2, 2880, "2023-01-01T00:00"),
]
# fmt: on


@pytest.mark.parametrize("start, days, count, first", STARTS)
def test_a_run_begins_where_it_is_told(lagos, start, days, count, first):
    rows = np.concatenate(list(lagos.chunks(start, days)))
    assert len(rows) == count
    assert rows["clock_s"][0] == wall_of(datetime.fromisoformat(first))


# fmt: off
WRONG_RUNS = [
    ({"step_s": 7200.0},                "step = 7200: is out of range (allowed: 0.001 to 3600 s)"),
    ({"step_s": 0.0},                   "step = 0: is out of range (allowed: 0.001 to 3600 s)"),
    ({"step_s": float("nan")},          "step = nan: is out of range (allowed: 0.001 to 3600 s)"),
    ({"days": 0},                       "days = 0: is out of range (allowed: above 0 to 36600)"),
    ({"days": 0.001, "step_s": 3600.0}, "days = 0.001: holds no whole step"),
    ({"start": date(1900, 1, 1)},       "start = '1900-01-01 00:00:00': is out of range (allowed: 1971 to 2100)"),
]
# fmt: on


@pytest.mark.parametrize("when, line", WRONG_RUNS, ids=[line for _, line in WRONG_RUNS])
def test_a_run_that_cannot_be_is_refused_at_once(lagos, when, line):
    with pytest.raises(HouseError) as refused:
        lagos.chunks(**when)
    assert str(refused.value) == line


# --- micro-inverters and the generator ---------------------------------------------------------


def test_micro_inverters_follow_the_sun_up_to_their_rating(bare_house):
    more = "[site.micro_inverters]\nrated_w = 1000\npeak_w = {}\ntilt_deg = 20\n[world.weather]\nclear_index = 0.95"
    small, light = gathered(
        bare_house(more.format(800)), "micro_inverter_w", "irradiance1_w_m2", days=10
    )
    large, _ = gathered(
        bare_house(more.format(3000)), "micro_inverter_w", "irradiance1_w_m2", days=10
    )
    assert 500 < small.max() < 800
    assert large.max() == pytest.approx(1000.0)
    assert np.corrcoef(small, light)[0, 1] > 0.99
    assert small[light == 0].max() == 0.0


# fmt: off
READY = [
    # [world.generator]                                                     share of 10 days  what
    ("",                                                                    1.0,   "always"),
    ('hours = ["06:00-18:00"]',                                             0.5,   "by day"),
    ('hours = ["18:00-06:00"]',                                             0.5,   "by night"),
    ("away = [{first_day = 2023-01-03, last_day = 2023-01-04}]",            0.8,   "two days at the workshop"),
    ("fails_pct = 100",                                                     0.0,   "never starts"),
]
# fmt: on


@pytest.mark.parametrize("table, share, what", READY, ids=[row[-1] for row in READY])
def test_the_generator_is_ready_when_the_house_says_so(bare_house, table, share, what):
    house = bare_house(f"[site.genset]\nrated_w = 5000\n[world.generator]\n{table}")
    (ready,) = gathered(house, "gen_ready", days=10)
    assert ready.mean() == pytest.approx(share)


def test_a_generator_fails_on_the_same_days_in_any_run(bare_house):
    house = bare_house("[site.genset]\nrated_w = 5000\n[world.generator]\nfails_pct = 30")
    (whole,) = gathered(house, "gen_ready", days=300, step_s=3600.0)
    (part,) = gathered(house, "gen_ready", start=date(2023, 4, 1), days=60, step_s=3600.0)
    assert np.array_equal(part, whole[90 * 24 : 150 * 24])
    assert whole.mean() == pytest.approx(0.7, abs=0.08)
