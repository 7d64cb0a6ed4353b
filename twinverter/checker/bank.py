"""The battery: chemistry against settings, currents against bank, cable and breaker, the plug."""

from twinverter.catalog.cables import DC_BREAKERS_A
from twinverter.catalog.checks import DANGER, DOUBTFUL, FINE
from twinverter.catalog.limits import limit
from twinverter.catalog.rules import LEAD_ACID
from twinverter.checker.cable import (
    DC,
    Ampacity,
    ampacity,
    area_mm2,
    largest_breaker_a,
    size_text,
    there_and_back,
)
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, answer, judge, ruled, untold

# What the panel calls a chemistry.
KIND = {"agm": "agm", "gel": "gel", "flooded": "wet"}
RATES = {"lfp": "lithium_rate", "agm": "lead_acid_rate", "flooded": "lead_acid_rate"}
PINS = {"can_h": (4,), "can_l": (5,), "rs485_a": (2, 7), "rs485_b": (1, 8), "gnd": (6,)}
TENTH_V = 0.05


def set_current_a(of: Installation) -> float:
    """Return the larger of the two set currents."""
    return max(of.number("max_charge_a"), of.number("max_discharge_a"))


def carried(of: Installation) -> Ampacity | None:
    """Return what the battery cable carries, None where it is not told."""
    cable = of.wiring.battery.cable
    return ampacity(cable, DC) if cable else None


@judge("bat-kind")
def kind(of: Installation) -> Judgement | None:
    """Judge the kind of a lead-acid bank; lithium is refused at loading already."""
    if not of.has_battery:
        return None
    if not of.lead_acid:
        return ruled("bat-kind", of.values["batt_mode"] == "lithium", "lithium")
    told = str(of.values["lead_acid_type"])
    return ruled("bat-kind", told == KIND[of.chemistry], f"{of.chemistry}, set is {told}")


@judge("bat-capacity")
def capacity(of: Installation) -> Judgement | None:
    """Judge the capacity on the panel."""
    if not of.has_battery:
        return None
    told_ah = of.number("batt_capacity_ah")
    off = abs(told_ah / of.capacity_ah - 1.0)
    text = f"{of.capacity_ah:g} Ah, set are {told_ah:g}"
    return ruled("bat-capacity", off <= limit("battery_capacity_off"), text)


@judge("bat-voltages")
def voltages(of: Installation) -> Judgement | None:
    """Judge the charge voltages of a lead-acid bank against the table of the manual."""
    if not of.lead_acid:
        return None
    limits_v = LEAD_ACID[KIND[of.chemistry]]
    names = ("float_v", "absorption_v", "equalization_v")
    pairs = [
        (name, of.number(name), most_v)
        for name, most_v in zip(names, limits_v, strict=True)
        if name != "equalization_v" or of.number("equalization_days") > 0.0
    ]
    if of.chemistry == "gel":
        pairs = pairs[:2]
    high = [
        f"{name.removesuffix('_v')} {told_v:g} V, at most {most_v:g}"
        for name, told_v, most_v in pairs
        if told_v > most_v + TENTH_V
    ]
    text = "; ".join(high) or ", ".join(f"{told_v:g} V" for _, told_v, _ in pairs)
    return ruled("bat-voltages", not high, f"{of.chemistry}: {text}")


@judge("bat-window")
def window(of: Installation) -> Judgement | None:
    """Judge the voltages of the bank's own management."""
    if not of.has_battery:
        return None
    low_v, high_v = of.figures["battery.bms_discharge_v"], of.figures["battery.bms_charge_v"]
    fits = low_v >= limit("battery_low_v") and high_v <= limit("battery_high_v")
    return ruled("bat-window", fits, f"{low_v:g} to {high_v:g} V")


@judge("bat-rate")
def rate(of: Installation) -> Judgement | None:
    """Judge the charge current against the ampere-hours; gel follows its maker."""
    if not of.has_battery:
        return None
    set_a = of.number("max_charge_a")
    text = f"{set_a:g} A on {of.capacity_ah:g} Ah {of.chemistry}"
    if of.chemistry not in RATES:
        return Judgement(FINE, f"{text}; its maker says how much")
    most_a = limit(RATES[of.chemistry]) * of.capacity_ah
    return ruled("bat-rate", set_a <= most_a + 0.5, f"{text}, advised are {most_a:g} A")


