"""The array: voltages and currents of its strings, its cable, its protection."""

from collections.abc import Iterator

from twinverter.catalog.checks import DANGER, DOUBTFUL, FINE
from twinverter.catalog.limits import limit
from twinverter.checker.cable import DC, ampacity, area_mm2, size_text, there_and_back
from twinverter.checker.installation import Installation, module_of
from twinverter.checker.judgement import Judgement, answer, judge, ruled, untold, worst
from twinverter.checker.strings import REFERENCE_C, StringEdges, edges, hot_cell_c, longest

COLD = "wiring.record_low_c"
HOT = "wiring.record_high_c"
# 12 AWG is printed as 4 mm2 and has 3.3: told so, it is doubtful and not wrong.
NEARLY_AWG = "12"
THERE = {True: "there", False: "missing"}
MEASURED = {True: "measured", False: "not measured"}


def _strings(of: Installation, input_number: int) -> int:
    told = of.wiring.pv.strings_per_tracker
    if told is None or input_number > len(told):
        return 1
    return max(told[input_number - 1], 1)


def _each(of: Installation, when: str) -> Iterator[tuple[int, StringEdges]]:
    """Yield each input's number and its string's edges: cold, hot, or at the reference."""
    for number, string in enumerate(of.site.pv, start=1):
        cell_c = REFERENCE_C
        if when == "cold" and of.climate.cold is not None:
            cell_c = of.climate.cold.air_c
        if when == "hot" and of.climate.hot is not None:
            cell_c = hot_cell_c(of.climate.hot.air_c, string.mounting)
        module = module_of(string)
        yield number, edges(module, string.modules_in_series, _strings(of, number), cell_c)


@judge("pv-cold-voltage")
def cold_voltage(of: Installation) -> Judgement | None:
    """Judge the highest voltage of a string; where the cold is guessed it is only doubtful."""
    if not of.site.pv:
        return None
    cold = of.climate.cold
    most_v = min(limit("pv_open_v"), of.number("pv_max_v"))
    found = []
    for number, string in _each(of, "cold"):
        fit = longest(module_of(of.site.pv[number - 1]), string.cell_c, most_v)
        where = f"{cold.air_c:.0f} degC, {cold.origin}" if cold else "25 degC, the cold is not told"
        text = f"PV{number}: {string.open_v:.0f} V at {where}"
        if string.open_v <= most_v:
            found.append(Judgement(FINE, text) if cold else untold(COLD))
        elif cold and not cold.observed:
            advice = f"Tell site.{COLD} to be sure; as it looks, {fit} modules fit."
            found.append(Judgement(DOUBTFUL, text, advice))
        else:
            found.append(Judgement(DANGER, text, f"Take modules out of the string: {fit} fit."))
    return worst(found)


@judge("pv-start-voltage")
def start_voltage(of: Installation) -> Judgement | None:
    """Judge whether the hottest string still wakes its input."""
    return worst(
        ruled("pv-start-voltage", string.open_v >= limit("pv_start_v"), _volts(number, string))
        if of.climate.hot or string.open_v < limit("pv_start_v")
        else untold(HOT)
        for number, string in _each(of, "hot")
    )


def _volts(number: int, string: StringEdges, open_circuit: bool = True) -> str:
    volts = string.open_v if open_circuit else string.power_v
    return f"PV{number}: {volts:.0f} V with cells at {string.cell_c:.0f} degC"


@judge("pv-hot-voltage")
def hot_voltage(of: Installation) -> Judgement | None:
    """Judge whether the tracker can follow on a hot day."""
    return worst(
        ruled(
            "pv-hot-voltage",
            string.power_v >= limit("pv_track_low_v"),
            _volts(number, string, open_circuit=False),
        )
        if of.climate.hot or string.power_v < limit("pv_track_low_v")
        else untold(HOT)
        for number, string in _each(of, "hot")
    )


@judge("pv-tracking-top")
def tracking_top(of: Installation) -> Judgement | None:
    """Judge whether the tracker can follow on a cold day."""
    return worst(
        ruled(
            "pv-tracking-top",
            string.power_v <= limit("pv_track_high_v"),
            _volts(number, string, open_circuit=False),
        )
        if of.climate.cold or string.power_v > limit("pv_track_high_v")
        else untold(COLD)
        for number, string in _each(of, "cold")
    )


