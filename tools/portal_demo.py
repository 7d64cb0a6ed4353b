"""A portal full of houses: years of samples, journals, people; for the walk, and for looking.

    python tools/portal_demo.py FOLDER [--devices 50] [--days 1095] [--serve PORT]

What is there is taken as it is. With --serve the portal then runs without a login on this machine.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import uvicorn
from portal_days import Days, Houses, batch_of, days_of, houses
from sqlalchemy import select, update

from twinverter.catalog.evidence import BY_KEY
from twinverter.catalog.settings import default_values
from twinverter.live.memory import AlarmEntry, Evidence
from twinverter.monitor.columns import KEYS
from twinverter.monitor.delivery import About, Alarm, Change, Delivery, Moment
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.panel.diagnosis import Case, case_lines
from twinverter.portal import accounts, tables
from twinverter.portal.app import create_app
from twinverter.portal.asked import Portal
from twinverter.portal.doors import Doors
from twinverter.portal.limits import Rate, Rates
from twinverter.portal.passwords import Passwords

# A Wednesday, 13:35 by the clocks of the houses: 17 June 2026.
END_S = 1_781_703_300.0
LIFE, SEED, TOGETHER = "demo", 6, 10
DEVICES, DAYS = 50, 1095
# Of the last samples so many tell the journal of outages.
TOLD = 3000
OPERATOR, READER, PASSWORD = "olu", "ada", "harmattan winds"
# fmt: off
PLACES = (
    # town           latitude  longitude
    ("Lagos",            6.45,      3.39),
    ("Ikeja",            6.60,      3.35),
    ("Ibadan",           7.38,      3.95),
    ("Kano",            12.00,      8.52),
    ("Jos",              9.90,      8.86),
    ("Abuja",            9.06,      7.49),
    ("Enugu",            6.45,      7.50),
    ("Calabar",          4.98,      8.34),
    ("Port Harcourt",    4.82,      7.03),
    ("Kaduna",          10.52,      7.44),
    ("Benin City",       6.34,      5.62),
    ("Accra",            5.56,     -0.20),
)
# Which house has which code standing, and for how long.
STANDING = {
    0: ("F56",    28_000.0),
    1: ("F64",     5_000.0),
    2: ("DERATE",  1_400.0),
    3: ("W05",    16_000.0),
    4: ("LOWBAT",  3_000.0),
}
CHANGED = (
    ("max_charge_a",    100),
    ("max_discharge_a", 120),
    ("tou_enable",      True),
    ("grid_charge",     True),
)
# fmt: on
FAMILIES = "Adeyemi Okafor Bello Eze Musa Danjuma Aluko Bassey Nwosu Balogun Sani Ojo".split()
KINDS = ("house", "clinic", "cold store", "workshop", "farm", "school", "flats", "bakery", "shop")
SILENT = 5
# Names that would be markup where somebody read them as such.
HOSTILE_SITE, HOSTILE_PLACE = "<img src=x onerror=alert(1)>", '<b>Owerri</b> & "sons"'
HOSTILE_BY, HOSTILE_TITLE = "panel <script>alert(2)</script>", "'><svg onload=alert(3)>"
HOSTILE = 6


def title(place: int) -> str:
    """Return how a house is called."""
    if place == HOSTILE:
        return HOSTILE_SITE
    return f"{FAMILIES[place % len(FAMILIES)]} {KINDS[place % len(KINDS)]}"


def device(place: int) -> str:
    """Return the name a house's inverter reports under."""
    return f"inverter-{place + 1:03d}"


def about(place: int) -> About:
    """Return what an inverter says of itself."""
    town, latitude_deg, longitude_deg = PLACES[place % len(PLACES)]
    turn = place // len(PLACES)
    return About(
        name=title(place),
        place=HOSTILE_PLACE if place == HOSTILE else town,
        model="JSO8048104",
        serial=f"{1801012001 + place}",
        timezone="Africa/Lagos",
        latitude_deg=latitude_deg + 0.6 * turn,
        longitude_deg=longitude_deg + 0.4 * turn,
        versions={"MAIN": "Ver2138", "HMI": "Ver1039"},
    )


def told(code: str, clock_s: float, seq: int) -> dict[str, object]:
    """Return a diagnosis as the panel of a device would give it."""
    times_s = tuple(float(second) for second in range(-60, 61, 5))
    figures = {key: tuple(40.0 + 0.2 * at_s for at_s in times_s) for key in BY_KEY}
    lamps = {"dc": 1, "ac": 1, "normal": 0, "alarm": 1}
    evidence = Evidence(code, clock_s, times_s, figures, lamps, (code,), True)
    return case_lines(
        Case(AlarmEntry(clock_s, code, True, seq), None, evidence), None, clock_s + 600.0
    )


def alarms_of(place: int, is_there: np.ndarray, start_s: np.ndarray) -> tuple[Alarm, ...]:
    """Return the journal of a house: its last outages, and what stands."""
    edges = np.flatnonzero(np.diff(is_there.astype(int)))[-60:]
    lines = [(float(start_s[row + 1]), "F35", not is_there[row + 1]) for row in edges]
    if place in STANDING:
        code, ago_s = STANDING[place]
        lines.append((END_S - ago_s, code, True))
    lines.sort(key=lambda line: line[0])
    return tuple(
        Alarm(seq, clock_s, code, bool(raised), told(code, clock_s, seq) if raised else None)
        for seq, (clock_s, code, raised) in enumerate(lines, 1)
    )


