"""One situation: sun, loads, mains and single fields, turned into inputs and state.

Fields of inputs and state are named by their flat record names (`ambient_c`, `load_w_l2`,
`control_latches_wait_restart`) or by any unambiguous end of one (`wait_restart`).
"""

import difflib
from collections.abc import Mapping
from typing import Any

from twinverter.catalog.causes import BY_KEY
from twinverter.catalog.states import STAGES, STATES
from twinverter.core.blocks import Phases
from twinverter.core.records import as_dict, build, leaves
from twinverter.inverter import NO_LIMIT_A, NO_LIMIT_V, UNSAID, Inputs, Site, State, offered_w

NOMINAL = Phases(230.0, 230.0, 230.0)
NOBODY = Phases(0.0, 0.0, 0.0)
STANDARD_CELL_C = 25.0
BRIGHTEST_W_M2 = 1500.0
PHASES = ("l1", "l2", "l3")


class SituationError(ValueError):
    """Something asked for that cannot be: one line with option, value and what may stand there."""

    def __init__(self, key: str, value: Any, reason: str) -> None:
        super().__init__(f"{key} = {value}: {reason}")


def quiet_inputs(clock_s: float, grid_hz: float) -> Inputs:
    """Return a world in which nothing happens: no sun, load or engine, a healthy mains, 25 degC."""
    return Inputs(
        clock_s=clock_s,
        irradiance1_w_m2=0.0,
        irradiance2_w_m2=0.0,
        cell1_c=STANDARD_CELL_C,
        cell2_c=STANDARD_CELL_C,
        ambient_c=25.0,
        load_w=NOBODY,
        home_w=NOBODY,
        smart_load_w=NOBODY,
        micro_inverter_w=0.0,
        grid_v=NOMINAL,
        grid_hz=grid_hz,
        grid_angle_rad=NOBODY,
        phase_order_ok=1.0,
        ct_ok=1.0,
        gen_ready=0.0,
        gen_by_hand=0.0,
        bms_silent=0.0,
        bms_soc=UNSAID,
        bms_charge_max_v=NO_LIMIT_V,
        bms_charge_max_a=NO_LIMIT_A,
        bms_discharge_max_a=NO_LIMIT_A,
        bms_force_charge=0.0,
        battery_sensor_ok=1.0,
        drm=0.0,
        forced_island=0.0,
        acknowledged=0.0,
    )


def number(key: str, text: Any) -> float:
    """Return a finite number from text; named codes of states and stages are numbers too."""
    word = str(text).strip().upper()
    for names in (STATES, STAGES):
        if word in names:
            return float(names.index(word))
    try:
        value = float(text)
    except (TypeError, ValueError):
        raise SituationError(key, text, "is not a number") from None
    if value != value or abs(value) == float("inf"):
        raise SituationError(key, text, "is not a finite number")
    return value


def ratio(key: str, text: Any) -> float:
    """Return a state of charge from `40%`, `40` or `0.4`: above 1 counts as percent."""
    raw = str(text).strip()
    value = number(key, raw.rstrip("%"))
    if raw.endswith("%") or value > 1.0:
        value /= 100.0
    if not 0.0 <= value <= 1.0:
        raise SituationError(key, text, "a state of charge lies between 0 and 100 %")
    return value


def phases(key: str, text: Any) -> Phases:
    """Return three phases from `1000,200,0`; a single figure is split evenly."""
    parts = [number(key, part) for part in str(text).split(",")]
    if any(part < 0.0 for part in parts):
        raise SituationError(key, text, "cannot be negative")
    if len(parts) == 1:
        return Phases(*(parts[0] / 3.0,) * 3)
    if len(parts) != 3:
        raise SituationError(key, text, "takes one figure (W in all) or three (W on L1,L2,L3)")
    return Phases(*parts)


def mains(text: Any, nominal_v: float, nominal_hz: float) -> tuple[Phases, float]:
    """Return phase voltages and frequency from `on`, `off`, `231`, `230,231,180` or `230@49.9`."""
    word = str(text).strip().lower()
    if word == "off":
        return NOBODY, nominal_hz
    if word == "on":
        return Phases(*(nominal_v,) * 3), nominal_hz
    volts, _, hertz = word.partition("@")
    grid_hz = number("grid", hertz) if hertz else nominal_hz
    parts = [number("grid", part) for part in volts.split(",")]
    if len(parts) == 1:
        parts *= 3
    if len(parts) != 3 or min(parts) < 0.0 or grid_hz < 0.0:
        raise SituationError("grid", text, "takes on, off, V or V1,V2,V3, each with @Hz if wanted")
    return Phases(*parts), grid_hz


