"""Any step from a millisecond to an hour tells the same story (C-05a)."""

import math

import pytest

from twinverter.catalog import alarms
from twinverter.catalog.states import ON_GRID, STANDBY, STATES, relay_names

HOURS = 8
RELAYS = {"grid", "gen", "gen_start"}
ENERGIES = (
    "pv_wh",
    "load_wh",
    "home_wh",
    "load_unserved_wh",
    "home_unserved_wh",
    "grid_import_wh",
    "grid_export_wh",
    "generator_wh",
    "battery_charge_wh",
    "battery_discharge_wh",
    "losses_wh",
)


def rows(**columns):
    """Return the timetable's settings from columns of six."""
    return {f"tou{i}_{key}": column[i - 1] for key, column in columns.items() for i in range(1, 7)}


# A day squeezed into eight hours: charging at night, sun with clouds, two outages, an engine.
SETTINGS = {
    "max_charge_a": 100,
    "max_discharge_a": 150,
    "gen_charge_a": 60,
    "low_batt_soc_pct": 35,
    "soc_hysteresis_pct": 8,
    "grid_charge": 1,
    "tou_enable": 1,
    **rows(
        time=("00:00", "01:00", "02:00", "05:00", "07:00", "08:00"),
        batt_pct=(60, 45, 45, 60, 40, 40),
        grid_charge=(1, 0, 0, 0, 0, 0),
        gen_charge=(0, 0, 0, 1, 0, 0),
    ),
}


def world_at(minute):
    """Return sun, load, home and mains in one minute."""
    hour = minute / 60.0
    clear_w = 7000.0 * math.sin(math.pi * (hour - 2.0) / 3.0) if 2.0 < hour < 5.0 else 0.0
    cloud = 0.35 if minute // 10 % 3 == 1 else 1.0
    kettle_w = 2000.0 if minute % 60 < 6 else 0.0
    evening_w = 2200.0 if hour >= 5.0 else 700.0
    lost = 3.0 <= hour < 3.5 or 5.5 <= hour < 7.5
    return {
        "sun": round(clear_w * cloud, -1),
        "load": f"300,{evening_w},{kettle_w + 100.0}",
        "home": 500,
        "grid": "off" if lost else "on",
    }


def day(machine, dt_s):
    """Return the meters of the day, and its events as (minute, what)."""
    m = machine(SETTINGS, soc=0.5, lossless=False, at_h=0.0, gen_ready=1.0)
    events, shown = [], None
    for minute in range(HOURS * 60):
        m.world(**world_at(minute))
        for _ in range(round(60.0 / dt_s)):
            m.run(dt_s, dt_s)
            # A machine on the mains that happens to convert nothing for a second is no event.
            state = ON_GRID if m.flows.state == STANDBY else m.flows.state
            now = (state, m.flows.relays, m.flows.alarms)
            if now != shown:
                events += [(minute, word) for word in changes(now, shown)]
                shown = now
    return m.state.meters, events


def changes(now, before):
    """Return in words what the panel shows anew."""
    state, closed, raised = now
    was = before or (None, 0.0, 0.0)
    words = [STATES[int(state)]] if state != was[0] else []
    for new, old in (
        (set(relay_names(closed)) & RELAYS, set(relay_names(was[1])) & RELAYS),
        (set(alarms.names(raised)), set(alarms.names(was[2]))),
    ):
        words += [f"{name} {'on' if name in new else 'off'}" for name in sorted(new ^ old)]
    return words


@pytest.fixture(scope="module")
def by_seconds(machine):
    """Return the day by the second."""
    return day(machine, 1.0)


@pytest.mark.parametrize("dt_s", [10.0, 60.0])
def test_a_day_by_longer_steps_has_the_same_events_and_energies(machine, by_seconds, dt_s):
    """C-05a: energies within 0.5 % of what the house used, events within three minutes."""
    meters, events = day(machine, dt_s)
    exact, exact_events = by_seconds
    assert [what for _, what in events] == [what for _, what in exact_events]
    for (minute, what), (exact_minute, _) in zip(events, exact_events, strict=True):
        assert abs(minute - exact_minute) <= 3, what
    used_wh = exact.load_wh + exact.home_wh
    for name in ENERGIES:
        assert getattr(meters, name) == pytest.approx(getattr(exact, name), abs=0.005 * used_wh), (
            name
        )


