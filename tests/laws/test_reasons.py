"""A reason is true: take away the setting or the cause it names, and the line does something else."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinverter.catalog.choices import (
    LOAD_FIRST,
    SUM,
    USE_BATT_PCT,
    ZERO_EXPORT_LOAD,
)
from twinverter.catalog.reasons import LINES, REASONS, key_of
from twinverter.catalog.states import DARK, FAULT, GEN, OFF, SELFTEST, relay_names
from twinverter.core.blocks import Phases, total
from twinverter.core.records import replaced
from twinverter.inverter import NO_LIMIT_A, step
from twinverter.plant.defects import SOUND, broken

# What the law cannot say yet: its function comes with the grid codes.
NEAR_W = 1e-3
NOBODY = Phases(0.0, 0.0, 0.0)
LARGE = 1.0e6

# Seconds to minutes: every timer short of the generator's day has its say.
TICKS_S = (1.0, 1.0, 11.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0)


def rules(group, **fields):
    """Return a change of settings, in the kernel's units."""

    def changed(moment):
        part = getattr(moment.settings, group)._replace(**fields)
        return {"settings": moment.settings._replace(**{group: part})}

    return changed


def law(group, **fields):
    """Return a change of a figure of the law."""

    def changed(moment):
        part = getattr(moment.settings.law, group)._replace(**fields)
        return {
            "settings": moment.settings._replace(law=moment.settings.law._replace(**{group: part}))
        }

    return changed


def world(**fields):
    """Return a change of the world."""
    return lambda moment: {"inputs": moment.inputs._replace(**fields)}


def memory(**fields):
    """Return a change of what the machine remembers."""
    return lambda moment: {"state": replaced(moment.state, fields)}


def bank(**fields):
    """Return a change of the installed battery."""
    return lambda moment: {
        "site": moment.site._replace(battery=moment.site.battery._replace(**fields))
    }


def mended(moment):
    """Return the site with nothing broken, and a machine that has forgotten what was."""
    well = {"control_protection_strings_tripped": 0.0, "control_protection_strings_leak_a": 0.0}
    return {
        "site": moment.site._replace(defects=SOUND),
        "state": replaced(moment.state, well),
    }


def rows(**fields):
    """Return a change of all rows of the timetable."""

    def changed(moment):
        table = moment.settings.time_of_use
        table = table._replace(rows=tuple(row._replace(**fields) for row in table.rows))
        return {"settings": moment.settings._replace(time_of_use=table)}

    return changed


def level(soc):
    """Return a change of the battery's state of charge, in volts a change of its voltage too."""

    def changed(moment):
        volts = 42.0 + 18.0 * soc
        moment.soc = soc
        battery = moment.site.battery._replace(ocv_v=(volts,) * 21)
        state = replaced(moment.state, {"control_level_filtered_v": volts})
        return {"site": moment.site._replace(battery=battery), "state": state}

    return changed


def more_load(moment):
    """Return the world with 600 W more on every line that consumes."""
    inputs = moment.inputs
    return {
        "inputs": inputs._replace(
            load_w=Phases(*(power_w + 200.0 for power_w in inputs.load_w)),
            home_w=Phases(*(power_w + 200.0 for power_w in inputs.home_w)),
        )
    }


def good_mains(moment):
    """Return the world with a healthy mains."""
    volts = moment.settings.grid.nominal_v
    return {
        "inputs": moment.inputs._replace(
            grid_v=Phases(volts, volts, volts),
            grid_hz=moment.settings.grid.grid_frequency_hz,
            phase_order_ok=1.0,
        )
    }


def no_mains(moment):
    """Return the world without a mains."""
    return {"inputs": moment.inputs._replace(grid_v=NOBODY)}


def other_import(moment):
    """Return settings with another standing import."""
    mode = moment.settings.work_mode
    mode = mode._replace(zero_export_power_w=mode.zero_export_power_w + 30.0)
    return {"settings": moment.settings._replace(work_mode=mode)}


def engine_off_port(moment):
    """Return the engine on its own terminals, and a mains at the grid's."""
    engine = moment.site.genset._replace(on_grid_port=0.0)
    return {"site": moment.site._replace(genset=engine)}


