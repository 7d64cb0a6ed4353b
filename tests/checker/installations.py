"""Sound installations from a seeded generator, and mistakes planted into them.

The generator knows sizes that go together as data of its own, so that it does not ask the checker
what is sound. A mistake is a list of patches, `path = value` in TOML, parted by `|`.
"""

import copy
import csv
import json
import random
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
KINDS = ("plain", "lead_acid", "generator", "micro", "ct")

# fmt: off
CLIMATES = (
    # name            latitude longitude altitude_m timezone               low    high
    ("Lagos",         6.52,    3.38,     20,        "Africa/Lagos",        13.0,  40.0),
    ("Kano",          12.05,   8.52,     476,       "Africa/Lagos",        6.0,   46.0),
    ("Lahore",        31.55,   74.34,    217,       "Asia/Karachi",        -2.0,  48.0),
    ("Johannesburg",  -26.14,  28.25,    1694,      "Africa/Johannesburg", -8.0,  36.0),
    ("Berlin",        52.47,   13.40,    50,        "Europe/Berlin",       -26.0, 39.0),
    ("Denver",        39.76,   -104.87,  1640,      "America/Denver",      -34.0, 41.0),
)
MODULES = ("LONGi LR4-72HPH-450M", "Jinko JKM400M-72L", "Canadian Solar CS6U-330P")
BATTERY_SETS = (
    # breaker  size  insulation method      set current at most (a breaker of 1.25 times it)
    (125.0,    50.0, "pvc",     "conduit",  100.0),
    (160.0,    50.0, "pvc",     "free_air", 128.0),
    (200.0,    50.0, "xlpe",    "free_air", 160.0),
    (200.0,    70.0, "xlpe",    "conduit",  160.0),
    (250.0,    70.0, "xlpe",    "free_air", 190.0),
    (250.0,    95.0, "pvc",     "free_air", 190.0),
)
GRID_SETS = (
    # breaker size  insulation method
    (25.0,    4.0,  "pvc",     "conduit"),
    (32.0,    6.0,  "pvc",     "conduit"),
    (40.0,    10.0, "pvc",     "conduit"),
    (50.0,    10.0, "xlpe",    "surface"),
    (50.0,    16.0, "pvc",     "conduit"),
)
LEAD_ACID = {"agm": "agm", "gel": "gel", "flooded": "wet"}
# fmt: on


class Mistake(NamedTuple):
    """One kind of mistake: where it fits, what it changes, and what has to be found."""

    name: str
    kind: str
    patches: tuple[tuple[str, Any], ...]
    check: str
    severity: str
    ledger: tuple[str, ...]


def mistakes(file: str) -> list[Mistake]:
    """Return the mistakes of a table beside this file."""
    with (HERE / file).open(encoding="utf-8", newline="") as text:
        return [
            Mistake(
                row["name"], row["kind"], tuple(map(patch, row["patches"].split(" | "))),
                row["check"], row["severity"], tuple(row["ledger"].split()),
            )
            for row in csv.DictReader(text)
        ]  # fmt: skip


def patch(text: str) -> tuple[str, Any]:
    """Return path and value of one patch."""
    path, _, value = text.partition(" = ")
    return path.strip(), tomllib.loads(f"value = {value}")["value"]


def planted(house: dict[str, Any], mistake: Mistake) -> dict[str, Any]:
    """Return a house with a mistake in it."""
    made = copy.deepcopy(house)
    for path, value in mistake.patches:
        *folders, last = path.split(".")
        place = made
        for name in folders:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        place[last] = value
    return made


