"""The table of the bench: every curve, response, priority, trip and return that is tried.

Voltages are per unit, powers shares of the rating. `cases` makes courses of the rows.
"""

from twinverter.bench.support import (
    LEAST_REACTIVE,
    VOLT_VAR_A,
    VOLT_VAR_B,
    VOLT_WATT,
    VOLT_WATT_STORAGE,
    WATT_VAR,
    Cessation,
    Detectors,
    Droop,
    EnterService,
    Support,
)

QUICK_S = 1.0
SUN_LEVELS = (0.0, 0.1, 0.2, 0.5, 0.8, 1.0)
STORAGE_LEVELS = (-1.0, -0.5, 0.0, 0.5, 1.0)

# fmt: off
CURVES = (
    # group        name                      settings
    ("volt-var",   "category A",             Support(volt_var=VOLT_VAR_A, volt_var_s=QUICK_S)),
    ("volt-var",   "category B",             Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S)),
    ("volt-var",   "narrow and steep",       Support(volt_var=((0.97, 0.6), (0.99, 0.0), (1.01, 0.0), (1.03, -0.6)), volt_var_s=QUICK_S)),
    ("volt-var",   "never zero",             Support(volt_var=((0.92, 0.44), (0.98, 0.1), (1.02, -0.1), (1.08, -0.44)), volt_var_s=QUICK_S)),
    ("volt-var",   "reduced at low power",   Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S, reduced_at_low_power=True)),
    ("volt-watt",  "default",                Support(volt_watt=VOLT_WATT, volt_watt_s=QUICK_S)),
    ("volt-watt",  "to nothing",             Support(volt_watt=((1.05, 1.0), (1.09, 0.0)), volt_watt_s=QUICK_S)),
    ("volt-watt",  "with volt-var B",        Support(volt_watt=VOLT_WATT, volt_watt_s=QUICK_S, volt_var=VOLT_VAR_B, volt_var_s=QUICK_S)),
)
STORAGE_CURVES = (
    ("volt-var",   "category B",             Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S)),
    ("volt-watt",  "into charging",          Support(volt_watt=VOLT_WATT_STORAGE, volt_watt_s=QUICK_S)),
)
WATT_CURVES = (
    ("watt-var",     "default",              Support(watt_var=WATT_VAR, reactive_s=QUICK_S)),
    ("watt-var",     "sloping at rest",      Support(watt_var=((-1.0, -0.44), (-0.5, -0.2), (-0.1, 0.1), (0.1, 0.1), (0.5, 0.2), (1.0, 0.44)), reactive_s=QUICK_S)),
    ("power factor", "0.9 absorbing",        Support(power_factor=0.9, reactive_s=QUICK_S)),
    ("power factor", "0.9 injecting",        Support(power_factor=0.9, absorbing=False, reactive_s=QUICK_S)),
    ("power factor", "0.85 absorbing",       Support(power_factor=0.85, reactive_s=QUICK_S)),
    ("fixed var",    "0.44 injecting",       Support(fixed_var=0.44, reactive_s=QUICK_S)),
    ("fixed var",    "0.25 absorbing",       Support(fixed_var=-0.25, reactive_s=QUICK_S)),
    ("active limit", "0.6",                  Support(power_limit=0.6)),
)
DROOPS = (
    # name                  droop                                     hertz, held one after the other
    ("default, over",       Droop(response_s=0.2),                    (60.0, 60.03, 60.036, 60.1, 60.5, 61.0, 60.5, 60.1, 60.036, 60.0)),
    ("default, under",      Droop(response_s=0.2),                    (60.0, 59.97, 59.964, 59.9, 59.5, 59.0, 59.5, 59.9, 59.964, 60.0)),
    ("steep and wide",      Droop(0.5, 0.5, 0.02, 0.02, 0.2),         (60.0, 60.5, 60.8, 61.1, 60.6, 60.0, 59.5, 59.2, 58.9, 59.4, 60.0)),
)
PRIORITIES = (
    # name                               settings                                                                          volts  explained
    ("volt-var B, reactive first",       Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S),                                   (0.90, 0.95, 1.0, 1.05, 1.10), ""),
    ("volt-var B, active first",         Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S, reactive_before=LEAST_REACTIVE),             (0.90, 0.95, 1.0, 1.05, 1.10), ""),
    ("volt-var to 0.6, active first",    Support(volt_var=((0.92, 0.6), (0.98, 0.0), (1.02, 0.0), (1.08, -0.6)), volt_var_s=QUICK_S, reactive_before=LEAST_REACTIVE), (0.90, 0.95, 1.0, 1.05, 1.10), "gives-up-at-once"),
    ("18 A in a sag, volt-var B",        Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S), (0.5, 0.55, 0.6, 0.7), ""),
    ("fixed var 0.44, reactive first",   Support(fixed_var=0.44, reactive_s=QUICK_S),                                        (1.0,), ""),
    ("fixed var 0.44, active first",     Support(fixed_var=0.44, reactive_s=QUICK_S, reactive_before=LEAST_REACTIVE),                  (1.0,), ""),
    ("power factor 0.9",                 Support(power_factor=0.9, reactive_s=QUICK_S),                                      (1.0,), ""),
    ("watt-var",                         Support(watt_var=WATT_VAR, reactive_s=QUICK_S),                                     (1.0,), ""),
)
BOTH_LIMITS = (
    # name                               settings                                                            storage  explained
    ("limit 0.6 and volt-watt",          Support(power_limit=0.6, volt_watt=VOLT_WATT, volt_watt_s=QUICK_S),  False,   ""),
    ("limit 0.6 and volt-watt",          Support(power_limit=0.6, volt_watt=VOLT_WATT, volt_watt_s=QUICK_S),  True,    "demand-forgotten"),
)
UNBALANCED = (
    # L1    L2    L3      angles beside their places, rad
    ((1.00, 1.05, 1.10), (0.0, 0.0, 0.0)),
    ((0.90, 1.00, 1.02), (0.0, 0.0, 0.0)),
    ((1.08, 1.08, 1.00), (0.0, 0.1, -0.1)),
    ((0.95, 1.00, 0.90), (0.0, -0.2, 0.15)),
)
RESPONSES = (
    # group        name            settings                             from: volts Hz  wish   to: volts   Hz    wish    time shown
    ("volt-var",   "B, 5 s",       Support(volt_var=VOLT_VAR_B),              (1.0,  60.0, 0.5), (1.07, 60.0, 0.5),  15.0),
    ("volt-var",   "B, 5 s, down", Support(volt_var=VOLT_VAR_B),              (1.0,  60.0, 0.5), (0.93, 60.0, 0.5),  15.0),
    ("volt-var",   "A, 10 s",      Support(volt_var=VOLT_VAR_A, volt_var_s=10.0), (1.0,  60.0, 0.5), (1.07, 60.0, 0.5), 30.0),
    ("volt-var",   "B, 1 s",       Support(volt_var=VOLT_VAR_B, volt_var_s=1.0), (1.0,  60.0, 0.5), (1.07, 60.0, 0.5), 5.0),
    ("volt-watt",  "10 s",         Support(volt_watt=VOLT_WATT),              (1.0,  60.0, 1.0), (1.09, 60.0, 1.0),  30.0),
    ("volt-watt",  "back, 10 s",   Support(volt_watt=VOLT_WATT),              (1.09, 60.0, 1.0), (1.07, 60.0, 1.0),  30.0),
    ("power factor", "0.9, 5 s",   Support(power_factor=0.9),                 (1.0,  60.0, 0.2), (1.0,  60.0, 0.8),  15.0),
    ("watt-var",   "5 s",          Support(watt_var=WATT_VAR),                (1.0,  60.0, 0.4), (1.0,  60.0, 0.8),  15.0),
    ("droop",      "over, 5 s",    Support(droop=Droop()),                    (1.0,  60.0, 0.8), (1.0,  60.8, 0.8),  15.0),
    ("droop",      "over, 0.5 s",  Support(droop=Droop(response_s=0.5)),      (1.0,  60.0, 0.8), (1.0,  60.8, 0.8),  4.0),
)
STORAGE_RESPONSES = (
    ("volt-watt",    "into charging, 10 s", Support(volt_watt=VOLT_WATT_STORAGE), (1.0, 60.0,  0.5), (1.09, 60.0,  0.5), 30.0),
    ("power factor", "charging, 5 s",       Support(power_factor=0.9),            (1.0, 60.0, -0.2), (1.0,  60.0, -0.8), 15.0),
    ("watt-var",     "charging, 5 s",       Support(watt_var=WATT_VAR),           (1.0, 60.0, -0.4), (1.0,  60.0, -0.8), 15.0),
    ("droop",        "charging more, 5 s",  Support(droop=Droop()),               (1.0, 60.0, -0.3), (1.0,  60.8, -0.3), 15.0),
    ("droop",        "charging less, 5 s",  Support(droop=Droop()),               (1.0, 60.0, -0.3), (1.0,  59.2, -0.3), 15.0),
    ("droop",        "more than asked, 5 s", Support(droop=Droop()),              (1.0, 60.0,  0.4), (1.0,  59.2,  0.4), 15.0),
)
RESPONSE_STEPS_S = (0.02, 0.1, 1.0)
REFERENCE_SHIFT = (
    # dt s   steps
    (1.0,    600),
    (10.0,   90),
)
TRIP_STEPS_S = {"over2_v": 0.02, "over1_v": 0.1, "under1_v": 0.1, "under2_v": 0.02,
                "over2_hz": 0.02, "over1_hz": 1.0, "under1_hz": 1.0, "under2_hz": 0.02}
