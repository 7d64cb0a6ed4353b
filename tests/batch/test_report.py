"""The report: one well-formed page that asks nobody for anything, and tells the truth."""

import base64
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from datetime import date

import numpy as np
import pytest

from twinverter.batch.report import ink, report_html, write_report
from twinverter.batch.report.days import chosen_days
from twinverter.batch.report.flow_diagram import links_of
from twinverter.batch.report.maps import by_day
from twinverter.batch.report.markup import figure_of, nice_ceiling, ticks
from twinverter.batch.simulate import simulate
from twinverter.batch.tally import HOURS

DAY_S = 86400.0


@pytest.fixture(scope="module")
def page(week):
    return report_html(week)


@pytest.fixture(scope="module")
def tree(page):
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>"))


def texts(tree, path):
    return ["".join(node.itertext()) for node in tree.findall(path)]


@pytest.mark.compiled
def test_the_page_is_well_formed_and_small(page, tree):
    assert tree.tag == "html" and tree.get("lang") == "en"
    assert len(page.encode()) < 1 << 20


@pytest.mark.compiled
def test_the_page_asks_nobody_for_anything(page, tree):
    assert re.findall(r"https?:|//\w+\.\w|@import|url\(", page) == []
    for node in tree.iter():
        for name in ("src", "srcset", "href"):
            assert (
                node.get(name, "data:").startswith("data:image/png;base64,")
                or node.get(name) is None
            )
    assert tree.findall(".//link") == []


@pytest.mark.compiled
def test_the_page_has_its_cards_in_order(tree):
    names = [card.get("id") for card in tree.findall(".//section")]
    assert names == [
        "short",
        "flow",
        "maps",
        "supply",
        "days",
        "why",
        "battery",
        "alarms",
        "settings",
    ]


@pytest.mark.compiled
def test_what_is_modelled_is_said_at_the_top(week, tree):
    notes = "".join(texts(tree, ".//aside"))
    assert "illustrative" in notes
    assert len(tree.findall(".//aside/ul/li")) == len(week.house.notes)


@pytest.mark.compiled
def test_the_settings_that_differ_are_listed_with_their_default(week, tree):
    cells = {row[0]: row[1:] for row in (
        ["".join(cell.itertext()).replace("\u00a0", " ") for cell in row]
        for row in tree.findall(".//section[@id='settings']//tbody/tr")
    )}  # fmt: skip
    assert cells["Max A Chargebattery.max_charge_a"][0] == "100 A"
    assert cells["Batt Modebattery.batt_mode"] == ["lithium", "use batt pct"]


@pytest.mark.compiled
def test_the_flow_diagram_closes_at_every_node(week):
    links = links_of(week.summary)
    left = sum(wh for (source, _), wh in links.items() if source != "battery")
    right = sum(wh for (_, to), wh in links.items() if to != "battery")
    into = sum(wh for (_, to), wh in links.items() if to == "battery")
    out = sum(wh for (source, _), wh in links.items() if source == "battery")
    assert left == pytest.approx(right, rel=1e-9)
    assert into == pytest.approx(out, rel=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("days, step_s", [(1, 60.0), (0.5, 60.0), (2, 3600.0)])
def test_a_short_run_has_a_report_too(house, days, step_s, tmp_path):
    run = simulate(house, days=days, step_s=step_s)
    write_report(run, tmp_path / "report.html")
    tree = ET.fromstring((tmp_path / "report.html").read_text().removeprefix("<!DOCTYPE html>"))
    assert len(tree.findall(".//article")) >= 1


@pytest.mark.compiled
def test_a_day_on_which_the_clock_changes_is_drawn(house):
    run = simulate(house, date(2023, 3, 26), 1)
    assert "Sunday 26 March 2023" in report_html(run)


def hours_of(*days):
    """Return hour records; a day is (sun, hours without mains)."""
    hours = np.zeros(24 * len(days), HOURS)
    hours["clock_s"] = np.arange(len(hours)) * 3600.0
    hours["seconds"] = 3600.0
    for place, (sun_wh, gone_h) in enumerate(days):
        hours["pv_available_wh"][24 * place + 12] = sun_wh
        hours["mains_gone_s"][24 * place : 24 * place + gone_h] = 3600.0
    return hours


def test_days_are_chosen_for_what_they_show():
    found = chosen_days(hours_of((5.0, 0), (9.0, 2), (1.0, 1), (4.0, 7), (6.0, 3)))
    assert [(day.title, day.midnight_s / DAY_S) for day in found] == [
        ("Sunniest", 1.0),
        ("Dullest", 2.0),
        ("Longest without mains", 3.0),
        ("A middling day", 0.0),
    ]


def test_a_map_has_a_column_per_day_and_knows_what_is_missing():
    hours = hours_of((0.0, 0), (0.0, 0))[6:]
    grid = by_day(hours, np.arange(42.0))
    assert grid.shape == (24, 2)
    assert np.isnan(grid[:6, 0]).all() and grid[6, 0] == 0.0 and grid[0, 1] == 18.0


def test_a_picture_holds_its_pixels_and_palette():
    data = base64.b64decode(
        ink.png(np.array([[0, 1], [2, 0]]), [(1, 2, 3), (4, 5, 6)], 2).split(",")[1]
    )
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, place = {}, 8
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        chunks[kind] = data[place + 8 : place + 8 + size]
        checked = struct.unpack(">I", data[place + 8 + size : place + 12 + size])[0]
        assert zlib.crc32(kind + chunks[kind]) == checked
        place += 12 + size
    assert chunks[b"PLTE"] == bytes([1, 2, 3, 4, 5, 6, 0, 0, 0])
    assert chunks[b"tRNS"] == bytes([255, 255, 0])
    assert zlib.decompress(chunks[b"IDAT"]) == bytes([0, 0, 1, 0, 2, 0])


@pytest.mark.parametrize("inks", [ink.SOLAR, ink.BATTERY, ink.GRID, ink.GENERATOR, ink.ALARM])
def test_a_ramp_only_gets_stronger_so_that_it_reads_in_grey(inks):
    for theme, way in ((inks.light, -1.0), (inks.dark, 1.0)):
        grey = np.array(ink.ramp(theme)) @ [0.2126, 0.7152, 0.0722]
        assert (np.diff(grey) * way > 0.0).all()


# fmt: off
@pytest.mark.parametrize("value, top", [(0.0, 1.0), (0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (4300.0, 5000.0), (640.0, 800.0), (97.0, 100.0)])
# fmt: on
def test_an_axis_ends_on_a_round_figure(value, top):
    assert nice_ceiling(value) == pytest.approx(top)


def test_ticks_are_round_and_hold_zero():
    assert ticks(-4000.0, 6000.0) == [-4000.0, -2000.0, 0.0, 2000.0, 4000.0, 6000.0]


def test_a_unit_is_set_back_and_text_is_escaped():
    assert figure_of("5\u00a0kWh") == '5<span class="u">\u00a0kWh</span>'
    assert figure_of("<b>") == "&lt;b&gt;"
