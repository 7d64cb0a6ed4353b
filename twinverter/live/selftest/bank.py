"""The judges of the battery's power cables and of its signal wires."""

from collections.abc import Sequence

import numpy as np

from twinverter.catalog.selftests import LIKELY, SURE
from twinverter.live.selftest.finding import Verdict, fault, joined, untested
from twinverter.live.selftest.reading import Reading, mean, of_step, watched
from twinverter.live.selftest.told import Told
from twinverter.words import figures

# The current has to move by this much, and the resistance be so many times that of the bank:
# cold, empty cells reach a little more than twice (assumed).
SWING_A, TIMES, SURE_TIMES = 8.0, 3.0, 3.5
# What a sound joint and a few metres of cable add at most (assumed).
CABLES_OHM = 0.010
ORDERED = ("open", "charge", "rest", "clamps")
MOST = 0.5


def cables(readings: Sequence[Reading], told: Told) -> Verdict:
    """Return the verdict on the resistance between machine and cells."""
    if not told.battery:
        return untested("battery", "no_battery")
    if not told.lithium:
        return untested("battery", "lead_acid")
    ordered = of_step(readings, *ORDERED)
    amperes = np.array([one.battery_a for one in ordered])
    volts = np.array([one.battery_v for one in ordered])
    swing_a = float(np.ptp(amperes)) if len(amperes) else 0.0
    if swing_a < SWING_A:
        return untested(
            "battery", "still_battery", most=_a(float(np.abs(amperes).max(initial=0.0)))
        )
    slope_ohm = -float(np.polyfit(amperes - amperes.mean(), volts, 1)[0])
    if slope_ohm <= TIMES * told.bank_ohm + CABLES_OHM:
        return Verdict()
    said = {
        "volts": f"{figures.plain(slope_ohm * swing_a, 2)}{figures.GAP}V",
        "amperes": _a(swing_a),
        "ohm": _mohm(slope_ohm),
        "told": _mohm(told.bank_ohm),
    }
    sure = slope_ohm > SURE_TIMES * told.bank_ohm + CABLES_OHM
    return fault("battery-resistance", "", SURE if sure else LIKELY, **said)


def signals(readings: Sequence[Reading], told: Told) -> Verdict:
    """Return the verdict on management and temperature sensor."""
    if not told.battery:
        return untested("signals", "no_battery")
    watched_s = watched(readings)
    watched_words = figures.duration(watched_s)
    verdicts = []
    open_share = 1.0 - mean(readings, lambda one: one.battery_sensor_ok)
    if readings and told.sensor and open_share > MOST:
        dead = figures.duration(open_share * watched_s)
        verdicts.append(fault("battery-sensor", dead=dead, watched=watched_words))
    silent_share = mean(readings, lambda one: one.bms_silent)
    if told.speaks and silent_share > MOST:
        dead = figures.duration(silent_share * watched_s)
        verdicts.append(fault("bms-silent", dead=dead, watched=watched_words))
    return joined(verdicts)


def _a(value: float) -> str:
    return f"{figures.plain(value, 1)}{figures.GAP}A"


def _mohm(value: float) -> str:
    return f"{figures.plain(value * 1000.0, 1)}{figures.GAP}mohm"