BRIGHT = world(irradiance1_w_m2=1000.0, irradiance2_w_m2=1000.0, cell1_c=25.0, cell2_c=25.0)
SUN = (BRIGHT, rules("work_mode", max_solar_power_w=LARGE), rules("installer", pv_max_v=2000.0))
NIGHT = world(irradiance1_w_m2=0.0, irradiance2_w_m2=0.0)
NO_LOAD = world(load_w=NOBODY, home_w=NOBODY, smart_load_w=NOBODY, micro_inverter_w=0.0)
LIGHT = (NO_LOAD, world(load_w=Phases(100.0, 100.0, 100.0)))
LOAD = (NO_LOAD, world(load_w=Phases(900.0, 900.0, 900.0)))
COOL = (
    world(ambient_c=25.0),
    memory(
        plant_sink_c=25.0, control_limits_stage_stopped=0.0, control_limits_stage_sink_stopped=0.0
    ),
)
TEMPERED = memory(
    plant_battery_temp_c=25.0, control_limits_guard_cold=0.0, control_limits_guard_hot=0.0
)
MANAGED = (
    world(bms_charge_max_a=NO_LIMIT_A, bms_discharge_max_a=NO_LIMIT_A, bms_silent=0.0),
    bank(
        bms_charge_a=LARGE, bms_discharge_a=LARGE, bms_taper_soc=1.0, bms_low_soc=0.0,
        bms_charge_v=70.0, bms_discharge_v=40.0,
        bms_cold_c=-99.0, bms_cool_c=-98.0, bms_warm_c=98.0, bms_hot_c=99.0,
    ),
    memory(
        control_limits_guard_heard=1.0,
        control_limits_guard_followed_charge_a=LARGE,
        control_limits_guard_followed_discharge_a=LARGE,
    ),
)  # fmt: skip
UNLIMITED = rules("battery", max_charge_a=LARGE, max_discharge_a=LARGE)
# A battery that takes and gives whatever it is asked for.
STAGES = rules(
    "battery", absorption_v=60.0, float_v=60.0, equalization_v=60.0, tempco_v_per_k_cell=0.0
)
ABLE = (*MANAGED, TEMPERED, UNLIMITED, STAGES, level(0.6), memory(control_limits_guard_low=0.0))
WILLING = (*ABLE, rules("battery", batt_mode=USE_BATT_PCT))
GENEROUS = (
    rules("battery", grid_charge_a=LARGE, gen_charge_a=LARGE),
    rules("gen_port", gen_rated_w=LARGE),
)
# Nothing but the mains carries the bus, if there is one.
NO_PEAK = (rules("work_mode", grid_peak_shaving_w=LARGE), rules("gen_port", gen_rated_w=LARGE))
NO_CHARGE = rules("battery", grid_charge=0.0, gen_charge=0.0)
PLAIN_MAINS = (
    world(forced_island=0.0, gen_by_hand=0.0),
    rules("advanced", drm=0.0),
    rules("gen_port", gen_on_grid_port=0.0),
    rules("installer", gen_with_grid=0.0),
    rules("battery", gen_force=0.0),
    engine_off_port,
)
MAINS = (good_mains, *PLAIN_MAINS)
# Everything that may hold a battery on the mains, one line each.
NO_FLOOR = rules("battery", low_batt_soc=-1.0, low_batt_v=0.0, shutdown_soc=-1.0, shutdown_v=0.0)
HOLDS = {
    "batt_wait_restart": (rules("battery", restart_soc=-1.0, restart_v=0.0),),
    "batt_below_target": (rows(batt_soc=-1.0, batt_v=0.0),),
    "batt_below_floor": (NO_FLOOR,),
    "batt_tou_off": (rules("time_of_use", tou_enable=1.0, days=(1.0,) * 7),),
    "batt_kept_full": (rules("battery", grid_charge=0.0),),
}


# A battery that nothing holds, with loads to serve.
SERVING = (*WILLING, *LOAD, *(change for changes in HOLDS.values() for change in changes),
           rows(power_w=LARGE, grid_charge=0.0))  # fmt: skip


def held(key):
    """Return all other holds, taken aside, and something to serve."""
    # A timetable ends the rule that keeps the battery full, so it must not be brought in there.
    others = [
        other for other in HOLDS if other not in (key, "batt_tou_off" * (key == "batt_kept_full"))
    ]
    aside = [change for other in others for change in HOLDS[other]]
    return (
        *aside, *MANAGED, TEMPERED, UNLIMITED, *LOAD, NIGHT, *COOL,
        rows(power_w=LARGE, grid_charge=0.0), rules("work_mode", grid_peak_shaving=0.0),
        rules("installer", zero_export_scope=SUM), world(bms_force_charge=0.0),
    )  # fmt: skip


