"""Diagnosis: what may stand behind each code, what speaks for it, and what to check first.

`SUSPECTS` are the likely causes of a code, the commonest first; where a cause of
`catalog/causes.py` stands behind one, it has that row's key. Clues are looked for in the readings
kept around an alarm (`catalog/evidence.py`): the simple ones, one figure against one limit, are
rows of `CLUES`, the others are functions of `words/clues.py` under the same kind of name. `HELP`
follows chart 7-1 of the manual step by step, in words of our own; codes that the chart lacks have
their steps from the restart rules in `catalog/alarms.py`. Order and limits are assumed.
"""

from typing import NamedTuple

# Which moments a clue looks at: that of the alarm, the last seconds up to it, the minutes before.
NOW, LOW, HIGH, MEAN = "now", "low", "high", "mean"
ABOVE, BELOW = "above", "below"


class Clue(NamedTuple):
    """One figure against one limit; `told` says it, with `{value}` as the figure read."""

    key: str
    figure: str
    stretch: str
    sense: str
    limit: float
    told: str


class Suspect(NamedTuple):
    """One likely cause: its code, key and name, the clues for and against it, what to check."""

    code: str
    key: str
    label: str
    speaks: tuple[str, ...]
    denies: tuple[str, ...]
    check: str


# fmt: off
CLUES = tuple(Clue(*row) for row in (
    # key                 figure             stretch sense  limit   told
    ("hot_room",          "ambient_c",       NOW,    ABOVE, 40.0,   "The air around the inverter had {value}."),
    ("cool_room",         "ambient_c",       NOW,    BELOW, 35.0,   "The air around the inverter had only {value}."),
    ("cold_air",          "ambient_c",       NOW,    BELOW, 5.0,    "The air had only {value}."),
    ("cold_battery",      "battery_c",       NOW,    BELOW, 5.0,    "The battery had {value}."),
    ("fan_still",         "fan",             NOW,    BELOW, 0.2,    "The fan turned at {value} of the speed it was told."),
    ("fan_turned",        "fan",             NOW,    ABOVE, 0.8,    "The fan turned as it was told."),
    ("pv1_negative",      "pv1_v",           LOW,    BELOW, -10.0,  "Input 1 showed {value}: plus and minus are exchanged there."),
    ("pv2_negative",      "pv2_v",           LOW,    BELOW, -10.0,  "Input 2 showed {value}: plus and minus are exchanged there."),
    ("pv1_current",       "pv1_a",           HIGH,   ABOVE, 17.0,   "{value} flowed at input 1, more than an input takes."),
    ("pv2_current",       "pv2_a",           HIGH,   ABOVE, 17.0,   "{value} flowed at input 2, more than an input takes."),
    ("pv1_over",          "pv1_v",           HIGH,   ABOVE, 800.0,  "Input 1 stood at {value}; an input bears 800 V."),
    ("pv2_over",          "pv2_v",           HIGH,   ABOVE, 800.0,  "Input 2 stood at {value}; an input bears 800 V."),
    ("battery_over",      "battery_v",       HIGH,   ABOVE, 60.0,   "The battery stood at {value}; 60 V is the most."),
    ("battery_low",       "battery_v",       LOW,    BELOW, 44.0,   "The battery stood at {value}."),
    ("terminals_dead",    "battery_v",       LOW,    BELOW, 30.0,   "The battery's terminals had only {value}."),
    ("terminals_live",    "battery_v",       LOW,    ABOVE, 40.0,   "The battery's terminals still had {value}."),
    ("low_charge",        "soc",             NOW,    BELOW, 0.25,   "The battery held only {value}."),
    ("good_charge",       "soc",             NOW,    ABOVE, 0.35,   "The battery still held {value}."),
    ("no_sun",            "pv_w",            MEAN,   BELOW, 100.0,  "There was hardly any sun, {value} on average."),
    ("sun",               "pv_w",            MEAN,   ABOVE, 500.0,  "The sun gave {value} on average."),
    ("link_low",          "link_v",          LOW,    BELOW, 520.0,  "The DC link reached only {value}."),
    ("link_current",      "link_a",          HIGH,   ABOVE, 30.0,   "{value} flowed in the DC link."),
    ("halves_apart",      "unbalance_v",     HIGH,   ABOVE, 60.0,   "The halves of the DC link differed by {value}."),
    ("halves_even",       "unbalance_v",     HIGH,   BELOW, 30.0,   "The halves of the DC link stood {value} apart at most."),
    ("neutral_live",      "neutral_v",       HIGH,   ABOVE, 30.0,   "The neutral of the backup output stood at {value} against earth."),
    ("bond_not_closed",   "bond_open",       HIGH,   ABOVE, 0.5,    "The relay that ties neutral to earth had not closed."),
    ("bond_closed",       "bond_open",       HIGH,   BELOW, 0.5,    "The relay that ties neutral to earth had closed."),
    ("current_peak",      "peak_a",          HIGH,   ABOVE, 50.0,   "A momentary current of {value} flowed."),
    ("stray_current",     "stray_a",         HIGH,   ABOVE, 5.0,    "{value} flowed from the GRID terminals past the LOAD sensor."),
    ("insulation_low",    "insulation_ohm",  LOW,    BELOW, 3.6e4,  "The strings had only {value} to earth."),
    ("insulation_fair",   "insulation_ohm",  LOW,    ABOVE, 1.0e5,  "The strings had {value} to earth."),
    ("arc_seen",          "arc",             HIGH,   ABOVE, 0.5,    "The PV current had the pattern of an arc."),
    ("stop_closed",       "estop",           HIGH,   ABOVE, 0.5,    "The stop input was closed."),
    ("stop_open",         "estop",           HIGH,   BELOW, 0.5,    "The stop input was open."),
    ("unreadable",        "memory_unreadable", HIGH, ABOVE, 0.5,    "The stored settings did not match their checksum."),
    ("unwritable",        "memory_unwritable", HIGH, ABOVE, 0.5,    "What was written could not be read back."),
    ("bms_flag",          "bms_fault",       HIGH,   ABOVE, 0.5,    "The battery had set its own fault flag."),
    ("bms_no_flag",       "bms_fault",       HIGH,   BELOW, 0.5,    "The battery itself reported no fault."),
    ("unit_is_off",       "peer_off",        HIGH,   ABOVE, 0.5,    "Another unit reported that it is off or has a fault."),
    ("addresses_clash",   "peer_clash",      HIGH,   ABOVE, 0.5,    "Two units answered under one address, or two are master."),
    ("frames_lost",       "peers_heard",     LOW,    BELOW, 0.9,    "Only {value} of the heartbeats came through."),
    ("frames_whole",      "peers_heard",     LOW,    ABOVE, 0.98,   "{value} of the heartbeats came through."),
    ("order_wrong",       "order_ok",        LOW,    BELOW, 0.5,    "The phases followed each other in the wrong order."),
    ("sensor_silent",     "ct_ok",           LOW,    BELOW, 0.5,    "Clamps or meter gave no reading."),
    ("drm0_asked",        "drm0",            HIGH,   ABOVE, 0.5,    "The input of the network operator asked for DRM0."),
    ("generator_there",   "gen_on_grid_port", NOW,   ABOVE, 0.5,    "The GRID terminals are set up for a generator."),
    ("mains_there",       "gen_on_grid_port", NOW,   BELOW, 0.5,    "The GRID terminals are set up for the public grid."),
))