@judge("pv-current")
def current(of: Installation) -> Judgement | None:
    """Judge the current at the best point against the input's."""
    return worst(
        ruled(
            "pv-current",
            string.power_a <= limit("pv_current_a"),
            f"PV{number}: {string.power_a:.1f} A",
        )
        for number, string in _each(of, "reference")
    )


@judge("pv-short-circuit")
def short_circuit(of: Installation) -> Judgement | None:
    """Judge the short-circuit current against what the input is taken to bear."""
    return worst(
        ruled(
            "pv-short-circuit",
            string.short_a <= limit("pv_short_a"),
            f"PV{number}: {string.short_a:.1f} A",
        )
        for number, string in _each(of, "hot")
    )


@judge("pv-strings")
def strings(of: Installation) -> Judgement | None:
    """Judge how many strings lie on each input."""
    told = of.wiring.pv.strings_per_tracker
    if told is None:
        return untold("wiring.pv.strings_per_tracker") if of.site.pv else None
    fits = max(told) <= limit("pv_strings") and len(told) <= limit("pv_trackers")
    return ruled("pv-strings", fits, " + ".join(map(str, told)))


@judge("pv-total")
def total(of: Installation) -> Judgement | None:
    """Judge the array's rating."""
    if not of.site.pv:
        return None
    watts = array_w(of)
    return ruled("pv-total", watts <= limit("pv_total_w"), f"{watts:.0f} W")


def array_w(of: Installation) -> float:
    """Return the rating of the whole array."""
    return sum(
        _strings(of, number) * string.modules_in_series * module.vmp_v * module.imp_a
        for number, string in enumerate(of.site.pv, start=1)
        for module in [module_of(string)]
    )


# fmt: off
ANSWERS = (
    # check            key                 good                   words
    ("pv-pole-earth",  "pole_earthed",     "none",                {"none": "neither"}),
    ("pv-module-leak", "modules_leak",     False,                 None),
    ("pv-surge",       "surge_protection", True,                  THERE),
    ("pv-breaker",     "breaker",          True,                  THERE),
    ("pv-polarity",    "polarity_checked", True,                  MEASURED),
    ("pv-cable-type",  "cable_type",       ("PV1-F", "H1Z2Z2-K"), None),
    ("pv-connector",   "connector",        "MC4",                 None),
)
# fmt: on


def _asked(check: str, key: str, good: object, words: dict | None) -> None:
    @judge(check)
    def asked(of: Installation) -> Judgement | None:
        if not of.site.pv:
            return None
        return answer(check, f"wiring.pv.{key}", getattr(of.wiring.pv, key), good, words)


for _row in ANSWERS:
    _asked(*_row)


@judge("pv-cable-size")
def cable_size(of: Installation) -> Judgement | None:
    """Judge the cross-section of the PV cable."""
    cable = of.wiring.pv.cable
    if cable is None:
        return untold("wiring.pv.cable") if of.site.pv else None
    if cable.awg == NEARLY_AWG:
        return Judgement(DOUBTFUL, "12 AWG, which is 3.3 mm2 though printed as 4")
    size_mm2 = area_mm2(cable)
    if size_mm2 > limit("pv_cable_high_mm2"):
        return Judgement(DOUBTFUL, size_text(cable), "Crimp plugs that take this size.")
    return ruled("pv-cable-size", size_mm2 >= limit("pv_cable_low_mm2"), size_text(cable))


@judge("pv-cable-ampacity")
def cable_ampacity(of: Installation) -> Judgement | None:
    """Judge what the PV cable carries."""
    cable = of.wiring.pv.cable
    if not of.site.pv:
        return None
    carried = ampacity(cable, DC) if cable else None
    if carried is None:
        return untold("wiring.pv.cable (insulation, method)")
    short_a = max(string.short_a for _, string in _each(of, "reference"))
    needed_a = limit("pv_cable_factor") * short_a
    text = f"{carried.current_a:.0f} A ({carried.source}), needed {needed_a:.0f} A"
    return ruled("pv-cable-ampacity", carried.current_a >= needed_a, text)


@judge("pv-cable-loss")
def cable_loss(of: Installation) -> Judgement | None:
    """Judge what the PV cable loses in full sun."""
    cable = of.wiring.pv.cable
    if not of.site.pv:
        return None
    if cable is None:
        return untold("wiring.pv.cable")
    lost = max(
        there_and_back(cable, string.power_a, string.power_v)
        for _, string in _each(of, "reference")
    )
    return ruled("pv-cable-loss", lost <= limit("pv_loss"), f"{100.0 * lost:.1f} % in full sun")
