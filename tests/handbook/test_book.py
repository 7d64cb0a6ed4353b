"""The chapters: the manual's order, this house's settings and figures, dangers first."""

import random
import re
from importlib.resources import files

import pytest

from tests.checker.installations import KINDS, house_text, sound
from twinverter.book.document import Figure, Note, Table, words
from twinverter.catalog.alarms import ALARMS
from twinverter.catalog.callouts import APART, CALLOUTS
from twinverter.catalog.checks import CHECKS
from twinverter.catalog.contradictions import READINGS, WHY, part_of
from twinverter.catalog.datasheet import DATASHEET
from twinverter.catalog.glossary import GLOSSARY
from twinverter.catalog.printed import STANDS
from twinverter.catalog.screens import hidden_reason, never_shown
from twinverter.catalog.settings import BY_KEY, SETTINGS, find
from twinverter.catalog.sockets import SOCKETS
from twinverter.catalog.terminals import PLUGS
from twinverter.catalog.told import EXCLUDED, TOLD
from twinverter.drawings.sheets import sheets
from twinverter.handbook.book import handbook_of
from twinverter.handbook.sizes import cable_table
from twinverter.handbook.views import front_view, numbers_drawn
from twinverter.scenario.house import load_house


def chapter_words(book, number):
    chapter = next(one for one in book.chapters if one.number == number)
    return "\n".join(
        f"{section.number} {section.title}\n{words(section.blocks)}" for section in chapter.sections
    )


def cell_rows(book, number):
    """Return the rows of all tables of a section, by their first cell."""
    blocks = book.section(number).blocks
    return {row[0]: row for block in blocks if isinstance(block, Table) for row in block.rows}


# fmt: off
PRINTED_CHAPTERS = (
    ("1",  "Safety"), ("2", "product"), ("3", "Installation"), ("4", "Operation"), ("5", "LCD"),
    ("6",  "Mode"), ("7", "Fault"), ("8", "liability"), ("9", "Datasheet"), ("10", "Appendix I"),
    ("11", "Appendix II"),
)
# fmt: on


def test_the_eleven_chapters_of_the_manual_come_first_and_in_its_order(book):
    """Ledger: CH0-WAR-003"""
    found = [(chapter.number, chapter.title) for chapter in book.chapters]
    assert [number for number, _ in found] == [str(place) for place in range(1, 16)]
    for (number, word), (own, title) in zip(PRINTED_CHAPTERS, found[:11], strict=True):
        assert number == own and word.lower() in title.lower()


def test_installation_has_the_sections_of_the_body_and_draws_what_the_contents_promise(book):
    """The contents promise a generator diagram, single-phase and three-phase units (E2).

    Ledger: CH0-WAR-004
    """
    titles = {section.number: section.title for section in book.chapters[2].sections}
    assert titles["3.10"] == "Breakers" and titles["3.11"] == "Units side by side"
    assert titles["3.12"] == "Generator"
    e2 = cell_rows(book, "14.5")["E2"]
    assert "3.10 generator" in e2[1] and "body rules" in e2[2]


def test_device_info_is_5_11_and_the_two_5_10_of_the_contents_are_told(book):
    """Ledger: CH0-WAR-005"""
    assert book.section("5.11").title.startswith("Device info")
    assert book.section("5.10").title == "Advanced function"
    assert cell_rows(book, "14.5")["E3"][1:3] == (
        "5.10 twice in the contents",
        "Device Info = 5.11",
    )


def test_every_setting_stands_in_chapter_5_with_its_value_or_the_reason_why_not(book, house):
    text = chapter_words(book, "5")
    for row in SETTINGS:
        if never_shown(row):
            assert row.key not in text
        elif row.stored and not hidden_reason(row, house.values):
            assert row.key in text or row.label.partition(" (")[0] in text, row.key


# fmt: off
SET = (
    # section key                        set to                delivered with
    ("5.6",   "max_charge_a",            "● 100 A",            "40 A"),
    ("5.6",   "batt_mode",               "● Lithium",          "Use Batt %"),
    ("5.6",   "gen_start_soc_pct",       "30 %",               "30 %"),
    ("5.7",   "work_mode",               "Zero Export To Load", "Zero Export To Load"),
    ("5.7",   "max_solar_power_w",       "● 8100 W",           "5000 W"),
    ("5.8",   "grid_type",               "230/400V 3 Phase",   "230/400V 3 Phase"),
    ("5.9",   "gen_stop_soc_pct",        "● 60 %",             "95 %"),
    ("5.12",  "min_charge_temp_c",       "0 °C",               "0 °C"),
)
# fmt: on


