"""Whatever is wrong with a house file is one clear line, and nothing is made of it."""

import pytest

from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

LOADS = "appliances[1]"

# fmt: off
WRONG = [
    # what stood there             what stands there now          the line, after the file's name
    # keys
    ("altitude_m = 20",            "altitud_m = 20",              "site.altitud_m = 20: is no key; did you mean altitude_m?"),
    ("[site.battery]",             "[site.batery]",               "site.batery: is no key; did you mean battery?"),
    ("[site]",                     "[sites]",                     "sites: is no key; did you mean site?"),
    ("tilt_deg = 12",              "tilt = 12",                   "site.pv[1].tilt = 12: is no key; did you mean tilt_deg?"),
    ("name = \"fridge\", phase",   "name = \"fridge\", phse",     f"world.load.{LOADS}.phse = 1: is no key; did you mean phase?"),
    ("hours_per_day = 9",          "hours_per_dy = 9",            "world.grid.outages.hours_per_dy = 9: is no key; did you mean hours_per_day?"),
    ("resistance_ohm = 0.6",       "resistence_ohm = 0.6",        "site.feeder.resistence_ohm = 0.6: is no key; did you mean resistance_ohm?"),
    ("bms_speaks = true",          "ageing = {order = 1, x = 2}", "site.battery.ageing.x = 2: is no key; did you mean "),
    ("day_spread = 0.15",          "day_spread = 0.15\nfoo = 1",  "world.weather.foo = 1: is no key; known are air_c, "),
    ("max_charge_a = 100",         "max_chargea = 100",           "settings.battery.max_chargea"),
    ("[settings.battery]",         "[settings.batery]",           "settings.batery: is no group of settings; did you mean battery?"),
    ("max_charge_a = 100",         "work_mode = \"selling_first\"", "settings.battery.work_mode"),
    # values out of bounds
    ("tilt_deg = 12",              "tilt_deg = 120",              "site.pv[1].tilt_deg = 120: is out of range (allowed: 0 to 90 deg)"),
    ("latitude = 6.52",            "latitude = nan",              "site.latitude = nan: is out of range (allowed: -90 to 90 deg)"),
    ("capacity_ah = 200",          "capacity_ah = 0",             "site.battery.capacity_ah = 0: is out of range (allowed: 1 to 100000 Ah)"),
    ("resistance_ohm = 0.6",       "resistance_ohm = -1",         "site.feeder.resistance_ohm = -1: is out of range (allowed: 0 to 10 ohm)"),
    ("modules_in_series = 9",      "modules_in_series = 99",      "site.pv[1].modules_in_series = 99: is out of range (allowed: 1 to 40)"),
    ("hours_per_day = 9",          "hours_per_day = 30",          "world.grid.outages.hours_per_day = 30: is out of range (allowed: 0 to 23 h)"),
    ("initial_soc_pct = 60",       "initial_soc_pct = 101",       "world.initial_soc_pct = 101: is out of range (allowed: 0 to 100 %)"),
    ("voltage_v = 229",            "voltage_v = [229, 229, 999]", "world.grid.voltage_v = [229, 229, 999]: is out of range (allowed: 0 to 400 V)"),
    ("start = 2023-01-01",         "start = 1900-01-01",          "world.start = 1900-01-01: is out of range (allowed: 1971-01-01 to 2099-12-31)"),
    ("max_charge_a = 100",         "max_charge_a = 500",          "settings.battery.max_charge_a = 500: is out of range (allowed: 0 to 190 A)"),
    ("restart_soc_pct = 40",       "restart_soc_pct = 20",        "settings.battery.low_batt_soc_pct = 40: must be at most battery.restart_soc_pct (20 %)"),
    # types and forms
    ("tilt_deg = 12",              "tilt_deg = \"12\"",           "site.pv[1].tilt_deg = '12': is not a number"),
    ("bms_speaks = true",          "bms_speaks = 1",              "site.battery.bms_speaks = 1: is not true or false"),
    ("modules_in_series = 9",      "modules_in_series = 9.5",     "site.pv[1].modules_in_series = 9.5: is not a whole number"),
    ("day_spread = 0.15",          "day_spread = true",           "world.weather.day_spread = True: is not a number"),
    ("start = 2023-01-01",         "start = \"2023-01-01\"",      "world.start = '2023-01-01': is no date, as in 2023-01-31 without quotes"),
    ("start = 2023-01-01",         "start = 2023-01-01T00:00:00Z", "world.start = 2023-01-01 00:00:00+00:00: has a time zone"),
    ("voltage_v = 229",            "voltage_v = [229, 229]",      "world.grid.voltage_v = [229, 229]: has 2 entries (allowed: 3 of them)"),
    ("0.80, 0.79, ",               "0.80, ",                      "world.weather.clear_index = [0.8, 0.76, 0.74, 0.69, 0.58, 0.55, 0.55, 0.58, 0.68, 0.7...: has 11 entries (allowed: 12 of them)"),
    ("[world.generator]",          "[world.generators]",          "world.generators: is no key; did you mean generator?"),
    ("\"18:30-23:00\"",            "\"18:30\"",                   "world.load.appliances[3].hours[1] = '18:30': is no stretch of a day (allowed: HH:MM-HH:MM)"),
    ("\"18:30-23:00\"",            "\"18:30-25:00\"",             "world.load.appliances[3].hours[1] = '18:30-25:00': is no time of day (allowed: 00:00 to 24:00)"),
    ("{ \"00:00\" = 8",            "{ \"24:30\" = 8",             "world.grid.sag_v.24:30 = '24:30': is no time of day (allowed: 00:00 to 24:00)"),
    # words
    ("timezone = \"Africa/Lagos\"", "timezone = \"Lagos\"",       "site.timezone = 'Lagos': is no time zone (allowed: IANA names as Africa/Lagos, Europe/Berlin, UTC)"),
    ("chemistry = \"lfp\"",        "chemistry = \"lpf\"",         "site.battery.chemistry = 'lpf': is not known; did you mean lfp? (allowed: none, lfp, agm, gel, flooded)"),
    ("HPH-450M",                   "HPH-45M",                     "site.pv[1].module = 'LONGi LR4-72HPH-45M': is not known; did you mean LONGi LR4-72HPH-450M?"),
    ("phase = 1, power_w = 150",   "phase = \"any\", power_w = 1", f"world.load.{LOADS}.phase = 'any': is not known (allowed: all)"),
    ("work_mode = \"zero_export_load\"", "work_mode = \"zero_export\"", "settings.work_mode.work_mode = 'zero_export'"),
    # what is missing or double
    ("latitude = 6.52",            "",                            "site.latitude: is missing"),
    ("chemistry = \"lfp\"",        "",                            "site.battery: needs a model, or chemistry and capacity_ah"),
    ("[site.feeder]",              "[site.rlc]\npower_w = 5000\n[site.feeder]", "site.rlc: needs inductive_var and capacitive_var beside power_w"),
    ("[site.feeder]",              "[site.rlc]\ncapacitive_var = 0\n[site.feeder]", "site.rlc.capacitive_var = 0: must be above 0"),
    ("chemistry = \"lfp\"",        "model = \"lfp_10kwh\"",       "site.battery: has a model, which brings its own chemistry and capacity_ah"),
    ("name = \"freezer\"",         "name = \"fridge\"",           "world.load: holds two appliances named 'fridge'"),
    ("hours_per_day = 9",          "events = [{start = 2023-01-01T10:00:00}]\n#", "world.grid.outages.mean_min = 150: is no key"),
    # what is set against what is installed
    ("batt_mode = \"lithium\"",    "batt_mode = \"use_batt_v\"",  "settings.battery.batt_mode = 'use_batt_v': is for lead-acid; the site's battery is lithium, set it to \"lithium\""),
    ("batt_mode = \"lithium\"\n",  "",                            "settings.battery.batt_mode = 'use_batt_pct': charges by the lead-acid law; the site's battery is lithium, set it to \"lithium\""),
    ("batt_mode = \"lithium\"",    "batt_mode = \"lithium\"\nlead_acid_type = \"wet\"", "settings.battery.lead_acid_type = 'wet': is a lead-acid setting; the site's battery is lithium"),
    ("batt_mode = \"lithium\"",    "batt_mode = \"lithium\"\nequalization_days = 30", "settings.battery.equalization_days = 30: is a lead-acid setting; the site's battery is lithium"),
    ("bms_speaks = true",          "bms_speaks = false",          "settings.battery.batt_mode = 'lithium': needs a management system that speaks; the site's does not"),
    ("chemistry = \"lfp\"",        "chemistry = \"agm\"",         "settings.battery.batt_mode = 'lithium': is for lithium; the site's battery is lead-acid (agm)"),
    ("chemistry = \"lfp\"",        "chemistry = \"none\"",        "settings.battery.batt_mode = 'lithium': the site has no battery; set it to \"no_batt\""),
    ("\"zero_export_load\"",       "\"zero_export_ct\"",          "settings.work_mode.work_mode = 'zero_export_ct': needs CT clamps or a meter; [site.measuring] has neither (C-26)"),
    ("[settings.work_mode]",       "[settings.advanced]\nex_meter_for_ct = true\n[settings.work_mode]", "settings.advanced.ex_meter_for_ct = True: needs a meter; [site.measuring] has none"),
    # files
    ("[site]",                     "[site",                       "is no TOML: Expected ']' at the end of a table declaration (at line 2, column 6)"),
    ("day_spread = 0.15",          "file = \"no.csv\"\nghi = \"g\"", "world.weather.clear_index = "),
]
# fmt: on