SUSPECTS = tuple(Suspect(code, key, label, tuple(speaks.split()), tuple(denies.split()), check) for code, key, label, speaks, denies, check in (
    # code      key                   cause, the commonest first                        speaks for it                       speaks against it          what to check first
    ("COMM",    "display_cable",      "Loose cable to the display",                     "",                                 "",
     "Wait a minute. If the values stay grey, let the installer press the flat cable behind the display home."),
    ("COMM",    "board_dark",         "The control board has no power",                 "",                                 "",
     "Look whether the lamps at the front are lit and whether battery and grid are switched on."),

    ("OFF",     "button_out",         "The ON/OFF button is out",                       "",                                 "",
     "Press the ON/OFF button at the left side of the case."),

    ("F01",     "pv1_reversed",       "String 1 connected the wrong way round",         "pv1_negative",                     "",
     "Turn the DC switch off and let the installer exchange plus and minus of string 1. Never unplug under sun."),
    ("F01",     "pv2_reversed",       "String 2 connected the wrong way round",         "pv2_negative",                     "",
     "Turn the DC switch off and let the installer exchange plus and minus of string 2. Never unplug under sun."),

    ("F05",     "memory_unreadable",  "The memory of the settings is damaged",          "unreadable",                       "",
     "Switch the inverter off and on. After the third time all settings have to be entered again."),
    ("F05",     "power_cut",          "Power went away while settings were stored",     "",                                 "",
     "Compare the settings with your notes before you let it run on."),

    ("F06",     "memory_unwritable",  "The memory of the settings is worn out",         "unwritable",                       "",
     "Switch off and on, enter the setting once more, and see whether something rewrites settings all day over a wire."),

    ("F07",     "link_open",          "Part of the pre-charge has failed",              "link_low",                         "battery_low",
     "Look whether the battery's breaker is on. If it is, the inverter needs service."),
    ("F07",     "weak_source",        "Neither battery nor sun can build the link",     "battery_low no_sun",               "sun",
     "Switch the battery's breaker on, and look at the voltage of the battery."),

    ("F08",     "bond_open",          "Neutral of the backup output not tied to earth", "bond_not_closed neutral_live",     "bond_closed",
     "Let an electrician look at the relay and the wire that tie N of the LOAD terminals to earth."),
    ("F08",     "bond_wire",          "Wire between neutral and earth loose",           "neutral_live bond_closed",         "bond_not_closed",
     "Let an electrician measure from N of the LOAD terminals to earth: it has to be next to nothing."),
    ("F08",     "wrong_grid_type",    "Grid Type does not suit the house",              "",                                 "bond_not_closed",
     "Compare Grid Type with the supply: the bond is needed at 120/240 and 120/208 V."),

    ("F13",     "setting_changed",    "Somebody changed a basic setting",               "",                                 "",
     "Nothing, if you changed grid type, frequency or battery mode yourself. The journal of changes says who did."),

    ("F15",     "phase_overload",     "One phase carries too much",                     "one_phase_heavy",                  "phases_even",
     "Switch something on that phase off, and spread the loads over L1, L2 and L3."),
    ("F15",     "motor_start",        "A motor or large appliance started",             "load_jumped",                      "load_steady",
     "See what started then: a pump, a compressor, a water heater. Start such things one after the other."),
    ("F15",     "load_defect",        "A defective appliance or cable",                 "current_peak",                     "load_over_rating",
     "Unplug what ran on that phase and connect one thing after the other."),

    ("F16",     "damp_leak_a",        "Damp in boxes, connectors or cables",            "leak_crept",                       "leak_jumped",
     "Look for wet junction boxes and connectors, above all after rain, and whether the fault goes when it dries."),
    ("F16",     "worn_insulation",    "Damaged insulation of a PV cable",               "insulation_low leak_jumped",       "insulation_fair",
     "Let the PV cables be looked at along the roof and where they pass edges."),
    ("F16",     "earth_loose",        "Frame or cable earth loose",                     "",                                 "",
     "Let the earth wire of frames and inverter be checked."),

    ("F17",     "input1_short_a",     "Input stage 1 has failed",                       "pv1_current",                      "pv2_current",
     "Turn the DC switch off. The inverter needs service."),
    ("F17",     "input2_short_a",     "Input stage 2 has failed",                       "pv2_current",                      "pv1_current",
     "Turn the DC switch off. The inverter needs service."),
    ("F17",     "too_many_strings",   "Too many strings in parallel at one input",      "sun",                              "no_sun",
     "Count the strings at each input: together they may give 17 A at most."),

    ("F18",     "load_short",         "Short circuit behind the LOAD terminals",        "current_peak load_in_rating",      "load_over_rating",
     "Switch all breakers of the backup output off, then on one after the other: the one that trips it has the short."),
    ("F18",     "load_too_big",       "Loads beyond what the inverter gives",           "load_over_rating load_jumped",     "load_in_rating",
     "Add up what runs on the backup output and in the house; stay below the rating."),
    ("F18",     "motor_start",        "A motor started across the line",                "load_jumped",                      "load_steady",
     "See what started then; a soft starter helps pumps and compressors."),

    ("F20",     "battery_short_a",    "A switch of the battery stage has failed",       "unordered_battery_current",        "load_over_rating",
     "Switch the battery's breaker off. The inverter needs service."),
    ("F20",     "start_under_load",   "It started off grid into a big load",            "load_over_rating load_jumped",     "load_in_rating",
     "Switch big loads off before the inverter starts, and on again one after the other."),
    ("F20",     "battery_cable",      "Loose battery or PV connection",                 "battery_sagged",                   "",
     "Let the installer check, with breaker and DC switch off, that battery terminals and PV plugs are tight."),

    ("F21",     "link_short_a",       "A capacitor of the DC link has failed",          "link_current",                     "charging_hard",
     "Switch PV and battery off. The inverter needs service."),
    ("F21",     "current_set_high",   "Battery currents set too high",                  "charging_hard at_discharge_limit", "",
     "Enter less in Max A Charge and Max A Discharge."),

    ("F22",     "estop",              "The emergency stop is pressed",                  "stop_closed",                      "stop_open",
     "Look whether somebody pressed the stop button and why; release it, then switch off and on."),
    ("F22",     "stop_wire",          "Wire of the stop input broken or bridged",       "",                                 "",
     "If nobody pressed it, let the installer check the two wires of the stop input."),

    ("F23",     "earth_leak_a",       "Something touches a live part",                  "leak_jumped",                      "leak_crept",
     "Look for a cable that somebody worked on, an animal or a tool on the PV side, then check its earth wire."),
    ("F23",     "loose_earth",        "Earth of the PV cables loose",                   "",                                 "leak_jumped",
     "Let the ground connection of PV frames and cables be checked."),
    ("F23",     "damp_leak_a",        "Damp that crept in",                             "leak_crept",                       "leak_jumped",
     "Look for wet connectors and boxes on the roof."),

    ("F24",     "pv_insulation_ohm",  "Damaged cable or wet connector",                 "insulation_low",                   "insulation_fair",
     "Let the installer look at connectors, cable edges and module backs, string by string."),
    ("F24",     "morning_dew",        "Modules wet with dew or rain",                   "morning",                          "",
     "Wait until the modules are dry: the inverter tests again every minute. If it comes back each morning, have the cables checked."),
    ("F24",     "pe_open",            "PE cable of the inverter not connected",         "",                                 "insulation_low",
     "Let an electrician check that the PE terminal is tied to earth."),

    ("F26",     "uneven_phases",      "The phases are loaded very unequally",           "one_phase_heavy halves_even",      "phases_even halves_apart",
     "Spread the loads over L1, L2 and L3."),
    ("F26",     "link_unbalance_v",   "A balancing part of the DC link has failed",     "halves_apart",                     "halves_even",
     "Wait a minute and start it with little load, two or three times. If it comes back, the inverter needs service."),

    ("F29",     "peers_loss",         "Cable between the units loose or without end resistor", "frames_lost",               "addresses_clash",
     "Check plugs and order of the cable between the units, and that the last one has its terminator."),
    ("F29",     "peer_clash",         "Two units with one address, or two masters",     "addresses_clash",                  "",
     "Compare the address and the master setting of every unit."),
    ("F29",     "units_start",        "The units are still starting",                   "",                                 "addresses_clash",
     "Wait until every unit shows ON; it then goes away by itself."),

    ("F33",     "bypass_a",           "A circuit wired past the LOAD sensor",           "stray_current",                    "",
     "Let the electrician find the circuit between the GRID terminals and the LOAD terminals and put it in its place."),
    ("F33",     "port_overload",      "Loads and charging together are too much",       "port_current_high",                "stray_current",
     "Switch loads off, or enter less in the grid charging current."),

    ("F34",     "overload",           "The backup loads are too big together",          "load_over_rating",                 "load_in_rating",
     "Add up what ran on the backup output and switch the largest off before it tries again."),
    ("F34",     "motor_start",        "A motor or large appliance started",             "load_jumped",                      "load_steady",
     "See what started then; start big things one after the other, or while the grid is there."),
    ("F34",     "uneven_phases",      "Nearly everything hangs on one phase",           "one_phase_heavy",                  "phases_even",
     "Let the electrician spread the circuits over L1, L2 and L3."),
    ("F34",     "heat",               "Heat takes part of the power away",              "hot_room",                         "cool_room",
     "Give the inverter shade and air."),

    ("F35",     "outage",             "The public grid is out",                         "all_phases_dead grid_unsettled",   "generator_there",
     "Look whether the neighbours have light. If they have none, wait: the inverter reconnects by itself."),
    ("F35",     "breaker_off",        "The switch between inverter and grid is off",    "grid_quiet",                       "generator_there",
     "Look whether the grid breaker and the main fuse are on."),
    ("F35",     "generator_stopped",  "The generator at the GRID terminals has stopped", "generator_there",                 "mains_there",
     "Look for fuel, and whether the generator runs."),

    ("F41",     "peer_off",           "Another unit is off or has a fault",             "unit_is_off",                      "",
     "Look at each unit's display; switch the one that is off on again."),
    ("F41",     "peers_loss",         "Its messages do not arrive",                     "frames_lost",                      "frames_whole",
     "Check the cable between the units."),

    ("F42",     "thin_cable",         "Thin, long or loose supply cable",               "sag_with_load",                    "sag_alone",
     "Use less at once, and let an electrician tighten the grid terminals and the breaker. A thicker cable cures it."),
    ("F42",     "weak_grid",          "The public grid itself is weak",                 "sag_alone all_phases_low",         "sag_with_load",
     "Write times and voltages down and show them to the grid operator."),
    ("F42",     "phase_lost",         "One phase of the supply is lost",                "one_phase_low one_phase_dead",      "all_phases_low",
     "Look at the fuse or breaker of that phase; if it is sound, call the grid operator."),
    ("F42",     "narrow_window",      "Grid Vol Low stands too high for this grid",     "low_window_narrow",                "low_window_wide",
     "Ask the installer whether Grid Vol Low may be lower where you live."),

    ("F45",     "thin_cable",         "Thin or long cable to the grid",                 "rise_with_feed",                   "rise_alone",
     "Let the cable between inverter and meter be checked and thickened, or sell less (Max Sell Power)."),
    ("F45",     "strong_grid",        "The public grid itself stands too high",         "rise_alone",                       "rise_with_feed",
     "Write times and voltages down and show them to the grid operator."),
    ("F45",     "neutral_lost",       "The neutral of the supply is loose",             "phases_apart",                     "phases_together",
     "Switch off and call an electrician at once: a loose neutral burns appliances."),
    ("F45",     "narrow_window",      "Grid Vol High stands too low for this grid",     "high_window_narrow",               "high_window_wide",
     "Ask the installer whether Grid Vol High may be higher where you live."),

    ("F46",     "bms_fault",          "The battery reports a fault of its own",         "bms_flag",                         "bms_no_flag",
     "Read the lamps or the display of the battery, and its manual."),
    ("F46",     "settings_differ",    "Battery settings of the units differ",           "bms_no_flag",                      "bms_flag",
     "Compare the battery pages of all units, line by line."),

    ("F47",     "small_grid",         "A generator or small grid lets its frequency go", "hz_restless generator_there",     "hz_calm",
     "Look what feeds this grid; a generator's governor wants setting."),
    ("F47",     "grid_surplus",       "The public grid has more power than it needs",   "mains_there hz_calm",              "generator_there",
     "Wait: the inverter reconnects by itself. If it is often so, tell the grid operator."),
    ("F47",     "loose_cable",        "An AC cable is loose",                           "grid_unsettled",                   "grid_quiet",
     "Let the AC cables be checked and tightened."),
    ("F47",     "narrow_window",      "The frequency window is narrow",                 "hz_window_narrow",                 "hz_window_wide",
     "Ask the installer whether Grid HZ High may be higher where you live."),

    ("F48",     "small_grid",         "A generator or small grid is loaded too much",   "hz_fell_with_load generator_there", "",
     "Switch loads off, or charge less from it."),
    ("F48",     "grid_short",         "The public grid is short of power",              "mains_there",                      "generator_there hz_fell_with_load",
     "Wait: the inverter reconnects by itself. If it is often so, tell the grid operator."),
    ("F48",     "loose_cable",        "An AC cable is loose",                           "grid_unsettled",                   "grid_quiet",
     "Let the AC cables be checked and tightened."),
    ("F48",     "narrow_window",      "The frequency window is narrow",                 "hz_window_narrow",                 "hz_window_wide",
     "Ask the installer whether Grid HZ Low may be lower where you live."),

    ("F51",     "hot_place",          "The battery stands too warm",                    "hot_room",                         "cool_room",
     "Give the battery shade and air, and look whether the sun reaches it."),
    ("F51",     "hard_use",           "It was charged or discharged hard for long",     "battery_hard",                     "battery_easy",
     "Enter less in Max A Charge and Max A Discharge."),
    ("F51",     "cell_defect",        "A cell or a connection inside gets hot",         "cool_room battery_easy",           "hot_room battery_hard",
     "If one place of it is hot, keep away, switch it off and call for service."),

    ("F55",     "string_too_long",    "Too many modules in one string",                 "pv1_over pv2_over",                "battery_over",
     "Let the installer count the modules: in the cold a string gives more voltage than in the sun."),
    ("F55",     "cold_modules",       "Cold modules give more voltage",                 "cold_air",                         "battery_over hot_room",
     "Turn the DC switch off until it is warmer, and let the string be shortened."),
    ("F55",     "battery_over",       "The battery is charged too high",                "battery_over",                     "pv1_over pv2_over",
     "Compare the charging voltages with the battery's data sheet."),

    ("F56",     "battery_empty",      "The battery is empty",                           "low_charge no_sun",                "good_charge",
     "Let sun, grid or generator charge it; switch off what is not needed."),
    ("F56",     "battery_cable",      "Loose or thin battery cable, or worn cells",     "battery_sagged",                   "low_charge",
     "Let the installer tighten the battery terminals with the breaker off, and see whether a cable gets hot in use."),
    ("F56",     "shortage",           "The loads ask for more than sun and battery may give", "at_discharge_limit load_unserved", "load_in_limit",
     "Switch loads off. If the battery can give more, raise Max A Discharge."),
    ("F56",     "bms_holds",          "The battery's management holds the current back", "bms_holds_back",                  "bms_gives",
     "Read the battery's own display: cold, low cells or its own limit."),

    ("F58",     "bms_cable",          "Cable to the battery loose or cut",              "frames_stopped",                   "never_spoke frames_flicker terminals_dead",
     "Check both plugs of the cable to the battery and its way."),
    ("F58",     "battery_asleep",     "The battery was switched off or sleeps",         "terminals_dead",                   "terminals_live",
     "Look whether the battery's switch is on and its lamps are lit."),
    ("F58",     "noise",              "The line is disturbed, or a plug is half in",    "frames_flicker",                   "frames_stopped never_spoke",
     "Lead the cable away from power cables and push the plugs home."),
    ("F58",     "wrong_protocol",     "Wrong battery type chosen",                      "never_spoke",                      "frames_stopped",
     "Compare Lithium Mode with the battery's manual."),
    ("F58",     "stop_chosen",        "BMS_Err_Stop is on, so silence stops everything", "",                                "",
     "If the house should go on without the battery's word, switch BMS_Err_Stop off."),

    ("F60",     "no_fuel",            "It does not start: fuel, choke, starter battery", "gen_silent",                      "gen_runs",
     "Look for fuel, the choke and the starter battery; then acknowledge the alarms."),
    ("F60",     "gen_breaker",        "Its breaker is off, or its cable is loose",      "gen_silent",                       "gen_runs",
     "If it runs and no voltage comes, look at its breaker and its plug."),
    ("F60",     "gen_small",          "It is too small for what it carries",            "gen_sank_with_load",               "gen_unloaded",
     "Charge less from it (Gen charging A), or switch loads off."),
    ("F60",     "gen_governor",       "Its voltage or speed is set wrong",              "gen_out_unloaded",                 "gen_sank_with_load gen_silent",
     "Let its regulator and governor be set: 230 V and 50 Hz without load."),

    ("F61",     "button_out",         "The button of this unit is out",                 "",                                 "",
     "Press the ON/OFF button of this unit."),

    ("F62",     "operator",           "The network operator asked for it",              "drm0_asked",                       "",
     "Nothing: feeding comes back when the operator allows it."),
    ("F62",     "drm_wire",           "Wire of the DRM input bridged or broken",        "",                                 "",
     "If the operator says no, let the installer check the DRM plug."),

    ("F63",     "pv_arc",             "A connector or cable in the PV wiring burns",    "arc_seen",                         "",
     "Turn the DC switch off and let every connector be checked before the arc fault is cleared."),
    ("F63",     "not_for_here",       "Arc detection is on where it is not asked for",  "",                                 "",
     "It is meant for the US market: ask the installer whether Solar Arc Fault ON is needed."),

    ("F64",     "fan_blocked",        "A fan is blocked or the vents are covered",      "fan_still",                        "fan_turned",
     "Switch off for ten minutes, then look at fans and vents: dust, insects, things leaning on the case."),
    ("F64",     "hot_place",          "The place is too hot",                           "hot_room",                         "cool_room",
     "Give the inverter shade and air: no sun on the case, free space above and below."),
    ("F64",     "hard_work",          "It worked hard for long",                        "worked_hard",                      "worked_little",
     "Spread big loads and charging over the day."),

    ("LOWBAT",  "long_outage",        "The grid was away and the battery carried all",  "grid_away",                        "grid_stood",
     "Save power, or start the generator."),
    ("LOWBAT",  "little_sun",         "Too little sun for this use",                    "no_sun",                           "sun",
     "Look for shade and dirt on the modules; wait for sun."),
    ("LOWBAT",  "much_use",           "More is used than usual",                        "used_much",                        "used_little",
     "Look what runs: heating and cooling take most."),
    ("BATSHUT", "long_outage",        "The grid was away and the battery carried all",  "grid_away",                        "grid_stood",
     "Wait for sun or grid, or start the generator; the output comes back at Restart."),
    ("BATSHUT", "little_sun",         "Too little sun for this use",                    "no_sun",                           "sun",
     "Switch off all but the most needed; look for shade and dirt on the modules."),
    ("BATSHUT", "much_use",           "More was used than the battery holds",           "used_much",                        "used_little",
     "Look what ran: heating and cooling take most."),

    ("COLDCHG", "cold_place",         "The battery stands in the cold",                 "cold_battery cold_air",            "",
     "Warm the battery's room; charging goes on two degrees above the limit."),
    ("COLDCHG", "sensor_off",         "Its temperature sensor hangs in the cold",       "",                                 "cold_air",
     "Look whether the sensor sits on the battery."),

    ("DERATE",  "hot_place",          "The place is too hot",                           "hot_room",                         "",
     "Give the inverter shade and air."),

    ("W02",     "fan_blocked",        "Something blocks the fan",                       "fan_still",                        "",
     "Switch off, then free and clean the fan."),
    ("W02",     "fan_worn",           "The fan is worn out or unplugged",               "",                                 "",
     "If it turns freely by hand, let it be replaced."),

    ("W03",     "phases_exchanged",   "Two phases exchanged at the GRID terminals",     "order_wrong",                      "",
     "Let an electrician exchange two of the three phases."),
    ("W03",     "grid_rebuilt",       "The supply was connected anew outside",          "",                                 "",
     "Ask whether somebody worked on the meter or the line; motors may run backwards too."),

    ("W04",     "meter_cable",        "Cable to the meter loose or exchanged",          "sensor_silent",                    "",
     "Check both wires of the meter's line, A to A and B to B."),
    ("W04",     "meter_dark",         "The meter has no supply",                        "",                                 "",
     "Look whether its display is lit."),
    ("W04",     "meter_address",      "The meter has another address or type",          "",                                 "",
     "Compare meter type and address with the setting."),

    ("W05",     "ct_reversed",        "The clamp on L1 is turned round",                "clamp_against",                    "",
     "Turn the clamp round: its arrow points towards the inverter."),
    ("W05",     "clamp_wires",        "The two wires of a clamp are exchanged",         "",                                 "",
     "Exchange the two wires at the plug, if the arrow is right."),

    ("W06",     "ct_off",             "The clamp on L1 is not closed or not plugged in", "clamp_still sensor_silent",       "clamp_crossed",
     "Press the clamp shut around its cable, and push its plug home."),
    ("W06",     "ct_swapped",         "The clamps of two phases are exchanged",         "clamp_crossed",                    "clamp_still",
     "Put each clamp on the phase that its plug is marked with."),

    ("W10",     "thin_cable",         "Thin or long cable to the grid",                 "rise_with_feed",                   "rise_alone",
     "Let the cable to the meter be checked: a thicker one lets you sell more."),
    ("W10",     "strong_grid",        "The grid's own voltage is high",                 "rise_alone",                       "rise_with_feed",
     "Nothing. If it is so for days, show the voltage to the grid operator."),

    ("W31",     "bms_cable",          "Cable to the battery loose or cut",              "frames_stopped",                   "never_spoke frames_flicker terminals_dead",
     "Check both plugs of the cable to the battery and its way."),
    ("W31",     "battery_asleep",     "The battery was switched off or sleeps",         "terminals_dead",                   "terminals_live",
     "Look whether the battery's switch is on and its lamps are lit."),
    ("W31",     "noise",              "The line is disturbed, or a plug is half in",    "frames_flicker",                   "frames_stopped never_spoke",
     "Lead the cable away from power cables and push the plugs home."),
    ("W31",     "wrong_protocol",     "Wrong battery type chosen",                      "never_spoke",                      "frames_stopped",
     "Compare Lithium Mode with the battery's manual."),

    ("W32",     "peers_loss",         "Bad plug or missing end resistor",               "frames_lost",                      "",
     "Check plugs and terminator of the cable between the units."),
))