BEYOND = {"over2_v": 1.21, "over1_v": 1.15, "under1_v": 0.60, "under2_v": 0.40,
          "over2_hz": 62.1, "over1_hz": 61.5, "under1_hz": 58.2, "under2_hz": 56.3}
RIDES = (
    # category   name                    volts   seconds   what the machine does in it
    ("I",        "sag to 0.80",          0.80,   1.0),
    ("I",        "sag to 0.60",          0.60,   0.16),
    ("I",        "swell to 1.17",        1.17,   0.5),
    ("II",       "sag to 0.80",          0.80,   4.0),
    ("II",       "sag to 0.50",          0.50,   0.32),
    ("II",       "swell to 1.17",        1.17,   0.5),
    ("III",      "sag to 0.80",          0.80,   20.0),
    ("III",      "sag to 0.60",          0.60,   10.0),
    ("III",      "sag to 0.30",          0.30,   1.0),
    ("III",      "swell to 1.15",        1.15,   12.0),
    ("III",      "swell to 1.19",        1.19,   0.1),
)
REST_TIMES = Cessation(response_s=0.06, return_s=0.3, recover_s=0.4)
CUT_BACK = ((60.2, 1.0), (61.2, 0.0))
CHARGE_VOLTS = ((207.0 / 230.0, 0.2), (215.0 / 230.0, 1.0))
OWN_CODES = (
    # name                              settings                                        storage  from: volts Hz   wish   to: volts Hz    wish
    ("FW to nothing, at 1.0",           Support(freq_watt=CUT_BACK),                      False, (1.0,   60.0,  1.0),   (1.0,   60.7,  1.0)),
    ("FW to nothing, at 0.5",           Support(freq_watt=CUT_BACK),                      False, (1.0,   60.0,  0.5),   (1.0,   61.0,  0.5)),
    ("FW past its stop",                Support(freq_watt=CUT_BACK),                      False, (1.0,   60.0,  0.8),   (1.0,   61.5,  0.8)),
    ("FW leaves charging alone",        Support(freq_watt=CUT_BACK),                      True,  (1.0,   60.0, -0.5),   (1.0,   61.0, -0.5)),
    ("VW, highest phase, no lag",       Support(volt_watt=((1.05, 1.0), (1.10, 0.0)), volt_watt_s=0.0, highest_phase=True), False, (1.0, 60.0, 1.0), ((1.0, 1.08, 1.02), 60.0, 1.0)),
    ("charging gives way at low volts", Support(charge_volts=CHARGE_VOLTS, volt_watt_s=0.0), True, (1.0,  60.0, -1.0),   (0.92,  60.0, -1.0)),
    ("charging, the least that is left", Support(charge_volts=CHARGE_VOLTS, volt_watt_s=0.0), True, (1.0, 60.0, -1.0),   (0.88,  60.0, -1.0)),
    ("feeding ignores low volts",       Support(charge_volts=CHARGE_VOLTS, volt_watt_s=0.0), True, (1.0,  60.0,  1.0),   (0.88,  60.0,  1.0)),
    ("normal ramp 10 %/s, feeding",     Support(rise_per_s=0.1),                          True,  (1.0,   60.0,  0.2),   (1.0,   60.0,  0.9)),
    ("normal ramp 10 %/s, charging",    Support(rise_per_s=0.1),                          True,  (1.0,   60.0, -0.2),   (1.0,   60.0, -0.9)),
    ("normal ramp lets power fall",     Support(rise_per_s=0.1),                          True,  (1.0,   60.0,  0.9),   (1.0,   60.0,  0.1)),
)
RETURNS_WITH = (
    # name                            settings                                   volts after  explained
    ("with volt-var B, 10 s",         Support(volt_var=VOLT_VAR_B, volt_var_s=10.0), 0.95,    ""),
    ("with power factor 0.9, 10 s",   Support(power_factor=0.9, reactive_s=10.0),    1.0,     ""),
    ("with fixed var 0.44, 10 s",     Support(fixed_var=0.44, reactive_s=10.0),      1.0,     "var-kept"),
)
FAST, JUMPY = Detectors(hz_per_s=1.0), Detectors(jump_rad=0.2)
DETECTED = (
    # name                               settings     hertz  steps of the run  angles, rad
    ("2 Hz/s for 0.8 s leaves",          FAST,        61.6,  80,               (0.0, 0.0, 0.0)),
    ("2 Hz/s for 0.4 s stays",           FAST,        60.8,  40,               (0.0, 0.0, 0.0)),
    ("0.9 Hz/s for 1 s stays",           FAST,        60.9,  100,              (0.0, 0.0, 0.0)),
    ("-3 Hz/s for 0.8 s leaves",         FAST,        57.6,  80,               (0.0, 0.0, 0.0)),
    ("jump of 0.25 rad leaves",          JUMPY,       60.0,  100,              (0.25, 0.25, 0.25)),
    ("jump of 0.15 rad stays",           JUMPY,       60.0,  100,              (0.15, -0.15, 0.15)),
    ("not looked for: 60 degrees stay",  Detectors(), 60.0,  100,              (1.047, 1.047, 1.047)),
)
QUICK_RETURN = EnterService(delay_s=2.0, ramp_s=2.0)
RETURNS = (
    # name                           settings                                  hurt: volts Hz    near: volts  Hz   how long near, s
    ("at once after the delay",      EnterService(delay_s=3.0, ramp_s=5.0),          (0.4,  60.0), (1.0,   60.0), 0.0),
    ("no ramp",                      EnterService(delay_s=3.0, ramp_s=0.0),          (0.4,  60.0), (1.0,   60.0), 0.0),
    ("held off by low volts",        QUICK_RETURN,                                   (0.4,  60.0), (0.91,  60.0), 4.0),
    ("held off by high volts",       QUICK_RETURN,                                   (1.25, 60.0), (1.06,  60.0), 4.0),
    ("held off by low hertz",        QUICK_RETURN,                                   (1.0,  56.0), (1.0,   59.4), 4.0),
    ("held off by high hertz",       QUICK_RETURN,                                   (1.0,  63.0), (1.0,   60.2), 4.0),
    ("the device's own lot of 2.5 s", EnterService(delay_s=3.0, ramp_s=2.0, own_lot_s=2.5), (0.4,  60.0), (1.0,   60.0), 0.0),
    ("default, 300 s and 300 s",     EnterService(),                                 (0.4,  60.0), (1.0,   60.0), 0.0),
)
# fmt: on