def changes_of(place: int) -> tuple[Change, ...]:
    """Return the changes of a house: the same few, by the panel and by a wire."""
    by = HOSTILE_BY if place == HOSTILE else "panel 127.0.0.1"
    was = default_values()
    return tuple(
        Change(
            seq,
            END_S - 86_400.0 * (20 - seq),
            by if seq % 2 else "modbus 192.168.1.40",
            key,
            was[key],
            value,
        )  # fmt: skip
        for seq, (key, value) in enumerate(CHANGED, 1)
    )


def moment_of(days: Days, house: int, place: int) -> Moment:
    """Return the last moment of a house."""
    last = batch_of(Days(*(column[-1:] for column in days)), house, device(place)).figures[0]
    figures = {
        key: float(value) for key, value in zip(KEYS, last, strict=True) if np.isfinite(value)
    }
    codes = {STANDING[place][0]: END_S - STANDING[place][1]} if place in STANDING else {}
    if not days.is_there[-1, house]:
        codes["F35"] = END_S - 1800.0
    lamps = {"dc": 1, "ac": 1, "normal": 0 if codes else 1, "alarm": 1 if codes else 0}
    state = "fault" if place in (0, 1) else "on_grid" if days.is_there[-1, house] else "off_grid"
    reasons = {"load": "The house gets all it asks for."}
    return Moment(END_S, figures, codes, lamps, state, reasons)


def build(folder: Path, devices: int, days: int) -> str:
    """Return the place of a filled portal in a folder; one that is there is taken."""
    place, done = str(folder / "portal.duckdb"), folder / f"done-{devices}-{days}"
    if done.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(SEED)
    kind = houses(devices, dice)
    with closing(open_history(place, Plan(tick_s=300.0))) as history:
        with history.loading():
            told_parts = []
            for first in range(0, devices, TOGETHER):
                part = Houses(*(column[first : first + TOGETHER] for column in kind))
                some = days_of(part, END_S, days, dice)
                for house in range(len(part.peak_w)):
                    history.write([batch_of(some, house, device(first + house))])
                told_parts.append(
                    Days(some.start_s, some.span_s, *(one[-TOLD:] for one in some[2:]))
                )
    with Portal.opened(place) as portal:
        for number in range(devices):
            _register(portal, told_parts[number // TOGETHER], number % TOGETHER, number)
        _people(portal)
    done.touch()
    return place


def _register(portal: Portal, days: Days, house: int, place: int) -> None:
    settings = default_values() | dict(CHANGED)
    start_s = days.start_s[-len(days.is_there) :]
    lines = alarms_of(place, days.is_there[:, house], start_s)
    moment = moment_of(days, house, place)
    portal.inbox.take(
        Delivery(
            device(place),
            LIFE,
            None,
            lines,
            changes_of(place),
            moment,
            about(place),
            settings,
            3600.0,
        )
    )


def _people(portal: Portal) -> None:
    """Add an operator and a reader of three sites."""
    hashed = Passwords().hashed(PASSWORD, OPERATOR)
    with portal.register.begin() as link:
        accounts.added(link, OPERATOR, hashed, time.time(), is_operator=True)
        reader = accounts.added(link, READER, hashed, time.time())
        for site_id in (1, 2, 3):
            accounts.role_given(link, reader.id, site_id, "reader")
        hostile = select(tables.devices.c.id).where(tables.devices.c.name == device(HOSTILE))
        link.execute(
            update(tables.devices)
            .where(tables.devices.c.id.in_(hostile))
            .values(title=HOSTILE_TITLE)
        )


def heard_now(portal: Portal) -> None:
    """Make all houses heard just now, but the silent one."""
    with portal.register.begin() as link:
        link.execute(update(tables.devices).values(heard_s=time.time()))
        silent = tables.devices.c.name == device(SILENT)
        link.execute(
            update(tables.devices).where(silent).values(heard_s=time.time() - 6400.0, every_s=10.0)
        )


@contextmanager
def served(place: str, is_single: bool = False, port: int = 0) -> Iterator[str]:
    """Yield the address of a running portal, with a login unless it is `is_single`."""
    with Portal.opened(place, is_single) as portal:
        heard_now(portal)
        # Tests log in more often than people do.
        rates = Rates(login_address=Rate(100, 0.1))
        doors = Doors(portal.register, is_single=is_single, rates=rates)
        app = create_app(portal, doors)
        server = uvicorn.Server(
            uvicorn.Config(
                app, host="127.0.0.1", port=port, proxy_headers=False, log_level="warning"
            )
        )
        thread = threading.Thread(target=server.run, name="portal", daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
        server.should_exit = True
        thread.join()


def main() -> None:
    """Fill a folder, and serve it where asked."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--devices", type=int, default=DEVICES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--serve", type=int, metavar="PORT")
    asked = parser.parse_args()
    began_s = time.monotonic()
    place = build(asked.folder, asked.devices, asked.days)
    print(f"{place}: {asked.devices} houses, {asked.days} days, {time.monotonic() - began_s:.0f} s")
    if asked.serve is not None:
        with served(place, is_single=True, port=asked.serve) as address:
            print(address, flush=True)
            threading.Event().wait()


if __name__ == "__main__":
    main()