SERVICE = "If it stays, call your dealer or service centre; the service report holds what they ask for."
AGAIN = "Switch off and on and see whether it is gone."
CYCLE = "Turn the DC switch and the AC breaker off, wait one minute, and turn them on again."
BY_ITSELF = "Wait: the inverter reconnects by itself when the grid has been good for its time."
HELP = {
    "COMM":    ("Wait a minute.", "Look whether the inverter has power."),
    "OFF":     ("Press the ON/OFF button.",),
    "F01":     ("Turn the DC switch off.", "Let plus and minus of the string be exchanged."),
    "F05":     (AGAIN, "After the third time enter the settings anew."),
    "F06":     (AGAIN, "Enter the setting once more."),
    "F07":     ("Look whether battery and DC switch are on.", "Wait for its next try after a minute."),
    "F08":     ("In a 120/240 V or 120/208 V house the N line of the backup load has to be tied to ground: let that be checked.",),
    "F13":     ("It is reported when grid type or frequency change or No Batt is chosen, and goes away by itself.", CYCLE),
    "F15":     ("Switch something big off.", "Wait for its next try after a minute."),
    "F16":     ("Let earth and insulation of the PV cables be checked.", AGAIN),
    "F17":     ("Turn the DC switch off.", "Let the strings be checked."),
    "F18":     ("Check that backup loads and house loads together are within their range.", AGAIN),
    "F20":     ("Check the PV modules' and the battery's connections.", "Off grid, switch big loads off before it starts.", CYCLE),
    "F21":     ("Enter smaller battery currents.", "Wait for its next try after a minute."),
    "F22":     ("Ask your installer.",),
    "F23":     ("Check the ground connection of the PV cables.", "Switch off and on two or three times."),
    "F24":     ("Check that panels and inverter are connected firmly and the right way.", "Check that the inverter's PE cable is tied to ground."),
    "F26":     ("Wait a while and see whether it is gone.", "Compare the loads of the phases.", "Switch off and on two or three times."),
    "F29":     ("Check the cable between the units and the addresses set.", "While the units start it is normal: it goes when all of them are ON."),
    "F33":     ("Switch loads off.", "Wait for its next try after a minute."),
    "F34":     ("Check the backup loads and make sure that they are within the power allowed.",),
    "F35":     ("Find out whether the grid is really out.", "Check the grid connection.", "Check that the switch between inverter and grid is on."),
    "F41":     ("Look at the working status of each unit: where one is OFF, the others may report this.",),
    "F42":     ("Check that the AC voltage is within the range of the specification.", "Check that the AC cables of the grid are firmly and rightly connected."),
    "F45":     ("Check that the AC voltage is within the range of the specification.", "Check the AC cables."),
    "F46":     ("Read the battery's own display.", "Compare the battery settings of all units."),
    "F47":     ("Check whether the frequency is within the range of the specification.", "Check that the AC cables are firmly and rightly connected."),
    "F48":     ("Check whether the frequency is within the range of the specification.", "Check that the AC cables are firmly and rightly connected."),
    "F51":     ("Let the battery cool down.",),
    "F55":     ("Let the modules of each string be counted.", "Check the battery's voltage."),
    "F56":     ("Check whether the battery's voltage is too low.", "If it is, charge the battery from PV or grid."),
    "F58":     ("The battery's management does not answer while BMS_Err_Stop is on: check the cable.", "If you do not want the stop, switch BMS_Err_Stop off on the LCD."),
    "F60":     ("Look for fuel, choke and breaker.", "Acknowledge the alarms, and it is tried again."),
    "F61":     ("Press the ON/OFF button of this unit.",),
    "F62":     ("Wait until the network operator allows it.",),
    "F63":     ("Arc detection is meant for the US market only.", "Check the cable connections of the PV modules, then clear the fault."),
    "F64":     ("Check whether the place is too hot.", "Switch the inverter off for 10 minutes, then on again."),
    "LOWBAT":  ("Save power until sun, grid or generator fill the battery.",),
    "BATSHUT": ("Wait for sun, grid or generator.",),
    "COLDCHG": ("Warm the battery's room.",),
    "DERATE":  ("Give the inverter shade and air.",),
    "W02":     ("Let the fan be cleaned or replaced.",),
    "W03":     ("Let an electrician exchange two phases.",),
    "W04":     ("Check the meter's cable and its supply.",),
    "W05":     ("Turn the clamp round.",),
    "W06":     ("Check that all three clamps are closed, plugged in and on their phases.",),
    "W10":     ("Nothing: more is given when the grid's voltage falls.",),
    "W31":     ("Check the cable to the battery.",),
    "W32":     ("Check the cable between the units.",),
}
# Codes that end with the service centre: those of chart 7-1, and those that a user cannot mend.
SERVED = frozenset("F05 F06 F07 F08 F13 F15 F16 F17 F18 F20 F21 F22 F23 F24 F26 F29 F33 F34 F35 F41 F42 F45 F46 F47 F48 F51 F55 F56 F58 F60 F63 F64 COMM".split())

