"""The AC side: grid type and window, breakers against cables, the backup load and its motors."""

from collections.abc import Callable

from twinverter.catalog.cables import AC_BREAKERS_A
from twinverter.catalog.checks import DANGER, DOUBTFUL, FINE, UNTOLD
from twinverter.catalog.limits import limit
from twinverter.catalog.settings import find
from twinverter.checker.cable import AC, ampacity, area_mm2, largest_breaker_a, one_way, size_text
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, judge, ruled, untold, worst
from twinverter.scenario.wiring_form import AcPortForm

PORTS = ("grid", "load", "gen")
AMERICAN = ("ul1741_ieee1547", "cpuc_rule21", "srd_ul_1741", "ieee1547_cat_i", "ieee1547_cat_ii",
            "ieee1547_cat_iii")  # fmt: skip
GENERAL = "general_standard"
FIVE_WIRES = {"L1", "L2", "L3", "N", "PE"}
START_TIMES = 6.0  # assumed: a motor switched straight on


def nominal_v(of: Installation) -> float:
    """Return the nominal phase voltage of the grid type."""
    return find("grid_type").to_kernel(of.values["grid_type"])


def _mains_v(of: Installation) -> list[float]:
    told = of.world.grid.voltage_v
    return told if isinstance(told, list) else [told]


@judge("ac-grid-type")
def grid_type(of: Installation) -> Judgement | None:
    """Judge the grid type by the mains of the house."""
    if "voltage_v" not in of.world.grid.model_fields_set:
        return Judgement(UNTOLD, "world.grid.voltage_v")
    there_v, set_v = _mains_v(of), nominal_v(of)
    off = max(abs(one_v / set_v - 1.0) for one_v in there_v)
    text = f"{max(there_v):g} V there, {set_v:g} V set"
    return ruled("ac-grid-type", off <= limit("voltage_off"), text)


@judge("ac-frequency")
def frequency(of: Installation) -> Judgement | None:
    """Judge the frequency by the mains of the house."""
    if "frequency_hz" not in of.world.grid.model_fields_set:
        return Judgement(UNTOLD, "world.grid.frequency_hz")
    there_hz, set_hz = of.world.grid.frequency_hz, of.number("grid_frequency_hz")
    text = f"{there_hz:g} Hz there, {set_hz:g} Hz set"
    return ruled("ac-frequency", abs(there_hz - set_hz) <= limit("frequency_off_hz"), text)


@judge("ac-grid-mode")
def grid_mode(of: Installation) -> Judgement | None:
    """Judge the grid mode by the frequency it is written for."""
    mode, set_hz = str(of.values["grid_mode"]), of.number("grid_frequency_hz")
    fits = mode == GENERAL or (mode in AMERICAN) == (set_hz == 60.0)
    return ruled("ac-grid-mode", fits, f"{mode} at {set_hz:g} Hz")


@judge("ac-window")
def window(of: Installation) -> Judgement | None:
    """Judge whether the mains leave the window of Grid Set2 every day."""
    grid = of.world.grid
    if of.values["grid_mode"] != GENERAL or "voltage_v" not in grid.model_fields_set:
        return None
    sags_v = list(grid.sag_v.values()) or [0.0]
    low_v = min(_mains_v(of)) - max(sags_v) - grid.wander_v
    high_v = max(_mains_v(of)) - min(sags_v) + grid.wander_v
    fits = of.number("grid_vol_low") <= low_v and high_v <= of.number("grid_vol_high")
    text = f"{low_v:.0f} to {high_v:.0f} V"
    return ruled("ac-window", fits, text)


def _port(of: Installation, port: str) -> AcPortForm:
    form = getattr(of.wiring, port)
    assert isinstance(form, AcPortForm)
    return form


def in_use(of: Installation, port: str) -> bool:
    """Return whether something is wired to a terminal block."""
    if port == "gen":
        on_gen = of.site.genset is not None and not of.genset["genset.on_grid_port"]
        return on_gen or of.site.micro_inverters is not None
    return True