# fmt: off
# What else might stand in the way of the line is taken aside first ...
ASIDE = {
    **{key: held(key) for key in HOLDS},
    "batt_charge_limit":    (*GENEROUS, *MANAGED, *COOL),
    "batt_discharge_limit": (*MANAGED, rows(power_w=LARGE)),
    "batt_charge_stage":    (*GENEROUS, UNLIMITED),
    "batt_rating":          (*GENEROUS, *MANAGED, UNLIMITED),
    "batt_bms_limit":       (*GENEROUS, UNLIMITED),
    "batt_bms_silent":      (*GENEROUS, UNLIMITED),
    "batt_temperature":     (*COOL, *GENEROUS, *MANAGED, UNLIMITED, STAGES, level(0.6), *SUN, NO_LOAD),
    "batt_absent":          (*ABLE, *COOL, *SUN, NO_LOAD),
    "batt_pv_first":        (NO_CHARGE, world(bms_force_charge=0.0)),
    "batt_idle":            (*WILLING, *COOL, world(micro_inverter_w=0.0), rules("battery", gen_charge_a=0.0, grid_charge_a=0.0),
                             rules("advanced", gen_peak_shaving=0.0), rules("work_mode", grid_peak_shaving=0.0)),
    "batt_empty":           (*MANAGED, TEMPERED, UNLIMITED, STAGES, *LIGHT, *COOL),
    "batt_full":            (*MANAGED, TEMPERED, UNLIMITED, *SUN, NO_LOAD),
    "grid_absent":          LOAD,
    "grid_outside_window":  LOAD,
    "grid_reconnecting":    (*LOAD, rules("installer", gen_with_grid=0.0)),
    "grid_forced_island":   (*LOAD, rules("installer", gen_with_grid=0.0), rules("advanced", drm=0.0)),
    "grid_demand_response": (rules("installer", gen_with_grid=0.0),),
    "grid_sensor_lost":     (*SERVING, *COOL, world(home_w=Phases(900.0, 900.0, 900.0))),
    "pv_dark":              (*WILLING, *COOL, *LOAD),
    "pv_all_used":          (*WILLING, *LOAD),
    "pv_max_solar":         (*WILLING, *COOL, *LOAD),
    "pv_over_voltage":      (*WILLING, *COOL, *LOAD, rules("work_mode", max_solar_power_w=LARGE)),
    ("battery", "heat_derating"): SERVING,
    ("pv", "heat_derating"): (*WILLING, NO_LOAD, rules("work_mode", max_solar_power_w=LARGE)),
    "gen_time_used":        (memory(control_generator_rest_s=0.0),),
    "gen_resting":          (rules("battery", gen_max_run_s=86400.0),),
    "gen_forced":           (world(gen_by_hand=0.0), NO_CHARGE),
    "gen_runs_low":         (world(gen_by_hand=0.0),),
    "gen_runs_row":         (world(gen_by_hand=0.0),),
    "mi_slowed":            (world(micro_inverter_w=500.0),),
    "mi_stopped":           (world(micro_inverter_w=500.0),),
    "load_inverter":        LOAD,
    "load_off":             (world(gen_by_hand=0.0),),
}

