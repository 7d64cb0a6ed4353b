"""The wiring self-test: what it tests and how, the faults it can name, and why a part was left out.

A fault's `found` is its sentence, with the measured figures in braces; `rule` is how it is told
from a sound wiring. Everything is read from what the machine's own sensors say while it is told to
charge, to rest and to feed; figures without another origin are assumed.
"""

from typing import NamedTuple

SURE, LIKELY = "sure", "likely"


class Part(NamedTuple):
    """One thing that is tested: its key, its name, and how."""

    key: str
    title: str
    how: str


class Fault(NamedTuple):
    """One wiring fault: id, part, title, what was found, how it is told, advice, source, ledger."""

    id: str
    part: str
    title: str
    found: str
    rule: str
    advice: str
    source: str
    ledger: tuple[str, ...]


def _fault(
    id: str, part: str, title: str, found: str, rule: str, advice: str, source: str, ledger: str
) -> Fault:
    return Fault(id, part, title, found, rule, advice, source, tuple(ledger.split()))


# fmt: off
PARTS = (
    Part("mains",      "Wires of the mains",
         "reads the voltage of each phase against neutral, and in which order the phases follow each other"),
    Part("clamps",     "Current clamps",
         "charges a little, then lowers what it feeds on one phase after the other, and looks which clamp follows and which way"),
    Part("neutral",    "Neutral and earth",
         "asks the relay that ties neutral to earth, and reads the neutral's voltage"),
    Part("load",       "Circuits of the backup output",
         "compares what enters at GRID with what leaves at LOAD and in the power stage"),
    Part("strings",    "Solar strings",
         "switches both inputs off for a few seconds and reads their open voltage, then their working point and their resistance to earth"),
    Part("battery",    "Battery cables",
         "charges and discharges a little and looks how far the voltage moves with the current"),
    Part("signals",    "Signal wires of the battery",
         "listens whether management and temperature sensor answer"),
)