@pytest.mark.parametrize("old, new, line", WRONG, ids=[line[:60] for *_, line in WRONG])
def test_a_wrong_house_is_told_in_one_line(edited, old, new, line):
    path = edited(old, new)
    with pytest.raises(HouseError) as caught:
        load_house(path)
    told = str(caught.value)
    assert told.startswith(f"{path}: {line}")
    assert "\n" not in told


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(HouseError) as caught:
        load_house(tmp_path / "nowhere.toml")
    assert str(caught.value) == f"{tmp_path / 'nowhere.toml'}: no such file"


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "house.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HouseError, match="house.toml: cannot be read"):
        load_house(path)


# fmt: off
FILES = [
    # table                                                          the line, after the file's name
    ('[world.weather]\nfile = "no.csv"\nghi = "g"',                   "world.weather.file: no such file: "),
    ('[world.weather]\nfile = "no.epw"',                              "world.weather.file: no such file: "),
    ('[world.weather]\nfile = "no.csv"',                              "world.weather: a plain CSV needs ghi"),
    ('[world.weather]\nfile = "${NOT_SET_HERE}/w.csv"\nghi = "g"',    "world.weather.file = '${NOT_SET_HERE}/w.csv': the environment variable NOT_SET_HERE is not set; set it to the folder meant by ${NOT_SET_HERE}, as in: export NOT_SET_HERE=/path/to/data"),
    ('[world.weather]\nfile = "w.csv"\nghi = "g"\nformat = "ewp"',    "world.weather.format = 'ewp': is not known; did you mean epw?"),
    ('[world.weather]\nfile = "w.csv"\nghi = "g"\nscale = 9',         "world.weather.scale = 9: is out of range (allowed: 0.1 to 2)"),
    ('[world.load]\nfile = "no.csv"\ntotal = "p"',                    "world.load.file: no such file: "),
    ('[world.load]\nfile = "no.csv"',                                 "world.load: needs columns: either total, or l1, l2 and l3"),
    ('[world.load]\nfile = "no.csv"\ntotal = "p"\nl1 = "q"',          "world.load: needs columns: either total, or l1, l2 and l3"),
    ('[world.load]\nfile = "no.csv"\ntotal = "p"\nsplit = [1, 1, 0]', "world.load: split adds up to 2 (allowed: 1)"),
    ('[world.grid.outages]\nfile = "no.csv"\nend = "e"',              "world.grid.outages.file: no such file: "),
    ('[world.grid.outages]\nfile = "no.csv"',                         "world.grid.outages: needs one of end, duration_min, duration_s"),
    ('[world.grid.outages]\nevents = [{start = 2023-01-01T10:00:00, end = 2023-01-01T09:00:00}]',
                                                                      "world.grid.outages.events[1]: ends before it starts"),
    ('[world.grid.outages]\nhours_per_day = 2\nhour_weights = [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]',
                                                                      "world.grid.outages: hour_weights are all 0"),
]
# fmt: on


@pytest.mark.parametrize("more, line", FILES, ids=[line[:50] for _, line in FILES])
def test_a_house_that_names_a_wrong_file_is_told_in_one_line(bare, monkeypatch, more, line):
    monkeypatch.delenv("NOT_SET_HERE", raising=False)
    path = bare(more)
    with pytest.raises(HouseError) as caught:
        load_house(path)
    assert str(caught.value).startswith(f"{path}: {line}")


def test_a_datasheet_without_a_curve_is_told_with_the_house(edited):
    sheet = (
        "module = { cells_in_series = 72, voc_v = 49.3, isc_a = 11.6, vmp_v = 49.2, imp_a = 11.5,"
        " alpha_isc_pct_per_k = 0.05, beta_voc_pct_per_k = -0.27 }"
    )
    path = edited('module = "LONGi LR4-72HPH-450M"', sheet)
    with pytest.raises(HouseError, match="house.toml: "):
        load_house(path)
