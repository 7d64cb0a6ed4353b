"""The table of what can be installed tests itself."""

import pytest

from twinverter.catalog.errors import SettingError
from twinverter.catalog.installed import (
    BY_KEY,
    CHEMISTRIES,
    FUELS,
    MODELS,
    ROWS,
    bank,
    checked,
    genset,
    model,
    site_defaults,
)
from twinverter.core.records import as_dict, build, leaves
from twinverter.plant.site import Site

ORIGINS = {"manual", "datasheet", "SimSES", "Naumann", "SAM", "Vader", "De", "IEC",
           "assumed", "chemistry", "petrol"}  # fmt: skip


def test_the_rows_are_the_fields_of_a_site():
    assert set(site_defaults()) == set(leaves(Site))
    assert len(BY_KEY) == len(ROWS)
    assert as_dict(build(Site, site_defaults())) == site_defaults()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_row_is_within_its_bounds_and_says_where_it_comes_from(row):
    assert row.low < row.high
    assert checked(row.key, row.default) == row.default
    assert row.origin.split()[0].strip(":;") in ORIGINS
    assert row.label


UNITS = [("_v", "V"), ("_a", "A"), ("_var", "var"), ("_w", "W"), ("_c", "degC"), ("_hz", "Hz"), ("_s", "s"),
         ("_ah", "Ah"), ("_ohm", "ohm"), ("_j_per_k", "J/K"), ("_w_per_k", "W/K"), ("_per_s", "1/s"),
         ("_l_per_s", "l/s"), ("_l_per_ws", "l/Ws"), ("_v_per_w", "V/W"), ("_hz_per_w", "Hz/W"),
         ("_a_per_k", "A/K"), ("_ev", "eV"), (".per_w", "1/W"), ("_activation_k", "K"),
         ("_current_h", "h"), ("_cold_per_k", "1/K"), ("_slope_per_k", "1/K")]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_rows_unit_is_the_one_its_name_ends_with(row):
    ends = [(len(end), unit) for end, unit in UNITS if row.key.endswith(end)]
    assert row.unit == (max(ends)[1] if ends else "")


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
@pytest.mark.parametrize("capacity_ah", [50.0, 200.0, 3000.0])
def test_a_bank_of_any_size_is_within_the_bounds(chemistry, capacity_ah):
    values = bank(chemistry, capacity_ah)
    assert {key: checked(key, value) for key, value in values.items()} == values
    assert set(values) == {key for key in BY_KEY if key.startswith("battery.")}
    assert list(values["battery.ocv_v"]) == sorted(values["battery.ocv_v"])


def test_twice_the_bank_has_half_the_resistance_and_twice_the_current():
    small, large = bank("lfp", 100.0), bank("lfp", 200.0)
    assert large["battery.resistance_ohm"] == pytest.approx(0.5 * small["battery.resistance_ohm"])
    assert large["battery.bms_charge_a"] == 2.0 * small["battery.bms_charge_a"]
    assert large["battery.heat_capacity_j_per_k"] == 2.0 * small["battery.heat_capacity_j_per_k"]
    assert large["battery.coulomb_efficiency"] == small["battery.coulomb_efficiency"]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_a_bank_of_its_chemistry(name):
    chosen = MODELS[name]
    assert model(name) == bank(chosen.chemistry, chosen.capacity_ah)


@pytest.mark.parametrize("fuel", FUELS)
def test_a_generator_set_is_whole(fuel):
    values = genset(fuel, 8000.0)
    assert {key: checked(key, value) for key, value in values.items()} == values
    assert set(values) == {key for key in BY_KEY if key.startswith("genset.")}


REFUSALS = [
    # what                                            the one line
    (lambda: checked("tracker.start_v", 900.0),       "site.tracker.start_v = 900 V: is not allowed (allowed: 0 to 800 V)"),
    (lambda: checked("tracker.start_v", float("nan")), "site.tracker.start_v = nan V: is not a number (allowed: 0 to 800 V)"),
    (lambda: checked("tracker.start_v", "high"),      "site.tracker.start_v = high V: is not a number (allowed: 0 to 800 V)"),
    (lambda: checked("battery.ocv_v", 50.0),          "site.battery.ocv_v = 50 V: needs 21 values (allowed: 20 to 80 V)"),
    (lambda: checked("battery.ocv_v", [50.0] * 20 + [90.0]), "site.battery.ocv_v = 90 V: is not allowed (allowed: 20 to 80 V)"),
    (lambda: bank("nicad", 100.0),                    "site.battery.chemistry = nicad: is not allowed (allowed: one of lfp, agm, gel, flooded)"),
    (lambda: bank("lfp", 0.0),                        "site.battery.capacity_ah = 0 Ah: is not allowed (allowed: 1 to 100000 Ah)"),
    (lambda: model("powerwall"),                      "site.battery.model = powerwall: is not allowed"),
    (lambda: genset("coal", 5000.0),                  "site.genset.fuel = coal: is not allowed (allowed: one of petrol, diesel)"),
]  # fmt: skip


@pytest.mark.parametrize("act, said", REFUSALS, ids=[said for _, said in REFUSALS])
def test_a_refusal_is_one_clear_line(act, said):
    with pytest.raises(SettingError) as caught:
        act()
    assert str(caught.value).startswith(said)


def test_an_unknown_key_is_named():
    with pytest.raises(KeyError, match="battery.colour"):
        checked("battery.colour", 1.0)
