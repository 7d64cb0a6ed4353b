"""The kernel's record: built from the rows, flat at rest, and known to an editor."""

import pickle
from typing import get_type_hints

from twinverter.catalog import choices
from twinverter.catalog.law import kernel_law
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.settings import Settings, TouRow, default_values, kernel_settings
from twinverter.catalog.stub import kernel_path
from twinverter.core.records import as_dict, build, dtype, is_record, leaves, values


def test_the_record_has_one_field_per_kernel_row_and_no_other():
    flat = [name for name in leaves(Settings) if not name.startswith(("law_", "support_"))]
    assert flat == [f"{row.group}_{row.field}" for row in in_record_order()]


def in_record_order():
    groups = list(Settings._fields)
    rows = [row for row in SETTINGS if row.in_kernel]
    return sorted(rows, key=lambda row: (groups.index(row.group), place(row)))


def place(row):
    # Weekdays stand before the six rows; everything else keeps the order of the table.
    if row.group != "time_of_use":
        return (SETTINGS.index(row),)
    if row.field.startswith("rows"):
        return (2, int(row.field[5]), TouRow._fields.index(row.field[7:]))
    return (1, row.field) if row.field.startswith("days") else (0,)


def test_all_fields_are_floats_in_si_units():
    record = kernel_settings(default_values())
    assert {type(value) for value in values(record)} == {float}
    assert record.battery.low_batt_soc == 0.35
    assert record.battery.gen_max_run_s == 86400.0
    assert record.grid.nominal_v == 230.0
    assert record.time_of_use.rows[1] == TouRow(
        grid_charge=0.0, gen_charge=0.0, start_s=18000.0, power_w=5000.0, batt_v=50.2, batt_soc=0.4
    )
    assert record.time_of_use.days == (1.0,) * 7


def test_what_is_not_given_stands_at_its_default():
    assert kernel_settings({}) == kernel_settings(default_values())
    assert kernel_settings({"work_mode": "selling_first"}).work_mode.work_mode == 0.0


def test_a_changed_law_is_carried():
    law = kernel_law({"grid_open_s": 0.2})
    assert kernel_settings({}, law).law.grid.open_s == 0.2


def test_the_record_survives_another_process_and_an_array():
    record = kernel_settings({"max_charge_a": 100})
    assert pickle.loads(pickle.dumps(record)) == record
    assert build(Settings, as_dict(record)) == record
    assert len(dtype(Settings).names) == len(list(leaves(Settings)))


def test_type_hints_name_the_groups():
    hints = get_type_hints(Settings)
    assert list(hints) == list(Settings._fields)
    assert all(is_record(kind) for kind in hints.values())
    assert {kind.__module__ for kind in hints.values()} == {
        "twinverter.catalog.record", "twinverter.catalog.law", "twinverter.catalog.support",
    }  # fmt: skip


def test_a_kernel_path_is_an_expression_that_reads_the_field():
    settings = kernel_settings(default_values())
    for row in SETTINGS:
        if row.in_kernel:
            value = eval(kernel_path(row), {"settings": settings})
            assert value == row.to_kernel(row.default), row.key


def test_codes_are_the_places_of_their_choices():
    assert (choices.LITHIUM, choices.USE_BATT_V, choices.USE_BATT_PCT, choices.NO_BATT) == (
        0.0, 1.0, 2.0, 3.0,
    )  # fmt: skip
    assert (choices.SELLING_FIRST, choices.ZERO_EXPORT_LOAD, choices.ZERO_EXPORT_CT) == (
        0.0,
        1.0,
        2.0,
    )
    assert (choices.PER_PHASE, choices.SUM) == (0.0, 1.0)
    assert (choices.MANUAL, choices.LATER) == (0.0, 1.0)