@judge("grid-breaker")
def grid_breaker(of: Installation) -> Judgement | None:
    """Judge whether there is a breaker to the mains."""
    return _has_breaker(of, "grid", "grid-breaker")


@judge("load-breaker")
def load_breaker(of: Installation) -> Judgement | None:
    """Judge whether there is a breaker to the backup load."""
    return _has_breaker(of, "load", "load-breaker")


def _has_breaker(of: Installation, port: str, check: str) -> Judgement:
    rating_a = _port(of, port).breaker_a
    if rating_a is None:
        return untold(f"wiring.{port}.breaker_a")
    return ruled(check, rating_a > 0.0, f"{rating_a:g} A" if rating_a else "missing")


def _rated(check: str, port: str, fits: Callable[[float], bool]) -> None:
    @judge(check)
    def rated(of: Installation) -> Judgement | None:
        rating_a = _port(of, port).breaker_a
        if not in_use(of, port):
            return None
        if rating_a is None:
            return untold(f"wiring.{port}.breaker_a")
        return ruled(check, fits(rating_a), f"{rating_a:g} A")


_rated("grid-breaker-size", "grid", lambda rating_a: rating_a <= limit("grid_breaker_a"))
_rated("grid-pass", "grid", lambda rating_a: rating_a <= limit("pass_through_a"))
_rated("load-breaker-size", "load", lambda rating_a: rating_a <= limit("load_breaker_a"))
_rated("gen-breaker-size", "gen", lambda rating_a: 0.0 < rating_a <= limit("gen_breaker_a"))


def _guarded(check: str, port: str) -> None:
    @judge(check)
    def guarded(of: Installation) -> Judgement | None:
        form = _port(of, port)
        if not in_use(of, port):
            return None
        carried = ampacity(form.cable, AC) if form.cable else None
        if carried is None or not form.breaker_a:
            return untold(f"wiring.{port}.breaker_a", f"wiring.{port}.cable (insulation, method)")
        text = f"breaker {form.breaker_a:g} A, cable {carried.current_a:.0f} A ({carried.source})"
        if form.breaker_a <= carried.current_a:
            return Judgement(FINE, text)
        most_a = largest_breaker_a(carried.current_a, AC_BREAKERS_A)
        return Judgement(DANGER, text, f"Take {most_a:g} A at most, or pull a thicker cable.")


for _name in PORTS:
    _guarded(f"{_name}-guard", _name)


def _all_ports(
    check: str, key: str, what: Callable[[AcPortForm, str], tuple[bool, str] | None]
) -> None:
    """Let one check look at the three blocks; `what` gives whether it fits and what was found."""

    @judge(check)
    def ports(of: Installation) -> Judgement | None:
        found = []
        for port in PORTS:
            if in_use(of, port):
                one = what(_port(of, port), port)
                if one is None:
                    found.append(untold(f"wiring.{port}.{key}"))
                else:
                    found.append(ruled(check, one[0], f"{port}: {one[1]}"))
        return worst(found)