# ... then the setting or the cause that the reason names.
RELAX = {
    **HOLDS,
    "batt_charging_pv":     (NIGHT,),
    "batt_charging_grid":   (rules("battery", grid_charge=0.0),),
    "batt_charging_gen":    (rules("battery", gen_charge_a=0.0, grid_charge_a=0.0),),
    "batt_charging_mi":     (world(micro_inverter_w=0.0),),
    "batt_forced_charge":   (world(bms_force_charge=0.0), rules("battery", active_battery=0.0)),
    "batt_charge_limit":    (rules("battery", max_charge_a=LARGE),),
    "batt_discharge_limit": (rules("battery", max_discharge_a=LARGE),),
    "batt_bms_limit":       MANAGED,
    "batt_rating":          (*COOL, law("rating", battery_a=LARGE), law("battery", high_v=70.0, high_clear_v=70.0)),
    "batt_charge_stage":    (STAGES, bank(bms_charge_v=60.0)),
    "batt_full":            (level(0.5),),
    "batt_temperature":     (TEMPERED,),
    "batt_serves_load":     (NO_LOAD, *SUN),
    "batt_sells":           (rules("time_of_use", tou_enable=0.0),),
    "batt_row_power":       (rows(power_w=LARGE),),
    "batt_pv_first":        (rules("work_mode", energy_pattern=LOAD_FIRST),),
    "batt_empty":           (level(0.9), rules("battery", shutdown_soc=0.1, shutdown_v=43.0, restart_soc=0.5, restart_v=45.0), memory(control_limits_guard_low=0.0)),
    "batt_shaves_peak":     NO_PEAK,
    "batt_absent":          (rules("battery", batt_mode=USE_BATT_PCT),),
    "batt_fault":           (mended,),
    "batt_stage_rests":     (mended,),
    "batt_bms_silent":      MANAGED,
    "batt_idle":            (*SUN, NO_LOAD),

    "grid_rest":            (more_load,),
    "grid_setpoint":        (other_import,),
    "grid_weak_phase":      (rules("installer", zero_export_scope=SUM),),
    "grid_sells_pv":        (rules("work_mode", work_mode=ZERO_EXPORT_LOAD, solar_sell=0.0),),
    "grid_sells_battery":   (rows(power_w=0.0),),
    "grid_takes_mi":        (rules("gen_port", mi_export_cutoff=1.0),),
    "grid_max_sell":        (rules("work_mode", max_sell_power_w=LARGE),),
    "grid_peak_limit":      NO_PEAK,
    "grid_peak_exceeded":   (NO_LOAD,),
    "grid_absent":          MAINS,
    "grid_outside_window":  MAINS,
    "grid_reconnecting":    (rules("support", wait_s=1.0),),
    "grid_demand_response": (rules("advanced", drm=0.0),),
    "grid_support":         (rules("support", active=0.0),),
    "grid_sensor_lost":     (world(ct_ok=1.0),),
    "grid_is_generator":    (rules("gen_port", gen_on_grid_port=0.0), engine_off_port),
    "grid_forced_island":   (world(forced_island=0.0),),

    "pv_all_used":          SUN,
    "pv_max_solar":         (rules("work_mode", max_solar_power_w=LARGE), law("rating", pv_w=LARGE)),
    "pv_no_use":            (*WILLING, *LOAD, rules("battery", batt_mode=USE_BATT_PCT)),
    "pv_ac_limit":          (law("rating", ac_max_w=LARGE, ac_rated_w=LARGE, phase_a=LARGE),),
    "pv_dark":              SUN,
    "pv_over_voltage":      (rules("installer", pv_max_v=2000.0),),
    "pv_blocked":           (mended,),
    "heat_derating":        COOL,

    "gen_runs_low":         (rules("battery", gen_charge=0.0, grid_charge=0.0),),
    "gen_runs_row":         (rows(gen_charge=0.0, grid_charge=0.0),),
    "gen_forced":           (rules("battery", gen_force=0.0),),
    "gen_by_hand":          (world(gen_by_hand=0.0),),
    "gen_rated":            NO_PEAK,
    "gen_stopped_level":    (level(0.01),),
    "gen_time_used":        (rules("battery", gen_max_run_s=86400.0),),
    "gen_resting":          (memory(control_generator_rest_s=0.0),),
    "gen_failed":           (world(gen_ready=1.0), memory(control_generator_failed=0.0, control_generator_tries=0.0)),
    "gen_not_needed":       (rules("battery", gen_force=1.0, gen_signal=1.0, grid_signal=1.0),
                             rules("gen_port", gen_port_mode=0.0), rules("button", power_button=1.0),
                             memory(control_fault_selftest_s=LARGE), good_mains),

    "load_grid":            (no_mains,),
    "load_inverter":        MAINS,
    "load_generator":       (world(gen_ready=0.0),),
    "load_shut_down":       (level(0.95), rules("battery", shutdown_soc=0.1, shutdown_v=43.0, restart_soc=0.9, restart_v=45.0)),
    "load_overload":        (NO_LOAD, world(load_w=Phases(50.0, 50.0, 50.0)), memory(control_output_latched=0.0)),
    "load_shortage":        (world(load_w=Phases(10.0, 10.0, 10.0)), memory(control_output_latched=0.0),
                             rules("battery", max_discharge_a=LARGE), *MANAGED),
    "load_off":             (*MAINS, *COOL, rules("button", power_button=1.0), world(bms_silent=0.0), NO_LOAD,
                             world(load_w=Phases(100.0, 100.0, 100.0))),

    "smart_on":             (rules("gen_port", port_off_soc=2.0, port_on_soc=2.0, port_off_v=99.0, port_on_v=99.0, smart_on_grid_always=0.0),),
    "smart_always_on":      (rules("gen_port", smart_on_grid_always=0.0),),
    "smart_battery_low":    (rules("gen_port", port_off_soc=-1.0, port_on_soc=-1.0, port_off_v=0.0, port_on_v=0.0, smart_power_w=1.0),
                             *WILLING, *SUN, *COOL, *LIGHT, world(smart_load_w=Phases(10.0, 10.0, 10.0)),
                             rules("installer", smart_pv_hold_s=0.0)),
    "smart_sun_low":        (*SUN, *COOL, NO_LOAD, rules("gen_port", smart_power_w=1.0), rules("installer", smart_pv_hold_s=0.0)),
    "smart_dropped":        (*MAINS, *COOL, rules("button", power_button=1.0), world(bms_silent=0.0), NO_LOAD,
                             world(smart_load_w=Phases(10.0, 10.0, 10.0)), rules("gen_port", smart_on_grid_always=1.0)),
    "mi_slowed":            (level(0.1),),
    "mi_stopped":           (level(0.1), STAGES, UNLIMITED, *MANAGED, TEMPERED, memory(control_micro_open_s=LARGE, control_micro_last_w=0.0)),
    "mi_no_export":         (*WILLING, rules("gen_port", mi_export_cutoff=0.0), rules("work_mode", max_sell_power_w=LARGE), memory(control_micro_open_s=LARGE)),
}
# fmt: on