@pytest.mark.parametrize("section, key, own, delivered", SET)
def test_a_page_shows_what_is_set_and_what_it_was_delivered_with(
    book, section, key, own, delivered
):
    rows = cell_rows(book, section)
    found = next(row for first, row in rows.items() if first.endswith(f"\n`{key}`"))
    assert found[1:3] == (own, delivered)


def test_the_timetable_stands_as_on_the_lcd_each_row_up_to_the_next(book, house):
    rows = cell_rows(book, "5.7")
    assert rows["1"] == ("1", "01:00", "05:00", "5000 W", "80 %", "off", "off")
    assert rows["6"][1:3] == ("21:00", "01:00")
    assert "tou1_time" not in words(book.section("5.7").blocks)


def test_what_a_grid_code_holds_stands_beside_what_was_typed_in(house):
    german = handbook_of(house.with_settings({"grid.grid_mode": "vde_4105"}))
    rows = cell_rows(german, "5.8")
    high = next(row for first, row in rows.items() if first.endswith("`grid_vol_high`"))
    assert "the grid mode holds" in high[1]


def test_a_hidden_row_is_named_with_its_reason(book):
    text = words(book.section("5.6").blocks)
    assert "Not shown: Start V (Gen)" in text and "In volts only" in text


def test_every_alarm_has_its_meaning_and_what_to_do(book):
    text = chapter_words(book, "7")
    for row in ALARMS:
        assert f"{row.code} {row.name}" in text and row.message in text
    assert "Chart 7-1" in text


def test_every_line_of_the_datasheet_and_every_limit_of_the_check_is_there(book):
    sheet, limits = chapter_words(book, "9"), chapter_words(book, "12")
    assert all(line.label in sheet and line.value in sheet for line in DATASHEET)
    assert all(row.title in limits and row.limit in limits for row in CHECKS)


def test_every_statement_that_can_only_be_told_is_told_in_its_chapter(book):
    opening = words(book.opening)
    for row in TOLD:
        number = row.section.partition(".")[0]
        if row.section != "3.11":
            assert row.text in (opening if number == "0" else chapter_words(book, number)), row
    assert all(row.text in chapter_words(book, "8") for row in EXCLUDED)


def test_every_contradiction_stands_with_its_stand(book):
    text = chapter_words(book, "14")
    for number, row in STANDS.items():
        assert row.stand in text and WHY[number].reason in text
    for reading in READINGS:
        assert reading.stand.replace("`", "") in text and part_of(reading.number) in text
    numbers = [*STANDS, *(row.number for row in READINGS)]
    assert len(numbers) == len(set(numbers)) == 103


def test_a_setting_that_turns_a_stand_exists_and_shows_how_it_is_set(book):
    for keys in [*(row.settings for row in READINGS), *(why.settings for why in WHY.values())]:
        assert all(key in BY_KEY for key in keys)
    scope = cell_rows(book, "14.2")["B13"]
    assert scope[4] == "Zero-export scope (Installer, Installer1): Sum of phases"


def test_every_socket_has_its_contacts_and_every_word_its_meaning(book):
    """Ledger: CH10-BMS-005"""
    text = chapter_words(book, "10")
    for socket in (*SOCKETS, *PLUGS):
        assert socket.name in text
        assert all(one.meaning in text for one in socket.contacts)
    assert "left to right, 1 to 8" in text
    assert all(term.meaning in chapter_words(book, "15") for term in GLOSSARY)


def test_dangers_of_the_house_come_before_everything(faulty):
    found = handbook_of(faulty)
    first = found.opening[0]
    assert isinstance(first, Note) and first.severity == "danger"
    assert "protective earth" in first.items[0]
    own = found.section("1.1").blocks[0]
    assert isinstance(own, Note) and own.severity == "danger" and "Connect it first" in own.items[1]
    switching = found.section("4.1").blocks[0]
    assert isinstance(switching, Note) and switching.title.startswith("Not yet")


