"""Houses to draw: the checker's sound ones, fully told, with what a test changes in them."""

import copy
import random

import pytest

from tests.checker.installations import house_text, sound
from twinverter.drawings.plan import Group
from twinverter.drawings.sheets import NAMES, sheets
from twinverter.scenario.house import load_house

NO_MAINS = {"world.grid.voltage_v": 0.0}
ON_GRID = {"site.genset.on_grid_port": 1, "settings.gen_port.gen_on_grid_port": True}
BARE = {
    "site.wiring.pv.breaker": False, "site.wiring.pv.surge_protection": False,
    "site.wiring.battery.protection": "none", "site.wiring.load.rcd": "none",
    "site.wiring.load.breaker_a": 0, "site.wiring.earth.neutral_bond": "none",
}  # fmt: skip
SMART = {
    "settings.gen_port.gen_port_mode": "smart_load_output",
    "world.smart_load.appliances": [{"name": "pool pump", "phase": 2, "power_w": 800}],
}
SIGNALS = {
    "settings.battery.gen_signal": True, "settings.battery.gen_charge": True,
    "settings.advanced.signal_island_mode": True, "site.wiring.earth.neutral_bond": "ats_relay",
}  # fmt: skip
METER = {"site.measuring.meter": "chnt_dtsu666"}

# fmt: off
VARIANTS = {
    # name             kind         changes                group
    "plain":           ("plain",     {},                    Group()),
    "bare":            ("plain",     BARE,                  Group()),
    "lead acid":       ("lead_acid", {},                    Group()),
    "generator":       ("generator", SIGNALS,               Group()),
    "ats":             ("generator", SIGNALS | ON_GRID,     Group()),
    "generator alone": ("generator", SIGNALS | ON_GRID | NO_MAINS, Group()),
    "micro":           ("micro",     {},                    Group()),
    "smart":           ("plain",     SMART,                 Group()),
    "clamps":          ("ct",        {},                    Group()),
    "clamps behind":   ("ct",        {"site.wiring.ct.before_all_loads": False}, Group()),
    "meter":           ("plain",     METER,                 Group()),
    "both":            ("ct",        METER,                 Group()),
    "untold":          ("generator", {"site.wiring": {}},   Group()),
    "no array":        ("plain",     {"site.pv": [], "site.wiring": {}}, Group()),
    "three units":     ("ct",        {},                    Group(3, ("L1", "L2", "L3"))),
    "six units":       ("ct",        {},                    Group(6, (), True)),
    "sixteen units":   ("generator", {},                    Group(16)),
}
# fmt: on


# These are drawn with every sheet, the others with those that differ.
WHOLE = ("plain", "lead acid", "generator", "clamps", "untold", "six units")
CIRCUITS = ("single-line", "wiring-dc", "wiring-ac", "gen-port", "parallel")


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """Return a maker of loaded houses: a kind of sound one and changes, path -> value."""
    path = tmp_path_factory.mktemp("drawings") / "house.toml"

    def load(kind, changes):
        made = copy.deepcopy(sound(kind, random.Random(3)))
        for place, value in changes.items():
            *folders, last = place.split(".")
            table = made
            for name in folders:
                table = table.setdefault(name, {})
            table[last] = value
        path.write_text(house_text(made), encoding="utf-8")
        return load_house(path)

    return load


@pytest.fixture(scope="session")
def drawn(house):
    """Return a caller that draws a variant once: name of a sheet -> sheet."""
    done = {}

    def draw(variant):
        if variant not in done:
            kind, changes, group = VARIANTS[variant]
            names = NAMES if variant in WHOLE else CIRCUITS
            made = sheets(house(kind, changes), group, "2026-11-24", names)
            done[variant] = {one.name: one for one in made}
        return done[variant]

    return draw