class Moment(SimpleNamespace):
    """A machine in a situation: site, settings, state, inputs, and the charge it is held at."""

    def without(self, changes):
        """Return the same moment after some changes."""
        other = Moment(**vars(self))
        for change in changes:
            vars(other).update(change(other))
        return other

    def after(self, ticks_s=TICKS_S):
        """Yield the flows of some steps, time standing still for clock and charge."""
        for dt_s in ticks_s:
            battery = self.state.plant.battery._replace(soc=self.soc)
            counted = self.state.control.level._replace(counted_soc=self.soc)
            state = self.state._replace(
                plant=self.state.plant._replace(battery=battery),
                control=self.state.control._replace(level=counted),
            )
            self.state, flows = step(self.site, self.settings, state, self.inputs, dt_s)
            yield flows


def action(line, flows):
    """Return what a line does, as figures to compare."""
    closed = set(relay_names(flows.relays))
    if line == "battery":
        return (flows.battery_w,)
    if line == "grid":
        return (*flows.grid_w, *flows.ld_w, float("grid" in closed), float(flows.state == GEN))
    if line == "pv":
        return (flows.pv1_w + flows.pv2_w,)
    if line == "generator":
        carries = float(flows.state == GEN)
        return (
            carries,
            total(flows.gen_w),
            total(flows.ld_w) * carries,
            float("gen_start" in closed),
        )
    if line == "load":
        return (flows.state, total(flows.load_unserved_w), float("load" in closed))
    return (
        total(flows.smart_load_w),
        flows.micro_inverter_w,
        flows.frequency_hz,
        *(float(name in closed) for name in ("smart_load", "micro_inverter")),
    )


def differs(line, one, other):
    """Return whether a line does something else."""
    return any(
        abs(a - b) > NEAR_W for a, b in zip(action(line, one), action(line, other), strict=True)
    )


def reason_of(line, flows):
    """Return the key of a line's reason; a stopped machine has one for its load alone."""
    stopped = flows.state in (OFF, SELFTEST, FAULT, DARK)
    return "" if stopped and line != "load" else key_of(getattr(flows.reasons, line))


def is_true(moment, line, key):
    """Return whether the line does something else, sooner or later, without what its reason names."""
    base = moment.without(ASIDE.get((line, key), ASIDE.get(key, ())))
    plain = list(base.without(()).after())
    if key not in {reason_of(line, flows) for flows in plain}:
        base, plain = moment, list(moment.without(()).after())
    relaxed = base.without(RELAX[key]).after()
    return any(differs(line, one, other) for one, other in zip(plain, relaxed, strict=True))


def all_rows(**columns):
    """Return the settings of a timetable that is on, with six equal rows."""
    return {"tou_enable": 1} | {
        f"tou{i}_{key}": v for i in range(1, 7) for key, v in columns.items()
    }


