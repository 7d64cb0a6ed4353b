"""The words of the field, each in a sentence."""

from typing import NamedTuple


class Term(NamedTuple):
    """One word and what it means here."""

    word: str
    meaning: str


# fmt: off
GLOSSARY = (
    Term("absorption",       "the second stage of charging: the voltage is held while the current fades"),
    Term("AC couple",        "micro-inverters or a grid-tied inverter at the GEN terminals, steered by frequency when off grid"),
    Term("ampacity",         "the current that a cable carries for good without growing too hot"),
    Term("ATS output",       "230 V at the function port while on the grid; works the relay of the neutral bond"),
    Term("BMS",              "the battery's own management; says voltages and limits, and switches the battery off"),
    Term("bulk",             "the first stage of charging: as much current as sources and limits give"),
    Term("C-rate",           "a current against the ampere-hours: 0.5 C is half of them in amperes"),
    Term("CT, clamp",        "a current transformer that closes round a cable and reads what flows"),
    Term("derating",         "less power because of heat"),
    Term("DRM",              "demand response after AS/NZS 4777: the network operator may hold the machine back"),
    Term("energy pattern",   "whether the sun serves the battery or the load first"),
    Term("enter service",    "coming back to the grid after its time in order has passed"),
    Term("equalisation",     "a short charge at higher voltage now and then, for AGM and flooded banks only"),
    Term("float",            "the last stage of charging: the battery is kept full"),
    Term("frequency-watt",   "less power as the grid's frequency rises"),
    Term("grid code",        "the rules that a network sets for what feeds it"),
    Term("home load",        "consumers on the mains side: served through the clamps, dark in an outage"),
    Term("islanding",        "feeding a piece of grid that has lost its mains; it must be noticed and ended"),
    Term("LFP",              "lithium iron phosphate, the usual chemistry of 48 V banks"),
    Term("MPP tracker",      "finds the voltage at which a string gives most"),
    Term("neutral bond",     "the tie between neutral and earth, without which a residual current device is blind"),
    Term("pass-through",     "mains that flow through the machine to the backup loads"),
    Term("peak shaving",     "battery and sun help where the loads would draw more than a set power"),
    Term("RCD",              "residual current device: trips on what flows to earth"),
    Term("ride-through",     "staying connected through a short sag or swell of the grid"),
    Term("selling first",    "the work mode in which what is left is sold"),
    Term("set-point",        "what is aimed at; a standing import in the zero-export modes"),
    Term("smart load",       "a load at the GEN terminals that gets what is left over"),
    Term("SOC",              "state of charge, from empty to full"),
    Term("string",           "modules in series on one input"),
    Term("time of use",      "the timetable of six rows: when to charge, when to discharge, down to what"),
    Term("trip",             "leaving the grid because voltage or frequency is outside its bounds"),
    Term("UPS",              "uninterruptible power: the backup loads do not notice an outage"),
    Term("Voc, Vmp, Isc, Imp", "a module's open-circuit voltage, voltage at most power, short-circuit current, current at most power"),
    Term("volt-var, volt-watt", "reactive power, or less power, by the grid's voltage"),
    Term("work mode",        "what the machine does with what is left: sell it, or hold it back at the load or at the clamps"),
    Term("zero export",      "nothing is fed to the grid"),
)
# fmt: on
