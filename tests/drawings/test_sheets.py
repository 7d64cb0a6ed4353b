"""The drawings have what the house has, lack what it lacks, and can be read."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.drawings.conftest import VARIANTS
from tests.drawings.geometry import SVG, collisions, struck, texts
from twinverter.catalog.terminals import BLOCKS
from twinverter.checker.check import check_house
from twinverter.drawings.board import PAGE_CM, POINTS_PER_CM, SMALL_PT
from twinverter.drawings.plan import squared
from twinverter.drawings.sheets import NAMES, sheets
from twinverter.scenario.house import load_house


def words(sheet):
    """Return the drawing's own texts, without frame and legend, joined."""
    floor_pt = -3.4 * POINTS_PER_CM
    return "\n".join(one.text for one in texts(sheet.svg) if one.bottom < floor_pt)


# fmt: off
SHOWN = [
    # variant           sheet          has                                            lacks
    ("plain",           "single-line", ["PV1", "PV2", "BAT", "GRID", "LOAD", "SPD"],  ["GEN", "generator", "CT", "RS485", "ATS"]),
    ("plain",           "single-line", ["kWh", "mains", "LOAD board", "RCD", "BMS"],  ["smart load", "micro-inverters", "TEMP"]),
    ("bare",            "single-line", ["PV1", "BAT", "LOAD"],                        ["SPD", "DC breaker", "RCD", "N–PE", "fuse"]),
    ("lead acid",       "single-line", ["TEMP", "temperature sensor"],                ["BMS"]),
    ("generator",       "single-line", ["GEN", "G 3~", "G-start", "N–PE"],            ["ATS", "micro-inverters"]),
    ("ats",             "single-line", ["ATS", "G 3~", "mains", "G-start"],           ["GEN"]),
    ("generator alone", "single-line", ["GRID", "G 3~", "G-start"],                   ["ATS", "mains", "kWh", "main board", "GEN"]),
    ("micro",           "single-line", ["GEN", "DC/AC", "micro-inverters"],           ["G 3~", "G-start", "smart load"]),
    ("smart",           "single-line", ["GEN", "smart load", "pool pump"],            ["G 3~", "micro-inverters"]),
    ("clamps",          "single-line", ["CT × 3", "CT", "arrow to inverter"],         ["RS485", "meter"]),
    ("meter",           "single-line", ["meter", "RS485", "CHNT DTSU666"],            ["CT", "CT × 3"]),
    ("untold",          "single-line", ["not told", "GEN", "SPD", "RCD"],             ["CT", "ATS"]),
    ("no array",        "single-line", ["BAT", "LOAD"],                               ["PV1", "PV2", "String 1", "SPD"]),
    ("generator",       "gen-port",    ["GEN", "generator, G 3~", "function port, CN2"], ["ATS, change-over"]),
    ("ats",             "gen-port",    ["GRID", "ATS, change-over"],                  ["GEN"]),
    ("generator alone", "gen-port",    ["GRID", "generator, G 3~"],                   ["ATS, change-over"]),
    ("micro",           "gen-port",    ["micro-inverters", "AC Couple Fre High"],     ["generator, G 3~", "function port, CN2"]),
    ("smart",           "gen-port",    ["smart load", "pool pump", "On Grid always on"], ["generator, G 3~"]),
    ("generator",       "wiring-ac",   ["generator", "N busbar", "PE bar"],           ["not used"]),
    ("plain",           "wiring-ac",   ["main board", "LOAD board", "not used"],      ["generator", "CT"]),
    ("bare",            "wiring-ac",   ["LOAD: breaker none"],                        ["neutral bond:"]),
    ("clamps",          "wiring-ac",   ["CT", "clamps: L1, L2, L3;"],                 []),
    ("lead acid",       "wiring-dc",   ["TEMP", "BAT+", "BAT-"],                      ["BMS"]),
]
# fmt: on


@pytest.mark.parametrize("variant, sheet, has, lacks", SHOWN)
def test_a_drawing_has_what_the_house_has_and_nothing_else(drawn, variant, sheet, has, lacks):
    lines = words(drawn(variant)[sheet]).split("\n")
    assert not [one for one in has if one not in lines]
    assert not [one for one in lacks if one in lines]


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_text_lies_on_another_or_under_a_line_or_beside_the_frame(drawn, variant):
    wide_pt, high_pt = (side_cm * POINTS_PER_CM for side_cm in PAGE_CM)
    for sheet in drawn(variant).values():
        assert not collisions(sheet.svg), sheet.name
        assert not struck(sheet.svg), sheet.name
        for one in texts(sheet.svg):
            assert one.left > 28.0 and one.right < wide_pt - 28.0, (sheet.name, one.text)
            assert one.top > 28.0 - high_pt and one.bottom < -28.0, (sheet.name, one.text)


