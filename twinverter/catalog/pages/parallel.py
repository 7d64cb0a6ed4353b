"""Parallel operation and the speed of the Modbus port. Manual 3.11.

Columns: see `catalog/columns.py`.
"""

from twinverter.catalog.columns import choice, number, page, switch
from twinverter.catalog.row import ASSUMED, FAMILY, GROUP, KERNEL, MANUAL, PORTS
from twinverter.catalog.word import bit, bit_codes, bits

# fmt: off
PARALLEL = page("Parallel", "parallel", (
    switch("parallel_enable",  "Parallel",                    False, ASSUMED, MANUAL, "3.11:489", KERNEL, bit(336, 0),
           "parallel_feature=1", "Joins this unit to a parallel system."),
    number("parallel_address", "Modbus DN",                   "", 1, 1, 16, 1, ASSUMED, ASSUMED, "3.11:489", GROUP, bits(336, 10, 6),
           "parallel_enable=1", "Address, different for each unit; label probably meant Modbus SN."),
    choice("parallel_role",    "Master / Slave",              "slave", ("master", "slave"),                 ASSUMED, MANUAL,  "3.11:489", GROUP, bit_codes(336, 1, 1, 1, 0),
           "parallel_enable=1", "Exactly one master."),
    choice("parallel_phase",   "A Phase / B Phase / C Phase", "A",     ("A", "B", "C"),                     ASSUMED, MANUAL,  "3.11:489", GROUP, bit_codes(336, 8, 2, 0, 1, 2),
           "parallel_enable=1; phase_mode=single", "Phase served by a single-phase unit; no effect on this machine."),
    choice("modbus_baud",      "Baud Rate",                   9600,    (9600, 19200, 38400, 57600, 115200), FAMILY,  ASSUMED, "3.11",     PORTS,                        None,
           "", "Speed of the RS485 Modbus port.",
           unit="Bd"),
))
# fmt: on
