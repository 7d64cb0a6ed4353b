"""Clues at the generator, in leakage to earth, and at the current clamps."""

from twinverter.catalog.evidence import of_phases
from twinverter.words import figures
from twinverter.words.clues.clue import NAMES, clue, in_hz, in_ma, in_v, in_w
from twinverter.words.clues.frequency import sank
from twinverter.words.readings import HAIR_S, Readings


@clue
def gen_silent(readings: Readings) -> str:
    """The generator was asked to run and gives no voltage."""
    asked = readings.span("gen_asked", -120.0)
    if not asked or not max(asked) > 0.5 or max(readings.span("gen_v", -60.0), default=0.0) > 50.0:
        return ""
    return "It was asked to run and gave no voltage."


@clue
def gen_runs(readings: Readings) -> str:
    """The generator gives voltage."""
    highest_v = max(readings.span("gen_v", -60.0), default=0.0)
    return f"It ran and gave {in_v(highest_v)}." if highest_v > 100.0 else ""


@clue
def gen_sank_with_load(readings: Readings) -> str:
    """The generator's frequency sinks under load."""
    return sank(readings, "gen_hz", readings.column("gen_w"), "Its frequency")


@clue
def gen_unloaded(readings: Readings) -> str:
    """The generator runs and carries nothing."""
    if not readings.now("gen_v") > 100.0 or not readings.high("gen_w") < 200.0:
        return ""
    return "It ran without load."


@clue
def gen_out_unloaded(readings: Readings) -> str:
    """The generator is off its figures though it carries nothing."""
    volts, hertz = readings.now("gen_v"), readings.now("gen_hz")
    nominal_hz = readings.now("nominal_hz")
    runs = volts > 50.0 and hertz > 0.0
    off = not 170.0 <= volts <= 280.0 or abs(hertz - nominal_hz) > 5.0
    if not runs or not off or not readings.high("gen_w") < 200.0:
        return ""
    return f"Without load it gave {in_v(volts)} and {in_hz(hertz)}."


@clue
def leak_jumped(readings: Readings) -> str:
    """The leakage rose from one reading to the next."""
    column, times = readings.column("residual_a"), readings.times_s
    steps = [
        (after - before, before, after)
        for before, after, from_s, to_s in zip(column, column[1:], times, times[1:], strict=False)
        if to_s - from_s <= 1.5 and -30.0 <= to_s <= HAIR_S
    ]
    if not steps or max(steps)[0] < 0.02:
        return ""
    _, before, after = max(steps)
    return f"The leakage jumped from {in_ma(before)} to {in_ma(after)}."


@clue
def leak_crept(readings: Readings) -> str:
    """The leakage rose little by little."""
    column = readings.span("residual_a", -readings.length_s)
    if leak_jumped(readings) or not column or column[-1] - column[0] < 0.02:
        return ""
    return (
        f"The leakage rose from {in_ma(column[0])} to {in_ma(column[-1])} within"
        f" {figures.duration(readings.length_s)}."
    )


@clue
def morning(readings: Readings) -> str:
    """It is the time of day at which modules are wet with dew."""
    hour = figures.moment(readings.clock_s).hour
    if not 5 <= hour < 10:
        return ""
    return f"It was {figures.clock(readings.clock_s)}, when modules may be wet with dew."


def _clamp_steps(readings: Readings) -> list[tuple[int, float, tuple[float, ...]]]:
    """Return (phase, change of power there, changes the clamps saw) where one phase moved alone."""
    inner = list(zip(*map(readings.column, of_phases("ld_w")), strict=False))
    outer = list(zip(*map(readings.column, of_phases("ct_w")), strict=False))
    steps = []
    for place in range(1, min(len(inner), len(outer))):
        moved = [b - a for a, b in zip(inner[place - 1], inner[place], strict=True)]
        phase = max(range(3), key=lambda one: abs(moved[one]))
        rest = max(abs(moved[one]) for one in range(3) if one != phase)
        if abs(moved[phase]) > 150.0 and rest < 0.3 * abs(moved[phase]):
            seen = tuple(b - a for a, b in zip(outer[place - 1], outer[place], strict=True))
            steps.append((phase, moved[phase], seen))
    return steps


@clue
def clamp_against(readings: Readings) -> str:
    """A clamp reads the other way round."""
    for phase, moved_w, seen in _clamp_steps(readings):
        if seen[phase] / moved_w < -0.5:
            return (
                f"When {in_w(moved_w)} more flowed on {NAMES[phase]}, the clamp there read"
                f" {in_w(seen[phase])} more."
            )
    return ""


@clue
def clamp_still(readings: Readings) -> str:
    """A clamp reads nothing though power moves."""
    for phase, moved_w, seen in _clamp_steps(readings):
        if max(map(abs, seen)) < 0.2 * abs(moved_w):
            return f"{in_w(abs(moved_w))} moved on {NAMES[phase]}, and no clamp followed."
    return ""


@clue
def clamp_crossed(readings: Readings) -> str:
    """A clamp of another phase reads what moves on this one."""
    for phase, moved_w, seen in _clamp_steps(readings):
        other = max(range(3), key=lambda one: abs(seen[one]))
        if other != phase and seen[other] / moved_w > 0.5 and abs(seen[phase] / moved_w) < 0.3:
            return (
                f"{in_w(abs(moved_w))} moved on {NAMES[phase]}, and the clamp of"
                f" {NAMES[other]} followed."
            )
    return ""