FAULTS = (
    #       id                     part       title
    _fault("ct-reversed",          "clamps",  "Clamp on {place} turned round",
           "When {moved} more flowed on {place}, its clamp read {read} less: {turned} of what moved, the wrong way.",
           "the clamp answers the other way round",
           "Turn the clamp on {place}: its arrow points to the inverter.",
           "manual 3.6 and 5.7",
           "CH3.6-MET-001 CH5.7-MET-013"),
    _fault("ct-missing",           "clamps",  "Clamp on {place} does not follow",
           "When {moved} more flowed on {place}, its clamp moved by {read} only.",
           "less than half of what moves on any phase",
           "See that the clamp on {place} is closed around the cable before all loads, and that its plug sits.",
           "manual 3.6 and 5.7",
           "CH3.6-MET-001 CH5.7-MET-013"),
    _fault("ct-exchanged",         "clamps",  "Clamps on the wrong phases: {place}",
           "{told}",
           "the clamp follows another phase than its own",
           "Put each clamp around the cable of its own phase, or exchange their plugs: {place}.",
           "manual 3.6 and 5.7",
           "CH3.6-MET-001 CH5.7-MET-013"),
    _fault("ct-silent",            "clamps",  "The clamps give no reading",
           "The input of the clamps was dead for {dead} of {watched}.",
           "no reading at all",
           "Check the plug of the clamps at the inverter and the cable to them.",
           "manual 3.6 and 5.7",
           "CH3.6-MET-001 CH5.7-MET-013"),

    _fault("phase-order",          "mains",   "Phases in the wrong order",
           "L1, L2 and L3 stood at {volts}, but follow each other the wrong way round.",
           "the order of the three phases, as the machine's own watch reads it",
           "Switch the mains off and exchange two phases at the GRID terminals, say L1 and L2.",
           "manual 3.4",
           "CH3.4-WIR-008"),
    _fault("phase-missing",        "mains",   "No voltage on {place} of the mains",
           "{place} stood at {dead}, the other phases at {volts}.",
           "a dead phase beside a living one",
           "Look for an open breaker, a blown fuse or a loose wire on {place} between meter and GRID terminals.",
           "manual 3.4",
           "CH3.4-WIR-008"),
    _fault("neutral-exchanged",    "mains",   "Neutral and {place} exchanged at GRID",
           "{place} stood at {volts}, the two others at {high}: that is the voltage between two phases.",
           "two phases at 1.73 times the third",
           "Switch the mains off at once and put N and {place} in their places at the GRID terminals. Switch nothing on before.",
           "manual 3.4",
           "CH3.4-WIR-008"),

    _fault("bond-open",            "neutral", "Neutral-earth bond missing off grid",
           "The relay that ties the neutral of the backup output to earth reports that it does not close{volts}.",
           "the relay's own contact, or 30 V between neutral and earth (F08)",
           "Have an electrician check the relay at the ATS output and its wires to N and earth, before the mains fail.",
           "manual 5.10 and 7 (F08)",
           "CH7-FLT-009 CH5.10-GRD-009"),

    _fault("load-bypass",          "load",    "A circuit wired past the LOAD sensor",
           "{stray} entered at GRID and left neither at LOAD nor through the inverter.",
           "more than 1 A",
           "Find the circuit that hangs between GRID and LOAD terminals and put it behind LOAD, or before the clamps.",
           "manual 3.4 and 7 (F33)",
           "CH3.4-WIR-008"),

    _fault("string-reversed",      "strings", "String {place} connected the wrong way round",
           "Input {place} stands at {volts}: plus and minus are exchanged.",
           "a negative voltage",
           "Turn the DC switch off, wait until dusk or cover the modules, then exchange plus and minus of string {place}. Never unplug under sun.",
           "manual 3.5.2",
           "CH3.5.2-WIR-005"),
    _fault("string-missing",       "strings", "String {place} is not connected",
           "Input {place} stands at {volts} while input {other} has {lit}.",
           "no voltage beside a lit string",
           "Check connectors, fuse and DC switch of string {place}. If it lies on input {other} too, a test in full sun will show it.",
           "manual 3.5.2",
           "CH3.5.2-WIR-005"),
    _fault("strings-parallel",     "strings", "Both strings on input {place}",
           "Input {other} stands at {dead}, and input {place} works at {volts} and {amperes}: one string would need {times} times full sun for that.",
           "more current than 1.25 times full sun on one string, beside a dead input",
           "Turn the DC switch off and put each string on its own input; two on one overload it.",
           "manual 3.5.1 and 9 (one string on each input)",
           "CH3.5.1-DAT-006 CH9-DAT-015"),
    _fault("strings-exchanged",    "strings", "Strings 1 and 2 exchanged",
           "Input 1 stands at {first} and input 2 at {second}; the strings told are good for {told1} and {told2}.",
           "each input has the voltage of the other's string",
           "Exchange the plugs of the two inputs, or tell the strings the other way round in the house file.",
           "manual 3.5.2",
           "CH3.5.2-WIR-005"),
    _fault("string-length",        "strings", "String {place} has another number of modules",
           "Input {place} stands at {volts} open: that is {count} modules in series, {told} are told.",
           "8 % from the voltage of what is told",
           "Count the modules of string {place}; look for one that is bridged or left out.",
           "manual 3.5.1",
           "CH3.5.1-WIR-001 CH3.5.1-WIR-002"),
    _fault("string-insulation",    "strings", "The strings leak to earth",
           "The strings have {ohm} to earth; {limit} are needed.",
           "below the value that clears F24",
           "Look for a damaged cable or a wet connector, string by string, with the DC switch off.",
           "manual 7 (F24)",
           "CH7-FLT-021"),

    _fault("battery-resistance",   "battery", "High resistance in the battery's cables",
           "The voltage moved by {volts} for {amperes}: {ohm} between machine and cells, {told} are told of the bank.",
           "three times the bank's own resistance",
           "Switch the battery off, tighten all lugs to their torque and check the cable's cross-section: a bad joint burns.",
           "manual 3.3",
           "CH3.3-WIR-008"),

    _fault("battery-sensor",       "signals", "Temperature sensor of the battery not connected",
           "The input of the sensor was open for {dead} of {watched}.",
           "no reading while a sensor is told",
           "Check the plug of the sensor; without it the charging voltage is not corrected.",
           "manual 3.1",
           "CH3.1-INS-011"),
    _fault("bms-silent",           "signals", "No word from the battery's management",
           "Nothing was heard for {dead} of {watched}.",
           "silence while a management is told",
           "Check the cable to the BMS port and its pins, and that the battery is switched on.",
           "manual 3.3 and 7 (F58)",
           "CH7-FLT-040"),
)

# Why a part could not be tested, or not in full.
UNTESTED = {
    "no_mains":      "The mains does not carry the loads; come back when it does.",
    "dead_mains":    "There is no mains.",
    "no_clamps":     "The house file tells of no clamps (site.measuring.ct).",
    "meter":         "A meter measures at the mains; the test knows only clamps.",
    "restarts":      "A change of work mode would restart this machine (Legacy F13 on work-mode change).",
    "few_loads":     "The machine fed too little to lower one phase after the other (backup loads {load}, about {need} are needed), so exchanged clamps would not have been seen; turned ones and missing ones would. Switch something on and test again.",
    "unread":        "The test ended before anything was read.",
    "unseen":        "What moved on the phases was too little to judge.",
    "still_phase":   "Too little moved on {place} to judge its clamp.",
    "night":         "No string has light.",
    "no_strings":    "The house file tells of no strings.",
    "one_dark":      "Input {place} has no voltage: night, or nothing is connected there.",
    "working":       "The strings could not be switched off without the mains, so their open voltage is not known.",
    "dim":           "Too little light or too little to do for the strings: their length was not judged.",
    "alike":         "Both strings are alike: their voltages do not tell which is which.",
    "no_battery":    "There is no battery.",
    "lead_acid":     "The resistance of lead-acid depends too much on its charge.",
    "still_battery": "The battery could neither charge nor discharge enough: {most} at most.",
    "refused":       "The machine did not take the order: {why}.",
}
# fmt: on
BY_ID = {fault.id: fault for fault in FAULTS}
TITLES = {part.key: part.title for part in PARTS}