@judge("bat-limit")
def own_limits(of: Installation) -> Judgement | None:
    """Judge both currents against what the bank allows."""
    if not of.has_battery:
        return None
    charge_a = of.figures["battery.bms_charge_a"]
    discharge_a = of.figures["battery.bms_discharge_a"]
    fits = of.number("max_charge_a") <= charge_a and of.number("max_discharge_a") <= discharge_a
    text = (
        f"set {of.number('max_charge_a'):g} and {of.number('max_discharge_a'):g} A,"
        f" the bank allows {charge_a:g} and {discharge_a:g}"
    )
    return ruled("bat-limit", fits, text)


@judge("bat-confirm")
def confirm(of: Installation) -> Judgement | None:
    """Judge a current above the menu's 115 A: cable and breaker have to be told and fit."""
    if not of.has_battery:
        return None
    set_a, usual_a = set_current_a(of), of.number("battery_current_confirm_a")
    if set_a <= usual_a:
        return Judgement(FINE, f"{set_a:g} A")
    rating_a, cable = of.wiring.battery.rating_a, carried(of)
    if rating_a is None or cable is None:
        return untold("wiring.battery.cable", "wiring.battery.rating_a")
    fits = cable.current_a >= set_a and rating_a >= limit("battery_breaker_factor") * set_a
    return ruled("bat-confirm", fits, f"{set_a:g} A, breaker {rating_a:g} A")


@judge("bat-protection")
def protection(of: Installation) -> Judgement | None:
    """Judge whether there is a fuse or breaker."""
    if not of.has_battery:
        return None
    told = of.wiring.battery.protection
    return answer("bat-protection", "wiring.battery.protection", told, ("breaker", "fuse"))


@judge("bat-breaker")
def breaker(of: Installation) -> Judgement | None:
    """Judge the rating between the set current and the largest allowed."""
    if not of.has_battery or of.wiring.battery.protection == "none":
        return None
    rating_a = of.wiring.battery.rating_a
    if rating_a is None:
        return untold("wiring.battery.rating_a")
    least_a = limit("battery_breaker_factor") * set_current_a(of)
    most_a = limit("battery_breaker_a")
    text = f"{rating_a:g} A, needed {least_a:.0f} to {most_a:g} A"
    return ruled("bat-breaker", least_a <= rating_a <= most_a, text)


@judge("bat-cable-size")
def cable_size(of: Installation) -> Judgement | None:
    """Judge the cross-section; 1 AWG counts as the manual's 40 mm2."""
    cable = of.wiring.battery.cable
    if not of.has_battery:
        return None
    if cable is None:
        return untold("wiring.battery.cable")
    fits = area_mm2(cable) >= limit("battery_cable_mm2")
    return ruled("bat-cable-size", fits, size_text(cable))


@judge("bat-cable-ampacity")
def cable_ampacity(of: Installation) -> Judgement | None:
    """Judge what the cable carries; within 5 % of the set current it is doubtful."""
    if not of.has_battery:
        return None
    cable = carried(of)
    if cable is None:
        return untold("wiring.battery.cable (insulation, method)")
    set_a = set_current_a(of)
    text = f"{cable.current_a:.0f} A ({cable.source}), set {set_a:g} A"
    if set_a <= cable.current_a < 1.05 * set_a:
        return Judgement(DOUBTFUL, f"{text}: nothing to spare")
    return ruled("bat-cable-ampacity", cable.current_a >= set_a, text)


