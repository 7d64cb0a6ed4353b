"""Alarms: one kernel bit each, and the family's bit where there is one."""

import pytest

from twinverter.catalog import alarms
from twinverter.catalog.alarms import ALARMS, find_alarm, names, registers_of


def test_all_alarms_are_there_each_on_its_own_bit():
    assert len(ALARMS) == 50
    assert len({row.code for row in ALARMS}) == 50
    other = {"OFF": "OFF_SHOWN", "BATSHUT": "BATSHUT_ALARM"}
    for place, row in enumerate(ALARMS):
        bit = getattr(alarms, other.get(row.code, row.code))
        assert bit == 2.0**place
        assert names(bit) == [row.code]


def test_all_bits_together_are_still_exact():
    everything = sum(2.0**place for place in range(50))
    assert names(everything) == [row.code for row in ALARMS]
    assert names(alarms.NONE) == []


@pytest.mark.parametrize("row", ALARMS, ids=[row.code for row in ALARMS])
def test_an_alarm_says_why_how_and_until_when(row):
    for text in (row.name, row.cause, row.detection, row.severity, row.latching, row.restart):
        assert text
    assert row.message and row.effect and row.source


@pytest.mark.parametrize(
    "row", [row for row in ALARMS if row.register_bit], ids=lambda row: row.code
)
def test_a_printed_number_is_its_place_in_the_fault_registers(row):
    address, bit = row.register_bit
    first = 555 if row.code[0] == "F" else 553
    assert (address - first) * 16 + bit + 1 == int(row.code[1:])


def test_only_words_of_our_own_have_no_register_bit():
    assert [row.code for row in ALARMS if not row.register_bit] == [
        "COMM", "OFF", "F84", "LOWBAT", "BATSHUT", "COLDCHG", "DERATE",
    ]  # fmt: skip


REGISTERS = [
    # bits                       553     554     555  556  557     558
    (alarms.NONE,                [0,     0,      0,   0,   0,      0]),
    (alarms.F01,                 [0,     0,      1,   0,   0,      0]),
    (alarms.F35 + alarms.W03,    [4,     0,      0,   0,   4,      0]),
    (alarms.F64 + alarms.W32,    [0,     0x8000, 0,   0,   0,      0x8000]),
    (alarms.LOWBAT,              [0,     0,      0,   0,   0,      0]),
]  # fmt: skip


@pytest.mark.parametrize(("bits", "words"), REGISTERS)
def test_alarms_stand_in_the_fault_registers(bits, words):
    assert list(registers_of(bits).values()) == words


def test_the_misprinted_code_of_the_sample_log_is_read_as_the_heat_sink():
    assert find_alarm("F84").code == "F64"
