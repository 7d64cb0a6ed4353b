"""Statements of the manual that a reader obeys: each is told, in its chapter, on page and paper."""

from datetime import date

import pytest

from twinverter.book.document import words
from twinverter.book.paper import string
from twinverter.catalog import machine
from twinverter.ports import discovery, sunspec_figures

# fmt: off
TOLD = (
    # ledger            section  words that carry it
    ("CH0-IDN-001",     "0",     ("JustStandOut smart hybrid inverter",)),
    ("CH0-WAR-006",     "0",     ("what it is, how it is installed, worked and kept", "does not describe the whole photovoltaic system")),
    ("CH0-WAR-008",     "0",     ("Keep it safe and within reach",)),
    ("CH0-WAR-009",     "0",     ("may change it without notice", "newest issue comes from service@juststandout.com")),
    ("CH11-IDN-005",    "0",     ("version 1.0 of April 2021",)),
    ("CH1-WAR-003",     "1.2",   ("Do not take the inverter apart", "professional service centre")),
    ("CH1-WAR-004",     "1.2",   ("Put together wrongly", "shocks or burns")),
    ("CH1-INS-009",     "1.2",   ("Metal tools and batteries", "sparks, shorts the bank", "explode")),
    ("CH1-WAR-011",     "1.2",   ("Chapter 3 tells how each side is connected and disconnected",)),
    ("CH2-WAR-003",     "2",     ("Ask service@juststandout.com",)),
    ("CH2.4-IDN-001",   "2.4",   ("PV modules, and the mains or a generator", "system integrator")),
    ("CH3.2-INS-010",   "3.2",   ("Before any wire is connected", "screws of the metal cover", "take it off")),
    ("CH3.2-INS-017",   "3.2",   ("36.8 kg", "two people")),
    ("CH3.3-INS-011",   "3.3",   ("slowly and with care",)),
    ("CH3.5.2-INS-010", "3.5",   ("Strip about 7 mm", "cap nut off")),
    ("CH3.5.2-INS-011", "3.5",   ("Crimp the metal contact", "crimping pliers")),
    ("CH3.5.2-INS-012", "3.5",   ("Push the contact into the connector", "screw the cap nut on")),
    ("CH5.3-MON-003",   "5.3",   ("rough view", "for accurate figures look in the monitoring")),
    ("CH6-OPR-001",     "6.1",   ("Mode I, Basic",)),
    ("CH7-FLT-001",     "7",     ("after the rules for machines on the grid", "safety and EMC", "tested before it left the factory")),
    ("CH7-WAR-047",     "8",     ("under the maker's guidance", "replaced by one of the same value")),
    ("CH7-WAR-048",     "8",     ("Freight", "the customer's to pay")),
    ("CH7-WAR-050",     "8",     ("Parts and machines that were exchanged belong to the maker",)),
    ("CH7-WAR-051",     "8",     ("does not cover damage from", "transport")),
    ("CH7-WAR-052",     "8",     ("wrong installation or commissioning",)),
    ("CH7-WAR-053",     "8",     ("installation or maintenance against the instructions",)),
    ("CH7-WAR-054",     "8",     ("attempts to modify, alter or mend",)),
    ("CH7-WAR-055",     "8",     ("wrong use or operation",)),
    ("CH7-WAR-056",     "8",     ("too little ventilation",)),
    ("CH7-WAR-057",     "8",     ("disregard of safety standards or regulations",)),
    ("CH7-WAR-058",     "8",     ("flood, lightning, over-voltage, storm, fire",)),
    ("CH7-WAR-059",     "8",     ("Wear, scratches and stains", "no defect")),
    ("CH8-WAR-001",     "8",     ("law of a state or a place gives more",)),
    ("CH8-WAR-002",     "8",     ("limits its liability only as far as the law allows",)),
    ("CH9-WAR-050",     "8",     ("5 years", "first generation on the grid")),
    ("CH9-IDN-001",     "14.5",  ("JSO8048104 and JS08048104", "letter O")),
    ("CH9-DAT-038",     "9.6",   ("VDE 0126, AS4777, NRS2017, G98, G99, IEC61683, IEC62116, IEC61727",)),
    ("CH9-DAT-039",     "9.6",   ("IEC62109-1, IEC62109-2",)),
    ("CH9-DAT-040",     "9.6",   ("EN61000-6-1, EN61000-6-3, FCC 15 class B",)),
    ("CH9-DAT-047",     "9.7",   ("422 wide, 658 high, 281 deep, in mm",)),
    ("CH11-IDN-003",    "11.2",  ("14D, Femi Okunnu Estate, Lekki", "+234 909 917 7317", "service@juststandout.com")),
    ("CH11-IDN-004",    "11.2",  ("www.energywarrior.com",)),
)
# fmt: on


@pytest.mark.parametrize("ledger, section, carried", TOLD, ids=[row[0] for row in TOLD])
def test_a_statement_is_told_in_its_place_on_page_and_paper(
    book, page, paper, ledger, section, carried
):
    blocks = book.opening if section == "0" else book.section(section).blocks
    text = words(blocks)
    for piece in carried:
        assert piece in text, (ledger, piece)
        assert piece.replace("'", "&#x27;") in page
        assert string(piece)[1:-1] in paper


def test_the_bolts_are_hammered_in_the_machine_hung_and_the_heads_tightened_in_this_order(book):
    """Ledger: CH3.2-INS-019"""
    text = words(book.section("3.2").blocks)
    places = [text.index(piece) for piece in ("with a hammer", "bring its hanger over", "Tighten")]
    assert places == sorted(places)


def test_the_model_is_spelled_with_the_letter_on_every_wire_and_in_the_book(book):
    """Ledger: CH0-IDN-002 CH9-IDN-001"""
    assert machine.MODEL == "JSO8048104" and machine.MODEL[2] == "O"
    assert sunspec_figures.MODEL == machine.MODEL
    assert machine.MODEL in discovery.__loader__.get_source(discovery.__name__)
    assert machine.MODEL in book.subtitle and machine.MODEL_MISPRINT not in book.subtitle
    assert machine.is_model("js08048104") and machine.is_model(" JSO8048104 ")
    assert not machine.is_model("JSO8048105")


# fmt: off
ENDS = (
    # first on the grid     last day of the warranty
    (date(2023, 6, 15),     date(2028, 6, 15)),
    (date(2024, 2, 29),     date(2029, 3, 1)),
)
# fmt: on


@pytest.mark.parametrize("first, last", ENDS)
def test_a_mended_machine_keeps_what_is_left_of_five_years(book, first, last):
    """Ledger: CH7-WAR-049 CH9-WAR-050"""
    assert machine.warranty_ends(first) == last
    assert "what is left of the first warranty, not a new one" in words(book.section("8").blocks)


def test_the_service_report_asks_for_what_the_manual_lists(book):
    text = words(book.section("7.3").blocks)
    assert all(field in text for field in machine.REPORT_FIELDS)