@judge("bat-cable-guard")
def cable_guard(of: Installation) -> Judgement | None:
    """Judge whether the breaker protects the cable."""
    if not of.has_battery:
        return None
    cable, rating_a = carried(of), of.wiring.battery.rating_a
    if cable is None or rating_a is None:
        return untold("wiring.battery.rating_a", "wiring.battery.cable (insulation, method)")
    text = f"breaker {rating_a:g} A, cable {cable.current_a:.0f} A ({cable.source})"
    if rating_a <= cable.current_a:
        return Judgement(FINE, text)
    most_a = largest_breaker_a(cable.current_a, DC_BREAKERS_A)
    least_a = most_a / limit("battery_breaker_factor")
    advice = f"Take {most_a:g} A and set {least_a:.0f} A at most, or pull a thicker cable."
    return Judgement(DANGER, text, advice)


@judge("bat-cable-loss")
def cable_loss(of: Installation) -> Judgement | None:
    """Judge the loss at the set current."""
    cable = of.wiring.battery.cable
    if not of.has_battery:
        return None
    if cable is None:
        return untold("wiring.battery.cable")
    lost = there_and_back(cable, set_current_a(of), limit("battery_nominal_v"))
    text = f"{100.0 * lost:.1f} % at {set_current_a(of):g} A"
    return ruled("bat-cable-loss", lost <= limit("battery_loss"), text)


@judge("bat-torque")
def torque(of: Installation) -> Judgement | None:
    """Judge the torque of the terminals."""
    if not of.has_battery:
        return None
    told_nm = of.wiring.battery.torque_nm
    if told_nm is None:
        return untold("wiring.battery.torque_nm")
    fits = limit("battery_torque_low_nm") <= told_nm <= limit("battery_torque_nm")
    return ruled("bat-torque", fits, f"{told_nm:g} Nm")


@judge("bat-sensor")
def sensor(of: Installation) -> Judgement | None:
    """Judge the temperature sensor that a lead-acid bank needs."""
    if not of.lead_acid:
        return None
    there, ticked = of.site.battery.temperature_sensor, bool(of.values["battery_temp_sensor"])
    text = f"{'there' if there else 'missing'}, {'ticked' if ticked else 'not ticked'}"
    return ruled("bat-sensor", there and ticked, text)


@judge("bat-frost")
def frost(of: Installation) -> Judgement | None:
    """Judge the lowest temperature at which the bank is charged."""
    if not of.has_battery:
        return None
    lowest_c = of.number("min_charge_temp_c")
    return ruled("bat-frost", lowest_c >= limit("battery_frost_c"), f"{lowest_c:g} degC")


@judge("bat-backup")
def backup(of: Installation) -> Judgement | None:
    """Judge whether the bank may give what the backup load takes at its peak."""
    if not of.has_battery or not of.peak.known:
        return None
    given_w = of.number("max_discharge_a") * limit("battery_nominal_v")
    text = f"{given_w:.0f} W, peak {of.peak.total_w:.0f} W ({of.peak.origin})"
    return ruled("bat-backup", given_w >= of.peak.total_w, text)


@judge("bat-bms-pins")
def bms_pins(of: Installation) -> Judgement | None:
    """Judge the pins of the BMS plug that are told."""
    if not of.has_battery or of.lead_acid:
        return None
    pins = of.wiring.battery.bms_pins
    told = {name: pin for name in PINS if (pin := getattr(pins, name, None)) is not None}
    if not told:
        return untold("wiring.battery.bms_pins")
    text = ", ".join(f"{name} {pin}" for name, pin in told.items())
    return ruled("bat-bms-pins", all(pin in PINS[name] for name, pin in told.items()), text)


# fmt: off
ANSWERS = (
    # check          key                 good   words
    ("bat-lug",      "lug",              "M10", None),
    ("bat-polarity", "polarity_checked", True,  {True: "measured", False: "not measured"}),
    ("bat-cover",    "connector_closed", True,  {True: "closed", False: "open"}),
)
# fmt: on


def _asked(check: str, key: str, good: object, words: dict | None) -> None:
    @judge(check)
    def asked(of: Installation) -> Judgement | None:
        if not of.has_battery:
            return None
        return answer(check, f"wiring.battery.{key}", getattr(of.wiring.battery, key), good, words)


for _row in ANSWERS:
    _asked(*_row)