SELL = {"work_mode": "selling_first", "max_sell_power_w": 8800}
SELL_BATTERY = {**SELL, "max_discharge_a": 190, **all_rows(batt_pct=40, power_w=5000)}
PEAK = {
    "work_mode": "selling_first",
    "grid_peak_shaving": 1,
    "grid_peak_shaving_w": 1000,
    "max_discharge_a": 190,
}
VOLT_WATT = {"vw_enable": 1, "vw_vstart_v": 225, "vw_vstop_v": 235}
SMART = {"gen_port_mode": "smart_load_output", "smart_power_w": 500, "max_discharge_a": 0}
MICRO = {"gen_port_mode": "micro_inv_input"}
UNITS = {"parallel_feature": 1, "parallel_enable": 1}
ENGINE = {"grid": "off", "gen_ready": 1.0}

# fmt: off
# A moment for every reason: settings, world, state of charge, and the seconds until it stands.
EXAMPLES = {
    "batt_charging_pv":     ({},                              {"sun": 1500.0, "load": 500},          0.50,   2),
    "batt_charging_grid":   ({"grid_charge": 1, "grid_charge_a": 20}, {"load": 500},                 0.50,  12),
    "batt_charging_gen":    ({"gen_charge_a": 20},            {"load": 500, **ENGINE},               0.29, 100),
    "batt_charging_mi":     (MICRO,                           {"load": 500, "micro_inverter_w": 1500.0}, 0.50, 2),
    "batt_forced_charge":   ({},                              {"load": 500, "bms_force_charge": 1.0}, 0.90,  2),
    "batt_charge_limit":    ({},                              {"sun": 5000.0},                       0.50,   2),
    "batt_discharge_limit": ({},                              {"load": 5000},                        0.90,   2),
    "batt_bms_limit":       ({},                              {"sun": 5000.0, "bms_charge_max_a": 20.0}, 0.50, 2),
    "batt_rating":          ({"max_charge_a": 190},           {"sun": 10400.0, "ambient_c": 52.5},   0.50,   2),
    "batt_charge_stage":    ({"batt_mode": "use_batt_pct"},   {"sun": 5000.0, "chemistry": "agm"},   0.95,   2),
    "batt_full":            ({},                              {"sun": 5000.0, "load": 500},          1.00,   2),
    "batt_temperature":     ({},                              {"sun": 5000.0, "battery_temp_c": -10.0}, 0.50, 2),
    "batt_serves_load":     ({},                              {"load": 1000},                        0.90,   2),
    "batt_sells":           ({**SELL_BATTERY, "max_sell_power_w": 1000}, {"load": 500},              0.90,   2),
    "batt_row_power":       (SELL_BATTERY,                    {"load": 500},                         0.90,   2),
    "batt_below_target":    (all_rows(batt_pct=60),           {"load": 1000},                        0.50,   2),
    "batt_below_floor":     ({},                              {"load": 1000},                        0.30,   2),
    "batt_tou_off":         (SELL,                            {"load": 1000},                        0.90,   2),
    "batt_kept_full":       ({"grid_charge": 1},              {"load": 1000},                        1.00,  12),
    "batt_pv_first":        ({"energy_pattern": "batt_first"}, {"sun": 1500.0, "load": 1000},        0.50,   2),
    "batt_wait_restart":    ({},                              {"load": 1000, "wait_restart": 1.0},   0.40,   2),
    "batt_empty":           ({"gen_signal": 0},               {"load": 500, "grid": "off"},          0.10,  12),
    "batt_shaves_peak":     (PEAK,                            {"load": 3000},                        0.90,   2),
    "batt_absent":          ({"batt_mode": "no_batt"},        {"load": 1000},                        0.90,   2),
    "batt_fault":           ({},                              {"load": 1000, "defects": {"bms_fault": 1.0}}, 0.90, 2),
    "batt_stage_rests":     (UNITS,                           {"load": 1000, "defects": {"peer_off": 1.0}}, 0.90, 2),
    "batt_bms_silent":      ({},                              {"load": 3000, "bms_silent": 1.0},     0.90,  40),
    "batt_idle":            ({},                              {},                                    0.90,   2),

    "grid_rest":            ({},                              {"load": 1000},                        0.30,   2),
    "grid_setpoint":        ({},                              {"load": 1000},                        0.90,   2),
    "grid_weak_phase":      ({"zero_export_scope": "per_phase"}, {"load": "3000,0,0"},               0.90,   2),
    "grid_sells_pv":        ({"solar_sell": 1},               {"sun": 5000.0},                       1.00,   2),
    "grid_sells_battery":   (SELL_BATTERY,                    {"load": 500},                         0.90,   2),
    "grid_takes_mi":        ({**MICRO, "max_charge_a": 0},    {"micro_inverter_w": 3000.0},          0.50,   2),
    "grid_max_sell":        ({**SELL, "max_sell_power_w": 1000}, {"sun": 8000.0},                    1.00,   2),
    "grid_peak_limit":      (PEAK,                            {"load": 3000},                        0.90,   2),
    "grid_peak_exceeded":   (PEAK,                            {"load": 3000},                        0.30,   2),
    "grid_absent":          ({},                              {"load": 500, "grid": "off"},          0.90,   2),
    "grid_outside_window":  ({},                              {"load": 500, "grid": "180"},          0.90,   2),
    "grid_reconnecting":    ({"reconnection_time_s": 300},    {"load": 500, "was_grid": "off"},      0.90,  20),
    "grid_support":         ({**SELL, **VOLT_WATT},           {"sun": 8000.0},                       1.00,  60),
    "grid_demand_response": ({**SELL, "drm": 1},              {"sun": 8000.0, "drm": 64.0},          1.00,   2),
    "grid_sensor_lost":     ({"work_mode": "zero_export_ct"}, {"load": 500, "home": 900, "ct_ok": 0.0}, 0.90, 3),
    "grid_is_generator":    ({"gen_on_grid_port": 1},         {"load": 500, "gen_ready": 1.0, "gen_by_hand": 1.0}, 0.50, 80),
    "grid_forced_island":   ({},                              {"load": 500, "forced_island": 1.0},   0.90,   2),

    "pv_all_used":          ({},                              {"sun": 500.0, "load": 1000},          0.90,   2),
    "pv_max_solar":         ({"max_solar_power_w": 1000},     {"sun": 3000.0, "load": 2000},         0.90,   2),
    "pv_no_use":            ({},                              {"sun": 5000.0, "load": 500},          1.00,   2),
    "pv_ac_limit":          (SELL,                            {"sun": 10400.0, "load": 500},         1.00,   2),
    "pv_dark":              ({},                              {"load": 500},                         0.90,   2),
    "pv_over_voltage":      ({"pv_max_v": 600},               {"sun": 9000.0, "load": 500},          0.90,   2),
    "pv_blocked":           ({},                              {"sun": 3000.0, "load": 500, "defects": {"pv_insulation_ohm": 1.0e4}}, 0.90, 5),
    "heat_derating":        ({**SELL, "max_charge_a": 190},   {"sun": 10400.0, "ambient_c": 52.5},   0.50,   2),

    "gen_runs_low":         ({},                              {"load": 500, **ENGINE},               0.29, 100),
    "gen_runs_row":         (all_rows(batt_pct=80, gen_charge=1), {"load": 500, **ENGINE},           0.70, 100),
    "gen_forced":           ({"gen_force": 1},                {"load": 500, "gen_ready": 1.0},       0.90,  10),
    "gen_by_hand":          ({},                              {"load": 500, "gen_by_hand": 1.0, **ENGINE}, 0.50, 100),
    "gen_rated":            ({"gen_rated_w": 1500},           {"load": 1000, **ENGINE},              0.29, 100),
    "gen_stopped_level":    ({"gen_stop_soc_pct": 60},        {"load": 500, "was_soc": 0.29, **ENGINE}, 0.60, 10),
    "gen_time_used":        ({"gen_max_run_h": 0},            {"load": 500, **ENGINE},               0.29,  12),
    "gen_resting":          ({"gen_down_meaning": "rest"},    {"load": 500, "rest_s": 9000.0, **ENGINE}, 0.29, 12),
    "gen_failed":           ({},                              {"load": 500, "grid": "off"},          0.29, 100),
    "gen_not_needed":       ({},                              {"load": 500, "gen_ready": 1.0},       0.90,   2),

    "load_grid":            ({},                              {"load": 500},                         0.90,   2),
    "load_inverter":        ({},                              {"load": 500, "grid": "off"},          0.90,   2),
    "load_generator":       ({},                              {"load": 500, **ENGINE},               0.29, 100),
    "load_shut_down":       ({"gen_signal": 0},               {"load": 500, "grid": "off"},          0.10,  12),
    "load_overload":        ({},                              {"load": 17000, "grid": "off"},        0.90,   2),
    "load_shortage":        ({},                              {"load": 5000, "grid": "off"},         0.90,   2),
    "load_off":             ({"power_button": 0},             {"load": 500},                         0.90,   2),

    "smart_on":             (SMART,                           {"sun": 600.0, "load": 5000, "smart": 300}, 1.00, 70),
    "smart_always_on":      ({**SMART, "smart_on_grid_always": 1}, {"smart": 300},                   0.50,   2),
    "smart_battery_low":    (SMART,                           {"sun": 600.0, "load": 5000, "smart": 300}, 0.50, 70),
    "smart_sun_low":        (SMART,                           {"load": 5000, "smart": 300},          1.00,  70),
    "smart_dropped":        (SMART,                           {"smart": 300, "smart_dropped_s": 200.0}, 0.50, 2),
    "mi_slowed":            ({**MICRO, "max_charge_a": 190},  {"load": 500, "grid": "off", "micro_inverter_w": 1000.0}, 0.925, 10),
    "mi_stopped":           ({**MICRO, "max_charge_a": 190},  {"load": 500, "grid": "off", "micro_inverter_w": 1000.0}, 0.96, 10),
    "mi_no_export":         ({**MICRO, "mi_export_cutoff": 1, "max_charge_a": 0}, {"load": 500, "micro_inverter_w": 3000.0}, 0.50, 5),
}
# fmt: on
LINE_OF = {row.key: row.line for row in REASONS} | {"heat_derating": "pv"}
REMEMBERED = ("wait_restart", "rest_s", "smart_dropped_s", "battery_temp_c")


