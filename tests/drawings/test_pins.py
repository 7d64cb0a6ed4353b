"""Pins and terminals: complete rows, and the sheets show them all."""

import pytest

from tests.drawings.geometry import texts
from twinverter.catalog.limits import LIMITS
from twinverter.catalog.row import FAMILY, MANUAL
from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.terminals import BLOCKS, FUNCTION_ROWS, PLUGS

EIGHT = [str(number) for number in range(1, 9)]


@pytest.mark.parametrize("row", [one for one in (*SOCKETS, *PLUGS) if one.shape == "RJ45"])
def test_an_rj45_socket_has_eight_contacts_in_order_each_with_its_meaning(row):
    assert [one.number for one in row.contacts] == EIGHT
    assert all(one.meaning for one in row.contacts) and row.section.startswith("2.1")


def test_the_function_port_has_two_rows_of_eight_and_pairs_that_belong_together():
    """CH3.3.2-WIR-001 CH2.1-WIR-009."""
    for _, contacts in FUNCTION_ROWS:
        assert [one.number for one in contacts] == EIGHT
        for one, other in zip(contacts[::2], contacts[1::2], strict=True):
            assert one.signal.rstrip("+-") == other.signal.rstrip("+-")
            assert one.meaning == other.meaning


def test_blocks_have_their_callouts_and_torques_of_the_manual():
    """CH2.1-GEN-011 CH2.1-WIR-012 CH2.1-GRD-013 CH3.3-WIR-004 CH3.4-WIR-006."""
    by_name = {row.name: row for row in BLOCKS}
    assert [by_name[name].callout for name in ("GEN", "LOAD", "GRID")] == [11, 12, 13]
    assert LIMITS[by_name["BAT"].torque].value == 24.5
    assert LIMITS[by_name["GRID"].torque].value == 1.2
    assert not by_name["PV1"].torque


def test_the_parallel_sockets_and_the_sensor_tell_their_source():
    """CH2.1-PAR-008 CH2.1-CHG-017."""
    origins = {row.key: (row.callout, row.origin) for row in PLUGS}
    assert origins == {
        "parallel_a": (8, FAMILY), "parallel_b": (8, FAMILY), "temperature": (18, MANUAL),
    }  # fmt: skip


def test_the_bms_pins_of_appendix_i_are_on_the_sheet_of_the_sockets(drawn):
    """CH10-BMS-001 CH10-BMS-005."""
    lines = [one.text for one in texts(drawn("plain")["rj45"].svg)]
    assert "BMS, RS485 / BMS, CAN" in lines and "callout 5 and 6, manual 2.1, 10" in lines
    assert lines.count("CAN-H") == lines.count("CAN-L") == 1
    assert lines.count("485_A") == lines.count("485_B") == 4
    for name in ("RS485", "DRMs", "Parallel A / Parallel B"):
        assert name in lines
    # Four drawings of a socket and four tables, each with the numbers one to eight.
    assert [lines.count(number) for number in EIGHT] == [8] * 8


# fmt: off
USED = [
    # variant       terminals    in this house
    ("plain",       "CN1: 1, 2", "free"),
    ("lead acid",   "CN1: 1, 2", "sensor on the bank"),
    ("clamps",      "CN1: 3, 4", "clamp at the mains"),
    ("plain",       "CN1: 3, 4", "free"),
    ("generator",   "CN2: 1, 2", "starts the generator"),
    ("plain",       "CN2: 1, 2", "free"),
    ("generator",   "CN2: 3, 4", "Signal island mode ticked"),
    ("generator",   "not printed", "neutral-earth relay; Signal island mode ticked"),
]
# fmt: on


@pytest.mark.parametrize("variant, terminals, here", USED)
def test_the_sheet_of_the_function_port_says_what_hangs_on_a_pair(drawn, variant, terminals, here):
    found = texts(drawn(variant)["function-port"].svg)
    row = next(one for one in found if one.text == terminals)
    level = [one for one in found if abs(one.bottom - row.bottom) < 0.1]
    assert max(level, key=lambda one: one.left).text == here
