"""What the manual says twice about electrical limits: finders A1 to A18.

Each takes the printed figures by name and returns what does not go together, or an empty text.
"""

from collections.abc import Mapping
from typing import Any

from twinverter.catalog.cables import AWG, AWG_MM2, CARRIED, MM2
from twinverter.checker.cable import AC, DC, ampacity
from twinverter.scenario.wiring_form import CableForm

BLOCKS, PHASES = 4, 3
REFERENCE_C = 25.0
BLOCK_OFF_V, MOST_OFF = 0.05, 1.05
Figures = Mapping[str, Any]


def _balanced_a(p: Figures, watts: float) -> float:
    return watts / PHASES / p["phase_v"]


def _carried_a(p: Figures, method: str) -> float:
    cable = CableForm(length_m=1.0, awg=p["battery_cable_awg"], method=method)
    found = ampacity(cable, DC)
    return found.current_a if found else 0.0


def _most_ac_a(p: Figures) -> float:
    """Return the most that any table lets the printed AC wire carry."""
    place = MM2.index(p["ac_cable_mm2"])
    return max(row.amperes[place] for row in CARRIED if row.loaded == AC)


def _area(name: str) -> float:
    return AWG_MM2[AWG.index(name)]


def battery_current(p: Figures) -> str:
    """A1: two currents, and the smaller cannot make the rated power."""
    most_w = p["menu_discharge_a"] * p["battery_high_v"]
    if (p["menu_charge_a"], p["menu_discharge_a"]) == (p["charge_a"], p["discharge_a"]):
        return ""
    return (
        f"{p['menu_charge_a']:g} A in the menu, {p['charge_a']:g} A in the datasheet;"
        f" at {p['battery_high_v']:g} V the menu's are {most_w:.0f} W of {p['rated_w']:.0f}"
    )


def battery_cable(p: Figures) -> str:
    """A2: two sizes for one cable, neither of which carries the current in conduit."""
    area = _area(p["battery_cable_awg"])
    carried_a = _carried_a(p, "conduit")
    if p["battery_cable_mm2"] in MM2 and carried_a >= p["discharge_a"]:
        return ""
    return (
        f"{p['battery_cable_awg']} AWG is {area:g} mm2, printed as {p['battery_cable_mm2']:g};"
        f" it carries {carried_a:.0f} A in conduit and {_carried_a(p, 'free_air'):.0f} A in free"
        f" air, for {p['discharge_a']:g} A"
    )


def battery_breaker(p: Figures) -> str:
    """A3: a breaker that does not protect its cable."""
    carried_a = _carried_a(p, "free_air")
    if p["battery_breaker_a"] <= carried_a:
        return ""
    return f"a breaker of {p['battery_breaker_a']:g} A on a cable for {carried_a:.0f} A"


def array_voltage(p: Figures) -> str:
    """A4: two highest voltages for one input."""
    if p["pv_within_v"] <= p["pv_open_v"]:
        return ""
    return (
        f"{p['pv_open_v']:g} V in the datasheet, {p['pv_within_v']:g} V before connecting,"
        f" {p['pv_nominal_v']:g} V nominal"
    )


def array_start(p: Figures) -> str:
    """A5: an input that wakes where it cannot track."""
    if p["pv_start_v"] >= p["pv_track_low_v"]:
        return ""
    return f"starts at {p['pv_start_v']:g} V, tracks from {p['pv_track_low_v']:g} V"


def ac_breakers(p: Figures) -> str:
    """A6: two ratings under the same words."""
    ratings_a = {p["load_breaker_a"], p["callout_2_a"], p["callout_3_a"]}
    if len(ratings_a) == 1:
        return ""
    words = " and ".join(f"{rating_a:g}" for rating_a in sorted(ratings_a))
    return f"{words} A, all for grid and backup load"


def ac_cable(p: Figures) -> str:
    """A7: a wire thinner than its breaker and the pass-through."""
    carried_a = _most_ac_a(p)
    if carried_a >= max(p["callout_2_a"], p["pass_a"]):
        return ""
    return (
        f"{p['ac_cable_mm2']:g} mm2 carries {carried_a:g} A at most, behind {p['callout_2_a']:g} A"
        f" and for {p['pass_a']:g} A"
    )