def _size(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.cable is None:
        return None
    return area_mm2(form.cable) >= limit("ac_cable_mm2"), size_text(form.cable)


def _torque(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.torque_nm is None:
        return None
    return form.torque_nm <= limit("ac_torque_nm"), f"{form.torque_nm:g} Nm"


def _strip(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.strip_mm is None:
        return None
    off_mm = abs(form.strip_mm - limit("ac_strip_mm"))
    return off_mm <= limit("ac_strip_off_mm"), f"{form.strip_mm:g} mm"


def _conductors(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.conductors is None:
        return None
    missing = FIVE_WIRES - set(form.conductors)
    return not missing, f"missing {', '.join(sorted(missing))}" if missing else "all five"


def _block(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.on_block is None:
        return None
    return form.on_block == port, f"on the block {form.on_block.upper()}"


def _drop(form: AcPortForm, port: str) -> tuple[bool, str] | None:
    if form.cable is None:
        return None
    lost = one_way(form.cable, limit("phase_a"), limit("nominal_phase_v"))
    return lost <= limit("ac_drop"), f"{100.0 * lost:.1f} % at {limit('phase_a'):g} A"


_all_ports("ac-cable-size", "cable", _size)
_all_ports("ac-torque", "torque_nm", _torque)
_all_ports("ac-strip", "strip_mm", _strip)
_all_ports("ac-conductors", "conductors", _conductors)
_all_ports("ac-blocks", "on_block", _block)
_all_ports("ac-drop", "cable", _drop)


@judge("ac-phase-order")
def phase_order(of: Installation) -> Judgement | None:
    """Judge the order of the phases."""
    right = of.site.feeder.phase_order_ok
    return ruled("ac-phase-order", right, "right" if right else "turned")


@judge("load-total")
def load_total(of: Installation) -> Judgement | None:
    """Judge the peak of the whole backup load."""
    if not of.peak.known:
        return untold("wiring.load_peak_w")
    watts = of.peak.total_w
    text = f"{watts:.0f} W ({of.peak.origin})"
    if limit("rated_w") < watts <= limit("most_w"):
        return Judgement(DOUBTFUL, text)
    return ruled("load-total", watts <= limit("most_w"), text)


def _phase_peak(of: Installation) -> tuple[str, float]:
    place = max(range(3), key=lambda phase: of.peak.phases_w[phase])
    return f"L{place + 1}", of.peak.phases_w[place] / nominal_v(of)


@judge("load-phase")
def load_phase(of: Installation) -> Judgement | None:
    """Judge the peak on the busiest phase."""
    if not of.peak.known:
        return untold("wiring.load_peak_w")
    name, current_a = _phase_peak(of)
    text = f"{name}: {current_a:.1f} A ({of.peak.origin})"
    return ruled("load-phase", current_a <= limit("phase_a"), text)


@judge("load-against-breaker")
def load_against_breaker(of: Installation) -> Judgement | None:
    """Judge the peak on the busiest phase against the breaker before it."""
    rating_a = of.wiring.load.breaker_a
    if not of.peak.known or not rating_a:
        return untold("wiring.load.breaker_a", "wiring.load_peak_w")
    name, current_a = _phase_peak(of)
    text = f"{name}: {current_a:.1f} A, breaker {rating_a:g} A"
    return ruled("load-against-breaker", current_a <= rating_a, text)


@judge("motor-start")
def motor_start(of: Installation) -> Judgement | None:
    """Judge the largest start beside nothing else; a start nobody told is taken as six times."""
    found = []
    for motor in of.wiring.motors:
        watts = motor.power_w * (motor.start_times or START_TIMES)
        current_a = watts / nominal_v(of)
        fits = current_a <= limit("phase_start_a") and watts <= limit("start_w")
        text = f"{motor.name}: {current_a:.0f} A on L{motor.phase}"
        if motor.start_times is None and not fits:
            advice = "Tell start_times of this motor (6 is assumed); a soft start needs 2 or 3."
            found.append(Judgement(DOUBTFUL, text, advice))
        else:
            found.append(ruled("motor-start", fits, text))
    return worst(found)


@judge("motor-restart")
def motor_restart(of: Installation) -> Judgement | None:
    """Judge the restart delay of air conditioners."""
    found = []
    for motor in of.wiring.motors:
        if motor.air_conditioner and motor.restart_delay_min is None:
            found.append(untold("wiring.motors.restart_delay_min"))
        elif motor.air_conditioner:
            delay_min = float(motor.restart_delay_min or 0.0)
            text = f"{motor.name}: {delay_min:g} min"
            found.append(ruled("motor-restart", delay_min >= limit("restart_min"), text))
    return worst(found)
