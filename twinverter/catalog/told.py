"""What a handbook has to tell: statements of the manual that a reader obeys and no machine can.

Chapter by chapter in the order of the manual, in words of our own. A name in braces is a row of
`catalog/limits.py` or a name of `catalog/machine.py` and is filled in here.
"""

from typing import NamedTuple

from twinverter.catalog import machine
from twinverter.catalog.limits import LIMITS

DANGER, WARNING, RULE, STEP, FACT = "danger", "warning", "rule", "step", "fact"


class Told(NamedTuple):
    """One statement: section, kind, sentence, the ledger ids it carries."""

    section: str
    kind: str
    text: str
    ledger: tuple[str, ...]


_NAMES = {name: value for name, value in vars(machine).items() if name.isupper()}
_FIGURES = {key: f"{row.value:g}" for key, row in LIMITS.items()}


def _told(section: str, kind: str, text: str, ledger: str) -> Told:
    return Told(section, kind, text.format_map(_NAMES | _FIGURES), tuple(ledger.split()))


# fmt: off
TOLD = (
    _told("0", FACT,    "This book describes the {BRAND} {PRODUCT} {MODEL}: what it is, how it is installed, worked and kept. It does not describe the whole photovoltaic system around it.",
          "CH0-IDN-001 CH0-IDN-002 CH0-WAR-006"),
    _told("0", RULE,    "Read it, and the papers of battery, modules and generator, before anyone works on the inverter.",
          "CH0-WAR-007"),
    _told("0", RULE,    "Keep it safe and within reach of whoever stands in front of the inverter.",
          "CH0-WAR-008"),
    _told("0", FACT,    "It follows the maker's manual, version {MANUAL_VERSION} of {MANUAL_DATE}. The maker may change it without notice; the newest issue comes from {EMAIL}.",
          "CH0-WAR-009 CH11-IDN-005"),

    _told("1", RULE,    "Read this chapter before anything else and keep it.",
          "CH1-WAR-001"),
    _told("1", RULE,    "Read the battery's own instructions and warning signs too.",
          "CH1-INS-002"),
    _told("1", DANGER,  "Take every wire off before cleaning or maintenance. Switching the inverter off leaves its terminals live: sun, battery and mains still feed them.",
          "CH1-INS-005"),
    _told("1", DANGER,  "Never join AC output and DC input, and never connect the mains to an inverter whose DC input is shorted.",
          "CH1-WIR-013"),
    _told("1", DANGER,  "Never charge a frozen battery.",
          "CH1-CHG-007"),
    _told("1", DANGER,  "Metal tools and batteries do not go together: a spanner that falls across the poles sparks, shorts the bank and may make it explode. Use insulated tools, take off rings and watches.",
          "CH1-INS-009"),
    _told("1", DANGER,  "Put together wrongly, an inverter gives shocks or burns.",
          "CH1-WAR-004"),
    _told("1", WARNING, "Do not take the inverter apart. Repair and maintenance inside belong to a professional service centre.",
          "CH1-WAR-003"),
    _told("1", WARNING, "Only qualified people install it together with a battery.",
          "CH1-INS-006"),
    _told("1", WARNING, "Tie it to a permanent earth as the rules of the place demand.",
          "CH1-WIR-012"),
    _told("1", WARNING, "Choose every cable by this book's figures: a thin one burns before a breaker trips.",
          "CH1-WIR-008"),
    _told("1", RULE,    "Disconnect in this order: the AC main switch, then the DC switch of the array, then the battery's breaker. Chapter 3 tells how each side is connected and disconnected.",
          "CH1-OPR-010 CH1-WAR-011"),

    _told("2", FACT,    "One case holds an inverter, a solar charger and a battery charger, and keeps the backup loads supplied without a break.",
          "CH2-IDN-001"),
    _told("2", FACT,    "Ask {EMAIL} where this book leaves a question open.",
          "CH2-WAR-003"),
    _told("2.2", FACT,  "The case is {WIDTH_MM} mm wide, {HEIGHT_MM} mm high and {DEPTH_MM} mm deep, and weighs {weight_kg} kg. The drawing is ours.",
          "CH2.2-IDN-001 CH9-DAT-047"),
    _told("2.3", FACT,  "What the sun gives serves the house first; the rest can be fed to the grid, or held back from it.",
          "CH2.3-CTL-001 CH2.3-CTL-009"),
    _told("2.3", FACT,  "It runs on the grid, off the grid, and as a UPS that changes between the two by itself; it starts again when the mains return.",
          "CH2.3-OPR-004 CH2.3-OPR-002"),
    _told("2.3", FACT,  "Who supplies first, and with what the battery is charged, follows from work mode, energy pattern, charge ticks and timetable.",
          "CH2.3-CTL-003 CH2.3-CHG-006"),
    _told("2.3", FACT,  "Charging currents and voltages are set on the LCD; the battery is charged in three stages.",
          "CH2.3-CHG-005 CH2.3-CHG-012"),
    _told("2.3", FACT,  "Mains or a generator may stand at its AC input.",
          "CH2.3-GEN-007"),
    _told("2.3", FACT,  "Two strings of modules have a tracker each.",
          "CH2.3-DAT-011"),
    _told("2.3", FACT,  "A timetable of six rows, a smart load, monitoring over WiFi or GPRS.",
          "CH2.3-TOU-013 CH2.3-SML-014 CH2.3-MON-010"),
    _told("2.3", FACT,  "Overload, heat and short circuit stop it before they destroy it.",
          "CH2.3-PRO-008"),
    _told("2.4", FACT,  "The inverter is one part of a system. PV modules, and the mains or a generator, make it complete; a battery carries the loads through the night. Another layout is a matter for your system integrator.",
          "CH2.4-IDN-001"),

    _told("3.2", WARNING, "The inverter weighs {weight_kg} kg: two people lift it, out of the box and onto the wall.",
          "CH3.2-INS-017"),
    _told("3.2", STEP,  "Drill {holes} holes, {hole_low_mm} to {hole_high_mm} mm deep, through the holes of the wall bracket.",
          "CH3.2-INS-018"),
    _told("3.2", STEP,  "Drive the expansion bolts into the holes with a hammer.",
          "CH3.2-INS-019"),
    _told("3.2", STEP,  "Lift the inverter, bring its hanger over the bolts and let it down onto them.",
          "CH3.2-INS-019"),
    _told("3.2", STEP,  "Tighten the heads of the bolts.",
          "CH3.2-INS-019"),
    _told("3.2", STEP,  "Before any wire is connected, undo the screws of the metal cover below and take it off.",
          "CH3.2-INS-010"),

    _told("3.3", WARNING, "Work on the battery slowly and with care, from the first lug to the last bolt: a bank cannot be switched off.",
          "CH3.3-INS-011"),
    _told("3.3", STEP,  "Open the battery's breaker. Choose cable and lugs that fit the bolts.",
          "CH3.3-WIR-006 CH3.3-WIR-007"),
    _told("3.3", STEP,  "Undo the bolts, put the lugs on and tighten clockwise: {battery_torque_low_nm} to {battery_torque_nm} Nm, never above.",
          "CH3.3-WIR-004"),
    _told("3.3", STEP,  "Measure the polarity at both ends: plus to plus, minus to minus. Reversed, the battery destroys the inverter.",
          "CH3.3-WIR-008 CH3.3-PRO-012"),
    _told("3.3", STEP,  "Turn the connector clockwise until it sits watertight, so that neither children's fingers nor insects get in.",
          "CH3.3-INS-010"),

    _told("3.4", STEP,  "Open every AC breaker and measure that the wires are dead.",
          "CH3.4-INS-007 CH3.4-INS-009"),
    _told("3.4", STEP,  "Strip {ac_strip_mm} mm, put each wire into the terminal marked for it, N and PE too, and tighten to {ac_torque_nm} Nm.",
          "CH3.4-WIR-008 CH3.4-WIR-010 CH3.4-WIR-006"),
    _told("3.4", STEP,  "Do not mistake GRID, LOAD and GEN: an output connected as an input is destroyed.",
          "CH3.4-WIR-004"),
    _told("3.4", STEP,  "Pull at every wire.",
          "CH3.4-WIR-011"),
    _told("3.4", RULE,  "An air conditioner needs {restart_min} to 3 minutes before it starts again. Ask its maker for a restart delay; without one a short outage may damage it, overload protection or not.",
          "CH3.4-PRO-012"),

    _told("3.5", DANGER, "Neither pole of the array is earthed, and modules that leak or need an earthed pole are not connected.",
          "CH3.5-WIR-003 CH3.5-WIR-004"),
    _told("3.5", STEP,  "Switch the AC main switch off.",
          "CH3.5.2-INS-001"),
    _told("3.5", STEP,  "Switch the DC isolator off.",
          "CH3.5.2-INS-002"),
    _told("3.5", STEP,  "Strip about 7 mm of the PV cable and take the cap nut off the connector.",
          "CH3.5.2-INS-010"),
    _told("3.5", STEP,  "Crimp the metal contact onto the wire with crimping pliers.",
          "CH3.5.2-INS-011"),
    _told("3.5", STEP,  "Push the contact into the connector until it clicks, and screw the cap nut on.",
          "CH3.5.2-INS-012"),
    _told("3.5", STEP,  "Measure polarity and open-circuit voltage of the string at its plugs: DC+ and DC-, never above {pv_open_v} V.",
          "CH3.5.2-WIR-005"),
    _told("3.5", STEP,  "Push the plugs into the inverter's sockets. Never plug or pull one while current flows.",
          "CH3.5.2-INS-003"),

    _told("3.6", RULE,  "Clamps sit at the house connection, before every consumer, arrow towards the inverter, each on the phase of its input.",
          "CH3.6-MET-001"),
    _told("3.6", DANGER, "Off the grid the neutral of the backup side has to be tied to earth; on the grid this bond has to be open.",
          "CH3.6-GRD-002 CH5.10-GRD-009"),
    _told("3.7", DANGER, "The earth cable goes to the earth bar on the grid side. It protects where the original protective conductor fails, so it is not left out.",
          "CH3.7-WIR-001 CH3.7-WIR-002"),

    _told("3.8", FACT,  "The WiFi plug has a leaflet of its own, which tells how it is configured. Nothing on the panel does.",
          "CH3.8-MON-001"),

    _told("3.11", RULE, "Each unit has a number of its own on the Parallel page; one is Master, the others are Slave, and all have the same settings.",
          "CH3.11-PAR-008"),
    _told("3.11", RULE, "The cable from the box joins the parallel port of one unit to that of the next.",
          "CH3.1-INS-006 CH2.1-PAR-008"),
    _told("3.11", RULE, "While they start each reports F29 until all are ON; where one is OFF the others report F41.",
          "CH7-FLT-024 CH7-FLT-030"),

    _told("4.1", STEP,  "Close the battery's breaker.",
          "CH4.1-OPR-001"),
    _told("4.1", STEP,  "Press the ON/OFF button on the left side of the case. The LCD lights up.",
          "CH4.1-OPR-001"),
    _told("4.1", STEP,  "Enter what chapter 5 says for this house: battery first, then grid type and frequency, then the rest.",
          ""),
    _told("4.1", STEP,  "Close the DC switch; the DC lamp turns green when a string is lit.",
          "CH4.2-DSP-002"),
    _told("4.1", STEP,  "Close the breaker of the mains; the AC lamp turns green when the reconnection time is over.",
          "CH4.2-DSP-003"),
    _told("4.1", STEP,  "Close the breaker of the backup side.",
          ""),
    _told("4.1", RULE,  "Without a battery the LCD lights up from sun or mains and shows OFF. Switch on with the button and choose No Batt: the system works without one.",
          "CH4.1-OPR-002 CH4.1-OPR-003"),
    _told("4.2", FACT,  "DC: solid green while the sun's side is in order.",
          "CH4.2-DSP-002"),
    _told("4.2", FACT,  "AC: solid green while the grid is in order.",
          "CH4.2-DSP-003"),
    _told("4.2", FACT,  "Normal: solid green while the inverter works.",
          "CH4.2-DSP-004"),
    _told("4.2", FACT,  "Alarm: solid red for a fault or a warning; the LCD says which.",
          "CH4.2-DSP-005"),
    _told("4.2", RULE,  "Esc leaves the settings, Up goes to the choice before, Down to the next, Enter confirms.",
          "CH4.2-DSP-006 CH4.2-DSP-007 CH4.2-DSP-008 CH4.2-DSP-009"),

    _told("5.1", FACT,  "The LCD is a touch screen. Its home page shows sun, grid, load and battery, the time above, and arrows where energy flows; a gauge turns from green to red near its limit.",
          "CH5.1-DSP-001 CH5.1-DSP-008 CH5.1-DSP-009 CH5.1-DSP-010"),
    _told("5.1", FACT,  "The icon in the middle says ON while all is well, comm. or a fault code when it is not; the message stands under it.",
          "CH5.1-DSP-002 CH5.1-DSP-003"),
    _told("5.1", RULE,  "Sun and load are never negative. Grid: positive is bought, negative is sold. Battery: positive is discharged, negative is charged.",
          "CH5.1-DSP-011 CH5.1-DSP-012 CH5.1-MET-013 CH5.1-MET-014"),
    _told("5.2", FACT,  "A touch on sun, inverter, load, grid or battery opens its page: volts, amperes and watts of each input or phase, energy of the day and in total. On the grid page L is the voltage, CT what the clamps read, LD what flows through the GRID terminals; BUY and SELL count energy.",
          "CH5.2-DSP-001 CH5.2-DSP-011 CH5.2-MET-016 CH5.2-MET-017 CH5.2-MET-018 CH5.2-MET-019 CH5.2-MET-020"),
    _told("5.3", FACT,  "The Energy button of a page opens its curve: day, month, year and total; Up and Down go to another period. It is a rough view, an hour a bar; for accurate figures look in the monitoring.",
          "CH5.3-MON-001 CH5.3-MON-002 CH5.3-DSP-004 CH5.3-MON-003"),
    _told("5.4", FACT,  "The gear on the home page opens System Setup, with a tile for each page that follows.",
          "CH5.1-DSP-006 CH5.1-DSP-007"),

    _told("6", RULE,    "The sun is always the first source. Battery and grid come second and third, in the order the settings give. A generator is the last reserve.",
          "CH6-CTL-005 CH6-CTL-006 CH6-GEN-007"),
    _told("6.1", FACT,  "Mode I, Basic: sun, battery, mains and loads.",
          "CH6-OPR-001"),
    _told("6.1", FACT,  "Mode II, With Generator: a generator stands at the GEN terminals and charges, or carries the loads when the mains are out.",
          "CH6-GEN-002"),
    _told("6.1", FACT,  "Mode III, With Smart-Load: the GEN terminals feed a load that takes what is left over.",
          "CH6-SML-003"),
    _told("6.1", FACT,  "Mode IV, AC Couple: micro-inverters stand at the GEN terminals.",
          "CH6-ACC-004"),
    _told("6.2", FACT,  "Selling First: the sun feeds house and battery, and what is left is sold up to Max Sell Power; with the timetable on the battery is sold too.",
          "CH5.7-CTL-005 CH5.7-TOU-004"),
    _told("6.2", FACT,  "Zero Export To Load: only the backup loads are served, and nothing is sold unless Solar Sell is ticked.",
          "CH5.7-CTL-008 CH5.7-CTL-015"),
    _told("6.2", FACT,  "Zero Export To CT: the loads before the inverter are served too, by what the clamps read; nothing is sold unless Solar Sell is ticked.",
          "CH5.7-CTL-011 CH5.7-CTL-012 CH5.7-MET-013"),

    _told("7", FACT,    "The inverter is built after the rules for machines on the grid, meets the demands on safety and EMC, and was tested before it left the factory.",
          "CH7-FLT-001"),
    _told("7", RULE,    "Where a fault of chart 7-1 stays after a restart, call your dealer or service centre and have the service report ready.",
          "CH7-FLT-002 CH7-FLT-046"),

    _told("8", FACT,    "The warranty runs {WARRANTY_YEARS} years. The manual does not say from when; we count from the first generation on the grid.",
          "CH9-WAR-050"),
    _told("8", FACT,    "A machine goes back under the maker's guidance, to be mended or replaced by one of the same value.",
          "CH7-WAR-047"),
    _told("8", FACT,    "Freight and what goes with it are the customer's to pay.",
          "CH7-WAR-048"),
    _told("8", FACT,    "A mended or replaced machine has what is left of the first warranty, not a new one.",
          "CH7-WAR-049"),
    _told("8", FACT,    "Parts and machines that were exchanged belong to the maker.",
          "CH7-WAR-050"),
    _told("8", FACT,    "Where the law of a state or a place gives more than this warranty, the law holds.",
          "CH8-WAR-001"),
    _told("8", FACT,    "The maker limits its liability only as far as the law allows.",
          "CH8-WAR-002"),
    _told("8", FACT,    "Wear, scratches and stains that do not touch the working are no defect.",
          "CH7-WAR-059"),

    _told("11", FACT,   "{BRAND}, {ADDRESS}. Telephone {TELEPHONE}, e-mail {EMAIL}, web {WEB}.",
          "CH11-IDN-003 CH11-IDN-004"),
)

# What the warranty does not cover.
EXCLUDED = (
    _told("8", FACT, "transport",                                                          "CH7-WAR-051"),
    _told("8", FACT, "wrong installation or commissioning",                                "CH7-WAR-052"),
    _told("8", FACT, "operation, installation or maintenance against the instructions",    "CH7-WAR-053"),
    _told("8", FACT, "attempts to modify, alter or mend it",                               "CH7-WAR-054"),
    _told("8", FACT, "wrong use or operation",                                             "CH7-WAR-055"),
    _told("8", FACT, "too little ventilation",                                             "CH7-WAR-056"),
    _told("8", FACT, "disregard of safety standards or regulations",                       "CH7-WAR-057"),
    _told("8", FACT, "natural disaster or force majeure: flood, lightning, over-voltage, storm, fire", "CH7-WAR-058"),
)
# fmt: on


def told(section: str, *kinds: str) -> tuple[str, ...]:
    """Return the sentences of a section, of some kinds or of all, in their order."""
    return tuple(
        row.text for row in TOLD if row.section == section and (not kinds or row.kind in kinds)
    )