def test_the_day_is_mixed(by_seconds):
    """The day has all that it is meant to have."""
    meters, events = by_seconds
    told = {what for _, what in events}
    assert {"ON_GRID", "OFF_GRID", "GEN", "gen_start on", "gen_start off", "F35 on"} <= told
    assert meters.generator_wh > 1000.0 and meters.pv_wh > 5000.0 and meters.grid_import_wh > 5000.0


# fmt: off
@pytest.mark.parametrize(
    ("settings",                                               "world",                                   "soc", "hours", "ends"),
    [
        # on grid down to Low Batt
        ({"max_discharge_a": 190},                              {"load": 5000},                            0.80,    2,   0.35),
        # down to a row's target
        ({"max_discharge_a": 190, "tou_enable": 1, **rows(batt_pct=[40] * 6)}, {"load": 5000},             0.80,    2,   0.40),
        # sold down to it
        ({"work_mode": "selling_first", "max_discharge_a": 190, "tou_enable": 1,
          **rows(batt_pct=[40] * 6, power_w=[5000] * 6)},        {},                                        0.80,    2,   0.40),
        # peak shaving down to Low Batt
        ({"work_mode": "selling_first", "max_discharge_a": 190, "grid_peak_shaving": 1,
          "grid_peak_shaving_w": 1000},                          {"load": 6000},                            0.80,    2,   0.35),
        # in an island down to Shutdown, and the few seconds until it is noticed
        ({"max_discharge_a": 190, "gen_signal": 0},             {"load": 5000, "grid": "off"},             0.60,    2,   0.20),
        # charged by the grid up to a row's target
        ({"grid_charge": 1, "grid_charge_a": 100, "max_charge_a": 100, "tou_enable": 1,
          **rows(batt_pct=[70] * 6, grid_charge=[1] * 6)},       {},                                        0.30,    2,   0.70),
        # by the generator up to its stop
        ({"gen_charge_a": 60, "max_charge_a": 60, "gen_stop_soc_pct": 60, "low_batt_soc_pct": 20},
                                                                 {"grid": "off", "gen_ready": 1.0},         0.29,    4,   0.60),
        # by the sun up to full
        ({"max_charge_a": 190},                                  {"sun": 8000.0},                           0.60,    2,   1.00),
    ],
)
# fmt: on
def test_an_hour_at_once_does_not_pass_a_threshold(machine, settings, world, soc, hours, ends):
    """C-05a: the mean power of the step is the energy to the threshold over the step."""
    m = machine(settings, soc=soc, **world)
    ways = [m.run(3600.0, 3600.0).soc for _ in range(hours)]
    # 10 s of 5 kW, the persistence of Shutdown, are 0.14 % of the bank.
    assert ways[-1] == pytest.approx(ends, abs=0.0015)
    low, high = min(soc, ends), max(soc, ends)
    assert all(low - 0.0015 <= level <= high + 1e-6 for level in ways)


@pytest.mark.parametrize("dt_s", [0.001, 0.01, 1.0, 60.0, 3600.0])
def test_a_steady_hour_is_the_same_at_any_step(machine, dt_s):
    """A lossless hour of 1000 W is 1000 Wh, whatever it is made of."""
    m = machine(soc=0.6, sun=3000.0, load=1000)
    seconds = min(3600.0, 1000.0 * dt_s)
    m.run(seconds, dt_s)
    hours = seconds / 3600.0
    meters = m.state.meters
    assert meters.load_wh == pytest.approx(1000.0 * hours)
    assert meters.battery_charge_wh == pytest.approx(2000.0 * hours)
    assert meters.grid_import_wh == pytest.approx(20.0 * hours)
