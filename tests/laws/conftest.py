"""What the laws are tried on: settings, worlds and states drawn at random, borders densely."""

import pytest

from twinverter.batch.situation import quiet_inputs
from twinverter.catalog.row import CHOICE, NUMBER, SWITCH, TIME
from twinverter.catalog.settings import SETTINGS, check_all, full_values, kernel_settings
from twinverter.core.blocks import Phases
from twinverter.core.records import replaced
from twinverter.inverter import NO_LIMIT_A, initial

ROWS = [row for row in SETTINGS if row.in_kernel]
# Fields that several rules bind together are drawn in order instead.
ORDERED = (
    ("shutdown_soc_pct", "low_batt_soc_pct", "restart_soc_pct"),
    ("shutdown_v", "low_batt_v", "restart_v"),
    ("port_off_soc_pct", "port_on_soc_pct"),
    ("port_off_v", "port_on_v"),
)
WINDOWS = ("grid_vol", "grid_hz", "reconnect_vol", "reconnect_hz")
KEPT = {key for group in ORDERED for key in group} | {"grid_type", "gen_stop_v", "absorption_v"}
KEPT |= {f"{window}_{end}" for window in WINDOWS for end in ("high", "low")}
KEPT |= {f"tou{row}_time" for row in range(1, 7)}
# A power factor is lagging or leading, with nothing between -0.8 and 0.8.
KEPT |= {"power_factor"}

MONDAY_S = 19359 * 86400.0
STEPS_S = (0.001, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0)


def drawn(chance, row):
    """Return a value that a row allows: one of its ends, its default, or anything between."""
    if row.kind == SWITCH:
        return chance.random() < 0.5
    if row.kind == CHOICE:
        return chance.choice([choice for choice in row.choices if choice not in row.refused])
    if row.kind == TIME:
        return f"{chance.randrange(24):02d}:{chance.choice(('00', '30', '59'))}"
    assert row.kind == NUMBER
    place = chance.random()
    if place < 0.2:
        return row.low
    if place < 0.4:
        return row.high
    value = row.default if place < 0.5 else chance.uniform(row.low, row.high)
    return round(value) if row.whole else value


def ordered(chance, keys):
    """Return ascending values for fields that must rise."""
    row = next(row for row in ROWS if row.key == keys[0])
    values = sorted(chance.uniform(row.low, row.high) for _ in keys)
    values[-1] = min(row.high, values[-1] + 1)
    return dict(zip(keys, (round(v) if row.whole else v for v in values), strict=True))


def random_values(chance, changes=12, **fixed):
    """Return stored values of a panel on which somebody has changed some settings."""
    values = {row.key: drawn(chance, row) for row in chance.sample(ROWS, changes)}
    values = {key: value for key, value in values.items() if key not in KEPT}
    for keys in ORDERED:
        if chance.random() < 0.3:
            values |= ordered(chance, keys)
    if chance.random() < 0.3:
        hours = sorted(chance.randrange(24) for _ in range(6))
        values |= {f"tou{row}_time": f"{hour:02d}:00" for row, hour in enumerate(hours, 1)}
    if chance.random() < 0.1:
        values["power_factor"] = chance.choice((-1.0, 1.0)) * chance.uniform(0.8, 1.0)
    values |= fixed
    full = full_values(values)
    if full["gen_port_mode"] == "micro_inv_input":
        for off, on in (ORDERED[2], ORDERED[3]):
            full[off], full[on] = full[on], full[off]
            if not full[on] < full[off]:
                full |= {
                    key: full_values({"gen_port_mode": "micro_inv_input"})[key] for key in (on, off)
                }
    assert check_all(full) == [], check_all(full)[0]
    return full


def phases(chance, sizes):
    """Return a power on each phase, often unequal."""
    return Phases(
        *(chance.choice(sizes) * chance.choice((1.0, 1.0, chance.random())) for _ in range(3))
    )


