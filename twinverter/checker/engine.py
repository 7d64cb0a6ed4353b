"""The GEN terminals: a generator set or micro-inverters, and the settings that go with them."""

from twinverter.catalog.checks import UNTOLD
from twinverter.catalog.limits import limit
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, judge, ruled

ROWS = range(1, 7)
GENERATOR, MICRO = "generator_input", "micro_inv_input"


def _starts(of: Installation) -> bool:
    """Return whether the machine starts the generator by itself to charge."""
    wanted = bool(of.values["gen_charge"]) and bool(of.values["gen_signal"])
    return of.site.genset is not None and of.has_battery and wanted and of.port == GENERATOR


def _ending(of: Installation) -> str:
    return "_v" if of.values["batt_mode"] == "use_batt_v" else "_soc_pct"


@judge("gen-rating")
def rating(of: Installation) -> Judgement | None:
    """Judge the rated power on the panel."""
    if of.site.genset is None:
        return None
    there_w, set_w = of.site.genset.rated_w, of.number("gen_rated_w")
    return ruled("gen-rating", set_w <= there_w, f"{there_w:g} W, set are {set_w:g}")


@judge("gen-window")
def window(of: Installation) -> Judgement | None:
    """Judge voltage and frequency from idle to full load; in a 60 Hz network only told ones."""
    if of.site.genset is None:
        return None
    told = of.site.genset.model_extra or {}
    shift_hz = of.number("grid_frequency_hz") - 50.0
    if shift_hz and "no_load_hz" not in told:
        return Judgement(UNTOLD, "site.genset.no_load_hz")
    figures, rated_w = of.genset, of.site.genset.rated_w
    idle_v, idle_hz = figures["genset.no_load_v"], figures["genset.no_load_hz"]
    full_v = idle_v - figures["genset.droop_v_per_w"] * rated_w
    full_hz = idle_hz - figures["genset.droop_hz_per_w"] * rated_w
    fits = (
        limit("gen_low_v") <= full_v
        and idle_v <= limit("gen_high_v")
        and limit("gen_low_hz") + shift_hz <= full_hz
        and idle_hz <= limit("gen_high_hz") + shift_hz
    )
    text = f"{idle_v:.0f} to {full_v:.0f} V, {idle_hz:.1f} to {full_hz:.1f} Hz"
    return ruled("gen-window", fits, text)


@judge("gen-connection")
def connection(of: Installation) -> Judgement | None:
    """Judge where the generator is wired against where it is set."""
    if of.site.genset is None:
        return None
    wired, told = bool(of.genset["genset.on_grid_port"]), bool(of.values["gen_on_grid_port"])
    names = {True: "GRID", False: "GEN"}
    text = f"wired to {names[wired]}, set is {names[told]}"
    return ruled("gen-connection", wired == told, text)


@judge("gen-port")
def port(of: Installation) -> Judgement | None:
    """Judge the use of the GEN terminals by what is wired to them."""
    wired = []
    if of.site.genset is not None and not of.genset["genset.on_grid_port"]:
        wired.append(GENERATOR)
    if of.site.micro_inverters is not None:
        wired.append(MICRO)
    if not wired:
        return None
    text = f"set is {of.port}, wired {' and '.join(wired)}".replace("_", " ")
    return ruled("gen-port", wired == [of.port], text)


@judge("gen-load")
def load(of: Installation) -> Judgement | None:
    """Judge the load's peak against the generator that has to carry it alone."""
    if of.site.genset is None or not of.peak.known:
        return None
    there_w, shaved = of.site.genset.rated_w, bool(of.values["gen_peak_shaving"])
    text = f"{there_w:g} W, peak {of.peak.total_w:.0f} W" + (", shaved" if shaved else "")
    return ruled("gen-load", shaved or of.peak.total_w <= there_w, text)


@judge("gen-start")
def start(of: Installation) -> Judgement | None:
    """Judge the start against Shutdown."""
    if not _starts(of):
        return None
    begin, stop = of.number("gen_start" + _ending(of)), of.number("shutdown" + _ending(of))
    return ruled("gen-start", begin > stop, f"{begin:g}, Shutdown is {stop:g}")


@judge("gen-stop")
def stop(of: Installation) -> Judgement | None:
    """Judge the stop against the start."""
    if not _starts(of):
        return None
    begin, end = of.number("gen_start" + _ending(of)), of.number("gen_stop" + _ending(of))
    return ruled("gen-stop", end > begin, f"{begin:g} to {end:g}")


@judge("gen-run-time")
def run_time(of: Installation) -> Judgement | None:
    """Judge the hours a day."""
    if not _starts(of):
        return None
    hours = of.number("gen_max_run_h")
    return ruled("gen-run-time", hours > 0.0, f"{hours:g} h")


@judge("gen-rows")
def rows(of: Installation) -> Judgement | None:
    """Judge the ticks of the timetable: a row without one starts no generator."""
    if not _starts(of) or not of.values["tou_enable"]:
        return None
    bare = [str(row) for row in ROWS if not of.values[f"tou{row}_gen_charge"]]
    return ruled("gen-rows", not bare, f"none in row {', '.join(bare)}" if bare else "in all rows")


@judge("mi-sum")
def micro_sum(of: Installation) -> Judgement | None:
    """Judge the sum of the micro-inverters."""
    if of.site.micro_inverters is None:
        return None
    rated_w = of.site.micro_inverters.rated_w
    return ruled("mi-sum", rated_w <= limit("micro_w"), f"{rated_w:g} W")


@judge("mi-frequency")
def micro_frequency(of: Installation) -> Judgement | None:
    """Judge whether the frequency that is offered stops them."""
    if of.site.micro_inverters is None or of.port != MICRO:
        return None
    stop_hz = of.figures["micro_inverters.stop_hz"]
    offered_hz = of.number("ac_couple_freq_high_hz")
    text = f"they stop at {stop_hz:g} Hz, offered are {offered_hz:g} Hz"
    return ruled("mi-frequency", stop_hz <= offered_hz, text)
