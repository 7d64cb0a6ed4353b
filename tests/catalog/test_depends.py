"""What a row waits for: clauses, alternatives, and the chain to the setting that is to blame."""

import pytest

from twinverter.catalog.depends import Condition, clauses, failing
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.settings import default_values, find


def blamed(key, **changes):
    """Return the keys of the settings that keep a row from being available."""
    causes = failing(find(key), default_values() | changes)
    return [cause.key for cause in causes]


def test_semicolons_join_what_must_all_hold_and_or_joins_alternatives():
    assert clauses("a=1; b!=two or c>0") == (
        (Condition("a", "=", "1"),),
        (Condition("b", "!=", "two"), Condition("c", ">", "0")),
    )
    assert clauses("") == ()


@pytest.mark.parametrize("text", ["a", "a=", "=1", "a = b c", "a<1"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ValueError, match="not a condition"):
        clauses(text)


@pytest.mark.parametrize("row", SETTINGS, ids=[row.key for row in SETTINGS])
def test_every_dependency_of_the_table_can_be_judged(row):
    assert isinstance(failing(row, default_values()), tuple)


RELATIONS = [
    # row                    values                                       to blame
    ("grid_charge_a",        {"grid_charge": False},                      ["grid_charge"]),
    ("grid_charge_a",        {"grid_charge": True},                       []),
    ("gen_start_v",          {"batt_mode": "use_batt_pct"},               ["batt_mode"]),
    ("gen_start_v",          {"batt_mode": "use_batt_v"},                 []),
    ("float_v",              {"batt_mode": "lithium"},                    ["batt_mode"]),
    ("clock_year",           {"time_syncs": True},                        ["time_syncs"]),
    ("clock_year",           {"time_syncs": False},                       []),
    ("equalization_hours",   {"equalization_days": 0},                    ["equalization_days"]),
    ("equalization_hours",   {"equalization_days": 1},                    []),
    ("max_charge_a",         {},                                          []),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changes", "to_blame"), RELATIONS)
def test_a_row_is_available_when_its_condition_holds(key, changes, to_blame):
    assert blamed(key, **changes) == to_blame


ALTERNATIVES = [
    # mode                  generator on grid port   to blame
    ("generator_input",     False,                   []),
    ("smart_load_output",   True,                    []),
    ("smart_load_output",   False,                   ["gen_port_mode", "gen_on_grid_port"]),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "on_grid_port", "to_blame"), ALTERNATIVES)
def test_one_alternative_is_enough_and_all_are_to_blame_when_none_holds(
    mode, on_grid_port, to_blame
):
    assert blamed("gen_rated_w", gen_port_mode=mode, gen_on_grid_port=on_grid_port) == to_blame


CHAINS = [
    # row                   values                                                        to blame
    ("grid_charge_a",       {"grid_charge": True, "batt_mode": "no_batt"},                 ["batt_mode"]),
    ("gen_charge_a",        {"gen_charge": True, "gen_port_mode": "smart_load_output"},    ["gen_port_mode"]),
    ("tou1_gen_charge",     {"tou_enable": True, "gen_charge": True, "gen_port_mode": "micro_inv_input"}, ["gen_port_mode"]),
    ("parallel_address",    {"parallel_enable": True, "parallel_feature": False},          ["parallel_feature"]),
    ("equalization_hours",  {"equalization_days": 30, "lead_acid_type": "gel"},            ["lead_acid_type"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changes", "to_blame"), CHAINS)
def test_a_tick_that_is_itself_not_available_does_not_count(key, changes, to_blame):
    assert blamed(key, **changes) == to_blame


def test_a_password_closes_nothing_and_factory_access_is_never_there():
    assert blamed("lock_out_all_changes") == []
    assert blamed("factory_reset") == []
    assert blamed("factory_reset", lock_out_all_changes=True) == ["lock_out_all_changes"]
    assert blamed("system_selfcheck") == ["access"]