def test_a_section_names_the_faults_of_its_part_before_its_table(faulty):
    blocks = handbook_of(faulty).section("3.7").blocks
    kinds = [type(block) for block in blocks]
    assert kinds.index(Note) < kinds.index(Table)
    table = next(block for block in blocks if isinstance(block, Table))
    assert table.rows[0][0] == "protective earth" and table.rows[0][2].startswith("DANGER: ")


def test_a_house_without_danger_says_so(book):
    assert "nothing dangerous" in words(book.section("1.1").blocks)


def test_what_is_not_told_is_listed_with_its_keys(book, faulty):
    assert "`site.wiring.battery.torque_nm`" in str(book.section("3.14").blocks)
    assert "torque_nm" not in words(handbook_of(faulty).section("3.14").blocks)


def test_the_drawings_stand_in_3_9(book, house):
    drawn = [block for block in book.section("3.9").blocks if isinstance(block, Figure)]
    made = sheets(house)
    assert [figure.svg for figure in drawn] == [sheet.svg for sheet in made] and drawn
    assert all(sheet.title in figure.caption for figure, sheet in zip(drawn, made, strict=True))


def test_the_strings_stand_with_their_edges(book):
    """9 modules of 49.3 V give 443.7 V at 25 degC; -0.27 %/K over -13 K make 459.3 V at 12 degC."""
    rows = [
        row
        for block in book.section("3.5").blocks
        if isinstance(block, Table) and block.head[0] == "String"
        for row in block.rows
    ]
    assert [row[2] for row in rows if row[0].startswith("PV1")][:2] == ["444 V", "459 V"]


def test_breaker_and_cable_of_the_battery_follow_the_current_set(book):
    """150 A times 1.25 are 187.5 A; the next breaker sold is 200 A, and 35 mm2 in free air carry
    200 A, but 40 mm2 are the least."""
    text = words(book.section("3.3").blocks)
    assert "is 188 A, the next size sold is 200 A" in text
    table = next(b for b in book.section("3.3").blocks if isinstance(b, Table))
    sizes = {row[:2]: row[2] for row in table.rows}
    assert sizes["free in air", "XLPE"] == "50 mm²"
    assert sizes["in a conduit", "PVC"] == "95 mm²"


def test_a_current_beyond_the_tables_has_no_cable():
    rows = cable_table((400.0,), 2, 40.0, {"pvc"}).rows
    assert {row[0]: row[2] for row in rows}["in a conduit"] == "none of the table"


def test_the_views_show_every_callout_that_is_on_the_case():
    """Ledger: CH2.2-IDN-001 CH2.1-DAT-019"""
    on_case = {row.number for row in CALLOUTS if row.side != APART}
    assert numbers_drawn() == on_case == set(range(1, 21)) - {18}
    drawn = set(map(int, re.findall(r'class="n"[^>]*>(\d+)<', front_view())))
    assert drawn == on_case
    assert find("fan_present").default is True


# fmt: off
ON_THE_CASE = (
    # callout name                    side        word          ledger
    (4,      "Battery connectors",    "underside", "48 V",       "CH2.1-WIR-004"),
    (5,      "BMS 485 port",          "underside", "RS485",      "CH2.1-BMS-005"),
    (6,      "BMS CAN port",          "underside", "CAN",        "CH2.1-BMS-006"),
    (7,      "DRMs port",             "underside", "4777",       "CH2.1-GSP-007"),
    (8,      "Parallel port",         "underside", "units",      "CH2.1-PAR-008"),
    (9,      "Function port",         "underside", "clamps",     "CH2.1-WIR-009"),
    (10,     "RS485 port",            "underside", "Modbus",     "CH2.1-MON-010"),
    (11,     "Generator input",       "underside", "GEN",        "CH2.1-GEN-011"),
    (12,     "Load output",           "underside", "LOAD",       "CH2.1-WIR-012"),
    (13,     "Grid connection",       "underside", "GRID",       "CH2.1-GRD-013"),
    (15,     "DC switch",             "left side", "PV inputs",  "CH2.1-PRO-015"),
    (16,     "PV inputs",             "underside", "string",     "CH2.1-WIR-016"),
    (18,     "Temperature sensor",    "outside the case", "lead-acid", "CH2.1-CHG-017"),
    (19,     "WiFi interface",        "underside", "logger",     "CH2.1-MON-018"),
)
# fmt: on


