"""Clues in what the backup output asked for, and in how hard the machine worked."""

from twinverter.catalog.evidence import of_phases
from twinverter.words import figures
from twinverter.words.clues.clue import NAMES, clue, in_w
from twinverter.words.readings import HAIR_S, Readings

# A load has jumped where it rose by this much within so long, and lately enough to matter.
JUMP_W, JUMP_S, JUMP_SEEN_S = 1000.0, 3.0, 75.0
# What found no supply may show a step after the alarm.
LATE_S = 3.0


def heaviest(readings: Readings) -> tuple[float, ...] | None:
    """Return the backup load per phase in the heaviest of the last seconds."""
    columns = [readings.span(name, -JUMP_S) for name in of_phases("load_w")]
    moments = list(zip(*columns, strict=False))
    return max(moments, key=sum) if moments else None


@clue
def load_over_rating(readings: Readings) -> str:
    """The backup loads are above the rating."""
    asked_w, rated_w = heaviest(readings), readings.now("rated_w")
    if not asked_w or not sum(asked_w) > rated_w:
        return ""
    return f"The backup loads asked for {in_w(sum(asked_w))}; {in_w(rated_w)} is the rating."


@clue
def load_in_rating(readings: Readings) -> str:
    """The backup loads are within the rating."""
    asked_w, rated_w = heaviest(readings), readings.now("rated_w")
    if not asked_w or not sum(asked_w) <= rated_w:
        return ""
    return f"The backup loads asked for {in_w(sum(asked_w))} only."


@clue
def one_phase_heavy(readings: Readings) -> str:
    """One phase carries most of the backup loads."""
    asked_w = heaviest(readings)
    if not asked_w or max(asked_w) < 2000.0 or max(asked_w) < 0.6 * sum(asked_w):
        return ""
    phase = NAMES[asked_w.index(max(asked_w))]
    return f"{phase} carried {in_w(max(asked_w))} of {in_w(sum(asked_w))}."


@clue
def phases_even(readings: Readings) -> str:
    """The backup loads are spread."""
    asked_w = heaviest(readings)
    if not asked_w or sum(asked_w) < 1000.0 or max(asked_w) > 0.45 * sum(asked_w):
        return ""
    return f"The loads were spread: {in_w(max(asked_w))} on the heaviest phase."


@clue
def load_jumped(readings: Readings) -> str:
    """Shortly before the alarm the backup loads had jumped."""
    times, loads = readings.times_s, readings.summed("load_w")
    best = (0.0, 0.0, 0.0, 0.0)
    for place, (at_s, load_w) in enumerate(zip(times, loads, strict=False)):
        if not -JUMP_SEEN_S <= at_s <= HAIR_S:
            continue
        for back_s, before_w in zip(times[:place], loads[:place], strict=True):
            if at_s - back_s <= JUMP_S and load_w - before_w > best[0]:
                best = (load_w - before_w, before_w, load_w, at_s)
    if best[0] < JUMP_W:
        return ""
    ago = f", {figures.duration(-best[3])} before" if best[3] < -0.5 else ""
    return f"The backup loads had jumped from {in_w(best[1])} to {in_w(best[2])}{ago}."


@clue
def load_steady(readings: Readings) -> str:
    """The backup loads had not moved."""
    pairs = zip(readings.times_s, readings.summed("load_w"), strict=False)
    loads = [load_w for at_s, load_w in pairs if -JUMP_SEEN_S <= at_s <= HAIR_S]
    if len(loads) < 2 or readings.length_s < JUMP_S or max(loads) - min(loads) > JUMP_W / 2.0:
        return ""
    return "The backup loads had hardly moved before."


@clue
def load_unserved(readings: Readings) -> str:
    """Some of the backup loads found no supply."""
    missing_w = max(readings.span("unserved_w", -LATE_S, LATE_S), default=0.0)
    return f"{in_w(missing_w)} of the backup loads found no supply." if missing_w > 50.0 else ""


@clue
def used_much(readings: Readings) -> str:
    """The loads had taken much over the minutes before."""
    mean_w = sum(readings.mean(name) for name in of_phases("load_w"))
    if not mean_w > 0.4 * readings.now("rated_w"):
        return ""
    return f"The backup loads had taken {in_w(mean_w)} on average."


@clue
def used_little(readings: Readings) -> str:
    """The loads had taken little over the minutes before."""
    mean_w = sum(readings.mean(name) for name in of_phases("load_w"))
    if not mean_w < 0.1 * readings.now("rated_w"):
        return ""
    return f"The backup loads had taken only {in_w(mean_w)} on average."


@clue
def grid_away(readings: Readings) -> str:
    """The machine had been alone for most of the minutes before."""
    share = readings.mean("on_grid")
    return "The grid was away for most of the time before." if share < 0.5 else ""


@clue
def grid_stood(readings: Readings) -> str:
    """The machine had been on the grid."""
    share = readings.mean("on_grid")
    return "The grid was there all the time." if share > 0.95 else ""


def _mean_work(readings: Readings) -> float:
    return sum(abs(readings.mean(name)) for name in of_phases("inverter_w"))


@clue
def worked_hard(readings: Readings) -> str:
    """The inverter had worked near its rating for minutes."""
    mean_w = _mean_work(readings)
    if not mean_w > 0.7 * readings.now("rated_w"):
        return ""
    return f"It had worked at {in_w(mean_w)} on average before."


@clue
def worked_little(readings: Readings) -> str:
    """The inverter had hardly worked."""
    mean_w = _mean_work(readings)
    if not mean_w < 0.3 * readings.now("rated_w"):
        return ""
    return f"It had worked at {in_w(mean_w)} only before."
