"""The place on the wall and the work itself: what was told, against the manual."""

from twinverter.catalog.checks import DANGER, DOUBTFUL, FINE
from twinverter.catalog.limits import PARTS, limit
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, answer, judge, ruled, untold, worst

FLAMMABLE = ("wood", "board")
ORDER = ["ac_off", "dc_off", "connect_pv"]
SIDES = {
    "place-sides": ("clearance_side_cm", ("left_cm", "right_cm")),
    "place-above-below": ("clearance_side_cm", ("above_cm", "below_cm")),
    "place-front": ("clearance_front_cm", ("front_cm",)),
}

# fmt: off
ANSWERS = (
    # check                 table    key                    good
    ("place-sun",           "place", "direct_sun",          False),
    ("place-flammables",    "place", "flammables",          False),
    ("place-explosive",     "place", "explosive",           False),
    ("place-draught",       "place", "cold_draught",        False),
    ("place-antenna",       "place", "tv_antenna",          False),
    ("work-professional",   "work",  "professional",        True),
    ("work-papers",         "work",  "papers_read",         True),
    ("work-battery-papers", "work",  "battery_papers_read", True),
    ("work-damage",         "work",  "undamaged",           True),
    ("work-breakers",       "work",  "breakers_open",       True),
    ("work-dead",           "work",  "source_dead",         True),
    ("work-tight",          "work",  "wires_tight",         True),
    ("work-short",          "work",  "shorts_measured",     True),
)
# fmt: on


def _asked(check: str, table: str, key: str, good: bool) -> None:
    @judge(check)
    def asked(of: Installation) -> Judgement | None:
        told = getattr(getattr(of.wiring, table), key)
        return answer(check, f"wiring.{table}.{key}", told, good)


for _row in ANSWERS:
    _asked(*_row)


def _clear(check: str) -> None:
    key, sides = SIDES[check]

    @judge(check)
    def clear(of: Installation) -> Judgement | None:
        found = []
        for side in sides:
            free_cm = getattr(of.wiring.place, side)
            if free_cm is None:
                found.append(untold(f"wiring.place.{side}"))
            else:
                text = f"{side.removesuffix('_cm')} {free_cm:g} cm"
                found.append(ruled(check, free_cm >= limit(key), text))
        return worst(found)


for _check in SIDES:
    _clear(_check)


@judge("place-altitude")
def altitude(of: Installation) -> Judgement | None:
    """Judge the altitude where the house tells it."""
    if "altitude_m" not in of.site.model_fields_set:
        return untold("altitude_m")
    height_m = of.site.altitude_m
    return ruled("place-altitude", height_m <= limit("altitude_m"), f"{height_m:g} m")


@judge("place-temperature")
def temperature(of: Installation) -> Judgement | None:
    """Judge the air at the machine; above 45 degC it gives less and is doubtful."""
    place = of.wiring.place
    told = [value for value in (place.ambient_min_c, place.ambient_max_c) if value is not None]
    if not told:
        return untold("wiring.place.ambient_min_c", "wiring.place.ambient_max_c")
    text = " to ".join(f"{value:g}" for value in told) + " degC"
    fits = limit("ambient_low_c") <= min(told) and max(told) <= limit("ambient_high_c")
    if fits and max(told) > limit("derate_c"):
        return Judgement(DOUBTFUL, f"{text}: it derates")
    return ruled("place-temperature", fits, text)


@judge("place-water")
def water(of: Installation) -> Judgement | None:
    """Judge rain and snow."""
    place = of.wiring.place
    told = {"rain": place.rain, "snow": place.snow}
    if all(value is None for value in told.values()):
        return untold("wiring.place.rain", "wiring.place.snow")
    there = [name for name, value in told.items() if value]
    return ruled("place-water", not there, " and ".join(there) or "none")


@judge("place-humidity")
def humidity(of: Installation) -> Judgement | None:
    """Judge the humidity."""
    told = of.wiring.place.humidity_pct
    if told is None:
        return untold("wiring.place.humidity_pct")
    return ruled("place-humidity", told <= limit("humidity_pct"), f"{told:g} %")


@judge("place-wall")
def wall(of: Installation) -> Judgement | None:
    """Judge the wall: fire, uprightness, and what it carries."""
    place = of.wiring.place
    if place.wall is None and place.vertical is None and place.carries_kg is None:
        return untold("wiring.place.wall")
    least_kg = limit("weight_factor") * limit("weight_kg")
    faults = []
    if place.wall in FLAMMABLE:
        faults.append(f"{place.wall} burns")
    if place.vertical is False:
        faults.append("not vertical")
    if place.carries_kg is not None and place.carries_kg < least_kg:
        faults.append(f"carries {place.carries_kg:g} kg of {least_kg:.0f}")
    return Judgement(DANGER if faults else FINE, "; ".join(faults) or str(place.wall or "upright"))


@judge("place-height")
def height(of: Installation) -> Judgement | None:
    """Judge the height of the display."""
    told_m = of.wiring.place.display_m
    if told_m is None:
        return untold("wiring.place.display_m")
    fits = limit("display_low_m") <= told_m <= limit("display_high_m")
    return ruled("place-height", fits, f"{told_m:g} m")


@judge("place-bolts")
def bolts(of: Installation) -> Judgement | None:
    """Judge bolts and holes."""
    place = of.wiring.place
    if place.bolts is None and place.holes is None and place.hole_mm is None:
        return untold("wiring.place.bolts", "wiring.place.holes", "wiring.place.hole_mm")
    faults = []
    if place.bolts == "other":
        faults.append("other bolts")
    if place.holes is not None and place.holes < limit("holes"):
        faults.append(f"{place.holes} holes")
    depth_mm = place.hole_mm
    if depth_mm is not None and not limit("hole_low_mm") <= depth_mm <= limit("hole_high_mm"):
        faults.append(f"holes {depth_mm:g} mm deep")
    return ruled("place-bolts", not faults, "; ".join(faults) or "as in the box")


@judge("work-parts")
def parts(of: Installation) -> Judgement | None:
    """Judge what was missing in the box."""
    missing = of.wiring.work.parts_missing
    if missing is None:
        return untold("wiring.work.parts_missing")
    text = ", ".join(f"{name} (of {PARTS[name]})" for name in missing)
    return ruled("work-parts", not missing, text or "complete")


@judge("work-order")
def order(of: Installation) -> Judgement | None:
    """Judge the order in which the array was connected."""
    steps = of.wiring.work.steps
    if steps is None:
        return untold("wiring.work.steps") if of.site.pv else None
    return ruled("work-order", steps == ORDER, ", ".join(steps).replace("_", " "))