def example(machine, key):
    """Return a machine in the moment that is the example of a reason."""
    typed, there, soc, seconds = EXAMPLES[key]
    there = dict(there)
    chemistry = there.pop("chemistry", "lfp")
    defects = there.pop("defects", {})
    remembered = {name: there.pop(name) for name in REMEMBERED if name in there}
    was = {name: there.pop(name) for name in ("was_grid", "was_soc") if name in there}
    m = machine(typed, chemistry=chemistry, lossless=chemistry == "lfp", **there)
    if typed.get("gen_on_grid_port"):
        m.site = m.site._replace(genset=m.site.genset._replace(on_grid_port=1.0))
    m.site = m.site._replace(defects=broken(**defects))
    if was:
        m.world(grid=was.get("was_grid", there.get("grid", "on"))).at(was.get("was_soc", soc)).run(
            100
        )
        m.world(grid=there.get("grid", "on"))
    return m.change(**remembered).at(soc).run(seconds)


def moment_of(m):
    """Return the moment a machine is in."""
    return Moment(site=m.site, settings=m.settings, state=m.state, inputs=m.inputs, soc=m.held_soc)


@pytest.mark.parametrize("key", [row.key for row in REASONS])
def test_every_reason_stands_where_it_is_true(machine, key):
    m = example(machine, key)
    assert m.why[LINE_OF[key]] == key
    assert is_true(moment_of(m), LINE_OF[key], key)