@pytest.mark.parametrize("variant", ["plain", "untold", "sixteen units"])
def test_a_sheet_scales_speaks_and_is_black_on_white_with_text_of_nine_points(drawn, variant):
    for sheet in drawn(variant).values():
        root = ElementTree.fromstring(sheet.svg)
        assert root.get("viewBox") == "0 -595.28 841.89 595.28" and root.get("width") is None
        assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text == sheet.caption
        assert min(one.size_pt for one in texts(sheet.svg)) >= SMALL_PT
        colours = set(re.findall(r"(?:stroke|fill)[:=]\"?([^;\"]+)", sheet.svg))
        assert colours <= {"black", "white", "none"}, colours


def test_the_sheets_come_in_reading_order_and_only_where_there_is_something_to_show(drawn):
    assert list(drawn("generator")) == [one for one in NAMES if one != "parallel"]
    assert "gen-port" not in drawn("plain") and "parallel" not in drawn("plain")
    assert list(drawn("six units"))[4:6] == ["parallel", "rj45"]
    numbered = [one for one in drawn("sixteen units") if one.startswith("parallel")]
    assert numbered == ["parallel-1", "parallel-2", "parallel-3"]


def test_every_power_terminal_of_the_manual_is_in_a_wiring_diagram_by_its_printed_name(drawn):
    """CH2.1-WIR-004 CH2.1-WIR-012 CH2.1-WIR-016 CH3.4-WIR-004 CH3.9-WIR-001 CH3.10-WAR-001."""
    made = drawn("generator")
    direct = words(made["wiring-dc"]).split("\n")
    alternating = words(made["wiring-ac"]).split("\n")
    for block in BLOCKS:
        lines = direct if block.key in ("pv1", "pv2", "bat") else alternating
        assert set(block.terminals) <= set(lines), block.name
    assert {"GRID", "LOAD", "GEN"} <= set(alternating)
    assert [alternating.count(name) for name in ("L1", "L2", "L3", "N", "PE")] == [3] * 5


@pytest.mark.parametrize(
    "check, sheet, beside",
    [
        # check              sheet        the figure's row
        ("pv-cable-loss", "wiring-dc", "loss"),
        ("bat-cable-loss", "wiring-dc", "loss"),
        ("bat-cable-ampacity", "wiring-dc", "carries"),
        ("bat-breaker", "wiring-dc", "protection"),
        ("load-guard", "wiring-ac", "drop"),
        ("grid-guard", "wiring-ac", "drop"),
    ],
)
def test_a_figure_of_the_wiring_is_the_one_that_the_check_found(house, check, sheet, beside):
    loaded = house("plain", {})
    found = {one.check.id: one.found for one in check_house(loaded)}[check]
    shown = words(sheets(loaded, names=[sheet])[0]).replace("\n", " ")
    assert squared(found).replace("\u00a0", " ") in shown and beside in shown


def test_the_voltage_drop_of_the_worst_block_is_that_of_the_check(house):
    loaded = house("generator", {})
    found = {one.check.id: one for one in check_house(loaded)}["ac-drop"]
    port, _, figure = found.found.partition(": ")
    assert f"drop: {figure}" in words(sheets(loaded, names=["wiring-ac"])[0]), port


def test_what_is_wrong_stands_in_the_schedule_with_what_to_do(house):
    loaded = house("plain", {"site.wiring.grid.torque_nm": 2.0})
    shown = words(sheets(loaded, names=["schedule"])[0])
    assert "1 to put right or to look at" in shown and "grid: 2 Nm" in shown
    assert "Tighten anew with a torque screwdriver, and look for broken terminals." in shown
    sound = words(sheets(house("plain", {}), names=["schedule"])[0])
    assert "Nothing in these parts" in sound


def test_an_untold_house_says_so_and_a_told_one_does_not(drawn):
    for name in ("single-line", "wiring-dc", "wiring-ac", "schedule"):
        assert "not told" in words(drawn("untold")[name])
    for name in ("single-line", "wiring-ac", "schedule"):
        assert "not told" not in words(drawn("generator")[name]), name


def test_a_date_and_a_house_stand_in_the_title_block(house):
    name = 'Ade & Söhne <"$x$">, a name that is far too long for the field it has to stand in today'
    loaded = house("plain", {"site.name": name})
    with_day, without = (sheets(loaded, date=day, names=["rj45"])[0] for day in ("2026-11-24", ""))
    assert "2026-11-24" in with_day.svg and "2026-11-24" not in without.svg
    assert "Ade & Söhne" in " ".join(one.text for one in texts(with_day.svg))
    assert not collisions(with_day.svg)


def test_the_built_in_house_is_drawn_as_it_stands_in_its_file():
    made = {one.name: words(one) for one in sheets(load_house())}
    assert "9 × LONGi LR4-72HPH-450M" in made["single-line"]
    assert "petrol, 5000 W" in made["single-line"] and "229 V, 50 Hz" in made["single-line"]


def test_drawings_need_no_plotting_library():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from twinverter.drawings.sheets import sheets\n"
        "from twinverter.scenario.house import load_house\n"
        "print(len(sheets(load_house())))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "7", told.stderr