def random_inputs(chance, settings, clock_s):
    """Return a world at one moment: calm or violent, day or night, mains good, bad or gone."""
    hz = settings.grid.grid_frequency_hz
    nominal_v = settings.grid.nominal_v
    sun = chance.choice((0.0, 0.0, 5.0, 150.0, chance.uniform(0.0, 1000.0), 1100.0))
    mains = chance.choice(("good", "good", "good", "off", "low", "high", "fast", "one phase"))
    volts = {"off": 0.0, "low": 0.78, "high": 1.16}.get(mains, 1.0) * nominal_v
    grid_v = Phases(volts, volts, 0.0 if mains == "one phase" else volts)
    calm = quiet_inputs(clock_s, hz)
    return calm._replace(
        irradiance1_w_m2=sun,
        irradiance2_w_m2=sun * chance.choice((1.0, 0.5, 0.0)),
        cell1_c=chance.uniform(-20.0, 80.0),
        cell2_c=chance.uniform(-20.0, 80.0),
        ambient_c=chance.choice((25.0, 25.0, 10.0, 40.0, 48.0, 59.0, 61.0, -26.0)),
        load_w=phases(chance, (0.0, 0.0, 100.0, 1000.0, 2900.0, 6000.0, 9000.0)),
        home_w=phases(chance, (0.0, 0.0, 500.0, 5000.0)),
        smart_load_w=phases(chance, (0.0, 0.0, 300.0, 2000.0)),
        micro_inverter_w=chance.choice((0.0, 0.0, 500.0, 3000.0, 9000.0)),
        grid_v=grid_v,
        grid_hz=hz + (2.0 if mains == "fast" else 0.0),
        phase_order_ok=chance.choice((1.0, 1.0, 1.0, 0.0)),
        ct_ok=chance.choice((1.0, 1.0, 1.0, 0.0)),
        gen_ready=chance.choice((1.0, 1.0, 0.0)),
        gen_by_hand=chance.choice((0.0, 0.0, 1.0)),
        bms_silent=chance.choice((0.0, 0.0, 0.0, 1.0)),
        bms_charge_max_a=chance.choice((NO_LIMIT_A, NO_LIMIT_A, 0.0, 30.0)),
        bms_discharge_max_a=chance.choice((NO_LIMIT_A, NO_LIMIT_A, 0.0, 30.0)),
        bms_force_charge=chance.choice((0.0, 0.0, 0.0, 1.0)),
        battery_sensor_ok=chance.choice((1.0, 1.0, 0.0)),
        drm=chance.choice((0.0, 0.0, 0.0, float(chance.randrange(512)))),
        forced_island=chance.choice((0.0, 0.0, 0.0, 1.0)),
    )


def random_state(chance, site, settings, inputs):
    """Return a machine long in use, some of its flags and timers anywhere."""
    soc = chance.choice((0.0, 0.02, 0.19, 0.2, 0.21, 0.35, 0.5, 0.9, 0.95, 1.0, chance.random()))
    state = initial(site, settings, soc, inputs.ambient_c)
    stage = float(chance.randrange(4)) if settings.battery.batt_mode else 0.0
    flags = {
        "control_latches_wait_restart": chance.choice((0.0, 0.0, 1.0)),
        "control_latches_discharge_on": chance.choice((0.0, 1.0)),
        "control_latches_grid_charge_on": chance.choice((0.0, 1.0)),
        "control_smart_on": chance.choice((0.0, 1.0)),
        "control_grid_qualified": chance.choice((0.0, 1.0)),
        "control_grid_inside_s": chance.choice((0.0, 59.0)),
        "control_generator_good_s": chance.choice((0.0, 100.0)),
        "control_generator_requested": chance.choice((0.0, 1.0)),
        "control_charger_stage": stage,
        "control_charger_since_equalization_s": chance.choice((0.0, 1.0e7)),
        "control_fault_selftest_s": chance.choice((10.0, 10.0, 10.0, 0.0)),
        "plant_genset_running": chance.choice((0.0, 1.0)),
        "plant_battery_temp_c": chance.choice((25.0, 25.0, 0.0, 40.0, 56.0)),
    }
    return replaced(state, flags)


class Chance:
    """Settings, sites, worlds and states at random; `source` is a random.Random."""

    def __init__(self, source, sites):
        self.source = source
        self.sites = sites

    def settings(self, **fixed):
        """Return the kernel's settings, with some panel settings fixed."""
        return kernel_settings(random_values(self.source, **fixed))

    def site(self, settings):
        """Return a site that fits the settings: micro-inverters and the generator's port."""
        site = self.source.choice(self.sites)
        hz = settings.grid.grid_frequency_hz
        micro = site.micro_inverters._replace(
            slow_above_hz=hz + settings.law.aux.mi_slow_hz,
            stop_hz=settings.gen_port.ac_couple_freq_high_hz,
        )
        engine = site.genset._replace(on_grid_port=settings.gen_port.gen_on_grid_port)
        return site._replace(micro_inverters=micro, genset=engine)

    def inputs(self, settings, clock_s=None):
        """Return the world at one moment."""
        at_s = MONDAY_S + self.source.randrange(7 * 86400) if clock_s is None else clock_s
        return random_inputs(self.source, settings, float(at_s))

    def state(self, site, settings, inputs):
        """Return what the machine carries."""
        return random_state(self.source, site, settings, inputs)

    def step_s(self):
        """Return the length of a step."""
        return self.source.choice((*STEPS_S, 10.0 ** self.source.uniform(-3.0, 3.5)))


class Chances:
    """A maker of `Chance` from a random source."""

    def __init__(self, sites):
        self.sites = sites

    def __call__(self, source):
        return Chance(source, self.sites)

    def __repr__(self):
        return "Chances"


@pytest.fixture(scope="session")
def chance(machine):
    """Return a maker of `Chance`: machines on lossless, lithium and AGM banks."""
    kinds = (("lfp", True), ("lfp", False), ("agm", False))
    return Chances([machine(chemistry=kind, lossless=ideal).site for kind, ideal in kinds])