def test_a_stage_that_heat_stopped_is_not_held_by_grid_support(machine):
    m = machine({"power_factor": -0.875}, load=500, ambient_c=61.0).at(0.5).run(120)
    assert m.settings.support.active > 0.0
    assert m.why["grid"] != "grid_support"


def test_the_tables_know_every_reason():
    known = {row.key for row in REASONS}
    assert set(RELAX) == known and set(EXAMPLES) == known


def lasting_reasons(moment):
    """Yield (line, key) of the reasons that stand through the next minutes."""
    for _ in moment.after():
        pass
    flows = list(moment.without(()).after())
    for line in LINES:
        keys = {reason_of(line, now) for now in flows}
        if len(keys) == 1 and keys != {""}:
            yield line, keys.pop()


@settings(max_examples=300)
@given(source=st.randoms(use_true_random=False))
def test_the_reasons_of_a_random_moment_are_true(chance, source):
    maker = chance(source)
    rules_now = maker.settings()
    site = maker.site(rules_now)
    inputs = maker.inputs(rules_now)
    state = maker.state(site, rules_now, inputs)
    # At no charge at all a lithium bank refuses by itself, whatever else holds it.
    soc = max(0.005, state.plant.battery.soc)
    moment = Moment(site=site, settings=rules_now, state=state, inputs=inputs, soc=soc)
    for line, key in lasting_reasons(moment):
        assert is_true(moment, line, key), (line, key)
