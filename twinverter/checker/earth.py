"""Earth, the neutral bond off grid, residual current devices, clamps and meters."""

from twinverter.catalog.cables import EARTH_MIDDLE_MM2, EARTH_SAME_MM2, EARTH_SHARE
from twinverter.catalog.limits import limit
from twinverter.checker.cable import area_mm2
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, answer, judge, ruled, untold

BY_CT = "zero_export_ct"


@judge("earth")
def earth(of: Installation) -> Judgement | None:
    """Judge whether the machine is earthed."""
    told = of.wiring.earth.connected
    words = {True: "connected", False: "missing"}
    return answer("earth", "wiring.earth.connected", told, True, words)


@judge("earth-place")
def place(of: Installation) -> Judgement | None:
    """Judge where the earth is taken."""
    return answer("earth-place", "wiring.earth.at", of.wiring.earth.at, "grid_side")


@judge("earth-size")
def size(of: Installation) -> Judgement | None:
    """Judge the earth cable against the phase conductors of the grid cable."""
    told_mm2, cable = of.wiring.earth.mm2, of.wiring.grid.cable
    if told_mm2 is None or cable is None:
        return untold("wiring.earth.mm2", "wiring.grid.cable")
    phase_mm2 = area_mm2(cable)
    least_mm2 = min(phase_mm2, EARTH_SAME_MM2)
    if phase_mm2 > EARTH_MIDDLE_MM2:
        least_mm2 = EARTH_SHARE * phase_mm2
    text = f"{told_mm2:g} mm2 beside phases of {phase_mm2:g}, needed {least_mm2:g}"
    return ruled("earth-size", told_mm2 >= least_mm2, text)


@judge("neutral-bond")
def neutral_bond(of: Installation) -> Judgement | None:
    """Judge who ties neutral to earth off grid, and whether it is open on grid."""
    bond, island = of.wiring.earth.neutral_bond, bool(of.values["signal_island_mode"])
    if bond is None:
        return untold("wiring.earth.neutral_bond")
    found = {
        "none": (False, "nobody: off grid no fault to earth would trip anything"),
        "fixed": (False, "a fixed link, which is closed on grid as well"),
        "ats_relay": (
            island,
            "the relay on ATS" + ("" if island else ", closed on grid too: the signal is off"),
        ),
        "other_relay": (True, "another relay"),
    }
    return ruled("neutral-bond", *found[bond])


@judge("rcd")
def residual_current(of: Installation) -> Judgement | None:
    """Judge whether the backup circuits have a residual current device."""
    told = of.wiring.load.rcd
    return answer("rcd", "wiring.load.rcd", told, ("AC", "A", "F", "B"))


@judge("rcd-type")
def residual_current_type(of: Installation) -> Judgement | None:
    """Judge its type."""
    told = of.wiring.load.rcd
    if told in (None, "none"):
        return None
    return answer("rcd-type", "wiring.load.rcd", told, ("A", "F", "B"))


@judge("ct-count")
def clamp_count(of: Installation) -> Judgement | None:
    """Judge the number of clamps where zero export leans on them."""
    if of.values["work_mode"] != BY_CT or of.values["ex_meter_for_ct"]:
        return None
    count = of.wiring.ct.count
    if count is None:
        return untold("wiring.ct.count")
    return ruled("ct-count", count >= limit("clamps"), str(count))


# fmt: off
ANSWERS = (
    # check       key                 good        words
    ("ct-facing", "facing",           "inverter", {"inverter": "to the inverter"}),
    ("ct-place",  "before_all_loads", True,       {True: "before all", False: "behind some"}),
)
# fmt: on


def _asked(check: str, key: str, good: object, words: dict) -> None:
    @judge(check)
    def asked(of: Installation) -> Judgement | None:
        if not of.site.measuring.ct:
            return None
        return answer(check, f"wiring.ct.{key}", getattr(of.wiring.ct, key), good, words)


for _row in ANSWERS:
    _asked(*_row)


@judge("ct-phases")
def clamp_phases(of: Installation) -> Judgement | None:
    """Judge whether each clamp lies on the phase of its input."""
    phases = of.wiring.ct.phases
    if not of.site.measuring.ct:
        return None
    if phases is None:
        return untold("wiring.ct.phases")
    return ruled("ct-phases", phases == ["L1", "L2", "L3"][: len(phases)], ", ".join(phases))


@judge("ct-ratio")
def clamp_ratio(of: Installation) -> Judgement | None:
    """Judge the ratio of the clamps against the setting."""
    ratio = of.wiring.ct.ratio
    if not of.site.measuring.ct:
        return None
    if ratio is None:
        return untold("wiring.ct.ratio")
    told = of.number("ct_ratio")
    return ruled("ct-ratio", ratio == told, f"{ratio}, set is {told:g}")


@judge("ct-cable")
def clamp_cable(of: Installation) -> Judgement | None:
    """Judge the length of the clamps' cable."""
    length_m = of.wiring.ct.cable_m
    if not of.site.measuring.ct:
        return None
    if length_m is None:
        return untold("wiring.ct.cable_m")
    return ruled("ct-cable", length_m <= limit("ct_cable_m"), f"{length_m:g} m")


@judge("meter-make")
def meter_make(of: Installation) -> Judgement | None:
    """Judge the make of the meter, and that it is used where there are no clamps."""
    make, used = of.site.measuring.meter, bool(of.values["ex_meter_for_ct"])
    if make == "none":
        return None
    if not used:
        needed = of.values["work_mode"] == BY_CT and not of.site.measuring.ct
        return ruled("meter-make", not needed, f"{make}, not used")
    told = str(of.values["meter_select"])
    return ruled("meter-make", make == told, f"{make}, set is {told}")


@judge("meter-counts")
def meter_counts(of: Installation) -> Judgement | None:
    """Judge the scope of zero export by how the supplier's meter counts."""
    if of.values["work_mode"] == "selling_first" or of.values["solar_sell"]:
        return None
    counts, scope = of.wiring.meter_counts, str(of.values["zero_export_scope"])
    if counts is None:
        return untold("wiring.meter_counts")
    text = f"the meter counts {counts}, held is {scope}".replace("_", " ")
    return ruled("meter-counts", (counts, scope) != ("per_phase", "sum"), text)