def toml_of(value: Any) -> str:
    """Return a house as TOML, every table inline below the two top ones."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml_of(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_of, value)) + "]"
    return json.dumps(value)


def house_text(house: dict[str, Any]) -> str:
    """Return the text of a house file."""
    return "".join(f"{key} = {toml_of(value)}\n" for key, value in house.items())


def sound(kind: str, chance: random.Random, told: float = 1.0) -> dict[str, Any]:
    """Return a sound installation; of the plain wiring keys a share of `told` is told."""
    name, latitude, longitude, altitude_m, zone, low_c, high_c = chance.choice(CLIMATES)
    module, count = chance.choice(MODULES), chance.randint(9, 11)
    loads_w = [float(chance.randrange(500, 1500, 100)) for _ in range(3)]
    breaker_a, mm2, insulation, method, most_a = chance.choice(BATTERY_SETS)
    site = {
        "name": name, "latitude": latitude, "longitude": longitude, "altitude_m": altitude_m,
        "timezone": zone, "turbidity": 3.0,
        "pv": [
            {"module": module, "modules_in_series": count, "tilt_deg": 20, "azimuth_deg": azimuth,
             "mounting": chance.choice(["roof", "rack"])}
            for azimuth in (120, 240)
        ],
        "battery": {"chemistry": "lfp", "capacity_ah": float(chance.choice([200, 280, 300]))},
        "measuring": {"ct": kind == "ct"},
        "wiring": _wiring(chance, low_c, high_c, loads_w),
    }  # fmt: skip
    site["wiring"]["battery"] |= {
        "rating_a": breaker_a,
        "cable": _cable(chance.uniform(1.0, 3.0), mm2, insulation, method),
    }
    settings = _settings(chance, kind, site, most_a)
    if kind == "generator":
        site["genset"] = {"fuel": "petrol", "rated_w": float(chance.choice([5000, 6500, 8000]))}
        settings["gen_port"] = {
            "gen_rated_w": int(site["genset"]["rated_w"]) - 500,
            "gen_stop_soc_pct": 80,
        }
    if kind == "micro":
        site["micro_inverters"] = {"rated_w": 2000.0, "peak_w": 2400.0}
        settings["gen_port"] = {"gen_port_mode": "micro_inv_input", "mi_export_cutoff": True}
    _forget(site["wiring"], chance, told)
    return {"site": site, "settings": settings, "world": _world(chance, settings, loads_w)}


def _cable(length_m: float, mm2: float, insulation: str, method: str) -> dict[str, Any]:
    return {"length_m": round(length_m, 1), "mm2": mm2, "insulation": insulation, "method": method}


def _wiring(
    chance: random.Random, low_c: float, high_c: float, loads_w: list[float]
) -> dict[str, Any]:
    grid_a, grid_mm2, *laid = chance.choice(GRID_SETS)
    wires = ["L1", "L2", "L3", "N", "PE"]
    port = {"torque_nm": 1.1, "strip_mm": 10, "conductors": wires}
    four = _cable(chance.uniform(3.0, 15.0), 4.0, "pvc", "surface")
    return {
        "record_low_c": low_c, "record_high_c": high_c, "load_peak_w": loads_w,
        "meter_counts": "sum",
        "pv": {
            "cable": _cable(chance.uniform(5.0, 20.0), chance.choice([4.0, 6.0]), "pv", "surface"),
            "strings_per_tracker": [1, 1], "breaker": True, "surge_protection": True,
            "pole_earthed": "none", "modules_leak": False, "connector": "MC4",
            "cable_type": chance.choice(["PV1-F", "H1Z2Z2-K"]), "polarity_checked": True,
        },
        "battery": {
            "protection": chance.choice(["breaker", "fuse"]), "lug": "M10",
            "torque_nm": chance.choice([22, 23.5, 24.5]), "polarity_checked": True,
            "connector_closed": True,
            "bms_pins": {"can_h": 4, "can_l": 5, "rs485_a": chance.choice([2, 7]), "gnd": 6},
        },
        "grid": port | {"on_block": "grid", "breaker_a": grid_a,
                        "cable": _cable(chance.uniform(3.0, 20.0), grid_mm2, *laid)},
        "load": port | {"on_block": "load", "breaker_a": chance.choice([16, 20]), "cable": four,
                        "rcd": chance.choice(["A", "F", "B"])},
        "gen": port | {"on_block": "gen", "breaker_a": 20, "cable": four},
        "motors": [{"name": "pump", "phase": 3, "power_w": 700, "start_times": 5.0},
                   {"name": "cooler", "phase": 1, "power_w": 900, "start_times": 3.0,
                    "air_conditioner": True, "restart_delay_min": 3}],
        "ct": {"count": 3, "facing": "inverter", "phases": ["L1", "L2", "L3"],
               "before_all_loads": True, "ratio": 2000, "cable_m": 4.0},
        "earth": {"connected": True, "at": "grid_side", "mm2": grid_mm2,
                  "neutral_bond": chance.choice(["ats_relay", "other_relay"])},
        "place": {
            "wall": chance.choice(["concrete", "brick", "stone", "steel"]), "vertical": True,
            "carries_kg": 200, "direct_sun": False, "rain": False, "snow": False,
            "humidity_pct": chance.randint(30, 95), "flammables": False, "explosive": False,
            "cold_draught": False, "tv_antenna": False, "left_cm": 50, "right_cm": 60,
            "above_cm": 50, "below_cm": chance.randint(50, 150), "front_cm": 100,
            "display_m": 1.6, "ambient_min_c": max(low_c, -25.0), "ambient_max_c": 45,
            "bolts": "M8x80", "holes": 4, "hole_mm": chance.randint(52, 60),
        },
        "work": {
            "professional": True, "papers_read": True, "battery_papers_read": True,
            "parts_missing": [], "undamaged": True, "breakers_open": True, "source_dead": True,
            "wires_tight": True, "shorts_measured": True, "steps": ["ac_off", "dc_off", "connect_pv"],
        },
    }  # fmt: skip


def _settings(
    chance: random.Random, kind: str, site: dict[str, Any], most_a: float
) -> dict[str, Any]:
    battery = {
        "batt_mode": "lithium",
        "batt_capacity_ah": int(site["battery"]["capacity_ah"]),
        "max_charge_a": chance.choice([60, 80, 100]),
        "max_discharge_a": chance.choice([a for a in (100, 110, 125, 150) if a <= most_a]),
        "gen_charge": kind == "generator",
        "gen_signal": kind == "generator",
    }
    if kind == "lead_acid":
        chemistry = chance.choice(list(LEAD_ACID))
        site["battery"] = {"chemistry": chemistry, "capacity_ah": 500.0}
        battery |= {
            "batt_mode": chance.choice(["use_batt_v", "use_batt_pct"]),
            "lead_acid_type": LEAD_ACID[chemistry],
            "batt_capacity_ah": chance.choice([480, 500, 520]),
        }
    timed = chance.random() < 0.4
    ticks = {f"tou{row}_gen_charge": True for row in range(1, 7)} if kind == "generator" else {}
    bond = site["wiring"]["earth"]["neutral_bond"]
    modes = ["zero_export_load", "selling_first"]
    return {
        "battery": battery,
        "work_mode": {
            "work_mode": "zero_export_ct" if kind == "ct" else chance.choice(modes),
            "max_solar_power_w": 10400,
        },
        "time_of_use": {"tou_enable": timed} | ticks | _rows(battery),
        "advanced": {"signal_island_mode": bond == "ats_relay"},
    }


def _rows(battery: dict[str, Any]) -> dict[str, Any]:
    if battery["batt_mode"] != "use_batt_v":
        return {}
    return {f"tou{row}_batt_v": 49.0 for row in range(1, 7)}


def _world(chance: random.Random, settings: dict[str, Any], loads_w: list[float]) -> dict[str, Any]:
    sells = settings["work_mode"]["work_mode"] == "selling_first"
    return {
        "grid": {"voltage_v": float(chance.randint(222, 238)), "frequency_hz": 50.0, "wander_v": 4.0},
        "tariff": {"currency": "EUR", "buy": 0.3, "may_sell": sells or chance.random() < 0.5},
    }  # fmt: skip


def _forget(wiring: dict[str, Any], chance: random.Random, told: float) -> None:
    """Leave out some plain keys and whole cables."""
    for table in [wiring, *(part for part in wiring.values() if isinstance(part, dict))]:
        for key in list(table):
            plain = key == "cable" or not isinstance(table[key], dict)
            if plain and chance.random() >= told:
                del table[key]