# The curves of `catalog/evidence.py` that tell most about a code.
SHOWN = {
    "F01": "pv_v pv_a", "F07": "link_v battery_v pv_v", "F08": "neutral load_w", "F13": "on_grid load_w",
    "F15": "load_w inverter_w peak", "F16": "residual insulation pv_w", "F17": "pv_a pv_v",
    "F18": "peak load_w inverter_w", "F20": "battery_a battery_v load_w", "F21": "link_a battery_a link_v",
    "F22": "estop", "F23": "residual insulation pv_w", "F24": "insulation residual pv_v",
    "F26": "unbalance load_w", "F29": "peers", "F33": "stray grid_w load_w", "F34": "load_w inverter_w heat",
    "F35": "grid_v grid_hz load_w", "F41": "peers", "F42": "grid_v grid_w", "F45": "grid_v grid_w",
    "F46": "bms_fault battery_v battery_a", "F47": "grid_hz grid_v grid_w", "F48": "grid_hz grid_v grid_w",
    "F51": "battery_c battery_a", "F55": "pv_v battery_v heat", "F56": "battery_v battery_a load_w soc",
    "F58": "bms battery_a battery_v", "F60": "gen_v gen_hz gen_w", "F62": "drm grid_w", "F63": "arc pv_a pv_v",
    "F64": "heat inverter_w fan", "LOWBAT": "soc battery_a load_w pv_w", "BATSHUT": "soc battery_v load_w pv_w",
    "COLDCHG": "battery_c battery_a", "DERATE": "heat inverter_w", "W02": "fan heat", "W03": "order grid_v",
    "W04": "ct_ok grid_w", "W05": "ct_w ld_w", "W06": "ct_w ld_w", "W10": "grid_v grid_w pv_w",
    "W31": "bms battery_a battery_v", "W32": "peers",
}
# What builds up over minutes is drawn over them; the rest over the last seconds.
SLOW = frozenset("F16 F51 F64 LOWBAT BATSHUT COLDCHG DERATE".split())
# fmt: on


def suspects(code: str) -> tuple[Suspect, ...]:
    """Return the likely causes of a code, the commonest first."""
    wanted = "F64" if code == "F84" else code
    return tuple(row for row in SUSPECTS if row.code == wanted)


def help_steps(code: str) -> tuple[str, ...]:
    """Return what to do about a code, step by step, the service centre last where it is needed."""
    wanted = "F64" if code == "F84" else code
    return (*HELP[wanted], SERVICE) if wanted in SERVED else HELP[wanted]


def shown_curves(code: str) -> tuple[str, ...]:
    """Return the keys of the curves to draw for a code."""
    return tuple(SHOWN.get("F64" if code == "F84" else code, "").split())