@pytest.mark.parametrize("number, name, side, word, ledger", ON_THE_CASE)
def test_a_part_of_the_case_is_numbered_drawn_and_told(book, number, name, side, word, ledger):
    row = cell_rows(book, "2.1")[str(number)]
    assert row[1:3] == (name, side) and word in row[3]
    assert number in numbers_drawn() or side == "outside the case"


def test_two_trackers_have_a_string_each(book):
    """Ledger: CH2.3-DAT-011"""
    assert "Two strings of modules have a tracker each." in words(book.section("2.3").blocks)
    rows = cell_rows(book, "9.2")
    assert rows["MPP trackers"][1] == "2" and rows["strings on each tracker"][1] == "1"


BUILT_IN = (files("twinverter.scenario") / "houses" / "lagos.toml").read_text(encoding="utf-8")


def grouped(tmp_path, parallel):
    """Return the built-in house with several units."""
    path = tmp_path / "group.toml"
    path.write_text(f"{BUILT_IN}\n[parallel]\n{parallel}\n", encoding="utf-8")
    return load_house(path)


def test_a_group_of_six_is_listed_unit_by_unit_and_drawn(tmp_path, book):
    group = handbook_of(grouped(tmp_path, "units = 6"))
    rows = cell_rows(group, "3.11")
    assert list(rows) == ["1", "2", "3", "4", "5", "6"]
    assert [row[1] for row in rows.values()] == ["Master", *["Slave"] * 5]
    assert {row[2:] for row in rows.values()} == {("all three", "18", "")}
    text = words(group.section("3.11").blocks)
    assert "one bank for all" in text
    assert all(row.text in text for row in TOLD if row.section == "3.11")
    assert "6 units side by side" in words(group.section("3.9").blocks)
    assert dict(group.facts)["Units"] == "6" and dict(book.facts)["Units"] == "1"
    assert "one unit" in words(book.section("3.11").blocks)
    assert "address 1, 2, 3, 4, 5, 6;" in chapter_words(group, "13")
    assert "parallel_address" in str(group.section("5.10").blocks)


SINGLE = """battery = "separate"
unit = [
    { address = 3, role = "master", phase = "A" },
    { address = 5, phase = "B", settings = { battery = { max_charge_a = 60 } } },
    { address = 9, phase = "C", pv = [] },
]"""


def test_units_show_number_phase_strings_and_what_is_their_own(tmp_path):
    path = tmp_path / "group.toml"
    text = BUILT_IN.replace("[site.genset]\nfuel", "[site.unused]\nfuel")
    without = re.sub(r"\[site.unused\].*?\n\n", "", text, flags=re.DOTALL)
    path.write_text(f"{without}\n[parallel]\n{SINGLE}\n", encoding="utf-8")
    rows = cell_rows(handbook_of(load_house(path)), "3.11")
    assert rows["3"] == ("3", "Master", "A", "18", "")
    assert rows["5"] == ("5", "Slave", "B", "18", "Max A Charge: 60 A")
    assert rows["9"] == ("9", "Slave", "C", "0", "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_house_has_a_book(kind, tmp_path):
    path = tmp_path / "house.toml"
    path.write_text(house_text(sound(kind, random.Random(1))), encoding="utf-8")
    found = handbook_of(load_house(path))
    assert [chapter.number for chapter in found.chapters][-1] == "15"
    assert all(section.blocks for chapter in found.chapters for section in chapter.sections)


def test_a_house_of_nothing_but_mains_has_one_too(tmp_path):
    path = tmp_path / "bare.toml"
    path.write_text(
        '[site]\nname = "bare"\nlatitude = -33.9\nlongitude = -25.6\ntimezone = "UTC"\n'
        '[site.battery]\nchemistry = "none"\n[settings.battery]\nbatt_mode = "no_batt"\n',
        encoding="utf-8",
    )
    found = handbook_of(load_house(path))
    assert "no modules" in words(found.section("3.5").blocks)
    assert "no battery" in words(found.section("3.3").blocks)
    assert found.facts[0] == ("Where", "33.9° S, 25.6° W, 0 m high")
    assert "Mode I, Basic" in words(found.section("6.1").blocks)