def load_breaker(p: Figures) -> str:
    """A8: a breaker smaller than what may pass."""
    if p["load_breaker_a"] >= p["pass_a"]:
        return ""
    watts = p["load_breaker_a"] * p["phase_v"]
    return f"{p['load_breaker_a']:g} A ({watts:.0f} W a phase) against {p['pass_a']:g} A"


def ac_currents(p: Figures) -> str:
    """A9: a highest current that the highest power does not explain."""
    balanced_a = _balanced_a(p, p["most_w"])
    if p["most_a"] <= MOST_OFF * balanced_a:
        return ""
    return (
        f"rated {p['rated_a']:g} A, highest {p['most_a']:g} A,"
        f" while {p['most_w']:g} W are {balanced_a:.1f} A"
    )


def peak(p: Figures) -> str:
    """A10: a peak beyond both currents."""
    watts = p["peak_factor"] * p["rated_w"]
    phase_a, battery_a = _balanced_a(p, watts), watts / p["battery_high_v"]
    if phase_a <= p["most_a"] and battery_a <= p["discharge_a"]:
        return ""
    return (
        f"{watts:.0f} W are {phase_a:.1f} A a phase and {battery_a:.0f} A or more of the battery,"
        f" allowed are {p['most_a']:g} and {p['discharge_a']:g} A"
    )


def most_power(p: Figures) -> str:
    """A11: more than the rating, for how long is not printed."""
    if p["most_w"] <= p["rated_w"] or p["most_w_for_s"] is not None:
        return ""
    return f"{p['most_w']:g} W above the rated {p['rated_w']:g}, without a time"


def compensated(p: Figures) -> str:
    """A12: a charge voltage that leaves the range when it is compensated for cold."""
    highest_v = max(p["wet_48v"])
    if p["tempco_v_per_k"] <= 0.0:
        return ""
    leaves_c = REFERENCE_C - (p["battery_high_v"] - highest_v) / p["tempco_v_per_k"]
    if leaves_c <= -REFERENCE_C:
        return ""
    return (
        f"{highest_v:g} V and {p['tempco_v_per_k']:g} V per kelvin of cold pass"
        f" {p['battery_high_v']:g} V below {leaves_c:.1f} degC"
    )


def short_circuit(p: Figures) -> str:
    """A13: an input current and no short-circuit current."""
    if p["pv_short_a"] is not None:
        return ""
    least_v = p["pv_total_w"] / 2.0 / p["pv_current_a"]
    return (
        f"{p['pv_current_a']:g} A and no short-circuit figure; {p['pv_total_w']:g} W need"
        f" {least_v:.0f} V, above the lowest tracked {p['pv_track_low_v']:g} V"
    )


def menu_powers(p: Figures) -> str:
    """A14: menu figures of a smaller machine."""
    if p["menu_max_solar_w"] >= p["pv_total_w"] and p["menu_max_sell_w"] >= p["rated_w"]:
        return ""
    return (
        f"{p['menu_max_solar_w']:g} and {p['menu_max_sell_w']:g} W in the menu of a machine with"
        f" {p['pv_total_w']:g} and {p['rated_w']:g}"
    )


def array_cable(p: Figures) -> str:
    """A15: two sizes for one cable."""
    area = _area(p["pv_cable_awg"])
    if area >= p["pv_cable_mm2"]:
        return ""
    return f"{p['pv_cable_awg']} AWG is {area:g} mm2, printed as {p['pv_cable_mm2']:g}"


def surge(p: Figures) -> str:
    """A16: a box is demanded though the protection is inside."""
    if p["surge_box"] != "demanded" or not p["surge_inside"]:
        return ""
    return f"an outside box is demanded, type {p['surge_inside']} is built in"


def torque(p: Figures) -> str:
    """A17: a value to aim at that is the maximum."""
    if p["battery_torque_nm"] < p["battery_torque_max_nm"]:
        return ""
    return f"tighten to {p['battery_torque_nm']:g} Nm, at most {p['battery_torque_max_nm']:g} Nm"


def bank_voltages(p: Figures) -> str:
    """A18: bank voltages that are not four blocks'."""
    off = [
        f"{kind} {bank_v:g} V, four blocks {BLOCKS * block_v:.1f}"
        for kind in ("agm", "wet")
        for block_v, bank_v in dict.fromkeys(zip(p[f"{kind}_12v"], p[f"{kind}_48v"], strict=True))
        if abs(BLOCKS * block_v - bank_v) > BLOCK_OFF_V
    ]
    return "; ".join(off)