def with_sun(site: Site, inputs: Inputs, power_w: float) -> Inputs:
    """Return inputs under which both trackers together could give `power_w`, at 25 degC cells."""
    if power_w < 0.0:
        raise SituationError("sun", power_w, "W cannot be negative")

    def offered(irradiance_w_m2: float) -> tuple[Inputs, float]:
        lit = inputs._replace(
            irradiance1_w_m2=irradiance_w_m2,
            irradiance2_w_m2=irradiance_w_m2,
            cell1_c=STANDARD_CELL_C,
            cell2_c=STANDARD_CELL_C,
        )
        return lit, offered_w(site, lit)

    if power_w == 0.0:
        return offered(0.0)[0]
    low, high = 0.0, BRIGHTEST_W_M2
    most_w = offered(high)[1]
    if most_w < power_w:
        raise SituationError("sun", f"{power_w:g} W", f"these strings give at most {most_w:.0f} W")
    for _ in range(60):
        middle = 0.5 * (low + high)
        if offered(middle)[1] < power_w:
            low = middle
        else:
            high = middle
    return offered(high)[0]


def field_names(kind: Any, wanted: str) -> list[str]:
    """Return the flat fields of a record class that `wanted` names; all three of a phase quantity.

    Raises SituationError where it names none or several.
    """
    known = list(leaves(kind))
    name = wanted.strip().lower().replace(".", "_")
    exact = [leaf for leaf in known if leaf == name]
    ends = exact or [leaf for leaf in known if leaf.endswith(f"_{name}")]
    if not ends:
        stems = [leaf for leaf in known if leaf[:-3] == name]
        stems = stems or [leaf for leaf in known if leaf[:-3].endswith(f"_{name}")]
        if len(stems) == 3 and all(leaf[-2:] in PHASES for leaf in stems):
            return stems
    if len(ends) == 1:
        return ends
    if ends:
        raise SituationError(wanted, "", f"could be any of {', '.join(ends)}")
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise SituationError(wanted, "", f"no such field{hint}")


def changed(record: Any, changes: Mapping[str, Any]) -> Any:
    """Return inputs or a state with the named fields set."""
    flat = as_dict(record)
    for key, text in changes.items():
        names = field_names(type(record), key)
        parts = str(text).split(",") if len(names) == 3 else [text]
        if len(parts) == 1:
            parts = parts * len(names)
        if len(parts) != len(names):
            raise SituationError(key, text, "takes one figure, or one for each of L1,L2,L3")
        for name, part in zip(names, parts, strict=True):
            flat[name] = number(key, part)
    return build(type(record), flat)


def struck(site: Site, defects: Mapping[str, Any]) -> Site:
    """Return a site where these causes stand, each at its value or at the usual one for none.

    Raises SituationError for a cause that is none, or a value beyond its range.
    """
    changes = {}
    for key, text in defects.items():
        row = BY_KEY.get(key)
        if row is None:
            near = difflib.get_close_matches(key, BY_KEY, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SituationError("defect", key, f"is no cause{hint}")
        value = row.usual if text in (None, "") else number(key, text)
        if row.is_flag and value not in (0.0, 1.0):
            raise SituationError(key, text, "takes 0 or 1")
        if not row.low <= value <= row.high:
            allowed = f"takes {row.low:g} to {row.high:g} {row.unit}"
            raise SituationError(key, f"{text} {row.unit}", allowed)
        changes[key] = value
    return site._replace(defects=site.defects.but(changes))


def held(state: State, soc: float) -> State:
    """Return the state with the battery put back to a state of charge, in plant and count."""
    bank = state.plant.battery._replace(soc=soc)
    counted = state.control.level._replace(counted_soc=soc)
    return state._replace(
        plant=state.plant._replace(battery=bank),
        control=state.control._replace(level=counted),
    )
